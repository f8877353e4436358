"""复核申诉: the reviewer's queue and decision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside
from cases.commands import reviews as commands
from cases.queries import committee_review
from cases.queries import review as queries
from cases.web.access import access
from cases.web.installation import at, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.choices import options
from forms.review import RejectReview, ReviewDecision
from workflow.vocabulary import (
    GRADES,
    CaseKind,
    Grade,
    Permission,
    ReviewKind,
    ReviewState,
    Thing,
    ThingAction,
)

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")
P = Permission


@blueprint.get("")
@access(P.REVIEW_HANDLE)
def index() -> ResponseReturnValue:
    """Reviews by their statutory last day."""
    with reading() as conn:
        waiting, answered = queries.reviews_of(conn, current_actor())
    return render(
        "pages/reviews.html", waiting=waiting, answered=answered, on=on(),
        kinds={k.value: k for k in ReviewKind}, states={s.value: s for s in ReviewState},
    )  # fmt: skip


def _better(review: Any) -> list[tuple[str, Grade]]:
    """Grades a review may change to: better than the present one."""
    scale = GRADES[CaseKind(review.case_kind)]
    now = Grade(review.decided_grade) if review.decided_grade else None
    best = scale[: scale.index(now)] if now in scale else scale
    return [(g.value, g) for g in best]


def _decision(review: Any, posted: Any) -> ReviewDecision:
    form = ReviewDecision(posted, say=say)
    form.new_grade.choices = options(_better(review))
    form.speak()
    return form


def _page(review: Any, form: ReviewDecision) -> str:
    with reading() as conn:
        decision = queries.decision_in_force(conn, review.case_id)
        case = committee_review.case_of(conn, review.case_id)
        study = committee_review.study_of(conn, case)
    note_reading("review", case_id=review.case_id, object_id=review.id)
    return render(
        "pages/review.html",
        review=review,
        decision=decision,
        study=study,
        form=form,
        grade=Grade(review.decided_grade) if review.decided_grade else None,
        kind=ReviewKind(review.kind),
        state=ReviewState(review.state),
        left=(review.due_on - on()).days,
        case_url=case_url(review.ref),
    )


@blueprint.get("/<int:review_id>")
@access(P.REVIEW_HANDLE, load=queries.load_review)
def show(review: Any, review_id: int) -> ResponseReturnValue:
    """The request, the result in force, the figures behind it, and the decision form."""
    return _page(review, _decision(review, None))


@blueprint.post("/<int:review_id>/accept")
@access(P.REVIEW_HANDLE, load=queries.load_review)
def accept(review: Any, review_id: int) -> ResponseReturnValue:
    """Take the review up."""
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.REVIEW, review_id, ThingAction.ACCEPT_REVIEW,
            actor=current_actor(), at=at(), expected_version=version,
        )  # fmt: skip
        return url_for(".show", review_id=review_id)

    return write(work)


@blueprint.route("/<int:review_id>/reject", methods=["GET", "POST"])
@access(P.REVIEW_HANDLE, load=queries.load_review)
def reject(review: Any, review_id: int) -> ResponseReturnValue:
    """Don't take it up, with the reason."""
    form = RejectReview(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/review_reject.html", review=review, form=form)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.REVIEW, review_id, ThingAction.REJECT_REVIEW,
            actor=current_actor(), at=at(), payload=form.payload(), expected_version=version,
        )  # fmt: skip
        return url_for(".show", review_id=review_id)

    return save(form, work, page)


@blueprint.post("/<int:review_id>/decide")
@access(P.REVIEW_DECIDE, load=queries.load_review)
def decide(review: Any, review_id: int) -> ResponseReturnValue:
    """Uphold the result or change it to a better grade."""
    form = _decision(review, request.form)

    def work(conn: sa.Connection) -> str:
        change = form.outcome.data == "change"
        commands.decide_review(
            conn,
            review_id,
            new_grade=commands.grade_named(form.new_grade.data) if change else None,
            decision=form.decision.data,
            document=form.document.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", review_id=review_id)

    return save(form, work, lambda: _page(review, form))
