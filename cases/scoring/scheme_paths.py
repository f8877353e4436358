"""``path`` of an indicator: how its figure should run through the year. For early warnings only."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from cases.scoring.reading import Node
from cases.scoring.shapes import PATHS, Path
from workflow.words import m

MONTHS = 12
HUNDRED = Fraction(100)


def read_path(node: Node) -> Path | None:
    """``path: {form: sum, months: [2, 8, ..., 100]}``; without ``months`` the way is linear.

    ``months`` are twelve shares of the way in percent, never falling, the last of them 100.
    """
    if not node.has("path"):
        return None
    inner = node.at("path")
    inner.only("form", "months")
    form = inner.word("form", PATHS)
    rows = inner.rows("months")
    months = tuple(
        Node({"value": row.value}, row.path, row.problems).number("value") for row in rows
    )
    if months and (len(months) != MONTHS or months[-1] != HUNDRED):
        inner.refuse(m("应填 12 个月的进度,最后一个月为 100"), "months")
    elif any(late < early for early, late in pairwise(months)):
        inner.refuse(m("后面月份的进度不能小于前面月份"), "months")
    return Path(form, months)
