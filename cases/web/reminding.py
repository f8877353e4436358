"""提醒: what others have to see to, whom a message would reach, and the press that sends it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import reminding as commands
from cases.errors import NotVisible
from cases.queries import reminding as queries
from cases.queries.progress import cycles_within, reach_of
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import write
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

blueprint = Blueprint("reminding", __name__)
MOST = 100
"""Cases of one unit that one press reminds of; the others follow on the next day's."""


def _case(
    conn: sa.Connection, actor: Actor, permission: Permission, *, ref: str, guard: str
) -> Any:
    return load_case(conn, actor, permission, ref)


@blueprint.route("/cases/<ref>/remind/<guard>", methods=["GET", "POST"])
@access(Permission.REMIND, load=_case)
def of_case(case: Any, ref: str, guard: str) -> ResponseReturnValue:
    """One missing item of one case."""
    back = url_for("case_file.show", ref=ref)
    if request.method == "POST":
        return _send([case], guard, back)
    title = m("提醒办理%(name)s的事项", name=case.subject_name)
    return _page([case], guard, title=title, back=back, whence=case.subject_name)


@blueprint.route("/progress/<ref>/remind/<int:unit_id>", methods=["GET", "POST"])
@access(Permission.REMIND)
def of_unit(ref: str, unit_id: int) -> ResponseReturnValue:
    """Everything that is missing on the overdue cases of a unit."""
    with reading() as conn:
        actor = current_actor()
        year = next((y for y in cycles_within(conn, reach_of(conn, actor)) if y.ref == ref), None)
        late = queries.late_cases(conn, actor, year.id, unit_id, on(), most=MOST) if year else ()
    if not late:
        raise NotVisible(f"unit:{unit_id}")
    back = url_for("progress.board", cycle=ref)
    if request.method == "POST":
        return _send(late, "", back)
    title = m("催办%(unit)s的超期事项", unit=late[0].unit_name)
    return _page(late, "", title=title, back=back, whence=say(m("进度")))


def _page(cases: Any, guard: str, *, title: Sentence, back: str, whence: str) -> str:
    with reading() as conn:
        found = queries.missing_of(conn, cases, on=on(), guard=guard)
    return render(
        "pages/remind.html",
        title=title,
        found=found,
        fresh=[one for one in found if one.people and on() not in one.reminded],
        today_on=on(),
        back=back,
        whence=whence,
        section="cases.index" if guard else "progress.board",
    )


def _send(cases: Any, guard: str, back: str) -> ResponseReturnValue:
    def work(conn: sa.Connection) -> str:
        commands.remind(conn, cases, guard=guard, actor=current_actor(), at=at())
        return back

    return write(work)
