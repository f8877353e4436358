"""Words of the things beside the case: their names, states, moves and kinds."""

from workflow.vocabulary.word import Word


class Thing(Word):
    """What has a declared process of its own."""

    CASE = "case", "考核卷", "Case"
    CYCLE = "cycle", "考核年度", "Cycle"
    DATA_SHEET = "data_sheet", "实绩数据表", "Data sheet"
    MEETING = "meeting", "测评会", "Evaluation meeting"
    POOL = "pool", "考核组别", "Pool"
    OPINION_REQUEST = "opinion_request", "征求意见函", "Opinion request"
    INQUIRY = "inquiry", "了解核实事项", "Inquiry"
    OBJECTION = "objection", "公示异议", "Objection in publicity"
    REVIEW = "review", "复核申诉", "Review"
    MEASURE = "measure", "结果运用事项", "Measure"
    FILING = "filing", "归档交接", "Filing"
    HOLD = "hold", "暂缓事项", "Hold"
    CORRECTION = "correction", "更正", "Correction"
    SURVEY = "survey", "群众评价", "Public survey"
    CANVASSING = "canvassing", "拉票反映", "Report of canvassing"
    NEGATIVE_RATING = "negative_rating", "差评", "Negative rating"


class CycleState(Word):
    PREPARING = "preparing", "筹备中", "Preparing"
    FROZEN = "frozen", "方案已锁定", "Scheme frozen"
    OPEN = "open", "进行中", "Open"
    CLOSED = "closed", "已结束", "Closed"


class DataSheetState(Word):
    OPEN = "open", "填报中", "Open"
    SUBMITTED = "submitted", "待审核", "Submitted"
    VERIFIED = "verified", "已审核", "Verified"
    FROZEN = "frozen", "已锁定", "Frozen"


class MeetingState(Word):
    PLANNED = "planned", "筹备中", "Planned"
    FROZEN = "frozen", "表样已锁定", "Frozen"
    HELD = "held", "已召开", "Held"
    COUNTED = "counted", "已计票", "Counted"
    REPLACED_BY_TALKS = "replaced_by_talks", "谈话代测评", "Replaced by talks"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class PoolState(Word):
    OPEN = "open", "比选中", "Open"
    BALANCED = "balanced", "已平衡", "Balanced"
    DECIDED = "decided", "已审定", "Decided"
    RELEASED = "released", "已发布", "Released"


class OpinionRequestState(Word):
    OPEN = "open", "拟函", "Open"
    SENT = "sent", "已发函", "Sent"
    ANSWERED = "answered", "已回复", "Answered"
    CLOSED = "closed", "已办结", "Closed"


class InquiryState(Word):
    OPEN = "open", "核实中", "Open"
    REPORTED = "reported", "已报告", "Reported"
    CONCLUDED = "concluded", "已认定", "Concluded"


class ObjectionState(Word):
    RECEIVED = "received", "已受理", "Received"
    SUBSTANTIATED = "substantiated", "属实", "Substantiated"
    UNSUBSTANTIATED = "unsubstantiated", "不属实", "Unsubstantiated"


class ReviewState(Word):
    FILED = "filed", "已提出", "Filed"
    ACCEPTED = "accepted", "已受理", "Accepted"
    UPHELD = "upheld", "维持原结果", "Result upheld"
    REGRADED = "regraded", "改定等次", "Regraded"
    REJECTED = "rejected", "不予受理", "Rejected"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class MeasureState(Word):
    PROPOSED = "proposed", "拟办", "Proposed"
    ASSIGNED = "assigned", "已交办", "Assigned"
    REPORTED_DONE = "reported_done", "已报完成", "Reported done"
    CONFIRMED = "confirmed", "已确认完成", "Confirmed done"
    WAIVED = "waived", "不再办理", "Waived"


class FilingState(Word):
    DUE = "due", "待归档", "Due"
    FILED = "filed", "首卷已归档", "First volume filed"
    CONTINUED = "continued", "续卷已归档", "Continuation filed"


