"""Min-max scaling within the class: full x (x - min) / (max - min), reversed for 逆向指标."""

from fractions import Fraction

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import FULL, POSITIVE, Method, Outcome, Reading, Step
from workflow.words import m


def _range(reading: Reading) -> tuple[Fraction, Fraction]:
    """The fixed goalposts where the scheme gives them, else the figures of the class."""
    figures = reading.cohort or (reading.value,)
    return reading.parameter("min", figures[0]), reading.parameter("max", figures[-1])


def _share(reading: Reading, low: Fraction, high: Fraction) -> Fraction:
    top = reading.value - low if reading.direction == POSITIVE else high - reading.value
    return min(Fraction(1), max(Fraction(0), top / (high - low)))


def score(reading: Reading) -> Outcome:
    """Points from 0 to full; when all figures are equal everyone gets the ``equal`` points."""
    low, high = _range(reading)
    full = reading.parameter("full", FULL)
    if high == low:
        points = reading.parameter("equal", full)
        return Outcome(points, m("本类各单位数值相同,一律计 %(points)s 分", points=shown(points)))
    outside = not low <= reading.value <= high
    remark = m("超出固定上下限,按上下限计分") if outside else None
    return Outcome(full * _share(reading, low, high), remark)


def explain(reading: Reading) -> tuple[Step, ...]:
    """Lowest, highest, share, points."""
    low, high = _range(reading)
    posts = Step(m("最小值、最大值"), f"{plain(low)}, {plain(high)}", plain(high - low))
    if high == low:
        return (posts,)
    full = reading.parameter("full", FULL)
    share = _share(reading, low, high)
    value = plain(reading.value)
    top = f"{value} − {plain(low)}" if reading.direction == POSITIVE else f"{plain(high)} − {value}"
    return (
        posts,
        Step(m("极差标准化"), f"({top}) ÷ ({plain(high)} − {plain(low)})", plain(share)),
        Step(m("折算得分"), f"{plain(share)} × {plain(full)}", shown(full * share)),
    )


METHOD = Method(
    code="minmax",
    zh="极差标准化",
    en="Min-max scaling",
    needs_target=False,
    numbers={
        "full": (0, 10000),
        "equal": (0, 10000),
        "min": (-(10**15), 10**15),
        "max": (-(10**15), 10**15),
    },
    score=score,
    explain=explain,
)
