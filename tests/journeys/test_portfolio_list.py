"""The list of leaders in charge as a workbook: out, changed, in again by dry run."""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from cases.files.portfolio_sheet import PORTFOLIO_HEADS
from cases.store import Store
from tests.journeys.test_portfolios import PAGE, Desk
from tests.web_client import Page

OURS = "云州市生态环境局"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return Desk(sqlite_store, tmp_path)


def book(*lines: list[object]) -> io.BytesIO:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as made:
        sheet = made.add_worksheet("分管")
        for number, line in enumerate([list(PORTFOLIO_HEADS), *lines]):
            sheet.write_row(number, 0, line)
    kept.seek(0)
    return kept


def looked_at(desk: Desk, content: io.BytesIO) -> Page:
    office = desk.office
    page = office.get(f"{PAGE}/upload")
    return office.follow(office.submit(page, {"file": (content, "leaders.xlsx")}, action="/upload"))


def test_list_begins_ends_and_repeats_nothing(desk: Desk) -> None:
    office, u = desk.office, desk.world.units
    lead = desk.world.people["lead"]
    seen = looked_at(desk, book([OURS, "陆明晖", "", "2025-03-01", ""]))
    assert "新登记 1 项，登记结束 0 项，已经登记过 0 项，不能登记 0 项。" in seen.text
    done = office.submit(seen, action="/upload/")
    assert "已按分管表登记" in office.follow(done).text
    out = office.get(f"{PAGE}/list.xlsx").response.data
    rows = [list(r) for r in load_workbook(io.BytesIO(out)).active.iter_rows(values_only=True)]
    start = next(n for n, r in enumerate(rows) if r[0] == PORTFOLIO_HEADS[0])
    assert rows[start] == list(PORTFOLIO_HEADS)
    (unit, leader, home, since, until) = rows[start + 1]
    assert (unit, leader, since.date(), until) == (OURS, "陆明晖", date(2025, 3, 1), None)
    same = looked_at(desk, io.BytesIO(out))
    assert ("没有新的分管登记" in same.text, same.forms("/upload/")) == (True, [])
    more = book(
        [OURS, "陆明晖", home, "2025-03-01", "2025-11-30"],
        ["沙溪县", "陆明晖", "", "2025-12-01", ""],
    )
    seen = looked_at(desk, more)
    assert "新登记 1 项，登记结束 1 项" in seen.text
    office.submit(seen, action="/upload/")
    assert desk.kept() == [
        (u["environment"], lead, "2025-03-01", "2025-11-30"),
        (u["county"], lead, "2025-12-01", None),
    ]


def test_each_fault_stands_at_its_cell_and_nothing_is_taken(desk: Desk) -> None:
    good = [OURS, "陆明晖", "", "2025-03-01", ""]
    seen = looked_at(
        desk,
        book(
            good, good[:3] + ["2025-05-01", ""], ["某局", *good[1:]], [OURS, "无此人", *good[2:]],
            [OURS, "欧阳明远", *good[2:]], good[:3] + ["2026-12-31", ""], good[:3] + ["", ""],
        ),
    )  # fmt: skip
    told = [
        " ".join(li.text_content().split())
        for li in seen.tree.xpath("//ul[@class='k-stack-sm']/li")
    ]
    assert told == [
        f"分管!A3 陆明晖，{OURS}：陆明晖在这段时间已经分管这个单位",
        "分管!A4 陆明晖，某局：本机关管理的单位里没有“某局”，或者有几个",
        f"分管!A5 无此人，{OURS}：名册中没有此人，请核对姓名和单位",
        f"分管!A6 欧阳明远，{OURS}：欧阳明远是这个单位的人，不能分管本单位",
        f"分管!A7 陆明晖，{OURS}：开始日期在今天之后，到那一天再登记",
        f"分管!A8 陆明晖，{OURS}：没有填写",
    ]
    assert len(desk.site.site_queries) <= 25
    assert seen.forms("/upload/") == []
    token = seen.path.rsplit("/", 1)[1]
    desk.office.post(f"{PAGE}/upload/{token}", {"token": token}, status=409)
    assert desk.kept() == []


def test_a_file_that_is_no_list_says_so(desk: Desk) -> None:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as made:
        made.add_worksheet().write_row(0, 0, ["姓名", "电话"])
    kept.seek(0)
    assert "没有找到分管表：表头里应有“分管的单位”和“分管领导”" in looked_at(desk, kept).text
