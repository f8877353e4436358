"""Scores of a group scored once more among the units, as figures are: renormalised at its node.

The scores joined out of the children are the figures; the units compared are those of the class or
of a wider cohort. A unit without a score of the group has none afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cases.scoring.book import Book
from cases.scoring.chain.link import Frame
from cases.scoring.fine import FINE, HALF, ROOM
from cases.scoring.leaves import LeafRun, placed
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, Scored
from cases.scoring.nodes import Points
from cases.scoring.shapes import Indicator
from cases.scoring.vectors import Exact, Floats, Vector
from workflow.words import m

Part = tuple[tuple[int, ...], Points]
"""Units by their places in the book, rising, and the scores of a group there."""


@dataclass(frozen=True, slots=True)
class Again:
    """A group in a class: the scores joined, by position, and how they were scored again."""

    joined: Points
    leaf: LeafRun


def scored_again(again: Indicator, book: Book, parts: Sequence[Part]) -> LeafRun:
    """The scores of all units of the parts, by their places in the book, rising."""
    if len(parts) == 1 and not parts[0][1].gaps:
        units, points = parts[0]
        return _scored(again, Frame(book, units, units, _vector(points), again.direction))
    where = {place: (n, i) for n, (units, _) in enumerate(parts) for i, place in enumerate(units)}
    units = tuple(sorted(where))
    at = tuple(place for place in units if where[place][1] not in parts[where[place][0]][1].gaps)
    there = set(at)
    frame = Frame(
        book,
        units,
        at,
        _figures(parts, [where[place] for place in at]),
        again.direction,
        gaps={place: m("本组没有得分") for place in units if place not in there},
    )
    return _scored(again, frame)


def _scored(again: Indicator, frame: Frame) -> LeafRun:
    column = Column(frame.values, again.direction, again.parameters)
    scored = METHODS[again.method].score(column) if len(column) else Scored(Exact([]))
    points, lost = placed(again, (), frame.units, frame, scored)
    return LeafRun(points, column, (frame,), (), lost)


def _vector(points: Points) -> Vector:
    fine = points.exact
    if fine is None:
        return Floats(points.as_floats())
    if fine.high.dtype == object or fine.low.any() or int(np.abs(fine.high).max(initial=0)) >= ROOM:
        return Exact(fine.all(), FINE)
    return Exact(fine.high, HALF)


def _figures(parts: Sequence[Part], at: Sequence[tuple[int, int]]) -> Vector:
    """The scores at (part, position), exact where all of them are."""
    exact = [points.exact for _, points in parts]
    if any(one is None for one in exact):
        floats = [points.as_floats() for _, points in parts]
        return Floats(np.array([floats[n][i] for n, i in at], dtype=np.float64))
    return Exact([one.units(i) for n, i in at if (one := exact[n]) is not None], FINE)
