"""Answers and statements that need not be made twice.

A request's ``reading()`` is a consistent view in which nobody writes, so an answer given once in it
stays true until it ends; the view carries a place for answers (``kept``). Other connections have
none: what a writing transaction asks twice may have changed in between by its own hand. Statements
depend on no data; they are kept for the process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
_BUILT: dict[Hashable, Any] = {}
_MOST = 512
"""Statements kept; each is some kilobytes, and a site has few readers with grants of their own."""


def kept(conn: sa.Connection, key: Hashable, ask: Callable[[], T]) -> T:
    """The answer under this key: asked the first time in a view with a place for it, else anew."""
    answers: dict[Hashable, Any] | None = conn.get_execution_options().get("kept")
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    found: T = answers[key]
    return found


def built(key: Hashable, build: Callable[[], T]) -> T:
    """The statement under this key, which must name everything that it follows from."""
    if key not in _BUILT:
        if len(_BUILT) >= _MOST:
            _BUILT.clear()
        _BUILT[key] = build()
    found: T = _BUILT[key]
    return found


class Same:
    """A condition as a part of a key: equal to itself only, because its own ``==`` makes SQL."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.of is self.of
