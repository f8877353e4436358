"""The quantitative half of a scheme: classes, indicator tree, items, red lines, shares."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from cases.scoring.chain import LINKS
from cases.scoring.exact import plain
from cases.scoring.methods import METHODS
from cases.scoring.products import PRODUCT
from cases.scoring.reading import Node
from cases.scoring.rule_rows import title
from cases.scoring.rule_shapes import Title
from cases.scoring.scheme_checks import read_checks, read_range
from cases.scoring.scheme_joins import JOINS, read_again, read_chain, read_join, read_places
from cases.scoring.scheme_marks import read_marks
from cases.scoring.scheme_parameters import read_parameters
from cases.scoring.scheme_paths import read_path
from cases.scoring.scheme_targets import read_targets
from cases.scoring.scheme_weights import read_weights
from cases.scoring.shapes import (
    COHORTS,
    DEDUCTION_CATEGORIES,
    POSITIONS,
    Indicator,
    Item,
    RedLine,
    UnitClass,
)
from workflow.vocabulary import Grade
from workflow.words import m

DEEPEST = 12
_SHARED = (
    "code", "title", "children", "unit", "provider", "verifier", "concept", "source",
)  # fmt: skip
_GROUP = (*JOINS, "chain", "rescale", "fill", "given")
_LEAF = (
    "direction", "method", "parameters", "target", "targets", "missing", "chain", "cohort",
    "range", "additive", "path", "round",
)  # fmt: skip
HUNDRED = Fraction(100)


def read(node: Node) -> dict[str, Any]:
    """The fields of an IndicatorScheme that hold classes, indicators, weights and items."""
    classes: dict[str, UnitClass] = {}
    for row in node.rows("classes"):
        _class(row, None, "regional", classes, 0)
    if not classes:
        node.refuse(m("必须填写"), "classes")
    indicators: dict[str, Indicator] = {}
    top = node.at("weights").at("aggregate").value
    roots = tuple(_indicator(row, None, indicators, 0, top) for row in node.rows("indicators"))
    series: dict[str, Indicator] = {}
    for row in node.rows("series"):
        one = _series(row, {**series, **indicators})
        series[one.code] = one
    weighing = read_weights(node, classes, indicators, roots)
    _targets_known(node, classes, indicators)
    _chains_known(node, indicators, series)
    items = _items(node)
    return {
        "classes": classes,
        "indicators": indicators,
        "roots": roots,
        **weighing,
        "series": series,
        "checks": read_checks(node, {*indicators, *series}),
        "red_lines": _red_lines(node, indicators, items),
        "items": items,
        "marks": read_marks(node),
        "item_caps": _numbers(node, "item_caps", ("deduction", "bonus")),
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


def _indicator(
    node: Node, parent: str | None, found: dict[str, Indicator], depth: int, above: object
) -> str:
    """A group ``{code, title, children, aggregate, chain, rescale, fill, given, ...}`` or a leaf
    with unit, direction, chain, method and the rest."""
    node.only(*_SHARED, *(_GROUP if node.rows("children") else _LEAF))
    code = _new_code(node, found)
    children = _shallow(node, node.rows("children"), depth)
    common = {
        "code": code,
        "title": title(node),
        "parent": parent,
        "factor": above == PRODUCT,
        "unit": node.text("unit", ""),
        "verifier": node.text("verifier", ""),
        "concept": node.text("concept", ""),
        "source": node.text("source", ""),
    }
    if not children:
        found[code] = _leaf(node, common)
        return code
    one = _group(node, common)
    found[code] = one  # keeps the parent before its children
    codes = tuple(_indicator(child, code, found, depth + 1, one.aggregate) for child in children)
    found[code] = replace(one, children=codes)
    return code


def _series(node: Node, taken: Mapping[str, Indicator]) -> Indicator:
    """A helping figure ``{code, title, unit, provider, verifier, source, range, additive}``."""
    node.only("code", "title", "unit", "provider", "verifier", "source", "range", "additive")
    lowest, highest = read_range(node)
    return Indicator(
        code=_new_code(node, taken),
        title=title(node),
        parent=None,
        children=(),
        unit=node.text("unit", ""),
        direction="",
        method="",
        parameters={},
        targets={},
        missing="",
        provider=node.text("provider", ""),
        verifier=node.text("verifier", ""),
        concept="",
        source=node.text("source", ""),
        lowest=lowest,
        highest=highest,
        additive=node.flag("additive", False),
    )


def _group(node: Node, common: dict[str, Any]) -> Indicator:
    given, provider = node.flag("given", False), node.text("provider", "")
    if provider and not given:
        node.refuse(m("只有可直接给定得分的组才填提供部门"), "provider")
    return Indicator(
        **common,
        children=(),
        direction="",
        method="",
        parameters={},
        targets={},
        missing="",
        provider=provider,
        **read_join(node, [str(row.at("code").value) for row in node.rows("children")]),
        again=read_again(node, common["code"], common["factor"]),
        fill=node.text("fill", ""),
        given=given,
        lowest=Fraction(0) if given else None,
        highest=HUNDRED if given else None,
    )


def _leaf(node: Node, common: dict[str, Any]) -> Indicator:
    method = node.word("method", METHODS)
    direction = node.word("direction", ("positive", "reverse"))
    parameters = read_parameters(node, METHODS[method])
    lowest, highest = read_range(node)
    return Indicator(
        **common,
        children=(),
        direction=direction,
        method=method,
        parameters=parameters,
        targets=read_targets(node, METHODS[method], direction, parameters),
        missing=node.word("missing", ("renormalise", "zero")),
        provider=node.text("provider", ""),
        chain=read_chain(node, LINKS),
        cohort=node.word("cohort", COHORTS, "class"),
        lowest=lowest,
        highest=highest,
        additive=node.flag("additive", False),
        path=read_path(node),
        places=read_places(node),
    )


def _chains_known(
    node: Node, indicators: Mapping[str, Indicator], series: Mapping[str, Indicator]
) -> None:
    """Every series that a chain names is there."""
    for one in indicators.values():
        for link in one.chain:
            name = link.parameters.get("by")
            if link.kind != "denominate" or name is None:
                continue
            if name not in series and name not in indicators:
                sentence = m("没有指标“%(code)s”", code=str(name))
                node.refuse(sentence, f"indicators.{one.code}.chain")
            elif name == one.code:
                node.refuse(m("指标不能除以自己"), f"indicators.{one.code}.chain")


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


def _targets_known(
    node: Node, classes: Mapping[str, UnitClass], indicators: Mapping[str, Indicator]
) -> None:
    for one in indicators.values():
        for code in one.targets:
            if code and code not in classes:
                sentence = m("没有类别“%(code)s”", code=code)
                node.refuse(sentence, f"indicators.{one.code}.targets")


def _red_lines(
    node: Node, indicators: Mapping[str, Indicator], items: Mapping[str, Item]
) -> dict[str, RedLine]:
    """``{code, title, indicator, below|above, cap}`` or ``{code, title, item, cap}``."""
    found: dict[str, RedLine] = {}
    for row in node.rows("red_lines"):
        row.only("code", "title", "indicator", "item", "below", "above", "cap", "source")
        code = _new_code(row, found)
        indicator, item = row.text("indicator", ""), row.text("item", "")
        if bool(indicator) == bool(item):
            row.refuse(m("指标和加减分项应填且只填一个"), "indicator")
        if indicator and indicator not in indicators:
            row.refuse(m("没有指标“%(code)s”", code=indicator), "indicator")
        if item and item not in items:
            row.refuse(m("没有加减分项“%(code)s”", code=item), "item")
        if indicator and not (row.has("below") or row.has("above")):
            row.refuse(m("必须填写"), "below")
        found[code] = RedLine(
            code=code,
            title=title(row),
            indicator=indicator if indicator in indicators else "",
            item=item if item in items else "",
            below=row.optional_number("below"),
            above=row.optional_number("above"),
            cap=Grade(row.word("cap", [g.value for g in Grade])),
            source=row.text("source", ""),
        )
    return found


def _items(node: Node) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for row in node.rows("items"):
        row.only(
            "code", "title", "kind", "category", "cap", "per_case", "applies_at", "evidence",
            "source", "provider", "verifier",
        )  # fmt: skip
        code = _new_code(row, found)
        found[code] = Item(
            code=code,
            title=title(row),
            kind=row.word("kind", ("deduction", "bonus")),
            category=row.word("category", DEDUCTION_CATEGORIES, "local"),
            cap=row.number("cap"),
            per_case=row.number("per_case") if row.has("per_case") else None,
            applies_at=row.word("applies_at", ("indicators", "composite"), "indicators"),
            evidence_required=row.flag("evidence", True),
            source=row.text("source", ""),
            provider=row.text("provider", ""),
            verifier=row.text("verifier", ""),
        )
    return found


def read_shares(node: Node) -> tuple[dict[str, dict[str, Fraction]], dict[str, Title]]:
    """``{parts: {part: title}, chief: {part: share}, ..., transfer}``; each row totals 100."""
    inner = node.at("shares")
    inner.only("parts", "transfer", *POSITIONS)
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
