"""Standard score: scale x (x - mean) / sd + centre, by default 50 + 10 z; reverse: minus z.

The standard deviation is the population's or the sample's by the word ``sd``; ``low`` and
``high`` clip the points. A statistic, so it is done in floats; what goes into it (n x - sum, and
n x squares - sum squared) is whole, so that neither the order of units nor a far zero changes a
digit. Floats, which a chain leaves, are summed by size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.blocks import Picked, Whole64, slices
from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import Column, Method, Scored, Step
from cases.scoring.methods.pairs import same_figures
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats, Number
from workflow.words import Sentence, m

_FURTHEST = 10**6
_WORD = 2**62

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Spread:
    """Mean and standard deviation of the class, in the unit of the figures; z of each figure."""

    mean: Number
    sd: float
    z: Array


def _spread(column: Column) -> _Spread | None:
    """None where the figures don't differ."""
    values, size = column.values, len(column)
    if isinstance(values, Floats):
        found = _of_floats(values.array, column)
        return None if found is None else _Spread(float(found[0][0]), float(found[1][0]), found[2])
    if values.lowest() == values.highest():
        return None
    total = sum(values.nums)
    square = size * sum(num * num for num in values.nums) - total * total
    width = _widened(np.array([float(square)]), np.array([size]), column)[0]
    sd = float(width) / (values.den * size)
    away = np.array([float(size * num - total) for num in values.nums])
    return _Spread(Fraction(total, values.den * size), sd, away / width)


def _of_floats(figures: Array, column: Column) -> tuple[Array, Array, Array] | None:
    """Mean, deviation and z of a series, or of each row; None where the figures don't differ."""
    size = figures.shape[-1]
    ordered = np.sort(figures, axis=-1)
    if (ordered[..., 0] == ordered[..., -1]).any():
        return None
    mean = np.add.reduce(ordered, axis=-1, keepdims=True) / size
    ordered -= mean  # in order still: less the same, rounded
    far = np.maximum(ordered[..., -1:], -ordered[..., :1])
    ordered /= far
    ordered *= ordered
    free = size - 1 if _sample(column) else size
    sd = far * np.sqrt(np.add.reduce(ordered, axis=-1, keepdims=True) / free)
    z = figures - mean
    z /= sd
    return mean, sd, z


def _sample(column: Column) -> bool:
    return column.word("sd", "population") == "sample"


def _widened(widths: Array, counts: NDArray[np.int64], column: Column) -> Array:
    """What n x - sum is divided by: the root of n x squares - sum squared, and of n / (n - 1)."""
    if _sample(column):
        return np.sqrt(widths * (counts / (counts - 1)))
    return np.sqrt(widths)


def many(rows: Picked, column: Column) -> Array:
    """The points of many series whose figures differ, some rows at a time to stay in the cache."""
    found = np.empty_like(rows.figures)
    units = rows.figures.shape[1]
    scale, centre = float(column.number("scale", _SCALE)), float(_centre(column))
    factors = rows.signs * scale
    low, high = column.optional("low"), column.optional("high")
    for part in slices(len(found), units):
        above, counts, points = rows.above[part], rows.counts[part], found[part]
        sums = np.add.reduce(above, axis=1)
        widths = _widened(_squares(above, counts, sums), counts, column)
        away = points if above.dtype == points.dtype else np.empty_like(above)
        np.multiply(above, units if rows.there is None else counts[:, None], out=away)
        away -= sums[:, None]
        np.divide(away, widths[:, None], out=points)
        points *= factors if len(factors) == 1 else factors[part]
        points += centre
        if low is not None or high is not None:
            points[:] = Floats(points).clip(low, high).array
    return found


def beside(rows: Array, column: Column) -> Array | None:
    """The points of several series of floats; None where one needs a remark."""
    if column.optional("low") is not None or column.optional("high") is not None:
        return None
    found = _of_floats(rows, column) if rows.size else None
    return None if found is None else _points(column, found[2]).array


def _squares(above: Whole64, counts: NDArray[np.int64], sums: Whole64) -> Array:
    """n x squares - sum squared of each row, rounded once."""
    squares = np.einsum("ij,ij->i", above, above)
    if above.dtype == np.float64 or above.shape[1] * int(squares.max()) < _WORD:
        return np.asarray(counts * squares - sums * sums, dtype=np.float64)
    rows = zip(counts.tolist(), squares.tolist(), sums.tolist(), strict=True)
    return np.array([float(n * square - total * total) for n, square, total in rows])


_SCALE = Fraction(10)


def _scale(column: Column) -> Fraction:
    scale = column.number("scale", _SCALE)
    return scale if column.best_is_high else -scale


def _centre(column: Column) -> Fraction:
    return column.number("centre", Fraction(50))


def _points(column: Column, z: Array) -> Floats:
    return Floats(z).line(_scale(column), 0.0, _centre(column))


def _bounded(column: Column, free: Floats) -> Floats:
    return free.clip(column.optional("low"), column.optional("high"))


def score(column: Column) -> Scored:
    """Points as floats; figures all equal get ``equal``, by default the centre."""
    if not len(column):
        return Scored(column.values)
    spread = _spread(column)
    if spread is None:
        equal = column.number("equal", _centre(column))
        return Scored(column.values.line(0, add=equal), same_figures(len(column), equal))
    free = _points(column, spread.z)
    low, high = column.optional("low"), column.optional("high")
    if low is None and high is None:
        return Scored(free)
    beyond = [] if low is None else free.below(low)
    beyond += [] if high is None else free.above(high)
    said = m("得分超出上下限,按上下限计分")
    return Scored(_bounded(column, free), dict.fromkeys(beyond, said))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Mean, deviation, z, points."""
    spread = _spread(column)
    if spread is None:
        equal = column.number("equal", _centre(column))
        return (Step(m("数值相同"), plain(equal), pointed(equal)),)
    figure, mean, sd = column.values.at(place), plain(spread.mean), plain(spread.sd)
    own = spread.z[[place]]
    z = plain(float(own[0]))
    kind = m("标准差(样本)") if _sample(column) else m("标准差(总体)")
    formula = f"{plain(_scale(column))} × {z} + {plain(_centre(column))}"
    low, high = column.optional("low"), column.optional("high")
    formula = formula if low is None else f"max({plain(low)}, {formula})"
    formula = formula if high is None else f"min({plain(high)}, {formula})"
    return (
        Step(m("本类平均值"), f"Σ ÷ {len(column)}", mean),
        Step(kind, "√(Σ(x − x̄)² ÷ " + _free(column) + ")", sd),
        Step(m("标准分"), f"({plain(figure)} − {mean}) ÷ {sd}", z),
        Step(m("折算得分"), formula, pointed(_bounded(column, _points(column, own)).at(0))),
    )


def _free(column: Column) -> str:
    return f"({len(column)} − 1)" if _sample(column) else str(len(column))


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
    many=many,
    beside=beside,
)
