"""A list of administrative changes as offices and published lists write it."""

import io
from datetime import date

import pytest
import xlsxwriter

from cases.files.unit_change_sheet import CHANGE_HEADS, ChangeRow, read_changes
from cases.files.workbook import open_workbook
from tests.golden.reference import folder, rows

KINDS = {"rename": "更名", "merge": "合并", "abolish_or_merge": "合并"}


def read(lines: list[list[object]]) -> list[ChangeRow]:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([list(CHANGE_HEADS), *lines]):
            sheet.write_row(number, 0, line)
    problems, found = read_changes(open_workbook(kept.getvalue(), filename="a.xlsx"))
    assert problems == []
    return found


def change(day: object) -> list[object]:
    return ["更名", day, "", "潞西市", "", "芒市", "国函〔2010〕1号", ""]


@pytest.mark.parametrize("typed", ["2010", "2010年", 2010, 2010.0, "2010 年"])
def test_a_year_alone_is_taken_as_a_year(typed: object) -> None:
    (row,) = read([change(typed)])
    assert (row.day, row.year_only, row.problems) == (date(2010, 1, 1), True, ())


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2010-01-01", date(2010, 1, 1)),
        ("2010.7", date(2010, 7, 31)),
        (20100712, date(2010, 7, 12)),
    ],
)
def test_a_day_stays_a_day(typed: object, day: date) -> None:
    (row,) = read([change(typed)])
    assert (row.day, row.year_only) == (day, False)


@pytest.mark.parametrize("typed", ["1066", "9999", "二〇一〇", "201"])
def test_what_is_no_year_is_told_at_its_cell(typed: str) -> None:
    (row,) = read([change(typed)])
    assert (row.day, [one.cell for one in row.problems]) == (None, ["B2"])


def test_the_days_of_all_published_events_are_read() -> None:
    events = rows(folder("divisions", "") / "county_change_events_2000_2026.csv")
    lines: list[list[object]] = [
        [
            KINDS.get(one["event_type"], "区划划转"), one["year"], "", one["old_county_units"] or "—", "",
            one["new_county_units"] or "—", one["event_id"], "",
        ]
        for one in events
    ]  # fmt: skip
    found = read(lines)
    assert len(found) == 579
    assert [row.day for row in found] == [date(int(one["year"]), 1, 1) for one in events]
    assert all(row.year_only for row in found)
    assert [row.problems for row in found if row.problems] == []
