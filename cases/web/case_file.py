"""考核卷: the page of one case, each of its parts at full length, and all of its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.queries import case_file as queries
from cases.queries.basis import place_of_state
from cases.queries.reminding import others_see_to
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import note_reading, on, reading
from cases.web.move_pages import label_of_move, on_behalf, url_of_move
from cases.web.presentation import address, current, render, say
from cases.web.session import current_actor
from workflow.grammar import Direction
from workflow.machine import Offer
from workflow.permissions import Actor
from workflow.vocabulary import Action, EntryBasis, Permission, Role, State
from workflow.words import m

blueprint = Blueprint("case_file", __name__)
P = Permission
HISTORY = "history"
READ_AS = {"self_report": "self_report"}
"""What the read log calls a part; the others are the case's."""


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
        whole=False,
        talks=dict(queries.parts_of(page.rights)).get("talks"),
        tabs=_tabs(ref, page.rights),
        missing=_open_needs(page, ref, _leader(sections)),
        awaited=_awaited(page, ref, _leader(sections)),
        list_url=_list_url(),
        place=place_of_state(page.facts.state),
        primary=_button(case, forward[0]) if forward else None,
        others=[_button(case, o) for o in offers if not forward or o is not forward[0]],
    )


def _tabs(ref: str, rights: frozenset[str], room: str = "") -> list[tuple[str, str, bool]]:
    """(address, text, whether it is the present one) of the case's pages."""
    here = address("case_file.show", ref=ref)
    parts = [
        (_part_url(here, name), say(title), name == room)
        for name, title in queries.parts_of(rights)
    ]
    last = (f"{here}/{HISTORY}", say(m("经过")), room == HISTORY)
    return [(here, say(m("概览")), not room), *parts, last]


def _part_url(case_url: str, room: str) -> str:
    """The address of a part, without asking for a rule a dozen times a page."""
    return f"{case_url}/parts/{room}"


ROOM_OF: dict[str, str] = {
    "report_is_open": "self_report",
    "sections_are_complete": "self_report",
    "report_is_within_length": "self_report",
    "data_is_settled": "data_collection",
    "evaluation_is_settled": "public_evaluation",
    "synthesis_is_written": "committee_review",
    "comment_is_written": "committee_review",
    "inquiries_are_concluded": "talks",
    "opinions_are_closed": "talks",
    "measures_are_settled": "result_application",
    "first_volume_is_filed": "archive",
    "continuation_is_filed": "archive",
    "four_check_is_passed": "archive",
}
"""Guard -> the part of the case where it is seen to."""


def _open_needs(page: queries.CasePage, ref: str, leader: str | None) -> list[dict[str, str]]:
    """What is missing: the sentence, the part where it stands, and who is waited for."""
    rooms = dict(queries.parts_of(page.rights))
    here = address("case_file.show", ref=ref)
    found = []
    for need in page.needs:
        if need.refusal is None:
            continue
        room = ROOM_OF.get(need.guard, "")
        named = {Role.SUPERVISING_LEADER: leader or ""}
        who = [" ".join(filter(None, (say(r), named.get(r, "")))) for r in need.waits_for]
        waits = say(m("等待：%(who)s", who=who)) if who else ""
        line = {
            "text": say(need.refusal),
            "url": _part_url(here, room) if room in rooms else "",
            "who": say(m("；")).join(filter(None, (waits, _told(page.reminded, need.guard)))),
        }
        if P.REMIND.value in page.rights and others_see_to(need):
            line["action"] = say(m("催办") if (page.left or 0) < 0 else m("提醒"))
            line["action_url"] = f"{here}/remind/{need.guard}"
        found.append(line)
    return found


def _awaited(page: queries.CasePage, ref: str, leader: str | None) -> list[dict[str, str]]:
    """The step that others have to take, for the office to remind of; where nothing is missing."""
    step = queries.step_of_case(page.facts) if P.REMIND.value in page.rights else None
    if step is None or not others_see_to(step):
        return []
    return _open_needs(replace(page, needs=(step,)), ref, leader)


def _told(reminded: Mapping[str, Sequence[date]], guard: str) -> str:
    """When the office last reminded of it."""
    days = reminded.get(guard)
    if not days:
        return ""
    last = current().date(days[-1], today=on(), weekday=False)
    return say(m("%(day)s已提醒 %(n)s 次", day=last, n=len(days)))


def _leader(sections: list[dict[str, Any]]) -> str | None:
    """Who comments, as far as the reader may know."""
    studies = (s["part"]["study"] for s in sections if s["room"] == "committee_review")
    return next((study.commenter for study in studies if study is not None), None)


def _list_url() -> str | None:
    return address("cases.index") if "cases.index" in current_app.view_functions else None


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


def _case(conn: sa.Connection, actor: Actor, permission: Permission, *, ref: str, room: str) -> Any:
    return load_case(conn, actor, permission, ref)


@blueprint.get("/cases/<ref>/parts/<room>")
@access(P.CASE_READ, load=_case)
def part(case: Any, ref: str, room: str) -> ResponseReturnValue:
    """One part of the case at full length, cut down to the reader's rights."""
    actor = current_actor()
    with reading() as conn:
        rights = queries.rights_of(conn, case, actor)
        titles = dict(queries.parts_of(rights))
        if room not in titles:
            raise NotVisible(room)
        found = queries.part_of(conn, case, actor, room)
    if room in READ_AS or P.SYNTHESIS_READ.value in rights:
        note_reading(READ_AS.get(room, "case"), case_id=case.id)
    return render(
        "pages/case_part.html",
        case=case,
        state=State(case.state),
        room=room,
        title=titles[room],
        part=found,
        whole=True,
        tabs=_tabs(ref, rights, room),
        list_url=_list_url(),
    )


@blueprint.get("/cases/<ref>/history")
@access(P.CASE_READ, load=load_case)
def history(case: Any, ref: str) -> ResponseReturnValue:
    """Everything that happened, as far as the reader may know."""
    actor = current_actor()
    with reading() as conn:
        entries = queries.history_of(conn, case, actor)
        rights = queries.rights_of(conn, case, actor)
    return render(
        "pages/case_history.html",
        case=case,
        state=State(case.state),
        entries=entries,
        tabs=_tabs(ref, rights, HISTORY),
        list_url=_list_url(),
    )
