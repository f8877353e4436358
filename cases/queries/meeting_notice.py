"""What is announced before a ballot: whom, by whom, how it is counted, what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Meeting, MeetingUnit, Unit
from cases.queries.ballot_package import smallest
from cases.queries.meeting import rights_on
from cases.queries.meeting_plan import live_units
from cases.queries.meeting_sheets import (
    Counted,
    SheetOf,
    counted_together,
    items_asked,
    names_of_units,
    sheets_of,
    voters_of,
)
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import resource_of_thing
from cases.scoring.ballots_shapes import LateRule
from cases.scoring.shapes import POSITIONS, Scheme
from workflow.permissions import Actor, Resource, permits
from workflow.vocabulary import MeetingState, Permission, Thing

SHOWN = frozenset({MeetingState.FROZEN, MeetingState.HELD, MeetingState.COUNTED})


@dataclass(frozen=True, slots=True)
class Weighed:
    """One electorate with its weight by position; ``named`` ones give a signed view, no card."""

    title: str
    named: bool
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The rule of a ballot as it stands in the scheme and the meeting; ``digest`` is printed
    on every card, and empty before there are cards."""

    sheets: tuple[SheetOf, ...]
    groups: tuple[Any, ...]
    lines: tuple[Counted, ...]
    electorates: tuple[Weighed, ...]
    units: tuple[str, ...]
    items: Mapping[str, tuple[str, ...]]
    k: int
    turnout: Fraction
    rate_base: str
    custody: str
    years: int
    self_row: str
    late: LateRule
    digest: str


def load_notice(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, **_: str
) -> Any:
    """The meeting for those who hold a right on it or work in one of its units. Raises NotVisible
    alike for absent and foreign, and before the forms are locked."""
    row = conn.execute(sa.select(Meeting).where(Meeting.ref == ref)).first()
    if row is None or row.state not in SHOWN or row.package is None:
        raise NotVisible(ref)
    if rights_on(conn, actor, row) or _own(conn, actor, permission, row):
        return row
    raise NotVisible(ref)


def _own(conn: sa.Connection, actor: Actor, permission: Permission, row: Any) -> bool:
    whole = resource_of_thing(conn, Thing.MEETING, row)
    units = conn.execute(
        sa.select(Unit.id, Unit.class_code)
        .join(MeetingUnit, MeetingUnit.unit_id == Unit.id)
        .where(MeetingUnit.meeting_id == row.id)
    ).all()
    return any(
        permits(actor, permission, Resource(whole.organ_id, unit, class_code))
        for unit, class_code in units
    )


def notice_of(conn: sa.Connection, row: Any) -> Notice:
    """The announcement of a meeting whose forms are locked. Raises NotVisible without a scheme."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    if scheme is None:
        raise NotVisible(row.ref)
    rules = scheme.ballot
    return Notice(
        sheets=sheets_of(conn, row.id),
        groups=tuple(g for g in voters_of(conn, row.id) if g.members),
        lines=counted_together(conn, row, scheme),
        electorates=_weighed(scheme),
        units=tuple(names_of_units(conn, row.id)),
        items=items_asked(row, scheme),
        k=smallest(scheme),
        turnout=rules.turnout_floor,
        rate_base=rules.rate_base,
        custody=rules.raw_ballots,
        years=rules.raw_years,
        self_row=rules.self_row,
        late=rules.late,
        digest=card_digest(row),
    )


def card_digest(row: Any) -> str:
    """What is printed on every card: sixteen letters of the package's digest, once cards exist."""
    return str(row.package_digest)[:16] if row.urn_id else ""


def _weighed(scheme: Scheme) -> tuple[Weighed, ...]:
    none = Fraction(0)
    return tuple(
        Weighed(
            one.title,
            one.named,
            tuple(scheme.ballot.weights[p].get(code, none) for p in POSITIONS),
        )
        for code, one in scheme.ballot.electorates.items()
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What an assembly may be made of."""

    electorates: Sequence[tuple[str, str]]
    units: Sequence[tuple[int, str]]


def assembly_choices(conn: sa.Connection, cycle_id: int) -> Choices:
    """Electorates with cards, and units that have a meeting this year, in official order."""
    scheme = scheme_of_cycle(conn, cycle_id)
    rules = scheme.ballot.electorates.values() if scheme else ()
    units = conn.execute(
        sa.select(Unit.id, Unit.name)
        .where(Unit.id.in_(live_units(cycle_id)))
        .order_by(Unit.sort_no, Unit.id)
    )
    return Choices(
        [(one.code, one.title) for one in rules if not one.named],
        [(unit, name) for unit, name in units],
    )
