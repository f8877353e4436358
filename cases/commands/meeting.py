"""Planning reporting meetings: one per unit, its sheets, its voter groups, and its cards.

Two databases are involved (the site's and the booth's) and no transaction spans both. Every act
first makes the urn durable, then writes here; done again after a crash it finds the urn as it is
and goes on. ``print_cards`` takes the first free urn number and never repeats one; urns of earlier
cards, and one that this side never came to name, are given up in the booth and admit nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.ballot_box.cards import Card, fingerprints_by_group, make_cards
from cases.ballot_box.giving_up import give_up
from cases.ballot_box.package import from_json
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.urn import UrnStore
from cases.commands import beside
from cases.commands.meeting_layout import Extras, Rated, clear, group_row, lay_out, own_electorates
from cases.commands.rights import require_for_cycle, require_for_thing
from cases.errors import Invalid, Refused, Stale
from cases.models import Case, Meeting, MeetingSheet, MeetingUnit, SheetRow, VoterGroup
from cases.queries.meeting_plan import UnitPlan, plans_for, ratable, units_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.vocabulary import (
    MeetingKind,
    MeetingState,
    Permission,
    Role,
    SheetKind,
    Thing,
)
from workflow.words import m


@dataclass(frozen=True, slots=True)
class MeetingForm:
    """What the office may still change while a meeting is planned.

    ``members``: group code -> people due; ``excellent_limit``: at most so many 优秀 on the cadres'
    sheet, None for no limit; tellers are person ids of two people who are not rated here.
    ``sheets``: kinds beside body and cadre; ``promoted``: a person a line, name and post;
    ``with_items``: the scheme's items (德能勤绩廉) are asked beside the overall grade.
    """

    title: str
    planned_on: date
    place: str = ""
    members: Mapping[str, int] = field(default_factory=dict)
    excellent_limit: int | None = None
    teller: int | None = None
    supervisor: int | None = None
    sheets: tuple[SheetKind, ...] = ()
    promoted: str = ""
    with_items: bool = False


def plan_meetings(
    conn: sa.Connection,
    cycle_id: int,
    *,
    planned_on: date,
    actor: Actor,
    at: datetime,
    place: str = "",
    members: Mapping[int, Mapping[str, int]] | None = None,
    unit_ids: Collection[int] | None = None,
) -> list[int]:
    """Propose one meeting for each unit with a body that has none; running it again adds the rest.

    ``members``: unit id -> group code -> people due, where the roster doesn't tell. Returns the
    ids of the new meetings in official order. Raises Refused without the right or a scheme.
    """
    cycle = require_for_cycle(conn, cycle_id, Permission.MEETING_PLAN, actor, lock=True)
    scheme = scheme_for(conn, cycle_id)
    number = last_number(conn, cycle_id)
    made = []
    for plan in plans_for(conn, cycle_id, unit_ids):
        number += 1
        values = {
            "ref": f"{cycle.ref}-CP{number:03d}",
            "cycle_id": cycle_id,
            "unit_id": plan.unit_id,
            "kind": MeetingKind.UNIT,
            "with_items": False,
            "title": f"{plan.unit_name} {cycle.year} 年度民主测评",
            "place": place or None,
            "planned_on": planned_on,
            "state": MeetingState.PLANNED,
        }
        given = (members or {}).get(plan.unit_id, {})
        made.append(_plan_one(conn, scheme, plan, values, given, actor, at))
    return made


def scheme_for(conn: sa.Connection, cycle_id: int) -> Scheme:
    """The cycle's scheme. Raises Refused without one."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        raise Refused([m("考核年度还没有选定方案")])
    return scheme


def last_number(conn: sa.Connection, cycle_id: int) -> int:
    """The highest number among the cycle's meetings; 0 without any."""
    refs = conn.execute(sa.select(Meeting.ref).where(Meeting.cycle_id == cycle_id)).scalars()
    return max((int(ref.rsplit("-CP", 1)[1]) for ref in refs), default=0)


