"""个别谈话: recorded by one talker, signed by the other; for the assessment group alone.

Every opening of the list is noted in the read log. Nothing of a talk goes into an export.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import talks as commands
from cases.documents.papers.talk import talk_record
from cases.queries.inquiry import talkers, talks_of
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.printing import need_press, printed
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.data_collection import RecordTalk
from workflow.permissions import Actor
from workflow.vocabulary import GRADES, CaseKind, DocumentKind, Grade, Permission

blueprint = Blueprint("talks", __name__, url_prefix="/cases/<ref>/talks")
P = Permission


def _case_of(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, talk_id: int
) -> Any:
    return load_case(conn, actor, permission, ref)


@blueprint.get("")
@access(P.TALK_READ, load=load_case)
def index(case: Any, ref: str) -> ResponseReturnValue:
    """The talks about one case, each in full."""
    with reading() as conn:
        found = talks_of(conn, case.id)
    note_reading("talks", case_id=case.id)
    return render(
        "pages/talks.html",
        case=case,
        case_url=case_url(ref),
        talks=found,
        me=current_actor().person_id,
        done=request.args.get("done"),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.TALK_RECORD, load=load_case)
def record(case: Any, ref: str) -> ResponseReturnValue:
    """Record a talk; the writer is the first talker and signs with it."""
    with reading() as conn:
        others = talkers(conn, case, current_actor().person_id)
    form = RecordTalk(request.form or None, say=say)
    form.second_talker_id.offer(others)
    form.suggested_grade.offer((g.value, g) for g in GRADES[CaseKind(case.kind)])
    form.speak()

    def page() -> str:
        return render(
            "pages/talk_new.html", case=case, case_url=case_url(ref), form=form, others=others
        )

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        said = form.payload()
        grade = said.pop("suggested_grade")
        commands.record_talk(
            conn, case, suggested_grade=Grade(grade) if grade else None,
            actor=current_actor(), at=at(), **said,
        )  # fmt: skip
        return url_for("talks.index", ref=ref, done="recorded")

    return save(form, work, page)


@blueprint.get("/<int:talk_id>.pdf")
@access(P.TALK_READ, load=_case_of)
def paper(case: Any, ref: str, talk_id: int) -> ResponseReturnValue:
    """The record of one talk on paper. Printed for this reader, kept nowhere."""
    need_press()
    with reading() as conn:
        record = talk_record(conn, case.id, talk_id, on())
    note_reading("talk_record", case_id=case.id, object_id=talk_id)
    pdf = printed(DocumentKind.TALK_RECORD, record)
    response = Response(pdf, mimetype="application/pdf")
    name = f"{case.ref}-{say(DocumentKind.TALK_RECORD)}-{talk_id}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/<int:talk_id>/sign")
@access(P.TALK_READ, load=_case_of)
def sign(case: Any, ref: str, talk_id: int) -> ResponseReturnValue:
    """The second talker signs."""

    def work(conn: sa.Connection) -> str:
        commands.sign_talk(conn, case.id, talk_id, actor=current_actor(), at=at())
        return url_for("talks.index", ref=ref, done="signed")

    return write(work)
