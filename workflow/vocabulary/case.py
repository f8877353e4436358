"""Words of the case itself: stages, states, actions, what kind of case it is."""

from workflow.vocabulary.word import Word


class Stage(Word):
    """The seven nodes of the track, in order."""

    SCOPING = "scoping", "考核对象审核", "Scoping"
    SELF_REPORT = "self_report", "述职", "Self-report"
    DATA_COLLECTION = "data_collection", "实绩数据核报", "Performance data"
    PUBLIC_EVALUATION = "public_evaluation", "民主测评与群众评价", "Public evaluation"
    COMMITTEE_REVIEW = "committee_review", "综合研判与审定", "Synthesis and decision"
    RESULT_APPLICATION = "result_application", "结果运用", "Result application"
    ARCHIVE = "archive", "归档", "Archive"


class State(Word):
    """Where a case stands; exactly one at a time."""

    SCOPED = "scoped", "待审核", "Scoped"
    NOT_ASSESSED = "not_assessed", "不进行考核", "Not assessed"
    DRAFTING = "drafting", "述职撰写中", "Drafting"
    SUBMITTED = "submitted", "述职已报送", "Submitted"
    RETURNED = "returned", "退回修改", "Returned"
    COLLECTING = "collecting", "数据核报中", "Collecting data"
    EVALUATING = "evaluating", "测评中", "Evaluating"
    SYNTHESISING = "synthesising", "综合研判中", "Synthesising"
    PROPOSED = "proposed", "已提出等次建议", "Proposed"
    DECIDING = "deciding", "会议审定中", "Deciding"
    DECIDED = "decided", "已审定", "Decided"
    IN_PUBLICITY = "in_publicity", "公示中", "In publicity"
    NOTIFIED = "notified", "已告知", "Notified"
    APPLYING = "applying", "结果运用中", "Applying the result"
    CLOSED = "closed", "已办结", "Closed"
    ARCHIVED = "archived", "已归档", "Archived"


class Action(Word):
    """A move of the case through its one door."""

    OPEN_SELF_REPORT = "open_self_report", "启动述职", "Open the self-report"
    EXCLUDE = "exclude", "列为不进行考核", "List as not assessed"
    REINSTATE = "reinstate", "重新列为考核对象", "Put back on the list"
    SUBMIT = "submit", "报送述职报告", "Submit the report"
    WITHDRAW = "withdraw", "撤回述职报告", "Withdraw the report"
    RETURN_FOR_FORM = "return_for_form", "退回补正格式", "Return for form"
    RETURN_ON_CONTENT = "return_on_content", "退回修改内容", "Return on content"
    ACCEPT = "accept", "受理述职报告", "Accept the report"
    REOPEN_REPORT = "reopen_report", "重新退回述职报告", "Reopen the report"
    PASS_DATA = "pass_data", "数据核报完成", "Pass the data gate"
    PASS_DATA_PROVISIONAL = (
        "pass_data_provisional",
        "按暂用数据通过",
        "Pass with provisional data",
    )
    RECALL_DATA = "recall_data", "退回数据核报", "Recall to data"
    PASS_EVALUATION = "pass_evaluation", "测评完成", "Pass the evaluation gate"
    PASS_EVALUATION_PROVISIONAL = (
        "pass_evaluation_provisional",
        "按暂用测评结果通过",
        "Pass with a provisional evaluation",
    )
    RECALL_EVALUATION = "recall_evaluation", "退回测评", "Recall to evaluation"
    PROPOSE = "propose", "提出等次建议", "Propose a grade"
    RESUME_SYNTHESIS = "resume_synthesis", "退回综合研判", "Resume the synthesis"
    SEND_TO_DECIDING = "send_to_deciding", "提交会议审定", "Send to the deciding meeting"
    RETURN_TO_PROPOSED = "return_to_proposed", "退回等次建议", "Return to the proposal"
    DECIDE = "decide", "记录审定结果", "Record the decision"
    RELEASE_TO_PUBLICITY = "release_to_publicity", "发布公示", "Release to publicity"
    NOTIFY = "notify", "告知考核结果", "Give notice of the result"
    UPHOLD_OBJECTION = "uphold_objection", "异议成立,重新研判", "Uphold an objection"
    START_APPLICATION = "start_application", "转入结果运用", "Start result application"
    CLOSE = "close", "办结", "Close the case"
    REOPEN_APPLICATION = "reopen_application", "恢复结果运用", "Reopen result application"
    ARCHIVE = "archive", "归档", "Archive the case"
    REGRADE = "regrade", "按复核改定等次", "Change the grade after a review"
    CORRECT_GRADE = "correct_grade", "更正或补定等次", "Correct or fill in the grade"