class HoldState(Word):
    PLACED = "placed", "暂缓中", "Placed"
    LIFTED = "lifted", "已解除", "Lifted"


class CorrectionState(Word):
    DRAFTED = "drafted", "拟更正", "Drafted"
    APPROVED = "approved", "已批准", "Approved"
    APPLIED = "applied", "已更正", "Applied"
    DROPPED = "dropped", "不予更正", "Dropped"


class ThingAction(Word):
    """A move of a thing beside the case; values never repeat an ``Action``."""

    FREEZE_SCHEME = "freeze_scheme", "锁定方案", "Freeze the scheme"
    UNFREEZE_SCHEME = "unfreeze_scheme", "解除方案锁定", "Unfreeze the scheme"
    OPEN_CYCLE = "open_cycle", "启动年度考核", "Open the cycle"
    CLOSE_CYCLE = "close_cycle", "结束年度考核", "Close the cycle"
    SUBMIT_SHEET = "submit_sheet", "报送数据表", "Submit the data sheet"
    WITHDRAW_SHEET = "withdraw_sheet", "撤回数据表", "Withdraw the data sheet"
    RETURN_SHEET = "return_sheet", "退回数据表", "Return the data sheet"
    VERIFY_SHEET = "verify_sheet", "审核通过数据表", "Verify the data sheet"
    CORRECT_SHEET = "correct_sheet", "更正有异议的数据", "Correct disputed figures"
    UNVERIFY_SHEET = "unverify_sheet", "退回重新审核", "Return to verification"
    FREEZE_SHEET = "freeze_sheet", "锁定数据表", "Freeze the data sheet"
    REVISE_SHEET = "revise_sheet", "按后续数据修订", "Revise with later figures"
    FREEZE_MEETING = "freeze_meeting", "锁定表样", "Freeze the ballot"
    UNFREEZE_MEETING = "unfreeze_meeting", "解除表样锁定", "Unfreeze the ballot"
    HOLD_MEETING = "hold_meeting", "记录会议召开", "Record the meeting as held"
    RERUN_MEETING = "rerun_meeting", "测评无效，重新组织", "Run the meeting again"
    COUNT_MEETING = "count_meeting", "登记计票结果", "Record the count"
    REPLACE_BY_TALKS = "replace_by_talks", "改为谈话代测评", "Replace by talks"
    RESTORE_MEETING = "restore_meeting", "恢复测评会", "Restore the meeting"
    CANCEL_MEETING = "cancel_meeting", "取消测评会", "Cancel the meeting"
    BALANCE_POOL = "balance_pool", "提交平衡方案", "Submit the balance"
    REOPEN_POOL = "reopen_pool", "退回比选", "Reopen the pool"
    DECIDE_POOL = "decide_pool", "审定组别等次", "Decide the pool"
    RELEASE_POOL = "release_pool", "发布组别结果", "Release the pool"
    SEND_REQUEST = "send_request", "发函", "Send the request"
    RECALL_REQUEST = "recall_request", "撤回函件", "Recall the request"
    ANSWER_REQUEST = "answer_request", "回复意见", "Answer the request"
    RETURN_ANSWER = "return_answer", "退回补充", "Return the answer"
    CLOSE_REQUEST = "close_request", "办结征求意见", "Close the request"
    CLOSE_UNANSWERED = "close_unanswered", "逾期未复办结", "Close without an answer"
    REPORT_INQUIRY = "report_inquiry", "报告核实情况", "Report the inquiry"
    RETURN_INQUIRY = "return_inquiry", "退回补充核实", "Return the inquiry"
    CONCLUDE_INQUIRY = "conclude_inquiry", "认定核实结论", "Conclude the inquiry"
    SUBSTANTIATE_OBJECTION = "substantiate_objection", "认定异议属实", "Find substantiated"
    DISMISS_OBJECTION = "dismiss_objection", "认定异议不属实", "Find unsubstantiated"
    ACCEPT_REVIEW = "accept_review", "受理复核申诉", "Accept the review"
    REJECT_REVIEW = "reject_review", "不予受理", "Reject the review"
    WITHDRAW_REVIEW = "withdraw_review", "撤回复核申诉", "Withdraw the review"
    UPHOLD_RESULT = "uphold_result", "维持原结果", "Uphold the result"
    CHANGE_RESULT = "change_result", "决定改定等次", "Decide to change the grade"
    ASSIGN_MEASURE = "assign_measure", "交办事项", "Assign the measure"
    RECALL_MEASURE = "recall_measure", "收回事项", "Recall the measure"
    REPORT_MEASURE = "report_measure", "报送完成情况", "Report the measure done"
    RETURN_MEASURE = "return_measure", "退回继续办理", "Return the measure"
    CONFIRM_MEASURE = "confirm_measure", "确认完成", "Confirm it is done"
    REOPEN_MEASURE = "reopen_measure", "恢复办理", "Reopen the measure"
    WAIVE_MEASURE = "waive_measure", "决定不再办理", "Waive the measure"
    FILE_VOLUME = "file_volume", "首卷归档", "File the first volume"
    CONTINUE_VOLUME = "continue_volume", "续卷归档", "File the continuation"
    LIFT_HOLD = "lift_hold", "解除暂缓", "Lift the hold"
    DRAFT_CORRECTION = "draft_correction", "拟写更正", "Draft a correction"
    APPROVE_CORRECTION = "approve_correction", "批准更正", "Approve the correction"
    DROP_CORRECTION = "drop_correction", "不予更正", "Drop the correction"
    APPLY_CORRECTION = "apply_correction", "执行更正", "Apply the correction"
    DRAFT_SURVEY = "draft_survey", "拟制群众评价", "Draft a survey"
    OPEN_SURVEY = "open_survey", "开始收集", "Open the survey"
    RECALL_SURVEY = "recall_survey", "撤回修改", "Recall the survey"
    CLOSE_SURVEY = "close_survey", "截止收集", "Close the survey"
    REOPEN_SURVEY = "reopen_survey", "恢复收集", "Reopen the survey"
    COUNT_SURVEY = "count_survey", "确认评价结果", "Confirm the count"
    RECOUNT_SURVEY = "recount_survey", "撤销确认", "Withdraw the count"
    CONFIRM_IMPORT = "confirm_import", "确认导入结果", "Confirm the import"
    RETURN_IMPORT = "return_import", "退回导入结果", "Return the import"
    REPORT_CANVASSING = "report_canvassing", "登记拉票反映", "Report canvassing"
    UPHOLD_CANVASSING = "uphold_canvassing", "认定拉票属实", "Find canvassing true"
    DISMISS_CANVASSING = "dismiss_canvassing", "认定拉票不实", "Find canvassing untrue"
    REOPEN_CANVASSING = "reopen_canvassing", "重新认定", "Look at it again"
    RECORD_RATING = "record_rating", "登记差评", "Record a negative rating"
    FIX_RATING = "fix_rating", "报送整改情况", "Report the fix"
    CALL_BACK = "call_back", "报送回访情况", "Report the call-back"
    RETURN_RATING = "return_rating", "退回重新整改", "Return for another fix"
    CONFIRM_RATING = "confirm_rating", "确认差评办结", "Confirm it is settled"
    EXCLUDE_RATING = "exclude_rating", "差评不予采信", "Exclude the rating"
    REOPEN_RATING = "reopen_rating", "恢复差评办理", "Reopen the rating"


