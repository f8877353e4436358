import pytest

from tests.workflow.samples import ready
from workflow import grade_guards as g
from workflow.facts import Bar, CaseFacts
from workflow.grammar import Guard
from workflow.vocabulary import (
    BarEffect,
    CaseKind,
    Grade,
    HoldKind,
    Outcome,
    Participation,
    State,
)

EXCELLENT = {"grade": Grade.EXCELLENT}
COMPETENT = {"grade": Grade.COMPETENT}
WORST = {"grade": Grade.INCOMPETENT}
UNGRADED = {"outcome": Outcome.UNGRADED, "ungraded_reason": "investigation"}


def bar(effect: BarEffect) -> dict[str, object]:
    return {"bars": (Bar("B1", effect, "方案第14条"),)}


ROWS = [
    (g.outcome_is_named, {}, {}, "请选择等次或不确定等次"),
    (g.outcome_is_named, {}, {"outcome": "graded"}, "请选择等次"),
    (g.outcome_is_named, {}, {"outcome": "nonsense"}, "请选择等次或不确定等次"),
    (g.outcome_is_named, {}, {"grade": "nonsense"}, "请选择等次或不确定等次"),
    (g.outcome_is_named, {}, COMPETENT, None),
    (g.outcome_is_named, {}, {"grade": "competent"}, None),
    (g.outcome_is_named, {}, UNGRADED, None),
    (g.outcome_is_named, {}, {"outcome": "ungraded"}, "请选择不确定等次的原因"),
    (g.outcome_is_named, {}, {**UNGRADED, **COMPETENT}, "不确定等次时不填等次"),
    (g.outcome_is_named, {}, {"grade": Grade.GOOD}, "“良好”不是领导干部的等次"),
    (g.outcome_is_named, {"kind": CaseKind.BODY}, {"grade": Grade.GOOD}, None),
    (g.outcome_is_named, {"kind": CaseKind.BODY}, COMPETENT, "“称职”不是领导班子的等次"),
    (
        g.grade_may_be_set,
        {"holds": (HoldKind.INVESTIGATION,)},
        COMPETENT,
        "有未解除的暂缓事项,只能不确定等次",
    ),
    (g.grade_may_be_set, {"holds": (HoldKind.INVESTIGATION,)}, UNGRADED, None),
    (g.grade_may_be_set, {"holds": (HoldKind.LEGAL,)}, COMPETENT, None),
    (
        g.grade_may_be_set,
        {"participation": Participation.COMMENT_ONLY},
        WORST,
        "只写评语不定等次的考核对象,只能不确定等次",
    ),
    (
        g.bars_allow_grade,
        bar(BarEffect.NO_EXCELLENT),
        EXCELLENT,
        "存在“不得确定为优秀”的情形:方案第14条",
    ),
    (g.bars_allow_grade, bar(BarEffect.NO_EXCELLENT), COMPETENT, None),
    (g.bars_allow_grade, bar(BarEffect.NONE), EXCELLENT, None),
    (
        g.bars_allow_grade,
        bar(BarEffect.UNGRADED),
        COMPETENT,
        "存在“不确定等次”的情形:方案第14条",
    ),
    (g.bars_allow_grade, bar(BarEffect.UNGRADED), UNGRADED, None),
    (g.bars_allow_grade, bar(BarEffect.INCOMPETENT), COMPETENT, "存在“不称职”的情形:方案第14条"),
    (g.bars_allow_grade, bar(BarEffect.INCOMPETENT), WORST, None),
    (
        g.results_allow_excellent,
        {"hqd_required": True},
        EXCELLENT,
        "没有高质量发展综合绩效结果,不能确定为优秀",
    ),
    (
        g.results_allow_excellent,
        {"hqd_required": True, "hqd_present": True, "hqd_allows_excellent": False},
        EXCELLENT,
        "高质量发展综合绩效结果未达到方案规定,不能确定为优秀",
    ),
    (g.results_allow_excellent, {"hqd_required": True}, COMPETENT, None),
    (g.results_allow_excellent, {}, EXCELLENT, None),
    (
        g.departure_from_suggestion_is_explained,
        {},
        EXCELLENT,
        "与参考意见不同,请选择理由",
    ),
    (
        g.departure_from_suggestion_is_explained,
        {},
        {**EXCELLENT, "deviation": "talks"},
        None,
    ),
    (
        g.departure_from_suggestion_is_explained,
        {},
        {**WORST, "deviation": "talks"},
        "与参考意见相差 2 个等次以上,请写明理由",
    ),
    (
        g.departure_from_suggestion_is_explained,
        {},
        {**WORST, "deviation": "talks", "deviation_text": "核实属实"},
        None,
    ),
    (g.departure_from_suggestion_is_explained, {"suggested_grade": None}, WORST, None),
    (g.departure_from_suggestion_is_explained, {}, UNGRADED, None),
    (g.departure_from_proposal_is_explained, {}, EXCELLENT, "与等次建议不同,请选择理由"),
    (
        g.departure_from_proposal_is_explained,
        {"proposed_outcome": Outcome.UNGRADED, "proposed_grade": None},
        COMPETENT,
        "与等次建议不同,请选择理由",
    ),
    (
        g.departure_from_proposal_is_explained,
        {"proposed_outcome": Outcome.GRADED},
        UNGRADED,
        "与等次建议不同,请选择理由",
    ),
    (g.departure_from_proposal_is_explained, {"proposed_outcome": Outcome.GRADED}, COMPETENT, None),
    (g.review_is_not_worse, {"decided_grade": None}, COMPETENT, None),
    (g.review_is_not_worse, {"decided_grade": Grade.INCOMPETENT}, COMPETENT, None),
    (
        g.review_is_not_worse,
        {"decided_grade": Grade.COMPETENT},
        WORST,
        "复核申诉不能把等次改得更低",
    ),
    (
        g.review_is_not_worse,
        {"decided_grade": Grade.COMPETENT},
        COMPETENT,
        "与原等次相同,应作维持原结果的决定",
    ),
    (
        g.review_is_not_worse,
        {"decided_grade": Grade.COMPETENT},
        UNGRADED,
        "复核申诉不能把等次改为不确定等次",
    ),
    (
        g.correction_changes_result,
        {"decided_grade": Grade.COMPETENT},
        COMPETENT,
        "更正后的结果与原结果相同",
    ),
    (g.correction_changes_result, {"decided_grade": None}, COMPETENT, None),
    (g.correction_changes_result, {"decided_grade": None}, UNGRADED, "更正后的结果与原结果相同"),
]


