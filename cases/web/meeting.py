"""测评会: the meetings of the cycle, one meeting's page, planning and editing it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.ballot_box.urn import UrnStore
from cases.commands import meeting as commands
from cases.commands import meeting_moves
from cases.commands.hall_kit import kit_of
from cases.commands.meeting_small import arrange_small
from cases.queries.meeting import (
    MeetingView,
    current_cycle,
    load_meeting,
    meeting_view,
    meetings,
    tellers_to_choose,
)
from cases.queries.meeting_small import Step, small_steps
from cases.queries.portfolios import counted
from cases.web.access import access, signed_in
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.urns import booth_url, urns
from cases.web.writing import posted_version, save, write
from forms.meeting import OTHERS, EditMeeting, MeetingReason, PlanMeetings, edit_form
from workflow.grammar import ReasonRule
from workflow.permissions import holds_anywhere
from workflow.process import PROCESS
from workflow.vocabulary import (
    MeetingKind,
    MeetingState,
    Permission,
    Role,
    SheetKind,
    ThingAction,
)

blueprint = Blueprint("meeting", __name__, url_prefix="/meetings")
P = Permission
LIVE = (MeetingState.FROZEN, MeetingState.HELD)


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The meetings of the present cycle that the reader has to do with; 403 for administrators."""
    if current_actor().admin is not None:
        abort(403)
    return _index(PlanMeetings(say=say))


def _index(form: PlanMeetings) -> str:
    actor = current_actor()
    plans = holds_anywhere(actor, P.CYCLE_MANAGE)
    with reading() as conn:
        cycle = current_cycle(conn)
        rows = meetings(conn, actor, cycle.id)
        steps = small_steps(conn, cycle.id) if plans else []
        leads = counted(conn, actor) if holds_anywhere(actor, P.ROSTER_IMPORT) else None
    state = request.args.get("state", "")
    shown = [r for r in rows if not state or r.state.value == state]
    return render(
        "stages/public_evaluation/list.html",
        cycle=cycle,
        rows=shown,
        counts={s: sum(r.state is s for r in rows) for s in MeetingState},
        total=len(rows),
        state=state,
        form=form,
        plans=plans,
        hears=holds_anywhere(actor, P.SURVEY_READ),
        small=steps,
        leads=leads,
        joint=Step.JOINT,
    )


