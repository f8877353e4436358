"""Act: one department sends its figures as a list with a source a row, one of them doubted."""

from __future__ import annotations

import csv
import io
from typing import Any

from cases.commands.observation_plan import plan
from cases.commands.observations import settle, take_list
from cases.demo.city.figures import REPORTED, indicator_titles
from cases.demo.theatre import Theatre, at
from cases.files.observation_list import OBSERVATION_HEADS
from cases.files.store import FileStore
from cases.files.workbook import open_workbook
from cases.queries.data_sheet import desk_of
from cases.queries.observations import conflicts_at
from workflow.vocabulary import ConflictOutcome, Permission

PROVIDER = "YZ-B07"
NAME = "城镇化率观测值.csv"
ROUGH = "网络文章(虚构)"
REASON = "以普查分县资料为准,网络文章取了整数"


def take(theatre: Theatre, figures: list[Any]) -> None:
    """The list becomes drafts of the values; the round figure of an article does not hold."""
    clerk = theatre.actor(f"data_provider/{PROVIDER}")
    data = _list(theatre.year, [f for f in figures if f.provider == PROVIDER])
    when = at(REPORTED, 9)
    with theatre.writing() as conn:
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        assert desk is not None
        kept = FileStore(theatre.settings.files).put(conn, data, name=NAME, at=when)
        made = plan(conn, open_workbook(data, filename=NAME), desk, REPORTED)
        take_list(conn, made, desk, file_id=kept.id, name=NAME, actor=clerk, at=when)
        for conflict in conflicts_at(conn, clerk):
            settle(conn, conflict.id, ConflictOutcome.KEPT, REASON, actor=clerk, at=when)


def _list(year: int, figures: list[Any]) -> bytes:
    """CSV, a row a figure in the order of the counties, then the doubtful one."""
    first = figures[0]
    rows = [(f, f"{f.value:f}", "统计资料", f.source, "是") for f in figures]
    rows.append((first, f"{first.value:.0f}", "网页", ROUGH, "否"))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(OBSERVATION_HEADS)
    titles = indicator_titles()
    for figure, value, kind, source, official in rows:
        table.writerow(
            (figure.unit, year, figure.indicator, value, titles[figure.indicator][1], kind, source,
             "", "人工摘录", official, "虚构演示")
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")
