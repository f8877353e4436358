"""The shapes of rule rows: each carries its source, article, effective date and certainty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from workflow.vocabulary import (
    BarEffect,
    CaseKind,
    ConclusionCode,
    Grade,
    MeasureChannel,
    MeasureKind,
    Participation,
    ParticipationReason,
    Track,
)

TAGS = ("source", "published_practice", "secondary", "assumed_strong", "assumed", "design")
"""How certain a rule row is; all but ``source`` must be confirmed by the office."""


class Title(str):
    """A name in both languages: the text itself is Chinese, ``en`` falls back to it.

    Sentences show it in the reader's language, as they do vocabulary words.
    """

    zh: str
    en: str

    def __new__(cls, zh: str, en: str = "") -> "Title":
        one = str.__new__(cls, zh)
        one.zh = zh
        one.en = en or zh
        return one

    def title(self, locale: str = "zh") -> str:
        return self.en if locale.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule stands: text, article, effective date, certainty."""

    text: str
    article: str
    effective: date | None
    tag: str

    def __str__(self) -> str:
        """Document and article, as a page names them."""
        return "，".join(part for part in (self.text, self.article) if part)


@dataclass(frozen=True, slots=True)
class BarRule:
    """A situation in which 优秀 is excluded, or the grade capped (条例).

    ``facts`` are the kinds of fact that trigger it, ``requires`` the attributes such a fact
    must carry; ``body_ceiling`` caps a body's grade; a ``discretionary`` bar may be lifted by a
    tolerance review (三个区分开来), a statutory one never.
    """

    code: str
    title: Title
    clause: str
    applies_to: tuple[CaseKind, ...]
    tracks: tuple[Track, ...]
    facts: tuple[str, ...]
    requires: Mapping[str, str]
    effect: BarEffect
    body_ceiling: Grade | None
    discretionary: bool
    evidence_required: bool
    source_department: str
    source: RuleSource


@dataclass(frozen=True, slots=True)
class SanctionCell:
    """What a sanction does in one year.

    ``comment`` is ``graded``, ``comment_only`` (只写评语) or ``no_comment``.
    """

    effect: BarEffect
    comment: str
    note: Title | None


@dataclass(frozen=True, slots=True)
class SanctionRule:
    """One row of the matrix of sanctions; ``months`` tells 留党察看 of 12 from 24."""

    event: str
    title: Title
    clause: str
    term_months: int | None
    period_months: int | None
    years: tuple[SanctionCell, ...]
    warning: bool
    source: RuleSource


@dataclass(frozen=True, slots=True)
class ParticipationRule:
    """One row of the table of participation; rows are tried in order, the first that fits leads."""

    code: str
    title: Title
    clause: str
    situation: str
    kind: Participation
    reason: ParticipationReason | None
    conclusion: ConclusionCode | None
    assessed_by: str
    short_assessed_by: str
    short_below_months: int | None
    material_from: tuple[str, ...]
    copy_to: tuple[str, ...]
    share_of_year: Fraction | None
    source: RuleSource


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """How many 优秀 a pool may have; ``by_body_grade`` overrides ``share`` for its members.

    ``base`` is ``due`` (应参加, ungraded people included) or ``graded`` (without them).
    ``approved_share`` needs a recorded approval; ``sum_share`` caps the whole plan.
    """

    track: Track
    title: Title
    clause: str
    share: Fraction
    approved_share: Fraction | None
    by_body_grade: Mapping[Grade, Fraction]
    sum_share: Fraction
    rounding: str
    base: str
    remainder: str
    bundle_below: int
    source: RuleSource


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A ballot figure that calls for an inquiry; never a grade."""

    code: str
    title: Title
    clause: str
    applies_to: tuple[CaseKind, ...]
    figure: str
    relation: str
    threshold: Fraction
    consequence: Title
    source: RuleSource


@dataclass(frozen=True, slots=True)
class EffectRule:
    """A follow-up that a result suggests to the competent organ.

    ``rank_months`` is what each such year adds to the time until the next rank (职级).
    """

    code: str
    title: Title
    clause: str
    tracks: tuple[Track, ...]
    grades: tuple[Grade, ...]
    when: str
    years: int
    channel: MeasureChannel
    kind: MeasureKind
    mandatory: bool
    due_months: int | None
    statutory: bool
    rank_months: int
    source: RuleSource


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long the papers of a result are kept; years None means 永久."""

    material: str
    title: Title
    results: tuple[str, ...]
    years: int | None
    source: RuleSource


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rule rows of a scheme: its own where it states them, else the shipped rows."""

    bars: tuple[BarRule, ...]
    sanctions: tuple[SanctionRule, ...]
    participation: tuple[ParticipationRule, ...]
    quotas: tuple[QuotaRule, ...]
    triggers: tuple[TriggerRule, ...]
    effects: tuple[EffectRule, ...]
    retention: tuple[RetentionRule, ...]
