"""What if: other weights or single other figures in a copy, scored beside the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cases.scoring.book import Figure
from cases.scoring.reading import DocumentErrors, Problem
from cases.scoring.shapes import IndicatorScheme
from workflow.words import m

POINTS = "points"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs: weights by (class, indicator), figures by (unit, indicator), None missing."""

    weights: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    figures: Mapping[tuple[str, str], Fraction | None] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.weights and not self.figures


def weighed(scheme: IndicatorScheme, scenario: Scenario) -> IndicatorScheme:
    """A copy with the scenario's weights; with basis ``points`` groups total their children again.

    Raises DocumentErrors for unknown classes, indicators without weight and weights below zero, and
    where a class would be left without any weight.
    """
    problems: list[Problem] = []
    tables: dict[str, dict[str, Fraction]] = {}
    for (class_code, code), weight in scenario.weights.items():
        place = f"{class_code}/{code}"
        if class_code not in scheme.classes:
            problems.append((place, m("没有类别“%(code)s”", code=class_code)))
        elif code not in scheme.weights_of(class_code):
            problems.append((place, m("指标“%(code)s”在这一类别没有权重", code=code)))
        elif weight < 0:
            problems.append((place, m("权重不能小于零")))
        else:
            table = tables.setdefault(class_code, dict(scheme.weights_of(class_code)))
            table[code] = weight
    found = {c: _positive(scheme, _summed(scheme, table)) for c, table in tables.items()}
    for class_code, table in found.items():
        if not table:
            problems.append((class_code, m("所有权重都是零,不能计分")))
    if problems:
        raise DocumentErrors(problems)
    return replace(scheme, weights={**scheme.weights, **found})


def _summed(scheme: IndicatorScheme, table: dict[str, Fraction]) -> dict[str, Fraction]:
    if scheme.weight_basis != POINTS:
        return table
    found = dict(table)

    def total(code: str) -> Fraction:
        children = [c for c in scheme.indicators[code].children if c in table]
        if children:
            found[code] = sum((total(child) for child in children), Fraction(0))
        return found[code]

    for root in scheme.roots:
        if root in table:
            total(root)
    return found


def _positive(scheme: IndicatorScheme, table: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Without what weighs nothing, and without what lies below or above nothing."""
    kept = {code for code, weight in table.items() if weight > 0}
    changed = True
    while changed:
        lost = {code for code in kept if not _hangs(scheme, code, kept)}
        kept -= lost
        changed = bool(lost)
    return {code: weight for code, weight in table.items() if code in kept}


def _hangs(scheme: IndicatorScheme, code: str, kept: set[str]) -> bool:
    one = scheme.indicators[code]
    below = not one.children or any(child in kept for child in one.children)
    return below and (one.parent is None or one.parent in kept)


def figured(figures: Iterable[Figure], scenario: Scenario) -> list[Figure]:
    """The figures with those of the scenario in their places; the given ones stay as they are."""
    left = dict(scenario.figures)
    found = []
    for one in figures:
        key = (one.unit, one.indicator)
        if key in left:
            found.append(one._replace(value=left.pop(key), provenance="", provisional=False))
        else:
            found.append(one)
    found += [Figure(unit, code, value) for (unit, code), value in left.items()]
    return found
