"""Meetings as pages show them: the list of a cycle, one meeting, its keys, who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Case,
    Cycle,
    Meeting,
    MeetingSheet,
    MeetingUnit,
    Person,
    SheetRow,
    Tally,
    Unit,
    VoterGroup,
)
from cases.queries.ballot_package import smallest
from cases.queries.facts_lanes import TALKS, TALKS_FOR_BALLOT
from cases.queries.keys import key_for
from cases.queries.meeting_sheets import (
    Counted,
    Ready,
    SheetOf,
    counted_together,
    items_asked,
    names_of_units,
    readiness,
    sheets_of,
    voters_of,
)
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import facts_of_thing, resource_of_thing
from cases.scoring.rule_shapes import Title
from workflow.machine import offers
from workflow.permissions import Actor, Scope, permits, scopes
from workflow.vocabulary import (
    MeetingKind,
    MeetingState,
    Permission,
    Role,
    ScopeKind,
    Thing,
    ThingAction,
)
from workflow.words import Sentence

DOORS = (
    Permission.MEETING_PLAN,
    Permission.MEETING_HOLD,
    Permission.TALLY,
    Permission.PAPER_ENTER,
    Permission.URN_OPEN,
    Permission.TALLY_READ,
)
"""Whoever holds one of these on a meeting may open its page."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A meeting in the list, in official order."""

    ref: str
    name: str
    """The unit's; its own title where several units are rated."""
    place: str | None
    planned_on: date | None
    state: MeetingState
    rated: int
    members: int
    few: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """The joint session that stands for a cancelled meeting; ``open``: whether the reader may."""

    ref: str
    title: str
    open: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    """All a meeting's page shows."""

    row: Any
    state: MeetingState
    unit: str
    cycle: str
    k: int
    sheets: tuple[SheetOf, ...]
    groups: tuple[Any, ...]
    tellers: Mapping[Role, tuple[int, str]]
    moves: Mapping[ThingAction, tuple[Sentence, ...]]
    rights: frozenset[Permission]
    counted: bool
    signed: frozenset[Role]
    talks: Mapping[int, int]
    talks_needed: int
    key: Any
    units: tuple[str, ...]
    ready: tuple[Ready, ...]
    lines: tuple[Counted, ...]
    asked: Mapping[str, tuple[str, ...]]
    titles: tuple[Title, ...]
    joined: Joined | None

    def title_of(self, group: str) -> Title | str:
        """A group's title in both languages where the scheme has it, else as it was named."""
        return next((title for title in self.titles if title.zh == group), group)

    @property
    def members(self) -> int:
        """People due over all groups."""
        return sum(g.members for g in self.groups)

    @property
    def rated(self) -> int:
        """Rows on all sheets."""
        return sum(len(s.rows) for s in self.sheets)


def current_cycle(conn: sa.Connection) -> Any:
    """The newest cycle. Raises NotVisible when there is none."""
    row = conn.execute(
        sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    ).first()
    if row is None:
        raise NotVisible("cycle")
    return row


def _reach(actor: Actor, permissions: Iterable[Permission]) -> sa.ColumnElement[bool]:
    """The meetings within the actor's grants; those by assignment are found on the meeting."""
    parts = [_within(s) for p in permissions for s in scopes(actor, p)]
    return sa.or_(sa.false(), *(p for p in parts if p is not None))


def _within(scope: Scope) -> sa.ColumnElement[bool] | None:
    if scope.kind is ScopeKind.ASSIGNED:
        if scope.role not in (Role.TELLER, Role.TALLY_SUPERVISOR):
            return None
        mine: sa.ColumnElement[bool] = (
            Meeting.tellers[scope.role.value].as_integer() == scope.person_id
        )
        return mine
    parts: list[sa.ColumnElement[bool]] = []
    if scope.organ_id is not None:
        parts.append(Cycle.managing_organ_id == scope.organ_id)
    if scope.unit_id is not None:
        parts.append(Meeting.unit_id == scope.unit_id)
    if scope.class_code is not None:
        parts.append(Unit.class_code == scope.class_code)
    return sa.and_(*parts) if parts else None


