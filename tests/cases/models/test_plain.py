"""A plain statement answers what SQLAlchemy answers, on both databases, whatever its values are."""

from datetime import date

import sqlalchemy as sa

from cases.models import CalendarDay
from cases.models.plain import Plain
from cases.store import Store

DAYS = [date(2026, 1, n) for n in range(1, 8)]
_SINCE = sa.bindparam("since", type_=sa.Date)


def fill(conn: sa.Connection) -> None:
    conn.execute(sa.insert(CalendarDay), [{"day": d, "working": d.day > 3} for d in DAYS])


def counted(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(CalendarDay).where(*conditions)


def test_dates_and_lists_of_the_statement_reach_the_driver(store: Store) -> None:
    days = CalendarDay.day
    statement = counted(days >= _SINCE, days.in_(DAYS[2:6]), CalendarDay.working.in_([True]))
    plain = Plain(statement)
    with store.transaction() as conn:
        fill(conn)
        ours = [plain.run(conn, since=day).scalar_one() for day in DAYS]
        core = [conn.execute(statement, {"since": day}).scalar_one() for day in DAYS]
    assert ours == core == [3, 3, 3, 3, 2, 1, 0]


def test_empty_list_of_the_statement_holds_nothing(store: Store) -> None:
    plain = Plain(counted(CalendarDay.day.in_([])))
    with store.transaction() as conn:
        fill(conn)
        assert plain.run(conn).scalar_one() == 0


def test_value_that_the_statement_does_not_ask_for_changes_nothing(store: Store) -> None:
    plain = Plain(counted())
    with store.transaction() as conn:
        fill(conn)
        assert [plain.run(conn, since=day).scalar_one() for day in DAYS[:2]] == [7, 7]
