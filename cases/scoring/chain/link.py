"""What a link of a transform chain is: a column of figures in, a column out, before the method."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.book import Book
from cases.scoring.reading import Problem
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Vector
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Frame:
    """One indicator among the units compared, on its way to the method.

    ``units`` are the positions in the book of all units compared, rising, ``at`` those that have a
    figure now, ``values`` the figures there in the same order, ``apart`` the units that it
    doesn't concern.
    ``notes`` say by position what a link did to a figure; ``gaps`` why a figure was lost.
    """

    book: Book
    units: tuple[int, ...]
    at: tuple[int, ...]
    values: Vector
    direction: str
    apart: frozenset[int] = frozenset()
    notes: Mapping[int, tuple[Sentence, ...]] = field(default_factory=dict)
    gaps: Mapping[int, Sentence] = field(default_factory=dict)

    def to(self, values: Vector, notes: Mapping[int, Sentence] | None = None) -> Frame:
        """The frame with other values at the same positions."""
        said = dict(self.notes)
        for place, sentence in (notes or {}).items():
            said[place] = (*said.get(place, ()), sentence)
        return replace(self, values=values, notes=said)

    def without(self, lost: NDArray[np.bool_], left: Vector, why: Sentence) -> Frame:
        """The frame without the figures that are lost, each with why; ``left`` are the others."""
        gaps = {**self.gaps, **{self.at[i]: why for i in np.flatnonzero(lost).tolist()}}
        at = tuple(place for place, gone in zip(self.at, lost.tolist(), strict=True) if not gone)
        return replace(self, at=at, values=left, gaps=gaps)

    def where(self, place: int) -> int | None:
        """Where among ``values`` the figure of a position stands, None without one."""
        i = bisect_left(self.at, place)
        return i if i < len(self.at) and self.at[i] == place else None

    def attribute(self, name: str) -> Sequence[str]:
        """The attribute of the units by position; empty text where the book has none."""
        return self.book.attributes.get(name, ("",) * len(self.book.units))


def accept_all(_parameters: Mapping[str, Parameter]) -> Problem | None:
    """No rule between the parameters of a link."""
    return None


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A registered link; ``numbers``, ``words`` and ``names`` are the parameters it takes.

    ``names`` are free text: the code of a series, the name of an attribute. ``required`` are those
    it can't do without; ``refuse`` says what is wrong between them, and at which. ``formula`` says
    what is done to the figure at a position, as ``÷ 50 × 10``; none: only before and after are
    told. One that ``widens`` may take a figure out of the range of figures.
    """

    code: str
    zh: str
    en: str
    apply: Callable[[Frame, Mapping[str, Parameter]], Frame]
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    refuse: Callable[[Mapping[str, Parameter]], Problem | None] = accept_all
    formula: Callable[[Frame, Mapping[str, Parameter], int], str] | None = None
    widens: bool = False


def number(parameters: Mapping[str, Parameter], name: str, default: Fraction) -> Fraction:
    value = parameters.get(name, default)
    return value if isinstance(value, Fraction) else default


def optional(parameters: Mapping[str, Parameter], name: str) -> Fraction | None:
    value = parameters.get(name)
    return value if isinstance(value, Fraction) else None


def refuse_bounds(parameters: Mapping[str, Parameter]) -> Problem | None:
    """A link that keeps figures between ``low`` and ``high`` has one of them, in order."""
    low, high = optional(parameters, "low"), optional(parameters, "high")
    if low is None and high is None:
        return "low", m("上限和下限至少填一个")
    if low is not None and high is not None and low >= high:
        return "low", m("下限应小于上限")
    return None


def refuse_none_of(*names: str) -> Callable[[Mapping[str, Parameter]], Problem | None]:
    """A link that does nothing unless one of the parameters is stated."""

    def refuse(parameters: Mapping[str, Parameter]) -> Problem | None:
        if any(name in parameters for name in names):
            return None
        return names[0], m("必须填写")

    return refuse


def word(parameters: Mapping[str, Parameter], name: str, default: str) -> str:
    value = parameters.get(name, default)
    return value if isinstance(value, str) else default
