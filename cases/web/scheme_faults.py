"""What the checks say of a draft, each with its row, its field and the page that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cases.queries.scheme_draft import DraftView
from cases.scoring import scheme as documents
from cases.scoring.drafting import rows
from cases.scoring.drafting.difference import NAMES
from cases.scoring.drafting.fields import BASICS, Field, fields_of
from cases.scoring.drafting.settings import SETTINGS, settings_fields
from cases.scoring.drafting.values import value_at
from cases.web.presentation import say
from forms.scheme import field_name
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check says: of which row, of which of its fields, and where it is mended."""

    where: str
    what: str
    sentence: Sentence
    url: str
    key: str = ""
    """The key of the field, where it has one of its own."""
    path: str = ""
    """The place in the weight table."""

    @property
    def control(self) -> str:
        """The control that it stands at on its page."""
        return field_name(self.key) if self.key else ""


def faults_of(draft: DraftView) -> list[Fault]:
    """Everything the checks say of the draft, as the document runs."""
    return [_fault(draft, path, sentence) for path, sentence in documents.check(draft.content)[1]]


def title_of(row: Mapping[str, Any]) -> str:
    """The name of a row, or its code."""
    return str(value_at(row, "title.zh") or row.get("code") or say(m("未命名")))


def _fault(draft: DraftView, path: str, sentence: Sentence) -> Fault:
    part, place = rows.located(draft.content, path)
    name = say(NAMES.get(part, NAMES[""]))
    if place is not None:
        row = rows.row_at(draft.content, part, place)
        url = url_for("scheme_editor.row", draft_id=draft.id, part=part, place=rows.written(place))
        return _at(path, fields_of(part, row), f"{name} {title_of(row)}", sentence, url)
    if part == "basics":
        url = url_for("scheme_editor.basics", draft_id=draft.id)
        return _at(path, BASICS, name, sentence, url)
    if part in SETTINGS:
        url = url_for("scheme_settings.edit", draft_id=draft.id, part=part)
        return _at(path, settings_fields(part, draft.content), name, sentence, url)
    if part == "weights":
        url = url_for("scheme_weights.show", draft_id=draft.id)
        return Fault(name, _cell(draft.content, path), sentence, url, path=path)
    if part:
        url = url_for("scheme_editor.listing", draft_id=draft.id, part=part)
        return Fault(name, "", sentence, url)
    return Fault(name, path, sentence, "")


def mark(form: Any, faults: list[Fault]) -> bool:
    """Let the fields of a stored row say what the checks say of them.

    Returns whether the form was refused; then it says that alone.
    """
    if form.errors:
        return True
    for fault in faults:
        if fault.control in form:
            field = form[fault.control]
            field.errors = (*field.errors, say(fault.sentence))
    return False


def _at(path: str, fields: tuple[Field, ...], where: str, sentence: Sentence, url: str) -> Fault:
    """A fault at the field of a page that the path ends in."""
    field = _field(path, fields)
    if field is None:
        return Fault(where, "", sentence, url)
    return Fault(where, say(field.label), sentence, url, field.key)


def _field(path: str, fields: tuple[Field, ...]) -> Field | None:
    """The field a path ends in; a list within it doesn't matter."""
    tail = path.replace("[", ".").replace("]", "").split(".")
    for length in range(len(tail), 0, -1):
        for start in range(len(tail) - length, -1, -1):
            key = ".".join(tail[start : start + length])
            for one in fields:
                if one.key in (key, f"{key}.zh"):
                    return one
    return None


def _cell(document: Mapping[str, Any], path: str) -> str:
    """The class, and the group or indicator, of a place in the weight table."""
    rest = path.removeprefix("weights.by_class").removeprefix(".")
    named = []
    for part in ("classes", "indicators"):
        found = [row for _, row in rows.walk(document, part) if _begins(rest, row)]
        if found:
            row = max(found, key=lambda one: len(str(one.get("code"))))
            named.append(title_of(row))
            rest = rest[len(str(row.get("code"))) :].removeprefix(".")
    return " ".join(named)


def _begins(rest: str, row: Mapping[str, Any]) -> bool:
    code = str(row.get("code"))
    return rest == code or rest.startswith(f"{code}.")
