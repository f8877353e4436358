"""Min-max scaling within the class: full x (x - min) / (max - min), reversed for 逆向指标.

Source: the common 极差标准化; fixed goalposts as in the Human Development Index.
"""

from fractions import Fraction

from cases.scoring.exact import plain, shown
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.vectors import Number
from workflow.words import m


def _ends(column: Column) -> tuple[Number, Number]:
    """The fixed goalposts where the scheme gives them, else the figures of the class."""
    low, high = column.optional("min"), column.optional("max")
    return (
        column.values.lowest() if low is None else low,
        column.values.highest() if high is None else high,
    )


def _clipped(column: Column) -> bool:
    return column.word("beyond", "clip") == "clip"


def score(column: Column) -> Scored:
    """Points from 0 to full; when all figures are equal everyone gets the ``equal`` points."""
    if not len(column):
        return Scored(column.values)
    low, high = _ends(column)
    full = column.number("full", FULL)
    if high <= low:
        equal = column.number("equal", full)
        same = m("本类各单位数值相同,一律计 %(points)s 分", points=shown(equal))
        return Scored(column.values.line(0, add=equal), dict.fromkeys(range(len(column)), same))
    slope = full / (high - low) if isinstance(high - low, Fraction) else float(full) / (high - low)
    values = column.values
    points = values.line(slope, low) if column.best_is_high else values.line(-slope, high)
    if not _clipped(column) or not _fixed(column):
        return Scored(points)
    outside = m("超出固定上下限,按上下限计分")
    beyond = [*values.below(low), *values.above(high)]
    return Scored(points.clip(Fraction(0), full), dict.fromkeys(beyond, outside))


def _fixed(column: Column) -> bool:
    return column.optional("min") is not None or column.optional("max") is not None


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Lowest, highest, share, points."""
    low, high = _ends(column)
    posts = Step(m("最小值、最大值"), f"{plain(low)}, {plain(high)}", plain(high - low))
    if high <= low:
        return (posts,)
    full = column.number("full", FULL)
    value = column.values.at(place)
    top = value - low if column.best_is_high else high - value
    share = top / (high - low)
    if _clipped(column):
        share = min(1, max(0, share))
    said = (
        f"{plain(value)} − {plain(low)}"
        if column.best_is_high
        else f"{plain(high)} − {plain(value)}"
    )
    return (
        posts,
        Step(m("极差标准化"), f"({said}) ÷ ({plain(high)} − {plain(low)})", plain(share)),
        Step(m("折算得分"), f"{plain(share)} × {plain(full)}", shown(share * full)),
    )


METHOD = Method(
    code="minmax",
    zh="极差标准化",
    en="Min-max scaling",
    score=score,
    explain=explain,
    numbers={
        "full": (0, 10000),
        "equal": (0, 10000),
        "min": (-(10**15), 10**15),
        "max": (-(10**15), 10**15),
    },
    words={"beyond": ("clip", "open")},
)
