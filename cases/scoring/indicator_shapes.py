"""The shapes of a scheme's classes and indicators, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cases.scoring.rule_shapes import Title

Parameter = Fraction | str | tuple[Fraction, ...] | tuple[tuple[Fraction, Fraction], ...]
"""What a method or a link of a chain is told: a number, a word, a list or a table."""

AGGREGATES = (
    "arithmetic", "geometric", "harmonic", "power", "penalised", "minimum", "maximum", "product",
)  # fmt: skip
COHORTS = ("class", "parent", "all")
WEIGHINGS = ("given", "equal", "entropy")
PATHS = ("sum", "level")


@dataclass(frozen=True, slots=True)
class UnitClass:
    """A node of the category tree; units sit in leaves only.

    ``result`` says which result counts for its units: ``regional`` (the indicator sheet) or
    ``performance`` (their own 绩效 or target-responsibility result, M1).
    """

    code: str
    title: Title
    parent: str | None
    level: str
    region_type: str
    result: str
    leaf: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a transform chain, before the method: its kind and its parameters."""

    kind: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Path:
    """How a figure should run through the year, for early warnings; scoring never reads it.

    ``sum`` grows from nothing to the target, ``level`` goes from last year's figure to it;
    ``months`` are twelve shares in percent, due at the end of each; none: linear.
    """

    form: str
    months: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of the indicator tree; only leaves carry a method and values.

    ``direction`` is ``positive`` or ``reverse``; ``missing`` is ``renormalise`` or ``zero``;
    ``targets`` are by class code, with ``""`` for every other class. ``chain`` runs before the
    method; ``cohort`` says among whom figures are compared: ``class``, ``parent`` or ``all``.

    Groups: ``aggregate`` is one of ``AGGREGATES``, ``amount`` the exponent or the penalty of those
    that have one, ``exponents`` those of the children of a product (one where unstated); below the
    ``availability`` (share of weight present, 0 to 1) a group has no score; ``again`` says what is
    done to its scores: a chain of links, then a method that scores them once more among the units,
    or one of both; ``fill`` names the attribute whose mean stands in for a group without one;
    ``given`` groups may be given a score. ``factor`` nodes stand below a product.
    ``places`` are those a score is rounded to before it counts, None: not at all.
    A helping series is one too, without ``method`` and points: what others are divided by.
    """

    code: str
    title: Title
    parent: str | None
    children: tuple[str, ...]
    unit: str
    direction: str
    method: str
    parameters: Mapping[str, Parameter]
    targets: Mapping[str, Fraction]
    missing: str
    provider: str
    verifier: str
    concept: str
    source: str
    chain: tuple[Link, ...] = ()
    cohort: str = "class"
    aggregate: str = "arithmetic"
    availability: Fraction = Fraction(0)
    fill: str = ""
    given: bool = False
    lowest: Fraction | None = None
    highest: Fraction | None = None
    additive: bool = False
    path: Path | None = None
    amount: Fraction = Fraction(1)
    again: Indicator | None = None
    places: int | None = None
    exponents: Mapping[str, Fraction] = field(default_factory=dict)
    factor: bool = False

    def target(self, class_code: str) -> Fraction | None:
        return self.targets.get(class_code, self.targets.get(""))

    @property
    def divisors(self) -> tuple[str, ...]:
        """Codes of what its chain divides by."""
        return tuple(str(x.parameters.get("by")) for x in self.chain if x.kind == "denominate")


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """Figures of one unit that must fit together: ``parts`` add up to ``whole`` within
    ``tolerance`` (in their unit), or the ``ratio`` of two lies from ``low`` to ``high``.

    A ratio with a ``whole`` says what that figure should be: ``times`` the ratio, over the figure
    itself, lies from ``low`` to ``high``.
    """

    code: str
    title: Title
    parts: tuple[str, ...]
    whole: str
    tolerance: Fraction
    ratio: tuple[str, ...]
    low: Fraction | None
    high: Fraction | None
    times: Fraction = Fraction(1)

    @property
    def reads(self) -> tuple[str, ...]:
        """The indicators whose figures it compares."""
        whole = (self.whole,) if self.whole else ()
        return (*(self.parts or self.ratio), *whole)
