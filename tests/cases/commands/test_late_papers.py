"""Sealed papers of people who come after the closing, by the scheme's rule and on their own line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands import late_papers, paper_batches
from cases.errors import Invalid, Refused
from cases.models import (
    JournalEntry,
    JournalPayload,
    Meeting,
    PaperBatch,
    SchemeVersion,
    VoterGroup,
)
from cases.queries.paper import card_lines
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.ballots import HELD, Hall, hall
from tests.cases.commands.test_paper import MARKS, enter, form, join, third
from workflow.permissions import Actor

LAST, OVER = HELD + timedelta(days=3), HELD + timedelta(days=4)


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    """A closed meeting: 20 due, 18 present, late papers taken by the tellers for three days."""
    with hall(store, tmp_path) as made:
        scheme(made, {"allowed": True, "days": 3, "receiver": "tellers"})
        made.run(MARKS, due=20, present=18)
        yield made


def scheme(room: Hall, late: dict[str, object]) -> None:
    """The world's scheme with another rule for late papers."""
    with room.store.transaction() as conn:
        content = conn.execute(sa.select(SchemeVersion.content)).scalar_one()
        new = {**content, "ballot": {**content["ballot"], "late": late}}
        values = {"content": new, "digest": digest(new)}
        conn.execute(sa.update(SchemeVersion).values(**values))


def given_out(room: Hall, number: int = 3, at=HELD) -> int:
    with room.store.transaction() as conn:
        batch = paper_batches.print_batch(
            conn, room.urns, room.meeting_id, "C", number, late=True, actor=room.office, at=at
        )
    return int(batch.id)


def take(room: Hall, batch: int, who: Actor | None = None, at=HELD) -> int:
    with room.store.transaction() as conn:
        return late_papers.receive(conn, room.urns, batch, actor=who or room.teller, at=at)


def collect(room: Hall, batch: int, number: int, at=OVER) -> None:
    with room.store.transaction() as conn:
        paper_batches.collect(conn, batch, number, actor=room.teller, at=at)


def test_late_paper_is_counted_and_has_its_own_line(room: Hall) -> None:
    batch = given_out(room)
    assert [take(room, batch), take(room, batch, at=LAST)] == [1, 2]
    collect(room, batch, 2)
    forms = [form(room, 0), form(room, 1)]
    enter(room, batch, forms, room.teller)
    enter(room, batch, forms, room.supervisor)
    assert join(room, batch).envelopes == 20
    with room.store.reading() as conn:
        lines = card_lines(conn, room.meeting_id, room.urns.turnout(room.row().urn_id))
    assert [(x.code, x.printed, x.used, x.lost) for x in lines] == [
        ("A", 5, 5, 0), ("B", 6, 6, 0), ("C", 7, 7, 0), ("C_late", 3, 2, 0),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        room.reconcile()
    assert set(refused.value.errors) == {"returned_C_late"}
    room.reconcile({"C_late": (1, 0)})
    assert room.row().reconciliation["rows"]["C_late"] == {
        "printed": 3, "used": 2, "returned": 1, "missing": 0,
    }  # fmt: skip
    assert room.row().reconciliation["balanced"]
    with room.store.reading() as conn:
        sums = conn.execute(
            sa.select(VoterGroup.printed, VoterGroup.returned).where(VoterGroup.code == "C")
        ).one()
    assert tuple(sums) == (10, 1)
    assert room.count().count.envelopes == 20


def test_nobody_is_named_where_late_papers_are_counted(room: Hall) -> None:
    batch = given_out(room)
    take(room, batch)
    with room.store.reading() as conn:
        told = conn.execute(
            sa.select(JournalPayload.payload)
            .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
            .where(JournalEntry.action == "receive_late")
        ).scalar_one()
    assert json.loads(told) == {"batch": "C-01L", "received": 1}


def test_scheme_says_whether_until_when_and_who(room: Hall) -> None:
    batch = given_out(room)
    with pytest.raises(Refused):
        take(room, batch, third(room))
    with pytest.raises(Refused, match="收到 2026-01-15 为止"):
        take(room, batch, at=OVER)
    scheme(room, {"allowed": True, "days": 3, "receiver": "assessment_group"})
    with pytest.raises(Refused):
        take(room, batch)
    assert take(room, batch, third(room)) == 1
    scheme(room, {"allowed": False})
    with pytest.raises(Refused, match="不收迟到票"):
        take(room, batch, third(room))
    with pytest.raises(Refused, match="不收迟到票"):
        given_out(room)


def test_no_more_papers_than_people_who_were_absent(room: Hall) -> None:
    first, second = given_out(room, 1), given_out(room, 5)
    take(room, first)
    with pytest.raises(Refused, match="已经收满"):
        take(room, first)
    take(room, second)
    with pytest.raises(Refused, match="缺席 2 人,迟到票已收 2 张"):
        take(room, second)


def test_papers_stay_sealed_until_nobody_may_come(room: Hall) -> None:
    batch = given_out(room)
    take(room, batch)
    with pytest.raises(Refused, match="到期以后再登记收回"):
        collect(room, batch, 1, at=LAST)
    with pytest.raises(Invalid) as refused:
        collect(room, batch, 2)
    assert set(refused.value.errors) == {"number"}
    collect(room, batch, 1)
    with pytest.raises(Refused, match="不再收票"):
        take(room, batch, at=LAST)


def test_all_who_were_absent_have_come(room: Hall) -> None:
    batch = given_out(room)
    take(room, batch)
    take(room, batch)
    collect(room, batch, 2, at=HELD)


def test_late_papers_do_not_mend_a_void_ballot(room: Hall) -> None:
    """The floor asks who was present; whoever may come later would vote twice."""
    batch = given_out(room)
    with room.store.transaction() as conn:
        conn.execute(sa.update(Meeting).values(present_count=13))
    for act in (lambda: take(room, batch), lambda: given_out(room)):
        with pytest.raises(Refused, match="测评无效,不收迟到票"):
            act()


def test_opening_waits_for_late_papers_and_ends_them(room: Hall) -> None:
    room.reconcile()
    batch = given_out(room)
    with pytest.raises(Refused, match="还没有核对测评卡"):
        room.count()
    with pytest.raises(Refused, match="C-01L 还没有并入计票"):
        room.reconcile()
    collect(room, batch, 0)
    assert join(room, batch).envelopes == 18
    room.reconcile({"C_late": (3, 0)})
    room.count()
    with pytest.raises(Refused, match="已经启封,不再收迟到票"):
        given_out(room)


def test_late_paper_before_the_closing_is_refused(store: Store, tmp_path: Path) -> None:
    with hall(store, tmp_path) as made:
        scheme(made, {"allowed": True, "days": 3, "receiver": "tellers"})
        made.make_key()
        made.plan()
        made.freeze()
        with pytest.raises(Refused, match="封箱以后才收迟到票"):
            given_out(made)


def test_ordinary_batch_takes_no_late_paper(room: Hall) -> None:
    with room.store.transaction() as conn:
        conn.execute(
            sa.insert(PaperBatch).values(
                meeting_id=room.meeting_id, group="C", mark="C-09", late=False, printed=3,
                received=0, printed_at=HELD,
            )
        )  # fmt: skip
        batch = conn.execute(sa.select(PaperBatch.id)).scalar_one()
    with pytest.raises(Refused, match="不再收票"):
        take(room, batch)
