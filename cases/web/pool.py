"""考核组别: the board, proposals in bulk, moves with a reason, seats, balance, sending on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside, deciding
from cases.commands import pools as commands
from cases.errors import NotVisible
from cases.jobs import suggestions
from cases.queries import deciding as previews
from cases.queries import pool as queries
from cases.queries.jobs import JobView, jobs_of
from cases.queries.pool_sheet import quota_sheet, recusals_of
from cases.queries.things import resource_of_thing
from cases.web.access import access
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.choices import options
from forms.committee_review import MoveGrade, PoolReason, Proposals, SeatMove, offered, proposals
from workflow.permissions import holds_anywhere, permits
from workflow.vocabulary import (
    Action,
    CaseKind,
    Permission,
    PoolState,
    State,
    Thing,
    ThingAction,
)

blueprint = Blueprint("pools", __name__, url_prefix="/pools")
P = Permission
NEARBY = (P.CYCLE_MANAGE, P.HOLD_PLACE, P.CORRECTION_DRAFT, P.PROPOSE_GRADE, P.SIGNATURE_RECORD)
FILTERS = ("all", "open", "barred", "departs")


@blueprint.get("")
@access(P.POOL_READ)
def index() -> ResponseReturnValue:
    """The pools of the reader's organs."""
    with reading() as conn:
        found = queries.pools_of(conn, current_actor())
    cycles = {line.cycle_id: line.cycle for line in found}
    beside_it = {p.value for p in NEARBY if holds_anywhere(current_actor(), p)}
    return render("pages/pools.html", pools=found, cycles=cycles, may=beside_it)


def _rights(conn: sa.Connection, pool: Any) -> set[str]:
    resource = resource_of_thing(conn, Thing.POOL, pool)
    asked = (
        P.PROPOSE_GRADE, P.POOL_BALANCE, P.SEND_TO_DECIDE, P.DECIDE_GRADE, P.RELEASE_RESULT,
        P.RECUSAL_READ, P.NOTIFY_RESULT, P.OBJECTION_HANDLE, P.EXPLANATION_READ,
    )  # fmt: skip
    return {p.value for p in asked if permits(current_actor(), p, resource)}


def _job(conn: sa.Connection, pool_id: int) -> JobView | None:
    """The reader's newest computation of this pool."""
    account = current_actor().account_id
    mine = jobs_of(conn, account, limit=10) if account is not None else []
    return next(
        (j for j in mine if j.kind == suggestions.KIND and j.payload.get("pool_id") == pool_id),
        None,
    )


def _shown(board: queries.Board, only: str) -> list[queries.BoardRow]:
    if only == "open":
        return [r for r in board.rows if not r.settled]
    if only == "barred":
        return [r for r in board.rows if r.barred]
    if only == "departs":
        return [r for r in board.rows if r.departs]
    return list(board.rows)


