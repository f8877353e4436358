"""Each thing's ordinary road, its returns, and what stops it; one row per step."""

from datetime import date

import pytest

from tests.workflow.samples import YES
from workflow.facts import ThingFacts
from workflow.machine import decide_thing
from workflow.process import PROCESS
from workflow.vocabulary import Thing, ThingAction

TODAY = date(2026, 1, 15)
FLAGS = frozenset(
    [
        "urn_opened",
        "urn_empty",
        "urn_here",
        "counts_balance",
        "tally_signed_by_two",
        "turnout_reached",
        "small_unit_rule",
        "urn_sealed",
        "unit_free",
        "has_due_day",
        "overdue",
        "in_time",
        "appealable",
        "has_owner",
        "has_proof",
        "digest_ok",
        "has_document",
        "case_corrected",
        "ready",
        "figures_in",
    ]
)
PAYLOAD = {
    "reason": "补充说明",
    "document_no": "云组〔2026〕3号",
    "opinion": "无不同意见",
    "finding": "经核实,情况属实",
    "conclusion": "予以认定",
    "result": "已完成",
    "answer": "content",
}
ROADS = {
    Thing.CYCLE: (
        "preparing freeze_scheme frozen unfreeze_scheme preparing freeze_scheme frozen "
        "open_cycle open close_cycle closed"
    ),
    Thing.DATA_SHEET: (
        "open submit_sheet submitted withdraw_sheet open submit_sheet submitted return_sheet open "
        "submit_sheet submitted verify_sheet verified unverify_sheet submitted verify_sheet "
        "verified return_sheet open submit_sheet submitted verify_sheet verified freeze_sheet "
        "frozen revise_sheet open"
    ),
    Thing.MEETING: (
        "planned replace_by_talks replaced_by_talks restore_meeting planned cancel_meeting "
        "cancelled restore_meeting planned freeze_meeting frozen unfreeze_meeting planned "
        "freeze_meeting frozen hold_meeting held rerun_meeting planned freeze_meeting frozen "
        "hold_meeting held count_meeting counted"
    ),
    Thing.POOL: (
        "open balance_pool balanced reopen_pool open balance_pool balanced decide_pool decided "
        "release_pool released"
    ),
    Thing.OPINION_REQUEST: (
        "open send_request sent recall_request open send_request sent answer_request answered "
        "return_answer sent answer_request answered close_request closed"
    ),
    Thing.INQUIRY: (
        "open report_inquiry reported return_inquiry open report_inquiry reported "
        "conclude_inquiry concluded"
    ),
    Thing.OBJECTION: "received substantiate_objection substantiated",
    Thing.REVIEW: "filed accept_review accepted change_result regraded",
    Thing.MEASURE: (
        "proposed assign_measure assigned recall_measure proposed assign_measure assigned "
        "report_measure reported_done return_measure assigned report_measure reported_done "
        "confirm_measure confirmed reopen_measure assigned waive_measure waived reopen_measure "
        "assigned"
    ),
    Thing.FILING: "due file_volume filed continue_volume continued continue_volume continued",
    Thing.HOLD: "placed lift_hold lifted",
    Thing.SURVEY: (
        "drafted open_survey open recall_survey drafted open_survey open close_survey closed "
        "reopen_survey open close_survey closed count_survey counted recount_survey closed "
        "count_survey counted"
    ),
    Thing.CANVASSING: (
        "reported uphold_canvassing upheld reopen_canvassing reported dismiss_canvassing "
        "dismissed reopen_canvassing reported"
    ),
    Thing.NEGATIVE_RATING: (
        "fixing fix_rating calling_back return_rating fixing fix_rating calling_back call_back "
        "answered return_rating fixing fix_rating calling_back call_back answered confirm_rating "
        "confirmed reopen_rating fixing exclude_rating excluded reopen_rating fixing"
    ),
    Thing.CORRECTION: "drafted approve_correction approved apply_correction applied",
}