class SheetKind(Word):
    """A ballot sheet in a meeting; only body and cadre feed the grade (M10)."""

    BODY = "body", "领导班子测评表", "Leading body"
    CADRE = "cadre", "领导干部测评表", "Cadre"
    SELECTION_WORK = "selection_work", "选人用人工作评议表", "Selection work"
    NEWLY_PROMOTED = "newly_promoted", "新提拔干部评议表", "Newly promoted cadres"
    PARTY_BUILDING = "party_building", "党建工作评议表", "Party building"
    INTEGRITY = "integrity", "党风廉政评议表", "Integrity"


class MeetingKind(Word):
    """How people come together: one unit, small units of one kind, or many units for one sheet."""

    UNIT = "unit", "单位测评会", "Meeting of a unit"
    JOINT = "joint", "联评组", "Joint session"
    ASSEMBLY = "assembly", "集中测评会", "Assembly"


class VoterOrigin(Word):
    """Where the people of an electorate come from (M9)."""

    OWN_UNIT = "own_unit", "本单位", "The unit's own people"
    SUPERIOR_LEADERS = "superior_leaders", "上级领导", "Superior leaders"
    PEER_UNITS = "peer_units", "同级单位", "Peer units"
    SERVED = "served", "服务对象", "Those served"
    DELEGATES = "delegates", "各方代表", "Delegates"


