"""How fast an open survey may be answered: a limit by survey, never by person.

A bucket in memory: nothing about who asked is known, so nothing can be kept. Time is passed in.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """At most ``a_minute`` answers, in bursts of as many; ``now`` in seconds of any clock that
    never goes back."""

    a_minute: int
    left: float = field(init=False)
    last: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.left = float(self.a_minute)

    def take(self, now: float) -> bool:
        """Whether one more may pass at ``now``."""
        if self.last is not None:
            grown = (now - self.last) * self.a_minute / 60
            self.left = min(float(self.a_minute), self.left + grown)
        self.last = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Paces:
    """One pace for each survey, shared by the threads of the booth."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_survey: dict[str, Pace] = {}

    def take(self, survey: str, a_minute: int, now: float) -> bool:
        """Whether an answer to this survey may pass."""
        with self._lock:
            return self._by_survey.setdefault(survey, Pace(a_minute)).take(now)
