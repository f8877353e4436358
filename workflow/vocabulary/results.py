"""Words of grades, outcomes, decisions and what follows from them."""

from workflow.vocabulary.case import CaseKind, StaffKind
from workflow.vocabulary.word import Word


class Grade(Word):
    """Both grade scales; ``GRADES`` says which belong to a body and which to a cadre."""

    EXCELLENT = "excellent", "优秀", "Excellent"
    GOOD = "good", "良好", "Good"
    FAIR = "fair", "一般", "Fair"
    POOR = "poor", "较差", "Poor"
    COMPETENT = "competent", "称职", "Competent"
    BASICALLY_COMPETENT = "basically_competent", "基本称职", "Basically competent"
    INCOMPETENT = "incompetent", "不称职", "Incompetent"


GRADES: dict[CaseKind, tuple[Grade, ...]] = {
    CaseKind.BODY: (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.POOR),
    CaseKind.CADRE: (
        Grade.EXCELLENT,
        Grade.COMPETENT,
        Grade.BASICALLY_COMPETENT,
        Grade.INCOMPETENT,
    ),
}
"""Each scale from best to worst."""

LOW_GRADES: frozenset[Grade] = frozenset(
    {Grade.FAIR, Grade.POOR, Grade.BASICALLY_COMPETENT, Grade.INCOMPETENT}
)
"""Grades that make rectification measures mandatory."""


class Outcome(Word):
    """What a decision says: a grade, no grade although taking part, or a changed grade."""

    GRADED = "graded", "确定等次", "Graded"
    UNGRADED = "ungraded", "不确定等次", "Ungraded"
    REGRADED = "regraded", "改定或补定等次", "Regraded"


class ConclusionCode(Word):
    """National personnel code set A15.A1517 as the cadre system reads it."""

    EXCELLENT = "1", "优秀", "Excellent"
    COMPETENT = "2", "称职", "Competent"
    BASICALLY_COMPETENT = "3", "基本称职", "Basically competent"
    INCOMPETENT = "4", "不称职", "Incompetent"
    UNGRADED = "5", "不定等次", "Ungraded"
    PROBATION = "5A", "新录用试用期不定等次", "Ungraded: probation"
    INVESTIGATION = "5B", "立案未结不定等次", "Ungraded: open investigation"
    SANCTION = "5C", "处分期间不定等次", "Ungraded: sanction"
    NOT_ASSESSED = "6", "不进行考核", "Not assessed"
    LONG_LEAVE = "6A", "病事假累计超过半年不进行考核", "Not assessed: long leave"
    OTHER = "7", "其他", "Other"
    QUALIFIED = "2B", "合格", "Qualified"
    BASICALLY_QUALIFIED = "3B", "基本合格", "Basically qualified"
    UNQUALIFIED = "4B", "不合格", "Unqualified"


_CODES: dict[Grade, tuple[ConclusionCode, ConclusionCode]] = {
    Grade.EXCELLENT: (ConclusionCode.EXCELLENT, ConclusionCode.EXCELLENT),
    Grade.COMPETENT: (ConclusionCode.COMPETENT, ConclusionCode.QUALIFIED),
    Grade.BASICALLY_COMPETENT: (
        ConclusionCode.BASICALLY_COMPETENT,
        ConclusionCode.BASICALLY_QUALIFIED,
    ),
    Grade.INCOMPETENT: (ConclusionCode.INCOMPETENT, ConclusionCode.UNQUALIFIED),
}


def conclusion_code(grade: Grade, staff: StaffKind = StaffKind.CIVIL_SERVANT) -> ConclusionCode:
    """The national code of a cadre's grade; a body's grade has none (KeyError)."""
    return _CODES[grade][staff is StaffKind.INSTITUTION]


def at_least_as_good(new: Grade, old: Grade) -> bool:
    """True when ``new`` is no worse than ``old`` on their common scale, else False."""
    for scale in GRADES.values():
        if new in scale and old in scale:
            return scale.index(new) <= scale.index(old)
    return False


