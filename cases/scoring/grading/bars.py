"""Situations in which 优秀 is excluded or the grade capped, found from facts, never typed.

Bars are evaluated at 31 December and again at decision; a fact from between the two doesn't
bar by itself but is put before people (M20).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cases.scoring.exact import Numeric, exact, shown
from cases.scoring.grading.days import year_end
from cases.scoring.rule_shapes import BarRule, RuleSource
from workflow.vocabulary import GRADES, BarEffect, CaseKind, Grade, Track
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Fact:
    """One confirmed fact about a subject; an open accusation is none.

    ``tolerated`` names the decision of a tolerance review (三个区分开来) that lifts it.
    """

    kind: str
    on: date
    title: str = ""
    evidence: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    tolerated: str = ""


@dataclass(frozen=True, slots=True)
class BarHit:
    """A rule that a fact triggered. ``standing`` is:

    ``bars`` (in force), ``to_decide`` (a fact after the year's end: people decide),
    ``unproven`` (evidence missing), ``lifted`` (by a tolerance review).
    """

    rule: BarRule
    fact: Fact
    standing: str
    clause: str
    source: RuleSource
    evidence: tuple[str, ...]
    sentence: Sentence

    @property
    def in_force(self) -> bool:
        return self.standing == "bars"


def evaluate(
    rules: Iterable[BarRule],
    facts: Sequence[Fact],
    *,
    kind: CaseKind,
    track: Track,
    year: int,
    on: date,
) -> tuple[BarHit, ...]:
    """All bars that the facts trigger, by rule then date. Facts before the year or after ``on``
    don't count; a statutory bar is never lifted by tolerance."""
    hits = []
    for rule in rules:
        if kind not in rule.applies_to or track not in rule.tracks:
            continue
        for fact in sorted(facts, key=lambda one: (one.on, one.kind, one.title)):
            if date(year, 1, 1) <= fact.on <= on and _fits(rule, fact):
                hits.append(_hit(rule, fact, year))
    return tuple(hits)


def _fits(rule: BarRule, fact: Fact) -> bool:
    return fact.kind in rule.facts and all(
        fact.attributes.get(name) == value for name, value in rule.requires.items()
    )


def _hit(rule: BarRule, fact: Fact, year: int) -> BarHit:
    standing = _standing(rule, fact, year)
    return BarHit(
        rule=rule,
        fact=fact,
        standing=standing,
        clause=rule.clause,
        source=rule.source,
        evidence=fact.evidence,
        sentence=_sentence(rule, fact, standing),
    )


def _standing(rule: BarRule, fact: Fact, year: int) -> str:
    if fact.tolerated and rule.discretionary:
        return "lifted"
    if rule.evidence_required and not fact.evidence:
        return "unproven"
    return "bars" if fact.on <= year_end(year) else "to_decide"


def _sentence(rule: BarRule, fact: Fact, standing: str) -> Sentence:
    words: dict[str, object] = {"title": rule.title, "day": fact.on}
    if standing == "lifted":
        return m("%(title)s（%(day)s）:经容错认定,不适用", **words)
    if standing == "unproven":
        return m("%(title)s（%(day)s）:缺佐证材料,暂不适用", **words)
    if standing == "to_decide":
        return m("%(title)s（%(day)s）:发生在考核年度之后,由会议研究", **words)
    return m("%(title)s（%(day)s）", **words)


def strongest(hits: Iterable[BarHit]) -> BarEffect:
    """The most severe effect among the hits in force."""
    order = tuple(BarEffect)
    effects = [hit.rule.effect for hit in hits if hit.in_force]
    return max(effects, key=order.index, default=BarEffect.NONE)


def body_ceiling(hits: Iterable[BarHit]) -> Grade | None:
    """The lowest ceiling among the hits in force; 优秀 excluded means 良好 at best."""
    scale = GRADES[CaseKind.BODY]
    ceilings = []
    for hit in hits:
        if hit.in_force and hit.rule.body_ceiling:
            ceilings.append(hit.rule.body_ceiling)
        elif hit.in_force and hit.rule.effect is not BarEffect.NONE:
            ceilings.append(Grade.GOOD)
    return max(ceilings, key=scale.index, default=None)


def result_facts(result: Numeric | None, minimum: Numeric | None, year: int) -> tuple[Fact, ...]:
    """The facts behind the hard guard of 优秀: result missing, or below the scheme's minimum.

    ``result`` is the regional result, or the unit's own performance result (M1).
    """
    end = year_end(year)
    if result is None:
        return (Fact("result_missing", end),)
    if minimum is not None and exact(result) < exact(minimum):
        return (Fact("result_below", end, f"{shown(result)} < {shown(minimum)}"),)
    return ()


def weak_body_fact(body_grade: Grade | None, position: str, year: int) -> tuple[Fact, ...]:
    """The fact that a cadre's body was graded 一般 or 较差."""
    if body_grade not in (Grade.FAIR, Grade.POOR):
        return ()
    attributes = {"position": position}
    return (Fact("weak_body", year_end(year), body_grade.zh, attributes=attributes),)
