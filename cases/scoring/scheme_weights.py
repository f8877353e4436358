"""The weights of a scheme: a table class x indicator, or a rule that finds them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cases.scoring.exact import plain
from cases.scoring.products import PRODUCT
from cases.scoring.reading import Node
from cases.scoring.rule_shapes import Title
from cases.scoring.scheme_joins import JOINS, read_join
from cases.scoring.shapes import WEIGHINGS, Indicator, UnitClass
from workflow.words import m

HUNDRED = Fraction(100)


def read_weights(
    node: Node,
    classes: Mapping[str, UnitClass],
    indicators: Mapping[str, Indicator],
    roots: tuple[str, ...],
) -> dict[str, Any]:
    """``{total, basis, method, aggregate, ..., by_class: {class: {indicator: weight}}}``.

    With basis ``siblings`` the children of every group total ``total``; with ``points`` they
    total the points of their group. An indicator without weight doesn't count for the class.
    With the methods ``equal`` and ``entropy`` a class may list its indicators instead of weighing
    them, or say nothing and take them all. ``aggregate`` joins the uppermost groups.
    """
    inner = node.at("weights")
    inner.only("total", "basis", "method", "by_class", *JOINS)
    total = inner.number("total", HUNDRED, low=1)
    basis = inner.word("basis", ("siblings", "points"), "siblings")
    method = inner.word("method", WEIGHINGS, "given")
    found: dict[str, dict[str, Fraction]] = {}
    for code, row in inner.entries("by_class"):
        if code not in classes:
            row.refuse(m("没有类别“%(code)s”", code=code))
        elif method == "given":
            found[code] = _known_weights(row, indicators)
            _level(row, found[code], indicators, roots, total, total, basis)
            _orphans(row, found[code], indicators)
        else:
            found[code] = _listed(inner.at("by_class"), code, row, indicators)
            _orphans(row, found[code], indicators)
    if method == "given":
        if indicators:
            _covered(inner, classes, found)
    else:
        for one in classes.values():
            if one.parent is None and one.code not in found:
                found[one.code] = dict.fromkeys(indicators, Fraction(1))
    top = _top(inner, roots)
    if method == "entropy" and PRODUCT in (one.aggregate for one in (top, *indicators.values())):
        inner.refuse(m("熵权会去掉各单位相同的因子,不能与连乘并用"), "method")
    return {
        "total": total,
        "weight_basis": basis,
        "weighing": method,
        "weights": found,
        "top": top,
    }


def _top(inner: Node, roots: tuple[str, ...]) -> Indicator:
    """The whole index as a node above the uppermost groups."""
    return Indicator(
        code="", title=Title("", ""), parent=None, children=roots, unit="", direction="", method="",
        parameters={}, targets={}, missing="", provider="", verifier="", concept="", source="",
        **read_join(inner, roots),
    )  # fmt: skip


def _listed(
    table: Node, code: str, row: Node, indicators: Mapping[str, Indicator]
) -> dict[str, Fraction]:
    """The indicators a class lists, or all of those it weighs above zero; each counts as one."""
    if isinstance(row.value, Mapping):
        return dict.fromkeys(_known_weights(row, indicators), Fraction(1))
    listed = {str(one.value): one for one in table.rows(code)}
    for name, one in listed.items():
        if name not in indicators:
            one.refuse(m("没有指标“%(code)s”", code=name))
    return {name: Fraction(1) for name in indicators if name in listed}


def _known_weights(row: Node, indicators: Mapping[str, Indicator]) -> dict[str, Fraction]:
    """The positive weights of a class in the scheme's order, whatever the table's order."""
    found = {}
    for code, cell in row.pairs():
        if code in indicators:
            found[code] = row.number(code)
        else:
            cell.refuse(m("没有指标“%(code)s”", code=code))
    return {code: found[code] for code in indicators if found.get(code, Fraction(0)) > 0}


def _level(
    row: Node,
    weights: Mapping[str, Fraction],
    indicators: Mapping[str, Indicator],
    codes: tuple[str, ...],
    due: Fraction,
    total: Fraction,
    basis: str,
) -> None:
    """The weights of one level must sum to what is due there; then each group below."""
    present = [code for code in codes if code in weights]
    actual = sum((weights[code] for code in present), Fraction(0))
    if actual != due:
        parent = indicators[codes[0]].parent if codes else None
        row.refuse(
            m("权重合计应为 %(due)s,现为 %(actual)s", due=plain(due), actual=_told(actual)),
            parent or "",
        )
    for code in present:
        children = indicators[code].children
        if children:
            below = weights[code] if basis == "points" else total
            _level(row, weights, indicators, children, below, total, basis)


def _orphans(
    row: Node, weights: Mapping[str, Fraction], indicators: Mapping[str, Indicator]
) -> None:
    for code in weights:
        parent = indicators[code].parent
        if parent is not None and parent not in weights:
            row.refuse(m("上级指标“%(code)s”没有权重", code=parent), code)


def _covered(
    node: Node, classes: Mapping[str, UnitClass], weights: Mapping[str, Mapping[str, Fraction]]
) -> None:
    """Every leaf class that goes by the indicator sheet has weights, its own or inherited."""
    for one in classes.values():
        if not one.leaf or one.result != "regional":
            continue
        up: str | None = one.code
        while up is not None and up not in weights:
            up = classes[up].parent
        if up is None:
            node.refuse(m("类别“%(code)s”没有权重", code=one.code), "by_class")


def _told(value: Fraction) -> str:
    """As short as it can be; one that rounds to what is due is written out."""
    short = plain(value)
    return short if Fraction(short) == value else f"{float(value):.12g}"
