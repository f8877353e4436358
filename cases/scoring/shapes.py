"""The shapes of a scheme: what an office decides before a cycle opens, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cases.scoring.ballots_shapes import Electorate, LateRule, Option, OtherSheet, QualityRow
from cases.scoring.indicator_shapes import AGGREGATES as AGGREGATES
from cases.scoring.indicator_shapes import COHORTS as COHORTS
from cases.scoring.indicator_shapes import PATHS as PATHS
from cases.scoring.indicator_shapes import WEIGHINGS as WEIGHINGS
from cases.scoring.indicator_shapes import FigureCheck as FigureCheck
from cases.scoring.indicator_shapes import Indicator as Indicator
from cases.scoring.indicator_shapes import Link as Link
from cases.scoring.indicator_shapes import Parameter as Parameter
from cases.scoring.indicator_shapes import Path as Path
from cases.scoring.indicator_shapes import UnitClass as UnitClass
from cases.scoring.rule_shapes import RuleBook, RuleSource, Title
from workflow.vocabulary import (
    CaseKind,
    Grade,
    OpinionBody,
    SheetKind,
    Stage,
    Track,
)

POSITIONS = ("chief", "deputy", "other", "body")
"""Whom shares and group weights tell apart: chiefs, deputies, other cadres, the body itself."""

DEDUCTION_CATEGORIES = (
    "risk_prevention", "environment", "product_quality", "work_safety", "local",
)  # fmt: skip
"""The four deduction areas of the 2020 Notice and local ones."""


@dataclass(frozen=True, slots=True)
class RedLine:
    """What caps a grade, whatever the score: a figure beyond a bound, or an item with cases.

    ``indicator`` with ``below`` or ``above``, or ``item``; ``cap`` is the best grade left.
    """

    code: str
    title: Title
    indicator: str
    item: str
    below: Fraction | None
    above: Fraction | None
    cap: Grade
    source: str


@dataclass(frozen=True, slots=True)
class Item:
    """A deduction or bonus item: points outside the weights, each with a cap.

    ``applies_at`` is ``indicators`` (the unit's sheet) or ``composite`` (the case's score).
    ``provider`` enters its facts (none: the managing organ), ``verifier`` verifies them (none:
    another person of the provider); both are departments.
    """

    code: str
    title: Title
    kind: str
    category: str
    cap: Fraction
    per_case: Fraction | None
    applies_at: str
    evidence_required: bool
    source: str
    provider: str = ""
    verifier: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a banded ballot score (F3): the first row whose conditions hold counts."""

    points: Fraction
    excellent_from: Fraction | None
    low_below: Fraction | None


