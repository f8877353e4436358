"""A result as it is kept, and what lies between two of them: which figure, weight or rule.

A kept result is plain data: digests, each unit's class, total and rank, and each figure with the
number of its version. Two equal results have the same digest, whatever was read first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.scoring.analysis.moves import class_ranks
from cases.scoring.scoresheet import Scores
from cases.scoring.shapes import IndicatorScheme
from workflow.words import Sentence, m

Kept = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs, with the versions it was read in; None where there was none."""

    unit: str
    indicator: str
    before: str | None
    after: str | None
    version_before: int | None
    version_after: int | None


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A weight of a class that differs."""

    class_code: str
    indicator: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A unit whose total or rank differs, and the reasons there are for it."""

    unit: str
    before: str | None
    after: str | None
    rank_before: int | None
    rank_after: int | None
    why: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two kept results."""

    scheme: bool
    figures: tuple[FigureChange, ...]
    weights: tuple[WeightChange, ...]
    totals: tuple[TotalChange, ...]

    @property
    def same(self) -> bool:
        return not (self.scheme or self.figures or self.weights or self.totals)


def kept(scores: Scores, versions: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """The result as plain data; ``versions`` by (unit, indicator) of the figures used."""
    totals, places = scores.totals(), class_ranks(scores)
    book = scores.book
    figures: dict[str, dict[str, list[Any]]] = {unit: {} for unit in book.units}
    for code, series in book.series.items():
        for unit, place in book.places.items():
            value = series.at(place)
            if value is not None:
                figures[unit][code] = [str(value), versions.get((unit, code), 0)]
    return {
        "scheme": scores.scheme.document_digest,
        "units": {
            unit: {
                "class": class_code,
                "total": None if totals[unit] is None else f"{totals[unit]:f}",
                "rank": places[unit],
            }
            for unit, class_code in zip(book.units, book.classes, strict=True)
        },
        "figures": figures,
    }


def difference(
    before: Kept, after: Kept, old: IndicatorScheme | None, new: IndicatorScheme | None
) -> Difference:
    """What lies between two kept results, with the schemes they were made by where known."""
    changed = _figures(before["figures"], after["figures"])
    scheme = before["scheme"] != after["scheme"]
    classes = sorted({one["class"] for one in (*_units(before), *_units(after))})
    weights = _weights(old, new, classes) if old is not None and new is not None else ()
    return Difference(scheme, changed, weights, _totals(before, after, changed, scheme))


def _units(one: Kept) -> list[Mapping[str, Any]]:
    return list(one["units"].values())


def _figures(before: Kept, after: Kept) -> tuple[FigureChange, ...]:
    found = []
    for unit in sorted({*before, *after}):
        old, new = before.get(unit, {}), after.get(unit, {})
        for code in sorted({*old, *new}):
            first, last = old.get(code) or [None, None], new.get(code) or [None, None]
            if first[0] != last[0]:
                found.append(FigureChange(unit, code, first[0], last[0], first[1], last[1]))
    return tuple(found)


def _weights(
    old: IndicatorScheme, new: IndicatorScheme, classes: list[str]
) -> tuple[WeightChange, ...]:
    found = []
    for class_code in classes:
        first = old.weights_of(class_code) if class_code in old.classes else {}
        last = new.weights_of(class_code) if class_code in new.classes else {}
        for code in [*last, *(c for c in first if c not in last)]:
            if first.get(code) != last.get(code):
                found.append(WeightChange(class_code, code, _text(first, code), _text(last, code)))
    return tuple(found)


def _text(table: Mapping[str, Any], code: str) -> str | None:
    return None if code not in table else str(table[code])


def _totals(
    before: Kept, after: Kept, figures: tuple[FigureChange, ...], scheme: bool
) -> tuple[TotalChange, ...]:
    own: dict[str, int] = {}
    touched: dict[str, set[str]] = {}
    for change in figures:
        own[change.unit] = own.get(change.unit, 0) + 1
        side = after["units"].get(change.unit) or before["units"][change.unit]
        touched.setdefault(side["class"], set()).add(change.unit)
    found = []
    for unit in sorted({*before["units"], *after["units"]}):
        old, new = before["units"].get(unit), after["units"].get(unit)
        first, last = old or _NOBODY, new or _NOBODY
        if (first["total"], first["rank"]) == (last["total"], last["rank"]):
            continue
        class_code = (new or old)["class"]
        others = len(touched.get(class_code, set()) - {unit})
        why = _why(own.get(unit, 0), others, scheme, old is None, new is None)
        found.append(
            TotalChange(unit, first["total"], last["total"], first["rank"], last["rank"], why)
        )
    return tuple(found)


_NOBODY: Mapping[str, Any] = {"class": "", "total": None, "rank": None}


def _why(own: int, others: int, scheme: bool, came: bool, left: bool) -> tuple[Sentence, ...]:
    reasons = []
    if came:
        reasons.append(m("新纳入计算"))
    if left:
        reasons.append(m("不再纳入计算"))
    if scheme:
        reasons.append(m("方案有变动"))
    if own:
        reasons.append(m("本单位 %(n)s 项数据有变动", n=own))
    if others:
        reasons.append(m("同类 %(n)s 个单位的数据有变动", n=others))
    return tuple(reasons)
