"""What nobody may do, written by hand without looking at the table.

Each row names somebody with generous grants, an act, and a circumstance. All are refused.
"""

from dataclasses import replace

import pytest

from tests.workflow.samples import ORGAN, OTHER, SUBJECT, UNIT, UNIT_ROLES, actor, resource
from workflow.facts import Step
from workflow.permissions import SYSTEM, Actor, Context, Grant, Resource, permits
from workflow.vocabulary import (
    Action,
    ActorKind,
    CaseKind,
    Permission,
    Relation,
    Role,
    State,
    ThingAction,
)

A, T, P, R = Action, ThingAction, Permission, Role
ALL = actor(*Role)
SELF = actor(*Role, person=SUBJECT)
KIN = Context(relations=frozenset({Relation.KIN}))
BELOW = Context(relations=frozenset({Relation.SUBORDINATE}))
MUTUAL = Context(relations=frozenset({Relation.MUTUAL}))
CASE = resource()
AFTER = resource(State.NOTIFIED)
OWN = resource(State.DECIDED, assigned=frozenset((role, SUBJECT) for role in Role))
BODY = resource(
    State.DECIDED,
    case_kind=CaseKind.BODY,
    subject_person_id=None,
    member_ids=frozenset({OTHER}),
)
UNNAMED = resource(assigned=frozenset())
ELSEWHERE = resource(
    organ_id=2, unit_id=20, working_unit_ids=frozenset({20}), verifying_unit_ids=frozenset({20}),
    assigned=frozenset(),
)  # fmt: skip
NOTHING = Context()


def admin(kind: ActorKind) -> Actor:
    return replace(ALL, kind=kind)


def did(*actions: str) -> Context:
    return Context(steps=tuple(Step(action, OTHER) for action in actions))


