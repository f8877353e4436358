"""The catalogue of notices: each kind's template, and to whom the process sends it.

A kind without a template, or a template with an unknown placeholder, does not import.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cases.language import EN, ZH
from workflow.process import PROCESS
from workflow.vocabulary import NoticeKind, Role

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "notices"
PLACEHOLDERS = frozenset({"label", "unit", "cycle"})
"""All that a notice may name. No grade, no score, no reason: those stand in the file itself."""

_SECTION = re.compile(r"^\[(zh|en)\]\n", re.M)
_FIELD = re.compile(r"\{(\w+)\}")
_LOCALES = {"zh": ZH, "en": EN}


class BadTemplate(ValueError):
    """A template file that can't be used; the message names file and fault."""


@dataclass(frozen=True, slots=True)
class Template:
    """Title and text of a notice in one language, with named placeholders in braces."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of notice."""

    kind: NoticeKind
    audience: frozenset[Role]
    templates: Mapping[str, Template]


def read_template(path: Path) -> dict[str, Template]:
    """The two languages of a template file. Raises BadTemplate."""
    parts = _SECTION.split(path.read_text(encoding="utf-8"))
    found: dict[str, Template] = {}
    for code, body in zip(parts[1::2], parts[2::2], strict=True):
        title, _, text = body.strip().partition("\n")
        unknown = set(_FIELD.findall(body)) - PLACEHOLDERS
        if not title or not text or unknown:
            raise BadTemplate(f"{path.name} [{code}]: {sorted(unknown) or 'title or text missing'}")
        found[_LOCALES[code]] = Template(title, text.strip())
    if set(found) != {ZH, EN}:
        raise BadTemplate(f"{path.name}: needs [zh] and [en]")
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into a template's text. Values are never read for placeholders themselves."""
    return _FIELD.sub(lambda hit: values[hit[1]], text)


def _audiences() -> dict[NoticeKind, set[Role]]:
    found: dict[NoticeKind, set[Role]] = defaultdict(set)
    told = [n for move in PROCESS.all_moves() for n in move.notices]
    told += [n for thing in PROCESS.things.values() for n in thing.spec.notices_on_creation]
    for notice in told:
        found[notice.kind] |= set(notice.to)
    return found


def _catalogue() -> dict[NoticeKind, Entry]:
    audiences = _audiences()
    return {
        kind: Entry(
            kind, frozenset(audiences.get(kind, ())), read_template(TEMPLATES / f"{kind.value}.txt")
        )
        for kind in NoticeKind
    }


CATALOGUE: Mapping[NoticeKind, Entry] = _catalogue()
