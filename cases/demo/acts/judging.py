"""Act: opinions, inquiries, synthesis, comments, the board, the deciding chain, notice."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.holds import place_hold
from cases.commands.inquiries import open_inquiry
from cases.commands.opinion_requests import answer, ask_opinion, send
from cases.commands.pools import record_step
from cases.commands.synthesis import compute, write_comment, write_synthesis
from cases.commands.transition import perform_many
from cases.demo.acts.words import comment_of, synthesis_of
from cases.demo.city.story import DAYS, EVENTS, TURNS
from cases.demo.theatre import Theatre, at, on
from cases.models import Case, Pool, Synthesis
from cases.queries.scheme import scheme_of_cycle
from workflow.vocabulary import Action as A
from workflow.vocabulary import (
    CaseKind,
    DeviationCode,
    Grade,
    HoldKind,
    Outcome,
    Participation,
    State,
    Thing,
    ThingAction,
    Track,
    UngradedReason,
)

DRAFTER = "office_clerk_b"
"""Of the assessment office: the drafting divisions sit in a unit that is assessed itself."""
RECORDER = "recorder_b"
"""Of the committee: the meetings' own recorder sits in a unit that is assessed itself."""
BODIES = ("opinion_discipline", "opinion_audit", "opinion_petition", "opinion_safety")


def holds(theatre: Theatre) -> None:
    """Open investigations become holds as soon as the cases are open."""
    for event in EVENTS:
        if event.kind == "under_investigation":
            with theatre.writing() as conn:
                case = _case(conn, theatre.case_of(event.role))
                place_hold(
                    conn, case, kind=HoldKind.INVESTIGATION, since=event.day,
                    document=event.document, reason=event.what,
                    actor=theatre.actor("office_clerk_a"), at=on("cycle_opening", 15),
                )  # fmt: skip


def opinions(theatre: Theatre) -> None:
    """One letter to each body about everybody who takes part; one answers late."""
    drafter = theatre.actor(DRAFTER)
    ids = theatre.cases(State.COLLECTING, State.EVALUATING, State.SYNTHESISING)
    late = next(t for t in TURNS if t.kind == "opinion_late")
    for key in theatre.bars.over(BODIES, "征求意见"):
        person = theatre.city.person(key)
        with theatre.writing() as conn:
            request = ask_opinion(
                conn, theatre.cycle_id, theatre.units[person.unit],
                _not_own(conn, ids, person.unit, theatre),
                days=9, actor=drafter, at=on("opinions_sent", 9),
            )  # fmt: skip
            send(conn, request, actor=drafter, at=on("opinions_sent", 10))
        day = late.day if person.unit == late.unit else DAYS["opinions_due"]
        with theatre.writing() as conn:
            answer(
                conn, request, {}, document=f"云复函〔{theatre.year + 1}〕{len(key)}号(虚构)",
                actor=theatre.actor(key), at=at(day, 11),
            )  # fmt: skip
            beside.move(
                conn, Thing.OPINION_REQUEST, request, ThingAction.CLOSE_REQUEST, actor=drafter,
                at=at(day, 15),
            )  # fmt: skip


def _not_own(conn: sa.Connection, ids: list[int], unit: str, theatre: Theatre) -> list[int]:
    """A body is not asked about its own people."""
    own = theatre.units[unit]
    rows = conn.execute(sa.select(Case.id).where(Case.id.in_(ids), Case.unit_id != own))
    return list(rows.scalars())


def inquiries(theatre: Theatre) -> None:
    """The inquiry of the story, reported by one and concluded by another."""
    for turn in TURNS:
        if turn.kind != "inquiry":
            continue
        group, lead = theatre.actor("group1_lead"), theatre.actor("office_lead")
        with theatre.writing() as conn:
            case = _case(conn, theatre.case_of(turn.role))
            inquiry = open_inquiry(
                conn, case, question="白石河突发环境事件预警迟缓的责任", actor=group,
                at=at(turn.day, 9),
            )  # fmt: skip
            beside.move(
                conn, Thing.INQUIRY, inquiry, ThingAction.REPORT_INQUIRY, actor=group,
                at=at(turn.day, 11), payload={"finding": turn.what, "evidence": "值班记录、通报"},
            )  # fmt: skip
            beside.move(
                conn, Thing.INQUIRY, inquiry, ThingAction.CONCLUDE_INQUIRY, actor=lead,
                at=at(turn.day, 16), payload={"conclusion": turn.what},
            )  # fmt: skip


