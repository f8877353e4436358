"""Early warning: figures to date against the path an indicator should take through the year.

``sum`` figures grow from nothing to the target (investment, cases); ``level`` figures go from last
year's to the target (a concentration, a rate). A path says the share due by the end of each month,
or nothing and is linear. A warning compares figures; it is no score and no grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cases.scoring.book import Figure
from cases.scoring.exact import exact
from cases.scoring.shapes import Indicator, IndicatorScheme, Path

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Behind:
    """One figure behind its path, in the indicator's unit; ``short`` is above zero.

    ``share`` is ``short`` over the way that was due, None where nothing was due.
    """

    unit: str
    indicator: str
    value: Fraction
    due: Fraction
    target: Fraction
    short: Fraction
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class Watch:
    """What a run of warnings looked at: how many figures, how many lacked figure or target."""

    behind: tuple[Behind, ...]
    looked_at: int
    without_figure: int
    without_target: int


def due(path: Path, target: Fraction, previous: Fraction | None, month: int) -> Fraction | None:
    """The figure due by the end of a month (1 to 12); None for a level without last year's."""
    share = Fraction(month, MONTHS) if not path.months else path.months[month - 1] / 100
    if path.form == "sum":
        return target * share
    return None if previous is None else previous + (target - previous) * share


def watch(
    scheme: IndicatorScheme,
    units: Mapping[str, str],
    figures: Iterable[Figure],
    month: int,
) -> Watch:
    """Everything behind its path at the end of ``month``, the furthest behind first.

    ``units`` maps codes to classes. Raises ValueError for a month that is none.
    """
    if not 1 <= month <= MONTHS:
        raise ValueError("month")
    given = {(one.unit, one.indicator): one for one in figures}
    found: list[Behind] = []
    looked = absent = aimless = 0
    for unit, class_code in sorted(units.items()):
        for code in scheme.leaves(class_code):
            one = scheme.indicators[code]
            if one.path is None:
                continue
            figure = given.get((unit, code))
            if figure is None or figure.value is None or not figure.applies:
                absent += figure is None or figure.applies
                continue
            looked += 1
            aim = _aim(one, one.path, class_code, figure, month)
            if aim is None:
                aimless += 1
                continue
            behind = _behind(one, figure, *aim)
            if behind is not None:
                found.append(behind)
    ordered = sorted(found, key=lambda b: (-(b.share or 0), b.unit, b.indicator))
    return Watch(tuple(ordered), looked, absent, aimless)


def _aim(
    one: Indicator, path: Path, class_code: str, figure: Figure, month: int
) -> tuple[Fraction, Fraction, Fraction] | None:
    """The figure due, the target, and where the way began; None where one isn't known."""
    target = one.target(class_code) if figure.target is None else exact(figure.target)
    previous = None if figure.previous is None else exact(figure.previous)
    if target is None:
        return None
    expected = due(path, target, previous, month)
    if expected is None:
        return None
    start = Fraction(0) if path.form == "sum" or previous is None else previous
    return expected, target, start


def _behind(
    one: Indicator, figure: Figure, expected: Fraction, target: Fraction, start: Fraction
) -> Behind | None:
    assert figure.value is not None
    value = exact(figure.value)
    short = value - expected if one.direction == "reverse" else expected - value
    if short <= 0:
        return None
    way = abs(expected - start)
    share = short / way if way else None
    return Behind(figure.unit, one.code, value, expected, target, short, share)
