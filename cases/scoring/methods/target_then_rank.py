"""Base points for reaching the target, and more by place among those beyond it.

Points = base + (full - base) x (k - place + 1) / k for the k figures beyond the target; exactly
at the target: base; short of it: 0. Source: mixed published schemes (GDP growth: 8 % reached 4
points, else 0; above 8 % by place up to 6).
"""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import numpy as np

from cases.scoring.exact import plain, pointed
from cases.scoring.fine import ROOM
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step, taken
from cases.scoring.methods.pairs import ahead
from cases.scoring.methods.places import TIES, places
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Vector
from workflow.words import Sentence, m


def _base(column: Column) -> Fraction:
    return min(column.number("base"), column.number("full", FULL))


def _beyond(distance: Vector, gaps: dict[int, Sentence]) -> list[int]:
    found = distance.above(0)
    return [place for place in found if place not in gaps] if gaps else found


def _ranked(column: Column, ranks: Exact) -> Exact:
    """Points of those beyond the target, all of whom have a place in ``ranks``."""
    return _share(column, ranks, len(ranks))


def _share(column: Column, ranks: Exact, size: int) -> Exact:
    full = column.number("full", FULL)
    return ranks.line(-(full - _base(column)) / size, 1, full)


def score(column: Column) -> Scored:
    """0, base, or more than base up to full; exact. Without a target there are no points."""
    distance, gaps = ahead(column)
    beyond = _beyond(distance, gaps)
    if not beyond:
        return Scored(_flat(column, distance), {}, gaps)
    ties = column.word("ties", TIES[0])
    found = places(taken(distance, beyond), True)
    remarks = {beyond[i]: said for i, said in found.remarks(ties).items() if len(beyond) > 1}
    ranked, flat = _ranked(column, found.by(ties)), _flat(column, distance)
    return Scored(_merged(flat, beyond, ranked), remarks, gaps)


def _flat(column: Column, distance: Vector) -> Exact:
    """Base points where the target is reached, 0 elsewhere."""
    base = _base(column)
    nums = np.full(len(column), base.numerator, dtype=np.int64)
    nums[distance.below(0)] = 0
    return Exact(nums, base.denominator)


def _merged(flat: Exact, beyond: list[int], ranked: Exact) -> Exact:
    den = lcm(ranked.den, flat.den)
    times, factor = den // flat.den, den // ranked.den
    words, best = flat.words, ranked.words
    words, best = flat.words, ranked.words
    most = max(flat.most * times, ranked.most * factor, times, factor)
    if words is not None and best is not None and most < ROOM:
        made = words * times
        made[beyond] = best * factor
        return Exact(made, den)
    nums = [n * times for n in flat.nums]
    for place, num in zip(beyond, ranked.nums, strict=True):
        nums[place] = num * factor
    return Exact(nums, den)


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Distance to the target, base; beyond the target also place and share."""
    distance, gaps = ahead(column)
    target = column.target(place)
    if target is None:
        return ()
    gap, base = distance.at(place), _base(column)
    value, aim = plain(column.values.at(place)), plain(target)
    said = f"{value} − {aim}" if column.best_is_high else f"{aim} − {value}"
    first = Step(m("比目标好多少"), said, plain(gap))
    if gap <= 0:
        points = base if gap == 0 else Fraction(0)
        title = m("达到目标") if gap == 0 else m("未达目标")
        return (first, Step(title, f"{plain(gap)} {'=' if gap == 0 else '<'} 0", pointed(points)))
    beyond = _beyond(distance, gaps)
    found = places(taken(distance, beyond), True)
    rank = found.by(column.word("ties", TIES[0])).at(beyond.index(place))
    size, full = len(beyond), plain(column.number("full", FULL))
    points = _share(column, Exact.of([rank]), size).at(0)
    low = plain(base)
    formula = f"{low} + ({full} − {low}) × ({size} − {plain(rank)} + 1) ÷ {size}"
    return (
        first,
        Step(m("超目标单位中的名次"), f"{plain(rank)} / {size}", plain(rank)),
        Step(m("折算得分"), formula, pointed(points)),
    )


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    base, full = parameters.get("base"), parameters.get("full", FULL)
    if isinstance(base, Fraction) and isinstance(full, Fraction) and base > full:
        return m("达标分不应大于满分")
    return None


METHOD = Method(
    code="target_then_rank",
    zh="达标后按位次",
    en="Target, then place",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000), "base": (0, 10000)},
    words={"ties": TIES},
    refuse=_refuse,
    required=("base",),
    needs_target=True,
)
