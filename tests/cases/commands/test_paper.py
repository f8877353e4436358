"""A batch of paper from the printer to the count: two blind entries, the third look, the joining."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.package import from_json
from cases.ballot_box.paper import MULTIPLE, Form, MarksRefused, cells_of, heading
from cases.commands import meeting_day, paper_batches, paper_entries
from cases.commands.paper_entries import Settlement
from cases.errors import Invalid, Refused
from cases.models import JournalEntry, JournalPayload, PaperBatch, PaperEntry
from cases.store import Store
from tests.cases.commands.ballots import HELD, PEPPER, Hall, hall
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Role

KEY = "data key of the tests, 32 bytes long"
MARKS = {"A": (3, 2, 0, 0), "B": (4, 1, 1, 0), "C": (5, 2, 0, 0)}


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        made.make_key()
        made.plan({g: sum(n) for g, n in MARKS.items()})
        made.freeze()
        made.print_cards()
        yield made


def third(room: Hall) -> Actor:
    return room.world.actor(Role.ASSESSMENT_GROUP, person="lead")


def batch_of(room: Hall, collected: int, printed: int = 6, group: str = "C") -> int:
    """A printed batch of a closed meeting with so many forms collected."""
    with room.store.transaction() as conn:
        batch = paper_batches.print_batch(
            conn, room.urns, room.meeting_id, group, printed, actor=room.office, at=HELD
        )
    room.open()
    room.vote(MARKS)
    with room.store.transaction() as conn:
        paper_batches.collect(conn, batch.id, collected, actor=room.teller, at=HELD)
    room.close()
    return int(batch.id)


def form(room: Hall, grade: int, **other: str) -> Form:
    """Everybody alike; ``c2="x"`` sets the second cell."""
    cells = cells_of(from_json(room.row().package), "C")
    marks = [cell.sheet.options[grade].key for cell in cells]
    for name, mark in other.items():
        marks[int(name[1:]) - 1] = mark
    return tuple(marks)


def enter(room: Hall, batch: int, forms: Sequence[Form], who: Actor) -> int:
    for number, one in enumerate(forms, 1):
        with room.store.transaction() as conn:
            paper_entries.save_form(conn, batch, number, one, data_key=KEY, actor=who, at=HELD)
    with room.store.transaction() as conn:
        return paper_entries.finish(conn, batch, data_key=KEY, actor=who, at=HELD)


def settle(room: Hall, batch: int, found: dict, who: Actor | None = None) -> None:
    with room.store.transaction() as conn:
        paper_entries.settle(conn, batch, found, data_key=KEY, actor=who or third(room), at=HELD)


def join(room: Hall, batch: int):
    with room.store.transaction() as conn:
        return paper_entries.join_batch(
            conn, room.urns, batch, data_key=KEY, pepper=PEPPER, actor=room.teller, at=HELD
        )


def test_paper_is_counted_with_cards_and_cannot_be_told_apart(room: Hall) -> None:
    batch = batch_of(room, 4)
    forms = [form(room, 0), form(room, 1), form(room, 1), form(room, 0, c1=MULTIPLE, c3=MULTIPLE)]
    assert enter(room, batch, forms, room.teller) == 1
    assert enter(room, batch, forms, room.supervisor) == 2
    root = room.row().urn_root
    arrival = join(room, batch)
    assert (arrival.fresh, arrival.envelopes) == (True, 22)
    assert room.row().urn_root == arrival.root != root
    with room.store.reading() as conn:
        assert conn.execute(sa.select(PaperEntry)).all() == []
    room.reconcile({"C": (2, 0)})
    count = room.count().count
    assert (count.envelopes, count.findings) == (22, (("blank", 1),))
    lengths = {len(e) for g in room.urns.export(room.row().urn_id).groups for e in g.envelopes}
    assert len(lengths) == 1
    body = next(s for s in count.sheets if s.sheet == "body")
    (line,) = [x for x in body.lines if "C" in x.groups]
    assert (line.returned, line.valid, dict(line.rows[0].options)["good"]) == (11, 10, 4)
    room.sign()
    room.record()
    assert room.row().state == MeetingState.COUNTED


def test_second_entry_is_blind_and_by_another_person(room: Hall) -> None:
    batch = batch_of(room, 2)
    enter(room, batch, [form(room, 0), form(room, 1)], room.teller)
    with room.store.transaction() as conn, pytest.raises(Refused, match="由另一个人录"):
        paper_entries.desk_of(conn, batch, data_key=KEY, actor=room.teller, at=HELD)
    with room.store.transaction() as conn:
        desk = paper_entries.desk_of(conn, batch, data_key=KEY, actor=room.supervisor, at=HELD)
    assert (desk.turn, desk.forms, desk.next_after()) == (2, (None, None), 1)
    with room.store.transaction() as conn, pytest.raises(Refused, match="已有两个人录入"):
        paper_entries.desk_of(conn, batch, data_key=KEY, actor=third(room), at=HELD)


def test_differences_need_a_third_person_a_mark_and_a_reason(room: Hall) -> None:
    batch = batch_of(room, 2)
    enter(room, batch, [form(room, 0), form(room, 1)], room.teller)
    enter(room, batch, [form(room, 0), form(room, 1, c1="fair")], room.supervisor)
    with pytest.raises(Refused, match="1 处不一致"):
        join(room, batch)
    with pytest.raises(Refused, match="没有录过这一批的人"):
        settle(room, batch, {}, room.teller)
    with pytest.raises(Invalid) as refused:
        settle(room, batch, {(2, 1): Settlement("nonsense", " ")})
    assert sorted(refused.value.errors) == ["mark_2_1", "reason_2_1"]
    settle(room, batch, {(2, 1): Settlement("good", "看错一行")})
    assert join(room, batch).envelopes == 20


def test_forms_missing_from_an_entry_are_told(room: Hall) -> None:
    batch = batch_of(room, 3)
    with room.store.transaction() as conn:
        paper_entries.save_form(
            conn, batch, 2, form(room, 0), data_key=KEY, actor=room.teller, at=HELD
        )
    with room.store.transaction() as conn, pytest.raises(Refused, match="还有 2 张没有录"):
        paper_entries.finish(conn, batch, data_key=KEY, actor=room.teller, at=HELD)
    for number, marks in ((4, form(room, 0)), (1, ("nonsense", "good", "good")), (1, ("good",))):
        with room.store.transaction() as conn, pytest.raises(Invalid):
            paper_entries.save_form(
                conn, batch, number, marks, data_key=KEY, actor=room.teller, at=HELD
            )


def test_file_of_marks_is_one_entry_and_still_checked_by_a_person(room: Hall) -> None:
    batch = batch_of(room, 2)
    package = from_json(room.row().package)
    lines = [",".join(heading(package, "C")), "2,2,2,2", "1,1,1,1"]
    with room.store.transaction() as conn:
        turn = paper_entries.take_file(
            conn, batch, "\n".join(lines).encode(), data_key=KEY, actor=room.teller, at=HELD
        )
    assert turn == 1
    with room.store.transaction() as conn, pytest.raises(MarksRefused, match="D2"):
        paper_entries.take_file(
            conn, batch, b"n,a,b,c\n1,1,1,8\n2,1,1,1", data_key=KEY,
            actor=room.supervisor, at=HELD,
        )  # fmt: skip
    enter(room, batch, [form(room, 0), form(room, 1)], room.supervisor)
    assert join(room, batch).envelopes == 20


def test_cards_on_the_table_wait_for_the_paper(room: Hall) -> None:
    batch = batch_of(room, 0)
    with pytest.raises(Refused, match="C-01 还没有并入计票"):
        room.reconcile()
    assert join(room, batch).envelopes == 18
    room.reconcile({"C": (6, 0)})
    assert room.row().reconciliation["balanced"]


def test_more_than_was_printed_is_not_collected(room: Hall) -> None:
    with room.store.transaction() as conn:
        batch = paper_batches.print_batch(
            conn, room.urns, room.meeting_id, "A", 5, actor=room.office, at=HELD
        )
    for wrong in (6, -1):
        with room.store.transaction() as conn, pytest.raises(Invalid):
            paper_batches.collect(conn, batch.id, wrong, actor=room.teller, at=HELD)
    for group, number in (("Z", 5), ("A", 0), ("A", 501)):
        with room.store.transaction() as conn, pytest.raises(Invalid):
            paper_batches.print_batch(
                conn, room.urns, room.meeting_id, group, number, actor=room.office, at=HELD
            )


def test_joining_twice_is_refused_and_the_urn_keeps_one(room: Hall) -> None:
    batch = batch_of(room, 1)
    for who in (room.teller, room.supervisor):
        enter(room, batch, [form(room, 2)], who)
    first = join(room, batch)
    with pytest.raises(Refused, match="已经并入计票"):
        join(room, batch)
    assert room.urns.export(room.row().urn_id).root == first.root


def test_meeting_on_paper_only_gets_an_urn_without_cards(store: Store, tmp_path: Path) -> None:
    with hall(store, tmp_path) as made:
        made.make_key()
        made.plan({"A": 5, "B": 5, "C": 6})
        made.freeze()
        with made.store.transaction() as conn:
            batch = paper_batches.print_batch(
                conn, made.urns, made.meeting_id, "C", 6, actor=made.office, at=HELD
            )
        made.open()
        with made.store.transaction() as conn:
            paper_batches.collect(conn, batch.id, 5, actor=made.teller, at=HELD)
        made.close()
        for who in (made.teller, made.supervisor):
            enter(made, batch.id, [form(made, n % 3) for n in range(5)], who)
        assert join(made, batch.id).envelopes == 5
        with made.store.transaction() as conn:
            meeting_day.reconcile(
                conn, made.urns, made.meeting_id, {"C": meeting_day.OnTable(1, 0)},
                actor=made.teller, at=HELD,
            )  # fmt: skip
        assert made.count().count.envelopes == 5


def test_no_mark_lies_in_the_clear_anywhere(room: Hall, tmp_path: Path) -> None:
    batch = batch_of(room, 2)
    enter(room, batch, [form(room, 3), form(room, 3)], room.teller)
    with room.store.reading() as conn:
        contents = list(conn.execute(sa.select(PaperEntry.content)).scalars())
        payloads = list(
            conn.execute(
                sa.select(JournalPayload.payload)
                .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
                .where(JournalEntry.action.in_(["begin_paper", "finish_paper"]))
            ).scalars()
        )
        kept = conn.execute(sa.select(PaperBatch.collected)).scalar_one()
    assert kept == 2
    told = json.dumps([contents, payloads], ensure_ascii=False, default=str)
    assert [word for word in ("incompetent", "poor", "444") if word in told] == []


def test_entries_that_agree_leave_nothing_to_settle(room: Hall) -> None:
    batch = batch_of(room, 1)
    for who in (room.teller, room.supervisor):
        enter(room, batch, [form(room, 1)], who)
    for who in (third(room), room.teller):
        with room.store.transaction() as conn, pytest.raises(Refused, match="没有要核定的"):
            paper_entries.settle(conn, batch, {}, data_key=KEY, actor=who, at=HELD)
    with room.store.reading() as conn:
        turns = list(conn.execute(sa.select(PaperEntry.turn).order_by(PaperEntry.turn)).scalars())
    assert turns == [1, 2]


def test_form_of_a_latecomer_is_collected_after_closing_until_typing_begins(room: Hall) -> None:
    batch = batch_of(room, 2)
    with room.store.transaction() as conn:
        paper_batches.collect(conn, batch, 3, actor=room.teller, at=HELD)
        paper_entries.desk_of(conn, batch, data_key=KEY, actor=room.teller, at=HELD)
    with room.store.transaction() as conn, pytest.raises(Refused, match="已经开始录入"):
        paper_batches.collect(conn, batch, 4, actor=room.teller, at=HELD)
    with room.store.reading() as conn:
        assert conn.execute(sa.select(PaperBatch.collected)).scalar_one() == 3
