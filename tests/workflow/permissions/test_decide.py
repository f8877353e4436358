from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.samples import ORGAN, OTHER, SUBJECT, actor, resource
from workflow.facts import Step
from workflow.permissions import (
    ADMIN_TABLE,
    OWN_ACTS,
    SYSTEM,
    TABLE,
    Actor,
    Context,
    Grant,
    Resource,
    Scope,
    covers,
    forbidden_relations,
    holds_anywhere,
    permits,
    relations_of,
    scopes,
)
from workflow.process import PROCESS
from workflow.vocabulary import (
    Action,
    ActorKind,
    AdminKind,
    CaseKind,
    Duty,
    Permission,
    Relation,
    Role,
    ScopeKind,
    State,
    ThingAction,
)

P, R = Permission, Role


def test_permit_is_given_within_the_managing_organ() -> None:
    permit = permits(actor(R.OFFICE), Action.OPEN_SELF_REPORT, resource(State.SCOPED))
    assert permit
    assert (permit.permission, permit.duties, permit.reason) == (P.SCOPE_CASES, frozenset(), None)


def test_permit_says_which_duty_goes_with_a_return() -> None:
    permit = permits(actor(R.UNIT_CONTACT), Action.RETURN_FOR_FORM, resource(State.SUBMITTED))
    assert permit.duties == {Duty.REASON}


def test_refusal_names_the_missing_right() -> None:
    permit = permits(actor(R.ARCHIVIST), P.DECIDE_GRADE, resource())
    assert str(permit.reason) == "没有“记录审定结果”的权限"


def test_forbid_is_told_before_a_missing_right() -> None:
    own = actor(R.ARCHIVIST, person=SUBJECT)
    assert str(permits(own, P.DECIDE_GRADE, resource()).reason) == "不得办理本人的考核事项"


def test_earlier_step_is_named_in_the_refusal() -> None:
    context = Context(steps=(Step("propose", OTHER),))
    permit = permits(actor(R.DECISION_RECORDER), Action.DECIDE, resource(State.DECIDING), context)
    assert str(permit.reason) == "本人办理过“提出等次建议”,须由另一人办理"
    entered = Context(steps=(Step("enter_value", OTHER),))
    permit = permits(actor(R.DATA_VERIFIER), P.DATA_VERIFY, resource(), entered)
    assert str(permit.reason) == "本人办理过“填报数据”,须由另一人办理"


def test_step_of_another_person_does_not_matter() -> None:
    context = Context(steps=(Step("propose", 999),))
    assert permits(actor(R.DECISION_RECORDER), Action.DECIDE, resource(State.DECIDING), context)


def test_superior_may_comment_and_decide() -> None:
    above = Context(relations=frozenset({Relation.SUPERIOR}))
    assert permits(actor(), P.COMMENT_WRITE, resource(), above)
    assert permits(actor(R.DECISION_RECORDER), Action.DECIDE, resource(State.DECIDING), above)


@pytest.mark.parametrize("permission", sorted(OWN_ACTS))
def test_subject_may_do_his_own_acts_after_notice(permission: Permission) -> None:
    assert permits(Actor(1, SUBJECT), permission, resource(State.NOTIFIED))


@pytest.mark.parametrize(
    "action", [Action.SUBMIT, Action.WITHDRAW], ids=lambda action: action.value
)
def test_subject_submits_and_withdraws_his_own_report(action: Action) -> None:
    permit = permits(Actor(1, SUBJECT), action, resource(State.DRAFTING))
    assert permit.permission is P.REPORT_WRITE
    assert permit.duties == frozenset()


def test_contact_enters_for_the_subject_and_owes_the_basis() -> None:
    permit = permits(actor(R.UNIT_CONTACT), Action.SUBMIT, resource(State.DRAFTING))
    assert (permit.permission, permit.duties) == (P.REPORT_ENTER, {Duty.BASIS})


def test_head_writes_the_bodys_report_though_a_member() -> None:
    body = resource(
        State.DRAFTING,
        case_kind=CaseKind.BODY,
        subject_person_id=None,
        member_ids=frozenset({OTHER}),
    )
    assert permits(actor(R.UNIT_HEAD), Action.SUBMIT, body).permission is P.REPORT_WRITE
    assert not permits(actor(R.UNIT_HEAD), Action.ACCEPT, body)


