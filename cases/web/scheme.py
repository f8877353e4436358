"""Scheme versions: upload with every check shown, the list, what changed between versions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import scheme as commands
from cases.commands.scheme import SchemeFaults
from cases.queries import setup as queries
from cases.queries.scheme import scheme_version
from cases.queries.scheme_draft import drafts, unit_names
from cases.queries.setup import VersionView
from cases.scoring.drafting.difference import NAMES, compare
from cases.scoring.drafting.fields import fields_of
from cases.scoring.drafting.grid import grid
from cases.scoring.exact import plain
from cases.web.access import access, current_actor
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.writing import save
from forms.scheme import UploadScheme
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import Sentence

blueprint = Blueprint("scheme", __name__, url_prefix="/schemes")
P = Permission
SHOWN = 200


def load_version(
    conn: sa.Connection, actor: Actor, permission: Permission, version_id: int
) -> VersionView:
    """A version of the actor's organs. Raises NotVisible."""
    return queries.version_by_id(conn, actor, permission, version_id)


@blueprint.route("", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, uploads=True)
def index() -> ResponseReturnValue:
    """The versions, and the upload of the next."""
    posted = request.method == "POST"
    form = UploadScheme(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    with reading() as conn:
        organs = queries.organs_of(conn, current_actor(), P.SCHEME_EDIT)
        versions = queries.versions(conn, [organ for organ, _ in organs])
        working = drafts(conn, [organ for organ, _ in organs])
    form.organ.offer(organs)
    if len(organs) == 1 and not posted:
        form.organ.data = organs[0][0]

    def page(
        problems: tuple[tuple[Sentence | str, Sentence], ...] = (),
    ) -> ResponseReturnValue:
        return render(
            "pages/schemes.html",
            form=form,
            versions=versions,
            drafts=working,
            problems=problems[:SHOWN],
            count=len(problems),
        )

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        file.stream.seek(0)
        version_id = commands.add_version(
            conn,
            file.stream.read(),
            organ_id=int(form.organ.data or 0),
            note=form.note.data or "",
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", version_id=version_id)

    if not posted:
        return page()
    try:
        return save(form, work, page)
    except SchemeFaults as faults:
        return page(faults.problems), 422  # type: ignore[return-value]


@blueprint.get("/<int:version_id>")
@access(P.SCHEME_EDIT, load=load_version)
def show(found: VersionView, version_id: int) -> ResponseReturnValue:
    """One version: what it holds, and where it differs from another."""
    with reading() as conn:
        others = [
            v
            for v in queries.versions(conn, [found.organ_id])
            if v.code == found.code and v.id != found.id
        ]
        other = _other(found, others)
        document = queries.content_of(conn, version_id)
        before = queries.content_of(conn, other.id) if other else None
        scheme = scheme_version(conn, version_id)
        charged: list[Any] = [*scheme.entered.values(), *scheme.items.values()]
        named = {name for one in charged for name in (one.provider, one.verifier) if name}
        providers = unit_names(conn, named) if named else {}
    differences = compare(before, document) if before is not None else []
    return render(
        "pages/scheme.html",
        found=found,
        scheme=scheme,
        weights=grid(document),
        plain=plain,
        labels={f.key: dict(f.choices) for f in fields_of("indicators", {})},
        providers=providers,
        other=other,
        others=others,
        differences=differences[:SHOWN],
        count=len(differences),
        names=NAMES,
    )


def _other(found: VersionView, others: list[VersionView]) -> VersionView | None:
    """The version asked for, else the one before."""
    asked = request.args.get("with", "")
    for one in others:
        if str(one.id) == asked:
            return one
    before = [one for one in others if one.number < found.number]
    return before[0] if before else None
