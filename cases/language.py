"""Everything a reader's language decides: sentences, words, dates, numbers. No Flask, no clock.

Chinese is the source: a msgid is the Chinese sentence. English comes from ``translations/en/*.po``,
read once. An English text may bend to its first number: ``%(n)s {n:thing is|things are} missing``.

Chinese pages carry full-width punctuation (design rule): half-width marks beside Chinese characters
in a msgid are widened when it is shown. Values filled in are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po

from workflow.words import Sentence, m

ZH = "zh_Hans_CN"
EN = "en"
LOCALES = (ZH, EN)
HTML_LANG = {ZH: "zh-CN", EN: "en"}
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_HAN = "\u2e80-\u9fff\uf900-\ufaff"
_WIDE = {",": "，", ":": "：", ";": "；", "?": "？"}
_AFTER_HAN = re.compile(rf"(?<=[{_HAN}”）%])[,:;?](?!\d)")
_BEFORE_HAN = re.compile(rf"[,;](?=[{_HAN}“（])")
_PAREN = re.compile(rf"\(((?:%\(\w+\)|[^()])*[{_HAN}](?:%\(\w+\)|[^()])*)\)")
_QUOTED = re.compile(rf'"([^"<>=]*[{_HAN}%][^"<>=]*)"')
_LONG = Context(prec=200)
_PLURAL = re.compile(r"\{(\w+):([^|{}]*)\|([^|{}]*)\}")


class UnknownLocale(LookupError):
    """Asked for a language that this house doesn't speak."""


@lru_cache(maxsize=4096)
def _typeset(msgid: str) -> str:
    """A Chinese sentence with full-width punctuation beside its characters."""
    text = _QUOTED.sub(r"“\1”", msgid)
    text = _PAREN.sub(r"（\1）", text)
    text = _AFTER_HAN.sub(lambda hit: _WIDE[hit[0]], text)
    return _BEFORE_HAN.sub(lambda hit: _WIDE[hit[0]], text)


def po_files(locale: str, root: Path = TRANSLATIONS) -> list[Path]:
    """The rooms' own translation files of a locale, in a stable order."""
    return sorted((root / locale).glob("*.po"))


@lru_cache(maxsize=8)
def catalogue(locale: str, root: Path = TRANSLATIONS) -> Mapping[str, str]:
    """msgid -> translation, the union of all ``.po`` files of a locale. Read once."""
    if locale == ZH:
        return {}
    found: dict[str, str] = {}
    for path in po_files(locale, root):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=locale):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found


