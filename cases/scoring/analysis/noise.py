"""Rank intervals of a class: how far ranks move when each weight of the tree is a bit different.

At each node of the tree the weights of the siblings are drawn anew, and the whole tree is joined
again by its own rules: means of any kind, floors of availability, groups filled or taken as given.
Items count as they do in the total. For the office only, never in meeting papers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random

import numpy as np
from numpy.typing import NDArray

from cases.scoring.again import scored_again
from cases.scoring.items import settle
from cases.scoring.leaves import LeafRun, narrowed
from cases.scoring.nodes import Points
from cases.scoring.run import ClassRun, Joining, cohort_key, joined_up
from cases.scoring.scoresheet import Scores
from cases.scoring.sensitivity import DRAWS, NOISE, RankInterval, interval
from cases.scoring.shapes import Indicator
from cases.scoring.tables import Tables, table_of

_STEPS = 1000
"""A weight is drawn in thousandths of itself, so that its arithmetic stays short."""

Tell = Callable[[int], None]


def tree_intervals(
    scores: Scores,
    one: ClassRun,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    noise: float = NOISE,
    tell: Tell = lambda _: None,
) -> dict[str, RankInterval]:
    """Interval per unit of the class that has a score; ``tell`` hears how many draws are done.

    The same figures and seed give the same intervals. A draw in which a unit has no score, for
    too little of the weight is there, puts it last.
    """
    codes = [scores.book.units[place] for place in one.units]
    tables = _leaves(one)
    items = _items(scores, codes)
    first = _ranks(_total(scores, one, one.weights, tables), items)
    # seeded so that an office can repeat the figure; nothing here is secret
    source = Random(seed)  # noqa: S311
    room = round(_STEPS * noise)
    nodes = sorted(one.weights)
    seen = np.empty((draws, len(codes)), dtype=np.int64)
    for number in range(draws):
        weights = {
            code: one.weights[code] * Fraction(_STEPS + source.randint(-room, room), _STEPS)
            for code in nodes
        }
        seen[number] = _ranks(_total(scores, one, weights, tables), items)
        if number % 100 == 99:
            tell(number + 1)
    seen.sort(axis=0)
    return {
        code: interval(int(first[i]), seen[:, i])
        for i, code in enumerate(codes)
        if i not in one.total.gaps
    }


def _leaves(one: ClassRun) -> Tables:
    """The scores of the indicators as floats, siblings beside one another."""
    codes = list(one.leaves)
    return table_of(codes, [one.leaves[code].points for code in codes])


def _total(
    scores: Scores, one: ClassRun, weights: Mapping[str, Fraction], tables: Tables
) -> Points:
    def compare(group: Indicator, joined: Points) -> LeafRun:
        return _among_all(scores, one, group, joined)

    joining = Joining(weights, one.units, {}, tables, compare)
    return joined_up(scores.scheme, scores.book, joining)


def _among_all(scores: Scores, one: ClassRun, group: Indicator, joined: Points) -> LeafRun:
    """A group scored once more among its cohort; other classes stand as they are."""
    again = group.again
    assert again is not None
    key = cohort_key(scores.scheme, again, one.class_code)
    others = [
        (other.units, other.again[group.code].joined)
        for code, other in scores.runs.items()
        if code != one.class_code
        and group.code in other.again
        and cohort_key(scores.scheme, again, code) == key
    ]
    return narrowed(scored_again(again, scores.book, [(one.units, joined), *others]), one.units)


_Items = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What items change at each total, and what of it are bonuses."""


def _items(scores: Scores, codes: list[str]) -> _Items:
    found, raised = np.zeros(len(codes)), np.zeros(len(codes))
    for i, code in enumerate(codes):
        entries = scores.book.entries.get(code, ())
        rows = settle(scores.scheme, "indicators", None, entries)[0]
        found[i] = float(sum(row.points for row in rows))
        raised[i] = float(sum(row.points for row in rows if row.points > 0))
    return found, raised


def _ranks(total: Points, items: _Items) -> NDArray[np.int64]:
    """Competition ranks: best is 1, ties share the better one; who has no score is last."""
    # nine places, so that equal scores tie in spite of the last bits of a float
    change, bonus = items
    totals = total.as_floats()
    least = np.minimum(totals + bonus, 0.0)  # no deduction takes a total below zero
    found = -np.round(np.maximum(totals + change, least), 9)
    found[list(total.gaps)] = np.inf
    ranks: NDArray[np.int64] = np.searchsorted(np.sort(found), found, side="left") + 1
    return ranks
