"""One row per answer of each guard: which facts, which sentence."""

from datetime import date, timedelta

import pytest

from tests.workflow.samples import TODAY, ready
from workflow import guards
from workflow.facts import CaseFacts, ReportSection, Window
from workflow.grammar import Guard
from workflow.vocabulary import (
    CaseKind,
    DataSheetState,
    FilingState,
    MeetingState,
    Participation,
    PoolState,
    SignState,
    State,
)

S = State
ROWS = [
    (guards.scheme_is_frozen, {"scheme_frozen": False}, "考核方案还没有锁定"),
    (guards.organ_is_set, {"managing_organ_id": None}, "还没有确定主管机关"),
    (guards.commenter_is_set, {"commenter_set": False}, "还没有确定由谁写评语和等次建议"),
    (guards.commenter_is_set, {"commenter_set": False, "kind": CaseKind.BODY}, None),
    (
        guards.takes_part,
        {"participation": Participation.NOT_ASSESSED},
        "参加方式为“不进行考核”,不启动述职",
    ),
    (guards.takes_part, {"participation": Participation.COMMENT_ONLY}, None),
    (
        guards.report_is_open,
        {"report_window": Window(opens_on=TODAY + timedelta(1))},
        "述职报告 2026-01-16 开始填写",
    ),
    (guards.report_is_open, {"report_window": Window(opens_on=TODAY)}, None),
    (
        guards.sections_are_complete,
        {"sections": (ReportSection("a", "存在问题", 0, 10), ReportSection("b", "打算", 5, 10))},
        "以下部分未填写或字数不符:存在问题、打算",
    ),
    (guards.report_is_within_length, {"report_length": 1501}, "述职报告 1501 字,超过 1500 字"),
    (guards.report_is_within_length, {"report_length": 1500}, None),
    (guards.report_is_within_length, {"report_length": 9999, "report_maximum": 0}, None),
    (guards.data_is_settled, {"sheet_state": None}, None),
    (
        guards.data_is_settled,
        {"sheet_state": DataSheetState.VERIFIED},
        "单位实绩数据表已审核,尚未锁定",
    ),
    (guards.data_is_unsettled, {}, "数据已齐,不需要按暂用数据通过"),
    (guards.data_is_unsettled, {"sheet_state": DataSheetState.OPEN}, None),
    (guards.evaluation_is_settled, {"meeting_state": None}, "还没有安排测评会"),
    (
        guards.evaluation_is_settled,
        {"meeting_state": MeetingState.HELD},
        "测评会已召开,还没有计票结果",
    ),
    (
        guards.evaluation_is_settled,
        {"meeting_state": MeetingState.REPLACED_BY_TALKS},
        "以谈话代测评,谈话还没有全部完成",
    ),
    (
        guards.evaluation_is_settled,
        {"meeting_state": MeetingState.REPLACED_BY_TALKS, "talks_complete": True},
        None,
    ),
    (guards.evaluation_is_unsettled, {}, "测评已有结果,不需要按暂用结果通过"),
    (guards.evaluation_is_unsettled, {"meeting_state": MeetingState.PLANNED}, None),
    (guards.synthesis_is_written, {"synthesis_present": False}, "综合研判材料还没有形成"),
    (
        guards.comment_is_written,
        {"comment_required": True, "comment_present": False},
        "评语和等次建议还没有填写",
    ),
    (guards.comment_is_written, {"comment_required": False, "comment_present": False}, None),
    (guards.inquiries_are_concluded, {"open_inquiries": 2}, "还有 2 项了解核实没有认定结论"),
    (guards.opinions_are_closed, {"open_opinion_requests": 1}, "还有 1 件征求意见没有办结"),
    (guards.pool_is_balanced, {"pool_state": PoolState.OPEN}, "所在考核组别还没有提交平衡方案"),
    (guards.pool_is_balanced, {"pool_id": None, "pool_state": None}, None),
    (
        guards.chain_is_complete,
        {"chain_required": 3, "chain_done": 1},
        "会议审定程序还有 2 步没有记录",
    ),
    (
        guards.bars_are_fresh,
        {"bars_evaluated_on": TODAY - timedelta(1)},
        "审定当日还没有核对不得确定为优秀的情形",
    ),
    (guards.decision_is_released, {"released": False}, "审定结果还没有发布"),
    (guards.publicity_is_required, {}, "按方案不需要公示,可直接告知"),
    (guards.publicity_is_required, {"publicity_required": True}, None),
    (guards.publicity_is_clean, {"publicity_required": True}, "须先公示"),
    (guards.publicity_is_clean, {"state": S.IN_PUBLICITY}, None),
    (
        guards.publicity_is_clean,
        {"state": S.IN_PUBLICITY, "publicity_ends_on": TODAY},
        "公示期还没有届满",
    ),
    (
        guards.publicity_is_clean,
        {"state": S.IN_PUBLICITY, "objections_open": 1},
        "还有 1 件公示异议没有办结",
    ),
    (
        guards.publicity_is_clean,
        {"state": S.IN_PUBLICITY, "objections_substantiated": 1},
        "公示异议已认定属实,须退回综合研判",
    ),
    (guards.objection_is_substantiated, {}, "没有认定属实的公示异议"),
    (guards.objection_is_substantiated, {"objections_substantiated": 1}, None),
    (guards.notice_is_given, {"notice_given": False}, "还没有送达考核结果告知书"),
    (guards.statement_is_settled, {"sign_state": SignState.NONE}, "本人意见还在填写期内"),
    (
        guards.statement_is_settled,
        {"sign_state": SignState.NONE, "statement_due_on": TODAY},
        "本人意见还在填写期内",
    ),
    (
        guards.statement_is_settled,
        {"sign_state": SignState.NONE, "statement_due_on": date(2026, 1, 14)},
        None,
    ),
    (guards.statement_is_settled, {"sign_state": SignState.PENDING}, None),
    (
        guards.statement_is_settled,
        {"sign_state": SignState.NONE, "statement_given": True},
        None,
    ),
    (
        guards.review_orders_regrade,
        {"review_orders_regrade": False},
        "没有改定等次的复核申诉决定",
    ),
    (guards.correction_is_approved, {"correction_approved": False}, "没有已批准的更正"),
    (guards.first_volume_is_filed, {"filing_state": None}, "首卷还没有归档"),
    (guards.first_volume_is_filed, {"filing_state": FilingState.DUE}, "首卷还没有归档"),
    (guards.first_volume_is_filed, {"filing_state": FilingState.CONTINUED}, None),
    (
        guards.measures_are_settled,
        {"mandatory_measures_open": 4},
        "还有 4 项必办事项没有确认完成",
    ),
    (guards.continuation_is_filed, {"continuation_required": True}, "续卷还没有归档"),
    (
        guards.continuation_is_filed,
        {"continuation_required": True, "filing_state": FilingState.CONTINUED},
        None,
    ),
    (guards.four_check_is_passed, {"four_check_passed": False}, "四性检测还没有通过"),
]


