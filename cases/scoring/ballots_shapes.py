"""Shapes of the ballots beside the grading sheets: options, electorates, other sheets, quality."""

from dataclasses import dataclass
from fractions import Fraction

from cases.scoring.rule_shapes import RuleSource, Title
from workflow.vocabulary import Grade, SheetKind, VoterOrigin


@dataclass(frozen=True, slots=True)
class Option:
    """One mark on a ballot; an abstaining option carries no points and no grade."""

    code: str
    title: Title
    points: Fraction
    grade: Grade | None
    abstain: bool


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who fills in: where they come from, whether they rate their own unit, whether by name.

    A ``named`` electorate (the leader in charge) has no cards: its view is given signed (M9).
    ``when_small``: with fewer than k people it is ``merged`` with the next, or its cards are
    ``signed`` ones and counted apart; never a line of its own that is called anonymous.
    """

    code: str
    title: Title
    origin: VoterOrigin
    exclude_own_unit: bool
    named: bool
    when_small: str


@dataclass(frozen=True, slots=True)
class LateRule:
    """Whether people who come after the closing may hand in a sealed paper, for how many days after
    the meeting, and who takes it: one of ``LATE_RECEIVERS``."""

    allowed: bool
    days: int
    receiver: str


LATE_RECEIVERS = ("tellers", "assessment_group")


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that never feeds the grade: options without points, and the rows it asks about.

    Without ``rows`` they are typed for each meeting (newly promoted cadres).
    """

    kind: SheetKind
    options: tuple[Option, ...]
    rows: tuple[Title, ...]
    source: RuleSource


@dataclass(frozen=True, slots=True)
class QualityRow:
    """When a merged group's ballots are marked for a second look; ``above`` is a share."""

    code: str
    title: Title
    figure: str
    above: Fraction
    least_rows: int
