"""What papers are made of: the frame of each, people, places to sign, boxes, sections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every paper carries: the year assessed, who issues it, when, under which number."""

    year: int
    organ: str
    issued_on: date
    case_no: str = ""
    doc_no: str = ""
    """Number of the document itself, such as 云组考〔2026〕12号."""

    @property
    def dated(self) -> date:
        """The day the document bears: the latest one in it, the day of issue where there is none
        (domain 7.8). A catalogue lists this day, not the day of printing."""
        return self.issued_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One assessed person. ``birth_month_shown`` is set where two in a unit share a name (M15)."""

    name: str
    gender: str = ""
    born: date | None = None
    politics: str = ""
    unit: str = ""
    post: str = ""
    rank: str = ""
    post_since: date | None = None
    duties: str = ""
    birth_month_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One place to sign or seal.

    ``state`` is a ``SignState`` value; ``note`` holds the two witnesses of a refusal or the reason.
    Without ``name`` a line is left for the pen, without ``on`` a blank date.
    """

    label: str = "签名"
    name: str = ""
    on: date | None = None
    state: str = "none"
    note: str = ""
    seal: bool = False


PEN = Sign()
SEAL = Sign(label="（盖章）", seal=True)
RECEIPT = Sign(label="签收人")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A box of a form: what stands in it and who signs under it."""

    label: str
    text: str = ""
    signs: tuple[Sign, ...] = ()
    height: int = 34
    """Least height in millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A headed part of a long text; paragraphs are separated by line ends."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a name list in official order."""

    name: str
    unit: str = ""
    post: str = ""
    grade: str = ""
    born: date | None = None
    note: str = ""
