"""Two scorings of the same units: who moves how far, and why, indicator by indicator.

The difference of two totals is split exactly: with points p, share s before and q, t after,
q·t - p·s = (q - p)·(s + t) / 2 + (t - s)·(p + q) / 2: the first part is the figures' and the
method's, the second the weights'. What can't be added up (groups that are no arithmetic mean) is
``rest``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cases.scoring.exact import stored
from cases.scoring.ranking import ranks
from cases.scoring.scoresheet import LeafRow, Scores, Scoresheet

NONE = Decimal(0)


class Side(StrEnum):
    """Whether an indicator counted on both sides."""

    BOTH = "both"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator did to the total, in points of the total."""

    indicator: str
    side: Side
    before: Decimal | None
    after: Decimal | None
    share_before: Decimal
    share_after: Decimal
    by_points: Decimal
    by_weight: Decimal

    @property
    def whole(self) -> Decimal:
        return self.by_points + self.by_weight


@dataclass(frozen=True, slots=True)
class Move:
    """One unit in two scorings; ranks inside the class, ``places`` above zero is upwards."""

    unit: str
    class_code: str
    before: Decimal | None
    after: Decimal | None
    rank_before: int | None
    rank_after: int | None

    @property
    def places(self) -> int:
        if self.rank_before is None or self.rank_after is None:
            return 0
        return self.rank_before - self.rank_after

    @property
    def difference(self) -> Decimal | None:
        """Points of the total won or lost."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Split:
    """The difference of one unit's totals: by indicator, by items, and what can't be split."""

    parts: tuple[Part, ...]
    items: Decimal
    rest: Decimal


def class_ranks(scores: Scores) -> dict[str, int | None]:
    """Unit -> rank inside its class, ties sharing the better; None without a total."""
    totals = scores.totals()
    found: dict[str, int | None] = {}
    for run in scores.runs.values():
        found |= ranks({(unit := scores.book.units[p]): totals[unit] for p in run.units})
    return found


def moves(before: Scores, after: Scores) -> tuple[Move, ...]:
    """Units of either scoring, by class after, then by rank after."""
    old, new = before.totals(), after.totals()
    first, last = class_ranks(before), class_ranks(after)
    classes = {**_classes(before), **_classes(after)}
    found = [
        Move(unit, classes[unit], old.get(unit), new.get(unit), first.get(unit), last.get(unit))
        for unit in classes
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Move) -> tuple[str, int, str]:
    return (one.class_code, one.rank_after or 10**9, one.unit)


def _classes(scores: Scores) -> dict[str, str]:
    return dict(zip(scores.book.units, scores.book.classes, strict=True))


def split(before: Scoresheet, after: Scoresheet) -> Split:
    """The difference of two sheets of one unit, the indicators in the order of the new scheme."""
    old = {row.indicator: row for row in before.rows}
    new = {row.indicator: row for row in after.rows}
    codes = [*new, *(code for code in old if code not in new)]
    parts = tuple(_part(code, old.get(code), new.get(code)) for code in codes)
    items = _items(after) - _items(before)
    whole = (after.total or NONE) - (before.total or NONE)
    rest = whole - items - sum((part.whole for part in parts), NONE)
    return Split(parts, items, rest)


def _part(code: str, old: LeafRow | None, new: LeafRow | None) -> Part:
    side = Side.NEW if old is None else Side.DROPPED if new is None else Side.BOTH
    p, s = _figures(old)
    q, t = _figures(new)
    if side is not Side.BOTH or not s or not t:
        # nothing to compare the points with: all of it comes from its counting at all
        points, weight = Fraction(0), q * t - p * s
    else:
        points, weight = (q - p) * (s + t) / 2, (t - s) * (p + q) / 2
    return Part(
        code, side,
        None if old is None else old.points,
        None if new is None else new.points,
        stored(s), stored(t), stored(points), stored(weight),
    )  # fmt: skip


def _figures(row: LeafRow | None) -> tuple[Fraction, Fraction]:
    """Points and the share they had in a sum; 0 for what did not count or can't be added."""
    if row is None or row.points is None or row.effective is None or row.contribution is None:
        return Fraction(0), Fraction(0)
    return Fraction(row.points), Fraction(row.effective)


def _items(sheet: Scoresheet) -> Decimal:
    if sheet.total is None or sheet.weighted is None:
        return NONE
    return sheet.total - sheet.weighted


def movers(found: tuple[Move, ...]) -> tuple[Move, ...]:
    """Those whose rank changed, the furthest first."""
    changed = [one for one in found if one.places]
    return tuple(sorted(changed, key=lambda one: (-abs(one.places), one.unit)))


def summary(found: tuple[Move, ...]) -> Mapping[str, Decimal | int]:
    """How many were compared, how many moved, and the mean and widest move in places."""
    compared = [one for one in found if one.rank_before and one.rank_after]
    places = [abs(one.places) for one in compared]
    mean = Fraction(sum(places), len(places)) if places else Fraction(0)
    return {
        "compared": len(compared),
        "moved": sum(1 for n in places if n),
        "mean": stored(mean),
        "widest": max(places, default=0),
    }
