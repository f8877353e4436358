"""Targets of indicators: read, and whether their method can measure against them.

Methods that measure against a target need one for every class their indicator counts in.

Checked for whole schemes, before freezing: nobody can give a target afterwards. Figures scored
from files may bring a target of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from cases.scoring.methods import METHODS
from cases.scoring.methods.method import POSITIVE, Method
from cases.scoring.reading import Node, Problem
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Indicator, Parameter, UnitClass
from workflow.words import m


def read_targets(
    node: Node, method: Method, direction: str, parameters: Mapping[str, Parameter]
) -> dict[str, Fraction]:
    """``target`` for all classes, ``targets`` by class: any number that the method can measure by.

    Zero is a target like any other (no deaths); a method that divides by it must be told how.
    """
    stated: dict[str, tuple[Fraction, str]] = {}
    if node.has("target"):
        stated[""] = (node.number("target", low=None), "target")
    for key, _ in node.entries("targets"):
        stated[key] = (node.at("targets").number(key, low=None), f"targets.{key}")
    for value, where in stated.values():
        wrong = method.refuse_target(value, direction == POSITIVE, parameters)
        if wrong is not None:
            node.refuse(wrong, where)
    return {code: value for code, (value, _) in stated.items()}


def missing_targets(
    indicators: Mapping[str, Indicator],
    classes: Mapping[str, UnitClass],
    weights: Mapping[str, Mapping[str, Fraction]],
) -> Iterator[Problem]:
    """One problem an indicator and class: the path of its targets, and which class has none."""
    for one in indicators.values():
        method = METHODS.get(one.method)
        if one.children or method is None or not method.needs_target:
            continue
        for unit_class in classes.values():
            counted = unit_class.leaf and one.code in _weights(unit_class, classes, weights)
            if counted and one.target(unit_class.code) is None:
                name = Title(method.zh, method.en)
                said = m(
                    "“%(method)s”要有目标值,“%(group)s”没有", method=name, group=unit_class.title
                )
                yield f"indicators.{one.code}.targets", said


def _weights(
    unit_class: UnitClass,
    classes: Mapping[str, UnitClass],
    weights: Mapping[str, Mapping[str, Fraction]],
) -> Mapping[str, Fraction]:
    """The weights of a class, its own or those of the nearest class above it."""
    place: UnitClass | None = unit_class
    while place is not None:
        if place.code in weights:
            return weights[place.code]
        place = None if place.parent is None else classes.get(place.parent)
    return {}