def facts(thing: Thing, state: str, **changes: object) -> ThingFacts:
    given: dict[str, object] = {
        "today": TODAY,
        "flags": FLAGS,
        "days": {"meeting_on": TODAY},
        **changes,
    }
    return ThingFacts(thing, 5, state, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("thing", list(ROADS))
def test_road_is_walked(thing: Thing) -> None:
    state, *rest = ROADS[thing].split()
    assert state == PROCESS.things[thing].spec.initial
    for action, expected in zip(rest[::2], rest[1::2], strict=True):
        decision = decide_thing(facts(thing, state), ThingAction(action), YES, PAYLOAD)
        assert [str(r) for r in decision.refusals] == []
        assert decision.next_state == expected
        state = expected


def test_every_thing_has_a_road() -> None:
    assert set(ROADS) == set(PROCESS.things)


@pytest.mark.parametrize(
    ("thing", "state", "action", "target"),
    [
        (Thing.OPINION_REQUEST, "sent", "close_unanswered", "closed"),
        (Thing.OBJECTION, "received", "dismiss_objection", "unsubstantiated"),
        (Thing.REVIEW, "filed", "reject_review", "rejected"),
        (Thing.REVIEW, "filed", "withdraw_review", "withdrawn"),
        (Thing.REVIEW, "accepted", "withdraw_review", "withdrawn"),
        (Thing.REVIEW, "accepted", "uphold_result", "upheld"),
        (Thing.MEASURE, "proposed", "waive_measure", "waived"),
        (Thing.MEETING, "frozen", "cancel_meeting", "cancelled"),
    ],
)
def test_side_road_ends_where_it_should(thing: Thing, state: str, action: str, target: str) -> None:
    decision = decide_thing(facts(thing, state), ThingAction(action), YES, PAYLOAD)
    assert decision.next_state == target


def test_correction_is_dropped_only_before_it_is_applied() -> None:
    open_flags = FLAGS - {"case_corrected"}
    for state in ("drafted", "approved"):
        given = facts(Thing.CORRECTION, state, flags=open_flags)
        assert decide_thing(given, ThingAction.DROP_CORRECTION, YES, PAYLOAD)
        corrected = facts(Thing.CORRECTION, state)
        refused = decide_thing(corrected, ThingAction.DROP_CORRECTION, YES, PAYLOAD)
        assert [str(r) for r in refused.refusals] == ["更正已经执行,不能撤销"]


@pytest.mark.parametrize(
    ("thing", "state", "action", "changes", "reasons"),
    [
        (
            Thing.CYCLE,
            "preparing",
            "freeze_scheme",
            {"counts": {"readiness_open": 2}},
            ["启动前检查还有 2 项未完成"],
        ),
        (
            Thing.CYCLE,
            "open",
            "close_cycle",
            {"counts": {"cases_open": 9}},
            ["还有 9 份考核卷没有归档"],
        ),
        (
            Thing.DATA_SHEET,
            "open",
            "submit_sheet",
            {"counts": {"values_missing": 3}},
            ["还有 3 项指标没有填报,也没有写明缺失原因"],
        ),
        (
            Thing.DATA_SHEET,
            "verified",
            "freeze_sheet",
            {"counts": {"values_disputed": 1}},
            ["还有 1 项单位异议没有答复"],
        ),
        (
            Thing.MEETING,
            "frozen",
            "hold_meeting",
            {"days": {"meeting_on": date(2026, 1, 16)}},
            ["还没有到会议日期"],
        ),
        (
            Thing.MEETING,
            "held",
            "count_meeting",
            {"flags": frozenset()},
            [
                "票箱还没有启封",
                "发出、收回、有效、无效数不相符",
                "参测人数没有达到规定比例,须重新组织测评",
                "计票人、监票人还没有都签名",
            ],
        ),
        (
            Thing.MEETING,
            "held",
            "rerun_meeting",
            {"flags": frozenset()},
            ["票箱已经启封,不能重新组织测评:两次结果相减会暴露个人意见"],
        ),
        (
            Thing.MEETING,
            "cancelled",
            "restore_meeting",
            {"flags": frozenset()},
            ["单位已另有测评会或联评组"],
        ),
        (
            Thing.MEETING,
            "planned",
            "replace_by_talks",
            {"flags": frozenset()},
            ["人数达到最少人数,应当组织测评"],
        ),
        (
            Thing.POOL,
            "balanced",
            "decide_pool",
            {"counts": {"cases_undecided": 2, "over_quota": 1}},
            ["组内还有 2 人(个)没有审定", "优秀超过名额 1 个"],
        ),
        (
            Thing.OPINION_REQUEST,
            "sent",
            "close_unanswered",
            {"flags": frozenset()},
            ["回复期限还没有过"],
        ),
        (
            Thing.REVIEW,
            "filed",
            "accept_review",
            {"flags": frozenset()},
            ["超过法定申请期限", "按规定,这一结果不在复核申诉范围内"],
        ),
        (
            Thing.MEASURE,
            "reported_done",
            "confirm_measure",
            {"flags": frozenset()},
            ["还没有完成证明"],
        ),
        (
            Thing.MEASURE,
            "confirmed",
            "reopen_measure",
            {"flags": FLAGS | {"case_closed"}},
            ["考核卷已办结,须先恢复结果运用"],
        ),
        (
            Thing.FILING,
            "due",
            "file_volume",
            {"counts": {"papers_missing": 1}, "flags": frozenset()},
            ["还缺 1 份应归档材料", "材料与锁定时不一致,请先查明"],
        ),
    ],
)
def test_road_is_closed_with_its_reasons(
    thing: Thing, state: str, action: str, changes: dict[str, object], reasons: list[str]
) -> None:
    given = facts(thing, state, **changes)
    decision = decide_thing(given, ThingAction(action), YES, PAYLOAD)
    assert [str(r) for r in decision.refusals] == reasons
