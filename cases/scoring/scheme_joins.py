"""How a group is joined out of its children, rounded, and scored once more at its node."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cases.scoring.methods import METHODS
from cases.scoring.methods.method import POSITIVE, REVERSE
from cases.scoring.reading import Node
from cases.scoring.rule_shapes import Title
from cases.scoring.scheme_parameters import read_parameters
from cases.scoring.shapes import AGGREGATES, COHORTS, Indicator
from workflow.words import m

JOINS = ("aggregate", "exponent", "penalty", "availability", "round")
AGAIN = (
    "minmax", "zscore", "percentile", "rank_step", "rank_table", "efficacy", "best_ratio",
    "vs_mean", "bands",
)  # fmt: skip
"""Methods that look at nothing but the figures: those a group may be scored again by."""
MOST_PLACES = 9
_AMOUNTS = {"power": "exponent", "penalised": "penalty"}
_FURTHEST = 100


def read_join(node: Node) -> dict[str, Any]:
    """``{aggregate, exponent, penalty, availability, round}`` as fields of an Indicator."""
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
        "availability": node.number("availability", 0, high=1),
        "places": read_places(node),
    }


def read_places(node: Node) -> int | None:
    """``round``: the decimal places a score is rounded to before it counts."""
    if not node.has("round"):
        return None
    places = node.integer("round")
    if places > MOST_PLACES:
        node.refuse(m("不能大于 %(high)s", high=MOST_PLACES), "round")
    return min(max(places, 0), MOST_PLACES)


def read_again(node: Node, code: str) -> Indicator | None:
    """``rescale: {method, parameters, direction, cohort}``: how a group is scored once more."""
    if not node.has("rescale"):
        return None
    inner = node.at("rescale")
    inner.only("method", "parameters", "direction", "cohort")
    method = inner.word("method", AGAIN)
    return Indicator(
        code=code, title=Title("", ""), parent=None, children=(), unit="",
        direction=inner.word("direction", (POSITIVE, REVERSE), POSITIVE),
        method=method,
        parameters=read_parameters(inner, METHODS[method]),
        targets={}, missing="renormalise", provider="", verifier="", concept="", source="",
        cohort=inner.word("cohort", COHORTS, "class"),
    )  # fmt: skip