NEVERS = [
    ("accept one's own report", SELF, A.ACCEPT, OWN, NOTHING),
    ("return one's own report", SELF, A.RETURN_ON_CONTENT, OWN, NOTHING),
    ("scope one's own case", SELF, A.EXCLUDE, OWN, NOTHING),
    ("pass one's own gate", SELF, A.PASS_DATA, OWN, NOTHING),
    ("pass one's own gate provisionally", SELF, A.PASS_EVALUATION_PROVISIONAL, OWN, NOTHING),
    ("comment on oneself", SELF, P.COMMENT_WRITE, OWN, NOTHING),
    ("propose one's own grade", SELF, A.PROPOSE, OWN, NOTHING),
    ("decide one's own grade", SELF, A.DECIDE, OWN, NOTHING),
    ("release one's own result", SELF, A.RELEASE_TO_PUBLICITY, OWN, NOTHING),
    ("give oneself notice", SELF, A.NOTIFY, OWN, NOTHING),
    ("handle the objection against oneself", SELF, T.DISMISS_OBJECTION, OWN, NOTHING),
    ("decide one's own review", SELF, A.REGRADE, resource(State.NOTIFIED), NOTHING),
    ("lift the hold on oneself", SELF, T.LIFT_HOLD, OWN, NOTHING),
    ("confirm the measure against oneself", SELF, T.CONFIRM_MEASURE, OWN, NOTHING),
    ("report the measure against oneself", SELF, T.REPORT_MEASURE, OWN, NOTHING),
    ("file one's own dossier", SELF, P.FILE_DOSSIER, OWN, NOTHING),
    ("archive one's own case", SELF, A.ARCHIVE, OWN, NOTHING),
    ("read one's own synthesis", SELF, P.SYNTHESIS_READ, OWN, NOTHING),
    ("read talks about oneself", SELF, P.TALK_READ, OWN, NOTHING),
    ("read one's own full explanation", SELF, P.EXPLANATION_READ, OWN, NOTHING),
    ("read one's own tally", SELF, P.TALLY_READ, OWN, NOTHING),
    ("read one's result before notice", actor(person=SUBJECT), P.RESULT_READ, CASE, NOTHING),
    ("sign one's result before notice", SELF, P.RESULT_SIGN, CASE, NOTHING),
    ("file a review before notice", SELF, P.REVIEW_FILE, CASE, NOTHING),
    ("decide on a relative", ALL, A.DECIDE, CASE, KIN),
    ("accept a relative's report", ALL, A.ACCEPT, CASE, KIN),
    ("open a relative's case", ALL, P.CASE_READ, CASE, KIN),
    ("read a relative's result", ALL, P.RESULT_READ, AFTER, KIN),
    ("archive a relative's case", ALL, A.ARCHIVE, CASE, KIN),
    ("write a relative's report for him", ALL, P.REPORT_ENTER, CASE, KIN),
    ("comment on one's superior", ALL, P.COMMENT_WRITE, CASE, BELOW),
    ("check a superior's report for content", ALL, A.RETURN_ON_CONTENT, CASE, BELOW),
    ("propose a superior's grade", ALL, A.PROPOSE, CASE, BELOW),
    ("decide on one's superior", ALL, A.DECIDE, CASE, BELOW),
    ("conclude an inquiry into one's superior", ALL, T.CONCLUDE_INQUIRY, CASE, BELOW),
    ("read the synthesis on one's superior", ALL, P.SYNTHESIS_READ, CASE, BELOW),
    ("verify figures of one's superior's case", ALL, P.DATA_VERIFY, CASE, BELOW),
    ("comment on each other", ALL, P.COMMENT_WRITE, CASE, MUTUAL),
    ("decide on each other", ALL, A.DECIDE, CASE, MUTUAL),
    ("vote on each other", ALL, P.VOTE, CASE, MUTUAL),
    ("decide on a body one belongs to", ALL, A.DECIDE, BODY, NOTHING),
    ("propose for a body one belongs to", ALL, A.PROPOSE, BODY, NOTHING),
    ("read the tally of one's own body", ALL, P.TALLY_READ, BODY, NOTHING),
    ("accept a report one entered", ALL, A.ACCEPT, CASE, did("submit")),
    ("verify a sheet one submitted", ALL, T.VERIFY_SHEET, CASE, did("submit_sheet")),
    ("verify a sheet with a value one entered", ALL, T.VERIFY_SHEET, CASE, did("enter_value")),
    ("decide what one proposed", ALL, A.DECIDE, CASE, did("propose")),
    ("decide a pool one balanced", ALL, T.DECIDE_POOL, CASE, did("balance_pool")),
    ("review what one decided", ALL, T.CHANGE_RESULT, AFTER, did("decide")),
    ("uphold what one decided", ALL, T.UPHOLD_RESULT, AFTER, did("decide")),
    ("accept a review of what one proposed", ALL, T.ACCEPT_REVIEW, AFTER, did("propose")),
    ("regrade what one decided", ALL, A.REGRADE, AFTER, did("decide")),
    ("confirm a measure one reported", ALL, T.CONFIRM_MEASURE, AFTER, did("report_measure")),
    ("conclude an inquiry one made", ALL, T.CONCLUDE_INQUIRY, CASE, did("report_inquiry")),
    ("approve a correction one drafted", ALL, T.APPROVE_CORRECTION, AFTER, did("draft_correction")),
    ("confirm an import one drafted", ALL, T.CONFIRM_IMPORT, AFTER, did("draft_survey")),
    ("confirm a count one closed", ALL, T.COUNT_SURVEY, AFTER, did("close_survey")),
    ("find true what one reported", ALL, T.UPHOLD_CANVASSING, AFTER, did("report_canvassing")),
    ("find untrue what one reported", ALL, T.DISMISS_CANVASSING, AFTER, did("report_canvassing")),
    ("exclude a rating one recorded", ALL, T.EXCLUDE_RATING, AFTER, did("record_rating")),
    ("confirm a rating one fixed", ALL, T.CONFIRM_RATING, AFTER, did("fix_rating")),
    ("confirm a rating one called back", ALL, T.CONFIRM_RATING, AFTER, did("call_back")),
    (
        "approve a grant one proposed",
        replace(ALL, kind=ActorKind.SECURITY_ADMIN, grants=()),
        P.GRANT_APPROVE,
        Resource(),
        did("propose_grant"),
    ),
    ("system administrator reads a case", admin(ActorKind.SYSTEM_ADMIN), P.CASE_READ, CASE, NOTHING),
    ("system administrator decides", admin(ActorKind.SYSTEM_ADMIN), A.DECIDE, CASE, NOTHING),
    ("security administrator reads", admin(ActorKind.SECURITY_ADMIN), P.CASE_READ, CASE, NOTHING),
    ("security administrator scopes", admin(ActorKind.SECURITY_ADMIN), A.EXCLUDE, CASE, NOTHING),
    ("audit administrator reads a case", admin(ActorKind.AUDIT_ADMIN), P.CASE_READ, CASE, NOTHING),
    ("audit administrator destroys ballots", admin(ActorKind.AUDIT_ADMIN), P.BALLOTS_DESTROY, CASE,
     NOTHING),
    ("key holder destroys ballots", actor(R.KEY_HOLDER), P.BALLOTS_DESTROY, CASE, NOTHING),
    ("office clerk destroys ballots", actor(R.OFFICE), P.BALLOTS_DESTROY, CASE, NOTHING),
    ("office clerk types paper ballots", actor(R.OFFICE), P.PAPER_ENTER, UNNAMED, NOTHING),
    ("key holder types paper ballots", actor(R.KEY_HOLDER), P.PAPER_ENTER, UNNAMED, NOTHING),
    ("unit types its own paper ballots", actor(R.UNIT_HEAD, R.UNIT_CONTACT), P.PAPER_ENTER, UNNAMED,
     NOTHING),
    ("type paper ballots of another organ", ALL, P.PAPER_ENTER, ELSEWHERE, NOTHING),
    ("audit administrator opens urns", admin(ActorKind.AUDIT_ADMIN), P.URN_OPEN, CASE, NOTHING),
    ("system administrator reads the journal", admin(ActorKind.SYSTEM_ADMIN), P.JOURNAL_READ, CASE, NOTHING),
    ("audit administrator approves grants", admin(ActorKind.AUDIT_ADMIN), P.GRANT_APPROVE, CASE, NOTHING),
    ("business account manages accounts", ALL, P.ACCOUNT_MANAGE, CASE, NOTHING),
    ("business account reads the journal", ALL, P.JOURNAL_READ, CASE, NOTHING),
    ("business account approves grants", ALL, P.GRANT_APPROVE, CASE, NOTHING),
    ("jobs decide", SYSTEM, A.DECIDE, CASE, NOTHING),
    ("jobs propose", SYSTEM, A.PROPOSE, CASE, NOTHING),
    ("jobs give notice", SYSTEM, A.NOTIFY, CASE, NOTHING),
    ("jobs pass provisionally", SYSTEM, A.PASS_DATA_PROVISIONAL, CASE, NOTHING),
    ("jobs send back", SYSTEM, A.RECALL_DATA, CASE, NOTHING),
    ("jobs freeze a sheet", SYSTEM, T.FREEZE_SHEET, CASE, NOTHING),
    ("jobs read a case by permission", SYSTEM, P.CASE_READ, CASE, NOTHING),
    ("somebody without grants reads a case", Actor(1, 999), P.CASE_READ, CASE, NOTHING),
    ("somebody without a person reads a case", Actor(1), P.CASE_READ, CASE, NOTHING),
    ("contact returns on content", actor(R.UNIT_CONTACT), A.RETURN_ON_CONTENT, resource(State.SUBMITTED, assigned=frozenset()), NOTHING),
    ("contact decides", actor(R.UNIT_CONTACT), A.DECIDE, CASE, NOTHING),
    ("contact reads a result before notice", actor(R.UNIT_CONTACT, R.UNIT_HEAD), P.RESULT_READ, CASE, NOTHING),
    ("office decides", actor(R.OFFICE, R.OFFICE_LEAD), A.DECIDE, CASE, NOTHING),
    ("office comments", actor(R.OFFICE), P.COMMENT_WRITE, resource(assigned=frozenset()), NOTHING),
    ("office reads talk records", actor(R.OFFICE, R.OFFICE_LEAD), P.TALK_READ, resource(assigned=frozenset()), NOTHING),
    ("provider verifies", actor(R.DATA_PROVIDER), T.VERIFY_SHEET, CASE, NOTHING),
    ("archivist reads a synthesis", actor(R.ARCHIVIST), P.SYNTHESIS_READ, resource(assigned=frozenset()), NOTHING),
    ("recorder reviews", actor(R.DECISION_RECORDER), A.REGRADE, AFTER, NOTHING),
]  # fmt: skip


