"""考核对象审核: the list to confirm, one case's settings, facts, exclusion, recusal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import scoping as commands
from cases.commands.scoping import Event
from cases.commands.transition import perform
from cases.errors import Invalid
from cases.jobs import bulk_move
from cases.queries import jobs
from cases.queries import scoping as queries
from cases.queries.accounts import units_in_order
from cases.queries.setup import CycleView
from cases.queries.visibility import load_case
from cases.web.access import access, current_actor
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.setup import load_cycle
from cases.web.writing import posted_version, save, write
from forms.scoping import (
    EVENT_KINDS,
    AddEvent,
    DeclareRelation,
    Exclude,
    SetCommenter,
    SetGroup,
    SetParticipation,
)
from workflow.vocabulary import (
    Action,
    ConclusionCode,
    Grade,
    Participation,
    ParticipationReason,
    Permission,
    State,
)
from workflow.words import m

blueprint = Blueprint("scoping", __name__)
P = Permission
PAGE = 100
BATCH = 5_000
"""Cases confirmed at one time, at most."""
STATES = {"scoped": State.SCOPED, "not_assessed": State.NOT_ASSESSED}
KINDS = dict(EVENT_KINDS)


def _after() -> tuple[int, int] | None:
    key, _, case_id = request.args.get("after", "").partition("-")
    good = all(t.isascii() and t.isdigit() and len(t) < 18 for t in (key, case_id))
    return (int(key), int(case_id)) if good else None


def _ids(values: list[str]) -> list[int]:
    return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 16]


@blueprint.get("/cycles/<ref>/scoping")
@access(P.SCOPE_CASES, load=load_cycle)
def index(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """The cases of a year, those to be confirmed first."""
    asked = request.args.get("state", "scoped")
    state = STATES.get(asked)
    job_ids = _ids([request.args.get("job", "")])
    actor = current_actor()
    with reading() as conn:
        rows = queries.case_page(conn, actor, cycle.id, state=state, after=_after(), limit=PAGE + 1)
        counts = queries.counts(conn, actor, cycle.id)
        job = jobs.job(conn, job_ids[0], account_id=actor.account_id) if job_ids else None
        left = jobs.rows_of(conn, job_ids[0], outcomes=NOT_DONE) if job_ids else []
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    page = render(
        "stages/scoping/list.html",
        cycle=cycle,
        rows=[_shown(row) for row in rows[:PAGE]],
        counts=counts,
        asked=asked if asked in (*STATES, "all") else "all",
        job=job,
        left=left,
        more=f"{last.sort_key}-{last.id}" if last else "",
        first=_after() is None,
        follow=following(),
    )
    return answer(page, job)


NOT_DONE = (jobs.RowOutcome.REFUSED, jobs.RowOutcome.SKIPPED, jobs.RowOutcome.FAILED)


def _shown(row: Any) -> dict[str, Any]:
    reason, code = row.participation_reason, row.conclusion
    return {
        **row._mapping,
        "state": State(row.state),
        "participation": Participation(row.participation) if row.participation else None,
        "participation_reason": ParticipationReason(reason) if reason else None,
        "conclusion": _conclusion(code) if code else None,
    }


def _conclusion(code: str) -> ConclusionCode | Grade:
    """A cadre's national code, or the grade of a body, which has none."""
    return Grade(code) if code in set(Grade) else ConclusionCode(code)


