"""Rows of a scheme's workbook handed round: what stands beside one code stood beside another.

No single cell shows it and the totals are the same, so the workbook is compared with the draft it
is taken into: where rows have exactly changed places, their contents were most likely pasted or
sorted past their codes. Whoever means it changes them on the page, where every row stands alone.

A row of which one figure only differs is not looked at: two figures that change places are how
points are moved from one indicator to another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from cases.canonical import text
from cases.files.cells import Problem
from cases.files.scheme_upload import SchemeBook
from cases.scoring.drafting.rows import walk
from cases.scoring.drafting.values import value_at
from workflow.words import m

_NAMES = frozenset({"code", "title", "children"})
Rows = dict[str, dict[str, Any]]
"""Code of an indicator -> what stands beside it."""


def swapped_rows(before: Mapping[str, Any], book: SchemeBook) -> list[Problem]:
    """Each row of the workbook that holds what another one of the draft holds, at its cell."""
    titles = {str(row.get("code")): value_at(row, "title.zh") for _, row in _rows(before)}
    found = []
    for code, other in _handed_round(_weights(before), _weights(book.document)).items():
        said = m("这一行的权重是“%(other)s”原来的,像是错行;确要对调的,请在权重页面上改",
                 other=titles.get(other, other))  # fmt: skip
        found.append(Problem(*book.place_of_weights(code), said))
    for code, other in _handed_round(_contents(before), _contents(book.document)).items():
        said = m("这一行的内容是“%(other)s”原来的,像是错行;确要对调的,请在指标页面上改",
                 other=titles.get(other, other))  # fmt: skip
        found.append(Problem(*book.place_of(f"indicators.{code}"), said))
    return found


def _handed_round(before: Rows, after: Rows) -> dict[str, str]:
    """Code -> the code whose row it has now, for rows that changed places among themselves: whole,
    or in the same fields alone."""
    changed = {
        code: fields
        for code in before.keys() & after.keys()
        if len(fields := _apart(before[code], after[code])) > 1
    }
    found = _exchanged({c: text(before[c]) for c in changed}, {c: text(after[c]) for c in changed})
    alike: dict[frozenset[str], list[str]] = defaultdict(list)
    for code, fields in changed.items():
        alike[fields].append(code)
    for fields, codes in alike.items():
        old, new = (
            {c: text({f: rows[c].get(f) for f in fields}) for c in codes}
            for rows in (before, after)
        )
        found = {**_exchanged(old, new), **found}
    return {code: found[code] for code in after if code in found}


def _exchanged(told: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Code -> the code whose text it has now, of the largest set that only changed places."""
    while True:
        gave, got = Counter(told[code] for code in now), Counter(now.values())
        left = {c: row for c, row in now.items() if gave[row] and got[told[c]]}
        if len(left) == len(now):
            break
        now = left
    owner = {told[code]: code for code in now}
    return {code: owner[row] for code, row in now.items()}


def _apart(row: Mapping[str, Any], other: Mapping[str, Any]) -> frozenset[str]:
    """The fields in which two rows differ."""
    return frozenset(key for key in row.keys() | other.keys() if row.get(key) != other.get(key))


def _rows(document: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    return list(walk(document, "indicators"))


def _contents(document: Mapping[str, Any]) -> Rows:
    return {
        str(row.get("code")): {key: one for key, one in row.items() if key not in _NAMES}
        for _, row in _rows(document)
    }


def _weights(document: Mapping[str, Any]) -> Rows:
    """Indicator -> class -> its weight; a class that only counts its indicators is left out."""
    found: Rows = {}
    table = value_at(document, "weights.by_class")
    for about, row in (table if isinstance(table, Mapping) else {}).items():
        for code, weight in (row if isinstance(row, Mapping) else {}).items():
            found.setdefault(str(code), {})[str(about)] = _plain(weight)
    return found


def _plain(weight: Any) -> Any:
    """A whole number as the workbook gives it back."""
    return int(weight) if isinstance(weight, float) and weight.is_integer() else weight
