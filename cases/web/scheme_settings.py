"""Shares, ballot and timetable of a draft: one page each, with the same checks as its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import scheme_draft as commands
from cases.queries.scheme_draft import DraftView
from cases.scoring.drafting.fields import Field
from cases.scoring.drafting.settings import SETTINGS, sections_of, settings_fields, settled_part
from cases.scoring.drafting.values import texts
from cases.web.access import access, current_actor
from cases.web.installation import at
from cases.web.presentation import render, say
from cases.web.scheme_editor import load_draft
from cases.web.scheme_faults import faults_of, mark
from cases.web.writing import posted_version, save
from forms.scheme import field_name, row_form
from workflow.vocabulary import Permission

blueprint = Blueprint("scheme_settings", __name__, url_prefix="/schemes/drafts/<int:draft_id>")
P = Permission


@blueprint.route("/settings/<part>", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_draft)
def edit(draft: DraftView, draft_id: int, part: str) -> ResponseReturnValue:
    """All fields of a part; an empty row at the end of a list is another one."""
    if part not in SETTINGS:
        abort(404)
    fields = settings_fields(part, draft.content)
    posted = request.form if request.method == "POST" else None
    filled = {field_name(key): text for key, text in texts(draft.content, fields).items()}
    form = row_form(fields)(posted, say=say, data=None if posted is not None else filled)

    def page() -> ResponseReturnValue:
        faults = [f for f in faults_of(draft) if f.url == request.path]
        refused = mark(form, faults)
        return render(
            "pages/scheme_row.html",
            draft=draft,
            part="",
            part_name=SETTINGS[part],
            place="",
            name=SETTINGS[part],
            form=form,
            sections=[
                (title, lines_of(some)) for title, some in sections_of(part, draft.content) if some
            ],
            faults=faults,
            refused=refused,
            saved="saved" in request.args,
            tree=False,
        )

    def work(conn: sa.Connection) -> str:
        told = {one.key: form[field_name(one.key)].data or "" for one in fields}
        commands.save(
            conn, draft_id, lambda document: settled_part(part, document, told),
            part=SETTINGS[part], expected_version=posted_version(), actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".edit", draft_id=draft_id, part=part, saved=1)

    return save(form, work, page) if request.method == "POST" else page()


def lines_of(fields: Sequence[Field]) -> list[list[str]]:
    """The controls of a section; those of one row of a list stand on one line."""
    found: dict[str, list[str]] = {}
    for one in fields:
        row = re.match(r".*\.\d+(?=\.)", one.key)
        found.setdefault(row.group() if row else "", []).append(field_name(one.key))
    return list(found.values())
