"""Stepped bands: a table of rows ``[from, points]``; the last row whose start is reached counts.

``interpolate: linear`` draws a straight line from row to row. Below the first row there are the
``below`` points (0; on a line the first row's). The table says which way is good, not the
direction. Source: 分档计分 of published schemes.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm

import numpy as np

from cases.scoring.exact import plain, pointed
from cases.scoring.fine import ROOM
from cases.scoring.methods.method import Column, Method, Rows, Scored, Step
from cases.scoring.methods.pairs import nobody
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Vector
from workflow.words import Sentence, m

ZERO = Fraction(0)
_Told = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
"""A table as pairs of whole numbers, which are compared faster than fractions."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Piece 0 is below the first start; points = slope x figure + offset of the piece.

    ``rises`` and ``levels`` are slopes and offsets in whole numbers over ``den``.
    """

    rows: Rows
    starts: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    offsets: tuple[Fraction, ...]
    den: int
    rises: tuple[int, ...]
    levels: tuple[int, ...]


def _linear(column: Column) -> bool:
    return column.word("interpolate", "no") == "linear"


def _pieces_of(column: Column) -> _Pieces:
    rows = column.rows("table")
    told = tuple([(a.as_integer_ratio(), b.as_integer_ratio()) for a, b in rows])
    return _pieces(told, column.optional("below"), _linear(column))


@lru_cache(maxsize=256)
def _pieces(told: _Told, stated: Fraction | None, linear: bool) -> _Pieces:
    """The pieces of a table, not empty: the same for every class and indicator that has it."""
    rows = tuple(sorted((Fraction(*start), Fraction(*points)) for start, points in told))
    below = (rows[0][1] if linear else ZERO) if stated is None else stated
    slopes, offsets = [ZERO], [below]
    for (start, points), (following, more) in pairwise(rows):
        slope = (more - points) / (following - start) if linear and following > start else ZERO
        slopes.append(slope)
        offsets.append(points - slope * start)
    slopes, offsets = [*slopes, ZERO], [*offsets, rows[-1][1]]
    den = lcm(*(x.denominator for x in (*slopes, *offsets)))
    return _Pieces(
        rows,
        tuple(start for start, _ in rows),
        tuple(slopes),
        tuple(offsets),
        den,
        tuple(int(slope * den) for slope in slopes),
        tuple(int(offset * den) for offset in offsets),
    )


def _points(pieces: _Pieces, values: Vector) -> Vector:
    if isinstance(values, Floats):
        at = np.searchsorted(np.array([float(s) for s in pieces.starts]), values.array, "right")
        rise = np.array([float(s) for s in pieces.slopes])
        return Floats(rise[at] * values.array + np.array([float(o) for o in pieces.offsets])[at])
    starts = [-(-start.numerator * values.den // start.denominator) for start in pieces.starts]
    level = values.den if any(pieces.rises) else 1
    offsets = [offset * level for offset in pieces.levels]
    if values.words is not None and _near(values.most, starts, pieces.rises, offsets):
        at = np.searchsorted(np.array(starts), values.words, "right")
        flat = np.array(offsets)[at]
        if level == 1 and not any(pieces.rises):
            return Exact(flat, pieces.den)
        return Exact(np.array(pieces.rises)[at] * values.words + flat, pieces.den * level)
    lines = list(zip(pieces.rises, offsets, strict=True))
    nums = []
    for n in values.nums:
        slope, offset = lines[bisect_right(starts, n)]
        nums.append(slope * n + offset)
    return Exact(nums, pieces.den * level)


def _near(most: int, starts: list[int], rises: Sequence[int], offsets: list[int]) -> bool:
    """Whether all of it fits machine words."""
    steep, far = max(map(abs, rises)), max(map(abs, offsets))
    return max(map(abs, starts)) < ROOM and max(most, 1) * steep + far < ROOM


def score(column: Column) -> Scored:
    """Points of the table; exact figures stay exact."""
    if not column.parameters.get("table"):
        why = m("分档表不能为空")
        return Scored(column.values, {}, nobody(column, why))
    pieces = _pieces_of(column)
    points, lower = _points(pieces, column.values), column.values.below(pieces.starts[0])
    if not lower:
        return Scored(points)
    said = m("低于第一档起点,计 %(points)s 分", points=pointed(pieces.offsets[0]))
    return Scored(points, dict.fromkeys(lower, said))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """The row, the points."""
    if not column.rows("table"):
        return ()
    alone = column.alone(place).values
    value, pieces = alone.at(0), _pieces_of(column)
    rows = pieces.rows
    points = pointed(_points(pieces, alone).at(0))
    row = bisect_right(pieces.starts, value)
    if row == 0:
        return (Step(m("第一档以下"), f"{plain(value)} < {plain(rows[0][0])}", points),)
    start, low = rows[row - 1]
    if not pieces.slopes[row]:
        return (Step(m("所在档次"), f"{plain(value)} ≥ {plain(start)} → {plain(low)}", points),)
    following, more = rows[row]
    share = f"({plain(value)} − {plain(start)}) ÷ ({plain(following)} − {plain(start)})"
    return (
        Step(
            m("所在档次"), f"{plain(start)} → {plain(following)}", f"{plain(low)} → {plain(more)}"
        ),
        Step(m("档内插值"), f"{plain(low)} + {plain(more - low)} × {share}", points),
    )


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    table = parameters.get("table")
    starts = [row[0] for row in table if isinstance(row, tuple)] if isinstance(table, tuple) else []
    if not starts:
        return m("分档表不能为空")
    if any(first >= second for first, second in pairwise(starts)):
        return m("分档起点应由小到大")
    return None


METHOD = Method(
    code="bands",
    zh="分档计分",
    en="Stepped bands",
    score=score,
    explain=explain,
    numbers={"below": (0, 10000)},
    words={"interpolate": ("no", "linear")},
    tables=("table",),
    refuse=_refuse,
    required=("table",),
)
