"""Act: keys, meetings, sealed ballots, the opening at the office, talks where units are small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.cards import Card, fingerprint
from cases.ballot_box.envelope import seal
from cases.ballot_box.package import Package, from_json
from cases.ballot_box.reissuing import new_ticket
from cases.commands import beside
from cases.commands.count import open_count, record_count, sign_tally
from cases.commands.keys import ShareEntry, make_shares, prove_restore, register_key_set
from cases.commands.meeting import (
    MeetingForm,
    edit_meeting,
    plan_meetings,
    print_cards,
)
from cases.commands.meeting_day import OnTable, close_meeting, open_urn, reconcile, reissue_card
from cases.commands.meeting_small import arrange_small
from cases.commands.talks import record_talk, sign_talk
from cases.commands.transition import perform_many
from cases.demo.acts import paper
from cases.demo.city.draw import Draw
from cases.demo.city.story import DAYS, TURNS
from cases.demo.theatre import Theatre, at, on
from cases.models import Case, Meeting, MeetingUnit, VoterGroup
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

PASSPHRASES = ("松石 河灯 书案 甲匙", "竹影 渡口 砚台 乙匙", "山泉 驿路 灯笼 备匙")
"""Of shares that protect nothing; a real opening refuses them."""
ON_PAPER = 1
"""The meeting that takes a batch of paper as well."""
HOLDERS = ("key_holder_a", "key_holder_b", "key_holder_spare")


MANY = next(t for t in TURNS if t.kind == "many_sheets")
MORE = (SheetKind.SELECTION_WORK, SheetKind.NEWLY_PROMOTED, SheetKind.PARTY_BUILDING)


def play(theatre: Theatre) -> None:
    """All meetings, one after the other, each on its day."""
    entries = _keys(theatre)
    meetings = _plan(theatre)
    for number, row in theatre.bars.over(list(enumerate(meetings)), "民主测评", len(meetings)):
        _hold(theatre, row, number, entries)
    _talks(theatre)
    with theatre.writing() as conn:
        perform_many(
            conn, theatre.cases(State.EVALUATING), Action.PASS_EVALUATION, actor=SYSTEM,
            at=on("count", 17),
        )  # fmt: skip


def _keys(theatre: Theatre) -> list[ShareEntry]:
    made = make_shares(PASSPHRASES, rehearsal=True)
    names = [theatre.city.person(k).name for k in HOLDERS]
    entries = [
        ShareEntry("\n".join(share.lines), phrase)
        for share, phrase in zip(made.shares, PASSPHRASES, strict=True)
    ]
    when = on("meeting_first", 8)
    with theatre.writing() as conn:
        key = register_key_set(
            conn, theatre.cycle_id, public_key=made.public_key, holders=names,
            actor=theatre.actor("office_lead"), at=when,
        )  # fmt: skip
        prove_restore(
            conn, key, entries[:2], rehearsal=True, actor=theatre.actor("office_lead"),
            at=when + timedelta(minutes=30),
        )  # fmt: skip
    return [entries[0], entries[2]]


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
    span = (DAYS["meeting_last"] - DAYS["meeting_first"]).days - 2
    day = DAYS["meeting_first"] + timedelta(days=2 + number * 7 % max(1, span))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _hold(theatre: Theatre, row: Any, number: int, entries: list[ShareEntry]) -> None:
    day = _day(number)
    office, group = theatre.actor("office_clerk_a"), theatre.actor("group1_lead")
    teller, supervisor = theatre.actor("teller_a"), theatre.actor("tally_supervisor_a")
    with theatre.writing() as conn:
        form = _form(conn, row, day, teller.person_id, supervisor.person_id)
        if row.unit_id == theatre.units[MANY.unit]:
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
        )  # fmt: skip
        package = from_json(
            conn.execute(sa.select(Meeting.package).where(Meeting.id == row.id)).scalar_one() or ""
        )
    batch = paper.print_batch(theatre, row, day) if number == ON_PAPER else None
    with theatre.writing() as conn:
        open_urn(conn, theatre.urns, row.id, actor=group, at=at(day, 9))
    cards = _spoil(theatre, row, cards, group, day)
    used, due = _cast(theatre, package, cards, row.ref), len(cards)
    if batch is not None:
        used, due = used + paper.collect(theatre, batch, day), due + paper.PRINTED
    with theatre.writing() as conn:
        close_meeting(
            conn, theatre.urns, row.id, due=due, present=used, actor=group, at=at(day, 11)
        )
    if batch is not None:
        paper.type_and_join(theatre, batch, package.to_json(), day)
    _count(theatre, row, entries, teller, supervisor)


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


def _spoil(theatre: Theatre, row: Any, cards: list[Card], group: Any, day: date) -> list[Card]:
    """The card spoiled in the hall: collected, a new one handed out."""
    unit = theatre.units[next(t.unit for t in TURNS if t.kind == "card_spoiled")]
    if row.unit_id != unit:
        return cards
    old = cards[-1]
    with theatre.writing() as conn:
        new = reissue_card(
            conn, theatre.urns, row.id, old.group, ticket=new_ticket(), spoiled=old.code,
            pepper=theatre.settings.booth_pepper.encode(), booth_url=theatre.settings.booth_url,
            actor=group, at=at(day, 9, 40),
        )  # fmt: skip
    return [*cards[:-1], new]


def _cast(theatre: Theatre, package: Package, cards: list[Card], ref: str) -> int:
    """Everybody present fills in a card; one in thirty stays away."""
    pepper = theatre.settings.booth_pepper.encode()
    used = 0
    for number, card in enumerate(cards):
        draw = Draw(theatre.city.seed, "ballot", ref, number)
        if draw.chance(3):
            continue
        print_ = fingerprint(pepper, card.code)
        envelope = seal(package, card.group, print_, _choices(package, card.group, draw))
        theatre.urns.cast(package.urn, print_, envelope)
        used += 1
    return used


def _choices(package: Package, group: str, draw: Draw) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for sheet in package.sheets_for(group):
        marks: dict[str, str] = {}
        options = [o.key for o in sheet.options]
        excellent = 0
        for row in sheet.rows:
            if draw.chance(3):
                continue
            best = draw.below(100)
            index = 0 if best < 62 else 1 if best < 92 else 2 if best < 98 else 3
            limit = next((x.most for x in sheet.limits if x.option == options[0]), None)
            if index == 0 and limit is not None and excellent >= limit:
                index = 1
            excellent += index == 0
            marks[row.subject] = options[index]
        found[sheet.key] = marks
    return found


def _count(
    theatre: Theatre,
    row: Any,
    entries: list[ShareEntry],
    teller: Any,
    supervisor: Any,
) -> None:
    when = on("count", 9)
    turnout = theatre.urns.turnout(_urn(theatre, row.id))
    table = {t.group: OnTable(t.printed - t.used, 0) for t in turnout}
    with theatre.writing() as conn:
        reconcile(conn, theatre.urns, row.id, table, actor=teller, at=when)
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