@blueprint.get("/<int:pool_id>")
@access(P.POOL_READ, load=queries.load_pool)
def board(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Cases side by side, in official order; recused rows are not there."""
    only = request.args.get("show", "all")
    only = only if only in FILTERS else "all"
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
        rights = _rights(conn, pool)
        recused = recusals_of(conn, pool) if P.RECUSAL_READ in rights else None
        job = _job(conn, pool_id)
    open_ones = [r for r in found.rows if r.case.state == State.SYNTHESISING]
    choosing = pool.state == PoolState.OPEN and P.PROPOSE_GRADE in rights and bool(open_ones)
    page = render(
        "pages/pool_board.html",
        pool=pool,
        board=found,
        rows=_shown(found, only),
        only=only,
        sizes={name: len(_shown(found, name)) for name in FILTERS},
        rights=rights,
        recused=recused,
        job=job,
        form=_proposals(open_ones)(say=say) if choosing else None,
        state=PoolState(pool.state),
        case_url=case_url,
        follow=following(),
    )
    return answer(page, job)


def _proposals(rows: list[queries.BoardRow]) -> type[Proposals]:
    kind = CaseKind(rows[0].case.kind) if rows else CaseKind.CADRE
    return proposals(((r.case.id, r.case.subject_name) for r in rows), kind)


def _posted(pool: Any) -> tuple[queries.Board, Proposals]:
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
    rows = [r for r in found.rows if r.case.state == State.SYNTHESISING]
    return found, _proposals(rows)(request.form, say=say)


@blueprint.post("/<int:pool_id>/check")
@access(P.PROPOSE_GRADE, load=queries.load_pool)
def check(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Name what would be proposed, what can't go and why, and ask for reasons; writes nothing."""
    found, form = _posted(pool)
    return _check_page(pool, found, form)


def _check_page(pool: Any, found: queries.Board, form: Proposals) -> str:
    chosen = form.chosen()
    with reading() as conn:
        answers = previews.preview(
            conn, list(chosen), Action.PROPOSE, actor=current_actor(), on=on(), payloads=chosen
        )
    reasons = {a.case.id: a.reasons for a in answers}
    return render(
        "pages/pool_check.html",
        pool=pool,
        board=found,
        rows=[r for r in found.rows if r.case.id in chosen],
        reasons=reasons,
        ready=sum(not r for r in reasons.values()),
        form=form,
    )


@blueprint.post("/<int:pool_id>/propose")
@access(P.PROPOSE_GRADE, load=queries.load_pool)
def propose(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Propose what was checked, all or none."""
    found, form = _posted(pool)

    def work(conn: sa.Connection) -> str:
        deciding.propose_many(conn, form.chosen(), actor=current_actor(), at=at())
        return url_for(".board", pool_id=pool_id)

    with reading() as conn:
        answers = previews.preview(
            conn, list(form.chosen()), Action.PROPOSE,
            actor=current_actor(), on=on(), payloads=form.chosen(),
        )  # fmt: skip
    if any(a.reasons for a in answers) or not answers:
        return _check_page(pool, found, form), 422
    return save(form, work, lambda: _check_page(pool, found, form))


@blueprint.route("/<int:pool_id>/cases/<int:case_id>/move", methods=["GET", "POST"])
@access(P.PROPOSE_GRADE, load=lambda c, a, p, pool_id, case_id: queries.load_pool(c, a, p, pool_id))
def move(pool: Any, pool_id: int, case_id: int) -> ResponseReturnValue:
    """Put another grade in place of a proposal, with its reason."""
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
    row = next((r for r in found.rows if r.case.id == case_id), None)
    if row is None:
        raise NotVisible(str(case_id))
    form = MoveGrade(request.form if request.method == "POST" else None, say=say)
    form.choice.choices = [form.choice.choices[0], *options(offered(CaseKind(pool.kind)))]
    form.speak()

    def page() -> str:
        return render("pages/pool_move.html", pool=pool, board=found, row=row, form=form)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        deciding.move_grade(
            conn, row.case, payload=form.payload(), actor=current_actor(), at=at(),
            expected_version=version,
        )  # fmt: skip
        return url_for(".board", pool_id=pool_id)

    return save(form, work, page)


@blueprint.route("/<int:pool_id>/quota", methods=["GET", "POST"])
@access(P.POOL_READ, load=queries.load_pool)
def quota(pool: Any, pool_id: int) -> ResponseReturnValue:
    """优秀名额使用情况: due, share, theoretical number, rounded, reserve, cap; moving seats."""
    with reading() as conn:
        sheet = quota_sheet(conn, pool)
        rights = _rights(conn, pool)
    form = SeatMove(request.form if request.method == "POST" else None, say=say)
    names = [(line.pool.id, line.pool.title) for line in sheet.lines]
    form.source.offer(names)
    form.target.offer(names)

    def page() -> str:
        return render("pages/pool_quota.html", pool=pool, sheet=sheet, form=form, rights=rights)

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        assert form.seats.data is not None
        commands.move_seats(
            conn,
            pool.cycle_id,
            source=form.source.data,
            target=form.target.data,
            seats=form.seats.data,
            document=form.document.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".quota", pool_id=pool_id)

    return save(form, work, page)


@blueprint.post("/<int:pool_id>/balance")
@access(P.POOL_BALANCE, load=queries.load_pool)
def balance(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Submit the balance of the pool."""
    return _move(pool_id, ThingAction.BALANCE_POOL, {})


@blueprint.route("/<int:pool_id>/reopen", methods=["GET", "POST"])
@access(P.POOL_BALANCE, load=queries.load_pool)
def reopen(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Take the balance back, with a reason."""
    form = PoolReason(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        waiting = len(previews.members(conn, pool_id, State.DECIDING))

    def page() -> str:
        return render("pages/pool_reopen.html", pool=pool, form=form, waiting=waiting)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.POOL, pool_id, ThingAction.REOPEN_POOL,
            actor=current_actor(), at=at(), payload=form.payload(), expected_version=version,
        )  # fmt: skip
        return url_for(".board", pool_id=pool_id)

    return save(form, work, page)


def _move(pool_id: int, action: ThingAction, payload: dict[str, Any]) -> ResponseReturnValue:
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.POOL, pool_id, action,
            actor=current_actor(), at=at(), payload=payload, expected_version=version,
        )  # fmt: skip
        return url_for(".board", pool_id=pool_id)

    return write(work)


@blueprint.post("/<int:pool_id>/send")
@access(P.SEND_TO_DECIDE, load=queries.load_pool)
def send(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Send the proposed cases of the pool to the deciding meeting, all or none."""

    def work(conn: sa.Connection) -> str:
        deciding.send_to_deciding(conn, pool_id, actor=current_actor(), at=at())
        return url_for("decisions.chain", pool_id=pool_id)

    return write(work)


@blueprint.post("/<int:pool_id>/recompute")
@access(P.POOL_BALANCE, load=queries.load_pool)
def recompute(pool: Any, pool_id: int) -> ResponseReturnValue:
    """Compute suggestions and bars of the pool's cases as a job."""

    def work(conn: sa.Connection) -> str:
        suggestions.ask(conn, pool.cycle_id, pool_id=pool_id, actor=current_actor(), at=at())
        return url_for(".board", pool_id=pool_id)

    return write(work)
