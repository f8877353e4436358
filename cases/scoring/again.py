"""Scores of a group taken as figures: changed by a chain, scored once more among the units.

The scores joined out of the children are the figures; the units compared are those of the class or
of a wider cohort. A unit without a score of the group has none afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.scoring.book import Book
from cases.scoring.chain import through
from cases.scoring.chain.link import Frame
from cases.scoring.fine import FINE, HALF, ROOM
from cases.scoring.leaves import LeafRun, placed
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, Scored
from cases.scoring.nodes import Points
from cases.scoring.shapes import Indicator
from cases.scoring.vectors import Exact, Floats, Vector
from workflow.words import m

ONE_BY_ONE = frozenset({"line", "transform", "clip"})
"""Links that change each figure by itself."""
Part = tuple[tuple[int, ...], Points]
"""Units by their places in the book, rising, and the scores of a group there."""


class Again:
    """A group in a class: the scores joined, by position, and how they were scored again.

    ``points`` is what they became; ``leaf`` how, made when it is asked for and kept.
    """

    __slots__ = ("_leaf", "_make", "joined", "points")

    def __init__(
        self, joined: Points, make: Callable[[], LeafRun], points: Points | None = None
    ) -> None:
        self.joined = joined
        self._make = make
        self._leaf = make() if points is None else None
        self.points = self.leaf.points if points is None else points

    @property
    def leaf(self) -> LeafRun:
        if self._leaf is None:
            self._leaf = self._make()
        return self._leaf


def scored_beside(groups: Sequence[tuple[Indicator, Points]], book: Book) -> list[Points] | None:
    """Groups of one class that are scored again by one rule, in one go, as each by itself.

    None where it can't be: scores are missing or exact, rules differ, or ask for a remark.
    """
    first = groups[0][0]
    beside = METHODS[first.method].beside if first.method else None
    if (
        (first.method and beside is None)
        or any(link.kind not in ONE_BY_ONE for link in first.chain)
        or any(
            points.floats is None or points.gaps or not _alike(first, again)
            for again, points in groups
        )
    ):
        return None
    rows: NDArray[np.float64] | None = np.array([points.floats for _, points in groups])
    rows = _through(first, rows, book) if first.chain else rows
    if rows is not None and beside is not None:
        rows = beside(rows, Column(Exact([]), first.direction, first.parameters))
    return None if rows is None else [Points(None, row) for row in rows]


def _through(
    again: Indicator, rows: NDArray[np.float64] | None, book: Book
) -> NDArray[np.float64] | None:
    """The rows through links that change each figure by itself; None where one is lost."""
    assert rows is not None
    everywhere: Any = range(rows.size)  # as a tuple is, and made at once
    frame = Frame(book, everywhere, everywhere, Floats(rows.ravel()), again.direction)
    for link in again.chain:
        frame = through(link, frame)
    if len(frame.at) < rows.size:
        return None
    return frame.values.floats().array.reshape(rows.shape)


def _alike(one: Indicator, two: Indicator) -> bool:
    return (one.method, one.direction, one.parameters, one.chain) == (
        two.method,
        two.direction,
        two.parameters,
        two.chain,
    )


def scored_again(again: Indicator, book: Book, parts: Sequence[Part]) -> LeafRun:
    """The scores of all units of the parts, by their places in the book, rising."""
    if len(parts) == 1 and not parts[0][1].gaps:
        units, points = parts[0]
        return _scored(again, Frame(book, units, units, _vector(points), again.direction))
    where = {place: (n, i) for n, (units, _) in enumerate(parts) for i, place in enumerate(units)}
    units = tuple(sorted(where))
    at = tuple(place for place in units if where[place][1] not in parts[where[place][0]][1].gaps)
    there = set(at)
    nothing = m("本组没有得分")
    frame = Frame(
        book,
        units,
        at,
        _figures(parts, [where[place] for place in at]),
        again.direction,
        gaps={
            place: parts[where[place][0]][1].remarks.get(where[place][1], nothing)
            for place in units
            if place not in there
        },
    )
    return _scored(again, frame)


def _scored(again: Indicator, frame: Frame) -> LeafRun:
    frames = [frame]
    for link in again.chain:
        frame = through(link, frame)
        frames.append(frame)
    column = Column(frame.values, again.direction, again.parameters)
    if again.method:
        scored = METHODS[again.method].score(column) if len(column) else Scored(Exact([]))
    else:
        scored = Scored(frame.values)
    points, lost = placed(again, (), frame.units, frame, scored)
    return LeafRun(points, column, tuple(frames), again.chain, lost)


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
