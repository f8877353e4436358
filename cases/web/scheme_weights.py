"""The weight table of a draft as a grid: classes across, indicators down, sums at every group."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import scheme_draft as commands
from cases.queries.scheme_draft import DraftView
from cases.scoring.drafting.difference import NAMES
from cases.scoring.drafting.grid import Grid, filled, grid
from cases.web.access import access, current_actor
from cases.web.installation import at
from cases.web.presentation import render, say
from cases.web.scheme_editor import load_draft
from cases.web.scheme_faults import faults_of
from cases.web.writing import posted_version, write
from forms.base import CARRIED
from workflow.vocabulary import Permission

blueprint = Blueprint("scheme_weights", __name__, url_prefix="/schemes/drafts/<int:draft_id>")
P = Permission
_CELL = re.compile(r"w-([0-9]{1,4})-([0-9]{1,4})")
LONGEST = 40


@blueprint.get("/weights")
@access(P.SCHEME_EDIT, load=load_draft)
def show(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """The table with its sums and what the checks say of it."""
    faults, table = [f for f in faults_of(draft) if f.url == request.path], grid(draft.content)
    marks: dict[str, list[str]] = {}
    cells = _named(table)
    for fault in faults:
        marks.setdefault(cells.get(fault.path, ""), []).append(say(fault.sentence))
    return render(
        "pages/scheme_weights.html",
        draft=draft,
        grid=table,
        faults=[(cells.get(f.path), f) for f in faults],
        marks=marks,
        saved="saved" in request.args,
    )


def _named(table: Grid) -> dict[str, str]:
    """Place in the document -> the name of its cell on the page."""
    return {
        f"weights.by_class.{head.code}.{line.code}": f"w-{j}-{i}"
        for j, head in enumerate(table.heads)
        for i, line in enumerate(table.lines)
    }


@blueprint.post("/weights")
@access(P.SCHEME_EDIT, load=load_draft)
def store(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """Store the table as typed."""
    told: dict[tuple[int, int], str] = {}
    for name, text in request.form.items():
        cell = _CELL.fullmatch(name)
        if cell is not None and len(text) <= LONGEST and text.isprintable():
            told[int(cell[1]), int(cell[2])] = text.strip()
        elif name not in CARRIED:
            abort(400)

    def work(conn: sa.Connection) -> str:
        commands.save(
            conn, draft_id, lambda document: filled(document, told), part=NAMES["weights"],
            expected_version=posted_version(), actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".show", draft_id=draft_id, saved=1)

    return write(work)
