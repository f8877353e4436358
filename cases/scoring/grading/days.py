"""Calendar arithmetic that sanction periods and half years need."""

import calendar
from datetime import date


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def year_end(year: int) -> date:
    return date(year, 12, 31)


def days_in(year: int) -> int:
    return 366 if calendar.isleap(year) else 365
