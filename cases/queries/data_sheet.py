"""Data sheets as their readers see them: by indicator at the desk, by unit at the office.

A department enters one indicator for all units at once, so its desk turns the sheets around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.canonical import digest
from cases.clock import date_of
from cases.errors import NotVisible
from cases.models import Cycle, DataSheet, IndicatorValue, Person, SchemeVersion, Unit
from cases.queries.contradictions import against
from cases.queries.data_checks import findings_of
from cases.queries.previous_figures import previous_figures
from cases.queries.relations import foreign_to
from cases.queries.scheme import scheme_by_digest, scheme_of_cycle
from cases.queries.sheet_reach import Condition, figures_within, of_department, reach
from cases.scoring.plausibility import Change, Finding, change
from cases.scoring.shapes import Indicator, Scheme
from cases.scoring.successors import Previous
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission, ValueState
from workflow.words import Sentence

EDITABLE = (ValueState.DRAFT, ValueState.RETURNED)
SETTLED = (ValueState.VERIFIED, ValueState.FROZEN)


def mark_of(row: Any) -> str:
    """What a value says, in 16 hex digits: a page carries it to tell whether it changed since.

    ``row`` has the texts, not_applicable, previous_value and period.
    """
    absent = "1" if row.not_applicable else None
    said = (row.value, row.missing_reason, row.source, row.document, row.remark)
    return mark(*said, absent, row.previous_value, row.period)


def mark(*said: str | None) -> str:
    """The mark of a value by its texts in the order of :func:`mark_of`."""
    return digest([text or None for text in said])[:16]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one unit with what stands around it; ``previous`` is last year's figure."""

    sheet_id: int
    unit_id: int
    unit: str
    unit_code: str
    indicator: str
    number: int
    value: str | None
    missing_reason: str | None
    source: str | None
    document: str | None
    remark: str | None
    state: ValueState
    entered_by: int | None
    entered_name: str | None
    entered_at: datetime | None
    verified_name: str | None
    verified_at: datetime | None
    return_reason: str | None
    due_on: date | None
    provider: str | None
    verifier: str | None
    """The department whose people verify it."""
    not_applicable: bool = False
    file_id: int | None = None
    unit_class: str | None = None
    previous_value: str | None = None
    period: str | None = None
    previous: str | None = None
    previous_note: Sentence | None = None
    asks_previous: bool = False
    """Last year's figure is to be given by the provider: the units merged or split."""
    findings: tuple[Finding, ...] = ()
    contradicted: bool = False
    """Another figure stands against it and nobody has settled which holds."""

    @property
    def warnings(self) -> list[Finding]:
        """What to look at besides the change on last year."""
        return [f for f in self.findings if f.code not in ("jump", "slip")]

    @property
    def editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def entered_on(self) -> date | None:
        """The day the figure was entered."""
        return None if self.entered_at is None else date_of(self.entered_at)

    @property
    def filled(self) -> bool:
        return self.value is not None or self.missing_reason is not None

    @property
    def change(self) -> Change | None:
        return change(self.previous, self.value)

    @property
    def jumps(self) -> bool:
        found = self.change
        return found is not None and found.jumps


@dataclass(frozen=True, slots=True)
class Column:
    """One indicator with its values in official order of the units."""

    indicator: Indicator
    cells: tuple[Cell, ...]

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def left(self) -> int:
        """Values still to be handed in."""
        return sum(c.editable for c in self.cells)

    @property
    def waiting(self) -> int:
        """Values that wait for the verifier."""
        return sum(c.state is ValueState.SUBMITTED for c in self.cells)

    @property
    def settled(self) -> int:
        return sum(c.state in SETTLED for c in self.cells)

    @property
    def returned(self) -> int:
        return sum(c.state is ValueState.RETURNED for c in self.cells)


