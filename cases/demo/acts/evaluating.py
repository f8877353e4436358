"""Act: meetings in the units, joint sessions and assemblies; the opening at the office; talks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.cards import Card
from cases.ballot_box.package import Package, from_json
from cases.commands import beside
from cases.commands.count import open_count, record_count, sign_tally
from cases.commands.meeting import (
    MeetingForm,
    edit_meeting,
    plan_meetings,
    print_cards,
)
from cases.commands.meeting_day import OnTable, close_meeting, open_urn, reconcile
from cases.commands.meeting_small import arrange_small
from cases.commands.talks import record_talk, sign_talk
from cases.commands.transition import perform_many
from cases.demo.acts import assembling, hall, keys, paper
from cases.demo.city.story import DAYS, TURNS
from cases.demo.theatre import Theatre, at, on
from cases.models import Case, Meeting, MeetingUnit, VoterGroup
from cases.queries.paper import card_lines
from workflow.permissions import SYSTEM
from workflow.vocabulary import (
    Action,
    MeetingKind,
    MeetingState,
    SheetKind,
    State,
    Thing,
    ThingAction,
)

MANY = next(t for t in TURNS if t.kind == "many_sheets")
MORE = (SheetKind.SELECTION_WORK, SheetKind.NEWLY_PROMOTED, SheetKind.PARTY_BUILDING)
TOLD = ("many_sheets", "card_spoiled", "card_lost", "paper_ballots", "joint_session")
"""Turns of the story that fall on the day of their unit's meeting."""
HELD_ON = {turn.unit: turn.day for turn in TURNS if turn.kind in TOLD}
STEP = 5
"""Days from one unit's meeting to the next one's, round and round through the weeks."""


def play(theatre: Theatre) -> None:
    """All meetings, one after the other, each on its day."""
    made = keys.make(theatre)
    units = {i: code for code, i in theatre.units.items()}
    meetings = [
        (row, units[row.unit_id], HELD_ON.get(units[row.unit_id], _day(number)))
        for number, row in enumerate(_plan(theatre))
    ]
    meetings += [(row, "", turn.day) for row, turn in assembling.plan(theatre)]
    for row, unit, day in theatre.bars.over(meetings, "民主测评"):
        _hold(theatre, row, unit, day, made)
    _talks(theatre)
    with theatre.writing() as conn:
        perform_many(
            conn, theatre.cases(State.EVALUATING), Action.PASS_EVALUATION, actor=SYSTEM,
            at=on("count", 17),
        )  # fmt: skip


def _members(theatre: Theatre) -> dict[int, dict[str, int]]:
    """A few leaders above, the members of the body, a good part of the staff."""
    found: dict[int, dict[str, int]] = {}
    for place in theatre.city.bodies:
        members = len(place.seats)
        staff = max(0, place.staff - members)
        above = 0 if place.staff <= 5 else 6
        found[theatre.units[place.code]] = {"A": above, "B": members, "C": min(staff, 24)}
    return found


def _plan(theatre: Theatre) -> list[Any]:
    office = theatre.actor("office_clerk_a")
    with theatre.writing() as conn:
        plan_meetings(
            conn, theatre.cycle_id, planned_on=DAYS["meeting_first"], place="本单位会议室",
            actor=office, at=on("meeting_first", 9), members=_members(theatre),
        )  # fmt: skip
        arrange_small(conn, theatre.cycle_id, actor=office, at=on("meeting_first", 10))
        return list(
            conn.execute(
                sa.select(Meeting)
                .where(Meeting.cycle_id == theatre.cycle_id, Meeting.state == MeetingState.PLANNED)
                .order_by(Meeting.id)
            )
        )


def _day(number: int) -> date:
    """The day of a unit's meeting: a working day at least two days after the forms are locked."""
    span = (DAYS["meeting_last"] - DAYS["meeting_first"]).days - 2
    day = DAYS["meeting_first"] + timedelta(days=2 + number * STEP % span)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _hold(theatre: Theatre, row: Any, unit: str, day: date, made: keys.Keys) -> None:
    """One meeting from its forms to its count; ``unit`` is empty for an assembly."""
    package, printed = _prepare(theatre, row, unit, day)
    group = theatre.actor("group1_lead")
    batch = paper.print_batch(theatre, row, day) if unit == paper.ON_PAPER.unit else None
    with theatre.writing() as conn:
        open_urn(conn, theatre.urns, row.id, actor=group, at=at(day, 9))
    cards = hall.cards_in_hand(theatre, row, unit, printed, day)
    used, due = hall.cast(theatre, package, cards, row.ref), len(cards)
    if batch is not None:
        used, due = used + paper.collect(theatre, batch, day), due + paper.PRINTED
    with theatre.writing() as conn:
        close_meeting(
            conn, theatre.urns, row.id, due=due, present=used, actor=group, at=at(day, 11)
        )
    if batch is not None:
        paper.type_and_join(theatre, batch, package, day)
        paper.take_late(theatre, row, package)
    _count(theatre, row, made)


