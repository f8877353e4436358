"""Points off for every case: full - k x cases, at most ``cap`` off; the figure is the number.

Cases are bad whatever the direction says. Source: per-incident deductions of published schemes
(-0.5 to -1.5 each, capped).
"""

from fractions import Fraction

import numpy as np

from cases.scoring.exact import plain, pointed
from cases.scoring.fine import ROOM
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.vectors import SAME, Exact, Vector
from workflow.words import m

ZERO = Fraction(0)


def _off(column: Column) -> Fraction:
    """The most that can be taken off."""
    full = column.number("full", FULL)
    return min(full, column.number("cap", full))


def _wrong(values: Vector) -> list[int]:
    """Places of figures that are no number of cases."""
    negative = values.below(0)
    if isinstance(values, Exact):
        if values.den == 1:
            return negative
        if values.words is not None and values.den < ROOM:
            parts = (values.words > 0) & (values.words % values.den != 0)
            return [*negative, *np.flatnonzero(parts).tolist()]
        return [*negative, *(i for i, n in enumerate(values.nums) if n > 0 and n % values.den)]
    odd = np.abs(values.array - np.round(values.array)) > 10.0**-SAME
    return [*negative, *np.flatnonzero(odd & (values.array > 0)).tolist()]


def score(column: Column) -> Scored:
    """Points from full - cap to full; a figure that is no count has none, and it says so."""
    full = column.number("full", FULL)
    free = column.values.line(-column.number("per_case"), 0, full)
    least = full - _off(column)
    spent = dict.fromkeys(free.below(least), m("扣至下限为止"))
    gaps = dict.fromkeys(_wrong(column.values), m("件数应为不小于零的整数,不能计分"))
    return Scored(free.clip(least, full), spent, gaps)


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Points off, points."""
    alone = column.alone(place)
    if _wrong(alone.values):
        return ()
    cases, off = plain(alone.values.at(0)), _off(column)
    each, full = column.number("per_case"), column.number("full", FULL)
    points = score(alone).points.at(0)
    taken_off = plain(full - Fraction(points))
    return (
        Step(m("扣分"), f"min({plain(off)}, {plain(each)} × {cases})", taken_off),
        Step(m("折算得分"), f"{plain(full)} − {taken_off}", pointed(points)),
    )


METHOD = Method(
    code="per_case_deduct",
    zh="按件扣分",
    en="Points off per case",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000), "per_case": (0, 10000), "cap": (0, 10000)},
    required=("per_case",),
)
