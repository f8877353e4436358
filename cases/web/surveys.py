"""群众评价 at the office: list, draft, import, one survey with its figures, codes, moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict

from cases.ballot_box.survey_form import poster
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.commands import beside
from cases.commands import surveys as commands
from cases.commands.survey_import import import_survey
from cases.commands.survey_results import enter_combined, enter_result
from cases.errors import Invalid
from cases.files.cells import Problem, Unreadable
from cases.files.store import FileStore
from cases.files.survey_sheet import empty_table, read_aggregate
from cases.files.workbook import open_workbook
from cases.queries import survey_desk as desk
from cases.queries import surveys as queries
from cases.queries.meeting import current_cycle
from cases.queries.survey_combined import both_kinds, combination, load_combined
from cases.scoring.surveys import scales
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, kaoji, note_reading, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.survey_input import plan_of
from cases.web.survey_table import result_table
from cases.web.urns import booth_url, pepper, urns
from cases.web.writing import carry_out, checked, posted_version, save, write
from forms.voice import DraftSurvey, HandOutCodes, ImportSurvey, VoiceReason
from workflow.permissions import holds_anywhere
from workflow.vocabulary import (
    COLLECTED,
    CanvassingState,
    Permission,
    SurveyMode,
    Thing,
    ThingAction,
)
from workflow.words import m

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")
P, A = Permission, ThingAction
ALL_AREAS = "*"
"""What stands for every area where codes are handed out; no area's own code."""
BACK = {
    "recall": A.RECALL_SURVEY,
    "reopen": A.REOPEN_SURVEY,
    "recount": A.RECOUNT_SURVEY,
    "return": A.RETURN_IMPORT,
}


@blueprint.get("")
@access(P.SURVEY_READ)
def index() -> ResponseReturnValue:
    """The surveys of the present cycle."""
    with reading() as conn:
        cycle = current_cycle(conn)
        lines = queries.surveys(conn, current_actor(), cycle.id)
    manages = holds_anywhere(current_actor(), P.SURVEY_MANAGE)
    return render("pages/surveys.html", cycle=cycle, lines=lines, manages=manages)


def _offer(form: Any, conn: sa.Connection, cycle: Any) -> None:
    form.scale.offer([(code, say(scale.title)) for code, scale in scales().items()])
    form.indicator.offer(
        [(code, say(title)) for code, title in desk.indicators_to_fill(conn, cycle.id)]
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE)
def new() -> ResponseReturnValue:
    """Draft a survey to be answered in the booth."""
    form = DraftSurvey(request.form or None, say=say)
    with reading() as conn:
        cycle = current_cycle(conn)
        units = desk.units_to_ask_about(conn, cycle)
        _offer(form, conn, cycle)

    def page() -> str:
        return render("pages/survey_new.html", form=form, units=units)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        plan = plan_of(form, {code: unit for unit, code, _ in units})
        made = commands.draft_survey(conn, cycle.id, plan, actor=current_actor(), at=at())
        return url_for(".show", survey_id=made)

    return save(form, work, page)


