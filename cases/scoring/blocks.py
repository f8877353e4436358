"""The figures of one class as a matrix: what a statistic over many indicators is computed on.

Made once when a book is read. A series stands in it where its figures differ and are narrow enough
for sums of squares in whole numbers of 64 bits; any other series is scored by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROOM = 2**62
_FLOATS = 2**53
"""Whole numbers below it are the same as floats, whose arithmetic is the faster one."""
_NEAR = 40_000
"""Figures looked at together: what stays in the cache of a processor."""

Whole64 = NDArray[Any]
"""Whole numbers, as machine words or, where every sum of them is exact so, as floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A row a series, a column a unit, in the order of the book.

    ``above`` is how far each figure lies above the lowest of its row, in whole numbers (floats
    where n x the sum of squares is exact in them); ``figures`` are the figures as floats,
    ``lowest`` and ``highest`` those of the row. Where there is none, the lowest of the row stands
    and ``there`` is False (None where nothing is missing); ``counts`` is how many there are.
    """

    rows: Mapping[str, int]
    above: Whole64
    figures: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    counts: NDArray[np.int64]
    there: NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Some rows of a block for a method; ``signs`` is 1 or, in reverse, -1, a row each (one for all
    where they are the same)."""

    above: Whole64
    figures: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    counts: NDArray[np.int64]
    there: NDArray[np.bool_] | None
    signs: NDArray[np.float64]


def picked(block: Block, codes: Sequence[str], signs: list[float]) -> Picked:
    """The rows of the codes, which stand in the block, in their order."""
    at = [block.rows[code] for code in codes]
    first, size = at[0], len(at)
    straight = at == list(range(first, first + size))
    order: Any = slice(first, first + size) if straight else at
    return Picked(
        block.above[order],
        block.figures[order],
        block.lowest[order],
        block.highest[order],
        block.counts[order],
        None if block.there is None else block.there[order],
        np.array(signs[:1] if signs.count(signs[0]) == size else signs).reshape(-1, 1),
    )


def slices(rows: int, wide: int) -> Iterator[slice]:
    """The rows, as many at a time as are near one another."""
    step = max(1, _NEAR // wide)
    return (slice(first, first + step) for first in range(0, rows, step))


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """One series over all units: numerators (0 where there is none), floats, what is there."""

    nums: NDArray[np.int64]
    figures: NDArray[np.float64]
    there: NDArray[np.bool_]


def block_of(columns: Mapping[str, Whole], places: Sequence[int]) -> Block:
    """The block of the units at the places."""
    order = np.array(places, dtype=np.int64)
    rows: dict[str, int] = {}
    kept: list[tuple[Any, Any, Any]] = []
    for code, column in columns.items():
        row = _row(column, order)
        if row is not None:
            rows[code] = len(kept)
            kept.append(row)
    shape = (len(kept), len(order))
    there = np.array([row[2] for row in kept], dtype=bool).reshape(shape)
    figures = np.array([row[1] for row in kept], dtype=np.float64).reshape(shape)
    return Block(
        rows,
        _narrowed(np.array([row[0] for row in kept], dtype=np.int64).reshape(shape)),
        figures,
        figures.min(axis=1, initial=np.inf),
        figures.max(axis=1, initial=-np.inf),
        there.sum(axis=1),
        None if there.all() else there,
    )


def _narrowed(above: NDArray[np.int64]) -> Whole64:
    """The same numbers as floats, where n x the squares of a row come to less than 2^53."""
    units = above.shape[1]
    if units * units * int(above.max(initial=0)) ** 2 < _FLOATS:
        return above.astype(np.float64)
    return above


def _row(column: Whole, order: NDArray[np.int64]) -> tuple[Any, Any, Any] | None:
    """Figures above the lowest, floats, what is there; None where it does not fit a block."""
    there = column.there[order]
    if not there.any():
        return None
    nums, figures = column.nums[order], column.figures[order]
    present = nums[there]
    low, high = int(present.min()), int(present.max())
    if low == high or (high - low) ** 2 * len(order) >= _ROOM:
        return None
    return np.where(there, nums - low, 0), np.where(there, figures, figures[there].min()), there
