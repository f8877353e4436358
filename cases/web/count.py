"""启封计票 at the office: two holders' shares in, the tally out; signatures; the tally page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import count as commands
from cases.errors import Invalid, Refused
from cases.queries.meeting import load_meeting, meeting_view
from cases.queries.tally import tally_of
from cases.web.access import access
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.keys import entries
from cases.web.presentation import render, say
from cases.web.proof import asks_proof
from cases.web.session import current_actor
from cases.web.urns import rehearsal, urns
from cases.web.writing import checked, unproved, write
from forms.keys import Shares
from workflow.vocabulary import Permission, Role

blueprint = Blueprint("count", __name__, url_prefix="/meetings")
P = Permission


@blueprint.route("/<ref>/opening", methods=["GET", "POST"])
@access(P.URN_OPEN, load=load_meeting)
@asks_proof
def opening(row: Any, ref: str) -> ResponseReturnValue:
    """Two holders enter their shares and passphrases; nothing typed here is stored or logged."""
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
    form = Shares(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("stages/public_evaluation/opening.html", v=view, form=form)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), unproved() or 422
    try:
        with kaoji().store.transaction() as conn, urns() as store:
            commands.open_count(
                conn,
                store,
                row.id,
                entries(form),
                rehearsal=rehearsal(),
                actor=current_actor(),
                at=at(),
            )
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    except Refused as e:  # nine typed lines are not lost to a refusal
        form.take({str(n): reason for n, reason in enumerate(e.reasons)})
        return page(), 409
    return redirect(url_for("meeting.show", ref=ref), 303)


@blueprint.get("/<ref>/tally")
@access(P.TALLY_READ, load=load_meeting)
def tally(row: Any, ref: str) -> ResponseReturnValue:
    """测评统计表: merged groups only; every opening of this page is entered into the read log."""
    return _tally(row)


@blueprint.get("/<ref>/tally/sign")
@access(P.TALLY, load=load_meeting)
def to_sign(row: Any, ref: str) -> ResponseReturnValue:
    """The same page for the tellers, who sign it."""
    return _tally(row)


def _tally(row: Any) -> ResponseReturnValue:
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
        found = tally_of(conn, row)
    if found is None:
        return redirect(url_for("meeting.show", ref=row.ref), 303)
    note_reading("tally", object_id=row.id)
    mine = current_actor().person_id in found.signers
    return render("stages/public_evaluation/tally.html", v=view, t=found, roles=Role, mine=mine)


@blueprint.post("/<ref>/sign")
@access(P.TALLY, load=load_meeting)
def sign(row: Any, ref: str) -> ResponseReturnValue:
    """Teller or supervisor signs the tally."""

    def work(conn: sa.Connection) -> str:
        commands.sign_tally(conn, row.id, actor=current_actor(), at=at())
        return url_for(".to_sign", ref=ref)

    return write(work)


@blueprint.post("/<ref>/record")
@access(P.TALLY, load=load_meeting)
def record(row: Any, ref: str) -> ResponseReturnValue:
    """Record the count; figures that call for it open inquiries."""

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.record_count(conn, store, row.id, actor=current_actor(), at=at())
        return url_for("meeting.show", ref=ref)

    return write(work)
