"""单位结果: a unit's own performance result and people's satisfaction, imported by the office and
confirmed there by another person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.unit_results import confirm_results, record_results, return_results
from cases.errors import Invalid
from cases.files.cells import Level, Problem, Unreadable
from cases.files.indicator_sheet import read_decimal
from cases.files.roster_columns import HEAD_ROWS, Column, find_heads, missing
from cases.files.roster_rows import RowReader
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import open_workbook, sheet_problems
from cases.queries.unit_results import (
    CONFIRM,
    ResultLine,
    newest_cycle,
    result_lines,
    waiting_results,
)
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.data_collection import ConfirmResults, UploadResults
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

blueprint = Blueprint("unit_results", __name__, url_prefix="/unit-results")
P = Permission
FULL, MOST_TOLD = 100, 20
COLUMNS: tuple[Column, ...] = (
    Column("unit_code", "单位编码", ("单位代码",), True),
    Column("unit_name", "单位名称", ("单位",)),
    Column("score", "得分", ("结果", "满意度", "分数"), True),
    Column("source", "来源", ("数据来源", "样本量"), True),
    Column("document", "文号", ("佐证文号", "依据"), True),
)


@blueprint.route("", methods=["GET", "POST"])
@access(P.GATE_PASS, uploads=True)
def index() -> ResponseReturnValue:
    """What is recorded; import more from a workbook, whole or not at all."""
    with reading() as conn:
        cycle = newest_cycle(conn, current_actor(), P.GATE_PASS)
        lines = result_lines(conn, cycle.id) if cycle is not None else []
        waits = waiting_results(conn, cycle.id, current_actor()) if cycle is not None else []
    posted = request.method == "POST"
    form = UploadResults(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )

    def page() -> str:
        done = request.args.get("done", type=int)
        return render(
            "pages/data_results.html", cycle=cycle, lines=lines, waits=waits, form=form, done=done
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        if cycle is None:
            raise Invalid({"file": m("还没有考核年度")})
        file: Any = form.file.data
        rows = _rows(file.stream.read(), file.filename, lines)
        kind = str(form.kind.data)
        done = record_results(conn, cycle.id, kind, rows, actor=current_actor(), at=at())
        return url_for("unit_results.index", done=done)

    return save(form, work, page)


@blueprint.route("/confirmation", methods=["GET", "POST"])
@access(CONFIRM)
def confirm() -> ResponseReturnValue:
    """What others recorded: confirm it, or give it back with the reason."""
    with reading() as conn:
        cycle = newest_cycle(conn, current_actor(), CONFIRM)
        waits = waiting_results(conn, cycle.id, current_actor()) if cycle is not None else []
    form = ConfirmResults(request.form if request.method == "POST" else None, say=say)
    form.take.offer([(str(x.id), x.unit) for x in waits if x.closed is None])

    def page() -> str:
        return render("pages/data_results_confirm.html", cycle=cycle, waits=waits, form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        marks = dict(
            pair.split(":", 1) for pair in request.form.get("_seen", "").split(",") if pair
        )
        chosen = {int(one): marks.get(one, "") for one in form.take.data or ()}
        actor = current_actor()
        if form.do.data == "return":
            reason = str(form.reason.data or "")
            return_results(conn, cycle.id, chosen, reason, actor=actor, at=at())
        else:
            confirm_results(conn, cycle.id, chosen, actor=actor, at=at())
        return url_for("unit_results.confirm")

    return save(form, work, page)


@blueprint.get("/workbook")
@access(P.GATE_PASS)
def download() -> ResponseReturnValue:
    """An empty table with the units of the cycle."""
    with reading() as conn:
        cycle = newest_cycle(conn, current_actor(), P.GATE_PASS)
        lines = result_lines(conn, cycle.id) if cycle is not None else []
    columns = [TableColumn(c.head, 24 if c.field == "unit_name" else 16) for c in COLUMNS]
    rows = ([x.code, x.unit, "", "", ""] for x in lines)
    title = f"{cycle.title if cycle is not None else ''}单位结果"
    note = "得分在 0 至 100 之间。满意度的来源写明样本量,如“问卷 512 份”。"
    return as_download(TableSheet("单位结果", title, columns, rows, note), title)


def _rows(data: bytes, name: str, lines: list[ResultLine]) -> list[tuple[int, str, str, str]]:
    """(unit id, score, source, document). Raises Invalid naming the cells that are wrong."""
    found: list[tuple[int, str, str, str]] = []
    wrong: list[Sentence] = []
    try:
        units, seen = {x.code: x.unit_id for x in lines}, set[str]()
        for row in _read(data, name):
            line = _line(row, units, seen, wrong)
            found += [line] if line is not None else []
    except Unreadable as unreadable:
        raise Invalid({"file": unreadable.problems[0].sentence}) from unreadable
    if wrong:
        told = wrong[0]
        for one in wrong[1:MOST_TOLD]:
            told = m("%(first)s；%(second)s", first=told, second=one)
        if len(wrong) > MOST_TOLD:
            more = m("还有 %(n)s 处", n=len(wrong) - MOST_TOLD)
            told = m("%(first)s；%(second)s", first=told, second=more)
        raise Invalid({"file": told})
    if not found:
        raise Invalid({"file": m("表格中没有得分")})
    return found


def _read(data: bytes, name: str) -> Iterator[RowReader]:
    for sheet in open_workbook(data, filename=name).sheets:
        heads = find_heads(sheet, sheet.top(HEAD_ROWS), COLUMNS)
        if heads is None:
            continue
        wrong = [*heads.problems, *missing(sheet, heads, COLUMNS)]
        for problem in [*sheet_problems(sheet.facts, heads.row), *wrong]:
            raise _at(problem)
        for number, cells in sheet.rows():
            row = RowReader(sheet.name, number, cells, heads)
            if number > heads.row and row.text("score"):
                yield row


def _line(
    row: RowReader, units: dict[str, int], seen: set[str], wrong: list[Sentence]
) -> tuple[int, str, str, str] | None:
    """One row; what is wrong with it goes to ``wrong``, by cell."""
    code, score = row.code("unit_code", required=True), row.value("score", read_decimal)
    line = (row.text("score"), row.text("source"), row.text("document"))
    if code and code not in units:
        row.problem("unit_code", m("没有编码为“%(code)s”的单位", code=code))
    elif code in seen:
        row.problem("unit_code", m("这个单位在前面已有一行"))
    seen.add(code)
    if score is not None and not 0 <= score <= FULL:
        row.problem("score", m("得分应在 0 至 100 之间"))
    errors = [p for p in row.problems if p.level is Level.ERROR]
    wrong += [_told(p) for p in errors]
    return None if errors else (units[code], *line)


def _at(problem: Problem) -> Invalid:
    return Invalid({"file": _told(problem)})


def _told(problem: Problem) -> Sentence:
    return m("%(cell)s：%(text)s", cell=problem.place, text=problem.sentence)
