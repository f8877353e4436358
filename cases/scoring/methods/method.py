"""What a scoring method is: a column of figures in, points out, every step explained.

A method sees the figures of one indicator among units that are compared with one another (one
class), gaps left out. It works on either arithmetic of ``vectors`` and never looks at the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.blocks import Picked
from cases.scoring.fine import Fine
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Number, Vector
from workflow.words import Sentence

FULL = Fraction(100)
"""Points of a fully met indicator, before weights."""

POSITIVE = "positive"
REVERSE = "reverse"

Rows = tuple[tuple[Fraction, Fraction], ...]


def taken(vector: Vector, places: Sequence[int]) -> Vector:
    """The values at the places, in their order."""
    return vector.taken(places)


@dataclass(frozen=True, slots=True)
class Column:
    """Present figures of one indicator in one class.

    ``targets`` is one target for all or one a figure; ``previous`` last year's figures, one a
    figure, where a method asks for them; in a column of them, ``unknown`` are places without one.
    """

    values: Vector
    direction: str = POSITIVE
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    targets: Fraction | Sequence[Fraction | None] | None = None
    previous: Sequence[Number | None] | Exact = ()
    unknown: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.values)

    def number(self, name: str, default: Fraction = FULL) -> Fraction:
        value = self.parameters.get(name, default)
        return value if isinstance(value, Fraction) else default

    def optional(self, name: str) -> Fraction | None:
        value = self.parameters.get(name)
        return value if isinstance(value, Fraction) else None

    def word(self, name: str, default: str) -> str:
        value = self.parameters.get(name, default)
        return value if isinstance(value, str) else default

    def numbers(self, name: str) -> tuple[Fraction, ...]:
        """A list of numbers."""
        value = self.parameters.get(name, ())
        if not isinstance(value, tuple):
            return ()
        return tuple(one for one in value if isinstance(one, Fraction))

    def rows(self, name: str) -> Rows:
        """A list of pairs, lower bound and points."""
        value = self.parameters.get(name, ())
        if not isinstance(value, tuple):
            return ()
        return tuple(one for one in value if isinstance(one, tuple))

    @property
    def best_is_high(self) -> bool:
        return self.direction == POSITIVE

    def target(self, place: int) -> Fraction | None:
        if self.targets is None or isinstance(self.targets, Fraction):
            return self.targets
        return self.targets[place]

    def alone(self, place: int) -> Column:
        """The column of one figure only, with its own target and last year's figure."""
        before = self.before(place)
        return replace(
            self,
            values=taken(self.values, [place]),
            targets=self.target(place),
            previous=() if before is None else (before,),
            unknown=frozenset(),
        )

    def before(self, place: int) -> Number | None:
        """Last year's figure."""
        if place >= len(self.previous) or place in self.unknown:
            return None
        return self.previous.at(place) if isinstance(self.previous, Exact) else self.previous[place]

    def best(self) -> Number:
        return self.values.highest() if self.best_is_high else self.values.lowest()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: what it is, how it was computed, what came out."""

    title: Sentence
    formula: str
    result: str


@dataclass(frozen=True, slots=True)
class Scored:
    """Points by place. ``remarks`` name a rule that stepped in; ``gaps`` are places without
    points, each with its reason (what stands in ``points`` there means nothing)."""

    points: Vector
    remarks: Mapping[int, Sentence] = field(default_factory=dict)
    gaps: Mapping[int, Sentence] = field(default_factory=dict)
    fine: Fine | None = None
    """The points as scores are summed, where they were made so; ``points`` is empty then."""


def accept_all(_parameters: Mapping[str, Parameter]) -> Sentence | None:
    """No rule between the parameters of a method."""
    return None


def any_target(
    _target: Fraction, _best_is_high: bool, _parameters: Mapping[str, Parameter]
) -> Sentence | None:
    """A method that never divides by its target takes any."""
    return None


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method. ``score`` gives points, ``explain`` the steps behind one of them.

    ``numbers`` names the numbers it takes, each with its lowest and highest value; ``words`` its
    choices, the first being the default; ``lists`` its lists of numbers; ``tables`` its lists of
    pairs. ``required`` are those it can't do without; ``refuse`` says what is wrong between them,
    ``refuse_target`` why a target of the scheme can't be measured against (zero, where the method
    divides by it and no rule for that is stated).
    ``unbounded`` says that points may leave 0 to full (z-scores, additions above full).

    ``many`` gives the points of many series at once, to the last bit those of ``score``; the column
    it takes has no figures, only parameters. None where these parameters don't go that way.
    ``beside`` is the same of series of floats, a row each, none of them with a gap, without
    remarks; None where a row would carry one.
    """

    code: str
    zh: str
    en: str
    score: Callable[[Column], Scored]
    explain: Callable[[Column, int], tuple[Step, ...]]
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    refuse: Callable[[Mapping[str, Parameter]], Sentence | None] = accept_all
    refuse_target: Callable[[Fraction, bool, Mapping[str, Parameter]], Sentence | None] = any_target
    needs_target: bool = False
    needs_previous: bool = False
    unbounded: bool = False
    many: Callable[[Picked, Column], NDArray[np.float64] | None] | None = None
    beside: Callable[[NDArray[np.float64], Column], NDArray[np.float64] | None] | None = None