class VoterGroup(Word):
    """Voter groups by ticket."""

    A = "A", "上级领导(A票)", "Superior leaders (A)"
    B = "B", "班子成员(B票)", "Members of the body (B)"
    C = "C", "干部职工代表(C票)", "Staff and delegates (C)"


class ReviewKind(Word):
    """复核 goes to the deciding organ, 申诉 to its superior (公务员法 95)."""

    REVIEW = "review", "复核", "Review"
    APPEAL = "appeal", "申诉", "Appeal"


class Anchor(Word):
    """The day a deadline counts from: a row of the cycle's timetable, or a day of the thing."""

    SCOPING_ENDS = "scoping_ends", "考核对象审核截止日", "Scoping ends"
    REPORT_ENDS = "report_ends", "述职报送截止日", "Self-report ends"
    DATA_ENDS = "data_ends", "数据核报截止日", "Data collection ends"
    EVALUATION_ENDS = "evaluation_ends", "测评截止日", "Evaluation ends"
    SYNTHESIS_ENDS = "synthesis_ends", "综合研判截止日", "Synthesis ends"
    DECISION_ENDS = "decision_ends", "审定截止日", "Decision ends"
    RELEASE_ENDS = "release_ends", "结果发布截止日", "Release ends"
    ENTERED_ON = "entered_on", "进入本环节之日", "The day the state was entered"
    PUBLICITY_STARTED = "publicity_started", "公示开始日", "Publicity started"
    NOTIFIED_ON = "notified_on", "告知之日", "Notice was given"
    FORM_COMPLETED_ON = "form_completed_on", "登记表形成之日", "The form was completed"
    MEETING_ON = "meeting_on", "会议日期", "The day of the meeting"
    SENT_ON = "sent_on", "发函之日", "The request was sent"
    RECEIVED_ON = "received_on", "受理之日", "It was received"
    ANSWERED_ON = "answered_on", "收到决定之日", "The decision was received"
    THING_DUE_ON = "thing_due_on", "事项期限", "The thing's own due day"


class DayUnit(Word):
    """Office duties count working days, statutory rights calendar days."""

    WORKING = "working", "个工作日", "working days"
    CALENDAR = "calendar", "日", "days"
    MONTH = "month", "个月", "months"


class AmendmentKind(Word):
    """What may change after the cycle opened (M19)."""

    EXTEND = "extend", "延长期限", "Extends a deadline"
    LIGHTEN = "lighten", "减少填报", "Asks for less"
    UPPER_DIRECTIVE = "upper_directive", "上级新要求", "A superior's directive"


class MeasureKind(Word):
    """What a measure asks for."""

    RECTIFICATION = "rectification", "问题整改", "Rectification"
    FEEDBACK_TALK = "feedback_talk", "反馈谈话", "Feedback talk"
    COMMENDATION = "commendation", "嘉奖", "Commendation"
    MERIT3 = "merit3", "记三等功", "Third-class merit"
    TRAINING = "training", "培训", "Training"
    ADMONITION = "admonition", "诫勉", "Admonition"
    SUMMONS = "summons", "约谈", "Summoned talk"
    POST_CHANGE = "post_change", "调整岗位建议", "Change of post proposed"
    DEMOTION = "demotion", "降职建议", "Demotion proposed"
    PAY = "pay", "工资奖金事项", "Pay and bonus"
    OTHER = "other", "其他", "Other"
