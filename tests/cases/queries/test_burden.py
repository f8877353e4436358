"""What a year asked of each unit is counted from what was really asked, within the reader's reach."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Amendment, Case, Message, ReportSection, ReportSubmission
from cases.queries.burden import Asked, Burden, burden
from cases.queries.progress import reach_of
from cases.store import Store
from tests.web_client import open_site
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Action, AmendmentKind, Role


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        case_id = conn.execute(sa.select(Case.id).where(Case.subject_name == "沈知远")).scalar_one()
        ask(conn, case_id, made)
        return made


def ask(conn: sa.Connection, case_id: int, world: World) -> None:
    """Two sections, one returned submission, a message, and a change approved later."""
    sections = [{"case_id": case_id, "key": k, "text": "", "state": "empty"} for k in ("a", "b")]
    conn.execute(sa.insert(ReportSection), sections)
    returned = {"ended": Action.RETURN_FOR_FORM.value, "ended_at": AT, "submitted_at": AT}
    conn.execute(
        sa.insert(ReportSubmission).values(
            case_id=case_id, number=1, content={}, digest="x", **returned
        )
    )
    conn.execute(
        sa.insert(Message).values(
            person_id=world.people["chief"], case_id=case_id, kind="case_opened", title="t",
            text="t", sent_at=AT,
        )
    )  # fmt: skip
    conn.execute(
        sa.insert(Amendment).values(
            cycle_id=world.cycle_id, kind=AmendmentKind.EXTEND.value, reason="暴雪封路",
            change={}, effective_on=date(2026, 1, 9), requested_by=world.people["clerk"],
            approved_by=world.people["chief"], approved_at=AT,
        )
    )  # fmt: skip


def counted(store: Store, world: World, actor: Actor) -> Burden:
    with store.reading() as conn:
        return burden(conn, reach_of(conn, actor), world.cycle_id)


def test_each_unit_is_counted_with_what_it_was_asked(store: Store, world: World) -> None:
    found = counted(store, world, world.actor(Role.OFFICE))
    by_unit = {x.name: dict(zip(Asked, x.counts, strict=True)) for x in found.lines}
    mine = by_unit["云州市生态环境局"]
    assert {k: n for k, n in mine.items() if n} == {
        Asked.SECTIONS: 2,
        Asked.MESSAGES: 1,
        Asked.RETURNED: 1,
    }
    assert sum(by_unit["沙溪县"].values()) == 0
    assert found.means[0] == 2 / len(found.lines)


def test_changes_name_who_asked_and_who_approved(store: Store, world: World) -> None:
    (change,) = counted(store, world, world.actor(Role.OFFICE)).changes
    assert (change.kind, change.reason, change.effective_on) == (
        AmendmentKind.EXTEND,
        "暴雪封路",
        date(2026, 1, 9),
    )
    assert change.approved_at == AT and change.requested_by != change.approved_by


def test_without_reach_nothing_is_counted(store: Store, world: World) -> None:
    assert counted(store, world, Actor(None, world.people["clerk"], ())).lines == ()


def test_page_and_workbook_tell_the_same(store: Store, world: World, tmp_path: Path) -> None:
    site = open_site(store, tmp_path)
    client = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    page = client.get("/burden")
    assert page.h1 == "填报事项统计"
    assert "暴雪封路" in page.text
    loads = client.get("/progress").tree.xpath("//dl[contains(@class, 'pr-load')]/div")
    told = [(row.xpath("string(dt)"), row.xpath("string(.//strong)")) for row in loads]
    assert told == [
        ("述职栏目", "1.0"), ("通知提醒", "0.5"), ("退回修改", "0.5"), ("启动后变更", "1")
    ]  # fmt: skip
    book = client.get("/burden.xlsx").response.data
    sheet = openpyxl.load_workbook(BytesIO(book)).active
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    line = next(r for r in rows if r[0] == "云州市生态环境局")
    assert line[1 : len(Asked) + 1] == [2, 0, 0, 0, 0, 1, 1]
