"""The paper on the desk: sheets of one voter group with what has been marked, read from a form.

A mark's field is named ``c<sheet>-<row>`` by position; its value is the option's key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from cases.ballot_box.envelope import sheet_faults
from cases.ballot_box.package import Group, Option, Package, Row, Sheet
from workflow.words import Sentence

_KNOWN = {"code", "lang", "large", "switch"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a sheet: field name, number as printed, and the mark (option key or none)."""

    field: str
    number: int
    row: Row
    mark: str | None


@dataclass(frozen=True, slots=True)
class Pile:
    """Rows that carry the same mark; ``option`` is none for rows left empty."""

    option: Option | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One sheet on the desk."""

    id: str
    sheet: Sheet
    entries: tuple[Entry, ...]
    faults: tuple[Sentence, ...]

    @property
    def marked(self) -> int:
        """Rows that carry a mark."""
        return sum(entry.mark is not None for entry in self.entries)

    def count(self, option: str) -> int:
        """Rows that carry this option."""
        return sum(entry.mark == option for entry in self.entries)

    @property
    def piles(self) -> tuple[Pile, ...]:
        """Rows grouped by mark in the sheet's order of options; empty piles left out."""
        piles = [
            Pile(option, tuple(e for e in self.entries if e.mark == option.key))
            for option in self.sheet.options
        ]
        piles.append(Pile(None, tuple(e for e in self.entries if e.mark is None)))
        return tuple(pile for pile in piles if pile.entries)


@dataclass(frozen=True, slots=True)
class Paper:
    """All sheets that one card opens."""

    package: Package
    group: Group
    desks: tuple[Desk, ...]

    @property
    def total(self) -> int:
        """Rows on all sheets."""
        return sum(len(desk.entries) for desk in self.desks)

    @property
    def marked(self) -> int:
        """Rows that carry a mark, on all sheets."""
        return sum(desk.marked for desk in self.desks)

    @property
    def choices(self) -> dict[str, dict[str, str]]:
        """What will be sealed: sheet key -> subject -> option key."""
        return {
            desk.sheet.key: {e.row.subject: e.mark for e in desk.entries if e.mark is not None}
            for desk in self.desks
        }

    @property
    def marks(self) -> Iterator[tuple[str, str]]:
        """(field, option key) of every mark, to be carried on in a form."""
        return ((e.field, e.mark) for d in self.desks for e in d.entries if e.mark is not None)


def read_paper(package: Package, group: str, form: MultiDict[str, str]) -> Paper:
    """The paper as filled in. Raises BadRequest for unknown or doubled fields, as no page sends."""
    desks, fields = [], set(_KNOWN)
    for s, sheet in enumerate(package.sheets_for(group)):
        entries = tuple(
            Entry(f"c{s}-{r}", r + 1, row, form.get(f"c{s}-{r}"))
            for r, row in enumerate(sheet.rows)
        )
        fields |= {entry.field for entry in entries}
        rows = {e.row.subject: e.mark for e in entries if e.mark is not None}
        desks.append(Desk(f"s{s}", sheet, entries, tuple(sheet_faults(sheet, rows))))
    if not set(form) <= fields or any(len(values) != 1 for _, values in form.lists()):
        raise BadRequest
    return Paper(package, package.group(group), tuple(desks))
