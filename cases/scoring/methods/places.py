"""Places in the ranking of a class: best is 1; equal figures share the better, mean or worse place.

Whole numbers that fit a machine word are sorted by numpy, larger ones by Python. Floats count as
equal when they agree to twelve places of the largest, so that a change of unit moves nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.scoring.exact import plain
from cases.scoring.methods.method import Column, Step
from cases.scoring.vectors import Exact, Vector
from workflow.words import Sentence, m

TIES = ("better", "mean", "worse")
"""What equal figures share: the better place (1, 1, 3), the mean one (1.5, 1.5, 3), the worse one
(2, 2, 3)."""

_AGREE = 12
_SHARED = {
    "better": m("数值相同,名次并列,按较好名次计分"),
    "mean": m("数值相同,名次并列,按平均名次计分"),
    "worse": m("数值相同,名次并列,按较差名次计分"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """``first`` is the better place of each figure, ``sharing`` how many figures share it."""

    first: NDArray[np.int64]
    sharing: NDArray[np.int64]

    def by(self, ties: str) -> Exact:
        """Places by the word for ties; mean ones in halves."""
        if ties == "mean":
            return Exact(2 * self.first + self.sharing - 1, 2)
        return Exact(self.whole(ties))

    def whole(self, ties: str) -> NDArray[np.int64]:
        """The better or, by its word, the worse place of each figure."""
        return self.first + self.sharing - 1 if ties == "worse" else self.first

    def remarks(self, ties: str) -> dict[int, Sentence]:
        """Who shares a place, and a class of one."""
        if len(self.first) == 1:
            return {0: m("本类只有一个单位,无从比较,按第 1 名计")}
        return dict.fromkeys(np.flatnonzero(self.sharing > 1).tolist(), _SHARED[ties])


def places(values: Vector, best_is_high: bool) -> Places:
    """The places of all figures."""
    size = len(values)
    keys = _keys(values)
    order = np.argsort(_turned(keys) if best_is_high else keys)
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, size))
    first = np.empty(size, dtype=np.int64)
    sharing = np.empty(size, dtype=np.int64)
    first[order] = np.repeat(starts + 1, counts)
    sharing[order] = np.repeat(counts, counts)
    return Places(first, sharing)


def _turned(keys: NDArray[Any]) -> NDArray[Any]:
    """Keys in the opposite order; the lowest machine word has no negative of its own."""
    return ~keys if keys.dtype == np.int64 else -keys


def place_step(column: Column, found: Places, place: int) -> Step:
    """The place of one figure among all: ``3 / 5``."""
    own = found.by(column.word("ties", TIES[0])).at(place)
    return Step(m("本类名次"), f"{plain(own)} / {len(column)}", plain(own))


def _keys(values: Vector) -> NDArray[Any]:
    """Numbers of a machine that compare as the figures do."""
    if isinstance(values, Exact):
        if values.words is not None:
            return values.words
        order = {num: i for i, num in enumerate(sorted(set(values.nums)))}
        return np.array([order[num] for num in values.nums], dtype=np.int64)
    largest = float(np.abs(values.array).max(initial=0.0))
    _, power = np.frexp(largest)
    return np.round(np.ldexp(values.array, -int(power)), _AGREE)
