"""Statistics in one go: the points of many indicators of a class as one matrix.

Only numbers are made here. Remarks, frames and steps are those of the indicator scored by itself
(``run``), which gives the same points to the last bit; they are made when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.blocks import Block, picked
from cases.scoring.means import mean_of_rows
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import POSITIVE, Column
from cases.scoring.nodes import Points, whole_weights
from cases.scoring.shapes import Indicator
from cases.scoring.vectors import Exact

_HEAVIEST = 2**53


MANY = frozenset(code for code, method in METHODS.items() if method.many is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Points, a row an indicator; ``there`` is False where a figure is missing."""

    codes: list[str]
    points: NDArray[np.float64]
    there: NDArray[np.bool_] | None


@dataclass(slots=True)
class Tables:
    """Where the points of each indicator that was scored in one go stand: table and row."""

    found: dict[str, tuple[Table, int]] = field(default_factory=dict)

    def points(self, code: str) -> Points:
        """One row, without its remarks. Raises KeyError."""
        table, row = self.found[code]
        if table.there is None:
            return Points(None, table.points[row])
        there = table.there[row]
        return Points(None, np.where(there, table.points[row], 0.0), _gaps(~there))

    def whole(self, codes: list[str]) -> Table | None:
        """The table that holds these codes and no others, in their order."""
        table = self.found[codes[0]][0] if codes and codes[0] in self.found else None
        return table if table is not None and table.codes == codes else None

    def together(self, codes: list[str]) -> tuple[Table, int] | None:
        """The table and the first row, where the codes stand in one table in a row."""
        where = self.found.get(codes[0]) if codes else None
        if where is None:
            return None
        table, first = where
        return where if table.codes[first : first + len(codes)] == codes else None


def table_of(codes: list[str], points: Sequence[Points]) -> Tables:
    """One table of scores that are there already."""
    table = stacked(codes, points)
    return Tables({code: (table, row) for row, code in enumerate(codes)})


def stacked(codes: list[str], points: Sequence[Points]) -> Table:
    """The scores of some nodes below one another, as floats."""
    size = len(points[0].as_floats()) if points else 0
    array = np.array([one.as_floats() for one in points]).reshape(len(codes), size)
    if not any(one.gaps for one in points):
        return Table(codes, array, None)
    there = np.ones((len(codes), size), dtype=bool)
    for row, one in enumerate(points):
        there[row, list(one.gaps)] = False
    return Table(codes, array, there)


def tables_of(leaves: Iterable[Indicator], block: Block | None) -> Tables:
    """The tables of a class: one for each method and its parameters.

    Left out is what is compared beyond the class, changed by a chain, rounded, or zero where it is
    missing.
    """
    tables = Tables()
    if block is None:
        return tables
    for group in _alike(leaves, block):
        table = _table(group, block) if len(group) > 1 else None
        if table is not None:
            tables.found |= {code: (table, row) for row, code in enumerate(table.codes)}
    return tables


def _alike(leaves: Iterable[Indicator], block: Block) -> list[list[Indicator]]:
    """The indicators that go in one go, by method and parameters."""
    rows, whole = block.rows, block.there is None
    kinds: dict[str, list[list[Indicator]]] = {}
    for one in leaves:
        if one.method not in MANY or one.code not in rows or one.chain or one.cohort != "class":
            continue
        if one.places is not None:
            continue
        if not whole and _counts_gaps(one, block):
            continue
        found = kinds.get(one.method)
        if found is None:
            found = kinds[one.method] = []
        for group in found:
            if group[0].parameters == one.parameters:
                group.append(one)
                break
        else:
            found.append([one])
    return [group for groups in kinds.values() for group in groups]


def _counts_gaps(one: Indicator, block: Block) -> bool:
    """Whether a missing figure counts as zero, and one is missing."""
    if block.there is None or one.missing != "zero":
        return False
    return not bool(block.there[block.rows[one.code]].all())


def _table(group: Sequence[Indicator], block: Block) -> Table | None:
    codes = [one.code for one in group]
    signs = [1.0 if one.direction == POSITIVE else -1.0 for one in group]
    rows = picked(block, codes, signs)
    many = METHODS[group[0].method].many
    asked = Column(Exact([]), parameters=group[0].parameters)
    points = None if many is None else many(rows, asked)
    return None if points is None else Table(codes, points, rows.there)


def mean_of(
    weights: Sequence[Fraction] | Sequence[float],
    table: Table,
    first: int,
    availability: Fraction,
    how: str = "arithmetic",
    amount: Fraction = Fraction(1),
    *,
    floats: bool = False,
) -> Points | None:
    """The weighted mean of rows that follow one another, as ``nodes.join`` gives it.

    Weights that are ``floats`` are a statistic themselves; of others None where they don't fit one.
    """
    whole: Sequence[float] = weights if floats else whole_weights(weights)  # type: ignore[assignment, arg-type]
    full, last = sum(whole), first + len(whole)
    if full >= _HEAVIEST:
        return None
    points = table.points[first:last]
    there = None if table.there is None else table.there[first:last]
    factors = None
    if full != len(whole) or floats:
        factors = np.array(whole, dtype=np.float64).reshape(-1, 1)
    if there is None:
        return Points(None, mean_of_rows(how, points, factors, None, float(full), float(amount)))
    heavy = there if factors is None else there * factors
    present = np.add.reduce(heavy, axis=0, dtype=np.float64)
    least = float(availability * Fraction(full)) if floats else _least(availability, full)
    gaps = _gaps((present <= 0) | (present < least))
    divisor = np.where(present > 0, present, 1.0)
    return Points(None, mean_of_rows(how, points, factors, there, divisor, float(amount)), gaps)


def _least(availability: Fraction, full: float) -> float:
    """The least weight in whole numbers that meets the floor."""
    return max(1.0, float(-(-availability * int(full) // 1)))


def _gaps(places: NDArray[np.bool_]) -> frozenset[int]:
    return frozenset(np.flatnonzero(places).tolist())
