"""What is said before a ballot (测评公告), and planning an assembly over many units."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.meeting_assembly import AssemblyForm, plan_assembly
from cases.queries.meeting import current_cycle
from cases.queries.meeting_notice import assembly_choices, load_notice, notice_of
from cases.web.access import access
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.meeting import PlanAssembly
from workflow.vocabulary import CaseKind, Permission

blueprint = Blueprint("meeting_notice", __name__, url_prefix="/meetings")
P = Permission


@blueprint.get("/<ref>/notice")
@access(P.PROGRESS_READ, load=load_notice)
def notice(row: Any, ref: str) -> ResponseReturnValue:
    """The rule of the ballot, fixed before it: to read, to print, to hang up in the hall."""
    with reading() as conn:
        found = notice_of(conn, row)
    return render("stages/public_evaluation/notice.html", n=found, row=row)


@blueprint.route("/assembly", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE)
def assembly() -> ResponseReturnValue:
    """Plan one sheet over many units, rated by peers without their own unit, or by leaders."""
    posted = request.form if request.method == "POST" else None
    form = PlanAssembly(posted, say=say)
    with reading() as conn:
        cycle = current_cycle(conn)
        choices = assembly_choices(conn, cycle.id)
    form.electorate.choices = [(code, say(title)) for code, title in choices.electorates]
    form.units.offer([(str(unit), name) for unit, name in choices.units])

    def page() -> ResponseReturnValue:
        return render("stages/public_evaluation/assembly.html", form=form, cycle=cycle)

    def work(conn: sa.Connection) -> str:
        assert form.planned_on.data is not None  # required
        made = AssemblyForm(
            title=str(form.title.data),
            planned_on=form.planned_on.data,
            place=form.place.data or "",
            electorate=str(form.electorate.data),
            kind=CaseKind(form.kind.data),
            each=int(form.each.data or 0),
            units=[int(unit) for unit in form.units.data or ()],
        )
        plan_assembly(conn, cycle.id, made, actor=current_actor(), at=at())
        return url_for("meeting.index")

    return page() if posted is None else save(form, work, page)
