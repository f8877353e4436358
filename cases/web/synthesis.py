"""综合研判 of one case, the leader's comment, and the full explanation sheet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import synthesis as commands
from cases.jobs import suggestions
from cases.queries import committee_review as queries
from cases.queries.explanation import road_of
from cases.queries.visibility import context_of, load_case, resource_for
from cases.web.access import access
from cases.web.installation import at, note_reading, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.choices import options
from forms.committee_review import LeaderCommentText, SynthesisText, grades_of
from workflow.permissions import permits
from workflow.vocabulary import CaseKind, Grade, Permission, State

blueprint = Blueprint("syntheses", __name__)
P = Permission


def _may(conn: sa.Connection, case: Any, *asked: Permission) -> set[str]:
    actor = current_actor()
    resource = resource_for(conn, actor, case)
    context = context_of(conn, actor, case)
    return {p.value for p in asked if permits(actor, p, resource, context)}


@blueprint.get("/cases/<ref>/synthesis")
@access(P.SYNTHESIS_READ, load=load_case)
def show(case: Any, ref: str) -> ResponseReturnValue:
    """Computed parts, bars, flags, the written synthesis."""
    return _page(case, None)


def _page(case: Any, form: SynthesisText | None) -> str:
    with reading() as conn:
        study = queries.study_of(conn, case)
        rights = _may(conn, case, P.PROPOSE_GRADE, P.EXPLANATION_READ, P.POOL_READ, P.HOLD_PLACE)
    note_reading("synthesis", case_id=case.id)
    writes = P.PROPOSE_GRADE in rights and case.state == State.SYNTHESISING
    if form is None and writes:
        form = _form(
            case,
            None,
            {
                "performance": study.performance,
                "shortcomings": study.shortcomings,
                "grade_opinion": study.grade_opinion.value if study.grade_opinion else None,
            },
        )
    return render(
        "stages/committee_review/synthesis.html",
        case=case,
        case_url=case_url(case.ref),
        study=study,
        form=form,
        rights=rights,
    )


def _form(case: Any, posted: Any, data: dict[str, Any] | None = None) -> SynthesisText:
    form = SynthesisText(posted, say=say, data=data)
    form.grade_opinion.offer([(g.value, g) for g in grades_of(CaseKind(case.kind))])
    form.speak()
    return form


@blueprint.post("/cases/<ref>/synthesis")
@access(P.PROPOSE_GRADE, load=load_case)
def store(case: Any, ref: str) -> ResponseReturnValue:
    """Store the written synthesis."""
    form = _form(case, request.form)

    def work(conn: sa.Connection) -> str:
        opinion = form.grade_opinion.data
        commands.write_synthesis(
            conn,
            case,
            performance=form.performance.data,
            shortcomings=form.shortcomings.data,
            grade_opinion=Grade(opinion) if opinion else None,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", ref=ref)

    return save(form, work, lambda: _page(case, form))


@blueprint.get("/cases/<ref>/explanation")
@access(P.EXPLANATION_READ, load=load_case)
def explain(case: Any, ref: str) -> ResponseReturnValue:
    """The arithmetic from the total down to each indicator; who opened it is noted."""
    with reading() as conn:
        study = queries.study_of(conn, case)
        road = road_of(conn, case, current_actor())
    note_reading("explanation", case_id=case.id)
    return render(
        "stages/committee_review/explanation.html",
        case=case,
        case_url=case_url(case.ref),
        study=study,
        road=road,
    )


@blueprint.get("/comments")
@access(P.COMMENT_WRITE)
def comments() -> ResponseReturnValue:
    """Whom I comment on."""
    with reading() as conn:
        found = queries.comments_of(conn, current_actor())
    return render("stages/committee_review/comments.html", found=found)


@blueprint.route("/cases/<ref>/comment", methods=["GET", "POST"])
@access(P.COMMENT_WRITE, load=load_case)
def comment(case: Any, ref: str) -> ResponseReturnValue:
    """The comment and suggested grade of the one who comments."""
    posted = request.form if request.method == "POST" else None
    with reading() as conn:
        study = queries.study_of(conn, case)
    grade = study.comment_grade.value if study.comment_grade else None
    form = LeaderCommentText(posted, say=say, data={"text": study.comment or "", "grade": grade})
    form.grade.choices = options([(g.value, g) for g in grades_of(CaseKind(case.kind))])
    form.speak()
    still_open = case.state in queries.COMMENTED_IN

    def page() -> str:
        return render(
            "stages/committee_review/comment.html",
            case=case, case_url=case_url(ref), study=study, form=form, still_open=still_open,
        )  # fmt: skip

    if posted is None:
        return page()

    def work(conn: sa.Connection) -> str:
        commands.write_comment(
            conn,
            case,
            text=form.text.data,
            grade=Grade(form.grade.data) if form.grade.data else None,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".comments")

    return save(form, work, page)


@blueprint.post("/cycles/<int:cycle_id>/suggestions")
@access(P.CYCLE_MANAGE)
def recompute(cycle_id: int) -> ResponseReturnValue:
    """Compute the suggestions of a whole cycle as a job."""

    def work(conn: sa.Connection) -> str:
        commands.may_compute(conn, cycle_id, actor=current_actor())
        job = suggestions.ask(conn, cycle_id, actor=current_actor(), at=at())
        return url_for("bulk.show", job_id=job)

    return write(work)
