"""Guards over a grade that somebody is about to propose or decide.

The payload carries ``outcome`` (Outcome), ``grade`` (Grade or None), ``ungraded_reason``,
``deviation`` (DeviationCode) and ``deviation_text``. A score never sets a grade: nothing here
fills one in, it only refuses.
"""

from workflow.facts import CaseFacts
from workflow.grammar import Payload, needs
from workflow.rules import rule_count
from workflow.vocabulary import (
    GRADES,
    BarEffect,
    CaseKind,
    Grade,
    Outcome,
    Participation,
    at_least_as_good,
)
from workflow.words import Sentence, m


def grade_of(payload: Payload) -> Grade | None:
    """The grade in a payload, or None when it is missing or no grade at all."""
    value = payload.get("grade")
    try:
        return Grade(str(value)) if value else None
    except ValueError:
        return None


def outcome_of(payload: Payload) -> Outcome | None:
    """The outcome in a payload; a lone grade reads as graded."""
    value = payload.get("outcome")
    if not value:
        return Outcome.GRADED if grade_of(payload) else None
    try:
        return Outcome(str(value))
    except ValueError:
        return None


@needs(m("写明等次或不确定等次"))
def outcome_is_named(facts: CaseFacts, payload: Payload) -> Sentence | None:
    outcome, grade = outcome_of(payload), grade_of(payload)
    if outcome is None:
        return m("请选择等次或不确定等次")
    if outcome is Outcome.UNGRADED:
        if grade is not None:
            return m("不确定等次时不填等次")
        return None if payload.get("ungraded_reason") else m("请选择不确定等次的原因")
    if grade is None:
        return m("请选择等次")
    if grade not in GRADES[facts.kind]:
        return m("“%(grade)s”不是%(kind)s的等次", grade=grade, kind=facts.kind)
    return None


@needs(m("考核对象可以确定等次"))
def grade_may_be_set(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if grade_of(payload) is None:
        return None
    if facts.held:
        return m("有未解除的暂缓事项,只能不确定等次")
    if facts.participation is Participation.COMMENT_ONLY:
        return m("只写评语不定等次的考核对象,只能不确定等次")
    return None


@needs(m("没有与等次不符的情形"))
def bars_allow_grade(facts: CaseFacts, payload: Payload) -> Sentence | None:
    grade = grade_of(payload)
    if grade is None:
        return None
    for bar in facts.bars:
        if not _allowed(bar.effect, grade, facts.kind):
            return m(
                "存在“%(effect)s”的情形:%(clause)s",
                effect=bar.effect,
                clause=bar.clause or bar.code,
            )
        if bar.cap in GRADES[facts.kind] and not at_least_as_good(bar.cap, grade):
            clause = bar.clause or bar.code
            return m("最高只能定为%(grade)s:%(clause)s", grade=bar.cap, clause=clause)
    return None


def _allowed(effect: BarEffect, grade: Grade, kind: CaseKind) -> bool:
    if effect is BarEffect.NO_EXCELLENT:
        return grade is not Grade.EXCELLENT
    if effect is BarEffect.INCOMPETENT:
        return grade is GRADES[kind][-1]
    return effect is not BarEffect.UNGRADED


@needs(m("优秀有高质量发展综合绩效结果支持"))
def results_allow_excellent(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if grade_of(payload) is not Grade.EXCELLENT or not facts.hqd_required:
        return None
    if not facts.hqd_present:
        return m("没有高质量发展综合绩效结果,不能确定为优秀")
    if not facts.hqd_allows_excellent:
        return m("高质量发展综合绩效结果未达到方案规定,不能确定为优秀")
    return None


def _departure(facts: CaseFacts, grade: Grade | None, base: Grade | None) -> int:
    scale = GRADES[facts.kind]
    if grade is None or base is None or grade not in scale or base not in scale:
        return 0
    return abs(scale.index(grade) - scale.index(base))


def _explained(distance: int, payload: Payload, what: Sentence) -> Sentence | None:
    if distance and not payload.get("deviation"):
        return m("与%(what)s不同,请选择理由", what=what)
    far = rule_count("deviation_grades")
    if distance >= far and not str(payload.get("deviation_text") or "").strip():
        return m("与%(what)s相差 %(n)s 个等次以上,请写明理由", what=what, n=far)
    return None


@needs(m("与参考意见不同的写明理由"))
def departure_from_suggestion_is_explained(facts: CaseFacts, payload: Payload) -> Sentence | None:
    distance = _departure(facts, grade_of(payload), facts.suggested_grade)
    return _explained(distance, payload, m("参考意见"))


@needs(m("与等次建议不同的写明理由"))
def departure_from_proposal_is_explained(facts: CaseFacts, payload: Payload) -> Sentence | None:
    distance = _departure(facts, grade_of(payload), facts.proposed_grade)
    proposed = facts.proposed_outcome
    if proposed is not None and (proposed is Outcome.UNGRADED) != (
        outcome_of(payload) is Outcome.UNGRADED
    ):
        distance = 1
    return _explained(distance, payload, m("等次建议"))


@needs(m("复核申诉不得加重结果"))
def review_is_not_worse(facts: CaseFacts, payload: Payload) -> Sentence | None:
    """公务员法 96: the result may not be made worse because of an appeal."""
    new, old = grade_of(payload), facts.decided_grade
    if old is None:
        return None
    if new is None:
        return m("复核申诉不能把等次改为不确定等次")
    if new is old:
        return m("与原等次相同,应作维持原结果的决定")
    return None if at_least_as_good(new, old) else m("复核申诉不能把等次改得更低")


@needs(m("更正后与原结果不同"))
def correction_changes_result(facts: CaseFacts, payload: Payload) -> Sentence | None:
    same = outcome_of(payload) is not None and grade_of(payload) is facts.decided_grade
    return m("更正后的结果与原结果相同") if same else None
