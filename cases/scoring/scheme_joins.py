"""How a group is joined out of its children, changed, scored once more at its node and rounded."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from cases.scoring.chain import LINKS
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import POSITIVE, REVERSE
from cases.scoring.products import PRODUCT
from cases.scoring.reading import Node
from cases.scoring.rule_shapes import Title
from cases.scoring.scheme_parameters import read_link, read_parameters
from cases.scoring.shapes import AGGREGATES, COHORTS, Indicator, Link
from workflow.words import m

JOINS = ("aggregate", "exponent", "penalty", "exponents", "availability", "round")
AGAIN = (
    "minmax", "zscore", "percentile", "rank_step", "rank_table", "efficacy", "best_ratio",
    "vs_mean", "bands",
)  # fmt: skip
"""Methods that look at nothing but the figures: those a group may be scored again by."""
AFTER = ("line", "transform", "clip", "winsorise", "winsorise_percentile")
"""Links that look at nothing but the figures: those that may follow on a group's joined score."""
MOST_PLACES = 9
_AMOUNTS = {"power": "exponent", "penalised": "penalty"}
_FURTHEST = 100


def read_join(node: Node, children: Collection[str]) -> dict[str, Any]:
    """``{aggregate, exponent, penalty, exponents, availability, round}`` as fields of an Indicator.

    ``children`` are the codes of the nodes joined.
    """
    how = node.word("aggregate", AGGREGATES, "arithmetic")
    amount = Fraction(1)
    for aggregate, name in _AMOUNTS.items():
        if how == aggregate and (name == "exponent" or node.has(name)):
            amount = node.number(name, low=-_FURTHEST, high=_FURTHEST)
        elif node.has(name):
            node.refuse(m("这种合成方法没有参数“%(name)s”", name=name), name)
    return {
        "aggregate": how,
        "amount": amount,
        "exponents": _exponents(node, how, children),
        "availability": _availability(node, how),
        "places": read_places(node),
    }


def _exponents(node: Node, how: str, children: Collection[str]) -> dict[str, Fraction]:
    """The powers of a product's children, those that aren't one; none is zero."""
    found: dict[str, Fraction] = {}
    if how != PRODUCT:
        if node.has("exponents"):
            node.refuse(m("这种合成方法没有参数“%(name)s”", name="exponents"), "exponents")
        return found
    inner = node.at("exponents")
    for code, cell in node.entries("exponents"):
        if code not in children:
            cell.refuse(m("本组没有下级“%(code)s”", code=code))
            continue
        found[code] = inner.number(code, low=-_FURTHEST, high=_FURTHEST)
        if not found[code]:
            cell.refuse(m("指数不能为零"))
            del found[code]
    return found


def _availability(node: Node, how: str) -> Fraction:
    if how == PRODUCT and node.has("availability"):
        node.refuse(m("连乘缺一项即不计分,不填可得权重下限"), "availability")
    return node.number("availability", 0, high=1)


def read_places(node: Node) -> int | None:
    """``round``: the decimal places a score is rounded to before it counts."""
    if not node.has("round"):
        return None
    places = node.integer("round")
    if places > MOST_PLACES:
        node.refuse(m("不能大于 %(high)s", high=MOST_PLACES), "round")
    return min(max(places, 0), MOST_PLACES)


def read_chain(node: Node, kinds: Collection[str]) -> tuple[Link, ...]:
    """``chain: [{link: winsorise, points: 5}, ...]`` in the order of doing."""
    found = []
    for row in node.rows("chain"):
        kind = row.word("link", kinds)
        row.only("link", *LINKS[kind].numbers, *LINKS[kind].words, *LINKS[kind].names)
        found.append(Link(kind, read_link(row, LINKS[kind])))
    return tuple(found)


def read_again(node: Node, code: str, factor: bool) -> Indicator | None:
    """``chain`` and ``rescale: {method, parameters, direction, cohort}``: what is done to the
    joined scores of a group; by the method they are scored once more."""
    chain = read_chain(node, AFTER)
    if not node.has("rescale") and not chain:
        return None
    inner = node.at("rescale")
    inner.only("method", "parameters", "direction", "cohort")
    method = inner.word("method", AGAIN) if node.has("rescale") else ""
    return Indicator(
        code=code, title=Title("", ""), parent=None, children=(), unit="",
        direction=inner.word("direction", (POSITIVE, REVERSE), POSITIVE),
        method=method,
        parameters=read_parameters(inner, METHODS[method]) if method else {},
        targets={}, missing="renormalise", provider="", verifier="", concept="", source="",
        chain=chain,
        cohort=inner.word("cohort", COHORTS, "class"),
        factor=factor,
    )  # fmt: skip
