"""Facts are inquired into (了解核实) and concluded by another person."""

from workflow import thing_guards as need
from workflow.grammar import (
    Deadline,
    Direction,
    Notice,
    ReasonRule,
    Reminder,
    StateSpec,
    ThingSpec,
    Transition,
    office_steps,
)
from workflow.vocabulary import (
    Anchor,
    DocumentKind,
    InquiryState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

INQUIRY = ThingSpec(
    thing=Thing.INQUIRY,
    initial=InquiryState.OPEN,
    created_with=Permission.INQUIRY_CONDUCT,
    notices_on_creation=(Notice(NoticeKind.INQUIRY_OPENED, (Role.ASSESSMENT_GROUP,)),),
    states=(
        StateSpec(InquiryState.OPEN, waits_for=(Role.ASSESSMENT_GROUP,)),
        StateSpec(InquiryState.REPORTED, waits_for=(Role.OFFICE_LEAD,)),
        StateSpec(InquiryState.CONCLUDED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.REPORT_INQUIRY,
            (InquiryState.OPEN,),
            InquiryState.REPORTED,
            Permission.INQUIRY_CONDUCT,
            checks=(need.filled("finding", m("已写明核实情况"), m("请写明核实情况")),),
            back=ThingAction.RETURN_INQUIRY,
            bulk=False,
            documents=(DocumentKind.INQUIRY_REPORT,),
            form="report_inquiry",
        ),
        Transition(
            ThingAction.RETURN_INQUIRY,
            (InquiryState.REPORTED,),
            InquiryState.OPEN,
            Permission.INQUIRY_CONCLUDE,
            direction=Direction.RETURN,
            reason=ReasonRule.REQUIRED,
            notices=(Notice(NoticeKind.INQUIRY_OPENED, (Role.ASSESSMENT_GROUP,)),),
            form="reason",
        ),
        Transition(
            ThingAction.CONCLUDE_INQUIRY,
            (InquiryState.REPORTED,),
            InquiryState.CONCLUDED,
            Permission.INQUIRY_CONCLUDE,
            checks=(need.filled("conclusion", m("已写明认定结论"), m("请写明认定结论")),),
            irreversible=m("认定后有新情况的另立核实事项"),
            bulk=False,
            not_by=(ThingAction.REPORT_INQUIRY,),
            form="conclude_inquiry",
        ),
    ),
    deadlines=(Deadline("inquiry", Anchor.THING_DUE_ON, title=m("了解核实期限")),),
    reminders=(
        Reminder(
            ReminderKind.INQUIRY_DUE,
            "inquiry",
            (InquiryState.OPEN, InquiryState.REPORTED),
            office_steps(-3, 0, 1, to=Role.ASSESSMENT_GROUP),
        ),
    ),
)
