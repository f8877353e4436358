"""Analyses as plain data, the way they are kept: two runs over the same figures are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cases.scoring.analysis.moves import Move, moves, split, summary
from cases.scoring.analysis.paths import watch
from cases.scoring.analysis.scenario import Scenario, figured, weighed
from cases.scoring.book import Figure
from cases.scoring.exact import plain
from cases.scoring.items import ItemEntry
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.shapes import IndicatorScheme

LEAST = Decimal("0.005")
"""A part of a difference below half of a shown hundredth is left out."""


def compared(before: Scores, after: Scores) -> dict[str, Any]:
    """Ranks of two scorings of the same units."""
    found = moves(before, after)
    return {"summary": _told(summary(found)), "moves": [_move(one) for one in found]}


def imagined(
    scheme: IndicatorScheme,
    units: Mapping[str, str],
    figures: Sequence[Figure],
    scenario: Scenario,
    entries: Sequence[ItemEntry] = (),
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """A scenario beside the real result, deductions and bonuses counted in both; each difference
    split by indicator.

    Raises DocumentErrors for what is not in the scheme.
    """
    other = weighed(scheme, scenario)
    real = score_units(scheme, units, figures, entries, attributes)
    changed = score_units(other, units, figured(figures, scenario), entries, attributes)
    given = {(one.unit, one.indicator): one.value for one in figures}
    found = moves(real, changed)
    moved = [one.unit for one in found if one.difference]
    return {
        "summary": _told(summary(found)),
        "moves": [_move(one) for one in found],
        "why": {unit: _split(real, changed, unit) for unit in moved},
        "weights": [
            [c, code, plain(scheme.weights_of(c)[code]), plain(weight)]
            for (c, code), weight in sorted(scenario.weights.items())
        ],
        "figures": [
            [unit, code, _plain(given.get((unit, code))), _plain(value)]
            for (unit, code), value in sorted(scenario.figures.items())
        ],
    }


def rehearsed(before: Scores, after: Scores) -> dict[str, Any]:
    """Last year's figures by this year's scheme, each difference split by indicator; a unit whose
    total stays while its indicators count otherwise is told too."""
    found = moves(before, after)
    both = [one.unit for one in found if one.before is not None and one.after is not None]
    why = {unit: _split(before, after, unit) for unit in both}
    moved = {one.unit for one in found if one.difference}
    return {
        "summary": _told(summary(found)),
        "moves": [_move(one) for one in found],
        "why": {unit: told for unit, told in why.items() if told["parts"] or unit in moved},
    }


def watched(
    scheme: IndicatorScheme, units: Mapping[str, str], figures: Iterable[Figure], month: int
) -> dict[str, Any]:
    """Everything behind its path at the end of a month."""
    found = watch(scheme, units, figures, month)
    return {
        "month": month,
        "looked_at": found.looked_at,
        "without_figure": found.without_figure,
        "without_target": found.without_target,
        "behind": [
            {
                "unit": one.unit,
                "indicator": one.indicator,
                "value": plain(one.value),
                "due": plain(one.due),
                "target": plain(one.target),
                "short": plain(one.short),
                "share": None if one.share is None else plain(one.share),
            }
            for one in found.behind
        ],
    }


def _move(one: Move) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "class": one.class_code,
        "before": _text(one.before),
        "after": _text(one.after),
        "rank_before": one.rank_before,
        "rank_after": one.rank_after,
        "places": one.places,
    }


def _split(before: Scores, after: Scores, unit: str) -> dict[str, Any]:
    found = split(before[unit], after[unit])
    return {
        "parts": [
            {
                "indicator": one.indicator,
                "side": one.side.value,
                "by_points": f"{one.by_points:f}",
                "by_weight": f"{one.by_weight:f}",
            }
            for one in found.parts
            if abs(one.by_points) >= LEAST or abs(one.by_weight) >= LEAST
        ],
        "items": f"{found.items:f}",
        "rest": f"{found.rest:f}",
    }


def _told(numbers: Mapping[str, Decimal | int]) -> dict[str, Any]:
    return {k: f"{v:f}" if isinstance(v, Decimal) else v for k, v in numbers.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _plain(value: Any) -> str | None:
    return None if value is None else plain(value)