@pytest.mark.parametrize("row", NEVERS, ids=[row[0] for row in NEVERS])
def test_never(
    row: tuple[str, Actor, Action | ThingAction | Permission, Resource, Context],
) -> None:
    _, who, what, where, context = row
    permit = permits(who, what, where, context)
    assert not permit
    assert str(permit.reason)


CIRCUMSTANCES = [row for row in NEVERS if row[4] != NOTHING]


@pytest.mark.parametrize("row", CIRCUMSTANCES, ids=[row[0] for row in CIRCUMSTANCES])
def test_never_is_closed_by_its_circumstance_alone(
    row: tuple[str, Actor, Action | ThingAction | Permission, Resource, Context],
) -> None:
    _, who, what, where, _ = row
    assert permits(who, what, where)


def test_there_are_at_least_forty_nevers() -> None:
    assert len(NEVERS) >= 40


BUSINESS = [p for p in Permission if p is not P.SIGNED_IN]


@pytest.mark.parametrize("permission", BUSINESS)
def test_grants_never_reach_elsewhere(permission: Permission) -> None:
    assert not permits(ALL, permission, ELSEWHERE)


@pytest.mark.parametrize("permission", BUSINESS)
def test_sitting_in_the_unit_gives_nothing(permission: Permission) -> None:
    organ_only = Actor(1, OTHER, tuple(Grant(role, organ_id=UNIT) for role in UNIT_ROLES))
    unit_only = Actor(
        1,
        OTHER,
        tuple(Grant(r, unit_id=ORGAN) for r in Role if r not in UNIT_ROLES),
    )
    here = resource(assigned=frozenset())
    assert not permits(organ_only, permission, here)
    assert not permits(unit_only, permission, here)
