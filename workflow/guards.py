"""Guards over the facts of a case. Each is one comparison with one sentence.

Facts arrive computed; nothing here reads a clock, a table or a rule's number.
"""

from workflow.facts import CaseFacts
from workflow.grammar import Payload, needs
from workflow.vocabulary import (
    CaseKind,
    DataSheetState,
    FilingState,
    MeetingState,
    Participation,
    ParticipationReason,
    PoolState,
    Role,
    SignState,
    State,
)
from workflow.words import Sentence, m

# scoping


@needs(m("考核方案已锁定"))
def scheme_is_frozen(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.scheme_frozen else m("考核方案还没有锁定")


@needs(m("已确定主管机关"))
def organ_is_set(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.managing_organ_id is not None else m("还没有确定主管机关")


@needs(m("已确定评语填写人(领导班子除外)"))
def commenter_is_set(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.kind is CaseKind.BODY or facts.commenter_set:
        return None
    return m("还没有确定由谁写评语和等次建议")


@needs(m("由本机关组织考核"))
def takes_part(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.participation in {Participation.NOT_ASSESSED, Participation.BY_OTHER_ORGAN}:
        return m("参加方式为“%(kind)s”,不启动述职", kind=facts.participation)
    return None


@needs(m("写明不进行考核的原因"))
def exclusion_has_reason(facts: CaseFacts, payload: Payload) -> Sentence | None:
    known = payload.get("participation_reason") in set(ParticipationReason)
    return None if known else m("请选择不进行考核的原因")


# self-report


@needs(m("述职报告已开放填写"))
def report_is_open(facts: CaseFacts, payload: Payload) -> Sentence | None:
    opens = facts.report_window.opens_on
    if opens is not None and facts.today < opens:
        return m("述职报告 %(day)s 开始填写", day=opens.isoformat())
    return None


@needs(m("述职报告各部分已写完,字数在限度内"))
def sections_are_complete(facts: CaseFacts, payload: Payload) -> Sentence | None:
    open_ones = [section.title or section.key for section in facts.sections if not section.complete]
    if not open_ones:
        return None
    return m("以下部分未填写或字数不符:%(names)s", names="、".join(open_ones))


@needs(m("述职报告总字数在限度内"))
def report_is_within_length(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if not 0 < facts.report_maximum < facts.report_length:
        return None
    return m(
        "述职报告 %(length)s 字,超过 %(maximum)s 字",
        length=facts.report_length,
        maximum=facts.report_maximum,
    )


# gates of the lanes


@needs(m("单位实绩数据表已锁定,或方案不要求数据表"))
def data_is_settled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.sheet_state in {None, DataSheetState.FROZEN}:
        return None
    return m("单位实绩数据表%(state)s,尚未锁定", state=facts.sheet_state)


@needs(m("数据表尚未锁定"))
def data_is_unsettled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.sheet_state in {None, DataSheetState.FROZEN}:
        return m("数据已齐,不需要按暂用数据通过")
    return None


@needs(m("测评已计票,或以谈话代测评且谈话已完成"))
def evaluation_is_settled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.meeting_state is MeetingState.COUNTED:
        return None
    if facts.meeting_state is MeetingState.REPLACED_BY_TALKS:
        return None if facts.talks_complete else m("以谈话代测评,谈话还没有全部完成")
    if facts.meeting_state is None:
        return m("还没有安排测评会")
    return m("测评会%(state)s,还没有计票结果", state=facts.meeting_state)


@needs(m("测评还没有结果"))
def evaluation_is_unsettled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if evaluation_is_settled(facts, payload) is None:
        return m("测评已有结果,不需要按暂用结果通过")
    return None


@needs(m("写明暂用结果的文号"))
def provisional_has_document(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if str(payload.get("document_no") or "").strip():
        return None
    return m("请写明暂用结果的文号")


# synthesis and the deciding chain


@needs(m("综合研判材料已形成"))
def synthesis_is_written(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.synthesis_present else m("综合研判材料还没有形成")


@needs(m("评语和等次建议已填写"), by=(Role.SUPERVISING_LEADER,))
def comment_is_written(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.comment_required and not facts.comment_present:
        return m("评语和等次建议还没有填写")
    return None


@needs(m("了解核实事项均已认定"), by=(Role.ASSESSMENT_GROUP,))
def inquiries_are_concluded(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if not facts.open_inquiries:
        return None
    return m("还有 %(n)s 项了解核实没有认定结论", n=facts.open_inquiries)


@needs(m("征求意见均已办结"), by=(Role.OFFICE,))
def opinions_are_closed(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if not facts.open_opinion_requests:
        return None
    return m("还有 %(n)s 件征求意见没有办结", n=facts.open_opinion_requests)


@needs(m("考核组别已提交平衡方案"))
def pool_is_balanced(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.pool_id is not None and facts.pool_state in {None, PoolState.OPEN}:
        return m("所在考核组别还没有提交平衡方案")
    return None


@needs(m("会议审定程序各步均已记录"))
def chain_is_complete(facts: CaseFacts, payload: Payload) -> Sentence | None:
    left = facts.chain_required - facts.chain_done
    return None if left <= 0 else m("会议审定程序还有 %(n)s 步没有记录", n=left)


@needs(m("不得确定为优秀的情形已在当日核对"))
def bars_are_fresh(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.bars_evaluated_on == facts.today:
        return None
    return m("审定当日还没有核对不得确定为优秀的情形")


@needs(m("审定结果已发布"))
def decision_is_released(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.released else m("审定结果还没有发布")


@needs(m("方案要求公示"))
def publicity_is_required(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.publicity_required else m("按方案不需要公示,可直接告知")


@needs(m("写明公示截止日"))
def publicity_has_end(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if payload.get("ends_on") else m("请写明公示截止日")


@needs(m("不需要公示,或公示期满且没有未办异议"))
def publicity_is_clean(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.state is not State.IN_PUBLICITY:
        return m("须先公示") if facts.publicity_required else None
    if facts.objections_substantiated:
        return m("公示异议已认定属实,须退回综合研判")
    if facts.objections_open:
        return m("还有 %(n)s 件公示异议没有办结", n=facts.objections_open)
    if facts.publicity_ends_on is None or facts.today <= facts.publicity_ends_on:
        return m("公示期还没有届满")
    return None


@needs(m("有公示异议已认定属实"))
def objection_is_substantiated(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.objections_substantiated else m("没有认定属实的公示异议")


# after the decision


@needs(m("已告知考核结果"))
def notice_is_given(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.notice_given else m("还没有送达考核结果告知书")


@needs(m("本人已填写意见、已记录签收情况,或填写期限已过"))
def statement_is_settled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.statement_given or facts.sign_state is not SignState.NONE:
        return None
    if facts.statement_due_on is not None and facts.today > facts.statement_due_on:
        return None
    return m("本人意见还在填写期内")


@needs(m("复核申诉决定改定等次"))
def review_orders_regrade(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.review_orders_regrade else m("没有改定等次的复核申诉决定")


@needs(m("更正已批准"))
def correction_is_approved(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.correction_approved else m("没有已批准的更正")


@needs(m("首卷已归档"), by=(Role.ARCHIVIST, Role.OFFICE))
def first_volume_is_filed(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.filing_state in {FilingState.FILED, FilingState.CONTINUED}:
        return None
    return m("首卷还没有归档")


@needs(m("必办事项均已确认完成或决定不再办理"))
def measures_are_settled(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if not facts.mandatory_measures_open:
        return None
    return m("还有 %(n)s 项必办事项没有确认完成", n=facts.mandatory_measures_open)


@needs(m("续卷已归档,或没有续卷材料"))
def continuation_is_filed(facts: CaseFacts, payload: Payload) -> Sentence | None:
    if facts.filing_state is FilingState.CONTINUED or not facts.continuation_required:
        return None
    return m("续卷还没有归档")


@needs(m("四性检测已通过"))
def four_check_is_passed(facts: CaseFacts, payload: Payload) -> Sentence | None:
    return None if facts.four_check_passed else m("四性检测还没有通过")
