"""Target completion by ratio: full x min(cap, actual / target)."""

from fractions import Fraction

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import FULL, POSITIVE, Method, Outcome, Reading, Step
from workflow.words import m


def _ratio(reading: Reading) -> Fraction | None:
    """Degree of completion, at least 0; None where target or reverse figure forbids a ratio."""
    target = reading.target
    if target is None or target <= 0:
        return None
    if reading.direction == POSITIVE:
        return max(Fraction(0), reading.value / target)
    # a reverse figure of 0 or less is better than any target: complete without a quotient
    return target / reading.value if reading.value > 0 else reading.parameter("cap", Fraction(1))


def score(reading: Reading) -> Outcome:
    """Points up to ``cap`` times full; without a positive target there are none, and it says so."""
    ratio = _ratio(reading)
    if ratio is None:
        return Outcome(None, m("没有大于零的目标值,不能按完成比例计分"))
    cap = reading.parameter("cap", Fraction(1))
    remark = m("超过上限,按上限计分") if ratio > cap else None
    return Outcome(reading.parameter("full", FULL) * min(cap, ratio), remark)


def explain(reading: Reading) -> tuple[Step, ...]:
    """Ratio, cap, points."""
    ratio = _ratio(reading)
    if ratio is None or reading.target is None:
        return ()
    value, target = plain(reading.value), plain(reading.target)
    above, below = (value, target) if reading.direction == POSITIVE else (target, value)
    division = f"{above} ÷ {below}" if reading.value > 0 else f"{value} → {plain(ratio)}"
    cap = reading.parameter("cap", Fraction(1))
    full = reading.parameter("full", FULL)
    points = full * min(cap, ratio)
    return (
        Step(m("完成比例"), division, plain(ratio)),
        Step(m("不超过上限"), f"min({plain(cap)}, {plain(ratio)})", plain(min(cap, ratio))),
        Step(m("折算得分"), f"{plain(min(cap, ratio))} × {plain(full)}", shown(points)),
    )


METHOD = Method(
    code="target_ratio",
    zh="目标完成比例",
    en="Target completion",
    needs_target=True,
    numbers={"cap": (0, 10), "full": (0, 10000)},
    score=score,
    explain=explain,
)
