"""Standard score: scale x (x - mean) / sd + centre, by default 50 + 10 z; reverse: minus z.

The standard deviation is the population's or the sample's by the word ``sd``; ``low`` and
``high`` clip the points. A statistic, so it is done in floats; mean and deviation come from exact
sums (or from the sorted figures), so that the order of units changes no digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import Column, Method, Scored, Step
from cases.scoring.methods.pairs import same_figures
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Number, Vector
from workflow.words import Sentence, m

_FURTHEST = 10**6


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
    size = len(values)
    free = size - 1 if column.word("sd", "population") == "sample" else size
    if isinstance(values, Exact):
        total = sum(values.nums)
        squares = sum(n * n for n in values.nums)
        variance = Fraction(squares * size - total * total, values.den * values.den * size * free)
        return _Spread(values.mean(), _root(variance))
    ordered = np.sort(values.array)
    mean = float(ordered.mean())
    far = float(max(high - mean, mean - low))
    return _Spread(mean, far * sqrt(float(np.sum(((ordered - mean) / far) ** 2)) / free))


def _root(variance: Fraction) -> float:
    """The square root, also of what is too small or too large for a float."""
    shift = (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
    return float(sqrt(variance / Fraction(4) ** shift) * 2.0**shift)


def _scale(column: Column) -> Fraction:
    scale = column.number("scale", Fraction(10))
    return scale if column.best_is_high else -scale


def _centre(column: Column) -> Fraction:
    return column.number("centre", Fraction(50))


def _z(values: Vector, spread: _Spread) -> Floats:
    """Distance from the mean in standard deviations; the distance itself is exact if it can be."""
    return values.line(1, spread.mean).floats().line(1 / spread.sd)


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
