"""The machine and the table give the same answer, and no wrong one."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transitions import MachineError

from tests.workflow.samples import (
    EVERYBODY,
    GRADED,
    OTHER,
    PAYLOAD,
    POOL,
    SUBJECT,
    YES,
    actor,
    ready,
    resource,
)
from workflow.facts import CaseFacts, PoolFacts, Step, ThingFacts
from workflow.machine import (
    CASE_MACHINE,
    allowed,
    decide,
    decide_batch,
    decide_thing,
    needs_of,
    offers,
    refusals_of,
    thing_machine,
)
from workflow.permissions import SYSTEM, Context, Permit, permits
from workflow.process import PROCESS
from workflow.vocabulary import (
    Action,
    Clearing,
    DataSheetState,
    DocumentKind,
    Grade,
    Outcome,
    Participation,
    Permission,
    PoolState,
    Relation,
    Role,
    State,
    Thing,
    ThingAction,
)
from workflow.words import m

MATRIX = list(product(State, Action))
VARIANTS = {
    "ready": lambda state: ready(state),
    "bare": lambda state: CaseFacts(case_id=7, state=state),
    "open": lambda state: ready(
        state,
        sheet_state=DataSheetState.OPEN,
        meeting_state=None,
        publicity_required=True,
        objections_substantiated=1,
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("state", "action"), MATRIX)
def test_machine_agrees_with_table(state: State, action: Action, variant: str) -> None:
    facts = VARIANTS[variant](state)
    decision = decide(facts, action, YES, PAYLOAD)
    move = PROCESS.move(state, action)
    if move is None:
        assert decision.refusals == (m("现在的状态不能“%(action)s”", action=action),)
    else:
        assert decision.refusals == refusals_of(move, facts, YES, PAYLOAD)
    assert decision.next_state == (move.target if move and decision else None)
    assert decision.from_state == state


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("state", list(State))
def test_machine_agrees_with_allowed(state: State, variant: str) -> None:
    facts = VARIANTS[variant](state)
    case = resource(state)
    offered = set(allowed(facts, EVERYBODY, case))
    payload = {**PAYLOAD, "basis": "signed_paper"}
    decided = {a for a in Action if decide(facts, a, permits(EVERYBODY, a, case), payload)}
    assert decided == offered


def test_machine_has_no_automatic_jumps_and_keeps_no_models() -> None:
    machines = [CASE_MACHINE, *(thing_machine(thing) for thing in PROCESS.things)]
    for machine in machines:
        assert [name for name in machine.events if name.startswith("to_")] == []
        assert machine.models == []
    assert set(CASE_MACHINE.events) == set(Action)
    counts = [
        len(t.conditions)
        for e in CASE_MACHINE.events.values()
        for ts in e.transitions.values()
        for t in ts
    ]
    assert set(counts) == {1}


def test_machine_refuses_an_event_that_is_not_declared_from_a_state() -> None:
    class Token:
        state = "scoped"

    with pytest.raises(MachineError):
        CASE_MACHINE.events["decide"].trigger(Token())


def test_decision_carries_effects_of_the_move() -> None:
    decision = decide(ready(State.DECIDED), Action.NOTIFY, YES)
    assert decision
    assert decision.next_state is State.NOTIFIED
    assert decision.documents == (DocumentKind.RESULT_NOTICE, DocumentKind.REGISTRATION_FORM)
    assert [n.to for n in decision.notices] == [(Role.SUBJECT, Role.UNIT_CONTACT)]
    returned = decide(ready(State.PROPOSED), Action.RESUME_SYNTHESIS, YES, {"reason": "重议"})
    assert returned.clears == (Clearing.PROPOSAL,)


def test_refused_decision_has_every_reason_and_no_effects() -> None:
    facts = CaseFacts(case_id=7, state=State.DECIDING, chain_required=2, open_inquiries=1)
    decision = decide(facts, Action.DECIDE, YES, {})
    assert not decision
    assert [str(reason) for reason in decision.refusals] == [
        "会议审定程序还有 2 步没有记录",
        "审定当日还没有核对不得确定为优秀的情形",
        "还有 1 项了解核实没有认定结论",
        "请选择等次或不确定等次",
    ]
    assert (decision.notices, decision.documents, decision.clears) == ((), (), ())


def test_actor_without_permit_learns_only_that() -> None:
    facts = CaseFacts(state=State.DECIDING, chain_required=2)
    decision = decide(facts, Action.DECIDE, Permit(False, m("不得办理本人的考核事项")))
    assert [str(r) for r in decision.refusals] == ["不得办理本人的考核事项"]
    nameless = decide(facts, Action.DECIDE, Permit(False))
    assert [str(r) for r in nameless.refusals] == ["没有办理这一步的权限"]


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_return_move_asks_for_its_reason(reason: str | None) -> None:
    decision = decide(ready(State.SUBMITTED), Action.RETURN_FOR_FORM, YES, {"reason": reason})
    assert [str(r) for r in decision.refusals] == ["请说明理由"]


def test_entry_on_behalf_asks_for_its_basis() -> None:
    contact = actor(Role.UNIT_CONTACT)
    permit = permits(contact, Action.SUBMIT, resource(State.DRAFTING))
    facts = ready(State.DRAFTING)
    assert permit.permission is Permission.REPORT_ENTER
    assert [str(r) for r in decide(facts, Action.SUBMIT, permit, {}).refusals] == ["请注明代录依据"]
    assert not decide(facts, Action.SUBMIT, permit, {"basis": "self"})
    assert decide(facts, Action.SUBMIT, permit, {"basis": "signed_paper"})


def test_jobs_pass_a_settled_gate_but_not_a_recalled_one() -> None:
    permit = permits(SYSTEM, Action.PASS_DATA)
    facts = ready(State.COLLECTING)
    assert decide(facts, Action.PASS_DATA, permit).next_state is State.EVALUATING
    recalled = replace(facts, last_action=Action.RECALL_DATA.value)
    assert [str(r) for r in decide(recalled, Action.PASS_DATA, permit).refusals] == [
        "上一步是退回,须由人办理"
    ]
    assert decide(recalled, Action.PASS_DATA, YES)


def test_offer_shows_what_stands_in_the_way() -> None:
    facts = ready(State.COLLECTING, sheet_state=DataSheetState.SUBMITTED)
    found = {o.action: [str(r) for r in o.refusals] for o in offers(facts, EVERYBODY, resource())}
    assert found == {
        Action.PASS_DATA: ["单位实绩数据表待审核,尚未锁定"],
        Action.PASS_DATA_PROVISIONAL: [],
        Action.REOPEN_REPORT: [],
    }


def test_offer_leaves_out_what_the_actor_may_not_do() -> None:
    facts = ready(State.DECIDING, steps=(Step("propose", OTHER),))
    assert [o.action for o in offers(facts, EVERYBODY, resource())] == [Action.RETURN_TO_PROPOSED]
    own = actor(*Role, person=SUBJECT)
    assert offers(ready(State.DECIDING), own, resource()) == ()
    kin = Context(relations=frozenset({Relation.KIN}))
    assert offers(ready(State.DECIDING), EVERYBODY, resource(), kin) == ()


def test_needs_list_what_is_missing_and_what_is_done() -> None:
    facts = ready(State.DECIDING, chain_required=1, bars_evaluated_on=None)
    assert [(str(n.rule), n.refusal is None) for n in needs_of(facts)] == [
        ("会议审定程序各步均已记录", False),
        ("不得确定为优秀的情形已在当日核对", False),
        ("了解核实事项均已认定", True),
    ]
    assert [n.waits_for for n in needs_of(facts)] == [
        (Role.DECISION_RECORDER,),
        (Role.DECISION_RECORDER,),
        (Role.ASSESSMENT_GROUP,),  # an inquiry is not for who records the meeting
    ]


# the quota

EXCELLENT = {"grade": Grade.EXCELLENT, "deviation": "synthesis"}


def batch(
    grades: list[Grade | None], pools: dict[int, PoolFacts], pool_ids: list[int | None]
) -> list[bool]:
    facts = {
        n: ready(State.DECIDING, case_id=n, pool_id=pool_id) for n, pool_id in enumerate(pool_ids)
    }
    payloads: dict[int, dict[str, object]] = {
        n: {"grade": g, "deviation": "quota"}
        if g
        else {"outcome": "ungraded", "ungraded_reason": "other"}
        for n, g in enumerate(grades)
    }
    single = {n: decide(facts[n], Action.DECIDE, YES, payloads[n]) for n in facts}
    assert all(single.values())
    checked = decide_batch(pools, facts, single, payloads)
    return [bool(checked[n]) for n in facts]


def test_batch_within_the_seats_goes_through() -> None:
    grades = [Grade.EXCELLENT, Grade.EXCELLENT, Grade.COMPETENT]
    assert batch(grades, {3: POOL}, [3, 3, 3]) == [True, True, True]


def test_batch_over_the_seats_refuses_every_claim_and_breaks_no_tie() -> None:
    grades = [Grade.EXCELLENT, Grade.EXCELLENT, Grade.COMPETENT, None]
    full = {3: replace(POOL, used=1)}
    assert batch(grades, full, [3, 3, 3, 3]) == [False, False, True, True]


def test_batch_counts_pools_apart_and_the_cap_together() -> None:
    pools = {
        3: PoolFacts(3, seats=2, total_id=1, total_seats=3, total_used=1),
        4: PoolFacts(4, seats=2, total_id=1, total_seats=3, total_used=1),
    }
    grades: list[Grade | None] = [Grade.EXCELLENT] * 3
    assert batch(grades, pools, [3, 3, 4]) == [False, False, False]
    assert batch(grades[:2], pools, [3, 4]) == [True, True]


def test_excellent_without_a_pool_is_refused() -> None:
    assert batch([Grade.EXCELLENT, Grade.COMPETENT], {3: POOL}, [None, None]) == [False, True]
    assert batch([Grade.EXCELLENT], {}, [3]) == [False]


def test_batch_names_the_seats() -> None:
    facts = {1: ready(State.DECIDING, case_id=1)}
    decisions = {1: decide(facts[1], Action.DECIDE, YES, EXCELLENT)}
    checked = decide_batch({3: replace(POOL, used=2)}, facts, decisions, {1: EXCELLENT})
    assert [str(r) for r in checked[1].refusals] == [
        "组别优秀名额 2 个,已用 2 个,本次 1 个,超过名额"
    ]


def test_batch_leaves_other_moves_and_refused_ones_alone() -> None:
    facts = {1: ready(State.SYNTHESISING, case_id=1), 2: ready(State.SCOPED, case_id=2)}
    decisions = {
        1: decide(facts[1], Action.PROPOSE, YES, EXCELLENT),
        2: decide(facts[2], Action.DECIDE, YES, EXCELLENT),
    }
    payloads = {1: EXCELLENT, 2: EXCELLENT}
    assert decide_batch({3: replace(POOL, used=9)}, facts, decisions, payloads) == decisions


@given(
    claims=st.lists(
        st.tuples(st.sampled_from([1, 2, 3, None]), st.sampled_from(list(Grade)[:1] + [None])),
        max_size=12,
    ),
    seats=st.lists(st.integers(0, 4), min_size=3, max_size=3),
    used=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    cap=st.one_of(st.none(), st.integers(0, 8)),
)
def test_quota_is_never_exceeded(
    claims: list[tuple[int | None, Grade | None]],
    seats: list[int],
    used: list[int],
    cap: int | None,
) -> None:
    pools = {
        n + 1: PoolFacts(
            n + 1, seats[n], used[n], total_id=9, total_seats=cap, total_used=sum(used)
        )
        for n in range(3)
    }
    passed = batch([g for _, g in claims], pools, [p for p, _ in claims])
    new = [p for (p, g), ok in zip(claims, passed, strict=True) if g and ok]
    assert None not in new
    for number, pool in pools.items():
        assert new.count(number) == 0 or pool.used + new.count(number) <= pool.seats
    assert not new or cap is None or sum(used) + len(new) <= cap


# properties of whole roads


@given(st.lists(st.sampled_from(list(Action)), max_size=60))
def test_no_road_reaches_a_result_without_a_decision(actions: list[Action]) -> None:
    state, decided, behind = State.SCOPED, False, {State.NOTIFIED, State.APPLYING, State.ARCHIVED}
    for action in actions:
        facts = ready(state, publicity_required=state is State.DECIDED)
        decision = decide(facts, action, YES, PAYLOAD)
        if decision:
            state = State(decision.next_state)
            decided = decided or action is Action.DECIDE
        assert decided or state not in behind


@given(
    st.sampled_from(list(Participation)),
    st.booleans(),
    st.sampled_from([*GRADED.values(), *Grade, None]),
)
def test_ungraded_is_the_only_outcome_where_no_grade_may_be_set(
    participation: Participation, held: bool, grade: object
) -> None:
    from workflow.vocabulary import HoldKind

    holds = (HoldKind.INVESTIGATION,) if held else ()
    facts = ready(State.DECIDING, participation=participation, holds=holds)
    payload = {"grade": grade, "deviation": "other", "deviation_text": "说明"}
    decision = decide(facts, Action.DECIDE, YES, payload)
    if held or participation is Participation.COMMENT_ONLY:
        assert not decision
        payload = {"outcome": Outcome.UNGRADED, "ungraded_reason": "investigation"}
        assert decide(facts, Action.DECIDE, YES, payload)


# things beside the case


@pytest.mark.parametrize("thing", list(PROCESS.things))
def test_thing_machine_agrees_with_its_table(thing: Thing) -> None:
    process = PROCESS.things[thing]
    for state, action in product(process.state_values, ThingAction):
        facts = ThingFacts(thing, 5, state)
        move = process.move(state, action)
        decision = decide_thing(facts, action, YES, {})
        if move is None:
            assert decision.refusals == (m("现在的状态不能“%(action)s”", action=action),)
        else:
            assert decision.refusals == refusals_of(move, facts, YES, {})
            assert decision.next_state == (move.target if decision else None)


def test_thing_offers_are_read_from_its_table() -> None:
    facts = ThingFacts(Thing.POOL, 3, PoolState.OPEN, counts={"over_quota": 1})
    (offer,) = offers(facts, EVERYBODY, resource())
    assert offer.action is ThingAction.BALANCE_POOL
    assert [str(r) for r in offer.refusals] == ["优秀建议超过名额 1 个"]
    assert [n.waits_for for n in needs_of(facts)] == [(Role.DRAFTING_DIVISION,)] * 2
