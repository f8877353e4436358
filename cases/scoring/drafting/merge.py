"""Two changes of one scheme document brought together, part by part; what both changed is named.

Rows are told apart by their codes, wherever they stand; every other list is one whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
_ABSENT: Any = object()


def merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[Document, tuple[str, ...]]:
    """``theirs`` with what ``mine`` changes of ``base``; and the paths that both changed otherwise.

    There the document keeps what ``theirs`` says.
    """
    clashes: list[str] = []
    found = _one(dict(base), dict(mine), dict(theirs), "", clashes)
    return deepcopy(found), tuple(clashes)


def _one(base: Any, mine: Any, theirs: Any, path: str, clashes: list[str]) -> Any:
    if _same(mine, base) or _same(mine, theirs):
        return theirs
    if _same(theirs, base):
        return mine
    if all(isinstance(x, Mapping) for x in (base, mine, theirs)):
        return _members(base, mine, theirs, path, clashes)
    rows: list[Any] = [_by_code(x) for x in (base, mine, theirs)]
    if None not in rows:
        return list(_members(rows[0], rows[1], rows[2], path, clashes).values())
    clashes.append(path)
    return theirs


def _same(one: Any, other: Any) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return type(one) is type(other) and bool(one == other)


def _members(base: Any, mine: Any, theirs: Any, path: str, clashes: list[str]) -> Document:
    found: Document = {}
    for key in dict.fromkeys([*theirs, *mine]):
        one, two, three = (side.get(key, _ABSENT) for side in (base, mine, theirs))
        value = _one(one, two, three, f"{path}.{key}" if path else str(key), clashes)
        if value is not _ABSENT:
            found[key] = value
    return found


def _by_code(rows: Any) -> dict[str, Any] | None:
    """Code -> row, in order; None for what is no list of rows with codes of their own."""
    if not isinstance(rows, list):
        return None
    found = {row["code"]: row for row in rows if isinstance(row, Mapping) and row.get("code")}
    return found if len(found) == len(rows) else None