@dataclass(frozen=True, slots=True)
class BallotSheet:
    """What is asked about a cadre or a body: options, and items beside the overall row."""

    options: tuple[Option, ...]
    items: tuple[tuple[str, Title], ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class BallotRules:
    """Democratic evaluation: groups, weights by position, k, turnout floor, rate base.

    ``unanimous``: whether the person sees a distribution in which all said the same (B15).
    ``receipts``: whether voters get a 核对码 and its sorted list is public (K7). ``late``: sealed
    papers of people who come after the closing.
    """

    groups: tuple[tuple[str, Title], ...]
    weights: Mapping[str, Mapping[str, Fraction]]
    sheets: Mapping[CaseKind, BallotSheet]
    k: int
    turnout_floor: Fraction
    rate_base: str
    self_row: str
    require_all: bool
    excellent_limit: Fraction | None
    small_units: tuple[str, ...]
    raw_ballots: str
    raw_years: int
    electorates: Mapping[str, Electorate]
    other_sheets: Mapping[SheetKind, OtherSheet]
    quality: tuple[QualityRow, ...]
    unanimous: str
    receipts: bool
    late: LateRule

    @property
    def named(self) -> tuple[str, ...]:
        """Codes of the electorates whose view is given by name."""
        return tuple(code for code, one in self.electorates.items() if one.named)


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """Public surveys: what proven canvassing does (``void`` or ``discount``, then how much of the
    score), working days to fix what a negative rating is about and to call back, and how much a
    telephone survey weighs beside a questionnaire."""

    canvassing: str
    discount: Fraction
    fix_days: int
    call_back_days: int
    phone_weight: Fraction


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this score on, this grade is suggested."""

    grade: Grade
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a self-report with its limits in characters."""

    code: str
    title: Title
    limit: int
    minimum: int
    required: bool
    hint: str


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A window relative to an anchor day; ``unit`` is ``day`` or ``working_day``."""

    code: str
    stage: Stage | None
    anchor: str
    opens: int
    due: int
    unit: str


@dataclass(frozen=True, slots=True)
class Publicity:
    """Whether 优秀 is publicised on a track, and for how many working days."""

    required: bool
    working_days: int
    source: RuleSource


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One body of the deciding chain, in order; a vote and a quorum only where it has them."""

    body: OpinionBody
    title: Title
    decides: bool
    vote: bool
    quorum: Fraction | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the person sees and may do after notice (M18)."""

    scope: str
    statement_days: int
    review_grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class IndicatorScheme:
    """The quantitative half of a scheme, checked: what scoring needs and ``score`` reads.

    ``marks`` are what stands in files for no figure (``missing``) and for one that doesn't concern
    the unit (``apart``).
    """

    code: str
    title: Title
    year: int
    version: int
    organ: str
    source: str
    issued_on: date | None
    total: Fraction
    weight_basis: str
    classes: Mapping[str, UnitClass]
    indicators: Mapping[str, Indicator]
    roots: tuple[str, ...]
    weighing: str
    weights: Mapping[str, Mapping[str, Fraction]]
    top: Indicator
    series: Mapping[str, Indicator]
    checks: Mapping[str, FigureCheck]
    red_lines: Mapping[str, RedLine]
    items: Mapping[str, Item]
    item_caps: Mapping[str, Fraction]
    marks: Mapping[str, str]
    document_digest: str

    def weights_of(self, class_code: str) -> Mapping[str, Fraction]:
        """The weights of a class, its own or those of the nearest class above it."""
        node: str | None = class_code
        while node is not None:
            if node in self.weights:
                return self.weights[node]
            node = self.classes[node].parent
        return {}

    def leaves(self, class_code: str) -> tuple[str, ...]:
        """Codes of the indicators that count for a class, in the scheme's order."""
        weights = self.weights_of(class_code)
        counted = [
            code for code, one in self.indicators.items() if code in weights and not one.children
        ]
        return tuple(counted)

    @property
    def entered(self) -> Mapping[str, Indicator]:
        """All that figures may be entered for, by code: indicators, groups, helping series."""
        return {**self.indicators, **self.series}

    def asked(self, class_code: str) -> tuple[str, ...]:
        """Codes of a data sheet: leaves, groups given, what chains divide by, checks read too."""
        weights, leaves = self.weights_of(class_code), set(self.leaves(class_code))
        below = {by for code in leaves for by in self.indicators[code].divisors}
        for check in self.checks.values():
            if leaves.intersection(check.reads):
                below |= self.series.keys() & check.reads
        return tuple(
            code
            for code, one in self.entered.items()
            if code in leaves
            or (code in below and not one.children)
            or (code in weights and one.given and one.provider)
        )


@dataclass(frozen=True, slots=True)
class Scheme(IndicatorScheme):
    """One version of a whole scheme, checked. Mappings keep the document's order.

    ``transfer`` says whose result counts for a cadre who changed units in the year: ``current``
    (that of the primary post) or ``months`` (weighted by months served).
    """

    shares: Mapping[str, Mapping[str, Fraction]]
    part_titles: Mapping[str, Title]
    transfer: str
    ballot: BallotRules
    surveys: SurveyRules
    thresholds: Mapping[CaseKind, tuple[Threshold, ...]]
    hqd_minimum: Fraction | None
    sections: Mapping[CaseKind, tuple[Section, ...]]
    total_limit: Mapping[CaseKind, int]
    timetable: tuple[TimetableRow, ...]
    publicity: Mapping[Track, Publicity]
    deciding_chain: Mapping[Track, tuple[ChainStep, ...]]
    feedback: Feedback
    sanction_basis: str
    rules: RuleBook
