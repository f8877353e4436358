"""The tally sheet by group: what the disclosure gives, and nothing that subtraction would give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.ballot_box.disclosure import Scope
from cases.clock import date_of
from cases.documents.context import TallyGroup, TallySheet
from cases.documents.papers.subject import subject_of
from cases.documents.papers.tally import shown_of, tally_sheets
from cases.documents.press import Press, print_paper
from cases.models import Meeting, MeetingSheet, MeetingUnit, SheetRow, Tally
from cases.queries.tally import counted
from cases.store import Store
from tests.cases.commands.ballots import HELD, MARKS, Hall, hall
from workflow.vocabulary import CaseKind, DocumentKind


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        yield made


def counted_hall(room: Hall, marks: Any) -> dict[CaseKind, TallySheet]:
    room.make_key()
    room.plan({g: sum(n) for g, n in marks.items()})
    room.freeze()
    room.print_cards()
    room.open()
    room.vote(marks)
    room.close()
    room.reconcile()
    room.count()
    with room.store.reading() as conn:
        return {s.kind: s.paper for s in tally_sheets(conn, room.meeting_id, date_of(HELD))}


def figures(part: TallyGroup) -> list[tuple[Any, ...]]:
    return [(row.name, row.votes, row.blank) for row in part.rows]


def test_each_group_stands_apart_and_adds_up_to_the_total(room: Hall) -> None:
    sheet = counted_hall(room, MARKS)[CaseKind.CADRE]
    *parts, total = sheet.groups
    assert len(parts) == 3 and total.title == "合计"
    assert [part.valid for part in parts] == [sum(n) for n in MARKS.values()]
    assert sum(part.valid for part in parts) == total.valid
    assert sum(part.issued for part in parts) == total.issued
    for place, row in enumerate(total.rows):
        votes = [part.rows[place].votes for part in parts]
        assert tuple(map(sum, zip(*votes, strict=True))) == row.votes
    assert {part.scored for part in parts} == {False} and total.scored


def test_parts_are_the_lines_of_the_one_disclosure(room: Hall) -> None:
    sheet = counted_hall(room, MARKS)[CaseKind.CADRE]
    with room.store.reading() as conn:
        found = counted(conn, room.row())
    assert found is not None
    subjects = next(s for s in found.package.sheets if s.key == "cadre").rows
    for row in subjects:
        told = found.of("cadre", row.subject, Scope.OFFICE)
        mine = [
            (r.votes, r.blank)
            for part in sheet.groups[:-1]
            for r in part.rows
            if r.name == row.name
        ]
        assert mine == [(tuple(n for _, n in line.options), line.blank) for line in told.lines]


def test_small_group_is_printed_only_with_its_neighbour(room: Hall) -> None:
    small = {"A": (2, 1, 0, 0), "B": (18, 9, 2, 1), "C": (30, 14, 4, 2)}
    sheet = counted_hall(room, small)[CaseKind.CADRE]
    *parts, total = sheet.groups
    assert [part.valid for part in parts] == [33, 50]
    assert "、" in parts[0].title and "、" not in parts[1].title
    assert min(part.valid for part in parts) >= sheet.smallest
    assert total.valid - parts[1].valid == parts[0].valid  # subtraction gives the merged part only


def test_groups_merged_into_one_are_the_total_and_not_said_twice(room: Hall) -> None:
    few = {"A": (2, 1, 0, 0), "B": (1, 1, 0, 0), "C": (2, 1, 0, 0)}
    sheet = counted_hall(room, few)[CaseKind.CADRE]
    assert [part.title for part in sheet.groups] == ["合计"]
    assert sheet.groups[0].valid == 8


def test_too_few_ballots_leave_no_figure_on_the_sheet(room: Hall) -> None:
    room.make_key()
    room.plan({"A": 2, "B": 2, "C": 3})
    room.freeze()
    room.print_cards()
    room.open()
    room.cards = [card for card in room.cards if card.group != "C"]
    room.vote({"A": (1, 1, 0, 0), "B": (1, 1, 0, 0), "C": (0, 0, 0, 0)})
    room.close(due=7, present=6)
    room.reconcile({"C": (3, 0)})
    room.count()
    with room.store.reading() as conn:
        sheets = {s.kind: s.paper for s in tally_sheets(conn, room.meeting_id, date_of(HELD))}
    sheet = sheets[CaseKind.CADRE]
    (only,) = sheet.groups
    assert {row.votes for row in only.rows} == {(None,) * len(sheet.options)}
    assert {row.blank for row in only.rows} == {None}
    assert (only.withheld, only.valid) == (True, 0)


def test_sheet_prints_its_groups_and_bears_the_day_of_the_count(
    room: Hall, press: Press, tool: Callable[..., str]
) -> None:
    sheet = counted_hall(room, MARKS)[CaseKind.CADRE]
    with room.store.reading() as conn:
        counted_at = conn.execute(sa.select(Tally.counted_at)).scalar_one()
    assert sheet.dated == date_of(counted_at) != sheet.issued_on
    pdf = print_paper(press, DocumentKind.TALLY_SHEET, sheet)[1].pdf
    text = tool("pdftotext", "-layout", pdf=pdf, after=("-",))
    titles = [part.title for part in sheet.groups]
    assert [title for title in titles if f"{title}：发出" not in text] == []
    assert text.count("得分") == 1


def test_papers_of_a_body_rated_elsewhere_too_show_its_own_meeting(room: Hall) -> None:
    counted_hall(room, MARKS)
    body = room.case(None)
    with room.store.transaction() as conn:
        own = conn.execute(sa.select(Meeting)).one()
        assembly = own._asdict() | {
            "ref": "另一场",
            "state": "held",
            "urn_id": None,
            "package": None,
        }
        assembly.pop("id")
        other = conn.scalar(sa.insert(Meeting).values(**assembly).returning(Meeting.id))
        conn.execute(
            sa.insert(MeetingUnit).values(
                meeting_id=other, unit_id=room.world.units["environment"], rates="body"
            )
        )
        sheet = conn.scalar(
            sa.insert(MeetingSheet)
            .values(meeting_id=other, key="body", kind="body", title="领导班子测评表")
            .returning(MeetingSheet.id)
        )
        conn.execute(sa.insert(SheetRow).values(sheet_id=sheet, case_id=body, sort_no=1))
        subject = subject_of(conn, body, date_of(HELD))
        shown = shown_of(subject, Scope.OFFICE)
    assert subject.meeting.id == own.id
    assert shown is not None and shown.total is not None
    assert shown.total.ballots == sum(map(sum, MARKS.values()))
