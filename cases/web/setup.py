"""Setting up a year: created, timed, checked for readiness, frozen, opened; the calendar."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import beside, calendar
from cases.commands import cycle as commands
from cases.commands.cycle import Window
from cases.errors import Refused
from cases.queries import jobs
from cases.queries import setup as queries
from cases.queries.calendar import working_days
from cases.queries.readiness import readiness
from cases.queries.scheme import scheme_version
from cases.queries.setup import STAGES, CycleView
from cases.web.access import access, current_actor
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.writing import posted_version, save, write
from forms.setup import LoadCalendar, NewCycle, timetable_form
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import CycleState, Permission, Stage, Thing, ThingAction
from workflow.words import m

blueprint = Blueprint("setup", __name__, url_prefix="/cycles")
P = Permission
PLACES = {
    "scheme": "setup.timetable",
    "departments": "roster.index",
    "staff": "grants.proposals",
    "verifiers": "setup.timetable",
    "roster": "roster.index",
    "commenters": "roster.index",
    "classes": "roster.index",
    "timetable": "setup.timetable",
    "calendar": "setup.working_days_page",
}
"""Item of the readiness list -> where it is worked off."""
MOVES = {"freeze": ThingAction.FREEZE_SCHEME, "unfreeze": ThingAction.UNFREEZE_SCHEME}


def load_cycle(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, **_: str
) -> CycleView:
    """A year of the actor's organs. Raises NotVisible."""
    return queries.cycle_by_ref(conn, actor, permission, ref)


