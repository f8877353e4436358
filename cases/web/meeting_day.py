"""The day of a meeting: cards to print, the urn, new cards, the closing call, the table."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cases.ballot_box.cards import Card
from cases.ballot_box.package import from_json
from cases.ballot_box.refusals import CardRefusal
from cases.ballot_box.reissuing import card_for, new_ticket
from cases.clock import date_of
from cases.commands import hall_kit
from cases.commands import meeting as planning
from cases.commands import meeting_day as commands
from cases.documents import context as papers
from cases.documents.kinds import WorkingPaper
from cases.queries.meeting import MeetingView, load_meeting, meeting_view
from cases.queries.paper import card_lines, paper_numbers
from cases.web.access import access
from cases.web.installation import at, kaoji, on, reading
from cases.web.presentation import render, say
from cases.web.printing import need_press, printed
from cases.web.session import current_actor
from cases.web.urns import booth_url, pepper, urns
from cases.web.writing import carry_out, checked, save, write
from forms.meeting import HoldMeeting, Reissue, table_form
from workflow.vocabulary import MeetingKind, Permission
from workflow.words import m

blueprint = Blueprint("meeting_day", __name__, url_prefix="/meetings")
P = Permission


def _view(row: Any) -> MeetingView:
    with reading() as conn:
        return meeting_view(conn, row, current_actor(), on())


@blueprint.post("/<ref>/cards")
@access(P.MEETING_PLAN, load=load_meeting)
def cards(row: Any, ref: str) -> ResponseReturnValue:
    """Make the cards and answer with the A4 print file; it exists in this answer only."""
    need_press()
    view = _view(row)
    made: list[Card] = []

    def work(conn: sa.Connection) -> str:
        key, address = hall_kit.card_settings(conn, row, pepper(), booth_url())
        with urns() as store:
            made.extend(
                planning.print_cards(
                    conn,
                    store,
                    row.id,
                    pepper=key,
                    booth_url=address,
                    actor=current_actor(),
                    at=at(),
                )
            )
        hall_kit.cards_made_again(conn, row.id)
        return url_for("meeting.show", ref=ref)

    done = carry_out(work)
    if not made:
        return redirect(done.location, 303)
    with reading() as conn:
        digest = load_meeting(conn, current_actor(), P.MEETING_PLAN, ref).package_digest
    response = make_response(_sheet(view, made, digest))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="cards-{ref}.pdf"'
    return response


def _sheet(view: MeetingView, made: list[Card], digest: str) -> bytes:
    """Eight cards on a page; two cards of a group differ in nothing but the code."""
    paper = papers.CardSheet(
        year=at().year,
        organ=kaoji().organ_name,
        issued_on=date_of(at()),
        meeting=f"{view.cycle}民主测评" if view.row.kind == MeetingKind.UNIT else view.row.title,
        held_on=view.row.planned_on,
        unit=view.unit,
        digest=digest,
        cards=tuple(
            papers.Card(
                url=c.url, group=c.title.zh, code=c.spaced, colour=c.colour, signed=c.signed
            )
            for c in made
        ),
    )
    return printed(WorkingPaper.CARD_SHEET, paper)


@blueprint.post("/<ref>/open")
@access(P.MEETING_HOLD, load=load_meeting)
def open_urn(row: Any, ref: str) -> ResponseReturnValue:
    """Let cards be used from now on."""

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.open_urn(conn, store, row.id, actor=current_actor(), at=at())
        return url_for("meeting.show", ref=ref)

    return write(work)


@blueprint.route("/<ref>/reissue", methods=["GET", "POST"])
@access(P.MEETING_HOLD, load=load_meeting)
def reissue(row: Any, ref: str) -> ResponseReturnValue:
    """A new card for a spoiled or lost one; shown once, to be printed in the hall."""
    view = _view(row)
    posted = request.form if request.method == "POST" else None
    form = Reissue(posted, say=say, data=None if posted else {"ticket": new_ticket()})
    form.group.offer([(g.code, say(view.title_of(g.title))) for g in view.groups])

    def page() -> str:
        return render("stages/public_evaluation/reissue.html", v=view, form=form)

    if posted is None:
        return page()
    if not checked(form):
        return page(), 422
    ticket, group = str(form.ticket.data), str(form.group.data)

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.reissue_card(
                conn,
                store,
                row.id,
                group,
                ticket=ticket,
                spoiled=form.spoiled.data or None,
                pepper=pepper(),
                booth_url=booth_url(),
                actor=current_actor(),
                at=at(),
            )
        return url_for("meeting.show", ref=ref)

    try:
        carry_out(work)
    except CardRefusal as e:
        form.take({"spoiled": e.reasons[0]})
        return page(), 422
    # Sent twice, the form shows the one card again: it follows from the form's ticket.
    package = from_json(row.package)
    card = card_for(package, group, booth_url(), pepper=pepper(), ticket=ticket)
    picture = Markup(card.svg())  # noqa: S704  drawn here from a fresh code
    return render("stages/public_evaluation/card.html", v=view, card=card, picture=picture)


@blueprint.route("/<ref>/close", methods=["GET", "POST"])
@access(P.MEETING_HOLD, load=load_meeting)
def close(row: Any, ref: str) -> ResponseReturnValue:
    """The closing call: the exact number handed in, then the urn is sealed."""
    view = _view(row)
    if row.urn_opened_at is None or row.held_on is not None:
        return redirect(url_for("meeting.show", ref=ref), 303)
    with urns() as store:
        turnout = {g.group: g for g in store.turnout(row.urn_id)}
    with reading() as conn:
        paper = paper_numbers(conn, row.id)
    posted = request.form if request.method == "POST" else None
    form = HoldMeeting(posted, say=say, data=None if posted else {"due": view.members})

    def page() -> ResponseReturnValue:
        return render(
            "stages/public_evaluation/close.html", v=view, form=form, turnout=turnout, paper=paper
        )

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.close_meeting(
                conn,
                store,
                row.id,
                due=int(form.due.data or 0),
                present=int(form.present.data or 0),
                actor=current_actor(),
                at=at(),
            )
        return url_for("meeting.show", ref=ref)

    return page() if posted is None else save(form, work, page)


@blueprint.route("/<ref>/table", methods=["GET", "POST"])
@access(P.TALLY, load=load_meeting)
def table(row: Any, ref: str) -> ResponseReturnValue:
    """Cards on the table: printed = used + collected + missing."""
    view = _view(row)
    if row.held_on is None or view.counted:
        return redirect(url_for("meeting.show", ref=ref), 303)
    with urns() as store, reading() as conn:
        lines = card_lines(conn, row.id, store.turnout(row.urn_id))
        paper = paper_numbers(conn, row.id)
    made = table_form(
        [(x.code, m("%(group)s 迟到票", group=x.title) if x.late else x.title) for x in lines]
    )
    form = made(request.form if request.method == "POST" else None, say=say)

    if request.method == "GET":
        form.start_at_none([x.code for x in lines if not x.printed])

    def page() -> ResponseReturnValue:
        return render(
            "stages/public_evaluation/table.html", v=view, form=form, lines=lines, paper=paper
        )

    def work(conn: sa.Connection) -> str:
        found = {g: commands.OnTable(*numbers) for g, numbers in form.table().items()}
        with urns() as store:
            commands.reconcile(
                conn,
                store,
                row.id,
                found,
                remark=form.remark.data or "",
                actor=current_actor(),
                at=at(),
            )
        return url_for("meeting.show", ref=ref)

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.post("/<ref>/remark")
@access(P.TALLY, load=load_meeting)
def remark(row: Any, ref: str) -> ResponseReturnValue:
    """The other teller confirms the remark on cards that don't add up."""

    def work(conn: sa.Connection) -> str:
        commands.confirm_remark(conn, row.id, actor=current_actor(), at=at())
        return url_for("meeting.show", ref=ref)

    return write(work)
