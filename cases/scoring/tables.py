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

    def together(self, codes: list[str]) -> tuple[Table, int] | None:
        """The table and the first row, where the codes stand in one table in a row."""
        where = self.found.get(codes[0]) if codes else None
        if where is None:
            return None
        table, first = where
        return where if table.codes[first : first + len(codes)] == codes else None


def table_of(codes: list[str], points: Sequence[Points]) -> Tables:
    """One table of scores that are there already."""
    size = len(points[0].as_floats()) if points else 0
    there = np.ones((len(codes), size), dtype=bool)
    for row, one in enumerate(points):
        there[row, list(one.gaps)] = False
    array = np.array([one.as_floats() for one in points]).reshape(len(codes), size)
    table = Table(codes, array, None if there.all() else there)
    return Tables({code: (table, row) for row, code in enumerate(codes)})


def tables_of(leaves: Iterable[Indicator], block: Block | None) -> Tables:
    """The tables of a class: one for each method and its parameters.

    Left out is what is compared beyond the class, changed by a chain, or zero where it is missing.
    """
    tables = Tables()
    if block is None:
        return tables
    rows = block.rows
    groups: dict[object, list[Indicator]] = {}
    for one in leaves:
        if one.method not in MANY or one.code not in rows:
            continue
        if one.chain or one.cohort != "class" or _counts_gaps(one, block):
            continue
        own = (one.method, frozenset(one.parameters.items())) if one.parameters else one.method
        groups.setdefault(own, []).append(one)
    for group in groups.values():
        table = _table(group, block) if len(group) > 1 else None
        if table is not None:
            tables.found |= {code: (table, row) for row, code in enumerate(table.codes)}
    return tables


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
    weights: Sequence[Fraction], table: Table, first: int, availability: Fraction
) -> Points | None:
    """The weighted arithmetic mean of rows that follow one another, as ``nodes.join`` gives it.

    None where the weights don't fit a float.
    """
    whole = whole_weights(weights)
    full, last = sum(whole), first + len(whole)
    if full >= _HEAVIEST:
        return None
    points = table.points[first:last]
    even = full == len(whole)
    if even and table.there is None:
        return Points(None, np.add.reduce(points, axis=0) / float(full))
    factors = np.array(whole, dtype=np.float64).reshape(-1, 1)
    if table.there is None:
        return Points(None, np.add.reduce(points * factors, axis=0) / float(full))
    there = table.there[first:last]
    sums = np.add.reduce(np.where(there, points if even else points * factors, 0.0), axis=0)
    present = np.add.reduce(there * factors, axis=0)
    floor = max(1.0, float(-(-availability * full // 1)))
    gaps = _gaps(present < floor)
    return Points(None, sums / np.maximum(present, 1.0), gaps)


def _gaps(places: NDArray[np.bool_]) -> frozenset[int]:
    return frozenset(np.flatnonzero(places).tolist())