def synthesis(theatre: Theatre) -> None:
    """Compute, write, comment."""
    drafter = theatre.actor(DRAFTER)
    ids = theatre.cases(State.SYNTHESISING)
    with theatre.writing() as conn:
        compute(conn, theatre.cycle_id, ids, actor=drafter, at=on("synthesis", 9))
    with theatre.writing() as conn:
        for case_id in theatre.bars.over(ids, "综合研判"):
            case = _case(conn, case_id)
            performance, shortcomings = synthesis_of(theatre.city.seed, case)
            write_synthesis(
                conn, case, performance=performance, shortcomings=shortcomings,
                grade_opinion=None, actor=drafter, at=on("synthesis", 15),
            )  # fmt: skip
            if case.kind == CaseKind.CADRE and case.commenter_id is not None:
                write_comment(
                    conn, case, text=comment_of(theatre.city.seed, case), grade=None,
                    actor=theatre.actor_of_person(case.commenter_id), at=on("synthesis", 17),
                )  # fmt: skip


def propose(theatre: Theatre) -> None:
    """Grades on the board: the best of each pool within its seats, the story's low ones."""
    drafter = theatre.actor(DRAFTER)
    for pool in theatre.bars.over(_pools(theatre), "考核组别"):
        with theatre.writing() as conn:
            payloads = _proposals(conn, theatre, pool)
            outcomes = perform_many(
                conn, list(payloads), A.PROPOSE, actor=drafter, at=on("proposed", 10),
                payloads=payloads,
            )  # fmt: skip
            theatre.refused(outcomes, "提出等次建议")
            beside.move(
                conn, Thing.POOL, pool.id, ThingAction.BALANCE_POOL, actor=drafter,
                at=on("proposed", 15),
            )  # fmt: skip
            outcomes = perform_many(
                conn, list(payloads), A.SEND_TO_DECIDING, actor=drafter, at=on("proposed", 16)
            )
            theatre.refused(outcomes, "提交会议审定")


def _pools(theatre: Theatre) -> list[Any]:
    with theatre.store.reading() as conn:
        return list(
            conn.execute(
                sa.select(Pool).where(Pool.cycle_id == theatre.cycle_id).order_by(Pool.sort_no)
            )
        )


def _low(theatre: Theatre) -> dict[int, Grade]:
    return {
        theatre.case_of(t.role): Grade(t.details["grade"]) for t in TURNS if t.kind == "grade_low"
    }


def _proposals(conn: sa.Connection, theatre: Theatre, pool: Any) -> dict[int, dict[str, Any]]:
    rows = conn.execute(
        sa.select(Case, Synthesis.composite, Synthesis.bars)
        .join(Synthesis, Synthesis.case_id == Case.id)
        .where(Case.pool_id == pool.id, Case.state == State.SYNTHESISING)
        .order_by(Case.sort_key, Case.id)
    ).all()
    low = _low(theatre)
    held = {theatre.case_of(e.role) for e in EVENTS if e.kind == "under_investigation"}
    able = [r for r in rows if _may_excel(r, low, held)]
    able.sort(key=lambda r: -float(r.composite or 0))
    best = {r.id for r in able[: pool.seats or 0]}
    return {r.id: _proposal(r, best, low, held) for r in rows}


def _may_excel(row: Any, low: dict[int, Grade], held: set[int]) -> bool:
    return (
        not row.bars
        and row.id not in low
        and row.id not in held
        and row.participation == Participation.FULL
        and row.composite is not None
    )


def _proposal(row: Any, best: set[int], low: dict[int, Grade], held: set[int]) -> dict[str, Any]:
    if row.id in held:
        return {"outcome": Outcome.UNGRADED, "ungraded_reason": UngradedReason.INVESTIGATION}
    if row.participation == Participation.COMMENT_ONLY:
        return {"outcome": Outcome.UNGRADED, "ungraded_reason": UngradedReason.PROBATION}
    effects = {b["effect"] for b in row.bars or ()}
    if "ungraded" in effects:
        return {"outcome": Outcome.UNGRADED, "ungraded_reason": UngradedReason.SANCTION}
    middle = Grade.GOOD if row.kind == CaseKind.BODY else Grade.COMPETENT
    grade = low.get(row.id) or (Grade.EXCELLENT if row.id in best else middle)
    given: dict[str, Any] = {"outcome": Outcome.GRADED, "grade": grade}
    if grade != row.suggested_grade:
        quota = row.suggested_grade == Grade.EXCELLENT and grade == middle
        given["deviation"] = DeviationCode.QUOTA if quota else DeviationCode.SYNTHESIS
        given["deviation_text"] = "名额限制" if quota else "综合研判,结合谈话和了解核实情况"
    return given


