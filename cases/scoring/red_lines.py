"""Red lines (底线红线): what caps a grade whatever the score says; people decide within the cap.

Source: the deduction and red-line items of the 2020 Notice; the lines themselves stand in schemes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cases.scoring.book import Book
from cases.scoring.exact import plain
from cases.scoring.items import ItemEntry, proves
from cases.scoring.shapes import IndicatorScheme, RedLine
from workflow.vocabulary import Grade
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Cap:
    """A red line crossed: the best grade left, and why."""

    code: str
    cap: Grade
    reason: Sentence


def caps_of(
    scheme: IndicatorScheme, book: Book, unit: str, entries: Iterable[ItemEntry]
) -> tuple[Cap, ...]:
    """The red lines a unit crossed, in the scheme's order."""
    counted = _counted(scheme, entries)
    found = []
    for line in scheme.red_lines.values():
        reason = _crossed(scheme, book, unit, line, counted)
        if reason is not None:
            found.append(Cap(line.code, line.cap, reason))
    return tuple(found)


def caps_of_items(scheme: IndicatorScheme, entries: Iterable[ItemEntry]) -> tuple[Cap, ...]:
    """The red lines crossed by entries alone, as of items that apply to the composite."""
    counted = _counted(scheme, entries)
    return tuple(
        Cap(line.code, line.cap, _happened(scheme, line))
        for line in scheme.red_lines.values()
        if line.item in counted
    )


def _counted(scheme: IndicatorScheme, entries: Iterable[ItemEntry]) -> set[str]:
    """Items with an entry that counts: with cases or points, and with its evidence."""
    return {
        one.item
        for one in entries
        if (one.cases or one.points) and proves(scheme.items[one.item], one)
    }


def _happened(scheme: IndicatorScheme, line: RedLine) -> Sentence:
    return m("发生“%(item)s”", item=scheme.items[line.item].title)


def _crossed(
    scheme: IndicatorScheme, book: Book, unit: str, line: RedLine, counted: set[str]
) -> Sentence | None:
    if line.item:
        return _happened(scheme, line) if line.item in counted else None
    series = book.of(line.indicator)
    value = series.at(book.places[unit]) if series else None
    if value is None:
        return None
    title = scheme.indicators[line.indicator].title
    if line.below is not None and value < line.below:
        return m("“%(indicator)s” %(value)s 低于红线 %(bound)s", indicator=title,
                 value=plain(value), bound=plain(line.below))  # fmt: skip
    if line.above is not None and value > line.above:
        return m("“%(indicator)s” %(value)s 高于红线 %(bound)s", indicator=title,
                 value=plain(value), bound=plain(line.above))  # fmt: skip
    return None
