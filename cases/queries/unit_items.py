"""Deductions and bonuses of units: those of a sheet, those of a desk, those that scoring counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.canonical import digest
from cases.errors import NotVisible
from cases.models import Case, Cycle, DataSheet, Person, SchemeVersion, Unit, UnitItem
from cases.queries.relations import foreign_to
from cases.queries.scheme import scheme_by_digest
from cases.queries.sheet_reach import figures_within, of_department
from cases.scoring.items import ItemEntry, ItemRow, settle
from cases.scoring.shapes import IndicatorScheme, Item, Scheme
from workflow.permissions import Actor, scopes
from workflow.vocabulary import DataSheetState, ObjectionOutcome, Permission, State, ValueState

USABLE = (ValueState.VERIFIED, ValueState.FROZEN)
LEVELS = ("indicators", "composite")
BEFORE_THE_GATE = (
    State.SCOPED, State.DRAFTING, State.SUBMITTED, State.RETURNED, State.COLLECTING,
)  # fmt: skip
"""While a case of a unit is there, the unit's first sheet may still be made."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One fact under an item, who entered and verified it, and what the unit says to it."""

    id: int
    sheet_id: int
    unit_id: int
    unit: str
    unit_code: str
    provider_unit_id: int | None
    verifier_unit_id: int | None
    provider: str
    item: str
    cases: int | None
    points: str | None
    fact: str
    happened_on: date
    source: str
    document: str
    file_id: int | None
    state: ValueState
    entered_by: int
    entered: str
    verified: str
    return_reason: str
    withdrawn: str
    withdrawn_at: datetime | None
    withdraw_reason: str
    objection: str
    objection_due_on: date | None
    outcome: ObjectionOutcome | None
    answer: str

    @property
    def mark(self) -> str:
        return mark_of_entry(self)

    @property
    def counts(self) -> bool:
        """Whether it is verified and stands."""
        return self.withdrawn_at is None and self.state in USABLE

    @property
    def open(self) -> bool:
        """Whether who entered it may still change it."""
        return self.withdrawn_at is None and self.state is ValueState.RETURNED

    @property
    def entry(self) -> ItemEntry:
        """As scoring reads it."""
        proof = self.document or (f"#{self.file_id}" if self.file_id else "")
        points = None if self.points is None else Decimal(self.points)
        return ItemEntry(
            str(self.unit_id), self.item, cases=self.cases or 0, points=points,
            evidence=(proof,) if proof else (), note=self.fact,
        )  # fmt: skip


def mark_of_entry(row: Any) -> str:
    """What an entry says, in 16 hex digits: the page of its verifier carries it."""
    said = (row.item, row.cases, row.points, row.fact, row.happened_on.isoformat())
    return digest([*said, row.source or None, row.document or None, row.file_id])[:16]


@dataclass(frozen=True, slots=True)
class ItemDesk:
    """What a department enters or verifies of deductions and bonuses in the newest year."""

    cycle: Any
    scheme: Scheme
    items: Mapping[str, Item]
    units: tuple[tuple[int, str], ...]
    """(id, name) of those that still take entries, in official order."""
    rows: tuple[EntryRow, ...]

    def waiting(self, person_id: int | None) -> list[EntryRow]:
        """Rows that this person may verify."""
        return [
            r for r in self.rows
            if r.withdrawn_at is None
            and r.state is ValueState.SUBMITTED and r.entered_by != person_id
        ]  # fmt: skip