MOVES = [a for a in (*Action, *ThingAction) if a.value in PROCESS.by_action]
CREATING = {t.spec.created_by for t in PROCESS.things.values()} - {None}


def test_every_action_is_a_move_or_creates_a_thing() -> None:
    assert {*Action, *ThingAction} == {*MOVES, *CREATING}


@pytest.mark.parametrize("action", MOVES, ids=lambda action: action.value)
def test_jobs_take_exactly_the_automatic_moves(action: Action | ThingAction) -> None:
    permit = permits(SYSTEM, action, resource())
    assert bool(permit) is PROCESS.declared(action).auto
    assert permit.automatic is bool(permit)


@pytest.mark.parametrize("kind", list(AdminKind))
def test_administrator_holds_his_own_permissions_and_no_other(kind: AdminKind) -> None:
    admin = Actor(1, OTHER, (Grant(R.OFFICE, ORGAN),), ActorKind(kind.value))
    held = {p for p in Permission if permits(admin, p, resource())}
    assert held == ADMIN_TABLE[kind] | {P.SIGNED_IN}
    assert {p for p in Permission if holds_anywhere(admin, p)} == held
    assert [scopes(admin, p) for p in TABLE if scopes(admin, p)] == []


def test_everybody_with_an_account_is_signed_in() -> None:
    assert permits(Actor(1), P.SIGNED_IN)
    assert not permits(SYSTEM, P.SIGNED_IN)
    assert holds_anywhere(Actor(1), P.SIGNED_IN)
    assert not holds_anywhere(SYSTEM, P.SIGNED_IN)


def test_scopes_say_how_far_each_grant_reaches() -> None:
    grants = (
        Grant(R.OFFICE, organ_id=1),
        Grant(R.UNIT_CONTACT, unit_id=10),
        Grant(R.ASSESSMENT_GROUP, organ_id=1, class_code="A1"),
    )
    found = scopes(Actor(5, 50, grants), P.CASE_READ)
    assert set(found) == {
        Scope(ScopeKind.SELF, person_id=50),
        Scope(ScopeKind.ORGAN, organ_id=1),
        Scope(ScopeKind.UNIT, unit_id=10),
        Scope(ScopeKind.ORGAN, organ_id=1, class_code="A1"),
        Scope(ScopeKind.ASSIGNED, person_id=50, role=R.ASSESSMENT_GROUP),
        Scope(ScopeKind.ASSIGNED, person_id=50, role=R.SUPERVISING_LEADER),
    }


def test_scopes_of_the_same_grant_come_once() -> None:
    twice = Actor(5, 50, (Grant(R.OFFICE, 1), Grant(R.OFFICE, 1)))
    assert scopes(twice, P.CYCLE_MANAGE) == (Scope(ScopeKind.ORGAN, organ_id=1),)


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        (Scope(ScopeKind.ORGAN, organ_id=1), {"organ_id": 1}, {"organ_id": 2}),
        (
            Scope(ScopeKind.ORGAN, organ_id=1, unit_id=10),
            {"organ_id": 1, "unit_id": 10},
            {"organ_id": 1, "unit_id": 11},
        ),
        (Scope(ScopeKind.UNIT, unit_id=10), {"unit_id": 10}, {"unit_id": 11}),
        (
            Scope(ScopeKind.UNIT, unit_id=10, class_code="A1"),
            {"unit_id": 10, "class_code": "A1"},
            {"unit_id": 10, "class_code": "B1"},
        ),
        (
            Scope(ScopeKind.WORKING, unit_id=10),
            {"working_unit_ids": frozenset({9, 10})},
            {"unit_id": 10},
        ),
        (
            Scope(ScopeKind.WORKING, unit_id=10, role=R.DATA_VERIFIER),
            {"verifying_unit_ids": frozenset({10})},
            {"working_unit_ids": frozenset({10})},
        ),
        (
            Scope(ScopeKind.WORKING, unit_id=10, role=R.DATA_PROVIDER),
            {"working_unit_ids": frozenset({10})},
            {"verifying_unit_ids": frozenset({10})},
        ),
        (
            Scope(ScopeKind.SELF, person_id=5),
            {"subject_person_id": 5},
            {"subject_person_id": None},
        ),
        (
            Scope(ScopeKind.ASSIGNED, person_id=5, role=R.TELLER),
            {"assigned": frozenset({(R.TELLER, 5)})},
            {"assigned": frozenset({(R.KEY_HOLDER, 5), (R.TELLER, 6)})},
        ),
        (
            Scope(ScopeKind.UNIT, unit_id=10, after_notice=True),
            {"unit_id": 10, "state": State.CLOSED},
            {"unit_id": 10, "state": State.DECIDED},
        ),
        (
            Scope(ScopeKind.UNIT, unit_id=10, case_kind=CaseKind.BODY),
            {"unit_id": 10, "case_kind": CaseKind.BODY},
            {"unit_id": 10, "case_kind": CaseKind.CADRE},
        ),
    ],
)
def test_scope_covers_what_lies_within(
    scope: Scope, inside: dict[str, object], outside: dict[str, object]
) -> None:
    assert covers(scope, Resource(**inside))  # type: ignore[arg-type]
    assert not covers(scope, Resource(**outside))  # type: ignore[arg-type]


