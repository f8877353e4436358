"""A survey's result as Excel: the figures of its page, each with its sample."""

from __future__ import annotations

from collections.abc import Iterator

from cases.files.table_sheet import Kind, TableColumn, TableSheet, Value
from cases.queries.surveys import LineView, SurveyView, UnitVoice
from cases.scoring.exact import shown
from cases.web.presentation import say


def result_table(view: SurveyView) -> TableSheet:
    """One row a line of the page: units, and areas as far as they may be shown."""
    columns = [
        TableColumn("单位", 24),
        TableColumn("地区", 24),
        TableColumn("访问数", 10, Kind.NUMBER),
        TableColumn("有效样本", 10, Kind.NUMBER),
        TableColumn("回应率", 18),
        *(TableColumn(str(o.title), 10, Kind.NUMBER) for o in view.scale.options),
        TableColumn("好评率", 18),
        TableColumn("得分", 10),
        TableColumn("用于考核", 10),
        TableColumn("计算和说明", 60),
    ]
    days = f"{view.row.started_on} 至 {view.row.ended_on}"
    note = f"{view.mode.zh};{days};实施单位:{view.provider};来源:{view.row.source}"
    if view.unchecked:
        note += ";开放问卷,没有核对身份"
    return TableSheet("评价结果", view.row.title, columns, _rows(view), note)


def _rows(view: SurveyView) -> Iterator[list[Value]]:
    for unit in view.units:
        if unit.total is None:
            withheld = say(unit.voice.withheld) if unit.voice.withheld else ""
            blanks: list[Value] = [""] * (len(view.scale.options) + 6)
            yield [unit.name, "", *blanks, withheld]
            continue
        yield _row(unit, "合计", unit.total, total=True)
        for line in unit.lines:
            yield _row(unit, "、".join(line.line.names), line, total=False)


def _row(unit: UnitVoice, area: str, line: LineView, *, total: bool) -> list[Value]:
    answers: list[Value] = [n for _, n in line.questions[0].answers]
    score = unit.score if total else None
    remarks = [] if score is None else [say(r) for r in score.remarks]
    return [
        unit.name,
        area,
        line.line.asked or None,
        line.line.answered,
        str(line.response) if line.line.asked else "没有统计",
        *answers,
        str(line.good),
        "" if line.score.mean is None else shown(line.score.mean),
        "" if score is None or score.used is None else shown(score.used),
        ";".join([line.score.arithmetic, *remarks]),
    ]
