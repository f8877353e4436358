"""Working days: loaded by an office from the State Council's notice, or seeded from the package.

The package ``chinesecalendar`` holds the years whose notice was published when it was released; a
later year is loaded from a CSV file. A day nobody loaded follows the weekend rule.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import sqlalchemy as sa

from cases.errors import Refused
from cases.journal import Draft, append
from cases.models import CalendarDay
from workflow.permissions import SYSTEM, Actor
from workflow.words import m

FIRST_YEAR = 2023
PACKAGE = "chinesecalendar"
_COLUMNS = ("day", "working", "title", "provisional", "source")
_YES, _NO = {"1", "true", "yes", "是"}, {"0", "false", "no", "否", ""}


@dataclass(frozen=True, slots=True)
class LoadedDay:
    """One day as an office states it."""

    day: date
    working: bool
    title: str | None
    provisional: bool
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load covered."""

    first: date
    last: date
    count: int


def package_days(first_year: int = FIRST_YEAR) -> list[LoadedDay]:
    """Every day the package knows from ``first_year`` on."""
    found: list[LoadedDay] = []
    day = date(first_year, 1, 1)
    try:
        while True:
            working = chinese_calendar.is_workday(day)
            found.append(LoadedDay(day, working, None, False, PACKAGE))
            day += timedelta(days=1)
    except NotImplementedError:
        return found


def read_days(path: Path) -> list[LoadedDay]:
    """Days of a CSV file (day,working,title,provisional,source). Raises Refused with the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not reader.fieldnames or not set(_COLUMNS[:2]) <= set(reader.fieldnames):
                raise Refused([m("日历文件第一行要有 day 和 working 两列")])
            return list(_parsed(reader, path.name))
    except (UnicodeDecodeError, csv.Error):
        raise Refused([m("日历文件要存为 UTF-8 编码的 CSV")]) from None


def _parsed(rows: Iterable[dict[str, str]], name: str) -> Iterator[LoadedDay]:
    seen: set[date] = set()
    for number, row in enumerate(rows, 2):
        try:
            day = date.fromisoformat((row["day"] or "").strip())
            working = _truth(row["working"])
            provisional = _truth(row.get("provisional") or "")
        except (ValueError, AttributeError):
            raise Refused([m("日历文件第 %(n)s 行写得不对", n=number)]) from None
        if day in seen:
            raise Refused([m("日历文件第 %(n)s 行的日期重复", n=number)])
        seen.add(day)
        title = (row.get("title") or "").strip() or None
        yield LoadedDay(day, working, title, provisional, (row.get("source") or name)[:200])


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise ValueError(text)
    return word in _YES


def load_days(
    conn: sa.Connection, days: Sequence[LoadedDay], *, at: datetime, actor: Actor = SYSTEM
) -> Loaded:
    """Put the days in place of what stood for them; journaled. Raises Refused for none."""
    if not days:
        raise Refused([m("日历文件里没有日期")])
    listed = sorted(days, key=lambda d: d.day)
    for start in range(0, len(listed), 500):
        part = [d.day for d in listed[start : start + 500]]
        conn.execute(sa.delete(CalendarDay).where(CalendarDay.day.in_(part)))
    conn.execute(
        sa.insert(CalendarDay),
        [
            {
                "day": d.day,
                "working": d.working,
                "title": d.title,
                "provisional": d.provisional,
                "source": d.source,
            }
            for d in listed
        ],
    )
    loaded = Loaded(listed[0].day, listed[-1].day, len(listed))
    append(
        conn,
        Draft(
            subject="calendar",
            action="load_days",
            at=at,
            payload={
                "first": loaded.first.isoformat(),
                "last": loaded.last.isoformat(),
                "days": loaded.count,
                "source": listed[0].source,
            },
        ).by(actor),
    )
    return loaded
