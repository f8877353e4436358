"""Rules that fields share: callable objects; the message is a sentence that says how to mend it.

Lengths are counted as the counter on the page does: code points, a line break 1, spaces too.
Every pattern here is linear: no nested repetition over input of any length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

from workflow.words import Sentence, m

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad")
_KEPT_CONTROLS = frozenset("\n\t")
_SECRET_MARK = re.compile(r"(?:绝\s?密|机\s?密|秘\s?密)\s{0,4}[★☆⭐]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_DOCUMENT = re.compile(r"[\u3400-\u9fffA-Za-z]{1,20}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,5}号")
_BRACKETS = str.maketrans({c: "〔" for c in "[【［(（﹝"} | {c: "〕" for c in "]】］)）﹞"})


def line_breaks(text: str) -> str:
    """The text with every line break as one ``\\n``, as it is counted and stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def count_chars(text: str) -> int:
    """Characters as pages count them: code points, a line break is 1."""
    return len(line_breaks(text))


def half_width(text: str) -> str:
    """Full-width digits, letters and marks in their half-width form."""
    return unicodedata.normalize("NFKC", text)


def forbidden_mark(text: str) -> int:
    """Position (from 1) of the first control, direction or invisible mark; 0 when there is none."""
    for place, char in enumerate(line_breaks(text), start=1):
        if char in _KEPT_CONTROLS:
            continue
        if char in _BIDI or char in _INVISIBLE or unicodedata.category(char) in ("Cc", "Cs"):
            return place
    return 0


def has_secret_mark(text: str) -> bool:
    """Whether the text carries a marking such as 秘密★1年. The words alone are no marking."""
    return _SECRET_MARK.search(text) is not None


def id_number_fault(text: str) -> Sentence | None:
    """What is wrong with an 18-character identity number (GB 11643-1999), or None."""
    if re.fullmatch(r"[0-9]{17}[0-9X]", text) is None:
        return m("身份证号是 18 位，前 17 位是数字，最后一位是数字或 X")
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return m("身份证号第 7 至 14 位不是一个日期，请核对")
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    if _ID_CHECKS[total % 11] != text[17]:
        return m("身份证号最后一位与前面对不上，请逐位核对")
    return None


def document_number(text: str) -> str:
    """A document number in its normal form: 云委〔2026〕18号."""
    flat = half_width(text).translate(_BRACKETS)
    flat = re.sub(r"\s+", "", flat)
    return re.sub(r"〕第?0*([0-9]+)号?$", r"〕\1号", flat)


def is_document_number(text: str) -> bool:
    """Whether a text in normal form is a document number."""
    return len(text) <= 40 and _DOCUMENT.fullmatch(text) is not None


def _empty(field: Field) -> bool:
    data = field.data
    return data is None or data == "" or data == [] or (isinstance(data, str) and not data.strip())


class Rule:
    """A rule for values that are there; emptiness is the business of :class:`Required`."""

    def __call__(self, form: Form, field: Field) -> None:
        if not field.errors and not _empty(field):
            self.check(form, field)

    def check(self, form: Form, field: Field) -> None:
        """Raise ValidationError(sentence) when the value breaks the rule."""
        raise NotImplementedError


class Required:
    """The field must be filled in. Sets the HTML ``required`` flag for readers' software only."""

    field_flags = {"needed": True}

    def __init__(self, message: Sentence | None = None) -> None:
        self.message = message

    def told(self, field: Field) -> Sentence:
        """The sentence: the field's own, or one with its label."""
        if self.message is not None:
            return self.message
        label = field.label.text
        if getattr(field, "choices", None) is not None:
            return m("请选择“%(label)s”", label=label)
        if field.type == "BooleanField":
            return m("请勾选“%(label)s”", label=label)
        if field.type == "FileUpload":
            return m("请上传“%(label)s”", label=label)
        return m("请填写“%(label)s”", label=label)

    def __call__(self, form: Form, field: Field) -> None:
        if field.errors:
            raise StopValidation
        if _empty(field) or field.data is False:
            raise StopValidation(self.told(field))


