"""Spans and numbers the process counts with: data rows with source, date and certainty.

``facts.yaml`` beside this file is their one home and this module their one reader; it reads when
it is first asked and refuses a row without a source. No number of a regulation stands in code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from workflow.vocabulary import DayUnit

PUBLISHED = ("source", "published_practice")
TAGS = (*PUBLISHED, "secondary", "assumed_strong", "assumed", "design")
"""How certain a row is; an office confirms all but ``source`` before it goes live."""

AMOUNTS: Mapping[str, tuple[str, str]] = {
    **{unit.value: (unit.zh, unit.en) for unit in DayUnit},
    "year": ("年", "years"),
    "person": ("人", "people"),
    "ballot": ("票", "ballots"),
    "answer": ("份", "answers"),
    "grade": ("个等次", "grades"),
    "talk": ("份", "talks"),
    "character": ("字", "characters"),
    "share": ("", ""),
}
"""Units a row may be measured in, with their words; a share is a number between 0 and 1."""

SINGLE = {
    "working days": "working day",
    "days": "day",
    "months": "month",
    "years": "year",
    "people": "person",
    "ballots": "ballot",
    "grades": "grade",
    "characters": "character",
    "talks": "talk",
}
"""Units in English where the number is one."""

REQUIRED = ("code", "title", "value", "unit", "source", "article", "effective", "tag")
FIELDS = (*REQUIRED, "scheme")


class BrokenRules(ValueError):
    """A row is not well formed; the message names the row and the field."""


class Status(Enum):
    """What a page says of a row: read in a published text, or to be confirmed."""

    PUBLISHED = "published"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class RuleFact:
    """One number with its source. ``scheme`` is the path in a scheme document that overrides it.

    ``effective`` is the day the source came into force; where that is not known, or for a row of
    our own (tag ``design``), the day the row was set.
    """

    code: str
    zh: str
    en: str
    value: Fraction
    unit: str
    source: str
    article: str
    effective: date
    tag: str
    scheme: str

    @property
    def status(self) -> Status:
        return Status.PUBLISHED if self.tag in PUBLISHED else Status.ASSUMED

    @property
    def count(self) -> int:
        """The value as a whole number. Raises BrokenRules for a share."""
        if self.value.denominator != 1:
            raise BrokenRules(f"{self.code}: not a whole number")
        return self.value.numerator

    @property
    def decimal(self) -> Decimal:
        """The value as a decimal number."""
        return Decimal(self.value.numerator) / Decimal(self.value.denominator)

    @property
    def clause(self) -> str:
        """The source as pages cite it: with its article if that was read, else as unconfirmed."""
        return f"{self.source}{self.article if self.tag == 'source' else ',待确认'}"

    def title(self, locale: str = "zh") -> str:
        return self.en if locale.startswith("en") else self.zh

    def amount(self, locale: str = "zh") -> str:
        """Value and unit in words: ``5 个工作日``, ``2/3``."""
        zh, en = AMOUNTS[self.unit]
        if not locale.startswith("en"):
            return f"{self.value} {zh}".rstrip()
        return f"{self.value} {SINGLE.get(en, en) if self.value == 1 else en}".rstrip()


@cache
def facts() -> Mapping[str, RuleFact]:
    """All rows by code, in the order of the file. Raises BrokenRules."""
    text = resources.files(__name__).joinpath("facts.yaml").read_text(encoding="utf-8")
    return read(yaml.safe_load(text))


def read(rows: Any) -> dict[str, RuleFact]:
    """Parsed rows as facts. Raises BrokenRules with every fault, one per line."""
    found: dict[str, RuleFact] = {}
    faults: list[str] = []
    for row in rows:
        code = str(row.get("code"))
        wrong = _faults(row)
        if code in found:
            wrong.append("the code stands twice")
        faults += [f"{code}: {fault}" for fault in wrong]
        if not wrong:
            found[code] = _fact(row)
    if faults:
        raise BrokenRules("\n".join(faults))
    return found


def _faults(row: Mapping[str, Any]) -> list[str]:
    found = [f"{name} is missing" for name in REQUIRED if row.get(name) in (None, "")]
    found += [f"{name} is no field of a row" for name in row if name not in FIELDS]
    if found:
        return found
    if set(row["title"]) != {"zh", "en"}:
        found.append("title is not {zh, en}")
    if row["unit"] not in AMOUNTS:
        found.append(f"unit {row['unit']} is unknown")
    if row["tag"] not in TAGS:
        found.append(f"tag {row['tag']} is unknown")
    if not isinstance(row["effective"], date):
        found.append("effective is not a day")
    value = _number(row["value"])
    if value is None or value <= 0:
        found.append("value is not a number above 0")
    return found


def _number(value: Any) -> Fraction | None:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def _fact(row: Mapping[str, Any]) -> RuleFact:
    return RuleFact(
        code=row["code"],
        zh=row["title"]["zh"],
        en=row["title"]["en"],
        value=Fraction(str(row["value"])),
        unit=row["unit"],
        source=row["source"],
        article=row["article"],
        effective=row["effective"],
        tag=row["tag"],
        scheme=row.get("scheme", ""),
    )


def fact(code: str) -> RuleFact:
    """The row of a code. Raises KeyError."""
    return facts()[code]


def rule_count(code: str) -> int:
    """The whole number of a row. Raises KeyError, BrokenRules."""
    return fact(code).count