@pytest.mark.parametrize(("guard", "changes", "answer"), ROWS)
def test_guard_answers(
    guard: Guard[CaseFacts], changes: dict[str, object], answer: str | None
) -> None:
    found = guard(ready(State.DECIDED, **changes), {})
    assert (None if found is None else str(found)) == answer


@pytest.mark.parametrize(
    ("guard", "key", "value"),
    [
        (guards.exclusion_has_reason, "participation_reason", "retired"),
        (guards.provisional_has_document, "document_no", "云组〔2026〕3号"),
        (guards.publicity_has_end, "ends_on", date(2026, 1, 22)),
    ],
)
def test_guard_asks_for_what_the_form_fills_in(
    guard: Guard[CaseFacts], key: str, value: object
) -> None:
    facts = ready(State.SCOPED)
    assert guard(facts, {key: value}) is None
    assert guard(facts, {key: ""}) is not None
    assert guard(facts, {}) is not None


def test_provisional_document_number_of_blanks_counts_as_missing() -> None:
    assert guards.provisional_has_document(ready(State.COLLECTING), {"document_no": "  "})


def test_every_guard_bears_its_functions_name_and_a_rule() -> None:
    found = {name: g for name, g in vars(guards).items() if isinstance(g, Guard)}
    assert {name: g.name for name, g in found.items()} == {name: name for name in found}
    assert [name for name, g in found.items() if not str(g.rule)] == []
    assert {g.name for g in found.values()} == {row[0].name for row in ROWS} | {
        "exclusion_has_reason",
        "provisional_has_document",
        "publicity_has_end",
    }