@blueprint.get("")
@access(P.CYCLE_MANAGE)
def index() -> ResponseReturnValue:
    """The years of my organs."""
    with reading() as conn:
        organs = queries.organs_of(conn, current_actor(), P.CYCLE_MANAGE)
        found = queries.cycles(conn, [organ for organ, _ in organs])
    return render("pages/setup_list.html", cycles=found)


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE)
def new() -> ResponseReturnValue:
    """A year over a scheme; its timetable is computed from the scheme and can be changed after."""
    posted = request.method == "POST"
    form = NewCycle(request.form if posted else None, say=say)
    with reading() as conn:
        organs = queries.organs_of(conn, current_actor(), P.CYCLE_MANAGE)
        versions = queries.versions(conn, [organ for organ, _ in organs])
    form.organ.offer(organs)
    form.scheme.offer(_labelled(versions))
    if not posted:
        form.year.data = on().year if on().month > 6 else on().year - 1
        form.opening.data = on()
        form.organ.data = organs[0][0] if len(organs) == 1 else None
        form.scheme.data = versions[0].id if len(versions) == 1 else None

    def page() -> ResponseReturnValue:
        return render("pages/setup_new.html", form=form, versions=versions)

    def work(conn: sa.Connection) -> str:
        year, opening = int(form.year.data or 0), form.opening.data or on()
        scheme = scheme_version(conn, int(form.scheme.data or 0))
        proposed = queries.proposed_windows(scheme, year, opening, working_days(conn))
        told = say(m("按考核方案推算"))
        made = commands.create_cycle(
            conn,
            year=year,
            organ_id=int(form.organ.data or 0),
            scheme_version_id=int(form.scheme.data or 0),
            timetable={stage: Window(*days, reason=told) for stage, days in proposed.items()},
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", ref=f"{year}-{form.organ.data}") if made else ""

    return save(form, work, page) if posted else page()


def _labelled(versions: list[Any]) -> list[tuple[int, Any]]:
    return [(v.id, m("%(title)s(第 %(n)s 版)", title=v.title, n=v.number)) for v in versions]


@blueprint.get("/<ref>/setup")
@access(P.CYCLE_MANAGE, load=load_cycle)
def show(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Where the preparation stands: readiness, timetable, what can be done now."""
    job_id = request.args.get("job", "")
    account = current_actor().account_id
    with reading() as conn:
        items = readiness(conn, _row(cycle), on())
        short = queries.short_windows(cycle.timetable, working_days(conn))
        asked = job_id.isascii() and job_id.isdigit() and len(job_id) < 12
        job = jobs.job(conn, int(job_id), account_id=account) if asked else None
    page = render(
        "pages/setup.html",
        cycle=cycle,
        items=[(item, _place(item.key, ref)) for item in items],
        left=sum(1 for item in items if not item.done),
        windows=commands.stored_windows(cycle.timetable),
        short=short,
        may_freeze=holds_anywhere(current_actor(), P.SCHEME_FREEZE),
        State=CycleState,
        job=job,
        follow=following(),
    )
    return answer(page, job)


def _row(cycle: CycleView) -> Any:
    """The cycle as the readiness list reads it."""
    return _Reads(cycle)


class _Reads:
    """The columns of a cycle that the readiness list asks for."""

    def __init__(self, cycle: CycleView) -> None:
        self.scheme_version_id = cycle.scheme_version_id
        self.managing_organ_id = cycle.organ_id
        self.timetable = cycle.timetable
        self.year = cycle.year


def _place(key: str, ref: str) -> str:
    endpoint = PLACES[key]
    return url_for(endpoint, ref=ref) if endpoint == "setup.timetable" else url_for(endpoint)


@blueprint.route("/<ref>/timetable", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE, load=load_cycle)
def timetable(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Scheme and windows while the year is being prepared."""
    posted = request.method == "POST"
    with reading() as conn:
        versions = queries.versions(conn, [cycle.organ_id])
    form = timetable_form(
        STAGES, request.form if posted else None, say=say, data=None if posted else _filled(cycle)
    )
    form.scheme.offer(_labelled(versions))
    form.speak()
    if cycle.state is not CycleState.PREPARING:
        raise Refused([m("考核方案已锁定,时间安排不再改动;确需变更的另行报批")])

    def page() -> ResponseReturnValue:
        return render("pages/setup_timetable.html", form=form, cycle=cycle, stages=STAGES)

    def work(conn: sa.Connection) -> str:
        commands.set_up(
            conn,
            cycle.id,
            scheme_version_id=int(form.scheme.data or 0) or None,
            timetable=_windows(form),
            actor=current_actor(),
            at=at(),
            expected_version=posted_version(),
        )
        return url_for(".show", ref=ref)

    return save(form, work, page) if posted else page()


def _filled(cycle: CycleView) -> dict[str, Any]:
    data: dict[str, Any] = {"scheme": cycle.scheme_version_id}
    for stage, window in commands.stored_windows(cycle.timetable).items():
        data[f"{stage.value}_opens"] = window.opens
        data[f"{stage.value}_due"] = window.due
        data[f"{stage.value}_reason"] = window.reason
    return data


def _windows(form: Any) -> Mapping[Stage, Window]:
    return {
        stage: Window(
            form[f"{stage.value}_opens"].data,
            form[f"{stage.value}_due"].data,
            form[f"{stage.value}_reason"].data or "",
        )
        for stage in STAGES
    }


@blueprint.post("/<ref>/scheme/<move>")
@access(P.SCHEME_FREEZE, load=load_cycle)
def freeze(cycle: CycleView, ref: str, move: str) -> ResponseReturnValue:
    """Freeze the scheme with its digest, or take that back with a reason."""
    action = MOVES.get(move)
    if action is None:
        abort(404)

    def work(conn: sa.Connection) -> str:
        beside.move(
            conn,
            Thing.CYCLE,
            cycle.id,
            action,
            actor=current_actor(),
            at=at(),
            payload={"reason": request.form.get("reason", "").strip()[:500]},
            expected_version=posted_version(),
        )
        return url_for(".show", ref=ref)

    return write(work)


@blueprint.post("/<ref>/open")
@access(P.CYCLE_MANAGE, load=load_cycle)
def open_year(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Open the year; its cases are opened by a job."""

    def work(conn: sa.Connection) -> str:
        job = commands.open_cycle(
            conn, cycle.id, actor=current_actor(), at=at(), expected_version=posted_version()
        )
        return url_for(".show", ref=ref, job=job)

    return write(work)


@blueprint.route("/calendar", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE, uploads=True)
def working_days_page() -> ResponseReturnValue:
    """The working-day calendar by year, and a file of days to load."""
    posted = request.method == "POST"
    form = LoadCalendar(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    with reading() as conn:
        years = queries.calendar_years(conn)

    def page() -> ResponseReturnValue:
        return render("pages/setup_calendar.html", form=form, years=years)

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "days.csv"
            file.stream.seek(0)
            path.write_bytes(file.stream.read())
            days = calendar.read_days(path)
        calendar.load_days(conn, days, actor=current_actor(), at=at())
        return url_for(".working_days_page")

    return save(form, work, page) if posted else page()


@blueprint.post("/published-days")
@access(P.CYCLE_MANAGE)
def published() -> ResponseReturnValue:
    """Load the years whose notice the package knows."""

    def work(conn: sa.Connection) -> str:
        days = calendar.package_days(date(on().year - 1, 1, 1).year)
        calendar.load_days(conn, days, actor=current_actor(), at=at())
        return url_for(".working_days_page")

    return write(work)
