"""回复意见: the addressed body's side. Objections case by case, one word for all the rest."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.opinion_requests import answer as answer_request
from cases.errors import Invalid
from cases.files.cells import Unreadable
from cases.files.roster_columns import HEAD_ROWS, Column, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import open_workbook
from cases.queries.opinions import ItemRow, RequestRow, items_of, load_request, requests
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, note_reading, reading
from cases.web.opinions import days_left
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import checked, save
from forms.opinions import AnswerRequest, UploadOpinions, answer_form
from workflow.vocabulary import OpinionRequestState, Permission
from workflow.words import m

blueprint = Blueprint("opinion_answers", __name__, url_prefix="/opinion-answers")
P = Permission
MOST_ON_PAGE = 300
"""Beyond so many cases the letter is answered by workbook: a page of more boxes helps nobody."""
COLUMNS: tuple[Column, ...] = (
    Column("ref", "编号", ("考核卷编号",), True),
    Column("name", "姓名(班子)", ("姓名",)),
    Column("unit", "单位", ()),
    Column("post", "职务", ()),
    Column("opinion", "意见", ("不同意见",), True),
)


@blueprint.get("")
@access(P.OPINION_ANSWER)
def index() -> ResponseReturnValue:
    """Letters addressed to one's own body."""
    with reading() as conn:
        found = requests(conn, current_actor(), P.OPINION_ANSWER)
        left = days_left(conn, found)
    return render("pages/opinion_asked.html", requests=found, left=left)


def _form(items: list[ItemRow], posted: Any, data: dict[str, Any] | None = None) -> AnswerRequest:
    made = answer_form((i.case_id, i.subject) for i in items)
    return made(posted, say=say, data=data)


def _page(letter: RequestRow, items: list[ItemRow], form: AnswerRequest, read: int = -1) -> str:
    with reading() as conn:
        left = days_left(conn, [letter]).get(letter.id)
    return render(
        "pages/opinion_answer.html",
        letter=letter,
        items=items,
        form=form,
        left=left,
        read=read,
        upload=UploadOpinions(say=say),
        by_page=len(items) <= MOST_ON_PAGE,
    )


@blueprint.route("/<ref>", methods=["GET", "POST"])
@access(P.OPINION_ANSWER, load=load_request)
def answer(letter: RequestRow, ref: str) -> ResponseReturnValue:
    """Answer the letter; what was said before stands in the boxes after a return."""
    with reading() as conn:
        items = items_of(conn, letter.id)
    note_reading("opinion_request", object_id=letter.id)
    if letter.state is not OpinionRequestState.SENT and request.method == "GET":
        objections = [i for i in items if i.objection]
        return render("pages/opinion_done.html", letter=letter, n=len(items), items=objections)
    before = {f"item_{i.case_id}": i.text for i in items if i.text}
    form = _form(items, request.form or None, before)
    if request.method == "GET":
        return _page(letter, items, form)

    def work(conn: sa.Connection) -> str:
        answer_request(
            conn, letter.id, form.opinions(), document=str(form.document.data),
            summary=form.opinion.data or "", actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("opinion_answers.answer", ref=ref)

    return save(form, work, lambda: _page(letter, items, form))


@blueprint.get("/<ref>/workbook")
@access(P.OPINION_ANSWER, load=load_request)
def download(letter: RequestRow, ref: str) -> ResponseReturnValue:
    """The list of the letter with a column for opinions."""
    with reading() as conn:
        items = items_of(conn, letter.id)
    widths = (18, 14, 26, 26, 60)
    columns = [TableColumn(c.head, w) for c, w in zip(COLUMNS, widths, strict=True)]
    rows = ([i.ref, i.subject, i.unit, i.post or "", i.text or ""] for i in items)
    note = "只填“意见”。没有不同意见的留空。"
    return as_download(TableSheet("征求意见", letter.title, columns, rows, note), letter.ref)


@blueprint.post("/<ref>/upload")
@access(P.OPINION_ANSWER, load=load_request, uploads=True)
def upload(letter: RequestRow, ref: str) -> ResponseReturnValue:
    """Read the filled workbook into the boxes; nothing is sent before the letter is answered."""
    with reading() as conn:
        items = items_of(conn, letter.id)
    form = UploadOpinions(CombinedMultiDict([request.form, request.files]), say=say)
    shown = _form(items, None)
    if not checked(form):
        shown.form_errors = [text for _, text in form.problems()]
        return _page(letter, items, shown), 422
    file: Any = form.file.data
    try:
        read = _read(file.stream.read(), file.filename, {i.ref: i.case_id for i in items})
    except Invalid as invalid:
        shown.take(invalid.errors)
        return _page(letter, items, shown), 422
    data = {f"item_{case_id}": text for case_id, text in read.items()}
    return _page(letter, items, _form(items, None, data), len(read))


def _read(data: bytes, name: str, cases: dict[str, int]) -> dict[int, str]:
    """Case id -> opinion. Raises Invalid naming the first cell that is wrong."""
    found: dict[int, str] = {}
    try:
        for sheet in open_workbook(data, filename=name).sheets:
            heads = find_heads(sheet, sheet.top(HEAD_ROWS), COLUMNS)
            if heads is None:
                continue
            for problem in missing(sheet, heads, COLUMNS):
                raise Invalid({"file": problem.sentence})
            for number, cells in sheet.rows():
                row = RowReader(sheet.name, number, cells, heads)
                if number > heads.row and row.text("opinion"):
                    found[_case(row, cases)] = row.text("opinion")
    except Unreadable as unreadable:
        raise Invalid({"file": unreadable.problems[0].sentence}) from unreadable
    return found


def _case(row: RowReader, cases: dict[str, int]) -> int:
    ref = row.text("ref")
    if ref not in cases:
        place = row.place("ref")
        raise Invalid({"file": m("%(cell)s:来函名单中没有“%(ref)s”", cell=place, ref=ref)})
    return cases[ref]
