"""A report shown as a change against the one handed in before: by section, paragraph and phrase.

Pure. Pieces carry a word for what happened to them, so that no reader depends on colour.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

KEPT, ADDED, REMOVED = "kept", "added", "removed"
_PHRASE = re.compile(r"[^,，。;；:：!！?？、\n]*[,，。;；:：!！?？、]?")
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that was ``kept``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A section before and after; ``paragraphs`` are lists of pieces in reading order."""

    code: str
    title: str
    before: str
    after: str
    paragraphs: tuple[tuple[Piece, ...], ...]


def changes(
    titles: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Change, ...]:
    """The sections that differ, in the order of ``titles``."""
    found = []
    for code, title in titles.items():
        old, new = before.get(code, ""), after.get(code, "")
        if old != new:
            found.append(Change(code, title, old, new, tuple(_paragraphs(old, new))))
    return tuple(found)


def _paragraphs(before: str, after: str) -> Iterator[tuple[Piece, ...]]:
    old, new = before.split("\n"), after.split("\n")
    if len(before) + len(after) > _LONGEST:
        yield (Piece(REMOVED, before), Piece(ADDED, after))
        return
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((Piece(KEPT, line),) for line in old[a:b] if line)
            continue
        pairs = min(b - a, d - c)
        for left, right in zip(old[a : a + pairs], new[c : c + pairs], strict=True):
            yield tuple(_phrases(left, right))
        yield from ((Piece(REMOVED, line),) for line in old[a + pairs : b] if line)
        yield from ((Piece(ADDED, line),) for line in new[c + pairs : d] if line)


def _phrases(before: str, after: str) -> Iterator[Piece]:
    old, new = _split(before), _split(after)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(KEPT, "".join(old[a:b]))
            continue
        if b > a:
            yield Piece(REMOVED, "".join(old[a:b]))
        if d > c:
            yield Piece(ADDED, "".join(new[c:d]))


def _split(text: str) -> Sequence[str]:
    return [piece for piece in _PHRASE.findall(text) if piece]
