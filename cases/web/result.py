"""我的考核结果: what the person is told, the own statement, a review; signatures for the office."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside, reviews, statements
from cases.errors import NotVisible
from cases.queries import analysis
from cases.queries import result as queries
from cases.queries.visibility import context_of, load_case, resource_for
from cases.web.access import access
from cases.web.installation import at, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.result import FileReview, OwnStatement, Signature
from workflow.permissions import AFTER_NOTICE, permits
from workflow.vocabulary import (
    Permission,
    ReviewKind,
    SignState,
    State,
    Thing,
    ThingAction,
)

blueprint = Blueprint("results", __name__)
P = Permission


def _told(case: Any) -> queries.Result:
    with reading() as conn:
        found = queries.result_of(conn, case, on())
    if found is None:
        raise NotVisible(case.ref)
    return found


@blueprint.get("/my-result")
@access(P.OWN_READ)
def mine() -> ResponseReturnValue:
    """My results; a single told one opens at once."""
    with reading() as conn:
        found = queries.own_results(conn, current_actor())
    told = [r for r in found if State(r.state) in AFTER_NOTICE]
    if len(told) == 1 and len(found) == 1:
        return redirect(url_for(".show", ref=told[0].ref), 303)
    return render("pages/results.html", found=found, told={r.ref for r in told}, case_url=case_url)


@blueprint.get("/cases/<ref>/result")
@access(P.RESULT_READ, load=load_case)
def show(case: Any, ref: str) -> ResponseReturnValue:
    """The result as told: grade, problems and own rates by scope, rights with their last days."""
    found = _told(case)
    actor = current_actor()
    with reading() as conn:
        resource, context = resource_for(conn, actor, case), context_of(conn, actor, case)
        items = analysis.own_sheet(conn, case)
    may = {
        p.value
        for p in (P.STATEMENT_WRITE, P.REVIEW_FILE, P.EXPLANATION_READ, P.SIGNATURE_RECORD)
        if permits(actor, p, resource, context)
    }
    own = actor.person_id is not None and case.person_id == actor.person_id
    if not own:
        note_reading("result", case_id=case.id)
    return render(
        "pages/result.html",
        case=case,
        case_url=case_url(ref),
        result=found,
        may=may,
        own=own,
        items=items,
        on=on(),
        in_time=queries.in_time,
        days_left=queries.days_left,
    )


@blueprint.route("/cases/<ref>/statement", methods=["GET", "POST"])
@access(P.STATEMENT_WRITE, load=load_case)
def statement(case: Any, ref: str) -> ResponseReturnValue:
    """Agree, or disagree in words."""
    found = _told(case)
    posted = request.form if request.method == "POST" else None
    row = found.statement
    agrees = None if row is None or row.agrees is None else "yes" if row.agrees else "no"
    form = OwnStatement(posted, say=say, data={"agrees": agrees, "text": (row and row.text) or ""})

    def page() -> str:
        return render("pages/result_statement.html", case=case, result=found, form=form)

    if posted is None:
        return page()

    def work(conn: sa.Connection) -> str:
        statements.write_statement(
            conn,
            case,
            agrees=form.agrees.data == "yes",
            text=form.text.data or "",
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", ref=ref)

    return save(form, work, page)


@blueprint.route("/cases/<ref>/review", methods=["GET", "POST"])
@access(P.REVIEW_FILE, load=load_case)
def file_review(case: Any, ref: str) -> ResponseReturnValue:
    """Apply for a review or appeal; the clocks are shown with their dates."""
    found = _told(case)
    posted = request.form if request.method == "POST" else None
    after = found.answered
    kind = ReviewKind.APPEAL.value if after is not None else ReviewKind.REVIEW.value
    form = FileReview(posted, say=say, data={"kind": kind})

    def page() -> str:
        return render(
            "pages/result_review.html", case=case, result=found, form=form, on=on(),
            days_left=queries.days_left,
        )  # fmt: skip

    if posted is None:
        return page()

    def work(conn: sa.Connection) -> str:
        chosen = ReviewKind(form.kind.data)
        previous = after.id if after is not None and chosen is ReviewKind.APPEAL else None
        reviews.file_review(
            conn,
            case,
            kind=chosen,
            request=form.request.data,
            grounds=form.grounds.data,
            previous_id=previous,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", ref=ref)

    return save(form, work, page)


@blueprint.post("/cases/<ref>/review/withdraw")
@access(P.REVIEW_FILE, load=load_case)
def withdraw_review(case: Any, ref: str) -> ResponseReturnValue:
    """Take back the review under way."""
    found = _told(case)
    if found.open_review is None:
        raise NotVisible(ref)
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.REVIEW, found.open_review.id, ThingAction.WITHDRAW_REVIEW,
            actor=current_actor(), at=at(), expected_version=version,
        )  # fmt: skip
        return url_for(".show", ref=ref)

    return write(work)


@blueprint.get("/signatures")
@access(P.SIGNATURE_RECORD)
def signatures() -> ResponseReturnValue:
    """Whose signature is not settled."""
    with reading() as conn:
        found = queries.signatures_of(conn, current_actor())
    return render("pages/result_signatures.html", found=found, pending=SignState.PENDING, on=on())


@blueprint.route("/cases/<ref>/signature", methods=["GET", "POST"])
@access(P.SIGNATURE_RECORD, load=load_case)
def signature(case: Any, ref: str) -> ResponseReturnValue:
    """Record what became of the signature."""
    form = Signature(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/result_signature.html", case=case, form=form)

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        statements.record_signature(
            conn,
            case,
            state=SignState(form.state.data),
            signed_on=form.signed_on.data,
            reason=form.reason.data or "",
            review_on=form.review_on.data,
            witnesses=form.witnesses.data or "",
            actor=current_actor(),
            at=at(),
        )
        return url_for(".signatures")

    return save(form, work, page)
