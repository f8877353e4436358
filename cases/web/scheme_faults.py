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
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check says: of which row, of which of its fields, and where it is mended."""

    where: str
    what: str
    sentence: Sentence
    url: str


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
        what = _label(path, fields_of(part, row))
        return Fault(f"{name} {title_of(row)}", what, sentence, url)
    if part == "basics":
        url = url_for("scheme_editor.basics", draft_id=draft.id)
        return Fault(name, _label(path, BASICS), sentence, url)
    if part in SETTINGS:
        url = url_for("scheme_settings.edit", draft_id=draft.id, part=part)
        return Fault(name, _label(path, settings_fields(part, draft.content)), sentence, url)
    if part == "weights":
        url = url_for("scheme_weights.show", draft_id=draft.id)
        return Fault(name, _cell(draft.content, path), sentence, url)
    if part:
        url = url_for("scheme_editor.listing", draft_id=draft.id, part=part)
        return Fault(name, "", sentence, url)
    return Fault(name, path, sentence, "")


def _label(path: str, fields: tuple[Field, ...]) -> str:
    """The label of the field a path ends in; a list within it doesn't matter."""
    tail = path.replace("[", ".").replace("]", "").split(".")
    for length in range(len(tail), 0, -1):
        for start in range(len(tail) - length, -1, -1):
            key = ".".join(tail[start : start + length])
            for one in fields:
                if one.key in (key, f"{key}.zh"):
                    return say(one.label)
    return ""


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
