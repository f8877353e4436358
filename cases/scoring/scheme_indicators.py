"""The quantitative half of a scheme: classes, indicator tree, weights, items, shares."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from cases.scoring.exact import plain
from cases.scoring.methods import METHODS
from cases.scoring.reading import Node
from cases.scoring.rule_rows import title
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import (
    DEDUCTION_CATEGORIES,
    POSITIONS,
    Indicator,
    Item,
    UnitClass,
)
from workflow.words import m

DEEPEST = 12
HUNDRED = Fraction(100)


def read(node: Node) -> dict[str, Any]:
    """The fields of a Scheme that hold classes, indicators, weights, items and shares."""
    classes: dict[str, UnitClass] = {}
    for row in node.rows("classes"):
        _class(row, None, "regional", classes, 0)
    if not classes:
        node.refuse(m("必须填写"), "classes")
    indicators: dict[str, Indicator] = {}
    roots = tuple(_indicator(row, None, indicators, 0) for row in node.rows("indicators"))
    total, basis, weights = _weights(node, classes, indicators, roots)
    _targets_known(node, classes, indicators)
    shares, titles = _shares(node)
    return {
        "classes": classes,
        "indicators": indicators,
        "roots": roots,
        "total": total,
        "weight_basis": basis,
        "weights": weights,
        "items": _items(node),
        "item_caps": _numbers(node, "item_caps", ("deduction", "bonus")),
        "shares": shares,
        "part_titles": titles,
    }


def _class(
    node: Node, parent: str | None, result: str, found: dict[str, UnitClass], depth: int
) -> None:
    """``{code, title, level, region_type, result, children}``; result is inherited."""
    node.only("code", "title", "level", "region_type", "result", "children")
    code = _new_code(node, found)
    own = node.word("result", ("regional", "performance"), result)
    children = node.rows("children")
    found[code] = UnitClass(
        code=code,
        title=title(node),
        parent=parent,
        level=node.text("level", ""),
        region_type=node.text("region_type", ""),
        result=own,
        leaf=not children,
    )
    for child in _shallow(node, children, depth):
        _class(child, code, own, found, depth + 1)


def _indicator(node: Node, parent: str | None, found: dict[str, Indicator], depth: int) -> str:
    """A group ``{code, title, children}`` or a leaf with unit, direction, method and the rest."""
    node.only(
        "code", "title", "children", "unit", "direction", "method", "parameters", "target",
        "targets", "missing", "provider", "verifier", "concept", "source",
    )  # fmt: skip
    code = _new_code(node, found)
    children = _shallow(node, node.rows("children"), depth)
    leaf = not children
    method = node.word("method", METHODS) if leaf else ""
    one = Indicator(
        code=code,
        title=title(node),
        parent=parent,
        children=(),
        unit=node.text("unit", ""),
        direction=node.word("direction", ("positive", "reverse")) if leaf else "",
        method=method,
        parameters=_parameters(node, method) if leaf else {},
        targets=_targets(node) if leaf else {},
        missing=node.word("missing", ("renormalise", "zero")) if leaf else "",
        provider=node.text("provider") if leaf else "",
        verifier=node.text("verifier", ""),
        concept=node.text("concept", ""),
        source=node.text("source", ""),
    )
    found[code] = one  # keeps the parent before its children
    codes = tuple(_indicator(child, code, found, depth + 1) for child in children)
    found[code] = replace(one, children=codes)
    return code


def _new_code(node: Node, found: Mapping[str, object]) -> str:
    """The code of a row; a repeated one is refused and set apart, so that trees stay trees."""
    code = node.text("code")
    if code not in found:
        return code
    node.refuse(m("代码重复:%(code)s", code=code), "code")
    return f"{code}#{len(found)}"


def _shallow(node: Node, children: list[Node], depth: int) -> list[Node]:
    if children and depth >= DEEPEST:
        node.refuse(m("层级过深"), "children")
        return []
    return children


def _parameters(node: Node, method: str) -> dict[str, Fraction | str]:
    limits = METHODS[method].numbers
    found: dict[str, Fraction | str] = {}
    for name, child in node.entries("parameters"):
        if name not in limits:
            child.refuse(m("这种方法没有参数“%(name)s”", name=name))
            continue
        low, high = limits[name]
        found[name] = node.at("parameters").number(name, low=low, high=high)
    low_post, high_post = found.get("min"), found.get("max")
    if isinstance(low_post, Fraction) and isinstance(high_post, Fraction) and low_post >= high_post:
        node.refuse(m("下限应小于上限"), "parameters")
    return found


def _targets(node: Node) -> dict[str, Fraction]:
    """``target`` for all classes, ``targets`` by class; all above zero."""
    targets = {}
    if node.has("target"):
        targets[""] = node.number("target", low=None)
    targets |= {key: node.at("targets").number(key, low=None) for key, _ in node.entries("targets")}
    for code, value in targets.items():
        if value <= 0:
            node.refuse(m("目标值应大于零"), f"targets.{code}" if code else "target")
    return targets


def _targets_known(
    node: Node, classes: Mapping[str, UnitClass], indicators: Mapping[str, Indicator]
) -> None:
    for one in indicators.values():
        for code in one.targets:
            if code and code not in classes:
                sentence = m("没有类别“%(code)s”", code=code)
                node.refuse(sentence, f"indicators.{one.code}.targets")


def _weights(
    node: Node,
    classes: Mapping[str, UnitClass],
    indicators: Mapping[str, Indicator],
    roots: tuple[str, ...],
) -> tuple[Fraction, str, dict[str, dict[str, Fraction]]]:
    """``{total, basis, by_class: {class: {indicator: weight}}}``.

    With basis ``siblings`` the children of every group total ``total``; with ``points`` they
    total the points of their group. An indicator without weight doesn't count for the class.
    """
    inner = node.at("weights")
    if inner.value is None and not indicators:
        return HUNDRED, "siblings", {}
    inner.only("total", "basis", "by_class")
    total = inner.number("total", HUNDRED, low=1)
    basis = inner.word("basis", ("siblings", "points"), "siblings")
    found: dict[str, dict[str, Fraction]] = {}
    for code, row in inner.entries("by_class"):
        if code not in classes:
            row.refuse(m("没有类别“%(code)s”", code=code))
            continue
        found[code] = _known_weights(row, indicators)
        _level(row, found[code], indicators, roots, total, total, basis)
        _orphans(row, found[code], indicators)
    _covered(inner, classes, found)
    return total, basis, found


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
            m("权重合计应为 %(due)s,现为 %(actual)s", due=plain(due), actual=plain(actual)),
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


def _items(node: Node) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for row in node.rows("items"):
        row.only(
            "code", "title", "kind", "category", "cap", "per_case", "applies_at", "evidence",
            "source",
        )  # fmt: skip
        code = _new_code(row, found)
        found[code] = Item(
            code=code,
            title=title(row),
            kind=row.word("kind", ("deduction", "bonus")),
            category=row.word("category", DEDUCTION_CATEGORIES, "local"),
            cap=row.number("cap"),
            per_case=row.optional_number("per_case"),
            applies_at=row.word("applies_at", ("indicators", "composite"), "indicators"),
            evidence_required=row.flag("evidence", True),
            source=row.text("source", ""),
        )
    return found


def _shares(node: Node) -> tuple[dict[str, dict[str, Fraction]], dict[str, Title]]:
    """``{parts: {part: title}, chief: {part: share}, ...}``; each row totals 100."""
    inner = node.at("shares")
    inner.only("parts", *POSITIONS)
    parts = tuple(key for key, _ in inner.entries("parts"))
    titles = {key: title(inner.at("parts"), key) for key in parts}
    if not titles:
        inner.refuse(m("必须填写"), "parts")
    found = {}
    for position in POSITIONS:
        found[position] = _numbers(inner, position, parts)
        if sum(found[position].values()) != HUNDRED:
            actual = plain(sum(found[position].values(), Fraction(0)))
            inner.refuse(
                m("权重合计应为 %(due)s,现为 %(actual)s", due="100", actual=actual), position
            )
    return found, titles


def _numbers(node: Node, name: str, allowed: tuple[str, ...]) -> dict[str, Fraction]:
    inner = node.at(name)
    found = {}
    for key, child in node.entries(name):
        if key not in allowed:
            child.refuse(m("只能填写:%(words)s", words="、".join(allowed)))
            continue
        found[key] = inner.number(key)
    return found