def test_grant_for_one_class_reaches_no_other() -> None:
    narrow = Actor(1, OTHER, (Grant(R.OFFICE, ORGAN, class_code="B1"),))
    assert not permits(narrow, P.SCOPE_CASES, resource())
    assert permits(narrow, P.SCOPE_CASES, resource(class_code="B1"))


def test_relations_are_also_read_from_the_ids() -> None:
    assert relations_of(actor(person=SUBJECT), resource(), Context()) == {Relation.SELF}
    body = resource(member_ids=frozenset({OTHER}), subject_person_id=None)
    assert relations_of(actor(), body, Context()) == {Relation.MEMBER}
    assert relations_of(Actor(1), body, Context()) == set()


ROLES = st.sampled_from(list(Role))
IDS = st.one_of(st.none(), st.integers(1, 3))
GRANTS = st.lists(
    st.builds(Grant, ROLES, IDS, IDS, st.one_of(st.none(), st.sampled_from(["A1", "B1"]))),
    max_size=4,
).map(tuple)
ACTORS = st.builds(Actor, st.just(1), IDS, GRANTS, st.sampled_from(list(ActorKind)))
RESOURCES = st.builds(
    Resource,
    organ_id=IDS,
    unit_id=IDS,
    class_code=st.sampled_from(["A1", "B1", None]),
    case_kind=st.sampled_from(list(CaseKind)),
    state=st.sampled_from(list(State)),
    subject_person_id=IDS,
    member_ids=st.frozensets(st.integers(1, 3), max_size=2),
    working_unit_ids=st.frozensets(st.integers(1, 3), max_size=2),
    verifying_unit_ids=st.frozensets(st.integers(1, 3), max_size=2),
    assigned=st.frozensets(st.tuples(ROLES, st.integers(1, 3)), max_size=3),
)
CONTEXTS = st.builds(Context, relations=st.frozensets(st.sampled_from(list(Relation)), max_size=2))


@given(ACTORS, st.sampled_from(list(TABLE)), RESOURCES, CONTEXTS)
def test_permits_is_scopes_without_the_forbidden_relations(
    who: Actor, permission: Permission, where: Resource, context: Context
) -> None:
    """The law the SQL twin is compiled from."""
    reached = any(covers(scope, where) for scope in scopes(who, permission))
    closed = relations_of(who, where, context) & forbidden_relations(permission)
    if who.admin is not None:
        reached = permission in ADMIN_TABLE[who.admin]
    assert bool(permits(who, permission, where, context)) is (reached and not closed)


@given(ACTORS, st.sampled_from(list(TABLE)), RESOURCES, GRANTS)
def test_no_grant_lifts_a_forbid(
    who: Actor, permission: Permission, where: Resource, more: tuple[Grant, ...]
) -> None:
    kin = Context(relations=frozenset({Relation.KIN}))
    assert not permits(replace(who, grants=more), permission, where, kin)


@given(ACTORS, st.sampled_from(list(TABLE)), RESOURCES, CONTEXTS, GRANTS)
def test_more_grants_never_take_a_right_away(
    who: Actor, permission: Permission, where: Resource, context: Context, more: tuple[Grant, ...]
) -> None:
    if permits(who, permission, where, context):
        wider = replace(who, grants=(*who.grants, *more))
        assert permits(wider, permission, where, context)
