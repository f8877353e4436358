"""What span of time a figure is about: the year, a part of it, or its end.

Written as offices write it; kept as a short text that sorts: ``2025``, ``2025H1``, ``2025Q3``,
``2025-11``, ``2025-01/11``, ``2025-12-31``.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

from workflow.words import Sentence, m

_YEAR = re.compile(r"(\d{4})(?:年|年度|年全年|全年)?")
_HALF = re.compile(r"(\d{4})年?(?:H([12])|(上|下)半年)")
_QUARTER = re.compile(r"(\d{4})年?(?:Q([1-4])|第?([一二三四])季度)")
_MONTH = re.compile(r"(\d{4})(?:年|-|\.|/)(\d{1,2})月?")
_MONTHS = re.compile(r"(\d{4})(?:年|-|\.|/)(\d{1,2})月?(?:-|/|至|到|—+|–|~)(\d{1,2})月?")
_KEPT_MONTHS = re.compile(r"(\d{4})-(\d{2})/(\d{2})")
_DAY = re.compile(r"(\d{4})(?:年|-|\.|/)(\d{1,2})(?:月|-|\.|/)(\d{1,2})日?")
_END = re.compile(r"(\d{4})年(?:末|底)")
_MONTHS_OF = {"H": 6, "Q": 3}
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


class NoPeriod(Exception):
    """A text names no span of time; ``sentence`` says what to write instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def read_period(text: str) -> str:
    """The period that a text names, in its kept form. Raises NoPeriod."""
    written = "".join(unicodedata.normalize("NFKC", text).split())
    for pattern, kept in _FORMS:
        found = pattern.fullmatch(written)
        if found is not None:
            return kept(found)
    raise NoPeriod(m("所属期写法不认识,请写成 2025、2025年1-11月 或 2025年三季度"))


def year_of(period: str) -> int:
    """The year a kept period lies in."""
    return int(period[:4])


def outside(period: str, year: int) -> bool:
    """Whether a kept period lies in another year than the one assessed."""
    return year_of(period) != year


def ends_on(period: str) -> date:
    """The last day of a kept period."""
    year, part = year_of(period), period[4:]
    if len(period) == len("2025-12-31") and part[3] == "-":
        return date.fromisoformat(period)
    month = 12
    if part:
        month = int(part[1:]) * _MONTHS_OF[part[0]] if part[0] in _MONTHS_OF else int(part[-2:])
    return date(year, month, monthrange(year, month)[1])


def _year(found: re.Match[str]) -> str:
    return found[1]


def _half(found: re.Match[str]) -> str:
    return f"{found[1]}H{found[2] or _NUMBERS[found[3]]}"


def _quarter(found: re.Match[str]) -> str:
    return f"{found[1]}Q{found[2] or _NUMBERS[found[3]]}"


def _month(found: re.Match[str]) -> str:
    return f"{found[1]}-{_in_year(found[2]):02d}"


def _months(found: re.Match[str]) -> str:
    first, last = _in_year(found[2]), _in_year(found[3])
    if first >= last:
        raise NoPeriod(m("所属期的起止月份不对,请核对"))
    return f"{found[1]}-{first:02d}/{last:02d}"


def _day(found: re.Match[str]) -> str:
    month = _in_year(found[2])
    if not 1 <= int(found[3]) <= monthrange(int(found[1]), month)[1]:
        raise NoPeriod(m("日期不存在,请核对"))
    return f"{found[1]}-{month:02d}-{int(found[3]):02d}"


def _end(found: re.Match[str]) -> str:
    return f"{found[1]}-12-31"


def _in_year(month: str) -> int:
    if not 1 <= int(month) <= 12:
        raise NoPeriod(m("月份应在 1 到 12 之间"))
    return int(month)


_FORMS = (
    (_KEPT_MONTHS, _months),
    (_YEAR, _year),
    (_HALF, _half),
    (_QUARTER, _quarter),
    (_END, _end),
    (_MONTH, _month),
    (_DAY, _day),
    (_MONTHS, _months),
)