@blueprint.post("/plan")
@access(P.CYCLE_MANAGE)
def plan() -> ResponseReturnValue:
    """One meeting for each unit with a body that has none."""
    form = PlanMeetings(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        assert form.planned_on.data is not None  # required
        commands.plan_meetings(
            conn,
            current_cycle(conn).id,
            planned_on=form.planned_on.data,
            place=form.place.data or "",
            actor=current_actor(),
            at=at(),
        )
        return url_for(".index")

    return save(form, work, lambda: _index(form))


@blueprint.post("/small")
@access(P.CYCLE_MANAGE)
def small() -> ResponseReturnValue:
    """Units with fewer people than k: joint sessions where they are of one kind, else talks."""

    def work(conn: sa.Connection) -> str:
        cycle = current_cycle(conn)
        arrange_small(conn, cycle.id, actor=current_actor(), at=at())
        return url_for(".index")

    return write(work)


@blueprint.get("/<ref>")
@signed_in
def show(ref: str) -> ResponseReturnValue:
    """One meeting: sheets, groups, where it stands, what the reader can do."""
    view = view_of(ref)
    numbers: dict[str, Any] = {"state": "", "handed_in": 0, "cards": 0}
    if view.row.urn_id is not None and view.state in LIVE:
        with urns() as store:
            numbers = _numbers(store, view)
    return render(
        "stages/public_evaluation/show.html",
        v=view,
        urn=numbers,
        roles=Role,
        movable=MOVES,
        **_booth_of(view),
    )


def _booth_of(view: MeetingView) -> dict[str, Any]:
    """The hall kit that holds this meeting, or None; where its booth lists the digests of the
    ballot's pages, empty before there are cards."""
    if view.row.urn_id is None:
        return {"kit": None, "check": ""}
    with reading() as conn:
        kit = kit_of(conn, view.row.id)
    address = booth_url() if kit is None else kit.address
    return {"kit": kit, "check": f"{address}/check/{view.row.urn_id}"}


def view_of(ref: str) -> MeetingView:
    """The meeting for its page. Raises NotVisible."""
    actor = current_actor()
    with reading() as conn:
        row = load_meeting(conn, actor, P.SIGNED_IN, ref)
        return meeting_view(conn, row, actor, on())


def _numbers(store: UrnStore, view: MeetingView) -> dict[str, Any]:
    """While people fill in, hand-ins are shown in steps of five (B14); exact ones after closing."""
    state = store.state(view.row.urn_id)
    step = 5 if state == "open" else 1
    handed_in, cards = store.turnout_in_steps(view.row.urn_id, step)
    return {"state": state, "handed_in": handed_in, "cards": cards}


def _groups(view: MeetingView) -> list[tuple[str, str]]:
    return [(g.code, g.title) for g in view.groups]


@blueprint.route("/<ref>/edit", methods=["GET", "POST"])
@access(P.MEETING_PLAN, load=load_meeting)
def edit(row: Any, ref: str) -> ResponseReturnValue:
    """Title, day, place, people due, limit of 优秀, tellers."""
    actor = current_actor()
    with reading() as conn:
        view = meeting_view(conn, row, actor, on())
        people = tellers_to_choose(conn, row)
    made = edit_form(_groups(view))
    posted = request.form if request.method == "POST" else None
    form = made(posted, say=say, data=None if posted else _now(view))
    if view.row.kind == MeetingKind.ASSEMBLY:
        del form.sheets, form.promoted, form.with_items
    form.teller.offer(people)
    form.supervisor.offer(people)

    def page() -> ResponseReturnValue:
        return render("stages/public_evaluation/edit.html", v=view, form=form)

    def work(conn: sa.Connection) -> str:
        commands.edit_meeting(
            conn, row.id, _filled(form), actor=actor, at=at(), expected_version=posted_version()
        )
        return url_for(".show", ref=ref)

    return page() if posted is None else save(form, work, page)


def _now(view: MeetingView) -> dict[str, Any]:
    people = {role: person for role, (person, _) in view.tellers.items()}
    limits = [s.excellent_limit for s in view.sheets if s.key == SheetKind.CADRE.value]
    promoted = [r for s in view.sheets if s.key == SheetKind.NEWLY_PROMOTED.value for r in s.rows]
    return {
        "title": view.row.title,
        "planned_on": view.row.planned_on,
        "place": view.row.place or "",
        "excellent_limit": limits[0] if limits else None,
        "teller": people.get(Role.TELLER),
        "supervisor": people.get(Role.TALLY_SUPERVISOR),
        "with_items": view.row.with_items,
        "sheets": sorted({s.kind.value for s in view.sheets if s.kind in OTHERS}),
        "promoted": "\n".join(f"{r.name} {r.post}".strip() for r in promoted),
        **{f"members_{g.code}": g.members for g in view.groups},
    }


def _filled(form: EditMeeting) -> commands.MeetingForm:
    assert form.planned_on.data is not None  # required
    return commands.MeetingForm(
        title=str(form.title.data),
        planned_on=form.planned_on.data,
        place=form.place.data or "",
        members=form.members(),
        excellent_limit=form.excellent_limit.data,
        teller=form.teller.data,
        supervisor=form.supervisor.data,
        sheets=tuple(SheetKind(code) for code in form.sheets.data or ()) if form.sheets else (),
        promoted=(form.promoted.data or "") if form.promoted else "",
        with_items=bool(form.with_items.data) if form.with_items else False,
    )


@blueprint.route("/<ref>/move/<action>", methods=["GET", "POST"])
@access(P.MEETING_PLAN, load=load_meeting)
def move(row: Any, ref: str, action: str) -> ResponseReturnValue:
    """Freeze, thaw, replace by talks, cancel, restore, run again: each with its reason."""
    if action not in MOVES:
        abort(404)
    word = ThingAction(action)
    declared = PROCESS.declared(word)
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
    form = MeetingReason(request.form if request.method == "POST" else None, say=say)
    asks = declared.reason is ReasonRule.REQUIRED
    if not asks:
        del form.reason

    def page() -> ResponseReturnValue:
        return render(
            "stages/public_evaluation/move.html", v=view, form=form, action=word, asks=asks
        )

    def work(conn: sa.Connection) -> str:
        with urns() if row.package else nullcontext() as store:
            meeting_moves.move(
                conn,
                store,
                row.id,
                word,
                actor=current_actor(),
                at=at(),
                payload=form.payload(),
                expected_version=posted_version(),
            )
        return url_for(".show", ref=ref)

    return page() if request.method == "GET" else save(form, work, page)


MOVES = frozenset(
    a.value
    for a in (
        ThingAction.FREEZE_MEETING,
        ThingAction.UNFREEZE_MEETING,
        ThingAction.RERUN_MEETING,
        ThingAction.REPLACE_BY_TALKS,
        ThingAction.RESTORE_MEETING,
        ThingAction.CANCEL_MEETING,
    )
)
