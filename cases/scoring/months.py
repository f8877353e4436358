"""Months-weighting on a transfer: a unit's result counts for the months served there.

An option of the scheme (``shares.transfer: months``); by default one organ grades by the unit of
the primary post and the other gives an opinion. A month counts for the post taken up by its 15th
[design: published schemes say 按任职月数加权 and leave the day open].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from cases.scoring.exact import Numeric, exact, plain, shown, stored

HALF_MONTH = 15


@dataclass(frozen=True, slots=True)
class Term:
    """A primary post in a unit: since when (``2025-07`` or ``2025-07-20``, None for long), until
    when (None for still)."""

    unit: int
    since: str | None
    until: date | None


@dataclass(frozen=True, slots=True)
class MonthsRow:
    """One unit: months served in the year and its result; None where it has none."""

    unit: int
    months: int
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class MonthsScore:
    """The weighted result with its arithmetic: ``(88.00 × 7 + 92.00 × 5) ÷ 12``."""

    rows: tuple[MonthsRow, ...]
    formula: str
    score: Decimal | None


def served(left: Sequence[tuple[int, date]], unit: int) -> tuple[Term, ...]:
    """The terms of one who left units, each on the day of his transfer, for ``unit`` at last."""
    terms, since = [], None
    for before, day in left:
        terms.append(Term(before, since, day - timedelta(days=1)))
        since = day.isoformat()
    return (*terms, Term(unit, since, None))


def months_of(terms: Sequence[Term], year: int) -> dict[int, int]:
    """Unit -> months of the year, in the order they were served; later terms go before."""
    ordered = sorted(terms, key=lambda term: term.since or "")
    found: dict[int, int] = {}
    for month in range(1, 13):
        held = [term for term in ordered if _holds(term, year, month)]
        if held:
            unit = held[-1].unit
            found[unit] = found.get(unit, 0) + 1
    return found


def _holds(term: Term, year: int, month: int) -> bool:
    middle = date(year, month, HALF_MONTH)
    if term.since is not None and _begun(term.since) > middle:
        return False
    return term.until is None or term.until >= middle


def _begun(since: str) -> date:
    """The first day of the month where the day isn't known."""
    parts = [int(part) for part in since.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def weighted(months: Mapping[int, int], scores: Mapping[int, Numeric | None]) -> MonthsScore:
    """The results of the units weighted by months; units without a result are left out, shown."""
    rows = tuple(
        MonthsRow(unit, n, None if (s := scores.get(unit)) is None else stored(exact(s)))
        for unit, n in months.items()
    )
    present = [(row.months, exact(row.score)) for row in rows if row.score is not None]
    if not present:
        return MonthsScore(rows, "", None)
    whole = sum(n for n, _ in present)
    top = sum((n * score for n, score in present), Fraction(0))
    terms = " + ".join(f"{shown(score)} × {n}" for n, score in present)
    return MonthsScore(rows, f"({terms}) ÷ {plain(whole)}", stored(top / whole))
