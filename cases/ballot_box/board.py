"""核对码清单 while an urn is open: new codes join in steps of five, at most every five minutes.

A list that grew with each envelope would tell who was handing in when. The number listed is always
a multiple of five; which of the new codes wait for the next step is drawn by lot. The urn keeps the
list as last shown and no time; the time of the last change lives in the booth's memory only, so a
booth that was started again waits five minutes first.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = 5
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Board:
    """The list as shown: 核对码 in sorted order; ``whole`` once the urn is closed."""

    receipts: tuple[str, ...]
    whole: bool


def grown(shown: Iterable[str], there: Iterable[str]) -> tuple[str, ...] | None:
    """The next list, or None while fewer than five new codes wait. Sorted, a multiple of five."""
    old = set(shown)
    fresh = sorted(set(there) - old)
    more = len(fresh) - len(fresh) % STEP
    if not more:
        return None
    return tuple(sorted([*old, *secrets.SystemRandom().sample(fresh, more)]))


class Pace:
    """When the lists last changed, in memory; shared by the booth's threads."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def due(self, urn: str, now: datetime) -> bool:
        """Whether five minutes have passed since the last change, or since the first question.

        A clock that was set back begins them anew; else the list stood still until it caught up.
        """
        with self._lock:
            last = self._last[urn] = min(now, self._last.get(urn, now))
            return now - last >= PAUSE

    def changed(self, urn: str, now: datetime) -> None:
        """The list of this urn changed at this instant."""
        with self._lock:
            self._last[urn] = now
