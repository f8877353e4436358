"""Chance that is the same on every machine and in every release of Python: SHA-256 of labels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of numbers that depends on the labels alone, never on what was drawn before it.

    ``Draw(7, "name", 12)`` gives the same stream wherever it is made, so adding a person changes
    nobody else.
    """

    def __init__(self, *labels: object) -> None:
        self._label = "/".join(str(label) for label in labels)
        self._count = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` - 1."""
        self._count += 1
        digest = hashlib.sha256(f"{self._label}#{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of 100 cases."""
        return self.below(100) < percent

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """``count`` different choices in drawn order; all of them when there are fewer."""
        left = list(choices)
        found: list[T] = []
        while left and len(found) < count:
            found.append(left.pop(self.below(len(left))))
        return found
