"""Filing in batches: reasons of the refused, numbers, retention, late signatures, rights."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import filing
from cases.errors import NotVisible
from cases.journal import Draft, append
from cases.journal.papers import ISSUING, paper_said
from cases.models import Case, Filing, IssuedDocument, Outbox, StoredFile
from cases.store import Store
from tests.notified import NOTIFIED_AT, notified
from tests.world import World
from workflow.vocabulary import DocumentKind, Grade, Role

LATE = NOTIFIED_AT + timedelta(days=20)
DEPUTY = "欧阳明远"
NEEDED = ("registration_form", "grade_approval", "result_notice")


def with_papers(
    conn: sa.Connection, deputy: Grade = Grade.INCOMPETENT
) -> tuple[World, dict[str, Any]]:
    """Everybody's papers as rows and entries; their bytes are the matter of other tests."""
    world, cases = notified(conn, grades={DEPUTY: deputy})
    for case in cases.values():
        for kind in NEEDED:
            paper(conn, case.id, kind)
    return world, cases


def paper(conn: sa.Connection, case_id: int, kind: str, digest: str = "") -> None:
    known = f"sha256:{case_id}-{kind}"
    file_id = conn.execute(
        sa.insert(StoredFile)
        .values(digest=known, size=1, media_type="application/pdf", stored_at=LATE)
        .returning(StoredFile.id)
    ).scalar_one()
    row = conn.execute(
        sa.insert(IssuedDocument).values(
            case_id=case_id, subject="case", subject_id=case_id, kind=kind, title=kind,
            file_id=file_id, digest=digest or known, pages=1, code=known, issued_at=LATE,
        ).returning(IssuedDocument)
    ).one()  # fmt: skip
    append(
        conn,
        Draft(
            subject="document", subject_id=row.id, case_id=case_id, action=ISSUING, at=LATE,
            payload=paper_said(row),
        ),
    )  # fmt: skip


def archivist(world: World) -> Any:
    return world.actor(Role.ARCHIVIST, person="recorder")


def test_volumes_are_numbered_in_official_order_by_retention(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = with_papers(conn)
        ids = [row.id for row in cases.values()]
        filed = filing.file_volumes(conn, ids[::-1], actor=archivist(world), at=LATE)
        assert [f.done for f in filed] == [True] * 3
        rows = conn.execute(
            sa.select(Filing.archive_no, Filing.retention, Filing.filed_on, Filing.filed_by)
            .join(Case, Case.id == Filing.case_id)
            .where(Filing.state == "filed")
            .order_by(Case.sort_key)
        ).all()
    who = (LATE.date(), world.people["recorder"])
    assert [tuple(r) for r in rows] == [
        ("U1-WS·2025-D30-KH-00001", "30年", *who),
        ("U1-WS·2025-D30-KH-00002", "30年", *who),
        ("U1-WS·2025-Y-KH-00001", "永久", *who),
    ]


def test_missing_or_changed_papers_refuse_that_volume_only(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = with_papers(conn)
        first, second, third = cases.values()
        conn.execute(
            sa.update(IssuedDocument)
            .where(IssuedDocument.case_id == first.id, IssuedDocument.kind == "result_notice")
            .values(void_at=LATE, void_reason="重新出具")
        )
        conn.execute(
            sa.update(IssuedDocument)
            .where(IssuedDocument.case_id == second.id, IssuedDocument.kind == "grade_approval")
            .values(digest="sha256:other")
        )
        filed = filing.file_volumes(
            conn, [first.id, second.id, third.id], actor=archivist(world), at=LATE
        )
    assert {f.case_id: [str(r) for r in f.reasons] for f in filed} == {
        first.id: ["还缺 1 份应归档材料"],
        second.id: ["材料与锁定时不一致,请先查明"],
        third.id: [],
    }


def test_who_may_not_file_is_refused(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = with_papers(conn)
        contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        (one,) = filing.file_volumes(conn, [cases[DEPUTY].id], actor=contact, at=LATE)
    assert not one.done and one.reasons


def test_late_signature_is_ordered_only_after_the_form(store: Store) -> None:
    with store.transaction() as conn:
        _, cases = notified(conn)
        case_id = cases[DEPUTY].id
        assert not filing.order_addendum(conn, case_id, at=LATE)
        paper(conn, case_id, DocumentKind.REGISTRATION_FORM.value)
        assert filing.order_addendum(conn, case_id, at=LATE)
        assert filing.order_addendum(conn, case_id, at=LATE)
        ordered = sa.select(sa.func.count()).where(Outbox.topic == "signature_addendum")
        assert conn.execute(ordered).scalar() == 1


def test_only_failed_papers_of_own_cases_are_printed_again(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = notified(conn)
        ids = conn.execute(
            sa.select(Outbox.id).where(
                Outbox.case_id == cases[DEPUTY].id, Outbox.kind == "document"
            )
        ).scalars().all()  # fmt: skip
        with pytest.raises(NotVisible):
            filing.print_again(conn, ids, actor=archivist(world), at=LATE)
        conn.execute(sa.update(Outbox).where(Outbox.id == ids[0]).values(error="写不下"))
        contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        with pytest.raises(NotVisible):
            filing.print_again(conn, ids, actor=contact, at=LATE)
        assert filing.print_again(conn, ids, actor=archivist(world), at=LATE) == 1