def _rows() -> Any:
    entered, verified, withdrawn = aliased(Person), aliased(Person), aliased(Person)
    provider = aliased(Unit)
    i = UnitItem
    text = sa.func.coalesce
    return (
        sa.select(
            i.id, i.sheet_id, DataSheet.unit_id, Unit.name, Unit.code, i.provider_unit_id,
            i.verifier_unit_id, text(provider.name, ""), i.item, i.cases, i.points, i.fact,
            i.happened_on, text(i.source, ""), text(i.document, ""), i.file_id, i.state,
            i.entered_by, text(entered.name, ""), text(verified.name, ""),
            text(i.return_reason, ""), text(withdrawn.name, ""), i.withdrawn_at,
            text(i.withdraw_reason, ""), text(i.objection, ""), i.objection_due_on, i.outcome,
            text(i.answer, ""),
        )
        .join(DataSheet, DataSheet.id == i.sheet_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .outerjoin(provider, provider.id == i.provider_unit_id)
        .outerjoin(entered, entered.id == i.entered_by)
        .outerjoin(verified, verified.id == i.verified_by)
        .outerjoin(withdrawn, withdrawn.id == i.withdrawn_by)
        .order_by(Unit.sort_no, i.happened_on, i.id)
    )  # fmt: skip


def _row(row: Any) -> EntryRow:
    values: list[Any] = list(row)
    values[16] = ValueState(row[16])
    values[26] = None if row[26] is None else ObjectionOutcome(row[26])
    return EntryRow(*values)


def items_of_sheet(conn: sa.Connection, sheet_id: int, actor: Actor) -> list[EntryRow]:
    """The deductions and bonuses of a sheet the actor may read, withdrawn ones among them."""
    within = figures_within(actor, Permission.DATA_READ, UnitItem)
    rows = conn.execute(_rows().where(UnitItem.sheet_id == sheet_id, within))
    return [_row(row) for row in rows]


def counted_on(conn: sa.Connection, sheet_id: int) -> list[EntryRow]:
    """The verified entries of a sheet that stand, for its paper."""
    rows = conn.execute(_rows().where(UnitItem.sheet_id == sheet_id))
    return [row for row in map(_row, rows) if row.counts]


def load_item(
    conn: sa.Connection, actor: Actor, permission: Permission, unit_item_id: int, **_: Any
) -> EntryRow:
    """One entry of a sheet within reach. Raises NotVisible alike for absent and foreign."""
    within = figures_within(actor, permission, UnitItem)
    row = conn.execute(_rows().where(UnitItem.id == unit_item_id, within)).first()
    if row is None:
        raise NotVisible(f"unit_item:{unit_item_id}")
    return _row(row)


def nearness(organ_id: int | None) -> sa.ColumnElement[int]:
    """How near a unit is to an organ: its own, nobody's, another's (2, 1, 0)."""
    own = sa.or_(Unit.managing_organ_id == organ_id, Unit.parent_id == organ_id)
    return sa.case((own, 2), (Unit.managing_organ_id.is_(None), 1), else_=0)


@dataclass(frozen=True, slots=True)
class Charge:
    """The departments of an item's facts: which enters them, whose people verify them."""

    provider_unit_id: int | None
    verifier_unit_id: int | None


def charge_of(conn: sa.Connection, item: Item, organ_id: int, assessed: int | None) -> Charge:
    """The scheme's departments, as ``Departments`` reads them; the managing organ enters where the
    scheme names none, the provider verifies where it names none or the ``assessed`` unit itself."""
    provider = _told(conn, item.provider, organ_id) if item.provider else organ_id
    named = _told(conn, item.verifier, organ_id) if item.verifier else provider
    own = named is not None and named == assessed
    return Charge(provider, provider if own else named)


def _told(conn: sa.Connection, name: str, organ_id: int) -> int | None:
    found = conn.execute(
        sa.select(Unit.id)
        .where(sa.or_(Unit.code == name, Unit.name == name))
        .order_by(sa.case((Unit.code == name, 0), else_=1), nearness(organ_id).desc(), Unit.id)
        .limit(1)
    ).scalar()
    return None if found is None else int(found)


def item_desk(conn: sa.Connection, actor: Actor, permission: Permission) -> ItemDesk | None:
    """The items of the actor's department in the newest year that asks it for any.

    Years of other organs, whose schemes name other departments, are passed over. None without any.
    """
    mine = {s.unit_id for s in scopes(actor, permission) if s.unit_id is not None}
    found = _asking(conn, mine, permission) if mine else None
    if found is None:
        return None
    cycle, scheme, items = found
    here = sa.and_(DataSheet.cycle_id == cycle.id, foreign_to(actor, DataSheet.unit_id))
    units = conn.execute(_taking(cycle.id, actor))
    ours = of_department(UnitItem, permission)
    rows = conn.execute(_rows().where(here, ours.in_(mine)))
    return ItemDesk(
        cycle, scheme, items, tuple((i, name) for i, name in units), tuple(map(_row, rows))
    )


def _asking(
    conn: sa.Connection, mine: set[int], permission: Permission
) -> tuple[Any, Scheme, dict[str, Item]] | None:
    """The newest year with items that some departments enter or verify, its scheme, those items.

    Of a department that another verifies for there may be entries to verify all the same: those
    of the verifying unit itself.
    """
    cycles = conn.execute(
        sa.select(Cycle.id, Cycle.year, Cycle.title, Cycle.managing_organ_id, SchemeVersion.digest)
        .join(SchemeVersion, SchemeVersion.id == Cycle.scheme_version_id)
        .where(sa.exists().where(DataSheet.cycle_id == Cycle.id))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    ).all()
    called = {
        name
        for row in conn.execute(sa.select(Unit.code, Unit.name).where(Unit.id.in_(mine)))
        for name in row
    }
    for cycle in cycles:
        scheme, organ = scheme_by_digest(conn, cycle.digest), cycle.managing_organ_id
        items = {
            code: one
            for code, one in scheme.items.items()
            if _ours(conn, one, organ, mine, called, permission)
        }
        if items:
            return cycle, scheme, items
    return None


def _ours(
    conn: sa.Connection,
    item: Item,
    organ: int,
    mine: set[int],
    called: set[str],
    permission: Permission,
) -> bool:
    verifies = permission is not Permission.DATA_ENTER
    near = item.provider in called if item.provider else organ in mine
    if not (near or (verifies and item.verifier in called)):
        return False  # most items are another's: nothing is asked for them
    charge = charge_of(conn, item, organ, None)
    return charge.provider_unit_id in mine or (verifies and charge.verifier_unit_id in mine)


def _taking(cycle_id: int, actor: Actor) -> Any:
    """Units whose sheet isn't frozen, and those without one that may still get it."""
    sheet = sa.and_(DataSheet.unit_id == Unit.id, DataSheet.cycle_id == cycle_id)
    waiting = sa.exists().where(
        Case.cycle_id == cycle_id, Case.unit_id == Unit.id, Case.state.in_(BEFORE_THE_GATE)
    )
    takes = sa.case((DataSheet.id.is_(None), waiting), else_=DataSheet.state != _FROZEN)
    return (
        sa.select(Unit.id, Unit.name)
        .outerjoin(DataSheet, sheet)
        .where(takes, foreign_to(actor, Unit.id))
        .order_by(Unit.sort_no, Unit.id)
    )


_FROZEN = DataSheetState.FROZEN.value


def entries_of(
    conn: sa.Connection,
    cycle_id: int,
    scheme: IndicatorScheme,
    states: Collection[ValueState] = USABLE,
) -> dict[str, dict[int, list[ItemEntry]]]:
    """Level -> unit id -> entries that count there; items the scheme has no more are left out."""
    rows = conn.execute(
        _rows().where(
            DataSheet.cycle_id == cycle_id,
            UnitItem.withdrawn_at.is_(None),
            UnitItem.state.in_(states),
        )
    )
    found: dict[str, dict[int, list[ItemEntry]]] = {level: defaultdict(list) for level in LEVELS}
    for row in map(_row, rows):
        item = scheme.items.get(row.item)
        if item is not None:
            found[item.applies_at][row.unit_id].append(row.entry)
    return found


def settled(scheme: IndicatorScheme, rows: Collection[EntryRow]) -> dict[str, ItemRow]:
    """Item -> what its verified entries of one unit come to after caps."""
    found: dict[str, ItemRow] = {}
    for level in LEVELS:
        here = [
            r.entry for r in rows
            if r.counts and r.item in scheme.items and scheme.items[r.item].applies_at == level
        ]  # fmt: skip
        found |= {row.item: row for row in settle(scheme, level, None, here)[0]}
    return found
