"""Schemes as files and copies: YAML and Excel, out and into a draft; another year's copy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import scheme_draft as commands
from cases.commands.scheme import SchemeFaults, placed, read_document
from cases.files.cells import Problem, Unreadable
from cases.files.scheme_columns import BASICS_SHEET, GUIDE_SHEET, SHEETS, WEIGHTS_SHEET
from cases.files.scheme_settings_sheet import SETTINGS_SHEETS, read_settings
from cases.files.scheme_sheet import write_scheme
from cases.files.scheme_slips import strange_sheets
from cases.files.scheme_swaps import swapped_rows
from cases.files.scheme_upload import read_scheme
from cases.files.workbook import open_workbook
from cases.queries import setup
from cases.queries.scheme_draft import DraftView
from cases.queries.setup import VersionView
from cases.scoring import scheme as documents
from cases.scoring.document_file import PlainDumper
from cases.scoring.drafting.values import value_at
from cases.web.access import access, current_actor
from cases.web.data_workbook import XLSX
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.scheme import load_version
from cases.web.scheme_editor import load_draft, overview
from cases.web.writing import posted_version, save, write
from forms.scheme import CopyScheme, UploadHalf
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("scheme_files", __name__, url_prefix="/schemes")
P = Permission
KNOWN_SHEETS = frozenset(
    {BASICS_SHEET, WEIGHTS_SHEET, GUIDE_SHEET, *SETTINGS_SHEETS.values(),
     *(name for name, _ in SHEETS.values())}
)  # fmt: skip
Document = dict[str, Any]


def as_yaml(document: Mapping[str, Any]) -> bytes:
    """The document as the YAML file that reads back as the same document."""
    text = yaml.dump(
        dict(document), Dumper=PlainDumper, allow_unicode=True, sort_keys=False, width=100
    )
    return str(text).encode("utf-8")


def yaml_file(content: bytes, name: str) -> Response:
    """A YAML file to keep."""
    answer = Response(content, mimetype="application/yaml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.yaml")
    return answer


def xlsx(document: Mapping[str, Any], name: str) -> Response:
    """The workbook of a document to keep."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scheme.xlsx"
        write_scheme(path, document)
        answer = Response(path.read_bytes(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer


def _content(version_id: int) -> Document:
    with reading() as conn:
        return setup.content_of(conn, version_id)


@blueprint.get("/<int:version_id>/scheme.yaml")
@access(P.SCHEME_EDIT, load=load_version)
def version_yaml(found: VersionView, version_id: int) -> ResponseReturnValue:
    """A version as the file it can be made from."""
    return yaml_file(as_yaml(_content(version_id)), f"{found.code}-{found.number}")


@blueprint.get("/<int:version_id>/scheme.xlsx")
@access(P.SCHEME_EDIT, load=load_version)
def version_xlsx(found: VersionView, version_id: int) -> ResponseReturnValue:
    """A version as a workbook: indicators, shares, ballot, timetable."""
    return xlsx(_content(version_id), f"{found.code}-{found.number}")


@blueprint.get("/drafts/<int:draft_id>/scheme.yaml")
@access(P.SCHEME_EDIT, load=load_draft)
def draft_yaml(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """The draft as it is saved, faults and all."""
    return yaml_file(as_yaml(draft.content), say(m("草稿 %(title)s", title=draft.title)))


@blueprint.get("/drafts/<int:draft_id>/scheme.xlsx")
@access(P.SCHEME_EDIT, load=load_draft)
def draft_xlsx(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """The draft as a workbook, faults and all."""
    return xlsx(draft.content, say(m("草稿 %(title)s", title=draft.title)))


@blueprint.post("/<int:version_id>/draft")
@access(P.SCHEME_EDIT, load=load_version)
def edit(found: VersionView, version_id: int) -> ResponseReturnValue:
    """Begin a draft of the next version."""

    def work(conn: sa.Connection) -> str:
        draft_id = commands.start_from(conn, version_id, actor=current_actor(), at=at())
        return url_for("scheme_editor.show", draft_id=draft_id)

    return write(work)


@blueprint.route("/<int:version_id>/copy", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_version)
def copy(found: VersionView, version_id: int) -> ResponseReturnValue:
    """Another year's scheme, begun with this version's content."""
    posted = request.method == "POST"
    form = CopyScheme(request.form if posted else None, say=say,
                      data=None if posted else _renewed(_content(version_id)))  # fmt: skip

    def page() -> ResponseReturnValue:
        return render("pages/scheme_copy.html", found=found, form=form)

    def work(conn: sa.Connection) -> str:
        title: Any = form.title.data
        if form.title_en.data:
            title = {"zh": title, "en": form.title_en.data}
        draft_id = commands.start_from(
            conn, version_id, actor=current_actor(), at=at(),
            renewed={"code": form.code.data, "title": title, "year": int(form.year.data or 0)},
        )  # fmt: skip
        return url_for("scheme_editor.show", draft_id=draft_id)

    return save(form, work, page) if posted else page()


def _renewed(document: Document) -> dict[str, Any]:
    """Code, titles and year with the next year in place of this one's."""
    year = document.get("year")
    year = year if isinstance(year, int) else 0

    def later(value: Any) -> str:
        return str(value or "").replace(str(year), str(year + 1))

    return {
        "year": year + 1,
        "code": later(document.get("code")),
        "title": later(value_at(document, "title.zh")),
        "title_en": later(value_at(document, "title.en")),
    }


@blueprint.post("/drafts/<int:draft_id>/file")
@access(P.SCHEME_EDIT, load=load_draft, uploads=True)
def take(draft: DraftView, draft_id: int) -> ResponseReturnValue:
    """A file in place of the draft's content; with any fault nothing is stored."""
    form = UploadHalf(CombinedMultiDict([request.form, request.files]), say=say)
    told: list[tuple[str, Any]] = []

    def page() -> ResponseReturnValue:
        return overview(draft, form, told)

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        file.stream.seek(0)
        content = file.stream.read()
        excel = str(file.filename).lower().endswith(".xlsx")
        made = _from_excel(content) if excel else _from_yaml(content)
        commands.save(
            conn, draft_id, made, part=m("导入文件“%(name)s”", name=str(file.filename)),
            expected_version=posted_version(), actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("scheme_editor.show", draft_id=draft_id)

    try:
        return save(form, work, page)
    except SchemeFaults as faults:
        told = [(say(where), sentence) for where, sentence in faults.problems]
    except Unreadable as faults:
        told = [(" ".join(x for x in (p.sheet, p.cell) if x), p.sentence) for p in faults.problems]
    return page(), 422  # type: ignore[return-value]


def _from_yaml(content: bytes) -> Callable[[Document], Document]:
    """Raises SchemeFaults with the line of every problem."""
    document = read_document(content)
    problems = documents.check(document)[1]
    if problems:
        raise SchemeFaults(placed(content, problems))
    return lambda _: document


def _from_excel(content: bytes) -> Callable[[Document], Document]:
    """Raises Unreadable with the sheet and cell of every problem."""
    opened = open_workbook(content)
    _refuse(strange_sheets(opened, KNOWN_SHEETS))
    book, settings = read_scheme(opened), read_settings(opened)
    problems = documents.check_indicators(book.document)[1]
    if problems:
        raise Unreadable(tuple(book.placed(problems)))

    def made(document: Document) -> Document:
        due = [name for part, name in SETTINGS_SHEETS.items() if part in document]
        _refuse(strange_sheets(opened, KNOWN_SHEETS, due))
        _refuse(swapped_rows(document, book))
        whole = settings.into(commands.take_half(document, book.document))
        told = settings.placed(documents.check(whole)[1])
        if told:
            raise Unreadable(tuple(told))
        return whole

    return made


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise Unreadable(found)
