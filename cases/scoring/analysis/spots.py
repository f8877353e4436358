"""Weak and strong spots of a unit: each indicator beside its peers, and what it cost the total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.exact import stored
from cases.scoring.ranking import ranks
from cases.scoring.scoresheet import LeafRow, Scores
from workflow.words import Sentence

FULL = Decimal(100)
THIRD = Fraction(1, 3)
"""A spot is strong or weak when it lies in the best or the last third of its class."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One indicator of one unit among the units of its class that have a score there.

    ``points``, ``mean`` and ``median`` run from 0 to 100; ``lost`` is what is missing to 100, in
    points of the total, by the share the indicator really had; None where its points don't add up
    to the total. Without a score only ``remark``.
    """

    indicator: str
    points: Decimal | None
    mean: Decimal | None
    median: Decimal | None
    rank: int | None
    compared: int
    share: Decimal
    lost: Decimal | None
    remark: Sentence | None

    @property
    def ahead(self) -> Decimal | None:
        """Points above the mean of the class; below zero when behind."""
        return None if self.points is None or self.mean is None else self.points - self.mean

    @property
    def ahead_of_median(self) -> Decimal | None:
        """Points above the median of the class."""
        return None if self.points is None or self.median is None else self.points - self.median

    @property
    def strong(self) -> bool:
        """In the best third of a class that differs, and not below its mean."""
        ahead = self.ahead
        return (
            self.rank is not None and ahead is not None and ahead > 0
            and Fraction(self.rank - 1, self.compared) < THIRD
        )  # fmt: skip

    @property
    def weak(self) -> bool:
        """Below the mean, in the last third of the class."""
        ahead = self.ahead
        return (
            self.rank is not None and ahead is not None and ahead < 0
            and Fraction(self.rank - 1, self.compared) >= 1 - THIRD
        )  # fmt: skip


def spots(scores: Scores, unit: str) -> tuple[Spot, ...]:
    """Every indicator of the unit, in the scheme's order. Raises KeyError for unknown units."""
    run, place = scores.run_of(unit)
    found = []
    for row in scores[unit].rows:
        column = run.leaves[row.indicator].points.stored()
        found.append(_spot(row, column, place))
    return tuple(found)


def most_lost(found: tuple[Spot, ...], n: int) -> tuple[Spot, ...]:
    """The ``n`` indicators that cost the total most, the dearest first."""
    costly = [one for one in found if one.lost is not None and one.lost > 0]
    return tuple(sorted(costly, key=lambda s: (-(s.lost or 0), s.indicator))[:n])


def _spot(row: LeafRow, column: list[Decimal | None], place: int) -> Spot:
    there = sorted(one for one in column if one is not None)
    points = column[place]
    effective = row.effective or Decimal(0)
    lost = None
    if points is not None and row.unadded is None:
        lost = stored(Fraction(FULL - points) * Fraction(effective))
    order = ranks({str(i): one for i, one in enumerate(column)})
    return Spot(
        indicator=row.indicator,
        points=points,
        mean=stored(sum(map(Fraction, there), Fraction(0)) / len(there)) if there else None,
        median=_median(there),
        rank=order[str(place)],
        compared=len(there),
        share=effective,
        lost=lost,
        remark=row.remark,
    )


def _median(there: list[Decimal]) -> Decimal | None:
    if not there:
        return None
    middle = len(there) // 2
    if len(there) % 2:
        return there[middle]
    return stored((Fraction(there[middle - 1]) + Fraction(there[middle])) / 2)