def _prepare(theatre: Theatre, row: Any, unit: str, day: date) -> tuple[Package, list[Card]]:
    """The forms locked and the cards printed."""
    office = theatre.actor("office_clerk_a")
    teller, supervisor = theatre.actor("teller_a"), theatre.actor("tally_supervisor_a")
    with theatre.writing() as conn:
        form = _form(conn, row, day, teller.person_id, supervisor.person_id)
        if unit == MANY.unit:
            promoted = MANY.details["promoted"]
            form = replace(form, sheets=MORE, promoted=promoted, with_items=True)
        edit_meeting(conn, row.id, form, actor=office, at=on("meeting_first", 11))
        beside.move(
            conn, Thing.MEETING, row.id, ThingAction.FREEZE_MEETING, actor=office,
            at=on("meeting_first", 14),
        )  # fmt: skip
        cards = print_cards(
            conn, theatre.urns, row.id, pepper=theatre.settings.booth_pepper.encode(),
            booth_url=theatre.settings.booth_url, actor=office, at=on("meeting_first", 15),
            numbers=paper.cards_beside(form.members) if unit == paper.ON_PAPER.unit else None,
        )  # fmt: skip
        package = from_json(
            conn.execute(sa.select(Meeting.package).where(Meeting.id == row.id)).scalar_one() or ""
        )
    return package, cards


def _form(
    conn: sa.Connection, row: Any, day: date, teller: int | None, supervisor: int | None
) -> MeetingForm:
    members = {
        code: n
        for code, n in conn.execute(
            sa.select(VoterGroup.code, VoterGroup.members).where(VoterGroup.meeting_id == row.id)
        )
    }
    return MeetingForm(
        title=row.title,
        planned_on=day,
        place=row.place or "",
        members=members,
        teller=teller,
        supervisor=supervisor,
    )


def _count(theatre: Theatre, row: Any, made: keys.Keys) -> None:
    """Cards on the table, two shares, two signatures."""
    when = on("count", 9)
    teller, supervisor = theatre.actor("teller_a"), theatre.actor("tally_supervisor_a")
    turnout = theatre.urns.turnout(_urn(theatre, row.id))
    with theatre.writing() as conn:
        table = {
            line.code: OnTable(line.printed - line.used - line.lost, line.lost)
            for line in card_lines(conn, row.id, turnout)
        }
        reconcile(conn, theatre.urns, row.id, table, actor=teller, at=when)
        entries = keys.shares_for(conn, made, row.id)
    with theatre.writing() as conn:
        open_count(
            conn, theatre.urns, row.id, entries, rehearsal=True,
            actor=theatre.actor("key_holder_a"), at=when + timedelta(minutes=20),
        )  # fmt: skip
    with theatre.writing() as conn:
        for who in (teller, supervisor):
            sign_tally(conn, row.id, actor=who, at=when + timedelta(minutes=40))
        record_count(conn, theatre.urns, row.id, actor=teller, at=when + timedelta(minutes=50))


def _urn(theatre: Theatre, meeting_id: int) -> str:
    with theatre.store.reading() as conn:
        found = conn.execute(sa.select(Meeting.urn_id).where(Meeting.id == meeting_id)).scalar_one()
    return str(found)


def _talks(theatre: Theatre) -> None:
    """Talks in the units of the joint session, beside their ballot, signed by two."""
    first, second = theatre.actor("group2_lead"), theatre.actor("group2_member")
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(Case)
            .join(MeetingUnit, MeetingUnit.unit_id == Case.unit_id)
            .join(Meeting, Meeting.id == MeetingUnit.meeting_id)
            .where(
                Case.cycle_id == theatre.cycle_id,
                Meeting.cycle_id == theatre.cycle_id,
                Meeting.kind == MeetingKind.JOINT,
            )
            .order_by(Case.sort_key, Case.id)
        ).all()
    day = next(t.day for t in TURNS if t.kind == "joint_session")
    for case in rows:
        with theatre.writing() as conn:
            talk = record_talk(
                conn, case, interviewee="本单位干部职工(全覆盖)", held_on=day, place="单位小会议室",
                content="逐人听取意见:工作扎实,作风较好,没有反映突出问题。",
                second_talker_id=second.person_id or 0, replaces_ballot=False, actor=first,
                at=at(day, 15),
            )  # fmt: skip
            sign_talk(conn, case.id, talk, actor=second, at=at(day, 17))
