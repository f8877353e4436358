"""The weight table of a draft: indicators down, classes across, with the sums of every group.

Sums are told for what is there, right or wrong; whether they must hold is the checks' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cases.scoring.drafting import typed
from cases.scoring.drafting.rows import Document, Place, walk
from cases.scoring.drafting.values import put, value_at
from cases.scoring.exact import exact, plain

TICKED = "1"


@dataclass(frozen=True, slots=True)
class Sum:
    """What the children of a group come to in a class, and what they should; texts."""

    is_: str
    due: str

    @property
    def good(self) -> bool:
        return self.is_ == self.due


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator; ``sums`` by column, for a group's children."""

    place: Place
    code: str
    title: str
    group: bool
    cells: tuple[str, ...]
    sums: tuple[Sum | None, ...]

    @property
    def under(self) -> str:
        """The place of the group above, for the script that sums."""
        return ".".join(str(n) for n in self.place[:-1])

    @property
    def name(self) -> str:
        return ".".join(str(n) for n in self.place)


@dataclass(frozen=True, slots=True)
class Head:
    """One class; ``inherits`` the title of the class whose weights it takes; ``idle`` where its
    units go by their own result and it has no weights."""

    place: Place
    code: str
    title: str
    inherits: str
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole table; ``sums`` of the uppermost level by column."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    sums: tuple[Sum | None, ...]
    total: str
    points: bool
    given: bool

    @property
    def idle(self) -> list[str]:
        """The uppermost classes that need no weights, by title."""
        places = {head.place for head in self.heads if head.idle}
        return [h.title for h in self.heads if h.idle and h.place[:-1] not in places]


def grid(document: Mapping[str, Any]) -> Grid:
    """The table of a document, whatever state it is in."""
    rows = [(place, row) for place, row in walk(document, "indicators")]
    columns = [_column(document, row) for _, row in walk(document, "classes")]
    total = value_at(document, "weights.total")
    points = value_at(document, "weights.basis") == "points"
    due = typed.shown(total) or "100"
    lines = []
    for place, row in rows:
        below = [str(one.get("code")) for p, one in rows if p[:-1] == place]
        code = str(row.get("code"))
        sums = tuple(
            _sum(column, below, column.get(code, "") if points else due) if below else None
            for column in columns
        )
        title = str(value_at(row, "title.zh") or code)
        cells = tuple(column.get(code, "") for column in columns)
        lines.append(Line(place, code, title, bool(below), cells, sums))
    top = [str(row.get("code")) for place, row in rows if len(place) == 1]
    given = value_at(document, "weights.method") in (None, "given")
    sums = tuple(_sum(column, top, due) for column in columns)
    return Grid(_heads(document, columns), tuple(lines), sums, due, points, given)


def _column(document: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    table = value_at(document, "weights.by_class")
    told = table.get(str(row.get("code"))) if isinstance(table, Mapping) else None
    if isinstance(told, list):
        return {str(code): TICKED for code in told}
    if isinstance(told, Mapping):
        return {str(code): typed.shown(value) for code, value in told.items()}
    return {}


def _heads(document: Mapping[str, Any], columns: list[dict[str, str]]) -> tuple[Head, ...]:
    found: list[Head] = []
    owners: dict[Place, str] = {}
    results: dict[Place, str] = {}
    for (place, row), column in zip(walk(document, "classes"), columns, strict=True):
        code = str(row.get("code"))
        title = str(value_at(row, "title.zh") or code)
        above = next((owners[place[:n]] for n in range(len(place) - 1, 0, -1)
                      if place[:n] in owners), "")  # fmt: skip
        if column:
            owners[place] = title
        results[place] = str(row.get("result") or results.get(place[:-1], ""))
        idle = results[place] == "performance" and not column and not above
        found.append(Head(place, code, title, "" if column else above, idle))
    return tuple(found)


def _sum(column: Mapping[str, str], codes: list[str], due: str) -> Sum | None:
    told = [column[code] for code in codes if column.get(code)]
    if not told and not due:
        return None
    if not told and not column:
        return None
    try:
        found = sum((exact(one) for one in told), Fraction(0))
        wanted = plain(exact(due)) if due else "0"
    except (ValueError, TypeError):
        return Sum("", due)
    return Sum(plain(found), wanted)


def filled(document: Document, told: Mapping[tuple[int, int], str]) -> Document:
    """The document with the texts of the cells (column, line); an empty column has no weights."""
    heads = [str(row.get("code")) for _, row in walk(document, "classes")]
    codes = [str(row.get("code")) for _, row in walk(document, "indicators")]
    table = value_at(document, "weights.by_class")
    before = dict(table) if isinstance(table, Mapping) else {}
    after: dict[str, Any] = {code: row for code, row in before.items() if code not in heads}
    for column, about in enumerate(heads):
        row = _filled(before.get(about), codes, {
            code: told.get((column, line), "") for line, code in enumerate(codes)
        })  # fmt: skip
        if row:
            after[about] = row
    ordered = {code: after.pop(code) for code in before if code in after}
    return dict(put(document, ["weights", "by_class"], {**ordered, **after} or None))


def _filled(before: Any, codes: list[str], texts: Mapping[str, str]) -> Any:
    if isinstance(before, list):
        return [code for code in codes if texts[code].strip() not in ("", "0")]
    old = before if isinstance(before, Mapping) else {}
    row = {name: value for name, value in old.items() if name not in texts}
    for code in codes:
        value = typed.read("number", texts[code], old.get(code))
        if value is not None:
            row[code] = value
    ordered = {name: row.pop(name) for name in old if name in row}
    return {**ordered, **row}
