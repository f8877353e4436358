"""Units that were renamed, recoded, merged, split: whose history is whose, and last year's figure.

A change says what one unit before has to do with one unit after; a merger of three is three
changes. Pure: units are keys of any kind, days come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from workflow.vocabulary import UnitChangeKind
from workflow.words import Sentence, m

K = TypeVar("K", bound=Hashable)
SAME = frozenset({UnitChangeKind.RENAME, UnitChangeKind.RECODE, UnitChangeKind.REPLACE})
"""After these the figures are comparable as they are: the same unit, or another in its place."""
AREA = frozenset({UnitChangeKind.TRANSFER, UnitChangeKind.ADJUST})
"""After these the unit is the same, its area is not."""
TOLD = frozenset({UnitChangeKind.SEAT, UnitChangeKind.ABOLISH})
"""These touch no other unit's figures."""


@dataclass(frozen=True, slots=True)
class Step(Generic[K]):
    """One change: ``origin`` before, ``successor`` from ``day`` on; equal for a rename in place."""

    kind: UnitChangeKind
    day: date
    origin: K
    successor: K
    name: str = ""
    """The origin's name before."""


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's comparable figure; ``asked`` where the provider has to give it himself."""

    value: Decimal | None
    note: Sentence | None = None
    asked: bool = False


def origins(unit: K, steps: Sequence[Step[K]]) -> list[K]:
    """All units whose history runs into this one, nearest first, itself left out.

    A transfer of area hands no history over, a founding begins a unit. Chains may be of any length;
    a circle ends.
    """
    into: dict[K, list[Step[K]]] = defaultdict(list)
    founded = {s.successor: s.day for s in steps if s.kind is UnitChangeKind.FOUND}
    for step in sorted(steps, key=lambda s: s.day, reverse=True):
        begun = founded.get(step.successor)
        if step.kind not in AREA and (begun is None or step.day >= begun):
            into[step.successor].append(step)
    found: dict[K, None] = {}
    waiting = [unit]
    while waiting:
        for step in into[waiting.pop(0)]:
            if step.origin != unit and step.origin not in found:
                found[step.origin] = None
                waiting.append(step.origin)
    return list(found)


def previous(
    unit: K,
    indicator: str,
    steps: Sequence[Step[K]],
    figures: Mapping[tuple[K, str], Decimal],
    *,
    additive: bool,
) -> Previous:
    """Last year's figure of a unit, comparable to this year's.

    ``steps`` are the changes between the two years' figures. Renamed or recoded: the same figure.
    Merged: the sum where the scheme calls the indicator additive and all parts are known, else
    asked for. Split: asked for. Area transferred or adjusted: the own figure, with a note. Founded:
    none, and it says so.
    """
    mine = [s for s in steps if s.successor == unit]
    merged = [s for s in mine if s.kind is UnitChangeKind.MERGE]
    if merged:
        return _merged(unit, indicator, merged, steps, figures, additive)
    split = next((s for s in mine if s.kind is UnitChangeKind.SPLIT), None)
    split = split or next((s for s in steps if _gave(s, unit)), None)
    if split is not None:
        told = m("由%(unit)s分设,上年数不可直接比较,请填写可比的上年数", unit=split.name)
        return Previous(None, told, asked=True)
    return _as_before(unit, indicator, steps, figures, additive)


def _as_before(
    unit: K,
    indicator: str,
    steps: Sequence[Step[K]],
    figures: Mapping[tuple[K, str], Decimal],
    additive: bool,
) -> Previous:
    """The figure of a unit that neither merged nor split: its own, or that of the one before it."""
    own, mine = figures.get((unit, indicator)), [s for s in steps if s.successor == unit]
    same = next((s for s in mine if s.kind in SAME and s.origin != unit), None)
    if same is not None and own is None:
        earlier = [s for s in steps if s != same]
        found = previous(same.origin, indicator, earlier, figures, additive=additive)
        if found.asked or found.note is not None:
            return found
        own = found.value
    if any(s.kind in AREA and unit in (s.origin, s.successor) for s in steps):
        return Previous(own, m("上年以来区划有划转,上年数口径可能不同"))
    replaced = next((s for s in mine if s.kind is UnitChangeKind.REPLACE), None)
    if replaced is not None:
        return Previous(own, m("由%(unit)s改设而来,上年数为其上年数", unit=replaced.name))
    if own is None and any(s.kind is UnitChangeKind.FOUND for s in mine):
        return Previous(None, m("上年以来设立,没有上年数"))
    return Previous(own)


def _gave(step: Step[K], unit: K) -> bool:
    """Whether a part was split off this unit."""
    return step.kind is UnitChangeKind.SPLIT and step.origin == unit


def _merged(
    unit: K,
    indicator: str,
    merged: Sequence[Step[K]],
    steps: Sequence[Step[K]],
    figures: Mapping[tuple[K, str], Decimal],
    additive: bool,
) -> Previous:
    names = "、".join(s.name for s in merged)
    if not additive:
        told = m("由%(units)s合并而来,这项指标不能相加,请填写可比的上年数", units=names)
        return Previous(None, told, asked=True)
    first = min(s.day for s in merged)
    before = [s for s in steps if s.day < first]
    parts = [
        previous(s.origin, indicator, [b for b in before if b != s], figures, additive=True).value
        for s in merged
    ]
    if unit not in {s.origin for s in merged}:
        parts += [v for v in (figures.get((unit, indicator)),) if v is not None]
    known = [v for v in parts if v is not None]
    if len(known) < len(parts):
        told = m("由%(units)s合并而来,各单位的上年数不全,请填写可比的上年数", units=names)
        return Previous(None, told, asked=True)
    told = m("由%(units)s合并而来,上年数为各单位之和", units=names)
    return Previous(sum(known, Decimal(0)), told)


def between(steps: Sequence[Step[K]], after: date, until: date) -> list[Step[K]]:
    """The changes after one day up to another, oldest first."""
    return sorted((s for s in steps if after < s.day <= until), key=lambda s: s.day)


def lasting(units: Collection[K], steps: Sequence[Step[K]]) -> set[K]:
    """Every unit whose figures may be needed to compare these units: themselves and origins."""
    return {*units, *(o for u in units for o in origins(u, steps))}
