"""The figures of a cycle's units as scoring reads them, with the version of each; set-shaped.

Unit codes of a scoring run are unit ids as text: names and official numbers may change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.previous_figures import previous_figures
from cases.queries.unit_items import entries_of
from cases.scoring.book import Figure
from cases.scoring.items import ItemEntry
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.successors import Previous
from workflow.vocabulary import ValueState

USABLE = (ValueState.VERIFIED, ValueState.FROZEN)
TO_DATE = (*USABLE, ValueState.SUBMITTED, ValueState.DISPUTED)
"""What a mid-year look may use: figures somebody handed in, whether or not they were checked."""
ATTRIBUTES = ("region_type", "level")
_NOTHING = Previous(None)


def revised_from(value: Any, before: Any) -> sa.ColumnElement[bool]:
    """To join a value (the table or an alias) with the version it was revised from."""
    return sa.and_(
        before.sheet_id == value.sheet_id,
        before.indicator == value.indicator,
        before.number == value.number - 1,
    )


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as lists name it; ``sort_no`` is the official order."""

    id: int
    name: str
    class_code: str
    sort_no: int


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """Figures by unit code; ``versions`` by (unit, indicator) number the rows they come from."""

    units: Mapping[str, UnitName]
    figures: tuple[Figure, ...]
    versions: Mapping[tuple[str, str], int]
    entries: tuple[ItemEntry, ...] = ()
    """Verified deductions and bonuses on units' sheets; those of the case's score are not here."""

    def classes(self, scheme: IndicatorScheme) -> dict[str, str]:
        """Unit -> class, of the units that the scheme scores by indicators."""
        return {
            code: one.class_code
            for code, one in self.units.items()
            if one.class_code in scheme.classes and scheme.leaves(one.class_code)
        }

    def fitting(self, scheme: IndicatorScheme) -> list[Figure]:
        """The figures that the scheme asks of their unit's class."""
        asked = {c: set(scheme.asked(c)) for c in set(self.classes(scheme).values())}
        mine = {code: asked[c] for code, c in self.classes(scheme).items()}
        return [one for one in self.figures if one.indicator in mine.get(one.unit, ())]

    def counted(self, scheme: IndicatorScheme) -> list[ItemEntry]:
        """The entries that change the indicator scores of the scheme."""
        known = self.classes(scheme)
        return [
            one for one in self.entries
            if one.subject in known
            and one.item in scheme.items
            and scheme.items[one.item].applies_at == "indicators"
        ]  # fmt: skip

    def attributes(self, scheme: IndicatorScheme) -> dict[str, dict[str, str]]:
        """What groups of ``impute`` and ``fill`` may name: those of the units' classes."""
        return {
            name: {u: getattr(scheme.classes[c], name) for u, c in self.classes(scheme).items()}
            for name in ATTRIBUTES
        }

    def scores(self, scheme: IndicatorScheme) -> Scores:
        """All units scored by a scheme. Raises DocumentErrors for figures that are none."""
        return score_units(
            scheme, self.classes(scheme), self.fitting(scheme), self.counted(scheme),
            self.attributes(scheme),
        )  # fmt: skip


def unit_figures(
    conn: sa.Connection,
    cycle_id: int,
    scheme: IndicatorScheme,
    *,
    states: Collection[ValueState] = USABLE,
) -> UnitFigures:
    """The units with a data sheet and a class, and their current figures in the given states."""
    units = _units(conn, cycle_id)
    cycle = conn.execute(
        sa.select(Cycle.year, Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    ).one()
    known = previous_figures(conn, cycle, {one.id for one in units.values()}, scheme)
    v = IndicatorValue
    rows = conn.execute(
        sa.select(
            DataSheet.unit_id, v.indicator, v.value, v.document, v.not_applicable,
            v.previous_value, v.number,
        )
        .join(v, v.sheet_id == DataSheet.id)
        .where(DataSheet.cycle_id == cycle_id, v.superseded.is_(False), v.state.in_(states))
        .order_by(DataSheet.unit_id, v.indicator)
    )  # fmt: skip
    figures, versions = [], {}
    for unit, code, value, document, absent, given, number in rows:
        if str(unit) not in units:
            continue
        before = _number(given) if given else known.get((unit, code), _NOTHING).value
        figures.append(
            Figure(
                str(unit), code, _number(value), provenance=document or "", previous=before,
                applies=not absent,
            )
        )  # fmt: skip
        versions[str(unit), code] = number
    usable = tuple(state for state in states if state is not ValueState.SUBMITTED)
    counted = entries_of(conn, cycle_id, scheme, usable)["indicators"]
    entries = tuple(one for unit in sorted(counted) for one in counted[unit])
    return UnitFigures(units, tuple(figures), versions, entries)


def _units(conn: sa.Connection, cycle_id: int) -> dict[str, UnitName]:
    rows = conn.execute(
        sa.select(Unit.id, Unit.name, Unit.class_code, Unit.sort_no)
        .join(DataSheet, DataSheet.unit_id == Unit.id)
        .where(DataSheet.cycle_id == cycle_id, Unit.class_code.is_not(None))
        .order_by(Unit.sort_no, Unit.id)
    )
    return {str(i): UnitName(i, name, code or "", order) for i, name, code, order in rows}


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
