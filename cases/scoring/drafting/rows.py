"""The rows of a scheme document by place: read, put, drop, shift. Every change is a new document.

A place is the positions from the uppermost list down, written ``0.2.1``; it holds for one revision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from cases.scoring.drafting.fields import LEAF_ONLY, TREES
from cases.scoring.scheme_joins import JOINS

Place = tuple[int, ...]
Document = dict[str, Any]
_PLACE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,15}")
_STEP = re.compile(r"\[(\d+)\](?:\.children)?")
_PATH = re.compile(
    r"(classes|indicators|series|checks|items|red_lines)((?:\[\d+\](?:\.children)?)+)"
)


def place_of(text: str) -> Place:
    """Raises LookupError for what is no place."""
    if not _PLACE.fullmatch(text):
        raise LookupError(text)
    return tuple(int(part) for part in text.split("."))


def written(place: Place) -> str:
    """The place as it stands in an address."""
    return ".".join(str(part) for part in place)


def walk(document: Mapping[str, Any], part: str) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every row with its place, parents before children."""
    yield from _walk(document.get(part), ())


def _walk(rows: Any, above: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield (*above, number), row
            yield from _walk(row.get("children"), (*above, number))


def row_at(document: Mapping[str, Any], part: str, place: Place) -> dict[str, Any]:
    """Raises LookupError where there is none."""
    rows: Any = document.get(part)
    row: Any = None
    for number in place:
        if not isinstance(rows, list) or number >= len(rows):
            raise LookupError(written(place))
        row = rows[number]
        rows = row.get("children") if isinstance(row, dict) else None
    if not isinstance(row, dict):
        raise LookupError(written(place))
    return row


def replaced(document: Document, part: str, place: Place, row: Mapping[str, Any]) -> Document:
    """The document with the row's own fields in place of the old ones; its children stay.

    A changed code is changed wherever the document names it.
    """
    new = deepcopy(document)
    old = row_at(new, part, place)
    children, before = old.get("children"), old.get("code")
    old.clear()
    old.update(deepcopy({key: value for key, value in row.items() if key != "children"}))
    if children is not None:
        old["children"] = children
    after = old.get("code")
    if before != after and isinstance(before, str) and isinstance(after, str):
        _rename(new, part, before, after)
    return new


def added(
    document: Document, part: str, under: Place, row: Mapping[str, Any]
) -> tuple[Document, Place]:
    """The document with the row as the last one under a place (or of the whole list)."""
    new = deepcopy(document)
    if under and part in TREES:
        parent = row_at(new, part, under)
        if part == "indicators" and not parent.get("children"):
            _no_leaf(parent)
        rows = parent.setdefault("children", [])
    else:
        under = ()
        if not isinstance(new.get(part), list):
            new[part] = []
        rows = new[part]
    rows.append(deepcopy(dict(row)))
    return new, (*under, len(rows) - 1)


def dropped(document: Document, part: str, place: Place) -> Document:
    """The document without the row and what lies below; weights and targets go with it."""
    new = deepcopy(document)
    gone = row_at(new, part, place)
    codes = {str(gone.get("code"))} | {str(r.get("code")) for _, r in _walk([gone], ())}
    rows = _siblings(new, part, place)
    del rows[place[-1]]
    if not rows and len(place) > 1:
        del row_at(new, part, place[:-1])["children"]
    _forget(new, part, codes)
    return new


def shifted(document: Document, part: str, place: Place, by: int) -> tuple[Document, Place]:
    """The row moved among its siblings; at an end it stays."""
    new = deepcopy(document)
    row_at(new, part, place)
    rows = _siblings(new, part, place)
    here = place[-1]
    there = here + by
    if not 0 <= there < len(rows):
        return new, place
    rows[here], rows[there] = rows[there], rows[here]
    return new, (*place[:-1], there)


def moved(document: Document, part: str, place: Place, under: Place) -> tuple[Document, Place]:
    """The row with what lies below it as the last one under another place.

    Raises LookupError for a place within the row itself.
    """
    if under[: len(place)] == place:
        raise LookupError(written(under))
    new = deepcopy(document)
    row = row_at(new, part, place)
    parent = row_at(new, part, under) if under else None
    rows = _siblings(new, part, place)
    del rows[place[-1]]
    if not rows and len(place) > 1:
        del row_at(new, part, place[:-1])["children"]
    if parent is None:
        new[part].append(row)
    else:
        if part == "indicators" and not parent.get("children"):
            _no_leaf(parent)
        parent.setdefault("children", []).append(row)
    return new, next(at for at, one in walk(new, part) if one is row)


def _no_leaf(parent: dict[str, Any]) -> None:
    for key in LEAF_ONLY & parent.keys():
        del parent[key]


def located(document: Mapping[str, Any], path: str) -> tuple[str, Place | None]:
    """The part of the editor and the row that a problem's path speaks of; "" for the rest."""
    found = _PATH.match(path)
    if found is not None:
        return found[1], tuple(int(step) for step in _STEP.findall(found[2]))
    head, _, rest = path.partition(".")
    if head == "weights":
        settings = ("total", "basis", "method", *JOINS)
        return ("basics" if rest.partition(".")[0] in settings else "weights"), None
    if head == "indicators":
        for place, row in walk(document, "indicators"):
            code = str(row.get("code"))
            if rest == code or rest.startswith(f"{code}."):
                return head, place
        return head, None
    if head in ("classes", "series", "checks", "items", "red_lines"):
        return head, None
    if head in ("code", "title", "year", "version", "organ", "source", "issued_on", "item_caps"):
        return "basics", None
    head = head.partition("[")[0]
    return (head if head in ("shares", "ballot", "timetable") else ""), None


def _siblings(document: Document, part: str, place: Place) -> list[Any]:
    rows: list[Any] = (
        row_at(document, part, place[:-1])["children"] if len(place) > 1 else document[part]
    )
    return rows


def _tables(document: Document) -> Iterator[dict[str, Any]]:
    weights = document.get("weights")
    table = weights.get("by_class") if isinstance(weights, dict) else None
    if isinstance(table, dict):
        yield table


def _by_indicator(document: Document) -> Iterator[Any]:
    """What is told by codes of indicators: the weights of a class, the powers of a product."""
    for table in _tables(document):
        yield from table.values()
    yield from _powers(document)


def _powers(document: Document) -> Iterator[Any]:
    for row in (document.get("weights"), *(row for _, row in walk(document, "indicators"))):
        if isinstance(row, dict):
            yield row.get("exponents")


def _rename(document: Document, part: str, before: str, after: str) -> None:
    leaves = [row for _, row in walk(document, "indicators")]
    for table in _tables(document):
        if part == "classes":
            _key(table, before, after)
    if part == "indicators":
        for row in _by_indicator(document):
            _mention(row, before, after)
    if part == "classes":
        for row in leaves:
            _key(row.get("targets"), before, after)
    if part in ("indicators", "series"):
        _rename_figure(document, leaves, before, after)
    key = {"indicators": "indicator", "items": "item"}.get(part, "")
    for _, row in walk(document, "red_lines"):
        _said(row, key, before, after)


def _rename_figure(
    document: Document, leaves: list[dict[str, Any]], before: str, after: str
) -> None:
    """What is entered under a code: where chains divide by it and checks read it."""
    links = [link for row in leaves for link in row.get("chain") or [] if isinstance(link, dict)]
    for link in links:
        _said(link, "by", before, after)
    for _, row in walk(document, "checks"):
        _said(row, "equals", before, after)
        for key in ("sum", "ratio"):
            _mention(row.get(key), before, after)


def _said(row: dict[str, Any], key: str, before: str, after: str) -> None:
    if key and row.get(key) == before:
        row[key] = after


def _mention(row: Any, before: str, after: str) -> None:
    if isinstance(row, list):
        row[:] = [after if one == before else one for one in row]
    else:
        _key(row, before, after)


def _key(table: Any, before: str, after: str) -> None:
    """Rename a key where it stands; a key that is there already is left alone."""
    if isinstance(table, dict) and before in table and after not in table:
        pairs = [(after if key == before else key, value) for key, value in table.items()]
        table.clear()
        table.update(pairs)


def _forget(document: Document, part: str, codes: set[str]) -> None:
    for table in _tables(document):
        if part == "classes":
            _without(table, codes)
        elif part == "indicators":
            for name, row in table.items():
                table[name] = _without(row, codes)
    if part == "classes":
        for _, row in walk(document, "indicators"):
            _without(row.get("targets"), codes)
    if part == "indicators":
        for powers in _powers(document):
            _without(powers, codes)


def _without(row: Any, codes: set[str]) -> Any:
    if isinstance(row, dict):
        for code in codes & row.keys():
            del row[code]
    elif isinstance(row, list):
        row[:] = [one for one in row if one not in codes]
    return row