def decide(theatre: Theatre) -> None:
    """The chain's meetings, then the decision under the pool's lock, release and notice."""
    recorder = theatre.actor(RECORDER)
    decided_at = on("decision", 17)
    for pool in theatre.bars.over(_pools(theatre), "会议审定"):
        _chain(theatre, pool, recorder)
        ids = _members(theatre, pool.id, State.DECIDING)
        with theatre.writing() as conn:
            compute(conn, theatre.cycle_id, ids, actor=recorder, at=decided_at)
            payloads = _decisions(conn, ids, theatre)
            outcomes = perform_many(
                conn, ids, A.DECIDE, actor=recorder, at=decided_at, payloads=payloads
            )
            theatre.refused(outcomes, "记录审定结果")
        with theatre.writing() as conn:
            for action, when in (
                (ThingAction.DECIDE_POOL, decided_at + timedelta(minutes=5)),
                (ThingAction.RELEASE_POOL, on("release", 9)),
            ):
                beside.move(conn, Thing.POOL, pool.id, action, actor=recorder, at=when)


def _chain(theatre: Theatre, pool: Any, recorder: Any) -> None:
    with theatre.store.reading() as conn:
        scheme = scheme_of_cycle(conn, theatre.cycle_id)
        steps = scheme.deciding_chain[Track(pool.track)] if scheme else ()
    meetings = ("synthesis", "proposed", "department_meeting", "decision")
    days = [DAYS[name] for name in meetings][-len(steps) :]
    for number, day in enumerate(days, 1):
        with theatre.writing() as conn:
            record_step(
                conn, pool.id, meeting_no=f"{theatre.year + 1} 年第 {number + 3} 次",
                held_on=day, actor=recorder, at=at(day, 16),
            )  # fmt: skip


def _members(theatre: Theatre, pool_id: int, *states: State) -> list[int]:
    with theatre.store.reading() as conn:
        return list(
            conn.execute(
                sa.select(Case.id)
                .where(Case.pool_id == pool_id, Case.state.in_(states))
                .order_by(Case.id)
            ).scalars()
        )


def _decisions(conn: sa.Connection, ids: list[int], theatre: Theatre) -> dict[int, dict[str, Any]]:
    reasons: dict[int, UngradedReason] = defaultdict(lambda: UngradedReason.SANCTION)
    for event in EVENTS:
        if event.kind == "under_investigation":
            reasons[theatre.case_of(event.role)] = UngradedReason.INVESTIGATION
    rows = conn.execute(sa.select(Case).where(Case.id.in_(ids))).all()
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        given: dict[str, Any] = {
            "outcome": row.proposed_outcome,
            "grade": row.proposed_grade,
            "organ": "中共云州市委常委会(虚构)",
            "document_no": f"云委〔{theatre.year + 1}〕18号(虚构)",
            "decided_on": DAYS["decision"],
        }
        if row.proposed_outcome == Outcome.UNGRADED:
            comment_only = row.participation == Participation.COMMENT_ONLY
            given["ungraded_reason"] = UngradedReason.PROBATION if comment_only else reasons[row.id]
        found[row.id] = given
    return found


def tell(theatre: Theatre) -> None:
    """Publicity where the track requires it, then notice to everybody."""
    from_publicity = theatre.cases(State.DECIDED)
    recorder = theatre.actor(RECORDER)
    with theatre.writing() as conn:
        public = perform_many(
            conn, from_publicity, A.RELEASE_TO_PUBLICITY, actor=recorder,
            at=on("publicity_start", 10),
            payload={
                "ends_on": DAYS["publicity_end"], "range": "本单位", "phone": "内线 6120",
            },
        )  # fmt: skip
    theatre.bars.say(f"  公示 {sum(o.done for o in public)} 人")
    when: datetime = on("notice", 9)
    with theatre.writing() as conn:
        outcomes = perform_many(
            conn, theatre.cases(State.DECIDED, State.IN_PUBLICITY), A.NOTIFY, actor=recorder,
            at=when,
        )  # fmt: skip
    theatre.refused(outcomes, "告知结果")


def _case(conn: sa.Connection, case_id: int) -> Any:
    return conn.execute(sa.select(Case).where(Case.id == case_id)).one()
