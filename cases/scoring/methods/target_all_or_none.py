"""Target met: full points; not met: none (or the points stated for it).

Source: 目标完成计分 of published target schemes.
"""

from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import ahead, either
from workflow.words import Sentence, m


def score(column: Column) -> Scored:
    """Full or ``otherwise``, exact; without a target there are no points, and it says so."""
    full, otherwise = column.number("full", FULL), column.number("otherwise", Fraction(0))
    short_of, gaps = _short_of(column)
    return Scored(either(len(column), full, otherwise, short_of), {}, gaps)


def _short_of(column: Column) -> tuple[list[int], dict[int, Sentence]]:
    """Places that don't reach their target, and those without one."""
    target, values = column.targets, column.values
    if isinstance(target, Fraction):
        return (values.below(target) if column.best_is_high else values.above(target)), {}
    distance, gaps = ahead(column)
    return distance.below(0), gaps


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """The comparison, the points."""
    target = column.target(place)
    if target is None:
        return ()
    alone = column.alone(place)
    value, aim = plain(alone.values.at(0)), plain(target)
    met = not ahead(alone)[0].below(0)
    better, worse = ("≥", "<") if column.best_is_high else ("≤", ">")
    said = m("达到目标") if met else m("未达目标")
    points = score(alone).points.at(0)
    return (Step(said, f"{value} {better if met else worse} {aim}", pointed(points)),)


METHOD = Method(
    code="target_all_or_none",
    zh="目标完成计分",
    en="Target met or not",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000), "otherwise": (0, 10000)},
    needs_target=True,
)