class UngradedReason(Word):
    """Why a decision sets no grade."""

    PROBATION = "probation", "新录用试用期", "Probation"
    INVESTIGATION = "investigation", "立案未结", "Open investigation"
    SANCTION = "sanction", "受处分", "Sanction"
    SHORT_TERM = "short_term", "任职时间较短", "Short time in post"
    OTHER = "other", "其他", "Other"


class DecisionResult(Word):
    """How one step of the deciding chain ended for a case (M7)."""

    PASSED = "passed", "通过", "Passed"
    CHANGED = "changed", "调整后通过", "Changed"
    HELD = "held", "暂缓", "Held"


class OpinionBody(Word):
    """Who takes a step in the deciding chain (M7)."""

    ASSESSMENT_GROUP = "assessment_group", "考核组", "Assessment group"
    DRAFTING_DIVISION = "drafting_division", "承办处室", "Drafting division"
    DEPARTMENT_MEETING = "department_meeting", "部务会", "Department meeting"
    LEADING_GROUP = "leading_group", "考核工作领导小组", "Leading group"
    STANDING_COMMITTEE = "standing_committee", "党委常委会", "Standing committee"
    PARTY_GROUP = "party_group", "党组会", "Party group meeting"
    ASSESSMENT_COMMITTEE = "assessment_committee", "考核委员会", "Assessment committee"
    ORGAN_HEAD = "organ_head", "机关负责人", "Head of the organ"


class SignState(Word):
    """The person's signature under the result (M3)."""

    NONE = "none", "未办理", "Not yet asked"
    SIGNED = "signed", "已签字", "Signed"
    REFUSED = "refused", "拒绝签字(两人见证)", "Refused before two witnesses"
    PENDING = "pending", "待补签", "Pending"
    IMPOSSIBLE = "impossible", "无法签字", "Impossible"


class BarEffect(Word):
    """What a bar, red line or sanction does to a grade."""

    NONE = "none", "不影响等次", "No effect"
    NO_EXCELLENT = "no_excellent", "不得确定为优秀", "Not excellent"
    UNGRADED = "ungraded", "不确定等次", "Ungraded"
    INCOMPETENT = "incompetent", "不称职", "Incompetent"


class DeviationCode(Word):
    """Why a proposal or decision departs from the suggestion."""

    SYNTHESIS = "synthesis", "综合研判意见", "Judgement of the synthesis"
    TALKS = "talks", "个别谈话和了解核实情况", "Talks and inquiry"
    SPECIAL = "special", "平时考核、专项考核情况", "Routine and special assessments"
    QUOTA = "quota", "优秀名额限制", "Quota"
    MAJOR_TASK = "major_task", "承担重大任务表现", "Conduct in a major task"
    BAR = "bar", "不得确定为优秀的情形", "A bar on excellent"
    OTHER = "other", "其他", "Other"


class MeasureChannel(Word):
    """The channel in which a result is applied."""

    SELECTION = "selection", "选拔任用", "Selection"
    TRAINING = "training", "培养教育", "Training"
    SUPERVISION = "supervision", "管理监督", "Supervision"
    ACCOUNTABILITY = "accountability", "问责", "Accountability"
    INCENTIVE = "incentive", "激励", "Incentive"


class HoldKind(Word):
    """Why a case is held; it runs on, but ends ungraded (architecture.md 1)."""

    INVESTIGATION = "investigation", "立案审查调查", "Open investigation"
    POST_YEAR_FACT = "post_year_fact", "年末至审定前的情况", "Fact after the year's end"
    LEGAL = "legal", "依法保全", "Legal hold"


class FeedbackScope(Word):
    """What the person sees of the result (M18)."""

    GRADE = "grade", "只反馈等次", "Grade"
    PROBLEMS = "problems", "等次和存在问题", "Grade and problems"
    OWN_RATES = "own_rates", "并反馈本人测评得票率", "Also own rates"
    ITEMS = "items", "并反馈分项情况", "Also by item"
