"""What the meeting takes along: the A3 paper without intervals, and the same as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from cases.files.table_sheet import Kind, TableColumn, TableSheet, write_tables
from cases.queries import pool as queries
from cases.queries.pool import Board, BoardRow
from cases.queries.pool_sheet import QuotaSheet, quota_sheet
from cases.web.access import access
from cases.web.installation import note_reading, reading
from cases.web.presentation import render
from cases.web.session import current_actor
from workflow.vocabulary import Outcome, Permission

blueprint = Blueprint("pool_papers", __name__, url_prefix="/pools")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:pool_id>/paper")
@access(Permission.POOL_READ, load=queries.load_pool)
def paper(pool: Any, pool_id: int) -> ResponseReturnValue:
    """The meeting's paper, A3 across: no intervals, no severity profile."""
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
    note_reading("pool_paper", object_id=pool_id)
    return render("pages/pool_paper.html", pool=pool, board=found)


@blueprint.get("/<int:pool_id>/workbook")
@access(Permission.POOL_READ, load=queries.load_pool)
def workbook(pool: Any, pool_id: int) -> ResponseReturnValue:
    """The board and the quota sheet as a workbook."""
    with reading() as conn:
        found = queries.board_of(conn, pool, current_actor())
        sheet = quota_sheet(conn, pool)
    note_reading("pool_workbook", object_id=pool_id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.xlsx"
        write_tables(path, [_board_sheet(found), _quota_table(sheet)])
        content = path.read_bytes()
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{pool.title}.xlsx")
    return response


def _board_sheet(board: Board) -> TableSheet:
    columns = [
        TableColumn("序号", 6, Kind.NUMBER),
        TableColumn("姓名（班子）", 14),
        TableColumn("单位及职务", 30),
        *(TableColumn(title, 10, Kind.DECIMAL) for _, title, _ in board.parts),
        TableColumn("综合得分", 10, Kind.DECIMAL),
        TableColumn("参考意见", 10),
        TableColumn("等次建议", 12),
        TableColumn("不得确定为优秀的情形", 36),
        TableColumn("理由", 36),
    ]
    note = "参考意见不作为定等依据。会议材料,会后收回。"
    return TableSheet("考核组别", board.pool.title, columns, _lines(board), note)


def _lines(board: Board) -> Iterator[list[Any]]:
    for number, row in enumerate(board.rows, 1):
        yield [
            number,
            row.case.subject_name,
            f"{row.case.unit_name}{row.case.subject_post or ''}",
            *(row.parts.get(part) for part, _, _ in board.parts),
            row.composite,
            row.suggested.zh if row.suggested else "",
            _outcome(row),
            "；".join(str(b["clause"]) for b in row.bars),
            (row.moves[-1].reason or "") if row.moves else "",
        ]


def _outcome(row: BoardRow) -> str:
    if row.grade is not None:
        return row.grade.zh
    return Outcome.UNGRADED.zh if row.settled else ""


def _quota_table(sheet: QuotaSheet) -> TableSheet:
    columns = [
        TableColumn("组别", 36),
        TableColumn("应参加", 10, Kind.NUMBER),
        TableColumn("算式", 32),
        TableColumn("调整", 8, Kind.NUMBER),
        TableColumn("名额", 8, Kind.NUMBER),
    ]
    lines = (
        [x.pool.title, x.due, (x.pool.quota or {}).get("formula", ""), x.moved, x.pool.seats or 0]
        for x in sheet.lines
    )
    note = f"总控 {sheet.cap},已分配 {sheet.given},机动名额 {sheet.reserve}。{sheet.clause}"
    return TableSheet("优秀名额使用情况", "优秀名额使用情况", columns, lines, note)
