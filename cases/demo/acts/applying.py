"""Act: own opinions, reviews, measures, papers, filing, the late figure, the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.corrections import carry_out, draft_correction
from cases.commands.filing import continue_volumes, file_volumes, order_addendum
from cases.commands.measures import assign, confirm, give_back, report
from cases.commands.reviews import decide_review, file_review
from cases.commands.statements import record_signature, write_statement
from cases.commands.transition import perform_many
from cases.demo.city.story import DAYS, TURNS
from cases.demo.theatre import Theatre, at, on
from cases.documents.press import available
from cases.files.store import FileStore
from cases.jobs import papers
from cases.jobs.handlers import handlers
from cases.jobs.outbox import drain
from cases.jobs.tools import Tools
from cases.models import Case, Hold, Measure, Outbox, Statement
from cases.notices.deliver import Mailer
from workflow.permissions import SYSTEM
from workflow.vocabulary import (
    Action,
    CaseKind,
    Grade,
    HoldState,
    MeasureState,
    ReviewKind,
    SignState,
    State,
    Thing,
    ThingAction,
)

CLERKS = ("office_clerk_a", "office_clerk_b")


def after(theatre: Theatre, when: datetime, label: str) -> None:
    """Carry out what waits in the outbox, as if it were then: messages and papers."""
    tools = Tools(theatre.store, FileStore(theatre.settings.files), theatre.settings, lambda: when)
    waits = sa.select(sa.func.count()).where(Outbox.done_at.is_(None), Outbox.available_at <= when)
    with theatre.store.reading() as conn:
        waiting = conn.execute(waits).scalar_one()

    def stop() -> bool:
        with theatre.store.reading() as conn:
            left = conn.execute(waits).scalar_one()
        theatre.bars.show(label, max(0, waiting - left), waiting)
        return False

    def clock() -> datetime:
        return when

    quick = handlers(tools, Mailer(theatre.settings))
    rest = {kind: handler for kind, handler in quick.items() if kind != papers.KIND}
    drain(theatre.store, rest, now=clock, stop=stop, others=False)
    if available() is None:
        papers.drain_papers(tools, now=clock, stop=stop)
    theatre.bars.show(label, waiting, waiting, last=True)


def statements(theatre: Theatre) -> None:
    """Everybody answers; one is abroad and signs later."""
    absent = next(t for t in TURNS if t.kind == "unsigned")
    away = theatre.person_id(absent.role)
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(Case)
            .where(Case.cycle_id == theatre.cycle_id, Case.state == State.NOTIFIED)
            .order_by(Case.sort_key, Case.id)
        ).all()
    with theatre.writing() as conn:
        for row in theatre.bars.over(rows, "本人意见"):
            if row.person_id == away:
                record_signature(
                    conn, row, state=SignState.PENDING, reason=absent.what,
                    review_on=date.fromisoformat(absent.details["review"]),
                    actor=theatre.actor("office_clerk_a"), at=on("statement_due", 16),
                )  # fmt: skip
            elif row.kind == CaseKind.CADRE:
                write_statement(
                    conn, row, agrees=True, actor=theatre.actor_of_person(row.person_id),
                    at=on("statement_due", 10),
                )  # fmt: skip
            else:
                head = _head(conn, row)
                if head is not None:
                    write_statement(
                        conn, row, agrees=True, actor=theatre.actor_of_person(head),
                        at=on("statement_due", 11),
                    )  # fmt: skip
    with theatre.writing() as conn:
        perform_many(
            conn, [r.id for r in rows], Action.START_APPLICATION, actor=SYSTEM,
            at=at(DAYS["statement_due"] + timedelta(days=1), 8),
        )  # fmt: skip


def _head(conn: sa.Connection, body: Any) -> int | None:
    found: int | None = conn.execute(
        sa.select(Case.person_id)
        .where(
            Case.cycle_id == body.cycle_id,
            Case.unit_id == body.unit_id,
            Case.post_rank == "chief",
        )
        .order_by(Case.sort_key)
        .limit(1)
    ).scalar()
    return found


def reviews(theatre: Theatre) -> None:
    """One review changes the grade, one upholds it."""
    open_ones: dict[str, int] = {}
    for turn in TURNS:
        if turn.kind == "review_asked":
            subject = theatre.actor_of_person(theatre.person_id(turn.role))
            with theatre.writing() as conn:
                case = _case(conn, theatre.case_of(turn.role))
                open_ones[turn.role] = file_review(
                    conn, case, kind=ReviewKind.REVIEW, request="请求复核考核等次",
                    grounds=turn.what, actor=subject, at=at(turn.day, 9),
                )  # fmt: skip
        elif turn.kind == "review_decided":
            _decide(theatre, turn, open_ones[turn.role])


def _decide(theatre: Theatre, turn: Any, review: int) -> None:
    reviewer = theatre.actor("reviewer_b")
    grade = Grade(turn.details["grade"]) if turn.details["outcome"] == "changed" else None
    with theatre.writing() as conn:
        beside.move(
            conn, Thing.REVIEW, review, ThingAction.ACCEPT_REVIEW, actor=reviewer,
            at=at(turn.day - timedelta(days=7), 9),
        )  # fmt: skip
        decide_review(
            conn, review, new_grade=grade, decision=turn.what,
            document=f"云复〔{theatre.year + 1}〕{review}号(虚构)", actor=reviewer,
            at=at(turn.day, 10),
        )  # fmt: skip


def hold_lifted(theatre: Theatre) -> None:
    """The investigation ends without a sanction: the grade is filled in (补定等次)."""
    turn = next(t for t in TURNS if t.kind == "investigation_closed")
    case_id = theatre.case_of(turn.role)
    lead, clerk = theatre.actor("office_lead"), theatre.actor("office_clerk_a")
    recorder = theatre.actor("recorder_b")
    grade = Grade(turn.details["grade"])
    with theatre.writing() as conn:
        hold = conn.execute(
            sa.select(Hold.id).where(Hold.case_id == case_id, Hold.state == HoldState.PLACED)
        ).scalar_one()
        beside.move(
            conn, Thing.HOLD, hold, ThingAction.LIFT_HOLD, actor=lead, at=at(turn.day, 9),
            payload={"conclusion": turn.what},
        )  # fmt: skip
        correction = draft_correction(
            conn, _case(conn, case_id), grade=grade, reason=turn.what,
            document=f"云委〔{theatre.year + 1}〕31号(虚构)", actor=clerk, at=at(turn.day, 10),
        )  # fmt: skip
        beside.move(
            conn, Thing.CORRECTION, correction, ThingAction.APPROVE_CORRECTION, actor=lead,
            at=at(turn.day, 14),
        )  # fmt: skip
        carry_out(conn, correction, actor=recorder, at=at(turn.day, 16))


def measures(theatre: Theatre) -> None:
    """Proposed measures are assigned, reported with proof, confirmed by another."""
    first, second = (theatre.actor(key) for key in CLERKS)
    turn = next(t for t in TURNS if t.kind == "measure_returned")
    returned = {"left": 1, "case": theatre.case_of(turn.role)}
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(Measure, Case.unit_id)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.cycle_id == theatre.cycle_id, Measure.state == MeasureState.PROPOSED)
            .order_by(Measure.id)
        ).all()
    contacts = _contacts(theatre)
    for row in theatre.bars.over(rows, "结果运用事项"):
        owner = row.unit_id
        with theatre.writing() as conn:
            assign(
                conn, row.id, owner_unit_id=owner, due_on=DAYS["measures_due"], actor=first,
                at=on("filing", 9),
            )  # fmt: skip
            report(
                conn, row.id, result="已按要求办理完成", proof="办理情况说明(虚构)",
                actor=contacts[owner], at=at(turn.day - timedelta(days=1), 10),
            )  # fmt: skip
            if row.case_id == returned["case"] and returned["left"]:
                returned["left"] = 0
                give_back(conn, row.id, reason=turn.what, actor=second, at=at(turn.day, 10))
                report(
                    conn, row.id, result="已补齐整改证明", proof="整改证明(虚构)",
                    actor=contacts[owner], at=on("measures_done", 9),
                )  # fmt: skip
            confirm(conn, row.id, actor=second, at=on("measures_done", 15))


def _contacts(theatre: Theatre) -> dict[int, Any]:
    found = {}
    for place in theatre.city.bodies:
        key = "contact_environment" if place.code == "YZ-C01" else f"contact/{place.code}"
        found[theatre.units[place.code]] = theatre.actor(key)
    return found


def filing(theatre: Theatre) -> None:
    """First volumes within the month of notice."""
    ids = theatre.cases(State.NOTIFIED, State.APPLYING)
    archivist = theatre.actor("office_clerk_c")
    with theatre.writing() as conn:
        filed = file_volumes(conn, ids, actor=archivist, at=on("filing", 10))
    _say(theatre, filed, "首卷归档")


def _say(theatre: Theatre, filed: Any, what: str) -> None:
    for one in filed:
        if not one.done:
            theatre.bars.say(f"  ! {what} {one.case_id}: {'; '.join(str(r) for r in one.reasons)}")


def late_signature(theatre: Theatre) -> None:
    """The signature made up later: a page of its own, the frozen form untouched."""
    turn = next(t for t in TURNS if t.kind == "unsigned")
    day = date.fromisoformat(turn.details["signed"])
    with theatre.writing() as conn:
        case = _case(conn, theatre.case_of(turn.role))
        record_signature(
            conn, case, state=SignState.SIGNED, signed_on=day,
            actor=theatre.actor("office_clerk_a"), at=at(day, 10),
        )  # fmt: skip
        order_addendum(conn, case.id, at=at(day, 11))


def close(theatre: Theatre) -> None:
    """Continuations, closing, archive."""
    archivist, clerk = theatre.actor("archivist"), theatre.actor("office_clerk_c")
    when = on("archive", 9)
    with theatre.writing() as conn:
        perform_many(
            conn, theatre.cases(State.NOTIFIED), Action.START_APPLICATION, actor=SYSTEM, at=when
        )
    ids = theatre.cases(State.APPLYING)
    with theatre.writing() as conn:
        closed = perform_many(conn, ids, Action.CLOSE, actor=clerk, at=when)
    theatre.refused(closed, "办结")
    with theatre.writing() as conn:
        filed = continue_volumes(conn, _with_measures(conn, ids), actor=clerk, at=on("archive", 10))
    _say(theatre, filed, "续卷归档")
    after(theatre, on("archive", 12), "续卷")
    with theatre.writing() as conn:
        done = perform_many(
            conn, theatre.cases(State.CLOSED), Action.ARCHIVE, actor=archivist,
            at=on("archive", 15),
        )  # fmt: skip
    theatre.refused(done, "归档")


def _with_measures(conn: sa.Connection, ids: list[int]) -> list[int]:
    """Cases with something to add to the first volume."""
    with_measure = sa.select(Measure.case_id).where(Measure.state == MeasureState.CONFIRMED)
    late = sa.select(Statement.case_id).where(Statement.signed_on > DAYS["filing"])
    rows = conn.execute(
        sa.select(Case.id)
        .where(Case.id.in_(ids), Case.id.in_(with_measure) | Case.id.in_(late))
        .order_by(Case.id)
    )
    return list(rows.scalars())


def _case(conn: sa.Connection, case_id: int) -> Any:
    return conn.execute(sa.select(Case).where(Case.id == case_id)).one()


def printing(label: str, day: str, hour: int) -> Callable[[Theatre], None]:
    """An act that only lets the outbox run."""

    def run(theatre: Theatre) -> None:
        after(theatre, on(day, hour), label)

    return run
