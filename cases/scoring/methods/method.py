"""What a scoring method is: one reading in, points out, every step explained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from workflow.words import Sentence

FULL = Fraction(100)
"""Points of a fully met indicator, before weights."""

POSITIVE = "positive"
REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Reading:
    """One present figure with all that a method may look at.

    ``cohort`` holds every present figure of the indicator in the same class, the own one
    included, from lowest to highest.
    """

    value: Fraction
    direction: str
    target: Fraction | None = None
    cohort: tuple[Fraction, ...] = ()
    parameters: Mapping[str, Fraction | str] = field(default_factory=dict)

    def parameter(self, name: str, default: Fraction) -> Fraction:
        value = self.parameters.get(name, default)
        return value if isinstance(value, Fraction) else default


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: what it is, how it was computed, what came out."""

    title: Sentence
    formula: str
    result: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Points from 0 upwards, or None with a reason; ``remark`` names a rule that stepped in."""

    points: Fraction | None
    remark: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method. ``score`` gives points, ``explain`` the steps behind them.

    ``numbers`` names the parameters it takes, each with its lowest and highest value.
    """

    code: str
    zh: str
    en: str
    needs_target: bool
    numbers: Mapping[str, tuple[int, int]]
    score: Callable[[Reading], Outcome]
    explain: Callable[[Reading], tuple[Step, ...]]
