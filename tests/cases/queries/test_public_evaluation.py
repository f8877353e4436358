"""What the case page shows of the ballot, by reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.disclosure import Scope
from cases.models import Case, SchemeVersion
from cases.queries.public_evaluation import section
from cases.store import Store
from tests.cases.commands.ballots import MARKS, Hall, hall
from tests.world import scheme_document
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Role, State


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        yield made


def counted(room: Hall) -> None:
    room.make_key()
    room.plan({g: sum(n) for g, n in MARKS.items()})
    room.freeze()
    room.print_cards()
    room.open()
    room.vote()
    room.close()
    room.reconcile()
    room.count()
    room.sign()
    room.record()


def part(room: Hall, actor: Actor, person: str = "deputy") -> dict:
    with room.store.reading() as conn:
        case = conn.execute(sa.select(Case).where(Case.id == room.case(person))).one()
        return section(conn, case, actor)


def tell_own_rates(room: Hall, state: State = State.NOTIFIED) -> None:
    content = scheme_document()
    content["feedback"] = {**content.get("feedback", {}), "scope": "own_rates"}
    with room.store.transaction() as conn:
        conn.execute(sa.update(SchemeVersion).values(content=content, digest="own-rates"))
        conn.execute(sa.update(Case).values(state=state))


def test_before_the_count_everybody_sees_where_the_meeting_stands(room: Hall) -> None:
    room.plan()
    found = part(room, room.office)
    assert (found["state"], found["total"], found["score"]) == (MeetingState.PLANNED, None, None)


def test_office_sees_merged_groups_and_the_score(room: Hall) -> None:
    counted(room)
    found = part(room, room.office)
    assert found["scope"] is Scope.OFFICE
    assert str(found["total"].rates.excellent) == "55/89 = 61.80%"
    assert [line.figure.ballots for line in found["lines"]] == [9, 30, 50]
    assert found["score"] is not None


def test_person_sees_no_figure_by_default(room: Hall) -> None:
    counted(room)
    with room.store.transaction() as conn:
        conn.execute(sa.update(Case).values(state=State.NOTIFIED))
    found = part(room, room.world.subject("deputy"))
    assert (found["scope"], found["total"], found["lines"]) == (None, None, ())


def test_person_sees_own_rates_where_the_scheme_tells_them(room: Hall) -> None:
    counted(room)
    tell_own_rates(room)
    found = part(room, room.world.subject("deputy"))
    assert found["scope"] is Scope.SUBJECT
    assert found["score"] is None
    assert [line.figure.ballots for line in found["lines"]] == [39, 50]


def test_person_sees_nothing_before_notice_and_nothing_of_others(room: Hall) -> None:
    counted(room)
    tell_own_rates(room, State.DECIDED)
    assert part(room, room.world.subject("deputy"))["total"] is None
    tell_own_rates(room)
    assert part(room, room.world.subject("deputy"), "chief")["total"] is None


def test_unit_contact_sees_no_figure(room: Hall) -> None:
    counted(room)
    contact = room.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
    assert part(room, contact)["scope"] is None
