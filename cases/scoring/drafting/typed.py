"""Values of a scheme document as text in a field or a cell, and back without loss.

Text that can't be read is kept as typed: a draft stores it, and the checks say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}\.[0-9]{1,18}")
_BETWEEN = re.compile(r"[,，、;；\n]+")
_SPACES = re.compile(r"[ \t]+")

YES, NO = "yes", "no"


def number(text: str) -> Any:
    """An int or float where that is exactly what was typed; other text stays (2/3, or a slip)."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and Decimal(repr(float(text))) == Decimal(text):
        return float(text)
    return text or None


def shown(value: Any) -> str:
    """A number, word or flag as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return repr(value) if isinstance(value, float) else str(value)


def flag(text: str) -> Any:
    """True, False or, for no text, nothing."""
    return {YES: True, NO: False}.get(text, text or None)


def numbers(text: str) -> Any:
    """A list of numbers with commas or lines between."""
    parts = [part.strip() for part in _BETWEEN.split(text)]
    return [number(part) for part in parts if part] or None


def shown_numbers(value: Any) -> str:
    """The list on one line."""
    return ", ".join(shown(one) for one in value) if isinstance(value, list) else shown(value)


def pairs(text: str) -> Any:
    """A table of pairs, ``60:80`` or ``60 80``, with commas or lines between."""
    found: list[Any] = []
    for part in _BETWEEN.split(text):
        halves = re.split(r"[:：]|[ \t]+", _SPACES.sub(" ", part.strip().replace("：", ":")))
        halves = [half for half in halves if half]
        if halves:
            found.append([number(half) for half in halves])
    return found or None


def shown_pairs(value: Any) -> str:
    """The table, one pair a line."""
    if not isinstance(value, list):
        return shown(value)
    return "\n".join(
        ":".join(shown(one) for one in row) if isinstance(row, list) else shown(row)
        for row in value
    )


def amounts(text: str) -> Any:
    """Numbers by code, ``county.core=11``, with commas or lines between."""
    found: dict[str, Any] = {}
    for part in _BETWEEN.split(text):
        name, _, figure = part.strip().replace("＝", "=").partition("=")
        if name.strip():
            found[name.strip()] = number(figure)
    return found or None


def shown_amounts(value: Any) -> str:
    """The numbers, one a line."""
    if not isinstance(value, Mapping):
        return shown(value)
    return "\n".join(f"{code}={shown(figure)}" for code, figure in value.items())


def text(typed: str) -> Any:
    """A line of text; nothing for none."""
    return typed.strip() or None


def codes(text: str) -> Any:
    """A list of codes with commas or lines between."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()] or None


READ = {
    "text": text,
    "word": text,
    "number": number,
    "flag": flag,
    "numbers": numbers,
    "pairs": pairs,
    "amounts": amounts,
    "codes": codes,
}
SHOW = {
    "text": shown,
    "word": shown,
    "number": shown,
    "flag": shown,
    "numbers": shown_numbers,
    "pairs": shown_pairs,
    "amounts": shown_amounts,
    "codes": shown_numbers,
}


def read(kind: str, typed: str, before: Any = None) -> Any:
    """The value of a text; what was there before when the text is what showed it."""
    if before is not None and typed.strip() == SHOW[kind](before).strip():
        return before
    return READ[kind](typed)
