"""Slips of a scheme's workbook that every single cell hides: strange sheets, rows out of line.

A sheet copied, renamed or taken out, a code beside another's name, one name told twice in a cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from cases.files.cells import Problem
from cases.files.workbook import Workbook
from workflow.words import Sentence, m

_BETWEEN = re.compile(r"[,，、;；\n]+")


def strange_sheets(
    book: Workbook, known: Collection[str], needed: Iterable[str] = ()
) -> Iterator[Problem]:
    """Sheets that the layout doesn't have or that stand twice, and those that should be there."""
    seen: set[str] = set()
    for sheet in book.sheets:
        name = sheet.name.strip()
        if name not in known:
            yield Problem(sheet.name, "", m("不认识的表:改名的请改回,复制的或自己加的请删去"))
        elif name in seen:
            yield Problem(sheet.name, "", m("这张表有两份,请只留一份"))
        seen.add(name)
    for name in needed:
        if name not in seen:
            yield Problem(name, "", m("没有“%(name)s”这张表", name=name))


def out_of_line(code: str, title: str, titles: Mapping[str, str]) -> Sentence | None:
    """What is wrong with a title beside a code: that it is another code's own.

    A new title, or one that several have, may stand anywhere.
    """
    told = title.strip().lstrip("　").strip()
    if not told or titles.get(code, told) == told:
        return None
    owners = [other for other, own in titles.items() if own == told]
    if len(owners) != 1:
        return None
    return m("“%(title)s”的代码是“%(code)s”,与这里的代码不符,请核对是否错位",
             title=told, code=owners[0])  # fmt: skip


def told_twice(kind: str, text: str) -> str | None:
    """The first name that a cell of amounts, parameters or links tells twice."""
    if kind == "amounts":
        return _twice(part.partition("=")[0] for part in _BETWEEN.split(text.replace("＝", "=")))
    if kind == "parameters":
        return _twice(line.partition("=")[0] for line in text.splitlines())
    if kind == "chain":
        links = (line.split()[1:] for line in text.splitlines())
        return next(
            (name for words in links if (name := _twice(w.partition("=")[0] for w in words))), None
        )
    return None


def _twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in (one.strip() for one in names):
        if name and name in seen:
            return name
        seen.add(name)
    return None
