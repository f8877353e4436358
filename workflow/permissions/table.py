"""The permission table: which role may do what, and how far. Default is no.

A row is (role, scope). ``ORGAN`` rows need a grant for the case's managing organ, ``UNIT`` rows
one for the unit the case or thing belongs to, ``WORKING`` rows one for a unit that works on the
thing (provider of data, addressed body, responsible organ; to verify, the unit that verifies the
figure: the scheme's verifier department, else the provider itself), ``ASSIGNED`` rows an
assignment of the person to the case or thing in that role, ``SELF`` rows the subject's own person.
This is the file a reviewer reads when a right changes (K10).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from workflow.vocabulary import (
    AdminKind,
    CaseKind,
    Relation,
    Role,
    ScopeKind,
)
from workflow.vocabulary import Permission as P
from workflow.vocabulary import Role as R


@dataclass(frozen=True, slots=True)
class Rule:
    """A role with its reach; ``case_kind`` and ``after_notice`` narrow it further."""

    role: Role
    scope: ScopeKind
    case_kind: CaseKind | None = None
    after_notice: bool = False


def _organ(*roles: Role) -> tuple[Rule, ...]:
    return tuple(Rule(role, ScopeKind.ORGAN) for role in roles)


def _unit(*roles: Role) -> tuple[Rule, ...]:
    return tuple(Rule(role, ScopeKind.UNIT) for role in roles)


def _working(*roles: Role) -> tuple[Rule, ...]:
    return tuple(Rule(role, ScopeKind.WORKING) for role in roles)


def _assigned(*roles: Role) -> tuple[Rule, ...]:
    return tuple(Rule(role, ScopeKind.ASSIGNED) for role in roles)


OWN = (Rule(R.SUBJECT, ScopeKind.SELF),)
OWN_RESULT = (Rule(R.SUBJECT, ScopeKind.SELF, after_notice=True),)
FOR_BODY = tuple(
    Rule(role, ScopeKind.UNIT, case_kind=CaseKind.BODY) for role in (R.UNIT_HEAD, R.UNIT_CONTACT)
)
FOR_BODY_HEAD = (Rule(R.UNIT_HEAD, ScopeKind.UNIT, case_kind=CaseKind.BODY, after_notice=True),)
GROUP = (
    *_assigned(R.ASSESSMENT_GROUP),
    *_organ(R.ASSESSMENT_GROUP),
    *_unit(R.ASSESSMENT_GROUP),
)
OFFICE = _organ(R.OFFICE, R.OFFICE_LEAD)
DRAFTERS = (*OFFICE, *_organ(R.DRAFTING_DIVISION))
DECIDERS = _organ(R.COMMITTEE_MEMBER, R.DECISION_RECORDER)
UNIT_STAFF = _unit(R.UNIT_CONTACT, R.UNIT_HEAD)

TABLE: dict[P, tuple[Rule, ...]] = {
    P.CASE_READ: (
        *OWN,
        *DRAFTERS,
        *DECIDERS,
        *_organ(R.ARCHIVIST, R.REVIEWER),
        *UNIT_STAFF,
        *GROUP,
        *_assigned(R.SUPERVISING_LEADER),
    ),
    P.OWN_READ: OWN,
    P.RESULT_READ: (
        *OWN_RESULT,
        *DRAFTERS,
        *DECIDERS,
        *_organ(R.ARCHIVIST, R.REVIEWER),
        Rule(R.UNIT_HEAD, ScopeKind.UNIT, after_notice=True),
    ),
    P.SYNTHESIS_READ: (*DRAFTERS, *DECIDERS, *_organ(R.REVIEWER), *GROUP),
    P.TALK_READ: GROUP,
    P.EXPLANATION_READ: (*DRAFTERS, *DECIDERS, *_organ(R.REVIEWER)),
    P.DOSSIER_READ: (*OFFICE, *_organ(R.ARCHIVIST)),
    P.PROGRESS_READ: (*DRAFTERS, *UNIT_STAFF, *GROUP),
    P.ANALYSIS_READ: DRAFTERS,
    P.CYCLE_MANAGE: OFFICE,
    P.SCHEME_EDIT: OFFICE,
    P.SCHEME_FREEZE: _organ(R.OFFICE_LEAD),
    P.ROSTER_IMPORT: OFFICE,
    P.SCOPE_CASES: OFFICE,
    P.REMIND: OFFICE,
    P.REPORT_WRITE: (*OWN, *FOR_BODY),
    P.REPORT_ENTER: (*_unit(R.UNIT_CONTACT), *_organ(R.OFFICE)),
    P.REPORT_CHECK_FORM: (*UNIT_STAFF, *GROUP, *_organ(R.OFFICE)),
    P.REPORT_CHECK_CONTENT: (*_unit(R.UNIT_HEAD), *GROUP),
    P.REPORT_ACCEPT: (*UNIT_STAFF, *GROUP, *_organ(R.OFFICE)),
    P.REPORT_REOPEN: (*OFFICE, *GROUP),
    P.DATA_READ: (
        *DRAFTERS,
        *UNIT_STAFF,
        *GROUP,
        *_working(R.DATA_PROVIDER, R.DATA_VERIFIER),
    ),
    P.DATA_ENTER: _working(R.DATA_PROVIDER),
    P.DATA_VERIFY: _working(R.DATA_VERIFIER),
    P.DATA_CONFIRM: UNIT_STAFF,
    P.DATA_FREEZE: OFFICE,
    P.GATE_PASS: OFFICE,
    P.GATE_PROVISIONAL: OFFICE,
    P.GATE_RECALL: OFFICE,
    P.MEETING_PLAN: (*OFFICE, *GROUP),
    P.MEETING_HOLD: GROUP,
    P.TALLY: _assigned(R.TELLER, R.TALLY_SUPERVISOR),
    P.PAPER_ENTER: (*_assigned(R.TELLER, R.TALLY_SUPERVISOR), *GROUP),
    P.URN_OPEN: (*_assigned(R.KEY_HOLDER), *_organ(R.KEY_HOLDER)),
    P.BALLOTS_DESTROY: _organ(R.OFFICE_LEAD),
    P.TALLY_READ: (*DRAFTERS, *DECIDERS, *_organ(R.REVIEWER), *GROUP),
    P.NAMED_OPINION: _assigned(R.SUPERVISING_LEADER),
    P.TALK_RECORD: GROUP,
    P.COMMENT_WRITE: _assigned(R.SUPERVISING_LEADER),
    P.OPINION_ASK: DRAFTERS,
    P.OPINION_ANSWER: _working(R.OPINION_RESPONDENT),
    P.INQUIRY_CONDUCT: (*DRAFTERS, *GROUP),
    P.INQUIRY_CONCLUDE: _organ(R.OFFICE_LEAD, R.DRAFTING_DIVISION),
    P.PROPOSE_GRADE: _organ(R.OFFICE, R.DRAFTING_DIVISION),
    P.POOL_READ: (*DRAFTERS, *DECIDERS),
    P.POOL_BALANCE: DRAFTERS,
    P.SEND_TO_DECIDE: DRAFTERS,
    P.VOTE: _organ(R.COMMITTEE_MEMBER),
    P.DECIDE_GRADE: _organ(R.DECISION_RECORDER),
    P.RELEASE_RESULT: _organ(R.DECISION_RECORDER, R.OFFICE_LEAD),
    P.NOTIFY_RESULT: (*OFFICE, *_organ(R.DECISION_RECORDER)),
    P.OBJECTION_HANDLE: OFFICE,
    P.HOLD_PLACE: OFFICE,
    P.HOLD_LIFT: _organ(R.OFFICE_LEAD),
    P.STATEMENT_WRITE: (*OWN_RESULT, *FOR_BODY_HEAD),
    P.RESULT_SIGN: (*OWN_RESULT, *FOR_BODY_HEAD),
    P.REVIEW_FILE: OWN_RESULT,
    P.REVIEW_HANDLE: _organ(R.REVIEWER),
    P.REVIEW_DECIDE: _organ(R.REVIEWER),
    P.CORRECTION_DRAFT: OFFICE,
    P.CORRECTION_APPROVE: _organ(R.OFFICE_LEAD, R.DECISION_RECORDER),
    P.MEASURE_ASSIGN: OFFICE,
    P.MEASURE_REPORT: _working(R.RESPONSIBLE_ORGAN),
    P.MEASURE_CONFIRM: OFFICE,
    P.MEASURE_WAIVE: _organ(R.OFFICE_LEAD),
    P.SIGNATURE_RECORD: (*_unit(R.UNIT_CONTACT), *_organ(R.OFFICE)),
    P.FILE_DOSSIER: _organ(R.ARCHIVIST, R.OFFICE),
    P.ARCHIVE_CASE: _organ(R.ARCHIVIST),
    P.SURVEY_MANAGE: OFFICE,
    P.SURVEY_CONFIRM: OFFICE,
    P.SURVEY_READ: (*DRAFTERS, *DECIDERS),
    P.RATING_HANDLE: _working(R.RESPONSIBLE_ORGAN),
    P.RECUSAL_DECLARE: (*OWN, *OFFICE),
    P.RECUSAL_READ: _organ(R.OFFICE_LEAD, R.DECISION_RECORDER),
    P.GRANT_PROPOSE: _organ(R.OFFICE_LEAD),
}
"""Business permissions. ``SIGNED_IN`` is held by every account and stands in no row."""

ADMIN_TABLE: dict[AdminKind, frozenset[P]] = {
    AdminKind.SYSTEM_ADMIN: frozenset({P.ACCOUNT_MANAGE, P.SYSTEM_OPERATE, P.GRANT_PROPOSE}),
    AdminKind.SECURITY_ADMIN: frozenset({P.GRANT_APPROVE, P.POLICY_READ}),
    AdminKind.AUDIT_ADMIN: frozenset({P.JOURNAL_READ, P.POLICY_READ}),
}
"""The three administrators exclude one another and hold no business permission."""

OWN_ACTS: frozenset[P] = frozenset(
    {
        P.CASE_READ,
        P.OWN_READ,
        P.RESULT_READ,
        P.REPORT_WRITE,
        P.STATEMENT_WRITE,
        P.RESULT_SIGN,
        P.REVIEW_FILE,
        P.RECUSAL_DECLARE,
    }
)
"""The one list of what a person may do on his own case (K11). ``CASE_READ`` shows him the file's
cover and his own parts; syntheses, talks, tallies and explanations are other permissions."""

JUDGING_ACTS: frozenset[P] = frozenset(
    {
        P.REPORT_CHECK_CONTENT,
        P.DATA_VERIFY,
        P.TALK_READ,
        P.TALK_RECORD,
        P.SYNTHESIS_READ,
        P.EXPLANATION_READ,
        P.COMMENT_WRITE,
        P.INQUIRY_CONDUCT,
        P.INQUIRY_CONCLUDE,
        P.PROPOSE_GRADE,
        P.SEND_TO_DECIDE,
        P.VOTE,
        P.DECIDE_GRADE,
        P.OBJECTION_HANDLE,
        P.HOLD_PLACE,
        P.HOLD_LIFT,
        P.REVIEW_HANDLE,
        P.REVIEW_DECIDE,
        P.CORRECTION_APPROVE,
        P.MEASURE_CONFIRM,
        P.MEASURE_WAIVE,
    }
)
"""Comment, verification and decision: closed to a subordinate and between two people who act on
each other in one cycle (K8). A superior's comment and decision are his duty."""


FIGURE_ACTS: frozenset[P] = frozenset({P.DATA_ENTER, P.DATA_VERIFY, P.DATA_FREEZE})
"""What is done to a unit's figures: closed to its own people. The unit confirms or objects."""


@cache
def forbidden_relations(permission: P) -> frozenset[Relation]:
    """The relations to the subject that close this permission, whatever the grants."""
    closed = {Relation.KIN}
    if permission not in OWN_ACTS:
        closed |= {Relation.SELF, Relation.MEMBER}
    if permission in JUDGING_ACTS:
        closed |= {Relation.SUBORDINATE, Relation.MUTUAL}
    if permission in FIGURE_ACTS:
        closed.add(Relation.OWN_UNIT)
    return frozenset(closed)


def rows() -> Iterator[tuple[P, Rule]]:
    """Every row, in the order of the file: the document a reviewer signs."""
    for permission, rules in TABLE.items():
        for rule in rules:
            yield permission, rule
