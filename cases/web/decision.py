"""会议审定: the chain of meetings, the one act of deciding, release, publicity, notice."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside, deciding
from cases.commands import pools as commands
from cases.commands.objections import receive_objection
from cases.commands.transition import perform, perform_many
from cases.models import Case
from cases.queries import deciding as previews
from cases.queries import pool as queries
from cases.queries import publicity as public
from cases.queries.calendar import working_days
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import resource_of_thing
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, kaoji, on, reading
from cases.web.presentation import render, say
from cases.web.proof import asks_proof
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, unproved, write
from forms.committee_review import (
    DecidePool,
    HandleObjection,
    Meeting,
    ObjectionReceived,
    PoolReason,
    PublicityNotice,
    meeting_form,
)
from workflow.permissions import permits
from workflow.rules import rule_count
from workflow.timetable import publicity_ends_on
from workflow.vocabulary import (
    Action,
    CaseKind,
    DecisionResult,
    Outcome,
    Permission,
    PoolState,
    State,
    Thing,
    ThingAction,
    Track,
)

blueprint = Blueprint("decisions", __name__)
P = Permission
ASKED = (P.DECIDE_GRADE, P.RELEASE_RESULT, P.NOTIFY_RESULT, P.OBJECTION_HANDLE, P.POOL_BALANCE)


def _rights(conn: sa.Connection, pool: Any) -> set[str]:
    resource = resource_of_thing(conn, Thing.POOL, pool)
    return {p.value for p in ASKED if permits(current_actor(), p, resource)}


@blueprint.get("/pools/<int:pool_id>/chain")
@access(P.POOL_READ, load=queries.load_pool)
def chain(pool: Any, pool_id: int) -> ResponseReturnValue:
    """How far the chain is, what each meeting did, and what comes next."""
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
        items = public.items_of(conn, pool_id)
        decisions = public.decisions_of(conn, pool_id)
        window = public.window_of(conn, pool_id)
        objections = public.objections_of(conn, pool_id)
        rights = _rights(conn, pool)
        needed = public.needs_publicity(conn, pool, found.rows)
    by_state: dict[str, int] = {}
    for row in found.rows:
        by_state[row.case.state] = by_state.get(row.case.state, 0) + 1
    return render(
        "pages/pool_chain.html",
        pool=pool,
        board=found,
        items=items,
        decisions=decisions,
        window=window,
        objections=objections,
        rights=rights,
        needed=needed,
        by_state=by_state,
        state=PoolState(pool.state),
        results={r.value: r for r in DecisionResult},
    )


def _rows(pool: Any) -> queries.Board:
    with reading() as conn:
        return queries.board_of(conn, pool, current_actor())


@blueprint.route("/pools/<int:pool_id>/meeting", methods=["GET", "POST"])
@access(P.DECIDE_GRADE, load=queries.load_pool)
def meeting(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Record the next meeting for the whole list: all passed, but the rows named."""
    board = _rows(pool)
    rows = [r for r in board.rows if r.case.state == State.DECIDING]
    names = ((r.case.id, r.case.subject_name) for r in rows)
    made = meeting_form(names, CaseKind(pool.kind))
    form: Meeting = made(request.form if request.method == "POST" else None, say=say)
    number = len(board.steps)
    step = board.chain[number] if number < len(board.chain) else None

    def page() -> str:
        return render(
            "pages/pool_meeting.html", pool=pool, board=board, rows=rows, form=form, step=step,
            number=number + 1,
        )  # fmt: skip

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        assert form.held_on.data is not None
        commands.record_step(
            conn,
            pool_id,
            meeting_no=form.meeting_no.data,
            held_on=form.held_on.data,
            changed=form.changed(),
            votes=form.votes(),
            actor=current_actor(),
            at=at(),
        )
        return url_for(".chain", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/pools/<int:pool_id>/decide", methods=["GET", "POST"])
@access(P.DECIDE_GRADE, load=queries.load_pool)
@asks_proof
def decide(pool: Any, pool_id: int) -> ResponseReturnValue:
    """The list as it will be decided, then the one act."""
    form = DecidePool(
        request.form if request.method == "POST" else None,
        say=say,
        data={"organ": kaoji().organ_name, "decided_on": on()},
    )

    def page() -> str:
        with reading() as conn:
            board = queries.board_of(conn, pool, current_actor())
            filled = deciding.payloads_of(conn, pool_id)
            answers = previews.preview(
                conn, list(filled), Action.DECIDE, actor=current_actor(), on=on(), payloads=filled
            )
        shown = {r.case.id: r for r in board.rows}
        stale = str(public.NOT_FRESH)
        lines = [
            (
                shown[a.case.id],
                filled[a.case.id],
                [why for why in a.reasons if str(why) != stale],
            )
            for a in answers
            if a.case.id in shown
        ]
        return render(
            "pages/pool_decide.html", pool=pool, board=board, lines=lines, form=form,
            ungraded=Outcome.UNGRADED.value,
        )  # fmt: skip

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        assert form.decided_on.data is not None
        deciding.decide_pool(
            conn,
            pool_id,
            organ=form.organ.data,
            document_no=form.document_no.data,
            decided_on=form.decided_on.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".chain", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/pools/<int:pool_id>/return", methods=["GET", "POST"])
@access(P.DECIDE_GRADE, load=queries.load_pool)
def give_back(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Send all cases at the meeting back to the drafting division, with a reason."""
    form = PoolReason(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        rows = previews.members(conn, pool_id, State.DECIDING)

    def page() -> str:
        return render("pages/pool_return.html", pool=pool, form=form, waiting=len(rows))

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        done = perform_many(
            conn,
            [r.id for r in rows],
            Action.RETURN_TO_PROPOSED,
            actor=current_actor(),
            at=at(),
            payload={"reason": form.reason.data},
        )
        deciding.all_or_none(conn, done)
        return url_for(".chain", pool_id=pool_id)

    return save(form, work, page)


@blueprint.post("/pools/<int:pool_id>/release")
@access(P.RELEASE_RESULT, load=queries.load_pool)
def release(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Release the decided results of the pool."""
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.POOL, pool_id, ThingAction.RELEASE_POOL,
            actor=current_actor(), at=at(), expected_version=version,
        )  # fmt: skip
        return url_for(".chain", pool_id=pool_id)

    return write(work)


@blueprint.route("/pools/<int:pool_id>/publicity", methods=["GET", "POST"])
@access(P.RELEASE_RESULT, load=queries.load_pool)
def publicity(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Publish the 优秀 of the pool; the window counts working days."""
    with reading() as conn:
        scheme = scheme_of_cycle(conn, pool.cycle_id)
        rule = scheme.publicity.get(Track(pool.track)) if scheme else None
        days = rule.working_days if rule else rule_count("publicity")
        ends = publicity_ends_on(on(), days, working_days(conn))
        board = queries.board_of(conn, pool, current_actor())
        rows = public.needs_publicity(conn, pool, board.rows)
    form = PublicityNotice(
        request.form if request.method == "POST" else None,
        say=say,
        data={"ends_on": ends, "phone": kaoji().settings.organ_phone, "range": ""},
    )

    def page() -> str:
        return render(
            "pages/pool_publicity.html", pool=pool, rows=rows, form=form, days=days,
            cycle=board.cycle,
        )  # fmt: skip

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        assert form.ends_on.data is not None
        public.long_enough(form.ends_on.data, ends)
        done = perform_many(
            conn,
            [r.case.id for r in rows],
            Action.RELEASE_TO_PUBLICITY,
            actor=current_actor(),
            at=at(),
            payload=form.payload(),
        )
        deciding.all_or_none(conn, done)
        return url_for(".chain", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/pools/<int:pool_id>/notify", methods=["GET", "POST"])
@access(P.NOTIFY_RESULT, load=queries.load_pool)
@asks_proof
def notify(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Give notice to everybody of the pool whose result may be told; the others are named."""
    with reading() as conn:
        rows = previews.members(conn, pool_id, State.DECIDED, State.IN_PUBLICITY)
        answers = previews.preview(
            conn, [r.id for r in rows], Action.NOTIFY, actor=current_actor(), on=on()
        )
    ready = [a for a in answers if not a.reasons]
    if request.method != "POST" or unproved():
        page = render(
            "pages/pool_notify.html", pool=pool, ready=ready,
            stuck=[a for a in answers if a.reasons],
        )  # fmt: skip
        return page, unproved() or 200

    def work(conn: sa.Connection) -> str:
        done = perform_many(
            conn, [a.case.id for a in ready], Action.NOTIFY, actor=current_actor(), at=at()
        )
        deciding.all_or_none(conn, done)
        return url_for(".chain", pool_id=pool_id)

    return write(work)


@blueprint.route("/pools/<int:pool_id>/objections", methods=["GET", "POST"])
@access(P.OBJECTION_HANDLE, load=queries.load_pool)
def objections(pool: Any, pool_id: int) -> ResponseReturnValue:
    """The register of objections of a pool, and a new one."""
    with reading() as conn:
        board = queries.board_of(conn, pool, current_actor())
        found = public.objections_of(conn, pool_id)
    published = [r.case for r in board.rows if r.case.state == State.IN_PUBLICITY]
    visible = {r.case.id for r in board.rows}
    form = ObjectionReceived(request.form if request.method == "POST" else None, say=say)
    form.case_id.offer([(c.id, f"{c.subject_name} {c.unit_name}") for c in published])

    def page() -> str:
        return render(
            "pages/pool_objections.html",
            pool=pool,
            objections=[o for o in found if o.case_id in visible],
            published=published,
            form=form,
        )

    if request.method != "POST":
        return page()
    by_id = {c.id: c for c in published}

    def work(conn: sa.Connection) -> str:
        receive_objection(
            conn,
            by_id[form.case_id.data],
            content=form.content.data,
            real_name=form.real_name.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".objections", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/objections/<int:objection_id>", methods=["GET", "POST"])
@access(P.OBJECTION_HANDLE, load=public.load_objection)
def objection(row: Any, objection_id: int) -> ResponseReturnValue:
    """Handle an objection: what was found, and whether it is true."""
    form = HandleObjection(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/pool_objection.html", row=row, form=form)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        true = form.result.data == "substantiated"
        beside.move(
            conn,
            Thing.OBJECTION,
            objection_id,
            ThingAction.SUBSTANTIATE_OBJECTION if true else ThingAction.DISMISS_OBJECTION,
            actor=current_actor(),
            at=at(),
            payload={"finding": form.finding.data},
            expected_version=version,
        )
        pool_id = conn.execute(sa.select(Case.pool_id).where(Case.id == row.case_id)).scalar_one()
        return url_for(".objections", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/cases/<ref>/uphold-objection", methods=["GET", "POST"])
@access(P.OBJECTION_HANDLE, load=load_case)
def uphold(case: Any, ref: str) -> ResponseReturnValue:
    """Send a case whose objection was found true back to synthesis."""
    form = PoolReason(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/pool_uphold.html", case=case, form=form)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        perform(
            conn, case.id, Action.UPHOLD_OBJECTION,
            actor=current_actor(), at=at(), payload=form.payload(), expected_version=version,
        )  # fmt: skip
        return url_for(".objections", pool_id=case.pool_id)

    return save(form, work, page)
