"""拉票反映: recorded against a survey, decided by another person, taken up again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside
from cases.commands.canvassing import report_canvassing
from cases.queries.survey_desk import units_of_survey
from cases.queries.surveys import load_report, load_survey
from cases.web.access import access
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import posted_version, save
from forms.base import Form
from forms.voice import FindCanvassing, ReportCanvassing, VoiceReason
from workflow.vocabulary import CanvassingState, Permission, Thing, ThingAction

blueprint = Blueprint("canvassing", __name__, url_prefix="/canvassing")
P = Permission
FIND = {"uphold": ThingAction.UPHOLD_CANVASSING, "dismiss": ThingAction.DISMISS_CANVASSING}


@blueprint.route("/surveys/<int:survey_id>/new", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE, load=load_survey)
def new(row: Any, survey_id: int) -> ResponseReturnValue:
    """Record what was reported about a survey."""
    form = ReportCanvassing(request.form or None, say=say)
    with reading() as conn:
        form.unit_id.offer(units_of_survey(conn, survey_id))

    def page() -> str:
        return render("pages/canvassing_new.html", form=form, row=row)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        given: Any = form
        made = report_canvassing(
            conn, survey_id, int(given.unit_id.data), content=str(given.content.data),
            channel=str(given.channel.data), reported_on=given.reported_on.data,
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".show", report_id=made)

    return save(form, work, page)


@blueprint.get("/<int:report_id>")
@access(P.SURVEY_MANAGE, load=load_report)
def show(one: Any, report_id: int) -> ResponseReturnValue:
    """One report and what can be done."""
    return _page(one, None)


def _page(one: Any, form: Form | None) -> str:
    own = one.created_by is not None and one.created_by == current_actor().person_id
    return render(
        "pages/canvassing.html", one=one, own=own, form=form, canvassed=CanvassingState,
        find=form if isinstance(form, FindCanvassing) else FindCanvassing(say=say),
        again=form if isinstance(form, VoiceReason) else VoiceReason(say=say),
    )  # fmt: skip


def _step(one: Any, form: Form, action: ThingAction) -> ResponseReturnValue:
    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.CANVASSING, one.id, action, actor=current_actor(), at=at(),
            payload=form.payload(), expected_version=posted_version(),
        )  # fmt: skip
        return url_for(".show", report_id=one.id)

    return save(form, work, lambda: _page(one, form))


@blueprint.post("/<int:report_id>/find/<finding>")
@access(P.SURVEY_CONFIRM, load=load_report)
def find(one: Any, report_id: int, finding: str) -> ResponseReturnValue:
    """True or untrue, said by another person than who recorded it."""
    if finding not in FIND:
        abort(404)
    return _step(one, FindCanvassing(request.form, say=say), FIND[finding])


@blueprint.post("/<int:report_id>/again")
@access(P.SURVEY_CONFIRM, load=load_report)
def again(one: Any, report_id: int) -> ResponseReturnValue:
    """Look at it again."""
    return _step(one, VoiceReason(request.form, say=say), ThingAction.REOPEN_CANVASSING)