def _plan_one(
    conn: sa.Connection,
    scheme: Scheme,
    plan: UnitPlan,
    values: dict[str, Any],
    given: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> int:
    meeting_id = found(conn, values)
    conn.execute(sa.insert(MeetingUnit).values(meeting_id=meeting_id, unit_id=plan.unit_id))
    conn.execute(
        sa.insert(VoterGroup),
        [
            group_row(
                meeting_id,
                place,
                one,
                int(given.get(one.code, plan.members.get(one.code, 0))),
                typed=one.code in given,
            )
            for place, one in own_electorates(scheme)
        ],
    )
    lay_out(conn, scheme, meeting_id, [Rated(plan.unit_id, plan.unit_name, plan.rows)], Extras())
    beside.created(
        conn, Thing.MEETING, meeting_id, actor=actor, at=at,
        payload={"ref": values["ref"], "planned_on": values["planned_on"]},
    )  # fmt: skip
    return meeting_id


def found(conn: sa.Connection, values: Mapping[str, Any]) -> int:
    """Insert a planned meeting; returns its id."""
    return int(conn.execute(sa.insert(Meeting).values(**values).returning(Meeting.id)).scalar_one())


def edit_meeting(
    conn: sa.Connection,
    meeting_id: int,
    form: MeetingForm,
    *,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Change a planned meeting and take the people to be rated anew from the cases.

    Raises NotVisible, Refused, Stale, and Invalid by field (members are ``members_<code>``).
    """
    row = planned(conn, meeting_id, actor, expected_version)
    scheme = scheme_for(conn, row.cycle_id)
    rows = _rated_rows(conn, row)
    codes = conn.execute(
        sa.select(VoterGroup.code).where(VoterGroup.meeting_id == meeting_id)
    ).scalars()
    _check(form, rows, set(codes))
    written = conn.execute(
        sa.update(Meeting)
        .where(Meeting.id == meeting_id, Meeting.version == row.version)
        .values(
            title=form.title.strip(),
            place=form.place.strip() or None,
            planned_on=form.planned_on,
            tellers=_tellers(form),
            with_items=form.with_items,
            version=row.version + 1,
        )
    )
    if written.rowcount != 1:
        raise Stale(f"{Thing.MEETING}:{meeting_id}")
    for code, number in form.members.items():
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code == code)
            .values(members=number, typed=True)
        )
    _renew(conn, scheme, row, rows, form)
    note(conn, meeting_id, "edit_meeting", {"planned_on": form.planned_on.isoformat()}, actor, at)


def _rated_rows(conn: sa.Connection, row: Any) -> Sequence[Any]:
    if row.kind != MeetingKind.ASSEMBLY:
        return ratable(conn, row.cycle_id, units_of(conn, row.id))
    return conn.execute(
        sa.select(Case)
        .join(SheetRow, SheetRow.case_id == Case.id)
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .where(MeetingSheet.meeting_id == row.id)
    ).all()


def _check(form: MeetingForm, rows: Sequence[Any], known: Collection[str]) -> None:
    faults = {}
    if not form.title.strip():
        faults["title"] = m("请填写会议名称")
    for code, number in form.members.items():
        if code not in known or number < 0:
            faults[f"members_{code}"] = m("人数不能小于 0")
    if SheetKind.NEWLY_PROMOTED in form.sheets and not promoted_of(form.promoted):
        faults["promoted"] = m("请填写新提拔干部的姓名,每行一人")
    rated = {row.person_id for row in rows if row.person_id is not None}
    for name, person in (("teller", form.teller), ("supervisor", form.supervisor)):
        if person is not None and person in rated:
            faults[name] = m("计票人、监票人不能是本次测评对象")
    if form.teller is not None and form.teller == form.supervisor:
        faults["supervisor"] = m("计票人和监票人须是两个人")
    if faults:
        raise Invalid(faults)


def promoted_of(text: str) -> tuple[tuple[str, str], ...]:
    """(name, post) of the lines typed, one person a line; empty lines are passed over."""
    parts = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return tuple((part[0], part[1].strip() if len(part) > 1 else "") for part in parts)


def _tellers(form: MeetingForm) -> dict[str, int]:
    pairs = ((Role.TELLER, form.teller), (Role.TALLY_SUPERVISOR, form.supervisor))
    return {role.value: person for role, person in pairs if person is not None}


def _renew(
    conn: sa.Connection, scheme: Scheme, row: Any, rows: Sequence[Any], form: MeetingForm
) -> None:
    """Lay the sheets out anew. An assembly keeps whom it listed."""
    if row.kind != MeetingKind.ASSEMBLY:
        units = [
            Rated(unit, mine[0].unit_name, mine, host=unit == row.unit_id)
            for unit in units_of(conn, row.id)
            if (mine := [r for r in rows if r.unit_id == unit])
        ]
        clear(conn, row.id)
        extras = Extras(tuple(form.sheets), promoted_of(form.promoted))
        lay_out(conn, scheme, row.id, units, extras)
    conn.execute(
        sa.update(MeetingSheet)
        .where(
            MeetingSheet.meeting_id == row.id,
            MeetingSheet.kind == SheetKind.CADRE,
            MeetingSheet.key == SheetKind.CADRE.value,
        )
        .values(excellent_limit=form.excellent_limit)
    )


def print_cards(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    *,
    pepper: bytes,
    booth_url: str,
    actor: Actor,
    at: datetime,
    numbers: Mapping[str, int] | None = None,
) -> list[Card]:
    """Make the cards of a frozen meeting and prepare its urn; the codes are returned, never kept.

    ``numbers``: group code -> cards, by default one for each member. Doing it again (the print was
    lost) makes a new urn, and the cards made before admit nobody. Raises Refused when the meeting
    is not frozen, its urn was opened, or the right is missing.
    """
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, Permission.MEETING_PLAN, actor)
    if row.state != MeetingState.FROZEN or row.urn_opened_at is not None:
        raise Refused([m("表样锁定以后、测评开始以前才能制作测评卡")])
    package = replace(from_json(row.package), urn=free_urn(urns, row.ref))
    members = conn.execute(
        sa.select(VoterGroup.code, VoterGroup.members).where(VoterGroup.meeting_id == meeting_id)
    ).all()
    wanted = dict(numbers) if numbers is not None else {code: n for code, n in members if n}
    cards = make_cards(package, wanted, booth_url)
    if not cards:
        raise Refused([m("各类参评人员都是 0 人,没有测评卡可做")])
    give_up(urns, row.ref)
    urns.prepare(package, fingerprints_by_group(pepper, cards))
    conn.execute(
        sa.update(Meeting)
        .where(Meeting.id == meeting_id)
        .values(urn_id=package.urn, package=package.to_json(), package_digest=package.digest)
    )
    for code, number in wanted.items():
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code == code)
            .values(made=number, printed=number)
        )
    payload = {"urn": package.urn, "digest": package.digest, "cards": wanted}
    note(conn, meeting_id, "print_cards", payload, actor, at)
    return cards


def free_urn(urns: UrnStore, ref: str) -> str:
    """The first urn number of a meeting that the booth doesn't know yet."""
    number = 1
    while True:
        try:
            urns.state(f"{ref}-{number}")
        except UrnRefusal:
            return f"{ref}-{number}"
        number += 1


def planned(
    conn: sa.Connection, meeting_id: int, actor: Actor, expected_version: int | None = None
) -> Any:
    """The locked row of a planned meeting. Raises NotVisible, Refused, Stale."""
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, Permission.MEETING_PLAN, actor)
    if expected_version is not None and row.version != expected_version:
        raise Stale(f"{Thing.MEETING}:{meeting_id}", row.state, row.version)
    if row.state != MeetingState.PLANNED:
        raise Refused([m("测评会%(state)s,不能再改", state=MeetingState(row.state))])
    return row


def note(
    conn: sa.Connection,
    meeting_id: int,
    action: str,
    payload: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    """Journal what was done about a meeting without moving it."""
    journal.note(conn, Thing.MEETING.value, meeting_id, action, payload, actor, at)
