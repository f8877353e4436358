"""Standard score: scale x (x - mean) / sd + centre, by default 50 + 10 z; reverse: minus z.

The standard deviation is the population's or the sample's by the word ``sd``; ``low`` and
``high`` clip the points. A statistic, so it is done in floats; mean and deviation come from the
sorted figures, so that the order of units changes no digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import Column, Method, Scored, Step
from cases.scoring.methods.pairs import same_figures
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Number, Vector
from workflow.words import Sentence, m

_FURTHEST = 10**6


_FAR = 2.0**20
"""Beyond so many widths from zero a float would lose what the figures differ by."""


@dataclass(frozen=True, slots=True)
class _Spread:
    """Mean and standard deviation of the class, in the unit of the figures."""

    mean: Number
    sd: float


def _spread(column: Column) -> _Spread | None:
    """None where the figures don't differ."""
    values = column.values
    low, high = values.lowest(), values.highest()
    if low == high:
        return None
    exact = isinstance(values, Exact) and abs(float(high)) > _FAR * (float(high) - float(low))
    mean = values.mean() if exact else float(np.sort(values.floats().array).mean())
    apart = np.sort(_apart(values, mean))
    far = float(max(apart[-1], -apart[0]))
    size = len(values)
    free = size - 1 if column.word("sd", "population") == "sample" else size
    return _Spread(mean, far * sqrt(float(np.sum((apart / far) ** 2)) / free))


def _apart(values: Vector, mean: Number) -> NDArray[np.float64]:
    """Distances from the mean; exact ones where the mean is."""
    if isinstance(mean, Fraction):
        return values.line(1, mean).floats().array
    return values.floats().array - mean


def _scale(column: Column) -> Fraction:
    scale = column.number("scale", Fraction(10))
    return scale if column.best_is_high else -scale


def _centre(column: Column) -> Fraction:
    return column.number("centre", Fraction(50))


def _z(values: Vector, spread: _Spread) -> Floats:
    """Distance from the mean in standard deviations."""
    return Floats(_apart(values, spread.mean) / spread.sd)


def _points(column: Column, values: Vector, spread: _Spread) -> Floats:
    points = _z(values, spread).line(_scale(column), 0.0, _centre(column))
    return points.clip(column.optional("low"), column.optional("high"))


def score(column: Column) -> Scored:
    """Points as floats; figures all equal get ``equal``, by default the centre."""
    if not len(column):
        return Scored(column.values)
    spread = _spread(column)
    if spread is None:
        equal = column.number("equal", _centre(column))
        return Scored(column.values.line(0, add=equal), same_figures(len(column), equal))
    points = _points(column, column.values, spread)
    low, high = column.optional("low"), column.optional("high")
    if low is None and high is None:
        return Scored(points)
    free = _z(column.values, spread).line(_scale(column), 0.0, _centre(column))
    beyond = [] if low is None else free.below(low)
    beyond += [] if high is None else free.above(high)
    return Scored(points, dict.fromkeys(beyond, m("得分超出上下限,按上下限计分")))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Mean, deviation, z, points."""
    spread = _spread(column)
    if spread is None:
        equal = column.number("equal", _centre(column))
        return (Step(m("数值相同"), plain(equal), shown(equal)),)
    values = column.alone(place).values
    figure, mean, sd = values.at(0), plain(spread.mean), plain(spread.sd)
    z = plain(_z(values, spread).at(0))
    kind = m("标准差(样本)") if column.word("sd", "population") == "sample" else m("标准差(总体)")
    formula = f"{plain(_scale(column))} × {z} + {plain(_centre(column))}"
    low, high = column.optional("low"), column.optional("high")
    formula = formula if low is None else f"max({plain(low)}, {formula})"
    formula = formula if high is None else f"min({plain(high)}, {formula})"
    return (
        Step(m("本类平均值"), f"Σ ÷ {len(column)}", mean),
        Step(kind, "√(Σ(x − x̄)² ÷ " + _free(column) + ")", sd),
        Step(m("标准分"), f"({plain(figure)} − {mean}) ÷ {sd}", z),
        Step(m("折算得分"), formula, shown(_points(column, values, spread).at(0))),
    )


def _free(column: Column) -> str:
    sample = column.word("sd", "population") == "sample"
    return f"({len(column)} − 1)" if sample else str(len(column))


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    low, high = parameters.get("low"), parameters.get("high")
    if isinstance(low, Fraction) and isinstance(high, Fraction) and low >= high:
        return m("下限应小于上限")
    return None


METHOD = Method(
    code="zscore",
    zh="标准分",
    en="Standard score",
    score=score,
    explain=explain,
    numbers={
        "scale": (0, 10000),
        "centre": (-_FURTHEST, _FURTHEST),
        "equal": (-_FURTHEST, _FURTHEST),
        "low": (-_FURTHEST, _FURTHEST),
        "high": (-_FURTHEST, _FURTHEST),
    },
    refuse=_refuse,
    words={"sd": ("population", "sample")},
    unbounded=True,
)
