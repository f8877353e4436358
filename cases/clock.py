"""The only reader of the clock. Everything below and above gets its time as an argument.

Instants are aware datetimes in UTC; dates of a cycle are dates in Asia/Shanghai. The host's time
zone is never read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, UTC, whole microseconds."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds of a clock that never goes back, for measuring a pace; no time of day."""
    return monotonic()


def local(instant: datetime) -> datetime:
    """The same instant on a clock in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI)


def date_of(instant: datetime) -> date:
    """The calendar date of an instant in Asia/Shanghai."""
    return local(instant).date()


def at_local(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The UTC instant at which clocks in Asia/Shanghai show this date and time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)
