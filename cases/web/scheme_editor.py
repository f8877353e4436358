"""A draft of a scheme, edited part by part: what the checks say, the saves, one row after another.

Every save is stored whatever the checks say; only a draft without faults becomes a version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import scheme_draft as commands
from cases.commands.scheme import SchemeFaults
from cases.queries import scheme_draft as queries
from cases.queries import setup
from cases.queries.scheme_draft import DraftView
from cases.scoring import scheme as documents
from cases.scoring.drafting import difference, rows
from cases.scoring.drafting.fields import BASICS, PARTS, TREES, Field, fields_of, link_field
from cases.scoring.drafting.settings import SETTINGS
from cases.scoring.drafting.values import made, settled, texts
from cases.scoring.scheme_joins import AFTER
from cases.web.access import access, current_actor
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.scheme_choices import by_name
from cases.web.scheme_faults import faults_of, mark, title_of
from cases.web.writing import posted_version, save, write
from forms.scheme import UploadHalf, field_name, row_form
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

blueprint = Blueprint("scheme_editor", __name__, url_prefix="/schemes/drafts/<int:draft_id>")
P = Permission
SHOWN = 200
ACTS = ("up", "down", "drop")
UNDER = Field("under", "word", m("上级"))
ADD_LINK = link_field("add_link", m("增加一步变换"))
ADD_AFTER = link_field("add_link", m("合成后增加一步变换"), AFTER)
HEADINGS: Mapping[str, Sentence] = {
    **difference.NAMES, "classes": m("各类单位"), "indicators": m("各项指标")
}  # fmt: skip
"""Part -> what the page of all its rows is called."""
NEW_TITLES: Mapping[str, Sentence] = {
    "classes": m("增加类别"),
    "indicators": m("增加指标"),
    "series": m("增加辅助数据"),
    "checks": m("增加核对关系"),
    "items": m("增加加减分项"),
    "red_lines": m("增加底线"),
}


def load_draft(
    conn: sa.Connection, actor: Actor, permission: Permission, draft_id: int, **_: Any
) -> DraftView:
    """A draft of the actor's organs. Raises NotVisible."""
    return queries.draft_by_id(conn, actor, permission, draft_id)


