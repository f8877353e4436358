"""Stepped bands: a table of rows ``[from, points]``; the last row whose start is reached counts.

``interpolate: linear`` draws a straight line from row to row. Below the first row there are the
``below`` points (0; on a line the first row's). The table says which way is good, not the
direction. Source: 分档计分 of published schemes.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import Column, Method, Rows, Scored, Step
from cases.scoring.methods.pairs import nobody
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Vector
from workflow.words import Sentence, m

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Piece 0 is below the first start; points = slope x figure + offset of the piece."""

    starts: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    offsets: tuple[Fraction, ...]


def _rows(column: Column) -> Rows:
    return tuple(sorted(column.rows("table"), key=lambda row: row[0]))


def _linear(column: Column) -> bool:
    return column.word("interpolate", "no") == "linear"


def _below(column: Column) -> Fraction:
    rows = _rows(column)
    return column.number("below", rows[0][1] if _linear(column) else ZERO)


def _pieces(column: Column) -> _Pieces:
    rows = _rows(column)
    starts = tuple(start for start, _ in rows)
    if not _linear(column):
        flat = (_below(column), *(points for _, points in rows))
        return _Pieces(starts, (ZERO,) * len(flat), flat)
    slopes, offsets = [ZERO], [_below(column)]
    for (start, points), (following, more) in pairwise(rows):
        slope = (more - points) / (following - start) if following > start else ZERO
        slopes.append(slope)
        offsets.append(points - slope * start)
    return _Pieces(starts, (*slopes, ZERO), (*offsets, rows[-1][1]))


def _points(pieces: _Pieces, values: Vector) -> Vector:
    if isinstance(values, Floats):
        at = np.searchsorted(np.array([float(s) for s in pieces.starts]), values.array, "right")
        rise = np.array([float(s) for s in pieces.slopes])
        return Floats(rise[at] * values.array + np.array([float(o) for o in pieces.offsets])[at])
    den = lcm(*(x.denominator for x in (*pieces.slopes, *pieces.offsets)))
    starts = [-(-start.numerator * values.den // start.denominator) for start in pieces.starts]
    slopes = [int(slope * den) for slope in pieces.slopes]
    if not any(slopes):
        flat = [int(offset * den) for offset in pieces.offsets]
        return Exact([flat[bisect_right(starts, n)] for n in values.nums], den)
    lines = list(zip(slopes, [int(o * den) * values.den for o in pieces.offsets], strict=True))
    nums = []
    for n in values.nums:
        slope, offset = lines[bisect_right(starts, n)]
        nums.append(slope * n + offset)
    return Exact(nums, den * values.den)


def score(column: Column) -> Scored:
    """Points of the table; exact figures stay exact."""
    rows = _rows(column)
    if not rows:
        why = m("分档表不能为空")
        return Scored(column.values, {}, nobody(column, why))
    below = _below(column)
    said = m("低于第一档起点,计 %(points)s 分", points=shown(below))
    lower = dict.fromkeys(column.values.below(rows[0][0]), said)
    return Scored(_points(_pieces(column), column.values), lower)


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """The row, the points."""
    rows = _rows(column)
    if not rows:
        return ()
    alone = column.alone(place).values
    value, pieces = alone.at(0), _pieces(column)
    points = shown(_points(pieces, alone).at(0))
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
