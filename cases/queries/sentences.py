"""Sentences as tables keep them: the msgid and its parameters, never the text of one language.

In a JSON column a sentence is ``{"m": msgid, "p": {name: value}}``; a word or title of two
languages ``{"zh": .., "en": ..}``; a day ``{"day": "2026-01-05"}``; an instant ``{"at": ..}``; a
figure with places ``{"n": "1.25"}``; a list a list; text and whole numbers stand for themselves. A
text column holds the same as canonical JSON. Whoever shows it calls :func:`unpacked` or
:func:`told` and says the result in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cases.canonical import encode
from cases.scoring.rule_shapes import Title
from workflow.words import Sentence

Told = Sentence | str


def packed(value: object) -> Any:
    """A sentence, or anything that may stand in one, as plain JSON values."""
    if isinstance(value, Sentence):
        return {"m": value.msgid, "p": {k: packed(v) for k, v in value.params.items()}}
    if isinstance(value, str):
        zh, en = getattr(value, "zh", None), getattr(value, "en", None)
        return value if zh is None or en is None else {"zh": str(zh), "en": str(en)}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, list | tuple):
        return [packed(one) for one in value]
    return value if isinstance(value, int) else str(value)


def unpacked(value: Any) -> Any:
    """What :func:`packed` was given. Text that was never packed is told as it stands."""
    if isinstance(value, list | tuple):
        return [unpacked(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "m" in value:
        return Sentence(value["m"], {k: unpacked(v) for k, v in value["p"].items()})
    if "zh" in value:
        return Title(value["zh"], value["en"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    return datetime.fromisoformat(value["at"]) if "at" in value else Decimal(value["n"])


def kept(thing: Told) -> str:
    """A sentence (or plain text) for a text column."""
    return encode(packed(thing)).decode()


def told(text: str | None) -> Told:
    """What :func:`kept` was given; '' for nothing. Text written by others passes as it is."""
    if not text:
        return ""
    found = unpacked(_read(text))
    return found if isinstance(found, Sentence | str) else text


def all_kept(things: Iterable[Told]) -> str | None:
    """Several sentences for one text column; None without any."""
    rows = [packed(one) for one in things]
    return encode(rows).decode() if rows else None


def all_told(text: str | None) -> tuple[Told, ...]:
    """What :func:`all_kept` was given."""
    if not text:
        return ()
    found = _read(text)
    return tuple(unpacked(one) for one in found) if isinstance(found, list) else (text,)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


__all__ = ["Told", "all_kept", "all_told", "kept", "packed", "told", "unpacked"]
