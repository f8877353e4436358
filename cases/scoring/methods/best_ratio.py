"""Share of the best in the class: full x own / best; reverse: full x best / own.

In reverse the best may be zero (no accident anywhere in the best place): by the word ``zero`` who
has as little gets full points and all others 0 (``met``), or nobody has points.

Source: 按实绩赋分 (瑞安 2012: 842 / 910 x 600 = 555.16).
"""

from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import either, nobody, same_figures
from cases.scoring.vectors import Number, Vector
from workflow.words import m

ZERO = Fraction(0)


def _points(column: Column, values: Vector, best: Number) -> Vector:
    full = column.number("full", FULL)
    if column.best_is_high:
        slope = full / best if isinstance(best, Fraction) else float(full) / best
        return values.line(slope).clip(ZERO, None)
    return values.over(full * Fraction(best), full)


def score(column: Column) -> Scored:
    """Points from 0 to full; without a best figure above zero there is no ratio, and it says so."""
    if not len(column):
        return Scored(column.values)
    best = column.best()
    if _met(column, best):
        return _best_of_zero(column)
    if best <= 0:
        return Scored(column.values, {}, nobody(column, m("最好值不大于零,不能按比值计分")))
    points = _points(column, column.values, best)
    if column.values.lowest() == column.values.highest():
        return Scored(points, same_figures(len(column), column.number("full", FULL)))
    below = m("数值小于零,计 0 分")
    return Scored(
        points, dict.fromkeys(column.values.below(0) if column.best_is_high else (), below)
    )


def _met(column: Column, best: Number) -> bool:
    """Whether the best is zero and the scheme says what that comes to."""
    return best == 0 and not column.best_is_high and column.word("zero", "gap") == "met"


def _best_of_zero(column: Column) -> Scored:
    """Full points at zero, 0 above it."""
    points = either(len(column), column.number("full", FULL), ZERO, column.values.above(0))
    said = m("最好值为零,为零的计满分,其余计 0 分")
    return Scored(points, dict.fromkeys(range(len(column)), said))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Best, share, points."""
    best = column.best()
    if _met(column, best):
        value, points = column.values.at(place), _best_of_zero(column).points.at(place)
        told = f"{plain(value)} {'=' if value == 0 else '>'} 0"
        return (Step(m("最好值为零,只看是否为零"), told, pointed(points)),)
    if best <= 0:
        return ()
    alone = column.alone(place)
    figure = alone.values.at(0)
    above, below = (figure, best) if column.best_is_high else (best, figure)
    points = _points(column, alone.values, best).at(0)
    full = plain(column.number("full", FULL))
    return (
        Step(m("本类最好值"), plain(best), plain(best)),
        Step(
            m("折算得分"),
            f"max(0, {plain(above)} ÷ {plain(below)}) × {full}"
            if above < 0
            else f"{plain(above)} ÷ {plain(below)} × {full}",
            pointed(points),
        ),
    )


METHOD = Method(
    code="best_ratio",
    zh="与最好值之比",
    en="Share of the best",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000)},
    words={"zero": ("gap", "met")},
)
