"""The same arithmetic bare for rules by steps: targets met, places, units, cases, bands, goalposts.

All are whole numbers of 24 places, as ``benchmarks.methods`` says.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Any

from benchmarks.methods import FINE, Bare, Columns, joined, over

TABLE = [100 - n // 3 for n in range(90)]
BANDS = [(0, 40), (20, 60), (40, 75), (60, 90), (80, 100)]
LOW, HIGH = 10, 90
"""Goalposts; figures run from 0.01 to 99.99."""


def _places(one: list[int]) -> list[int]:
    """Best is 1, equal figures share the better place."""
    order = sorted(-x for x in one)
    return [bisect_left(order, -x) + 1 for x in one]


def target_met(columns: Columns) -> list[int]:
    """100 where x >= 50, else 0."""
    return joined([[100 * FINE if x >= 5_000 else 0 for x in one] for one in columns])


def rank_step(columns: Columns) -> list[int]:
    """100 less 0.2 for each further place, at least 50."""
    fifth = FINE // 5
    return joined(
        [[max(50 * FINE, 100 * FINE - fifth * (n - 1)) for n in _places(one)] for one in columns]
    )


def rank_table(columns: Columns) -> list[int]:
    """Fixed points for the first ninety places, those of the last one beyond."""
    table = [points * FINE for points in TABLE]
    last = len(table) - 1
    return joined([[table[min(n - 1, last)] for n in _places(one)] for one in columns])


def target_then_rank(columns: Columns) -> list[int]:
    """60 at the target of 50, up to 100 by place beyond it, 0 short of it."""
    found = []
    for one in columns:
        order = sorted(-x for x in one if x > 5_000)
        size = len(order)
        points = [
            over((60 * size + 40 * (size - bisect_left(order, -x))) * FINE, size)
            if x > 5_000
            else 60 * FINE * (x == 5_000)
            for x in one
        ]
        found.append(points)
    return joined(found)


def per_unit(columns: Columns) -> list[int]:
    """100 less 1.5 for each unit short of 50, nothing left at worst."""
    step = FINE * 15 // 1_000
    return joined([[max(0, 100 * FINE - step * max(0, 5_000 - x)) for x in one] for one in columns])


def per_case(columns: Columns) -> list[int]:
    """100 less 0.5 a case, at most 30 off; a case a hundredth of the figure."""
    half = FINE // 2
    return joined([[max(70 * FINE, 100 * FINE - half * x) for x in one] for one in columns])


def bands(columns: Columns) -> list[int]:
    """The points of the last band whose start is reached."""
    starts, points = [100 * start for start, _ in BANDS], [got * FINE for _, got in BANDS]
    return joined([[points[bisect_right(starts, x) - 1] for x in one] for one in columns])


def lines(columns: Columns) -> list[int]:
    """A straight line from band to band."""
    starts = [100 * start for start, _ in BANDS]
    pieces = [
        (100 * low, points, (more - points) * FINE // (100 * (high - low)))
        for (low, points), (high, more) in pairwise(BANDS)
    ]
    pieces.append((100 * BANDS[-1][0], BANDS[-1][1], 0))
    found = []
    for one in columns:
        row = []
        for x in one:
            start, points, slope = pieces[bisect_right(starts, x) - 1]
            row.append(points * FINE + slope * (x - start))
        found.append(row)
    return joined(found)


def goalposts(columns: Columns) -> list[int]:
    """100 (x - 10) / (90 - 10), clipped."""
    room = 100 * (HIGH - LOW)
    top = [100 * FINE * k // room for k in (0, room)]
    step = 100 * FINE // room
    return joined(
        [[min(top[1], max(top[0], step * (x - 100 * LOW))) for x in one] for one in columns]
    )


def open_goalposts(columns: Columns) -> list[int]:
    """The same, beyond the goalposts too."""
    step = 100 * FINE // (100 * (HIGH - LOW))
    return joined([[step * (x - 100 * LOW) for x in one] for one in columns])


_POSTS: dict[str, Any] = {"min": str(LOW), "max": str(HIGH)}
_ROWS = [[str(start), str(points)] for start, points in BANDS]

STEPS: dict[str, Bare] = {
    "target_all_or_none": Bare({"method": "target_all_or_none", "target": "50"}, target_met),
    "rank_step": Bare(
        {"method": "rank_step", "parameters": {"step": "0.2", "floor": "50"}}, rank_step
    ),
    "rank_table": Bare(
        {
            "method": "rank_table",
            "parameters": {"table": [str(n) for n in TABLE], "beyond": "last"},
        },
        rank_table,
    ),
    "target_then_rank": Bare(
        {"method": "target_then_rank", "parameters": {"base": "60"}, "target": "50"},
        target_then_rank,
    ),
    "per_unit_deduct": Bare(
        {
            "method": "per_unit_deduct",
            "parameters": {"per_unit": "1.5", "unit_policy": "proportional"},
            "target": "50",
        },
        per_unit,
    ),
    "per_case_deduct": Bare(
        {"method": "per_case_deduct", "parameters": {"per_case": "0.5", "cap": "30"}},
        per_case,
        cases=True,
    ),
    "bands": Bare({"method": "bands", "parameters": {"table": _ROWS}}, bands),
    "bands, a line between": Bare(
        {"method": "bands", "parameters": {"table": _ROWS, "interpolate": "linear"}}, lines
    ),
    "minmax, fixed goalposts": Bare({"method": "minmax", "parameters": _POSTS}, goalposts),
    "minmax, goalposts left open": Bare(
        {"method": "minmax", "parameters": {**_POSTS, "beyond": "open"}}, open_goalposts
    ),
}
"""What is given by steps or between fixed posts."""
