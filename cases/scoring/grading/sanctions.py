"""Sanctions and open investigations: what they do to the grade, year by year.

Two bases are computed: ``year_table`` counts years from the decision; ``sanction_period``
counts a later year only if the statutory period still runs on its 31 December. They differ
for 记大过 decided from January to June; both are shown, the scheme says which applies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cases.scoring.grading.days import plus_months, year_end
from cases.scoring.rule_shapes import SanctionCell, SanctionRule
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import BarEffect, ConclusionCode

INVESTIGATION = "under_investigation"

SEVERITY: tuple[BarEffect, ...] = (
    BarEffect.NONE,
    BarEffect.NO_EXCELLENT,
    BarEffect.UNGRADED,
    BarEffect.INCOMPETENT,
)
"""From harmless to worst: 不称职 > 不确定 > not 优秀 > none."""

_COMMENTS = ("graded", "comment_only", "no_comment")
_NOTHING = SanctionCell(BarEffect.NONE, "graded", None)


@dataclass(frozen=True, slots=True)
class SanctionEvent:
    """One sanction or organisational measure, decided on a day.

    ``kind`` is a rule code (P1..P5, G1..G5, admonition, ...); 留党察看 (P4) carries its
    ``term_months``, 12 or 24.
    """

    kind: str
    decided_on: date
    term_months: int | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Investigation:
    """A case filed (立案) and, later, closed with or without sanctions."""

    filed_on: date
    closed_on: date | None = None
    outcome: tuple[SanctionEvent, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class GradeEffect:
    """What one event does in one year: the cell that applies, and both bases."""

    event: SanctionEvent
    rule: SanctionRule
    basis: str
    year_table: SanctionCell
    sanction_period: SanctionCell

    @property
    def cell(self) -> SanctionCell:
        return self.sanction_period if self.basis == "sanction_period" else self.year_table

    @property
    def effect(self) -> BarEffect:
        return self.cell.effect

    @property
    def differs(self) -> bool:
        return self.year_table != self.sanction_period


@dataclass(frozen=True, slots=True)
class Combined:
    """All events of one person in one year: the worst effect and everything behind it.

    ``comment`` is the most restrictive rule for the comment; ``code`` the conclusion code
    where no grade is set (5B, 5C); ``differs`` tells that the two bases disagree somewhere.
    """

    effect: BarEffect
    comment: str
    code: ConclusionCode | None
    effects: tuple[GradeEffect, ...]
    under_investigation: bool
    differs: bool


def grade_effect(
    event: SanctionEvent,
    year: int,
    *,
    rules: Sequence[SanctionRule] | None = None,
    basis: str = "year_table",
) -> GradeEffect:
    """The effect of one event on the grade of ``year``.

    Raises KeyError for an event without a rule row, ValueError for an unknown basis.
    """
    if basis not in ("year_table", "sanction_period"):
        raise ValueError(f"unknown basis: {basis}")
    rule = _rule_of(event, shipped_rules().sanctions if rules is None else rules)
    offset = year - event.decided_on.year
    cell = rule.years[offset] if 0 <= offset < len(rule.years) else _NOTHING
    running = offset == 0 or _runs_at(event, rule, year_end(year))
    return GradeEffect(event, rule, basis, cell, cell if running else _NOTHING)


def _rule_of(event: SanctionEvent, rules: Iterable[SanctionRule]) -> SanctionRule:
    for rule in rules:
        if rule.event == event.kind and rule.term_months in (None, event.term_months):
            return rule
    raise KeyError(f"{event.kind}/{event.term_months}")


def _runs_at(event: SanctionEvent, rule: SanctionRule, day: date) -> bool:
    """Whether the statutory period covers the day; rows without a period follow the table."""
    if rule.period_months is None:
        return True
    return plus_months(event.decided_on, rule.period_months) > day


def period_end(event: SanctionEvent, rules: Sequence[SanctionRule] | None = None) -> date | None:
    """First day after the sanction period, None where the row states no period."""
    rule = _rule_of(event, shipped_rules().sanctions if rules is None else rules)
    return plus_months(event.decided_on, rule.period_months) if rule.period_months else None


def combined(
    events: Iterable[SanctionEvent],
    year: int,
    *,
    on: date,
    investigations: Iterable[Investigation] = (),
    rules: Sequence[SanctionRule] | None = None,
    basis: str = "year_table",
) -> Combined:
    """The joint effect on ``year`` as known ``on`` that day; the more severe one wins.

    An investigation counts if filed by ``on``, not before closed, and leaves the year ungraded.
    """
    rows = shipped_rules().sanctions if rules is None else rules
    ordered = sorted(events, key=lambda one: (one.decided_on, one.kind))
    effects = [
        grade_effect(one, year, rules=rows, basis=basis) for one in ordered if one.decided_on <= on
    ]
    pending = [one for one in investigations if is_open(one, on)]
    for one in pending:
        effects.append(_pending(one, year, rows, basis))
    worst = max((one.effect for one in effects), key=SEVERITY.index, default=BarEffect.NONE)
    comments = [one.cell.comment for one in effects if one.effect is worst]
    return Combined(
        effect=worst,
        comment=max(comments, key=_COMMENTS.index, default="graded"),
        code=_code(worst, bool(pending)),
        effects=tuple(effects),
        under_investigation=bool(pending),
        differs=any(one.differs for one in effects),
    )


def after_year(events: Iterable[SanctionEvent], year: int, on: date) -> tuple[SanctionEvent, ...]:
    """Sanctions decided after 31 December and by ``on``: no row reaches back, people decide."""
    late = (one for one in events if year_end(year) < one.decided_on <= on)
    return tuple(sorted(late, key=lambda one: (one.decided_on, one.kind)))


def _pending(
    one: Investigation, year: int, rules: Sequence[SanctionRule], basis: str
) -> GradeEffect:
    event = SanctionEvent(INVESTIGATION, one.filed_on, document=one.document)
    rule = _rule_of(event, rules)
    cell = rule.years[0]
    return GradeEffect(event, rule, basis, cell, cell)


def _code(effect: BarEffect, pending: bool) -> ConclusionCode | None:
    if effect is not BarEffect.UNGRADED:
        return None
    return ConclusionCode.INVESTIGATION if pending else ConclusionCode.SANCTION


def is_open(one: Investigation, on: date) -> bool:
    """Filed by that day and not closed by it."""
    return one.filed_on <= on and (one.closed_on is None or one.closed_on > on)


def may_fill_in(one: Investigation, *, rules: Sequence[SanctionRule] | None = None) -> bool:
    """Whether the grade is filled in (补定等次) after closure: no or exempt sanction, or warnings
    only. Anything heavier leaves the year ungraded and follows the table from its decision."""
    rows = shipped_rules().sanctions if rules is None else rules
    return one.closed_on is not None and all(_rule_of(e, rows).warning for e in one.outcome)


def filled_in_effect(
    one: Investigation, year: int, *, rules: Sequence[SanctionRule] | None = None
) -> BarEffect | None:
    """What limits a grade filled in for ``year``; None where it may not be filled in.

    A warning that ends the investigation excludes 优秀 in the year it concerns, not only in the
    year of its decision.
    """
    if not may_fill_in(one, rules=rules):
        return None
    return BarEffect.NO_EXCELLENT if one.outcome else BarEffect.NONE
