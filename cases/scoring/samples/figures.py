"""Figures drawn for a sample's units, the same on every machine: nobody's, within their ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.scoring.shapes import Indicator, IndicatorScheme

MISSING, HAPPENS = 80, 15
"""One figure in so many is missing; one item in so many happens to a unit."""
SIZES: Mapping[str, tuple[float, float]] = {"county": (0.03, 0.1), "area": (0.1, 0.15)}
"""How large units of a level are beside the largest; of every other level the widest."""
WIDEST = (0.25, 1.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a file of figures; ``value`` is empty for a missing one."""

    unit: str
    class_code: str
    indicator: str
    value: str
    previous: str = ""


def drawn(scheme: IndicatorScheme, units: Mapping[str, str], seed: int = 1) -> Iterator[Drawn]:
    """Figures of every unit whose class counts any: indicators, helping series, items."""
    for unit, class_code in units.items():
        asked = scheme.asked(class_code)
        for code in asked:
            yield _figure(scheme, unit, class_code, scheme.entered[code], seed)
        for item in scheme.items.values() if asked else ():
            if item.applies_at == "indicators" and _chance(seed, unit, item.code) * HAPPENS < 1:
                text = "1" if item.per_case is not None else "0.5"
                yield Drawn(unit, class_code, item.code, text)


def _figure(
    scheme: IndicatorScheme, unit: str, class_code: str, one: Indicator, seed: int
) -> Drawn:
    """Good units are good at most things; a figure that others divide grows with the unit."""
    if one.method and _chance(seed, "missing", unit, one.code) * MISSING < 1:
        return Drawn(unit, class_code, one.code, "")
    low, high = float(one.lowest or 0), float(one.highest or 100)
    mixed = (_chance(seed, unit) + 2 * _chance(seed, unit, one.code)) / 3
    place = 0.4 + 0.55 * mixed
    if one.direction == "reverse":
        place = 1 - place
    if one.additive:
        place *= _size(scheme.classes[class_code].level, unit, seed)
    value = low + (high - low) * place
    before = ""
    if one.method == "growth":
        before = _text(one, value - 2 * _chance(seed, "before", unit, one.code))
    return Drawn(unit, class_code, one.code, _text(one, value), before)


def _size(level: str, unit: str, seed: int) -> float:
    low, high = SIZES.get(level, WIDEST)
    return low + (high - low) * _chance(seed, "size", unit)


def _text(one: Indicator, value: float) -> str:
    """Two places, or whole numbers for what is counted."""
    whole = one.unit in ("家", "起", "张", "件", "亩")
    return f"{value:.0f}" if whole else f"{value:.2f}"


def _chance(*labels: object) -> float:
    """A number from 0 to below 1 that depends on the labels alone."""
    digest = hashlib.sha256("/".join(str(label) for label in labels).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
