"""Opening a cycle's cases."""

import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.outbox import notice
from cases.journal import verify
from cases.models import Case, JournalEntry, Outbox
from cases.store import Store
from tests.world import AT, found_world
from workflow.vocabulary import NoticeKind, Role, Thing


def test_open_cases_numbers_everybody_once_in_official_order(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        opened = open_cases(conn, world.cycle_id, actor=office, at=AT)
        again = open_cases(conn, world.cycle_id, actor=office, at=AT)
    assert (opened.cadres, opened.bodies) == (4, 2)
    assert (again.cadres, again.bodies) == (0, 0)
    with store.reading() as conn:
        rows = conn.execute(
            sa.select(Case.ref, Case.subject_name, Case.state).order_by(Case.sort_key, Case.id)
        ).all()
        assert conn.execute(sa.select(sa.func.count()).select_from(Outbox)).scalar() == 6
        entries = conn.execute(sa.select(JournalEntry.subject).order_by(JournalEntry.seq)).scalars()
        assert list(entries) == ["cycle", *["case"] * 6]
        assert verify(conn).ok
    assert [tuple(r) for r in rows] == [
        ("2025-1-BZ0001", "云州市生态环境局", "scoped"),
        ("2025-1-ZG0001", "沈知远", "scoped"),
        ("2025-1-ZG0002", "欧阳明远", "scoped"),
        ("2025-1-BZ0002", "沙溪县", "scoped"),
        ("2025-1-ZG0003", "买买提·吐尔逊", "scoped"),
        ("2025-1-ZG0004", "张伟", "scoped"),
    ]


def test_verify_names_a_case_whose_state_was_changed_in_sql(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        opened = open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    third = opened.case_ids[2]
    with store.transaction() as conn:
        conn.exec_driver_sql(f"UPDATE cases SET state = 'archived' WHERE id = {third}")
    with store.reading() as conn:
        report = verify(conn)
    assert (report.ok, report.kind, report.seq, report.case_id) == (False, "case", 4, third)


def test_open_cases_posts_the_notice_with_the_key_of_every_other_move(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        opened = open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        posted = conn.execute(sa.select(Outbox).order_by(Outbox.case_id)).all()
    assert [(r.key, r.topic, r.case_id, r.payload, r.created_at) for r in posted] == [
        (made.key, made.topic, made.case_id, made.payload, AT)
        for made in (
            notice(NoticeKind.CASE_OPENED, Thing.CASE, i, to=(Role.UNIT_CONTACT,), version=1, at=AT)
            for i in sorted(opened.case_ids)
        )
    ]
