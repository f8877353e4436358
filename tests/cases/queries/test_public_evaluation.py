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
from tests.cases.commands.test_electorates import (
    assembly,
    change_scheme,
    edit,
    package,
    with_peers,
)
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


def part(room: Hall, actor: Actor, person: str | None = "deputy") -> dict:
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


def test_assembly_of_peers_stands_beside_the_units_own_meeting(room: Hall) -> None:
    """The office reads its total; the person assessed sees where it stands and no more figures."""
    change_scheme(room, with_peers)
    room.make_key()
    room.plan()
    own = room.meeting_id
    room.meeting_id = assembly(room, extra=[room.world.units["organ"]], each=6)
    edit(room, room.meeting_id)
    other = part(room, room.office, None)["others"]
    assert [(o.meeting.id, o.state, o.total) for o in other] == [
        (room.meeting_id, MeetingState.PLANNED, None)
    ]
    room.freeze()
    made = package(room, room.meeting_id)
    room.print_cards()
    room.open()
    for card in room.cards:
        sheets = {
            s.key: {r.subject: s.options[0].key for r in s.rows}
            for s in made.sheets_for(card.group)
        }
        room.cast(card, sheets)
    room.close(due=18, present=18)
    room.reconcile({g.key: (0, 0) for g in made.groups})
    room.count()
    room.sign()
    room.record()
    found = part(room, room.office, None)
    assert (found["meeting"].id, found["state"]) == (own, MeetingState.PLANNED)
    (shown,) = found["others"]
    assert str(shown.total.rates.excellent) == "12/12 = 100.00%"
    assert part(room, room.office)["others"] == []  # only the bodies are rated there
    contact = room.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
    (told,) = part(room, contact, None)["others"]
    assert (told.state, told.total, told.withheld) == (MeetingState.COUNTED, None, None)
