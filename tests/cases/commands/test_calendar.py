"""Working days: seeded from the package, replaced by an office's own file, journaled."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.calendar import load_days, package_days, read_days
from cases.errors import Refused
from cases.models import CalendarDay, JournalEntry
from cases.queries.calendar import working_days
from cases.store import Store
from workflow.timetable import add_working_days

AT = datetime(2025, 12, 1, tzinfo=UTC)


def test_package_knows_swap_days() -> None:
    days = {d.day: d.working for d in package_days(2025)}
    assert days[date(2025, 1, 26)] is True  # a Sunday worked before the Spring Festival
    assert days[date(2025, 10, 8)] is False
    assert days[date(2025, 1, 2)] is True


def test_file_replaces_what_stood(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,working,title,provisional,source\n2025-12-30,0,测试,1,通知\n")
    with store.transaction() as conn:
        load_days(conn, package_days(2025), at=AT)
        load_days(conn, read_days(path), at=AT)
    with store.reading() as conn:
        assert add_working_days(date(2025, 12, 29), 1, working_days(conn)) == date(2025, 12, 31)
        row = conn.execute(
            sa.select(CalendarDay).where(CalendarDay.day == date(2025, 12, 30))
        ).one()
        assert (row.working, row.title, row.provisional, row.source) == (
            False,
            "测试",
            True,
            "通知",
        )
        assert list(conn.execute(sa.select(JournalEntry.action)).scalars()) == ["load_days"] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,work\n2025-01-01,1\n", "日历文件第一行要有 day 和 working 两列"),
        ("day,working\n2025-13-01,1\n", "日历文件第 2 行写得不对"),
        ("day,working\n2025-01-01,也许\n", "日历文件第 2 行写得不对"),
        ("day,working\n2025-01-01,1\n2025-01-01,0\n", "日历文件第 3 行的日期重复"),
    ],
)
def test_bad_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "days.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_days(path)
    assert [str(r) for r in refused.value.reasons] == [said]


def test_empty_load_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(Refused), sqlite_store.transaction() as conn:
        load_days(conn, [], at=AT)
