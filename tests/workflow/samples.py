"""Facts, payloads and actors that tests of the process begin from."""

from dataclasses import replace
from datetime import date

from workflow.facts import CaseFacts, PoolFacts, ReportSection
from workflow.permissions import Actor, Grant, Permit, Resource
from workflow.vocabulary import (
    Action,
    CaseKind,
    DataSheetState,
    FilingState,
    Grade,
    MeetingState,
    Outcome,
    PoolState,
    Role,
    SignState,
    State,
)

TODAY = date(2026, 1, 15)
YES = Permit(True)
GRADED = {"outcome": Outcome.GRADED, "grade": Grade.COMPETENT, "deviation": "synthesis"}
PAYLOAD: dict[str, object] = {
    **GRADED,
    "reason": "材料需要补充",
    "participation_reason": "retired",
    "document_no": "云组〔2026〕3号",
    "ends_on": date(2026, 1, 22),
}
"""Fills every form of the case at once."""

BEFORE_REVIEW = {"decided_grade": Grade.INCOMPETENT, "decided_outcome": Outcome.GRADED}


def ready(state: State, /, **changes: object) -> CaseFacts:
    """Facts under which every ordinary way forward from the state is open."""
    facts = CaseFacts(
        case_id=7,
        state=state,
        today=TODAY,
        managing_organ_id=1,
        commenter_set=True,
        scheme_frozen=True,
        sections=(ReportSection("results", "履职实绩", length=500, minimum=10, maximum=1000),),
        report_length=500,
        report_maximum=1500,
        sheet_state=DataSheetState.FROZEN,
        meeting_state=MeetingState.COUNTED,
        synthesis_present=True,
        comment_present=True,
        bars_evaluated_on=TODAY,
        suggested_grade=Grade.COMPETENT,
        proposed_grade=Grade.COMPETENT,
        pool_id=3,
        pool_state=PoolState.BALANCED,
        released=True,
        publicity_ends_on=date(2026, 1, 14),
        objections_substantiated=0,
        notice_given=True,
        sign_state=SignState.SIGNED,
        filing_state=FilingState.FILED,
        four_check_passed=True,
        review_orders_regrade=True,
        correction_approved=True,
    )
    if state in {State.NOTIFIED, State.APPLYING, State.CLOSED, State.ARCHIVED}:
        facts = replace(facts, **BEFORE_REVIEW)  # type: ignore[arg-type]
    return replace(facts, **changes)  # type: ignore[arg-type]


POOL = PoolFacts(pool_id=3, seats=2, used=0, base=10)

ORGAN, UNIT = 1, 10
SUBJECT, OTHER = 100, 200
UNIT_ROLES = {
    Role.UNIT_CONTACT,
    Role.UNIT_HEAD,
    Role.DATA_PROVIDER,
    Role.DATA_VERIFIER,
    Role.OPINION_RESPONDENT,
    Role.RESPONSIBLE_ORGAN,
}


def actor(*roles: Role, person: int = OTHER) -> Actor:
    """Somebody who holds the roles where the sample case lies."""
    grants = tuple(
        Grant(role, unit_id=UNIT) if role in UNIT_ROLES else Grant(role, organ_id=ORGAN)
        for role in roles
    )
    return Actor(account_id=person, person_id=person, grants=grants)


EVERYBODY = actor(*Role)
"""One account with every role: what it may not do, nobody may."""


def resource(state: State = State.DECIDED, /, **changes: object) -> Resource:
    """The sample cadre's case, on which the OTHER person is assigned in every role."""
    case = Resource(
        organ_id=ORGAN,
        unit_id=UNIT,
        class_code="A1",
        case_kind=CaseKind.CADRE,
        state=state,
        subject_person_id=SUBJECT,
        working_unit_ids=frozenset({UNIT}),
        verifying_unit_ids=frozenset({UNIT}),
        assigned=frozenset((role, OTHER) for role in Role),
    )
    return replace(case, **changes)  # type: ignore[arg-type]


ALL_ACTIONS = tuple(Action)