@blueprint.get("/cycles/<ref>/scoping/confirm")
@access(P.SCOPE_CASES, load=load_cycle)
def preview(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Who would be confirmed: those ticked, or all that can be."""
    ids = None if request.args.get("all") else _ids(request.args.getlist("case"))
    with reading() as conn:
        rows = queries.ready_cases(conn, current_actor(), cycle.id, ids)[:BATCH]
    return render("stages/scoping/preview.html", cycle=cycle, rows=rows)


@blueprint.post("/cycles/<ref>/scoping/confirm")
@access(P.SCOPE_CASES, load=load_cycle)
def confirm(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Open the self-reports of the cases previewed, as a job with a result for each."""

    def work(conn: sa.Connection) -> str:
        posted = _ids(request.form.get("cases", "").split(",")[:BATCH])
        rows = queries.ready_cases(conn, current_actor(), cycle.id, posted)
        if not rows:
            raise Invalid({"case": m("没有选中待审核的考核对象")})
        job = bulk_move.ask(
            conn,
            Action.OPEN_SELF_REPORT,
            [row.id for row in rows],
            actor=current_actor(),
            at=at(),
            versions={row.id: row.version for row in rows},
        )
        return url_for(".index", ref=ref, job=job)

    return write(work)


@blueprint.get("/cases/<ref>/scoping")
@access(P.SCOPE_CASES, load=load_case)
def case(found: Any, ref: str) -> ResponseReturnValue:
    """One case: how it takes part, who comments, the group, the facts behind it."""
    return _page(found)


def _page(found: Any, **forms: Any) -> ResponseReturnValue:
    with reading() as conn:
        commenters = queries.commenters(conn, found)
        candidates = queries.group_candidates(conn, found)
        group = queries.group_of(conn, found.id)
        events = queries.events_of(conn, found)
        organ, assisting = queries.organ_names(conn, found)
        units = units_in_order(conn)
    shown = {
        "participation": SetParticipation(
            say=say,
            data={
                "participation": found.participation,
                "participation_reason": found.participation_reason,
                "conclusion": found.conclusion,
            },
        ),
        "commenter": SetCommenter(say=say, data={"commenter": found.commenter_id}),
        "group": SetGroup(say=say, data={"members": group}),
        "event": AddEvent(say=say),
        "exclude": Exclude(say=say, prefix="exclude-"),
    } | forms
    shown["commenter"].commenter.offer(commenters)
    shown["group"].members.offer(candidates)
    shown["event"].from_unit_id.offer(units)
    names = dict(commenters)
    return render(
        "stages/scoping/case.html",
        case=_shown(found),
        case_url=case_url(found.ref),
        forms=shown,
        wrong=next(iter(forms.values()), None),
        events=events,
        kinds=KINDS,
        organ=organ,
        assisting=assisting,
        commenter=names.get(found.commenter_id, ""),
        group=[name for person, name in candidates if person in group],
        cadre=found.person_id is not None,
    )


@blueprint.post("/cases/<ref>/scoping/participation")
@access(P.SCOPE_CASES, load=load_case)
def participation(found: Any, ref: str) -> ResponseReturnValue:
    """Settle how somebody takes part."""
    form = SetParticipation(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        reason, code = form.participation_reason.data, form.conclusion.data
        commands.set_participation(
            conn,
            found.id,
            Participation(str(form.participation.data)),
            reason=ParticipationReason(reason) if reason else None,
            conclusion=ConclusionCode(code) if code else None,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".case", ref=ref)

    return save(form, work, lambda: _page(found, participation=form))


@blueprint.post("/cases/<ref>/scoping/commenter")
@access(P.SCOPE_CASES, load=load_case)
def commenter(found: Any, ref: str) -> ResponseReturnValue:
    """Say who comments and suggests a grade."""
    form = SetCommenter(request.form, say=say)
    with reading() as conn:
        form.commenter.offer(queries.commenters(conn, found))

    def work(conn: sa.Connection) -> str:
        chosen = int(form.commenter.data or 0)
        commands.set_commenter(conn, found.id, chosen, actor=current_actor(), at=at())
        return url_for(".case", ref=ref)

    return save(form, work, lambda: _page(found, commenter=form))


@blueprint.post("/cases/<ref>/scoping/group")
@access(P.SCOPE_CASES, load=load_case)
def group(found: Any, ref: str) -> ResponseReturnValue:
    """Say who is in the assessment group."""
    form = SetGroup(request.form, say=say)
    with reading() as conn:
        form.members.offer(queries.group_candidates(conn, found))

    def work(conn: sa.Connection) -> str:
        chosen = [int(person) for person in form.members.data or ()]
        commands.assign(conn, [found.id], chosen, actor=current_actor(), at=at())
        return url_for(".case", ref=ref)

    return save(form, work, lambda: _page(found, group=form))


@blueprint.post("/cases/<ref>/scoping/event")
@access(P.SCOPE_CASES, load=load_case)
def event(found: Any, ref: str) -> ResponseReturnValue:
    """Enter a fact about the subject; the proposal follows."""
    form = AddEvent(request.form, say=say)
    with reading() as conn:
        form.from_unit_id.offer(units_in_order(conn))

    def work(conn: sa.Connection) -> str:
        values: dict[str, Any] = {k: v or None for k, v in form.payload().items()}
        values["case_related"] = bool(form.case_related.data)
        fact = Event(person_id=found.person_id, unit_id=found.body_unit_id, **values)
        commands.add_event(conn, fact, actor=current_actor(), at=at())
        return url_for(".case", ref=ref)

    return save(form, work, lambda: _page(found, event=form))


@blueprint.post("/cases/<ref>/scoping/exclude")
@access(P.SCOPE_CASES, load=load_case)
def exclude(found: Any, ref: str) -> ResponseReturnValue:
    """Not assessed this year, through the door."""
    form = Exclude(request.form, say=say, prefix="exclude-")

    def work(conn: sa.Connection) -> str:
        perform(
            conn,
            found.id,
            Action.EXCLUDE,
            actor=current_actor(),
            at=at(),
            payload=form.payload(),
            expected_version=posted_version(),
        )
        return url_for(".case", ref=ref)

    return save(form, work, lambda: _page(found, exclude=form))


@blueprint.route("/recusals", methods=["GET", "POST"])
@access(P.RECUSAL_DECLARE)
def recusal() -> ResponseReturnValue:
    """Declare somebody with whom I step back; only the secretary and the chair see with whom."""
    posted = request.method == "POST"
    form = DeclareRelation(request.form if posted else None, say=say)
    with reading() as conn:
        form.unit.offer(units_in_order(conn))

    def page() -> ResponseReturnValue:
        declared = request.args.get("declared") == "1"
        return render("stages/scoping/recusal.html", form=form, declared=declared)

    def work(conn: sa.Connection) -> str:
        me = current_actor().person_id
        found = queries.people_called(conn, form.other.data or "", form.unit.data)
        if me is None or not found:
            raise Invalid({"other": m("名册中没有此人,请核对姓名和单位")})
        if len(found) > 1:
            raise Invalid({"unit": m("有多人同名,请选择所在单位")})
        commands.declare_relation(
            conn,
            me,
            found[0],
            declared_on=on(),
            note=form.note.data or "",
            actor=current_actor(),
            at=at(),
        )
        return url_for(".recusal", declared=1)

    return save(form, work, page) if posted else page()
