"""Target completion by ratio: full x min(cap, actual / target); reverse: target / actual.

There is no ratio to a target of zero (no fatal accident): by the word ``zero`` it is ``met`` or not
(full or 0, never more than full), or a gap. Source: 按完成比例计分 of published target schemes.
"""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import either
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact
from workflow.words import Sentence, m

ONE = Fraction(1)


def _ratio(column: Column, place: int) -> Fraction | None:
    """Degree of completion, at least 0; None where target or reverse figure forbids a ratio."""
    target = column.target(place)
    if target is None or target < 0 or (target == 0 and not _met(column)):
        return None
    value = Fraction(column.values.at(place))
    if target == 0:
        return Fraction(value >= 0 if column.best_is_high else value <= 0)
    if column.best_is_high:
        return max(Fraction(0), value / target)
    # a reverse figure of 0 or less is better than any target: complete without a quotient
    return target / value if value > 0 else column.number("cap", ONE)


def _met(column: Column) -> bool:
    """Whether a target of zero is met or not, rather than a gap."""
    return column.word("zero", "gap") == "met"


def score(column: Column) -> Scored:
    """Points up to ``cap`` times full; without a target to divide by none, and it says so."""
    full, cap = column.number("full", FULL), column.number("cap", ONE)
    target = column.targets
    if isinstance(target, Fraction) and target > 0:
        return _one_target(column, target, full, full * cap)
    if isinstance(target, Fraction) and target == 0 and _met(column):
        return _target_of_zero(column, full * min(cap, ONE))
    remarks: dict[int, Sentence] = {}
    gaps: dict[int, Sentence] = {}
    found: list[Fraction] = []
    for place in range(len(column)):
        ratio = _ratio(column, place)
        if ratio is None:
            gaps[place] = m("没有大于零的目标值,不能按完成比例计分")
        elif ratio > cap:
            remarks[place] = m("超过上限,按上限计分")
        elif column.target(place) == 0:
            remarks[place] = m("目标值为零,达到计满分,未达到计 0 分")
        found.append(full * min(cap, ratio or Fraction(0)))
    return Scored(Exact.of(found), remarks, gaps)


def _one_target(column: Column, target: Fraction, full: Fraction, top: Fraction) -> Scored:
    """All figures against one target, column-wise."""
    values = column.values
    if column.best_is_high:
        points = values.line(full / target)
    else:
        # a reverse figure of 0 or less is better than any target: complete without a quotient
        points = values.over(full * target, top)
    over = dict.fromkeys(points.above(top), m("超过上限,按上限计分"))
    return Scored(points.clip(Fraction(0), top), over)


def _target_of_zero(column: Column, full: Fraction) -> Scored:
    """All figures against a target of zero: at it or better full, else 0."""
    short = column.values.below(0) if column.best_is_high else column.values.above(0)
    said = m("目标值为零,达到计满分,未达到计 0 分")
    points = either(len(column), full, Fraction(0), short)
    return Scored(points, dict.fromkeys(range(len(column)), said))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Ratio, cap, points."""
    ratio, target = _ratio(column, place), column.target(place)
    if ratio is None or target is None:
        return ()
    figure = column.values.at(place)
    value, aim = plain(figure), plain(target)
    above, below = (value, aim) if column.best_is_high else (aim, value)
    division = f"{above} ÷ {below}" if figure > 0 else f"{value} → {plain(ratio)}"
    first = Step(m("完成比例"), division, plain(ratio))
    if target == 0:
        better, worse = ("≥", "<") if column.best_is_high else ("≤", ">")
        told = f"{value} {better if ratio else worse} 0"
        first = Step(m("目标值为零,只看是否达到"), told, plain(ratio))
    cap, full = column.number("cap", ONE), column.number("full", FULL)
    counted, points = min(cap, ratio), score(column.alone(place)).points.at(0)
    return (
        first,
        Step(m("不超过上限"), f"min({plain(cap)}, {plain(ratio)})", plain(counted)),
        Step(m("折算得分"), f"{plain(counted)} × {plain(full)}", pointed(points)),
    )


def _refuse_target(
    target: Fraction, _best_is_high: bool, parameters: Mapping[str, Parameter]
) -> Sentence | None:
    if target < 0:
        return m("按完成比例计分的目标值不能小于零")
    if target == 0 and parameters.get("zero") != "met":
        return m("目标值为零不能作除数,应选定“目标值为零时”的算法")
    return None


METHOD = Method(
    code="target_ratio",
    zh="目标完成比例",
    en="Target completion",
    score=score,
    explain=explain,
    numbers={"cap": (0, 10), "full": (0, 10000)},
    words={"zero": ("gap", "met")},
    refuse_target=_refuse_target,
    needs_target=True,
)
