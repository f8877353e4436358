"""Fields of the house: what offices type, as they type it; errors say how to mend it.

Text is stored exactly but for line breaks; numbers and dates accept full-width figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

from wtforms import BooleanField as Tick
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms import PasswordField as PlainPassword
from wtforms import TextAreaField as PlainTextArea
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput, TextInput

from forms.choices import (
    Grade,
    Label,
    Pick,
    PickOne,
    PickPerson,
    PickUnit,
    Rules,
    TickList,
    options,
)
from forms.validators import (
    Chars,
    DocumentNumber,
    IdNumber,
    SafeText,
    document_number,
    forbidden_mark,
    half_width,
    line_breaks,
)
from workflow.words import m

__all__ = [
    "ChineseDate",
    "DecimalText",
    "DocumentNumberText",
    "FieldList",
    "FileUpload",
    "FormField",
    "Grade",
    "HiddenField",
    "IdNumberText",
    "Password",
    "Pick",
    "PickOne",
    "PickPerson",
    "PickUnit",
    "Text",
    "TextArea",
    "Tick",
    "TickList",
    "WholeNumber",
    "options",
]

_YEAR = re.compile(r"([0-9]{4})年?")
_DATE = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


class Text(StringField):
    """One line. ``most`` characters at most (also shown); outer blanks are dropped."""

    def __init__(
        self, label: Label = None, validators: Rules = (), *, most: int = 200, **kw: Any
    ) -> None:
        self.most = most
        super().__init__(label, [*validators, Chars(most), SafeText()], **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The line as typed, without blanks around it."""
        if valuelist:
            self.data = valuelist[0].strip()


