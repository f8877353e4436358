"""Min-max scaling within the class: full x (x - min) / (max - min), reversed for 逆向指标.

Source: the common 极差标准化; fixed goalposts as in the Human Development Index.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import log

import numpy as np
from numpy.typing import NDArray

from cases.scoring.blocks import Picked
from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import nobody
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats, Number, Vector
from workflow.words import Sentence, m


def _scaled(column: Column) -> Column:
    """The column and its goalposts in logarithms where the scheme says so."""
    if column.word("scale", "linear") == "linear":
        return column
    ends = {
        name: Fraction(log(value))
        if isinstance(value, Fraction) and name in ("min", "max")
        else value
        for name, value in column.parameters.items()
    }
    return replace(column, values=Floats(np.log(column.values.floats().array)), parameters=ends)


def _ends(column: Column) -> tuple[Number, Number]:
    """The fixed goalposts where the scheme gives them, else the figures of the class."""
    low, high = column.optional("min"), column.optional("max")
    return (
        column.values.lowest() if low is None else low,
        column.values.highest() if high is None else high,
    )


def _clipped(column: Column) -> bool:
    """Figures of the class never lie beyond their own lowest and highest."""
    return _fixed(column) and column.word("beyond", "clip") == "clip"


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    low, high = parameters.get("min"), parameters.get("max")
    if isinstance(low, Fraction) and isinstance(high, Fraction) and low >= high:
        return m("下限应小于上限")
    posts = [end for end in (low, high) if isinstance(end, Fraction)]
    if parameters.get("scale") == "log" and any(end <= 0 for end in posts):
        return m("取对数时上下限应大于零")
    return None


def score(column: Column) -> Scored:
    """Points from 0 to full; when all figures are equal everyone gets the ``equal`` points."""
    if column.word("scale", "linear") == "log" and len(column):
        lost = [int(i) for i in np.flatnonzero(column.values.floats().array <= 0)]
        if lost:
            return _without(column, lost)
    return _normalised(_scaled(column)) if len(column) else Scored(column.values)


def _without(column: Column, lost: list[int]) -> Scored:
    """The score with the figures that have no logarithm left out."""
    kept = sorted(set(range(len(column))) - set(lost))
    gaps = dict.fromkeys(lost, m("数值不大于零,不能取对数"))
    if not kept:
        return Scored(column.values, gaps=gaps)
    figures = column.values.floats().array
    inner = _normalised(_scaled(replace(column, values=Floats(figures[kept]))))
    points = np.zeros(len(column))
    points[kept] = inner.points.floats().array
    return Scored(Floats(points), {kept[i]: said for i, said in inner.remarks.items()}, gaps)


def _normalised(column: Column) -> Scored:
    low, high = _ends(column)
    full = column.number("full", FULL)
    if high < low or (high == low and not _same(column)):
        return Scored(column.values, {}, nobody(column, m("最大值不大于最小值,不能计分")))
    if high == low:
        equal = column.number("equal", full)
        same = m("本类各单位数值相同,一律计 %(points)s 分", points=pointed(equal))
        return Scored(column.values.line(0, add=equal), dict.fromkeys(range(len(column)), same))
    points = _points(column, low, high)
    if not _clipped(column):
        return Scored(points)
    outside = m("超出固定上下限,按上下限计分")
    beyond = [*column.values.below(low), *column.values.above(high)]
    return Scored(points, dict.fromkeys(beyond, outside))


def many(rows: Picked, column: Column) -> NDArray[np.float64] | None:
    """The points of many series in logarithms between their own ends; None for what is exact."""
    if column.word("scale", "linear") != "log" or _fixed(column):
        return None
    if rows.lowest.min() <= 0:
        return None
    low, high = np.log(rows.lowest), np.log(rows.highest)
    room = high - low
    if room.min() <= 0:
        return None
    signs = rows.signs[:, 0]
    found = np.log(rows.figures)
    found -= np.where(signs > 0, low, high)[:, None]
    found *= (signs * (float(column.number("full", FULL)) / room))[:, None]
    return found


def _points(column: Column, low: Number, high: Number) -> Vector:
    """Full between the goalposts, which lie apart; clipped where the scheme says so."""
    full, room = column.number("full", FULL), high - low
    slope = full / room if isinstance(room, Fraction) else float(full) / room
    if column.best_is_high:
        points = column.values.line(slope, low)
    else:
        points = column.values.line(-slope, high)
    return points.clip(Fraction(0), full) if _clipped(column) else points


def _same(column: Column) -> bool:
    return bool(column.values.lowest() == column.values.highest())


def _fixed(column: Column) -> bool:
    return column.optional("min") is not None or column.optional("max") is not None


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Lowest, highest, share, points."""
    if column.word("scale", "linear") == "log":
        figures = column.values.floats().array
        if figures[place] <= 0:
            return ()
        place = int((figures[:place] > 0).sum())
        column = _scaled(replace(column, values=Floats(figures[figures > 0])))
    low, high = _ends(column)
    posts = Step(m("最小值、最大值"), f"{plain(low)}, {plain(high)}", plain(high - low))
    full = column.number("full", FULL)
    if high < low or (high == low and not _same(column)):
        return ()
    if high == low:
        equal = column.number("equal", full)
        return (posts, Step(m("数值相同"), plain(equal), pointed(equal)))
    alone = column.alone(place)
    value, points = alone.values.at(0), _points(alone, low, high).at(0)
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
        Step(m("折算得分"), f"{plain(share)} × {plain(full)}", pointed(points)),
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
    refuse=_refuse,
    words={"beyond": ("clip", "open"), "scale": ("linear", "log")},
    many=many,
)
