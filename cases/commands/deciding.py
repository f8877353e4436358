"""Acts on a whole pool: moving a proposal, sending to the meeting, the one act of deciding it.

Deciding is whole or not at all: the meeting passed one list. Bars are computed again on the day,
inside the same transaction, before the door is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside, relook
from cases.commands.synthesis import compute
from cases.commands.transition import Outcome, perform, perform_many
from cases.errors import Refused
from cases.models import Case, DecisionItem, DecisionStep, Hold, Pool
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import (
    Action,
    DecisionResult,
    DeviationCode,
    HoldState,
    Participation,
    ParticipationReason,
    PoolState,
    State,
    Thing,
    ThingAction,
    UngradedReason,
)
from workflow.vocabulary import Outcome as OutcomeWord
from workflow.words import m

_WHY_UNGRADED = {
    ParticipationReason.NEW_RECRUIT: UngradedReason.PROBATION,
    ParticipationReason.UNDER_INVESTIGATION: UngradedReason.INVESTIGATION,
    ParticipationReason.SANCTION_PERIOD: UngradedReason.SANCTION,
    ParticipationReason.FIRST_JOB_SHORT: UngradedReason.SHORT_TERM,
}


def move_grade(
    conn: sa.Connection,
    case: Any,
    *,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Outcome:
    """Replace a proposal by another: back to synthesis and proposed again, one record of the move.

    Raises Refused while the pool is balanced, and whatever the two moves refuse.
    """
    state = conn.execute(
        sa.select(Pool.state).where(Pool.id == case.pool_id).with_for_update()
    ).scalar()
    if state is not None and state != PoolState.OPEN:
        raise Refused([m("考核组别已提交平衡方案,先退回比选再调整")], case.ref)
    word = DeviationCode(payload["deviation"]) if payload.get("deviation") else DeviationCode.OTHER
    reason = str(payload.get("deviation_text") or "") or m("调整等次建议:%(why)s", why=word)
    perform(
        conn,
        case.id,
        Action.RESUME_SYNTHESIS,
        actor=actor,
        at=at,
        payload={"reason": str(reason)},
        expected_version=expected_version,
    )
    filled = {**payload, "moved_from": case.proposed_grade}
    return perform(conn, case.id, Action.PROPOSE, actor=actor, at=at, payload=filled)


def propose_many(
    conn: sa.Connection,
    payloads: Mapping[int, Mapping[str, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> list[Outcome]:
    """Propose for these cases, all or none. Raises Refused with every reason, by name."""
    if not payloads:
        raise Refused([m("还没有选择等次")])
    done = perform_many(conn, list(payloads), Action.PROPOSE, actor=actor, at=at, payloads=payloads)
    return all_or_none(conn, done)


def send_to_deciding(
    conn: sa.Connection, pool_id: int, *, actor: Actor, at: datetime
) -> list[Outcome]:
    """Send every proposed case of a pool to the meeting. Raises Refused, naming those that stay."""
    row_of(conn, Thing.POOL, pool_id, lock=True)
    ids = _members(conn, pool_id, State.PROPOSED)
    return all_or_none(conn, perform_many(conn, ids, Action.SEND_TO_DECIDING, actor=actor, at=at))


def payloads_of(conn: sa.Connection, pool_id: int) -> dict[int, dict[str, Any]]:
    """Case id -> what the chain made of it: the proposal, unless a meeting changed or held it."""
    cases = conn.execute(
        sa.select(Case).where(Case.pool_id == pool_id, Case.state == State.DECIDING)
    ).all()
    items: dict[int, Any] = {}
    for item in conn.execute(
        sa.select(DecisionItem)
        .join(DecisionStep, DecisionStep.id == DecisionItem.step_id)
        .where(DecisionStep.pool_id == pool_id)
        .order_by(DecisionStep.order_no)
    ):
        items[item.case_id] = item
    holds: dict[int, list[str]] = defaultdict(list)
    for case_id, kind in conn.execute(
        sa.select(Hold.case_id, Hold.kind).where(
            Hold.case_id.in_([c.id for c in cases]), Hold.state == HoldState.PLACED
        )
    ):
        holds[case_id].append(kind)
    return {c.id: _payload(c, items.get(c.id), bool(holds.get(c.id))) for c in cases}


def _payload(case: Any, item: Any, held: bool) -> dict[str, Any]:
    reason = item.reason if item is not None else None
    explained = {"deviation": DeviationCode.OTHER.value, "deviation_text": reason} if item else {}
    if held or (item is not None and item.result == DecisionResult.HELD):
        why = UngradedReason.INVESTIGATION if held else UngradedReason.OTHER
        return _ungraded(why, explained or {"deviation": DeviationCode.OTHER.value})
    if case.participation == Participation.COMMENT_ONLY or (
        item is None and case.proposed_outcome == OutcomeWord.UNGRADED
    ):
        return _ungraded(_why(case), explained)
    grade = item.grade if item is not None and item.grade else case.proposed_grade
    return {"outcome": OutcomeWord.GRADED.value, "grade": grade, **explained}


def _why(case: Any) -> UngradedReason:
    known = {r.value: word for r, word in _WHY_UNGRADED.items()}
    return known.get(case.participation_reason or "", UngradedReason.OTHER)


def _ungraded(why: UngradedReason, explained: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": OutcomeWord.UNGRADED.value,
        "grade": None,
        "ungraded_reason": why.value,
        **explained,
    }


def decide_pool(
    conn: sa.Connection,
    pool_id: int,
    *,
    organ: str,
    document_no: str,
    decided_on: date,
    actor: Actor,
    at: datetime,
) -> list[Outcome]:
    """Decide all cases of a pool and the pool itself. Raises Refused with every reason, by name."""
    pool = row_of(conn, Thing.POOL, pool_id, lock=True)
    filled = payloads_of(conn, pool_id)
    bodies = relook.hold_members(conn, filled)
    compute(conn, pool.cycle_id, list(filled), actor=actor, at=at)
    done = perform_many(
        conn,
        list(filled),
        Action.DECIDE,
        actor=actor,
        at=at,
        payload={"organ": organ, "document_no": document_no, "decided_on": decided_on.isoformat()},
        payloads=filled,
    )
    all_or_none(conn, done)
    relook.body_graded(conn, pool.cycle_id, bodies, actor=actor, at=at)
    beside.move(conn, Thing.POOL, pool_id, ThingAction.DECIDE_POOL, actor=actor, at=at)
    return done


def all_or_none(conn: sa.Connection, done: list[Outcome]) -> list[Outcome]:
    """The outcomes when all went through. Raises Refused with every reason, by name."""
    refused = [o for o in done if not o.done]
    if refused:
        names = {
            i: name
            for i, name in conn.execute(
                sa.select(Case.id, Case.subject_name).where(
                    Case.id.in_([o.case_id for o in refused])
                )
            )
        }
        raise Refused(
            [
                m("%(name)s:%(why)s", name=names[o.case_id], why=w)
                for o in refused
                for w in o.reasons
            ]
        )
    return done


def _members(conn: sa.Connection, pool_id: int, *states: State) -> list[int]:
    query = sa.select(Case.id).where(Case.pool_id == pool_id, Case.state.in_(states))
    return list(conn.execute(query.order_by(Case.id)).scalars())
