"""By place in the class: the best has full points, each further place loses a step.

Points = full - full x step % x (place - 1), not below ``floor``. Source: 争先进位/按排名赋分 of
published schemes (100 %, 95 %, 90 %; "每位次 -2 %").
"""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.places import TIES, place_step, places
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact
from workflow.words import Sentence, m

ZERO = Fraction(0)


def _points(column: Column, ranks: Exact) -> Exact:
    full = column.number("full", FULL)
    return ranks.line(-full * column.number("step") / 100, 1, full).clip(_floor(column), None)


def _floor(column: Column) -> Fraction:
    return min(column.number("floor", ZERO), column.number("full", FULL))


def score(column: Column) -> Scored:
    """Points from ``floor`` to full, exact; shared places are remarked."""
    if not len(column):
        return Scored(column.values)
    ties = column.word("ties", TIES[0])
    found = places(column.values, column.best_is_high)
    return Scored(_points(column, found.by(ties)), found.remarks(ties))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Place, points."""
    found = places(column.values, column.best_is_high)
    rank = found.by(column.word("ties", TIES[0])).at(place)
    points = _points(column, Exact.of([rank])).at(0)
    full, step = plain(column.number("full", FULL)), plain(column.number("step"))
    formula = f"max({plain(_floor(column))}, {full} − {full} × {step}% × ({plain(rank)} − 1))"
    return (place_step(column, found, place), Step(m("折算得分"), formula, pointed(points)))


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    floor, full = parameters.get("floor"), parameters.get("full", FULL)
    if isinstance(floor, Fraction) and isinstance(full, Fraction) and floor > full:
        return m("保底分不应大于满分")
    return None


METHOD = Method(
    code="rank_step",
    zh="按位次递减",
    en="By place, a step each",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000), "step": (0, 100), "floor": (0, 10000)},
    words={"ties": TIES},
    refuse=_refuse,
    required=("step",),
)
