"""The departments that a scheme document names, and another organ's in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from cases.scoring.drafting.rows import Document, walk

PARTS = ("indicators", "series", "items")
KEYS = ("provider", "verifier")
KINDS = ("委员会", "厅", "局")
"""How departments of one business are called at different levels."""
PLACES = ("县", "区", "市", "州", "旗", "镇", "乡", "街道")


def named(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Every department once, as the document runs."""
    return tuple(dict.fromkeys(str(row[key]) for row, key in _told(document)))


def renamed(document: Document, instead: Mapping[str, str]) -> Document:
    """The document with other departments; one that isn't told of stays, an empty one goes."""
    after = deepcopy(document)
    for row, key in list(_told(after)):
        row[key] = instead.get(str(row[key]), row[key])
        if not row[key]:
            del row[key]
    return after


def likely(name: str, known: Iterable[tuple[str, str]]) -> str:
    """The code of the unit that does the same business elsewhere, of (code, name); else nothing."""
    business = _business(name)
    for code, other in known:
        if other == name or any(other.endswith(business + kind) for kind in KINDS):
            return code
    return ""


def offices(known: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of some units, (code, name), that are no places themselves."""
    return tuple(one for one in known if not one[1].endswith(PLACES))


def _business(name: str) -> str:
    """``统计`` of ``青岚省统计局``."""
    tail = name.partition("省")[2] or name
    return next((tail.removesuffix(kind) for kind in KINDS if tail.endswith(kind)), tail)


def _told(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for part in PARTS:
        for _, row in walk(document, part):
            yield from ((row, key) for key in KEYS if row.get(key))
