"""征求意见, the asker's side: letters to several bodies at once, sent, returned, closed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside, opinion_requests
from cases.errors import Invalid, NotVisible
from cases.queries.calendar import working_days
from cases.queries.opinions import RequestRow, askable, bodies, items_of, load_request, requests
from cases.queries.unit_results import newest_cycle
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.opinions import AskOpinion, RequestReason
from workflow.rules import rule_count
from workflow.timetable import working_days_between
from workflow.vocabulary import OpinionRequestState, Permission, Thing, ThingAction
from workflow.words import m

blueprint = Blueprint("opinions", __name__, url_prefix="/opinions")
P = Permission
USUAL_DAYS = rule_count("opinion_reply")
STEPS: dict[str, ThingAction] = {
    "send": ThingAction.SEND_REQUEST,
    "recall": ThingAction.RECALL_REQUEST,
    "return": ThingAction.RETURN_ANSWER,
    "close": ThingAction.CLOSE_REQUEST,
    "close-unanswered": ThingAction.CLOSE_UNANSWERED,
}
WITH_REASON = ("recall", "return", "close-unanswered")


def days_left(conn: sa.Connection, rows: list[RequestRow]) -> dict[int, int]:
    """Letter id -> working days to its due day, while the answer is awaited."""
    waiting = [r for r in rows if r.state is OpinionRequestState.SENT and r.due_on is not None]
    calendar = working_days(conn) if waiting else {}
    return {r.id: working_days_between(on(), r.due_on, calendar) for r in waiting if r.due_on}


@blueprint.get("")
@access(P.OPINION_ASK)
def index() -> ResponseReturnValue:
    """Every letter, and who has not answered yet."""
    with reading() as conn:
        found = requests(conn, current_actor(), P.OPINION_ASK)
        left = days_left(conn, found)
    waiting = [r for r in found if r.state is OpinionRequestState.SENT]
    late = [r for r in waiting if left.get(r.id, 0) < 0]
    return render("pages/opinions.html", requests=found, left=left, waiting=waiting, late=late)


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.OPINION_ASK)
def ask() -> ResponseReturnValue:
    """Draft one letter to each ticked body about the whole cycle or the cases named."""
    with reading() as conn:
        cycle = newest_cycle(conn, current_actor(), P.OPINION_ASK)
        if cycle is None:
            raise NotVisible("cycle")
        addressed = bodies(conn)
        cases = askable(conn, current_actor(), cycle.id)
    posted = request.method == "POST"
    first = {"days": USUAL_DAYS, "about": "all"} if not posted else None
    form = AskOpinion(request.form if posted else None, say=say, data=first)
    form.bodies.offer([(str(i), name) for i, name in addressed])

    def page() -> str:
        return render(
            "pages/opinion_new.html", cycle=cycle, form=form, bodies=addressed, n=len(cases)
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        chosen = _chosen(form, cases)
        for body in form.bodies.data or ():
            opinion_requests.ask_opinion(
                conn, cycle.id, int(body), chosen, days=form.days.data or 0,
                actor=current_actor(), at=at(),
            )  # fmt: skip
        return url_for("opinions.index")

    return save(form, work, page)


def _chosen(form: AskOpinion, cases: dict[str, int]) -> list[int]:
    """Ids of the cases meant. Raises Invalid for numbers that are none."""
    if form.about.data == "all":
        return sorted(cases.values())
    refs = (form.refs.data or "").split()
    if not refs:
        raise Invalid({"refs": m("请写考核卷编号")})
    unknown = [ref for ref in refs if ref not in cases]
    if unknown:
        raise Invalid({"refs": m("没有这个编号:%(refs)s", refs=", ".join(unknown[:5]))})
    return sorted({cases[ref] for ref in refs})


@blueprint.get("/<ref>")
@access(P.OPINION_ASK, load=load_request)
def show(letter: RequestRow, ref: str) -> ResponseReturnValue:
    """One letter with what was said, objections first."""
    return _page(letter, None)


def _page(letter: RequestRow, form: RequestReason | None, step: str = "") -> str:
    with reading() as conn:
        items = items_of(conn, letter.id)
        left = days_left(conn, [letter]).get(letter.id)
    return render(
        "pages/opinion.html",
        letter=letter,
        items=items,
        objections=[i for i in items if i.objection],
        left=left,
        form=form or RequestReason(say=say),
        step=step,
    )


@blueprint.post("/<ref>/<step>")
@access(P.OPINION_ASK, load=load_request)
def move(letter: RequestRow, ref: str, step: str) -> ResponseReturnValue:
    """Send, recall, return, close: the steps of the asker."""
    if step not in STEPS:
        raise NotVisible(step)
    form = RequestReason(request.form, say=say)
    payload: dict[str, Any] = form.payload() if step in WITH_REASON else {}

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.OPINION_REQUEST, letter.id, STEPS[step], actor=current_actor(), at=at(),
            payload=payload, expected_version=posted_version(),
        )  # fmt: skip
        return url_for("opinions.show", ref=ref)

    if step in WITH_REASON:
        return save(form, work, lambda: _page(letter, form, step))
    return write(work)