@blueprint.route("/import", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE, uploads=True)
def take() -> ResponseReturnValue:
    """Import aggregates, whole or not at all; faults are shown at their cells."""
    posted = request.method == "POST"
    form = ImportSurvey(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    problems: list[Problem] = []
    with reading() as conn:
        cycle = current_cycle(conn)
        units = {code: unit for unit, code, _ in desk.units_to_ask_about(conn, cycle)}
        _offer(form, conn, cycle)

    def page() -> str:
        return render(
            "pages/survey_import.html", form=form, problems=problems, scales=scales().values()
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        data, scale = file.stream.read(), str(form.scale.data)
        try:
            found, aggregate = read_aggregate(
                open_workbook(data, filename=file.filename), scales()[scale], units
            )
        except Unreadable as unreadable:
            found, aggregate = list(unreadable.problems), None
        if aggregate is None:
            problems.extend(found)
            raise Invalid({"file": m("表格有 %(n)s 处要改,没有存入任何内容", n=len(found) or 1)})
        kept = FileStore(kaoji().settings.files).put(conn, data, name=file.filename, at=at())
        made = import_survey(
            conn, cycle.id, aggregate, title=str(form.title.data), scale=scale,
            question=str(form.question.data), question_en=form.question_en.data or "",
            title_en=form.title_en.data or "",
            indicator=form.indicator.data or None,
            file_id=kept.id, actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".show", survey_id=made)

    return save(form, work, page)


@blueprint.get("/import/<scale>.xlsx")
@access(P.SURVEY_MANAGE)
def template(scale: str) -> ResponseReturnValue:
    """The empty table of a scale."""
    if scale not in scales():
        abort(404)
    with reading() as conn:
        units = desk.units_to_ask_about(conn, current_cycle(conn))
    table = empty_table(scales()[scale], [(code, name) for _, code, name in units])
    return as_download(table, "群众评价汇总表")


@blueprint.get("/<int:survey_id>")
@access(P.SURVEY_READ, load=queries.load_survey)
def show(row: Any, survey_id: int) -> ResponseReturnValue:
    """One survey; while it is open only how many answered, in steps."""
    manages = holds_anywhere(current_actor(), P.SURVEY_MANAGE)
    with reading() as conn:
        view = queries.survey_view(conn, row, checking=manages)
        reports = queries.canvassing_reports(conn, survey_id)
    taken = 0
    if view.collected and view.state.value == "open":
        with urns() as store:
            taken = SurveyUrn(store.engine).answered_in_steps(row.key)
    note_reading("survey", object_id=survey_id)
    address, drawn = poster(row.key, booth_url())
    return render(
        "pages/survey.html", v=view, row=row, reports=reports, taken=taken, address=address,
        picture=Markup(drawn),  # noqa: S704  drawn here from our own address
        canvassed=CanvassingState,
        manages=manages,
        own=row.created_by is not None and row.created_by == current_actor().person_id,
    )  # fmt: skip


@blueprint.get("/<int:survey_id>/workbook")
@access(P.SURVEY_READ, load=queries.load_survey)
def workbook(row: Any, survey_id: int) -> ResponseReturnValue:
    """What the page shows, as Excel; nothing more."""
    with reading() as conn:
        view = queries.survey_view(conn, row)
    note_reading("survey", object_id=survey_id)
    return as_download(result_table(view), f"{row.title}{row.key}")


def _in_booth(survey_id: int, act: Callable[..., Any]) -> ResponseReturnValue:
    def work(conn: sa.Connection) -> str:
        with urns() as store:
            act(conn, SurveyUrn(store.engine), survey_id, actor=current_actor(), at=at())
        return url_for(".show", survey_id=survey_id)

    return write(work)


@blueprint.post("/<int:survey_id>/open")
@access(P.SURVEY_MANAGE, load=queries.load_survey)
def start(row: Any, survey_id: int) -> ResponseReturnValue:
    """Let the booth take answers."""
    return _in_booth(survey_id, commands.open_survey)


@blueprint.post("/<int:survey_id>/close")
@access(P.SURVEY_MANAGE, load=queries.load_survey)
def close(row: Any, survey_id: int) -> ResponseReturnValue:
    """No more answers; the sums come over."""
    return _in_booth(survey_id, commands.close_survey)


@blueprint.post("/<int:survey_id>/confirm")
@access(P.SURVEY_CONFIRM, load=queries.load_survey)
def confirm(row: Any, survey_id: int) -> ResponseReturnValue:
    """Another person confirms."""
    seen = posted_version()

    def work(conn: sa.Connection) -> str:
        if row.mode not in COLLECTED:
            commands.confirm_survey(
                conn, None, survey_id, actor=current_actor(), at=at(), expected_version=seen
            )
        else:
            with urns() as store:
                commands.confirm_survey(
                    conn, SurveyUrn(store.engine), survey_id, actor=current_actor(), at=at(),
                    expected_version=seen,
                )  # fmt: skip
        return url_for(".show", survey_id=survey_id)

    return write(work)


@blueprint.route("/<int:survey_id>/back/<step>", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE, load=queries.load_survey)
def back(row: Any, survey_id: int, step: str) -> ResponseReturnValue:
    """Take a step back with a reason; the door asks for the right of the step itself."""
    if step not in BACK:
        abort(404)
    form = VoiceReason(request.form or None, say=say)

    def page() -> str:
        return render(
            "pages/survey_step.html", form=form, action=BACK[step], version=row.version,
            title=row.title, url=url_for(".show", survey_id=survey_id),
        )  # fmt: skip

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        acts = {"recall": commands.recall_survey, "reopen": commands.reopen_survey}
        reason = str(form.reason.data)
        if step in acts:
            with urns() as store:
                acts[step](
                    conn, SurveyUrn(store.engine), survey_id, reason=reason,
                    actor=current_actor(), at=at(),
                )  # fmt: skip
        else:
            beside.move(
                conn, Thing.SURVEY, survey_id, BACK[step], actor=current_actor(), at=at(),
                payload=form.payload(), expected_version=posted_version(),
            )  # fmt: skip
        return url_for(".show", survey_id=survey_id)

    return save(form, work, page)


@blueprint.route("/<int:survey_id>/codes", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE, load=queries.load_survey)
def codes(row: Any, survey_id: int) -> ResponseReturnValue:
    """Fresh codes for one area or for all, shown in this answer only, to be printed and cut."""
    form = HandOutCodes(request.form or None, say=say)
    with reading() as conn:
        view = queries.survey_view(conn, row)
    names = {area.code: area.name for area in view.areas}
    form.area.offer([(ALL_AREAS, say(m("全部地区"))), *names.items()])

    def page() -> str:
        return render("pages/survey_codes.html", v=view, row=row, form=form)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), 422
    made: list[Any] = []
    asked = names if form.area.data == ALL_AREAS else [str(form.area.data)]

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            made.extend(
                commands.hand_out(
                    conn, SurveyUrn(store.engine), survey_id,
                    dict.fromkeys(asked, int(form.number.data or 0)),
                    pepper=pepper(), booth_url=booth_url(), actor=current_actor(), at=at(),
                )
            )  # fmt: skip
        return url_for(".show", survey_id=survey_id)

    try:
        carry_out(work)
    except Invalid as e:
        form.take({"number": next(iter(e.errors.values()))})
        return page(), 422
    slips = [(one, Markup(one.svg())) for one in made]  # noqa: S704  drawn here from fresh codes
    return render("pages/survey_slips.html", v=view, row=row, slips=slips, names=names)


@blueprint.get("/results")
@access(P.DATA_ENTER)
def results() -> ResponseReturnValue:
    """Confirmed surveys that a providing department may put into its data sheets."""
    with reading() as conn:
        rows = desk.surveys_to_enter(conn, current_actor())
        titles = desk.indicator_titles(conn, rows)
    done = request.args.get("done", type=int)
    both = both_kinds(rows)
    return render(
        "pages/survey_results.html",
        rows=rows,
        titles=titles,
        titled=desk.survey_title,
        modes=SurveyMode,
        done=done,
        both=both,
    )


@blueprint.route("/combined/<indicator>", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_combined)
def combine(rows: Any, indicator: str) -> ResponseReturnValue:
    """Telephone survey and questionnaire as one score, with its sum; entered by one button."""
    if request.method == "GET":
        with reading() as conn:
            found = combination(conn, rows)
        return render("pages/survey_combined.html", c=found, titled=desk.survey_title)

    def work(conn: sa.Connection) -> str:
        done, _ = enter_combined(conn, rows, actor=current_actor(), at=at())
        return url_for(".results", done=done)

    return write(work)


@blueprint.post("/<int:survey_id>/enter")
@access(P.DATA_ENTER, load=desk.load_to_enter)
def enter(row: Any, survey_id: int) -> ResponseReturnValue:
    """Put the scores into the data sheets as drafts; they are handed in and verified there."""

    def work(conn: sa.Connection) -> str:
        done, _ = enter_result(conn, survey_id, actor=current_actor(), at=at())
        return url_for(".results", done=done)

    return write(work)
