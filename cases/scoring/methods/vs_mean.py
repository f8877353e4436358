"""Against the mean of the class: full at the mean, points off for each percent on its bad side.

Above the mean (in reverse: below it) ``above`` points may be added for each percent, at most
``most_added``; at most ``most_deducted`` come off. Source: published practice (at or above the
mean full; each 1 % below -0.1; add at most 0.5, deduct at most 2).
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from cases.scoring.exact import plain, pointed
from cases.scoring.fine import ROOM
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import (
    POLICIES,
    PROPORTIONAL,
    counted,
    minus,
    nobody,
    same_figures,
    steady_mean,
)
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Number, Vector, Words
from workflow.words import Sentence, m

ZERO = Fraction(0)


def _percent(column: Column, values: Vector, mean: Number) -> Vector:
    """How many percent of the mean a figure is on the good side of it."""
    sign = 100 if column.best_is_high else -100
    return values.line(sign / mean, mean)


def _less(column: Column) -> Fraction:
    """The most that can come off."""
    full = column.number("full", FULL)
    return min(full, column.number("most_deducted", full))


def _units(column: Column, percent: Vector) -> Vector:
    """Percent counted by the policy, on either side of the mean away from it."""
    policy = column.word("unit_policy", PROPORTIONAL)
    if policy == PROPORTIONAL:
        return percent
    good, bad = percent.clip(ZERO, None), percent.line(-1).clip(ZERO, None)
    return minus(counted(good, policy), counted(bad, policy))


def _change(column: Column, units: Vector) -> Vector:
    """Points added (above 0) or off (below 0), within their caps."""
    below, above = column.number("below"), column.number("above", ZERO)
    if isinstance(units, Exact):
        both = Exact.of([below, above])
        low, high = both.nums
        words, most = units.words, max(abs(low), abs(high))
        nums: list[int] | Words
        if words is not None and units.most * most < ROOM:
            nums = np.where(words < 0, words * low, words * high)
        else:
            nums = [low * n if n < 0 else high * n for n in units.nums]
        bent: Vector = Exact(nums, units.den * both.den)
    else:
        array = units.array
        bent = Floats(np.where(array < 0, float(below), float(above)) * array)
    return bent.clip(-_less(column), column.number("most_added", ZERO))


def _points(column: Column, percent: Vector) -> Vector:
    return _change(column, _units(column, percent)).line(1, 0, column.number("full", FULL))


def score(column: Column) -> Scored:
    """Points around full, not below 0; a mean not above zero leaves no percent, and it says so."""
    if not len(column):
        return Scored(column.values)
    full, mean = column.number("full", FULL), steady_mean(column.values)
    if column.values.lowest() == column.values.highest():
        return Scored(column.values.line(0, add=full), same_figures(len(column), full))
    if mean <= 0:
        return Scored(column.values, {}, nobody(column, m("本类平均值不大于零,不能按百分比计分")))
    percent = _percent(column, column.values, mean)
    return Scored(_points(column, percent))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Mean, percent on its good side, points added and off, points."""
    full, mean = column.number("full", FULL), steady_mean(column.values)
    if column.values.lowest() == column.values.highest():
        return (Step(m("数值相同"), plain(full), pointed(full)),)
    if mean <= 0:
        return ()
    alone = column.alone(place)
    value, middle = plain(alone.values.at(0)), plain(mean)
    percent = _percent(column, alone.values, mean)
    said = f"{value} − {middle}" if column.best_is_high else f"{middle} − {value}"
    units = _units(column, percent)
    change, points = _change(column, units).at(0), _points(column, percent).at(0)
    sign = "+" if change > 0 else "−"
    return (
        Step(m("本类平均值"), f"Σ ÷ {len(column)}", middle),
        Step(m("优于平均值的百分比"), f"({said}) ÷ {middle} × 100", plain(percent.at(0))),
        _change_step(column, units.at(0), change),
        Step(m("折算得分"), f"{plain(full)} {sign} {plain(_size(change))}", pointed(points)),
    )


def _change_step(column: Column, units: Number, change: Number) -> Step:
    """Points added or off."""
    if units > 0:
        title, each, most = (
            m("加分"),
            column.number("above", ZERO),
            column.number("most_added", ZERO),
        )
    else:
        title, each, most = m("扣分"), column.number("below"), _less(column)
    said = f"min({plain(most)}, {plain(each)} × {plain(_size(units))})"
    return Step(title, said, plain(_size(change)))


def _size(number: Number) -> Number:
    return number if number >= 0 else -number


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    if parameters.get("above") and not parameters.get("most_added"):
        return m("有加分时应填写最多加多少分")
    return None


METHOD = Method(
    code="vs_mean",
    zh="与平均值比较",
    en="Against the class mean",
    score=score,
    explain=explain,
    numbers={
        "full": (0, 10000),
        "below": (0, 10000),
        "above": (0, 10000),
        "most_added": (0, 10000),
        "most_deducted": (0, 10000),
    },
    words={"unit_policy": POLICIES},
    refuse=_refuse,
    required=("below", "most_deducted"),
    unbounded=True,
)