class Chars(Rule):
    """At least ``least`` and at most ``most`` characters, counted by :func:`count_chars`."""

    def __init__(self, most: int | None = None, least: int = 0) -> None:
        self.most, self.least = most, least

    def check(self, form: Form, field: Field) -> None:
        n = count_chars(field.data)
        if n < self.least:
            raise ValidationError(
                m("已写 %(n)s 个字，至少写 %(least)s 个字", n=n, least=self.least)
            )
        if self.most is not None and n > self.most:
            over = n - self.most
            raise ValidationError(
                m("已超出 %(over)s 字，最多 %(most)s 字，请删减后再提交", over=over, most=self.most)
            )


class SafeText(Rule):
    """No control, direction or invisible marks; no secrecy marking."""

    def check(self, form: Form, field: Field) -> None:
        place = forbidden_mark(field.data)
        if place:
            raise ValidationError(
                m("第 %(place)s 个字处有看不见的控制符，请删去后重写这一处", place=place)
            )
        if has_secret_mark(field.data):
            raise ValidationError(m("文中有密级标志。本系统不存放国家秘密，请改走机要渠道"))


class Matches(Rule):
    """The whole text has a given form."""

    def __init__(self, pattern: str, message: Sentence) -> None:
        self.pattern, self.message = re.compile(pattern), message

    def check(self, form: Form, field: Field) -> None:
        if self.pattern.fullmatch(field.data) is None:
            raise ValidationError(self.message)


class IdNumber(Rule):
    """An identity number with a right check character."""

    def check(self, form: Form, field: Field) -> None:
        fault = id_number_fault(field.data)
        if fault is not None:
            raise ValidationError(fault)


class DocumentNumber(Rule):
    """A document number such as 云委〔2026〕18号."""

    def check(self, form: Form, field: Field) -> None:
        if not is_document_number(field.data):
            raise ValidationError(m("文号写成“发文机关代字〔年份〕序号”，例如 云委〔2026〕18号"))


class InRange(Rule):
    """A number between two bounds, both allowed."""

    def __init__(self, least: int | Decimal | None = None, most: int | Decimal | None = None):
        self.least, self.most = least, most

    def check(self, form: Form, field: Field) -> None:
        low = self.least is not None and field.data < self.least
        high = self.most is not None and field.data > self.most
        if not low and not high:
            return
        least, most = str(self.least), str(self.most)
        if self.most is None:
            raise ValidationError(m("不能小于 %(least)s", least=least))
        if self.least is None:
            raise ValidationError(m("不能大于 %(most)s", most=most))
        raise ValidationError(m("请填写 %(least)s 到 %(most)s 之间的数", least=least, most=most))


class DateBetween(Rule):
    """A date between two days, both allowed; each a date or a callable that tells it."""

    def __init__(self, first: date | None = None, last: date | None = None) -> None:
        self.first, self.last = first, last

    def check(self, form: Form, field: Field) -> None:
        if self.first is not None and field.data < self.first:
            raise ValidationError(m("不能早于 %(day)s", day=self.first))
        if self.last is not None and field.data > self.last:
            raise ValidationError(m("不能晚于 %(day)s", day=self.last))


class SameAs(Rule):
    """The same text as another field of the form."""

    def __init__(self, name: str, message: Sentence) -> None:
        self.name, self.message = name, message

    def check(self, form: Form, field: Field) -> None:
        if form[self.name].data != field.data:
            raise ValidationError(self.message)


class DifferentFrom(SameAs):
    """Another text than another field of the form."""

    def check(self, form: Form, field: Field) -> None:
        if form[self.name].data == field.data:
            raise ValidationError(self.message)


class Asked(Rule):
    """A test given as a function of the value that tells the fault or None."""

    def __init__(self, fault: Callable[[Any], Sentence | None]) -> None:
        self.fault = fault

    def check(self, form: Form, field: Field) -> None:
        fault = self.fault(field.data)
        if fault is not None:
            raise ValidationError(fault)
