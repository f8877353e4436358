"""测评怎样保密: what is proven, conceded and not promised; the officers' checklist for the hall."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cases.ballot_box.trust import CHECKLIST, by_standing
from cases.queries.meeting import load_meeting
from cases.queries.trust import trusted_cycle, trusted_meeting
from cases.web.access import access, signed_in
from cases.web.installation import on, reading
from cases.web.presentation import render
from cases.web.urns import booth_url
from workflow.vocabulary import Permission

blueprint = Blueprint("trust", __name__)


@blueprint.get("/trust")
@signed_in
def index() -> ResponseReturnValue:
    """The claims, with the custody rule and the key of the present cycle."""
    with reading() as conn:
        found = trusted_cycle(conn)
    return render("pages/trust.html", found=found, ref="", claims=by_standing(), booth=booth_url())


@blueprint.get("/meetings/<ref>/trust")
@access(Permission.SIGNED_IN, load=load_meeting)
def meeting(row: Any, ref: str) -> ResponseReturnValue:
    """The same for one meeting, with the marks of its frozen ballot."""
    with reading() as conn:
        found = trusted_meeting(conn, row)
    return render("pages/trust.html", found=found, ref=ref, claims=by_standing(), booth=booth_url())


@blueprint.get("/meetings/<ref>/checklist")
@access(Permission.SIGNED_IN, load=load_meeting)
def checklist(row: Any, ref: str) -> ResponseReturnValue:
    """The officers' checklist, to be printed on one A4 page and ticked by hand."""
    with reading() as conn:
        found = trusted_meeting(conn, row)
    return render("pages/hall_checklist.html", row=row, found=found, parts=CHECKLIST, on=on())