@pytest.mark.parametrize(("guard", "changes", "payload", "answer"), ROWS)
def test_grade_guard_answers(
    guard: Guard[CaseFacts],
    changes: dict[str, object],
    payload: dict[str, object],
    answer: str | None,
) -> None:
    found = guard(ready(State.SYNTHESISING, **changes), payload)
    assert (None if found is None else str(found)) == answer


def test_bars_name_their_code_when_they_have_no_clause() -> None:
    facts = ready(State.SYNTHESISING, bars=(Bar("FRAUD"),))
    assert str(g.bars_allow_grade(facts, EXCELLENT)) == "存在“不得确定为优秀”的情形:FRAUD"


@pytest.mark.parametrize(
    ("payload", "outcome"),
    [({}, None), (COMPETENT, Outcome.GRADED), ({"outcome": "regraded"}, Outcome.REGRADED)],
)
def test_outcome_is_read_from_the_payload(
    payload: dict[str, object], outcome: Outcome | None
) -> None:
    assert g.outcome_of(payload) is outcome


@pytest.mark.parametrize(
    ("cap", "grade", "answer"),
    [
        (Grade.FAIR, Grade.EXCELLENT, "存在“不得确定为优秀”的情形:底线"),
        (Grade.FAIR, Grade.GOOD, "最高只能定为一般:底线"),
        (Grade.FAIR, Grade.FAIR, None),
        (Grade.FAIR, Grade.POOR, None),
        (Grade.COMPETENT, Grade.GOOD, None),
    ],
)
def test_bars_hold_a_body_at_the_best_grade_they_leave(
    cap: Grade, grade: Grade, answer: str | None
) -> None:
    bar = Bar("LINE", clause="底线", cap=cap)
    facts = ready(State.SYNTHESISING, kind=CaseKind.BODY, bars=(bar,))
    found = g.bars_allow_grade(facts, {"grade": grade.value})
    assert (None if found is None else str(found)) == answer
