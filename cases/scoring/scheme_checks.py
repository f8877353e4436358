"""``checks`` of a scheme: figures of one unit that must fit together. They warn, never block."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from cases.scoring.reading import Node
from cases.scoring.rule_rows import title
from cases.scoring.shapes import FigureCheck
from workflow.words import m


def read_checks(node: Node, indicators: Collection[str]) -> dict[str, FigureCheck]:
    """``{code, title, sum: [..], equals: code, tolerance}`` or ``{code, title, ratio: [above,
    below], low, high}``, with ``equals`` and ``times`` where a third figure is that ratio;
    indicators must be there, a check is one of both kinds.
    """
    found: dict[str, FigureCheck] = {}
    for row in node.rows("checks"):
        row.only("code", "title", "sum", "equals", "tolerance", "ratio", "times", "low", "high")
        check = _check(row, indicators)
        if check.code in found:
            row.refuse(m("代码重复:%(code)s", code=check.code), "code")
        found[check.code] = check
    return found


def read_range(node: Node) -> tuple[Fraction | None, Fraction | None]:
    """``range: {low, high}`` of an indicator, either end may be open."""
    inner = node.at("range")
    inner.only("low", "high")
    low, high = inner.optional_number("low"), inner.optional_number("high")
    if low is not None and high is not None and low > high:
        inner.refuse(m("下限大于上限"), "low")
    return low, high


def _check(row: Node, indicators: Collection[str]) -> FigureCheck:
    parts, ratio = _codes(row, "sum", indicators), _codes(row, "ratio", indicators)
    if bool(parts) == bool(ratio):
        row.refuse(m("合计和比值应填且只填一个"), "sum")
    if ratio and len(ratio) != 2:
        row.refuse(m("比值应写两项指标"), "ratio")
    whole = row.text("equals") if parts else row.text("equals", "")
    if whole and whole not in indicators:
        row.refuse(m("没有指标“%(code)s”", code=whole), "equals")
    if ratio and not (row.has("low") or row.has("high")):
        row.refuse(m("必须填写"), "low")
    times = row.number("times", 1)
    if times <= 0 or (row.has("times") and not (ratio and whole)):
        row.refuse(m("倍数应大于零,并与比值和合计指标一起填写"), "times")
    return FigureCheck(
        code=row.text("code"),
        title=title(row),
        parts=parts,
        whole=whole,
        tolerance=row.number("tolerance", 0),
        ratio=ratio,
        low=row.optional_number("low"),
        high=row.optional_number("high"),
        times=times,
    )


def _codes(row: Node, name: str, indicators: Collection[str]) -> tuple[str, ...]:
    found = []
    for one in row.rows(name):
        if isinstance(one.value, str) and one.value in indicators:
            found.append(one.value)
        else:
            one.refuse(m("没有指标“%(code)s”", code=str(one.value)))
    return tuple(found)
