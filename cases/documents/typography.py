"""How names, dates and figures are written on paper."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

IDEOGRAPHIC_SPACE = "　"


def is_han(char: str) -> bool:
    """True for Chinese characters of every block in use (unified ideographs and compatibility)."""
    code = ord(char)
    return (
        0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
        or char == "〇"
    )


def padded(name: str) -> str:
    """Two-character names get a full-width space: 张　三 (M15); others stay."""
    if len(name) == 2 and all(map(is_han, name)):
        return f"{name[0]}{IDEOGRAPHIC_SPACE}{name[1]}"
    return name


def zh_date(day: date | None, blank: str = "") -> str:
    """2026年3月9日: Arabic figures without leading zeros (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日" if day else blank


def zh_month(day: date | None) -> str:
    """1984.06, as personnel forms write months."""
    return f"{day.year}.{day.month:02d}" if day else ""


def two_places(value: Decimal | None) -> str:
    """90.1 -> 90.10, with a real minus sign; nothing shown as —."""
    if value is None:
        return "—"
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP)).replace("-", "−")


def percent(value: Decimal | None) -> str:
    """A share between 0 and 1 as 70.37%."""
    return "—" if value is None else f"{two_places(value * 100)}%"


def count(value: int | None) -> str:
    """A number of ballots, or — where it may not be shown."""
    return "—" if value is None else str(value)


def paragraphs(text: str) -> list[str]:
    """Non-empty paragraphs of a text, without the indents people type themselves."""
    lines = (line.strip().strip(IDEOGRAPHIC_SPACE).strip() for line in text.splitlines())
    return [line for line in lines if line]


_DIGITS = "〇一二三四五六七八九"


def zh_number(n: int) -> str:
    """1..99 in Chinese figures: 一, 十, 十二, 二十三."""
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