class Clearing(Word):
    """What a return move clears; the command that carries it out reads these."""

    SUBMISSION = "submission", "报送记录", "The submission"
    ACCEPTANCE = "acceptance", "受理意见", "The acceptance"
    DATA_PASS = "data_pass", "数据核报通过记录", "The data gate's pass"
    EVALUATION_PASS = "evaluation_pass", "测评通过记录", "The evaluation gate's pass"
    PROPOSAL = "proposal", "等次建议", "The proposed grade"
    CHAIN = "chain", "会议审定记录", "The steps of the deciding chain"
    DECISION = "decision", "审定结果", "The decision"
    PUBLICITY = "publicity", "公示", "The publicity"
    NOTICE = "notice", "原告知和签收", "The earlier notice and its signature"
    CLOSING = "closing", "办结记录", "The closing"
    PARTICIPATION = "participation", "不进行考核的认定", "The finding of non-assessment"


class CaseKind(Word):
    """Whom the case is about: a person or a leading body (S12)."""

    CADRE = "cadre", "领导干部", "Cadre"
    BODY = "body", "领导班子", "Leading body"


AssessedKind = CaseKind


class Track(Word):
    """The legal track, which fixes who decides."""

    LEADING_CADRE = "leading_cadre", "领导干部", "Leading cadre"
    LEADING_BODY = "leading_body", "领导班子", "Leading body"
    CIVIL_SERVANT = "civil_servant", "非领导成员公务员", "Civil servant"


class StaffKind(Word):
    """Names the middle grades on the civil-servant track (M14)."""

    CIVIL_SERVANT = "civil_servant", "公务员", "Civil servant"
    REFERRED = "referred", "参照公务员法管理人员", "Managed as a civil servant"
    INSTITUTION = "institution", "事业单位人员", "Public institution staff"


class Participation(Word):
    """How a person takes part, settled in scoping."""

    FULL = "full", "参加考核", "Takes part"
    COMMENT_ONLY = "comment_only", "参加考核,只写评语不定等次", "Comment only, no grade"
    BY_OTHER_ORGAN = "by_other_organ", "由其他单位考核", "Assessed by another organ"
    NOT_ASSESSED = "not_assessed", "不进行考核", "Not assessed"


class ParticipationReason(Word):
    """Why somebody takes part in another way than the full one."""

    NEW_RECRUIT = "new_recruit", "新录用试用期", "New recruit on probation"
    FIRST_JOB_SHORT = "first_job_short", "初次就业不满半年", "First job under half a year"
    LONG_LEAVE = "long_leave", "病事假累计超过半年", "Leave over half a year"
    UNDER_INVESTIGATION = "under_investigation", "立案审查调查未结案", "Open investigation"
    SANCTION_PERIOD = "sanction_period", "受处分", "Sanction"
    TRANSFERRED = "transferred", "年度内调动", "Transferred in the year"
    SECONDED = "seconded", "挂职", "Seconded"
    RETIRED = "retired", "退休", "Retired"
    DECEASED = "deceased", "去世", "Deceased"
    LEFT = "left", "离职或辞退", "Left"
    OTHER = "other", "其他", "Other"


class EntryBasis(Word):
    """How an entry came about when somebody types for another (M4)."""

    SELF = "self", "本人填写", "By the person"
    SIGNED_PAPER = "signed_paper", "依据签字纸质件录入", "From a signed paper"
    DICTATED = "dictated", "依据本人口述录入", "Dictated by the person"


class CadreAccess(Word):
    """How cadres reach the system in a cycle (M4)."""

    NONE = "none", "不开通账号", "No access"
    CODE_ONCE = "code_once", "一次性代码", "One-time code"
    ACCOUNT = "account", "账号", "Account"


class ReportSectionState(Word):
    """Where one section of a self-report stands."""

    EMPTY = "empty", "未填写", "Empty"
    WRITTEN = "written", "已填写", "Written"
    RETURNED = "returned", "退回修改", "Returned"
    ACCEPTED = "accepted", "已认可", "Accepted"


class AssessmentKind(Word):
    """The four kinds of assessment; this product runs the annual one (条例 2)."""

    ANNUAL = "annual", "年度考核", "Annual assessment"
    ROUTINE = "routine", "平时考核", "Routine assessment"
    SPECIAL = "special", "专项考核", "Special assessment"
    TERM = "term", "任期考核", "Term assessment"