def meetings(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[ListRow]:
    """The meetings of a cycle that this actor has to do with, in official order."""
    scheme = scheme_of_cycle(conn, cycle_id)
    k = smallest(scheme)
    members = (
        sa.select(VoterGroup.meeting_id, sa.func.sum(VoterGroup.members).label("n"))
        .group_by(VoterGroup.meeting_id)
        .subquery()
    )
    rated = (
        sa.select(MeetingSheet.meeting_id, sa.func.count(SheetRow.id).label("n"))
        .join(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
        .group_by(MeetingSheet.meeting_id)
        .subquery()
    )
    rows = conn.execute(
        sa.select(
            Meeting, Unit.name.label("unit"), members.c.n.label("members"), rated.c.n.label("rated")
        )
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .outerjoin(members, members.c.meeting_id == Meeting.id)
        .outerjoin(rated, rated.c.meeting_id == Meeting.id)
        .where(Meeting.cycle_id == cycle_id, _reach(actor, DOORS))
        .order_by(Unit.sort_no, Unit.id, Meeting.id)
    )
    return [
        ListRow(
            ref=r.ref,
            name=r.unit if r.kind == MeetingKind.UNIT else r.title,
            place=r.place,
            planned_on=r.planned_on,
            state=MeetingState(r.state),
            rated=int(r.rated or 0),
            members=int(r.members or 0),
            few=int(r.members or 0) < k,
        )
        for r in rows
    ]


def load_meeting(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, action: str = ""
) -> Any:
    """The row of ``meetings`` with this number. Raises NotVisible alike for absent and foreign.

    ``SIGNED_IN`` asks for any of the rights one can have on a meeting; ``action`` is the address's
    own and changes nothing.
    """
    row = conn.execute(sa.select(Meeting).where(Meeting.ref == ref)).first()
    if row is None:
        raise NotVisible(ref)
    wanted = DOORS if permission is Permission.SIGNED_IN else (permission,)
    if not rights_on(conn, actor, row).intersection(wanted):
        raise NotVisible(ref)
    return row


def rights_on(conn: sa.Connection, actor: Actor, row: Any) -> frozenset[Permission]:
    """Which of the meeting's rights the actor holds on this one."""
    resource = resource_of_thing(conn, Thing.MEETING, row)
    return frozenset(p for p in DOORS if permits(actor, p, resource))


def meeting_view(conn: sa.Connection, row: Any, actor: Actor, on: date) -> MeetingView:
    """One meeting for its page."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    names = conn.execute(
        sa.select(Unit.name, Cycle.title)
        .select_from(Unit)
        .join(Cycle, Cycle.id == row.cycle_id)
        .where(Unit.id == row.unit_id)
    ).one()
    sheets, groups = sheets_of(conn, row.id), voters_of(conn, row.id)
    key = key_for(conn, row)
    planned = row.state == MeetingState.PLANNED
    tally = conn.execute(sa.select(Tally.tellers).where(Tally.meeting_id == row.id)).first()
    facts = facts_of_thing(conn, Thing.MEETING, row, row.id, on)
    found = offers(facts, actor, resource_of_thing(conn, Thing.MEETING, row))
    return MeetingView(
        row=row,
        state=MeetingState(row.state),
        unit=names.name,
        cycle=names.title,
        k=smallest(scheme),
        sheets=sheets,
        groups=groups,
        tellers=_tellers(conn, row),
        moves={ThingAction(o.action): o.refusals for o in found},
        rights=rights_on(conn, actor, row),
        counted=tally is not None,
        signed=frozenset(Role(r) for r in (tally.tellers if tally else {})),
        talks=signed_talks(conn, [r.case_id for s in sheets for r in s.rows if r.case_id]),
        talks_needed=TALKS_FOR_BALLOT,
        key=key,
        units=tuple(names_of_units(conn, row.id)),
        ready=readiness(conn, row, sheets, key, scheme) if planned and scheme else (),
        lines=counted_together(conn, row, scheme) if scheme else (),
        asked=items_asked(row, scheme) if scheme else {},
        titles=tuple(e.title for e in scheme.ballot.electorates.values()) if scheme else (),
        joined=_joined(conn, row, actor) if row.state == MeetingState.CANCELLED else None,
    )


def _joined(conn: sa.Connection, row: Any, actor: Actor) -> Joined | None:
    """The joint session of the cycle that rates the unit of this cancelled meeting."""
    there = conn.execute(
        sa.select(Meeting)
        .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
        .where(MeetingUnit.unit_id == row.unit_id, Meeting.cycle_id == row.cycle_id)
        .where(Meeting.kind == MeetingKind.JOINT, Meeting.state != MeetingState.CANCELLED)
        .where(Meeting.id != row.id)
    ).first()
    if there is None:
        return None
    return Joined(there.ref, there.title, bool(rights_on(conn, actor, there)))


def _tellers(conn: sa.Connection, row: Any) -> dict[Role, tuple[int, str]]:
    named = {Role(role): int(person) for role, person in (row.tellers or {}).items()}
    if not named:
        return {}
    names = {
        i: name
        for i, name in conn.execute(
            sa.select(Person.id, Person.name).where(Person.id.in_(list(named.values())))
        )
    }
    return {role: (person, names.get(person, "")) for role, person in named.items()}


def signed_talks(conn: sa.Connection, case_ids: list[int]) -> dict[int, int]:
    """Case id -> signed talks that stand for the ballot."""
    return {case_id: int(number) for case_id, number in TALKS.rows(conn, case_ids)}


def tellers_to_choose(conn: sa.Connection, row: Any) -> list[tuple[int, str]]:
    """People who may count: of the unit or the managing organ, not rated here; official order."""
    organ = sa.select(Cycle.managing_organ_id).where(Cycle.id == row.cycle_id).scalar_subquery()
    rated = (
        sa.select(Case.person_id)
        .join(SheetRow, SheetRow.case_id == Case.id)
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .where(MeetingSheet.meeting_id == row.id, Case.person_id.is_not(None))
    )
    rows = conn.execute(
        sa.select(Person.id, Person.name, Unit.name)
        .join(Unit, Unit.id == Person.unit_id)
        .where(
            sa.or_(Person.unit_id == row.unit_id, Person.unit_id == organ),
            Person.id.not_in(rated),
        )
        .order_by(Person.order_key, Person.id)
        .limit(500)
    )
    return [(i, f"{name}（{unit}）") for i, name, unit in rows]
