"""Progress on a terminal: one line per act, a bar while it runs, plain lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")
WIDTH = 28


class Bars:
    """Prints to stderr, so that stdout holds results only."""

    def __init__(self, quiet: bool = False) -> None:
        self._live = sys.stderr.isatty() and not quiet
        self._quiet = quiet

    def say(self, text: str) -> None:
        """One line."""
        if not self._quiet:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def over(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Walk the items under a bar named ``label``."""
        if total is None:
            total = len(items) if isinstance(items, Sized) else 0
        done = 0
        for item in items:
            yield item
            done += 1
            self.show(label, done, total)
        self.show(label, done, done, last=True)

    def show(self, label: str, done: int, total: int, *, last: bool = False) -> None:
        """Draw the bar; in a log only its end."""
        if self._quiet or not (self._live or last):
            return
        filled = WIDTH * done // total if total else WIDTH
        bar = "█" * filled + "·" * (WIDTH - filled)
        line = f"  {bar} {done}/{total} {label}"
        sys.stderr.write(("\r" + line + " " * 8 if self._live else line) + ("\n" if last else ""))
        sys.stderr.flush()