@dataclass(frozen=True, slots=True)
class DeskYear:
    """One year that asked a department for figures; how many are still to be handed in, and wait
    for a verifier."""

    ref: str
    year: int
    title: str
    left: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What one department provides in one cycle; ``years`` are all that asked it, newest first."""

    cycle: Any
    scheme: Scheme
    columns: tuple[Column, ...]
    due_on: date | None
    years: tuple[DeskYear, ...] = ()

    @property
    def past(self) -> bool:
        """Whether a later year asked the department too; two organs may ask it in one year."""
        return bool(self.cycle.year < self.years[0].year)

    @property
    def earlier(self) -> str | None:
        """The year's number, none for the newest: what addresses carry."""
        return self.cycle.ref if self.cycle.ref != self.years[0].ref else None

    @property
    def cells(self) -> list[Cell]:
        return [cell for column in self.columns for cell in column.cells]

    @property
    def units(self) -> int:
        return len({cell.unit_id for cell in self.cells})

    def column(self, code: str) -> Column:
        """The column of an indicator. Raises NotVisible for one that is not provided here."""
        for column in self.columns:
            if column.code == code:
                return column
        raise NotVisible(code)


def desk_of(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str | None = None
) -> Desk | None:
    """The desk of the actor's department for entering or verifying, in the year of a number or the
    newest; None without any value. Raises NotVisible for a year that didn't ask it."""
    units = {s.unit_id for s in scopes(actor, permission) if s.unit_id is not None}
    mine = sa.and_(
        of_department(IndicatorValue, permission).in_(units),
        IndicatorValue.superseded.is_(False),
        foreign_figures(actor, permission),
    )
    cycles = _cycles(conn, mine)
    cycle = next((c for c in cycles if ref in (None, c.ref)), None)
    if cycle is None:
        if cycles:
            raise NotVisible(ref)
        return None
    scheme = scheme_by_digest(conn, cycle.scheme)
    here = sa.and_(mine, DataSheet.cycle_id == cycle.id)
    cells = _cells(conn, cycle, scheme, here, actor)
    days = [c.due_on for c in cells if c.due_on is not None and c.editable]
    years = tuple(DeskYear(c.ref, c.year, c.title, c.left, c.waiting) for c in cycles)
    return Desk(cycle, scheme, _columns(scheme, cells), min(days) if days else None, years)


def _cycles(conn: sa.Connection, mine: Condition) -> Sequence[Any]:
    """The years with figures of a department, the newest first."""
    state, c = IndicatorValue.state, Cycle
    return conn.execute(
        sa.select(
            c.id,
            c.ref,
            c.year,
            c.title,
            c.managing_organ_id,
            SchemeVersion.digest.label("scheme"),
            sa.func.sum(sa.case((state.in_(EDITABLE), 1), else_=0)).label("left"),
            sa.func.sum(sa.case((state == ValueState.SUBMITTED, 1), else_=0)).label("waiting"),
        )
        .join(DataSheet, DataSheet.cycle_id == c.id)
        .join(IndicatorValue, IndicatorValue.sheet_id == DataSheet.id)
        .join(SchemeVersion, SchemeVersion.id == c.scheme_version_id)
        .where(mine)
        .group_by(c.id, c.ref, c.year, c.title, c.managing_organ_id, SchemeVersion.digest)
        .order_by(c.year.desc(), c.id.desc())
    ).all()


def foreign_figures(actor: Actor, permission: Permission) -> Condition:
    """Sheets whose figures aren't closed to the actor as those of his own unit."""
    foreign = foreign_to(actor, DataSheet.unit_id)
    if permission is not Permission.DATA_ENTER:
        return foreign
    return sa.or_(foreign, IndicatorValue.provider_unit_id == DataSheet.unit_id)


def _columns(scheme: Scheme, cells: Sequence[Cell]) -> tuple[Column, ...]:
    found = []
    for code, indicator in scheme.entered.items():
        mine = tuple(c for c in cells if c.indicator == code)
        if mine:
            found.append(Column(indicator, mine))
    return tuple(found)


