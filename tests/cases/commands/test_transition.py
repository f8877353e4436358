"""The door: one transaction, all reasons at once, never a lost update."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform, perform_many
from cases.errors import NotVisible, Refused, Stale
from cases.journal import verify
from cases.models import Case, JournalEntry, Outbox
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import SYSTEM
from workflow.vocabulary import Action, Role, State


def opened(conn: sa.Connection) -> tuple[World, dict[str, int]]:
    world = found_world(conn)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    rows = conn.execute(sa.select(Case.subject_name, Case.id))
    return world, {name: case_id for name, case_id in rows}


def test_perform_moves_journals_and_posts_together(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        done = perform(
            conn, cases["沈知远"], Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT
        )
    assert (done.state, done.version) == (State.DRAFTING, 2)
    with store.reading() as conn:
        row = conn.execute(sa.select(Case).where(Case.id == cases["沈知远"])).one()
        last = conn.execute(
            sa.select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)
        ).one()
        topics = conn.execute(
            sa.select(Outbox.topic).where(Outbox.case_id == row.id).order_by(Outbox.id)
        ).scalars()
        assert list(topics) == ["case_opened", "self_report_opened"]
        assert verify(conn).ok
    assert (row.state, row.version, row.entered_at) == ("drafting", 2, AT)
    assert (last.action, last.state_from, last.state_to, last.case_version) == (
        "open_self_report", "scoped", "drafting", 2,
    )  # fmt: skip


def test_perform_refused_writes_nothing(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        with pytest.raises(Refused) as refused:
            perform(conn, cases["沈知远"], Action.ACCEPT, actor=world.actor(Role.OFFICE), at=AT)
        entries = conn.execute(sa.select(JournalEntry.action).order_by(JournalEntry.seq)).scalars()
        actions = list(entries)
    assert [str(r) for r in refused.value.reasons] == ["现在的状态不能“受理述职报告”"]
    assert actions == ["create_cycle", *["open_case"] * 6]


def test_perform_without_right_says_only_that(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        with pytest.raises(Refused) as refused:
            perform(
                conn, cases["沈知远"], Action.OPEN_SELF_REPORT, actor=world.subject("deputy"), at=AT
            )
    assert [str(r) for r in refused.value.reasons] == ["没有“审核考核对象”的权限"]


def test_perform_on_own_case_is_forbidden_to_the_office_too(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        with pytest.raises(Refused) as refused:
            perform(
                conn,
                cases["沈知远"],
                Action.OPEN_SELF_REPORT,
                actor=world.actor(Role.OFFICE, person="chief"),
                at=AT,
            )
    assert [str(r) for r in refused.value.reasons] == ["不得办理本人的考核事项"]


def test_perform_with_past_version_is_stale(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        office = world.actor(Role.OFFICE)
        perform(conn, cases["沈知远"], Action.OPEN_SELF_REPORT, actor=office, at=AT)
        with pytest.raises(Stale) as stale:
            perform(
                conn,
                cases["沈知远"],
                Action.OPEN_SELF_REPORT,
                actor=office,
                at=AT,
                expected_version=1,
            )
    assert (stale.value.state, stale.value.version) == ("drafting", 2)


def test_perform_on_absent_case_is_not_visible(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = opened(conn)
        with pytest.raises(NotVisible):
            perform(conn, 999_999, Action.SUBMIT, actor=world.actor(Role.OFFICE), at=AT)


def test_perform_many_moves_some_and_says_why_not_the_others(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = opened(conn)
        office = world.actor(Role.OFFICE)
        perform(conn, cases["张伟"], Action.OPEN_SELF_REPORT, actor=office, at=AT)
        outcomes = perform_many(
            conn, list(cases.values()), Action.OPEN_SELF_REPORT, actor=office, at=AT
        )
        assert verify(conn).ok
    assert [o.done for o in outcomes] == [o.case_id != cases["张伟"] for o in outcomes]


def statements(store: Store, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def listen(*given: Any) -> None:
        seen.append(given[2])

    sa.event.listen(store.engine, "before_cursor_execute", listen)
    act()
    sa.event.remove(store.engine, "before_cursor_execute", listen)
    return len(seen)


def test_perform_many_uses_a_fixed_number_of_statements(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world, cases = opened(conn)
        office = world.actor(Role.OFFICE)
        rest = [i for n, i in cases.items() if n != "张伟"]

        def move(chosen: list[int]) -> None:
            perform_many(conn, chosen, Action.OPEN_SELF_REPORT, actor=office, at=AT)

        one = statements(sqlite_store, lambda: move([cases["张伟"]]))
        many = statements(sqlite_store, lambda: move(rest))
    assert one == many


def test_system_passes_only_automatic_moves(store: Store) -> None:
    with store.transaction() as conn:
        _, cases = opened(conn)
        with pytest.raises(Refused) as refused:
            perform(conn, cases["沈知远"], Action.EXCLUDE, actor=SYSTEM, at=AT)
    assert [str(r) for r in refused.value.reasons] == ["“列为不进行考核”须由人办理"]
