"""Efficacy coefficient 功效系数: c x (x - worst) / (best - worst) + d, by default 60 to 100.

``worst`` and ``best`` are the lowest and highest figure of the class (reverse: swapped), or the
fixed 不允许值 and 满意值 of the scheme. Source: the common 功效系数法 with c = 40, d = 60.
"""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import Column, Method, Scored, Step
from cases.scoring.methods.pairs import nobody, same_figures
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Number, Vector
from workflow.words import Sentence, m


def _ends(column: Column) -> tuple[Number, Number]:
    """Worst and best: stated ones, else those of the class."""
    worst, best = column.optional("not_allowed"), column.optional("satisfactory")
    low, high = column.values.lowest(), column.values.highest()
    if not column.best_is_high:
        low, high = high, low
    return (low if worst is None else worst, high if best is None else best)


def _room(column: Column, worst: Number, best: Number) -> Number:
    """From worst to best; above zero where they are the right way round."""
    return best - worst if column.best_is_high else worst - best


def _cd(column: Column) -> tuple[Fraction, Fraction]:
    return column.number("c", Fraction(40)), column.number("d", Fraction(60))


def _points(column: Column, values: Vector, worst: Number, best: Number) -> Vector:
    c, d = _cd(column)
    room = best - worst
    slope = c / room if isinstance(room, Fraction) else float(c) / room
    points = values.line(slope, worst, d)
    return points.clip(d, c + d) if _clipped(column) else points


def _fixed(column: Column) -> bool:
    return column.optional("not_allowed") is not None or column.optional("satisfactory") is not None


def _clipped(column: Column) -> bool:
    return _fixed(column) and column.word("beyond", "clip") == "clip"


def _same(column: Column) -> bool:
    return bool(column.values.lowest() == column.values.highest())


def score(column: Column) -> Scored:
    """Points from d to c + d; figures all equal get ``equal``, by default c + d."""
    if not len(column):
        return Scored(column.values)
    worst, best = _ends(column)
    room = _room(column, worst, best)
    if room == 0 and _same(column):
        equal = column.number("equal", sum(_cd(column), Fraction(0)))
        return Scored(column.values.line(0, add=equal), same_figures(len(column), equal))
    if room <= 0:
        return Scored(column.values, {}, nobody(column, m("满意值不优于不允许值,不能计分")))
    points = _points(column, column.values, worst, best)
    if not _clipped(column):
        return Scored(points)
    low, high = (worst, best) if column.best_is_high else (best, worst)
    outside: Sentence = m("超出固定上下限,按上下限计分")
    beyond = [*column.values.below(low), *column.values.above(high)]
    return Scored(points, dict.fromkeys(beyond, outside))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Worst and best, coefficient, points."""
    worst, best = _ends(column)
    room = _room(column, worst, best)
    posts = Step(m("不允许值、满意值"), f"{plain(worst)}, {plain(best)}", plain(room))
    if room < 0 or (room == 0 and not _same(column)):
        return ()
    c, d = _cd(column)
    if room == 0:
        equal = column.number("equal", c + d)
        return (posts, Step(m("数值相同"), plain(equal), pointed(equal)))
    alone = column.alone(place)
    value = alone.values.at(0)
    share = (value - worst) / (best - worst)
    said = f"({plain(value)} − {plain(worst)}) ÷ ({plain(best)} − {plain(worst)})"
    points = _points(column, alone.values, worst, best).at(0)
    line = f"{plain(c)} × {plain(share)} + {plain(d)}"
    if _clipped(column) and not 0 <= share <= 1:
        line = f"max({plain(d)}, min({plain(c + d)}, {line}))"
    return (
        posts,
        Step(m("功效系数"), said, plain(share)),
        Step(m("折算得分"), line, pointed(points)),
    )


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    best, worst = parameters.get("satisfactory"), parameters.get("not_allowed")
    if best is not None and best == worst:
        return m("满意值和不允许值不能相同")
    return None


METHOD = Method(
    code="efficacy",
    zh="功效系数",
    en="Efficacy coefficient",
    score=score,
    explain=explain,
    numbers={
        "c": (0, 10000),
        "d": (0, 10000),
        "equal": (0, 10000),
        "satisfactory": (-(10**15), 10**15),
        "not_allowed": (-(10**15), 10**15),
    },
    refuse=_refuse,
    words={"beyond": ("clip", "open")},
)
