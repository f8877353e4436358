"""What a result leads to over several years: suggestions to the competent organ, with clause.

Nothing is executed here. A year without a grade breaks a run of consecutive years; a year
that isn't in the history at all is named, so that nobody infers a run over a gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cases.scoring.grading.days import plus_months
from cases.scoring.rule_shapes import EffectRule
from workflow.vocabulary import Grade, MeasureChannel, MeasureKind, Track

History = Mapping[int, Grade | None]
"""Decided grades by year; None for a year that ended ungraded or not assessed."""


@dataclass(frozen=True, slots=True)
class MeasureSuggestion:
    """A follow-up to propose: channel, kind, clause, the years it rests on, until when.

    ``gaps`` are years the rule looked at that the history doesn't hold: check before acting.
    """

    rule: EffectRule
    channel: MeasureChannel
    kind: MeasureKind
    clause: str
    mandatory: bool
    years: tuple[int, ...]
    due: date | None
    gaps: tuple[int, ...]


def suggestions(
    history: History,
    year: int,
    *,
    track: Track,
    rules: Iterable[EffectRule],
    decided_on: date | None = None,
) -> tuple[MeasureSuggestion, ...]:
    """Measures that the result of ``year`` and the years before suggest, in the rules' order.

    Without a grade for the year only rules that look back over several years (``any_within``)
    can hold. Due days count months from ``decided_on``.
    """
    found = []
    for rule in rules:
        if track not in rule.tracks:
            continue
        years = _years(rule, history, year)
        if years:
            found.append(_suggestion(rule, history, year, years, decided_on))
    return tuple(found)


def _suggestion(
    rule: EffectRule, history: History, year: int, years: tuple[int, ...], on: date | None
) -> MeasureSuggestion:
    span = range(year - rule.years + 1, year + 1)
    looks_back = rule.when in ("any_within", "consecutive", "every_consecutive")
    due = plus_months(on, rule.due_months) if on and rule.due_months else None
    return MeasureSuggestion(
        rule=rule,
        channel=rule.channel,
        kind=rule.kind,
        clause=rule.clause,
        mandatory=rule.mandatory,
        years=years,
        due=due,
        gaps=tuple(y for y in span if y not in history) if looks_back else (),
    )


def _years(rule: EffectRule, history: History, year: int) -> tuple[int, ...]:
    """The years a rule rests on; empty when it doesn't hold for this year."""
    if rule.when == "any_within":
        span = range(year - rule.years + 1, year + 1)
        return tuple(y for y in span if history.get(y) in rule.grades)
    if history.get(year) not in rule.grades:
        return ()
    if rule.when == "each":
        return (year,)
    if rule.when == "every_accumulated":
        counted = sorted(y for y, grade in history.items() if y <= year and grade in rule.grades)
        return tuple(counted[-rule.years :]) if len(counted) % rule.years == 0 else ()
    run = _run(rule, history, year)
    if rule.when == "every_consecutive" and run % rule.years:
        return ()
    return tuple(range(year - rule.years + 1, year + 1)) if run >= rule.years else ()


def _run(rule: EffectRule, history: History, year: int) -> int:
    """Length of the unbroken run of such grades that ends in ``year``."""
    length = 0
    while history.get(year - length) in rule.grades:
        length += 1
    return length


def rank_months(history: History, track: Track, rules: Iterable[EffectRule]) -> int:
    """Months by which the time until the next rank changes in all; negative is sooner (2.7)."""
    return sum(
        rule.rank_months * sum(1 for grade in history.values() if grade in rule.grades)
        for rule in rules
        if track in rule.tracks
    )
