"""The catalogue of notices: each kind's template, and to whom the process sends it.

A template is a title line and a text, both translated sentences. A kind without a template, or a
template that names more than it may, does not import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template, meta

from cases.language import Language
from workflow.process import PROCESS
from workflow.vocabulary import NoticeKind, Role

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "notices"
PLACEHOLDERS = frozenset({"label", "unit", "cycle"})
"""All that a notice may name. No grade, no score, no reason: those stand in the file itself."""

# Plain text for a plain-text inbox: nothing is escaped here, pages escape what they show.
_PLAIN = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701


class BadTemplate(ValueError):
    """A template file that can't be used; the message names file and fault."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of notice."""

    kind: NoticeKind
    audience: frozenset[Role]
    template: Template

    def render(self, language: Language, values: Mapping[str, str]) -> tuple[str, str]:
        """Title and text in a language."""
        said = self.template.render(_=language.gettext, **values)
        title, _, text = said.strip().partition("\x1e")
        return title.strip(), text.strip()


def read_template(kind: NoticeKind) -> Template:
    """The template of a kind. Raises BadTemplate."""
    name = f"{kind.value}.txt"
    try:
        source = (TEMPLATES / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadTemplate(f"{name}: missing") from None
    unknown = meta.find_undeclared_variables(_PLAIN.parse(source)) - PLACEHOLDERS - {"_"}
    title, _, text = source.strip().partition("\n")
    if unknown or not title or not text.strip():
        raise BadTemplate(f"{name}: {sorted(unknown) or 'title or text missing'}")
    # A name may hold a line break, so the two lines are parted by a mark that no name can hold.
    return _PLAIN.from_string(f"{title}\x1e{text}")


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
        kind: Entry(kind, frozenset(audiences.get(kind, ())), read_template(kind))
        for kind in NoticeKind
    }


CATALOGUE: Mapping[NoticeKind, Entry] = _catalogue()