def _cells(
    conn: sa.Connection, cycle: Any, scheme: Scheme, where: Condition, actor: Actor
) -> list[Cell]:
    entered, verified = aliased(Person), aliased(Person)
    provider, verifier = aliased(Unit), aliased(Unit)
    rows = conn.execute(
        sa.select(
            IndicatorValue,
            DataSheet.unit_id,
            DataSheet.due_on,
            Unit.name.label("unit"),
            Unit.code.label("unit_code"),
            Unit.class_code,
            entered.name.label("entered_name"),
            verified.name.label("verified_name"),
            provider.name.label("provider"),
            verifier.name.label("verifier"),
            against().label("contradicted"),
        )
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .outerjoin(entered, entered.id == IndicatorValue.entered_by)
        .outerjoin(verified, verified.id == IndicatorValue.verified_by)
        .outerjoin(provider, provider.id == IndicatorValue.provider_unit_id)
        .outerjoin(verifier, verifier.id == IndicatorValue.verifier_unit_id)
        .where(where)
        .order_by(Unit.sort_no, Unit.id, IndicatorValue.id)
    ).all()
    before = previous_figures(conn, cycle, {row.unit_id for row in rows}, scheme)
    nothing = Previous(None)
    cells = [_cell(row, before.get((row.unit_id, row.indicator), nothing)) for row in rows]
    newest = {(c.sheet_id, c.indicator): c for c in cells}  # a later version comes later
    told = figures_within(actor, Permission.DATA_READ)
    found = findings_of(conn, scheme, newest.values(), readable=told)
    return [
        replace(c, findings=tuple(found[place]))
        if (place := (c.sheet_id, c.indicator)) in found and newest[place] is c
        else c
        for c in cells
    ]


def _cell(row: Any, before: Previous) -> Cell:
    computed = None if before.value is None else f"{before.value:f}"
    return Cell(
        sheet_id=row.sheet_id,
        unit_id=row.unit_id,
        unit=row.unit,
        unit_code=row.unit_code,
        indicator=row.indicator,
        number=row.number,
        value=row.value,
        missing_reason=row.missing_reason,
        source=row.source,
        document=row.document,
        remark=row.remark,
        state=ValueState(row.state),
        entered_by=row.entered_by,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        verified_name=row.verified_name,
        verified_at=row.verified_at,
        return_reason=row.return_reason,
        due_on=row.due_on,
        provider=row.provider,
        verifier=row.verifier,
        not_applicable=row.not_applicable,
        file_id=row.file_id,
        unit_class=row.class_code,
        previous_value=row.previous_value,
        period=row.period,
        previous=row.previous_value or computed,
        previous_note=before.note,
        asks_previous=before.asked,
        contradicted=bool(row.contradicted),
    )


def load_sheet(
    conn: sa.Connection, actor: Actor, permission: Permission, sheet_id: int, **more: Any
) -> Any:
    """The sheet with its unit and cycle. Raises NotVisible alike for absent and foreign."""
    row = conn.execute(
        sa.select(
            DataSheet,
            Unit.name.label("unit"),
            Cycle.title.label("cycle"),
            Cycle.ref.label("cycle_ref"),
            Cycle.year,
            Cycle.managing_organ_id,
        )
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .where(DataSheet.id == sheet_id, reach(actor, permission))
    ).first()
    if row is None:
        raise NotVisible(f"data_sheet:{sheet_id}")
    return row


def columns_of_sheet(
    conn: sa.Connection, sheet: Any, actor: Actor, permission: Permission = Permission.DATA_READ
) -> tuple[Column, ...]:
    """The figures of one unit the actor may see, by indicator, earlier versions first."""
    scheme = scheme_of_cycle(conn, sheet.cycle_id)
    if scheme is None:
        return ()
    mine = sa.and_(DataSheet.id == sheet.id, figures_within(actor, permission))
    return _columns(scheme, _cells(conn, sheet, scheme, mine, actor))