@dataclass(frozen=True, slots=True)
class Language:
    """One reader's language. Made by :func:`language`; holds no state of a request."""

    locale: str

    @property
    def html(self) -> str:
        """The value of ``<html lang>``."""
        return HTML_LANG[self.locale]

    @property
    def chinese(self) -> bool:
        """Whether pages are in the source language."""
        return self.locale == ZH

    # -- words

    def template(self, msgid: str) -> str:
        """The translated sentence with its placeholders still in it."""
        if self.chinese:
            return _typeset(msgid)
        return catalogue(self.locale).get(msgid) or _typeset(msgid)

    def gettext(self, msgid: str, **params: object) -> str:
        """The sentence in this language. Dates, words and sentences among params follow it."""
        text = self.template(msgid)
        if not params:
            return text
        shown = {name: self.value(value) for name, value in params.items()}
        return bend(text, params) % shown

    def say(self, sentence: Sentence | str) -> str:
        """A :class:`Sentence` in this language; plain text passes as it is."""
        if isinstance(sentence, Sentence):
            return self.gettext(sentence.msgid, **dict(sentence.params))
        return self.word(sentence)

    def word(self, word: object) -> str:
        """A word of the vocabulary in this language; anything else as text."""
        title = getattr(word, "zh" if self.chinese else "en", None)
        return str(word) if title is None else str(title)

    def value(self, value: object) -> str:
        """Any value as part of a sentence: typed values get this language's form."""
        if isinstance(value, Sentence):
            return self.say(value)
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, Date):
            return self.date(value)
        if isinstance(value, Decimal | float):
            return self.number(value)
        if isinstance(value, list | tuple | set | frozenset):
            return self.listing(value)
        return self.word(value)

    def listing(self, items: Iterable[object]) -> str:
        """Several things in a row: 甲、乙 or "a, b"."""
        return ("、" if self.chinese else ", ").join(self.value(item) for item in items)

    # -- dates

    def weekday(self, day: Date) -> str:
        """周一 or Mon."""
        index = day.weekday()
        return f"周{_WEEKDAYS_ZH[index]}" if self.chinese else _WEEKDAYS_EN[index]

    def date(self, day: Date, *, today: Date | None = None, weekday: bool = True) -> str:
        """2026年1月5日 周一; within the year of ``today`` 1月5日 周一. Mon 5 January 2026."""
        year = "" if today is not None and today.year == day.year else str(day.year)
        if self.chinese:
            text = f"{year and year + '年'}{day.month}月{day.day}日"
            return f"{text} {self.weekday(day)}" if weekday else text
        text = f"{day.day} {_MONTHS_EN[day.month - 1]}{year and ' ' + year}"
        return f"{self.weekday(day)} {text}" if weekday else text

    def clock(self, instant: datetime) -> str:
        """09:12 on clocks in Asia/Shanghai."""
        return f"{_local(instant):%H:%M}"

    def instant(self, instant: datetime, *, today: Date | None = None) -> str:
        """1月5日 周一 09:12; 今天 09:12 and 昨天 16:20 when ``today`` is told."""
        day = _local(instant).date()
        away = (today - day).days if today is not None else None
        if away == 0:
            name = self.say(m("今天"))
        elif away == 1:
            name = self.say(m("昨天"))
        else:
            name = self.date(day, today=today)
        return f"{name} {self.clock(instant)}"

    def span(self, first: Date, last: Date, *, today: Date | None = None) -> str:
        """12月5日至2026年1月20日: a range without weekdays; the year is told once if it is one."""
        same = first.year == last.year
        start = self.date(first, today=today, weekday=False)
        end = self.date(last, today=first if same else today, weekday=False)
        if not self.chinese and same:
            start = self.date(first, today=first, weekday=False)
            end = self.date(last, today=today, weekday=False)
        return self.say(m("%(start)s至%(end)s", start=start, end=end))

    def distance(self, left: int, *, working: bool = True) -> str:
        """还有 4 个工作日, 今天到期, 超期 2 个工作日. Calendar days for statutory rights."""
        days = abs(left)
        if left == 0:
            return self.say(m("今天到期"))
        if left > 0 and working:
            return self.say(m("还有 %(n)s 个工作日", n=days))
        if left > 0:
            return self.say(m("还有 %(n)s 日", n=days))
        if working:
            return self.say(m("超期 %(n)s 个工作日", n=days))
        return self.say(m("超期 %(n)s 日", n=days))

    def deadline(
        self, day: Date, left: int, *, today: Date | None = None, working: bool = True
    ) -> str:
        """1月20日 周二前，还有 4 个工作日: the date, then the distance, which the caller counts.

        Over a weekend no working day may lie between: then the date alone tells.
        """
        if left == 0 and today is not None and day != today:
            passed, shown = day < today, self.date(day, today=today)
            return self.say(
                m("%(day)s到期，已超期", day=shown) if passed else m("%(day)s前", day=shown)
            )
        if left <= 0:
            return self.distance(left, working=working)
        told = self.distance(left, working=working)
        return self.say(
            m("%(day)s前，%(distance)s", day=self.date(day, today=today), distance=told)
        )

    # -- figures

    def number(self, value: Decimal | float, places: int = 2) -> str:
        """1,234.50 with a real minus; rounded half up, as offices round."""
        exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _LONG)
        if rounded == 0:
            rounded = abs(rounded)
        return f"{rounded:,}".replace("-", "−")

    def integer(self, value: int) -> str:
        """1,000."""
        return f"{value:,}".replace("-", "−")

    def percent(self, ratio: Decimal | Fraction | float, places: int = 2) -> str:
        """A ratio 0.7037 as 70.37%; rates of a ballot are exact fractions."""
        if isinstance(ratio, Fraction):
            exact = _LONG.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
        else:
            exact = Decimal(str(ratio)) if isinstance(ratio, float) else Decimal(ratio)
        return f"{self.number(exact * 100, places)}%"

    def size(self, octets: int) -> str:
        """A file's size: 812 KB, 3.4 MB."""
        if octets < 1_000_000:
            return f"{self.integer(max(1, round(octets / 1000)))} KB"
        return f"{self.number(Decimal(octets) / 1_000_000, 1)} MB"


def _local(instant: datetime) -> datetime:
    return instant.astimezone(_SHANGHAI)


def bend(text: str, params: Mapping[str, object]) -> str:
    """Choose between ``{n:one|other}`` forms by the params; a text without such forms stays."""

    def choose(hit: re.Match[str]) -> str:
        return hit[2] if str(params.get(hit[1])) == "1" else hit[3]

    return _PLURAL.sub(choose, text) if "{" in text else text


@lru_cache(maxsize=8)
def language(locale: str) -> Language:
    """The language of a locale. Raises :class:`UnknownLocale`."""
    if locale not in LOCALES:
        raise UnknownLocale(locale)
    return Language(locale)