@blueprint.get("")
@access(P.SCHEME_EDIT, load=load_draft)
def show(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """What the checks say, the parts, what changed against its base, the saves."""
    return overview(draft)


def overview(draft: DraftView, form: Any = None, problems: Any = ()) -> str:
    """The draft's page; ``problems`` are those of a file that wasn't taken."""
    with reading() as conn:
        saved = queries.saves(conn, draft.id)
        base = setup.content_of(conn, draft.based_on) if draft.based_on else None
    changes = difference.compare(base, draft.content) if base is not None else []
    faults = faults_of(draft)
    return render(
        "pages/scheme_draft.html",
        draft=draft,
        form=form or UploadHalf(say=say),
        settings=SETTINGS.items(),
        parts=[(part, HEADINGS[part], _count(draft, part)) for part in PARTS],
        faults=faults[:SHOWN],
        count=len(faults),
        saved=saved,
        changes=changes[:SHOWN],
        changed=len(changes),
        problems=problems,
        names=difference.NAMES,
    )


def _count(draft: DraftView, part: str) -> int:
    return sum(1 for _ in rows.walk(draft.content, part))


@blueprint.post("/back")
@access(P.SCHEME_EDIT, load=load_draft)
def back(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """Take an earlier save up again."""
    number = request.form.get("number", "")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        abort(400)

    def work(conn: sa.Connection) -> str:
        commands.go_back(
            conn, draft_id, int(number),
            expected_version=posted_version(), actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".show", draft_id=draft_id)

    return write(work)


@blueprint.post("/publish")
@access(P.SCHEME_EDIT, load=load_draft)
def publish(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """Make the draft a version; with a fault left, the page again."""

    note = request.form.get("note", "").strip()[:200]
    if not note.isprintable():
        abort(400)

    def work(conn: sa.Connection) -> str:
        version_id = commands.publish(
            conn, draft_id, note=note,
            expected_version=posted_version(), actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("scheme.show", version_id=version_id)

    try:
        return write(work)
    except SchemeFaults:
        return overview(draft), 422


@blueprint.route("/basics", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_draft)
def basics(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """Title, year, organ; how weights total; caps of all items."""
    form = _form(BASICS, draft.content)

    def page() -> ResponseReturnValue:
        return _row_page(draft, "", (), form, difference.NAMES["basics"], BASICS)

    def work(conn: sa.Connection) -> str:
        _store(conn, draft, lambda d: made(BASICS, _told(form, BASICS), d),
               difference.NAMES["basics"])  # fmt: skip
        return url_for(".basics", draft_id=draft_id, saved=1)

    return save(form, work, page) if request.method == "POST" else page()


@blueprint.get("/<part>")
@access(P.SCHEME_EDIT, load=load_draft)
def listing(draft: DraftView, draft_id: int, part: str) -> ResponseReturnValue:
    """The rows of a part, a tree indented."""
    if part not in PARTS:
        abort(404)
    marked = {rows.located(draft.content, path) for path, _ in documents.check(draft.content)[1]}
    found = [
        (place, rows.written(place), row, title_of(row), (part, place) in marked)
        for place, row in rows.walk(draft.content, part)
    ]
    codes = {str(row["provider"]) for _, _, row, _, _ in found if row.get("provider")}
    with reading() as conn:
        providers = queries.unit_names(conn, codes) if codes else {}
    return render(
        "pages/scheme_part.html",
        draft=draft,
        part=part,
        name=HEADINGS[part],
        add=NEW_TITLES[part],
        tree=part in TREES,
        rows=found,
        labels={f.key: dict(f.choices) for f in fields_of(part, {})},
        providers=providers,
        names={
            row["code"]: title_of(row)
            for kind in ("indicators", "items")
            for _, row in rows.walk(draft.content, kind)
            if row.get("code")
        },
    )


@blueprint.route("/<part>/new", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_draft)
def new(draft: DraftView, draft_id: int, part: str) -> ResponseReturnValue:
    """Another row, at the end or below the one asked for."""
    if part not in PARTS:
        abort(404)
    own = _own(draft, part, {})
    fields = (*own, *_around(draft, part, None))
    form = _form(fields, {"under": request.args.get("under", "")})

    def page() -> ResponseReturnValue:
        return _row_page(draft, part, (), form, NEW_TITLES[part], fields)

    def work(conn: sa.Connection) -> str:
        told = _told(form, fields)
        under = _under(told)
        fresh: list[rows.Place] = []

        def edit(document: dict[str, Any]) -> dict[str, Any]:
            row = settled(made(own, told, {}))
            after, place = rows.added(document, part, under, row)
            fresh.append(place)
            return after

        _store(conn, draft, edit, NEW_TITLES[part])
        place = rows.written(fresh[0])
        return url_for(".row", draft_id=draft_id, part=part, place=place, saved=1)

    return save(form, work, page) if request.method == "POST" else page()


@blueprint.route("/<part>/<place>", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_draft)
def row(draft: DraftView, draft_id: int, part: str, place: str) -> ResponseReturnValue:
    """One row. Another method or a further link of the chain brings its own fields next."""
    here = _here(draft, part, place)
    old = rows.row_at(draft.content, part, here)
    own = _own(draft, part, old)
    fields = (*own, *_around(draft, part, here), *_links(part, old))
    above = rows.written(here[:-1])
    form = _form(fields, {**old, "under": above})
    name = m("%(part)s：%(title)s", part=difference.NAMES[part], title=title_of(old))

    def page() -> ResponseReturnValue:
        return _row_page(draft, part, here, form, name, fields)

    def work(conn: sa.Connection) -> str:
        told = _told(form, fields)
        places: list[rows.Place] = [here]

        def edit(document: dict[str, Any]) -> dict[str, Any]:
            after = rows.replaced(document, part, here, _changed(own, told, old))
            if part in TREES and told["under"] != above:
                after, places[0] = rows.moved(after, part, here, _under(told))
            return after

        _store(conn, draft, edit, name)
        there = rows.written(places[0])
        return url_for(".row", draft_id=draft_id, part=part, place=there, saved=1)

    return save(form, work, page) if request.method == "POST" else page()


@blueprint.post("/<part>/<place>/<act>")
@access(P.SCHEME_EDIT, load=load_draft)
def act(draft: DraftView, draft_id: int, part: str, place: str, act: str) -> ResponseReturnValue:
    """Move a row among its siblings, or take it out with what lies below."""
    here = _here(draft, part, place)
    if act not in ACTS:
        abort(404)
    title = title_of(rows.row_at(draft.content, part, here))
    said = m("删去“%(title)s”", title=title) if act == "drop" else m("移动“%(title)s”", title=title)

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        if act == "drop":
            return rows.dropped(document, part, here)
        return rows.shifted(document, part, here, -1 if act == "up" else 1)[0]

    def work(conn: sa.Connection) -> str:
        _store(conn, draft, edit, said)
        return url_for(".listing", draft_id=draft_id, part=part)

    return write(work)


def _here(draft: DraftView, part: str, place: str) -> rows.Place:
    if part not in PARTS:
        abort(404)
    try:
        here = rows.place_of(place)
        rows.row_at(draft.content, part, here)
    except LookupError:
        abort(404)
    return here


def _own(draft: DraftView, part: str, row: Mapping[str, Any]) -> tuple[Field, ...]:
    with reading() as conn:
        return by_name(conn, draft.content, fields_of(part, row), row)


def _around(draft: DraftView, part: str, here: rows.Place | None) -> tuple[Field, ...]:
    """The choice of the row above, for trees."""
    if part not in TREES:
        return ()
    choices = tuple(
        (rows.written(place), "　" * (len(place) - 1) + title_of(one))
        for place, one in rows.walk(draft.content, part)
        if here is None or place[: len(here)] != here
    )
    return (Field(UNDER.key, UNDER.kind, UNDER.label, choices),) if choices else (UNDER,)


def _links(part: str, old: Mapping[str, Any]) -> tuple[Field, ...]:
    if part != "indicators":
        return ()
    return (ADD_AFTER,) if old.get("children") else (ADD_LINK,)


def _under(told: Mapping[str, str]) -> rows.Place:
    return rows.place_of(told["under"]) if told.get("under") else ()


def _changed(
    own: tuple[Field, ...], told: Mapping[str, str], old: Mapping[str, Any]
) -> dict[str, Any]:
    after = made(own, told, old)
    if told.get(ADD_LINK.key):
        after["chain"] = [*(after.get("chain") or []), {"link": told[ADD_LINK.key]}]
    return settled(after)


def _form(fields: tuple[Field, ...], values: Mapping[str, Any]) -> Any:
    posted = request.form if request.method == "POST" else None
    filled = {field_name(key): text for key, text in texts(values, fields).items()}
    return row_form(fields)(posted, say=say, data=None if posted is not None else filled)


def _told(form: Any, fields: tuple[Field, ...]) -> dict[str, str]:
    return {one.key: form[field_name(one.key)].data or "" for one in fields}


def _store(conn: sa.Connection, draft: DraftView, edit: commands.Edit, part: Sentence) -> None:
    commands.save(
        conn, draft.id, edit, part=part,
        expected_version=posted_version(), actor=current_actor(), at=at(),
    )  # fmt: skip


def _row_page(
    draft: DraftView, part: str, here: rows.Place, form: Any, name: Any, fields: tuple[Field, ...]
) -> str:
    faults = [f for f in faults_of(draft) if f.url == request.path]
    refused = mark(form, faults)
    return render(
        "pages/scheme_row.html",
        draft=draft,
        part=part,
        part_name=difference.NAMES[part or "basics"],
        place=rows.written(here),
        name=name,
        form=form,
        sections=sections(fields),
        refused=refused,
        faults=faults,
        saved="saved" in request.args,
        tree=part in TREES,
    )


def sections(fields: tuple[Field, ...]) -> list[tuple[Sentence | None, list[list[str]]]]:
    """The controls in their groups: the row's own, the method's parameters, the chain."""
    groups: dict[str, list[str]] = {"": [], "parameters": [], "chain": []}
    for one in fields:
        head = one.key.partition(".")[0]
        head = "chain" if one.key == ADD_LINK.key else head
        groups[head if head in groups else ""].append(field_name(one.key))
    group = any(one.key == "aggregate" for one in fields)
    chain = m("合成后、再计分前的变换") if group else m("计分前变换")
    titles = {"": None, "parameters": m("计分参数"), "chain": chain}
    return [(titles[key], [names]) for key, names in groups.items() if names]
