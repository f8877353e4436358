"""现场测评包: choosing it, the file for the laptop, the urn file that comes back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.ballot_box import hall_file
from cases.ballot_box.arrivals import Arrival
from cases.ballot_box.refusals import BallotBoxRefusal
from cases.commands import hall_kit as commands
from cases.errors import Invalid, Refused
from cases.queries.meeting import load_meeting, meeting_view
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.urns import pepper, urns
from cases.web.writing import carry_out, checked, save
from forms.hall import ChooseKit, DropKit, TakeBack
from workflow.vocabulary import Permission

blueprint = Blueprint("hall", __name__, url_prefix="/meetings")
P = Permission


@blueprint.route("/<ref>/hall", methods=["GET", "POST"])
@access(P.MEETING_PLAN, load=load_meeting)
def choose(row: Any, ref: str) -> ResponseReturnValue:
    """Hold this meeting with the hall kit, or see how far its urn has come."""
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
        kit = commands.kit_of(conn, row.id)
    form = ChooseKit(request.form if request.method == "POST" else None, say=say)

    def page() -> ResponseReturnValue:
        return render("stages/public_evaluation/hall.html", v=view, kit=kit, form=form)

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.choose_kit(
                conn, store, row.id, str(form.address.data), actor=current_actor(), at=at()
            )
        return url_for(".choose", ref=ref)

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.route("/<ref>/hall/drop", methods=["GET", "POST"])
@access(P.MEETING_PLAN, load=load_meeting)
def drop(row: Any, ref: str) -> ResponseReturnValue:
    """Back to the office's own booth; an urn that was handed out is accounted for."""
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
        kit = commands.kit_of(conn, row.id)
    if kit is None:
        return redirect(url_for("meeting.show", ref=ref), 303)
    form = DropKit(request.form if request.method == "POST" else None, say=say)
    if kit.handed_at is None:
        del form.where, form.unused

    def page() -> ResponseReturnValue:
        return render("stages/public_evaluation/hall_drop.html", v=view, kit=kit, form=form)

    def work(conn: sa.Connection) -> str:
        where = str(form.where.data) if form.where else ""
        with urns() as store:
            commands.drop_kit(conn, store, row.id, where=where, actor=current_actor(), at=at())
        return url_for("meeting.show", ref=ref)

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.post("/<ref>/hall/file")
@access(P.MEETING_HOLD, load=load_meeting)
def file(row: Any, ref: str) -> ResponseReturnValue:
    """The prepared urn for the laptop; asking again gives the same bytes."""
    made: list[bytes] = []

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            made.append(
                commands.hand_out(
                    conn, store, row.id, pepper=pepper(), actor=current_actor(), at=at()
                )
            )
        return url_for(".choose", ref=ref)

    done = carry_out(work)
    if not made:
        return redirect(done.location, 303)
    return download(made[0], (row.urn_id or ref) + hall_file.SUFFIX)


def download(content: bytes, name: str) -> ResponseReturnValue:
    """A file to be saved."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.route("/<ref>/hall/return", methods=["GET", "POST"])
@access(P.MEETING_HOLD, load=load_meeting, uploads=True)
def take_back(row: Any, ref: str) -> ResponseReturnValue:
    """Import the urn that was closed in the hall; a second time nothing changes and it says so.

    Open to a meeting without the kit too: whoever brings a file is told what became of its urn.
    """
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
    both: Any = CombinedMultiDict([request.form, request.files])
    posted = both if request.method == "POST" else None
    form = TakeBack(posted, say=say, data=None if posted else {"due": view.members})

    def page(arrival: Arrival | None = None) -> str:
        return render(
            "stages/public_evaluation/hall_return.html", v=view, form=form, arrival=arrival
        )

    if posted is None:
        return page()
    if not checked(form):
        return page(), 422
    found: list[Arrival] = []

    def work(conn: sa.Connection) -> str:
        chosen: Any = form.file.data
        brought = commands.Brought(chosen.stream.read(), str(form.digest.data))
        with urns() as store:
            found.append(
                commands.take_back(
                    conn,
                    store,
                    row.id,
                    brought,
                    due=int(form.due.data or 0),
                    present=int(form.present.data or 0),
                    actor=current_actor(),
                    at=at(),
                )
            )
        return url_for("meeting.show", ref=ref)

    try:
        done = carry_out(work)
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    except (BallotBoxRefusal, Refused) as e:
        form.take({"file": e.reasons[0]})
        return page(), 409
    if found and not found[0].fresh:
        return page(found[0])
    return redirect(done.location, 303)
