"""Cutting a report's lines into the scheme's sections by their headings. Pure.

A heading is a short line whose words, without its number, name a section: by the section's own
title, or by a word for the same subject (``report_headings.yaml``). Headings of one level count:
the level at which most sections are found, the upper one where two are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import yaml

LONGEST_HEADING = 30
_NUMBER = re.compile(
    r"^\s*(?:(?P<first>第[一二三四五六七八九十]+(?:部分|章|节)[、,，:：.．]?"
    r"|[一二三四五六七八九十]+[、,，.．])"
    r"|(?P<second>[(（][一二三四五六七八九十]+[)）][、.．]?)"
    r"|(?P<third>[0-9０-９]{1,2}[、.．)）]|[(（][0-9０-９]{1,2}[)）]))\s*"
)
_PLAIN = re.compile(r"[\s、,，。.．;；:：!！?？()（）《》“”\"'·—\-]+")
_INLINE = re.compile(r"^(?P<head>[^。;；:：]{2,20})[。:：]\s*(?P<rest>\S.*)$", re.S)
_ENDS = "。!！?？;；:：…”）)"


class Titled(Protocol):
    """A section as the scheme states it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    code: str
    level: int
    rest: str


def cut(
    lines: Sequence[tuple[str, bool]], sections: Sequence[Titled], *, joined: bool = False
) -> tuple[dict[str, str], str]:
    """(section code -> text, the lines before the first heading).

    ``lines`` are (text, styled as a heading); ``joined`` puts the broken lines of a PDF together.
    """
    words = _words(sections)
    found = [f for i, (text, style) in enumerate(lines) for f in _heading(i, text, style, words)]
    level = _level(found)
    marks = [f for f in found if f.level == level]
    first = marks[0].line if marks else len(lines)
    head = "\n".join(text for text, _ in lines[:first] if text)
    texts: dict[str, list[str]] = {}
    ends = [*(mark.line for mark in marks[1:]), len(lines)]
    for mark, end in zip(marks, ends, strict=False):
        body = [mark.rest, *(text for text, _ in lines[mark.line + 1 : end])]
        texts.setdefault(mark.code, []).append(_body(body, joined))
    put = {code: "\n".join(p for p in parts if p) for code, parts in texts.items()}
    return {code: text for code, text in put.items() if text}, head


def _body(lines: Sequence[str], joined: bool) -> str:
    kept = [line.strip() for line in lines if line.strip()]
    return "\n".join(_paragraphs(kept) if joined else kept)


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines of a PDF end where the page ends, not where the sentence does."""
    open_one = ""
    for line in lines:
        if re.fullmatch(r"[—\-\s]*[0-9]{1,3}[—\-\s]*", line):
            continue  # a page number
        open_one += line
        if line.endswith(tuple(_ENDS)):
            yield open_one
            open_one = ""
    if open_one:
        yield open_one


@cache
def subjects() -> tuple[tuple[str, ...], ...]:
    """Groups of words for one subject."""
    text = Path(__file__).with_name("report_headings.yaml").read_text(encoding="utf-8")
    return tuple(tuple(group) for group in yaml.safe_load(text))


def _words(sections: Sequence[Titled]) -> dict[str, str]:
    """Heading word -> section code. A word of two sections belongs to the one naming it."""
    found: dict[str, str] = {}
    for section in sections:
        title = _bare(str(section.title))
        for group in subjects():
            if any(len(word) > 1 and word in title for word in group):
                for word in group:
                    found.setdefault(word, section.code)
    for section in sections:  # own titles and their own words win over borrowed ones
        title = _bare(str(section.title))
        for word in [w for g in subjects() for w in g if len(w) > 1 and w in title]:
            found[word] = section.code
    return found | {_bare(str(s.title)): s.code for s in sections}


def _bare(text: str) -> str:
    return _PLAIN.sub("", text)


def _heading(line: int, text: str, styled: bool, words: Mapping[str, str]) -> Iterator[_Found]:
    number = _NUMBER.match(text)
    level = _depth(number, styled)
    body = text[number.end() :] if number else text
    if not body.strip():
        return
    if len(body) <= LONGEST_HEADING and not body.rstrip().endswith(("。", "；", ";", ",", "，")):
        code = _named(body, words, loose=bool(number) or styled)
        if code is not None:
            yield _Found(line, code, level, "")
            return
    inline = _INLINE.match(body)
    if number is not None and inline is not None:
        code = _named(inline["head"], words, loose=False)
        if code is not None:
            yield _Found(line, code, level, inline["rest"])


def _depth(number: re.Match[str] | None, styled: bool) -> int:
    if styled:
        return 1
    if number is None:
        return 4
    return 1 if number["first"] else 2 if number["second"] else 3


def _named(text: str, words: Mapping[str, str], *, loose: bool) -> str | None:
    """The section a heading names: exactly, or by the longest word in it where it is numbered."""
    bare = _bare(text)
    for tail in ("", "方面", "情况", "工作", "工作情况"):
        stem = bare.removesuffix(tail) if tail else bare
        if stem in words:
            return words[stem]
    if not loose:
        return None
    inside = [w for w in words if len(w) > 1 and w in bare]
    return words[max(inside, key=len)] if inside else None


def _level(found: Sequence[_Found]) -> int:
    reach: dict[int, set[str]] = {}
    for one in found:
        reach.setdefault(one.level, set()).add(one.code)
    return max(reach, key=lambda level: (len(reach[level]), -level), default=0)
