"""One cell into one value, the way offices type them, with the reason when it cannot be done.

Every reader returns the value or raises :class:`BadCell`; a :class:`Reading` keeps a note when
something was tidied on the way (full-width digits, a small x). Pure.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from operator import mul
from typing import Generic, NamedTuple, TypeVar

from workflow.words import Sentence, m

T_co = TypeVar("T_co", covariant=True)
YES = frozenset({"是", "Y", "y", "YES", "yes", "1", "√", "对", "有"})
NO = frozenset({"", "否", "N", "n", "NO", "no", "0", "×", "无", "-", "—"})
MONTH = re.compile(r"(\d{4})\s*[.\-/年]?\s*(\d{1,2})\s*月?")
DAY = re.compile(r"(\d{4})\s*[.\-/年]?\s*(\d{1,2})\s*[.\-/月]?\s*(\d{1,2})\s*日?")
RANGE = re.compile(r"\s*(?:至|到|—+|–|~|--+)\s*")
ID_NUMBER = re.compile(r"\d{17}[\dX]")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
YEARS = range(1900, 2101)


class BadCell(Exception):
    """The cell cannot be read; the sentence says what to write instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Reading(NamedTuple, Generic[T_co]):
    """A value and, where something was tidied, the note that says so."""

    value: T_co
    note: Sentence | None = None


def as_text(cell: object) -> str:
    """Any cell as the text a person sees, trimmed; whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell.strip(" \t\r\n\u3000\u00a0")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell)


def narrow(text: str) -> Reading[str]:
    """Full-width digits, letters and signs made narrow, with a note when there were any."""
    if text.isascii() and text.strip() == text:
        return Reading(text)
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain == text:
        return Reading(text)
    return Reading(plain, m("全角字符已按半角读取"))


def read_number(cell: object) -> Reading[int]:
    """A whole number from 0, as number or text."""
    if isinstance(cell, float) and not cell.is_integer():
        raise BadCell(m("应填整数"))
    if isinstance(cell, float) and 0 <= cell < 1e12:
        return Reading(int(cell))
    reading = narrow(as_text(cell))
    if not reading.value.isascii() or not reading.value.isdecimal() or len(reading.value) > 12:
        raise BadCell(m("应填整数"))
    return Reading(int(reading.value), reading.note)


def read_flag(cell: object) -> bool:
    """是 or 否; an empty cell is 否."""
    text = narrow(as_text(cell)).value
    if text in YES:
        return True
    if text in NO:
        return False
    raise BadCell(m("应填“是”或“否”"))


def read_month(cell: object) -> Reading[str]:
    """A year and month as ``YYYY-MM``: 1975.03, 197503, 1975-3, 1975年3月, a date cell.

    A number cell 1975.1 may mean January or October and is refused.
    """
    if isinstance(cell, datetime.date):
        return Reading(f"{cell.year:04d}-{cell.month:02d}")
    if isinstance(cell, float) and not cell.is_integer():
        if round(cell * 10, 6).is_integer():
            raise BadCell(m("年月以数字存放,分不清 1 月还是 10 月,请改为文本,如 1975.10"))
        return Reading(_month(f"{cell:.2f}"))
    return _month_reading(as_text(cell))


@lru_cache(maxsize=4096)  # a roster has a few hundred different months
def _month_reading(text: str) -> Reading[str]:
    reading = narrow(text)
    return Reading(_month(reading.value), reading.note)


def _month(text: str) -> str:
    found = MONTH.fullmatch(text)
    if found is None:
        found_day = DAY.fullmatch(text)
        if found_day is None:
            raise BadCell(m("年月写法不认识,请写成 1975.03"))
        return _day(text).isoformat()[:7]
    year, month = int(found[1]), int(found[2])
    if year not in YEARS or not 1 <= month <= 12:
        raise BadCell(m("年月不在合理范围内,请核对"))
    return f"{year:04d}-{month:02d}"


def read_day(cell: object) -> Reading[datetime.date]:
    """A day; of a month alone its last day; of a range (…至…) its end."""
    if isinstance(cell, datetime.datetime):
        return Reading(cell.date())
    if isinstance(cell, datetime.date):
        return Reading(cell)
    if isinstance(cell, float) and not cell.is_integer():
        raise BadCell(m("日期以数字存放,请改为文本,如 2026.05.31"))
    reading = narrow(as_text(cell))
    return Reading(_day(RANGE.split(reading.value)[-1]), reading.note)


def _day(text: str) -> datetime.date:
    found = DAY.fullmatch(text)
    try:
        if found is not None and int(found[1]) in YEARS and not MONTH.fullmatch(text):
            return datetime.date(int(found[1]), int(found[2]), int(found[3]))
        year, month = (int(part) for part in _month_pair(text))
        after = datetime.date(year + month // 12, month % 12 + 1, 1)
        return after - datetime.timedelta(days=1)
    except ValueError as bad:
        raise BadCell(m("日期不存在,请核对")) from bad


def _month_pair(text: str) -> tuple[str, str]:
    found = MONTH.fullmatch(text)
    if found is None:
        raise BadCell(m("日期写法不认识,请写成 2026.05.31"))
    year, month = _month(text).split("-")
    return year, month


def read_id_number(cell: object) -> Reading[str]:
    """An 18-character citizen number with a right check character (GB 11643)."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        raise BadCell(m("身份号码以数字存放,末几位已丢失,请设为文本后重新填写"))
    written = as_text(cell)
    reading = narrow("".join(written.split()))
    text = reading.value.upper().lstrip("'")
    if len(text) == 15 and text.isdecimal():
        raise BadCell(m("是 15 位旧号码,请填 18 位公民身份号码"))
    if not ID_NUMBER.fullmatch(text) or not text.isascii():
        raise BadCell(m("公民身份号码应为 18 位"))
    if check_character(text[:17]) != text[17]:
        raise BadCell(m("公民身份号码校验位不对,请核对"))
    try:
        datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError as bad:
        raise BadCell(m("公民身份号码里的出生日期不存在,请核对")) from bad
    return Reading(text, m("号码已按规范写法读取") if text != written else None)


def check_character(first17: str) -> str:
    """The 18th character of a citizen number: ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(map(mul, ID_WEIGHTS, map(int, first17)))
    return ID_CHECKS[total % 11]
