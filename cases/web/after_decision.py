"""Holds, corrections and re-looks: what changes around a result."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside, corrections
from cases.commands import holds as hold_commands
from cases.commands import relook as relook_commands
from cases.errors import Refused
from cases.queries import review as queries
from cases.queries.relook import mark_of_relook
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.choices import options
from forms.review import (
    RELOOKED,
    CloseRelook,
    DraftCorrection,
    DropCorrection,
    LiftHold,
    LookAtHold,
    PlaceHold,
)
from workflow.vocabulary import (
    GRADES,
    CaseKind,
    ConclusionCode,
    CorrectionState,
    Grade,
    HoldKind,
    HoldState,
    Permission,
    Thing,
    ThingAction,
)
from workflow.words import m

holds = Blueprint("holds", __name__)
changes = Blueprint("corrections", __name__)
P = Permission
CONCLUSIONS = {w.value: w for words in (ConclusionCode, Grade) for w in words}


@holds.get("/holds")
@access(P.HOLD_PLACE)
def index() -> ResponseReturnValue:
    """Holds in force and lifted; who awaits a grade after one."""
    with reading() as conn:
        found = queries.holds_of(conn, current_actor())
    return render(
        "pages/review_holds.html",
        holds=found,
        waiting=queries.awaiting_grade(found),
        kinds={k.value: k for k in HoldKind},
        placed=HoldState.PLACED,
        case_url=case_url,
    )


@holds.route("/cases/<ref>/holds/new", methods=["GET", "POST"])
@access(P.HOLD_PLACE, load=load_case)
def place(case: Any, ref: str) -> ResponseReturnValue:
    """Place a hold."""
    posted = request.form if request.method == "POST" else None
    data = {"since": on(), "review_on": hold_commands.next_look(on())}
    form = PlaceHold(posted, say=say, data=data)

    def page() -> str:
        return render("pages/review_hold_new.html", case=case, form=form)

    if posted is None:
        return page()

    def work(conn: sa.Connection) -> str:
        assert form.since.data is not None
        hold_commands.place_hold(
            conn,
            case,
            kind=HoldKind(form.kind.data),
            since=form.since.data,
            document=form.document.data,
            reason=form.reason.data or "",
            review_on=form.review_on.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".index")

    return save(form, work, page)


@holds.route("/holds/<int:hold_id>/look", methods=["GET", "POST"])
@access(P.HOLD_PLACE, load=queries.load_hold)
def look(hold: Any, hold_id: int) -> ResponseReturnValue:
    """Note that the hold was looked at and goes on; say when to look next."""
    posted = request.form if request.method == "POST" else None
    data = {"review_on": hold_commands.next_look(on())}
    form = LookAtHold(posted, say=say, data=data)

    def page() -> str:
        kind = HoldKind(hold.kind)
        return render("pages/review_hold_look.html", hold=hold, form=form, kind=kind)

    if posted is None:
        return page()

    def work(conn: sa.Connection) -> str:
        hold_commands.look_again(
            conn, hold_id, finding=form.finding.data or "", next_on=form.review_on.data,
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".index")

    return save(form, work, page)


@holds.route("/holds/<int:hold_id>/lift", methods=["GET", "POST"])
@access(P.HOLD_LIFT, load=queries.load_hold)
def lift(hold: Any, hold_id: int) -> ResponseReturnValue:
    """Lift a hold; a case already decided ungraded then awaits a correction."""
    form = LiftHold(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/review_hold_lift.html", hold=hold, form=form, kind=HoldKind(hold.kind))

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.HOLD, hold_id, ThingAction.LIFT_HOLD,
            actor=current_actor(), at=at(), payload=form.payload(), expected_version=version,
        )  # fmt: skip
        return url_for(".index")

    return save(form, work, page)


@changes.get("/corrections")
@access(P.CORRECTION_DRAFT)
def listed() -> ResponseReturnValue:
    """Corrections, open ones first."""
    with reading() as conn:
        found = queries.corrections_of(conn, current_actor())
    return render(
        "pages/review_corrections.html", found=found, words=CONCLUSIONS,
        states={s.value: s for s in CorrectionState},
    )  # fmt: skip


@changes.route("/cases/<ref>/corrections/new", methods=["GET", "POST"])
@access(P.CORRECTION_DRAFT, load=load_case)
def draft(case: Any, ref: str) -> ResponseReturnValue:
    """Draft a correction to another grade."""
    form = DraftCorrection(request.form if request.method == "POST" else None, say=say)
    form.grade.choices = options([(g.value, g) for g in GRADES[CaseKind(case.kind)]])
    form.speak()

    def page() -> str:
        return render("pages/review_correction_new.html", case=case, form=form, words=CONCLUSIONS)

    if request.method != "POST":
        return page()

    def work(conn: sa.Connection) -> str:
        made = corrections.draft_correction(
            conn,
            case,
            grade=Grade(form.grade.data),
            document=form.document.data,
            reason=form.reason.data,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".one", correction_id=made)

    return save(form, work, page)


@changes.get("/cases/<ref>/correction")
@access(P.DECIDE_GRADE, load=load_case)
def approved(case: Any, ref: str) -> ResponseReturnValue:
    """To the approved correction, which is carried out from its own page."""
    with reading() as conn:
        found = queries.approved_correction(conn, case.id)
    if found is None:
        raise Refused([m("没有已批准的更正")])
    return redirect(url_for(".one", correction_id=found))


@changes.get("/corrections/<int:correction_id>")
@access(P.EXPLANATION_READ, load=queries.load_correction)
def one(row: Any, correction_id: int) -> ResponseReturnValue:
    """A correction with the effects to undo, and what comes next."""
    with reading() as conn:
        made = queries.name_of(conn, row.made_by)
        approved = queries.name_of(conn, row.approved_by)
    return render(
        "pages/review_correction.html", row=row, made=made, approved=approved, words=CONCLUSIONS,
        state=CorrectionState(row.state), actor=current_actor(), case_url=case_url(row.ref),
    )  # fmt: skip


@changes.post("/corrections/<int:correction_id>/approve")
@access(P.CORRECTION_APPROVE, load=queries.load_correction)
def approve(row: Any, correction_id: int) -> ResponseReturnValue:
    """Approve a correction somebody else drafted."""
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.CORRECTION, correction_id, ThingAction.APPROVE_CORRECTION,
            actor=current_actor(), at=at(), expected_version=version,
        )  # fmt: skip
        return url_for(".one", correction_id=correction_id)

    return write(work)


@changes.post("/corrections/<int:correction_id>/carry-out")
@access(P.DECIDE_GRADE, load=queries.load_correction)
def carry_out(row: Any, correction_id: int) -> ResponseReturnValue:
    """Write the approved correction into the case."""

    def work(conn: sa.Connection) -> str:
        corrections.carry_out(conn, correction_id, actor=current_actor(), at=at())
        return url_for(".one", correction_id=correction_id)

    return write(work)


@changes.route("/corrections/<int:correction_id>/drop", methods=["GET", "POST"])
@access(P.CORRECTION_APPROVE, load=queries.load_correction)
def drop(row: Any, correction_id: int) -> ResponseReturnValue:
    """Don't correct, with the reason."""
    form = DropCorrection(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/review_correction_drop.html", row=row, form=form)

    if request.method != "POST":
        return page()
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.CORRECTION, correction_id, ThingAction.DROP_CORRECTION,
            actor=current_actor(), at=at(), payload=form.payload(), expected_version=version,
        )  # fmt: skip
        return url_for(".one", correction_id=correction_id)

    return save(form, work, page)


@changes.get("/relooks")
@access(P.PROPOSE_GRADE)
def relooks() -> ResponseReturnValue:
    """Cases that a later figure would change; a person says what follows."""
    return _relooks(CloseRelook(say=say))


def _relooks(form: CloseRelook) -> str:
    with reading() as conn:
        found = queries.relooks_of(conn, current_actor())
    marks = {row.id: mark_of_relook(row) for alike in found for row in alike}
    return render("pages/review_relooks.html", found=found, marks=marks, form=form)


@changes.post("/relooks/<int:relook_id>")
@access(P.PROPOSE_GRADE, load=queries.load_relook)
def settle(row: Any, relook_id: int) -> ResponseReturnValue:
    """Close a re-look."""
    form = CloseRelook(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        relook_commands.close(
            conn,
            relook_id,
            str(RELOOKED[str(form.conclusion.data)]),
            actor=current_actor(),
            at=at(),
            seen=request.form.get("_seen", ""),
        )
        return url_for(".relooks")

    return save(form, work, lambda: _relooks(form))
