"""Methods that measure against a target need one for every class their indicator counts in.

Checked for whole schemes, before freezing: nobody can give a target afterwards. Figures scored
from files may bring a target of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from cases.scoring.methods import METHODS
from cases.scoring.reading import Problem
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Indicator, UnitClass
from workflow.words import m


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
