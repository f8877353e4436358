"""考核卷: the page of one case, and all of its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue

from cases.queries import case_file as queries
from cases.queries.basis import place_of_state
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import note_reading, on, reading
from cases.web.move_pages import label_of_move, on_behalf, url_of_move
from cases.web.presentation import render, say
from cases.web.session import current_actor
from workflow.grammar import Direction
from workflow.machine import Offer
from workflow.vocabulary import Action, EntryBasis, Permission

blueprint = Blueprint("case_file", __name__)
P = Permission


@blueprint.get("/cases/<ref>")
@access(P.CASE_READ, load=load_case)
def show(case: Any, ref: str) -> ResponseReturnValue:
    """Where the case stands, what is missing, what can be done, its sections and its way."""
    actor = current_actor()
    with reading() as conn:
        page = queries.page_of(conn, case, actor, on())
        sections = queries.sections_of(conn, case, actor)
    if P.SYNTHESIS_READ.value in page.rights:
        note_reading("case", case_id=case.id)
    ordered = page.facts.correction_approved
    offers = [
        o
        for o in page.offers
        if not _anothers(o, sections) and (ordered or o.action is not Action.CORRECT_GRADE)
    ]
    forward = [o for o in offers if o.transition.direction is Direction.FORWARD]
    forward.sort(key=lambda o: (bool(o.transition.form), bool(o.refusals)))
    return render(
        "pages/case.html",
        page=page,
        case=case,
        sections=sections,
        list_url=_list_url(),
        place=place_of_state(page.facts.state),
        primary=_button(case, forward[0]) if forward else None,
        others=[_button(case, o) for o in offers if not forward or o is not forward[0]],
    )


def _list_url() -> str | None:
    return url_for("cases.index") if "cases.index" in current_app.view_functions else None


def _anothers(offer: Offer, sections: list[dict[str, Any]]) -> bool:
    """Whether the move would take back what the person himself handed in."""
    if offer.action is not Action.WITHDRAW or not on_behalf(offer):
        return False
    parts = (s["part"] for s in sections if s["room"] == "self_report")
    return any(part["report"].basis is EntryBasis.SELF for part in parts)


def _button(case: Any, offer: Offer) -> dict[str, Any]:
    return {
        "label": say(label_of_move(offer)),
        "url": url_of_move(case, offer),
        "refused": bool(offer.refusals),
        "why": offer.refusals[0] if offer.refusals else None,
        "returns": offer.transition.direction is Direction.RETURN,
    }


@blueprint.get("/cases/<ref>/history")
@access(P.CASE_READ, load=load_case)
def history(case: Any, ref: str) -> ResponseReturnValue:
    """Everything that happened, as far as the reader may know."""
    with reading() as conn:
        entries = queries.history_of(conn, case, current_actor())
    return render(
        "pages/case_history.html", case=case, entries=entries, back=url_for(".show", ref=ref)
    )