class TextArea(PlainTextArea):
    """Running text with a counter. ``least`` and ``most`` count code points, a line break as 1."""

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        most: int = 2000,
        least: int = 0,
        rows: int = 5,
        **kw: Any,
    ) -> None:
        self.most, self.least, self.rows = most, least, rows
        super().__init__(label, [*validators, Chars(most, least), SafeText()], **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text with each line break as one ``\\n``."""
        if valuelist:
            self.data = line_breaks(valuelist[0])


class Password(PlainPassword):
    """A secret: never printed back. ``autocomplete`` is current-password or new-password."""

    def __init__(
        self, label: Label = None, validators: Rules = (), *, autocomplete: str, **kw: Any
    ) -> None:
        self.autocomplete = autocomplete
        super().__init__(label, validators, **kw)


class IdNumberText(Text):
    """An identity number; full-width figures and a small x are taken in their normal form."""

    def __init__(self, label: Label = None, validators: Rules = (), **kw: Any) -> None:
        super().__init__(label, [*validators, IdNumber()], most=40, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number without blanks."""
        if valuelist:
            self.data = re.sub(r"\s+", "", half_width(valuelist[0])).upper()


class DocumentNumberText(Text):
    """A document number; brackets and figures are taken in their normal form 〔2026〕18号."""

    def __init__(self, label: Label = None, validators: Rules = (), **kw: Any) -> None:
        super().__init__(label, [*validators, DocumentNumber()], most=60, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number in its normal form."""
        if valuelist:
            self.data = document_number(valuelist[0])


class _Typed(Field):
    """A value typed as text: keeps what was typed when it can't be read."""

    widget = TextInput()
    typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.show(self.data)

    def show(self, value: Any) -> str:
        """The value as the control shows it."""
        return str(value)

    def read(self, text: str) -> Any:
        """The value of a text. Raises ValueError(sentence)."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; blank is None."""
        if not valuelist:
            return
        self.typed = valuelist[0].strip()
        self.data = None
        if len(self.typed) > 60 or forbidden_mark(self.typed):
            raise ValueError(m("写法不对，请按提示填写"))
        if self.typed:
            self.data = self.read(half_width(self.typed))
            self.typed = None


class ChineseDate(_Typed):
    """A date as people type it: 2026-1-5, 2026.1.5, 2026年1月5日, 20260105, full-width too."""

    def show(self, value: date) -> str:
        """2026-01-05."""
        return value.isoformat()

    def read(self, text: str) -> date:
        """The date. Raises ValueError(sentence)."""
        flat = re.sub(r"\s+", "", text)
        hit = _DATE.fullmatch(flat) or _COMPACT_DATE.fullmatch(flat)
        if hit is None:
            raise ValueError(m("日期写成 2026-1-5 或 2026年1月5日"))
        year, month, day = (int(part) for part in hit.groups())
        if not 1900 <= year <= 2100:
            raise ValueError(m("年份应在 1900 到 2100 之间"))
        try:
            return date(year, month, day)
        except ValueError:
            raise ValueError(
                m("没有 %(year)s 年 %(month)s 月 %(day)s 日这一天", year=year, month=month, day=day)
            ) from None


class DayOrYear(ChineseDate):
    """A date, or a year alone (2016, 2016年): ``data`` is its first day, ``year_only`` says so."""

    year_only = False

    def show(self, value: date) -> str:
        """2026-01-05, or 2026."""
        return str(value.year) if self.year_only else value.isoformat()

    def read(self, text: str) -> date:
        """The date. Raises ValueError(sentence)."""
        alone = _YEAR.fullmatch(re.sub(r"\s+", "", text))
        self.year_only = alone is not None
        return super().read(text if alone is None else f"{alone[1]}-1-1")


class DecimalText(_Typed):
    """A figure. Thousands separators and full-width digits are read; ``percent`` says whether the
    figure is a percentage (then 92.9 and 92.9% are the same) - otherwise a % sign is an error."""

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        places: int = 4,
        percent: bool = False,
        unit: str = "",
        **kw: Any,
    ) -> None:
        self.places, self.percent, self.unit = places, percent, unit
        super().__init__(label, validators, **kw)

    def show(self, value: Decimal) -> str:
        """The figure without an exponent."""
        return f"{value:f}"

    def read(self, text: str) -> Decimal:
        """The figure. Raises ValueError(sentence)."""
        flat = text.replace("−", "-").replace("，", ",").replace(" ", "")
        if flat.endswith("%"):
            if not self.percent:
                raise ValueError(m("这一项的单位不是百分比，请只填数字，不带百分号"))
            flat = flat[:-1]
        if _NUMBER.fullmatch(flat) is None:
            raise ValueError(m("请填写数字，例如 12.5"))
        try:
            value = Decimal(flat.replace(",", ""))
        except InvalidOperation:
            raise ValueError(m("请填写数字，例如 12.5")) from None
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise ValueError(m("最多填 %(places)s 位小数", places=self.places))
        return value


class WholeNumber(_Typed):
    """A whole number; thousands separators and full-width digits are read."""

    def read(self, text: str) -> int:
        """The number. Raises ValueError(sentence)."""
        flat = text.replace("−", "-").replace("，", ",").replace(" ", "")
        if _NUMBER.fullmatch(flat) is None or "." in flat or len(flat) > 20:
            raise ValueError(m("请填写整数，例如 12"))
        return int(flat.replace(",", ""))


class FileUpload(Field):
    """One file. ``endings`` without a dot; ``megabytes`` at most. ``data`` is the web server's file
    object (``filename``, ``stream``) or None; its content is checked where it is stored."""

    widget = FileInput()

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        endings: Sequence[str],
        megabytes: int = 20,
        **kw: Any,
    ) -> None:
        self.endings, self.megabytes = tuple(endings), megabytes
        super().__init__(label, validators, **kw)

    def _value(self) -> bool:
        return False

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The file, or None when nothing was chosen."""
        chosen = [item for item in valuelist if getattr(item, "filename", "")]
        self.data = chosen[0] if chosen else None

    def pre_validate(self, form: PlainForm) -> None:
        """Name, ending and size. Raises ValidationError(sentence)."""
        if self.data is None:
            return
        name = str(self.data.filename)
        ending = PurePath(name).suffix.lower().lstrip(".")
        if forbidden_mark(name) or "\n" in name or len(name) > 200:
            raise ValidationError(m("文件名太长或有看不见的控制符，请改名后再传"))
        if ending not in self.endings:
            raise ValidationError(m("请上传 %(endings)s 文件", endings=", ".join(self.endings)))
        size = _size(self.data.stream)
        if size == 0:
            raise ValidationError(m("这个文件是空的，请核对后再传"))
        if size > self.megabytes * 1_000_000:
            raise ValidationError(m("文件最大 %(n)s MB，请缩小后再传", n=self.megabytes))


def _size(stream: Any) -> int:
    here = stream.tell()
    end = int(stream.seek(0, 2))
    stream.seek(here)
    return end
