"""Papers of general shape: forms, lists, letters, cards, and the volume itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from cases.documents.context.basic import Listed, Opinion, Paper, Section, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPaper(Paper):
    """Any one-table form: short fields, then boxes with places to sign."""

    title: str
    fields: tuple[tuple[str, str], ...] = ()
    boxes: tuple[Opinion, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A headed part of a list: rows in official order, and its own count line."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPaper(Paper):
    """Any table on paper: rosters, hand-over lists, papers for the deciding meeting, statistics.

    ``columns`` are (heading, width in parts, align); align is ``l``, ``c``, ``r`` or
    ``n`` for names, which are centred and padded.
    """

    title: str
    columns: tuple[tuple[str, int, str], ...]
    groups: tuple[Group, ...]
    intro: str = ""
    total: str = ""
    note: str = ""
    signs: tuple[Sign, ...] = ()
    size: str = "A4"
    """``A4``, ``A4 landscape`` or ``A3 landscape``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Paper):
    """A letter in the layout of GB/T 9704: paragraphs, attachments, signatory, date."""

    title: str
    addressee: str = ""
    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: str = ""
    attachments: tuple[str, ...] = ()
    contact: str = ""
    listed: tuple[Listed, ...] = ()
    list_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One voting card: the group's word and colour, and the address behind the QR code.

    A card carries no serial number and no mark that differs between two cards but the secret
    itself. ``signed``: of a group too small to be anonymous.
    """

    url: str
    group: str
    code: str
    colour: str = "#000000"
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSheet(Paper):
    """Cards for one meeting, eight on a sheet, with cut marks."""

    meeting: str
    held_on: date
    unit: str
    cards: tuple[Card, ...]
    digest: str = ""
    """Digest of the frozen ballot; its first 16 letters stand on each card."""


class Picture:
    """A JPEG on a paper. The paper's data hold its digest; its bytes are in the page itself."""

    def __init__(self, jpeg: bytes) -> None:
        self.jpeg = jpeg
        self.digest = hashlib.sha256(jpeg).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedScan(Paper):
    """Signed pages of one paper as they came back: page of the paper -> its picture."""

    of: str
    """Title of the paper that was signed."""
    code: str
    """Its verification code."""
    subject: str
    pages: tuple[tuple[int, Picture], ...]
    scanned_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotSheet:
    """One sheet of a paper ballot: options as column heads, (name, post) rows."""

    title: str
    options: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBallot(Paper):
    """A ballot to fill in by pen. Copies of a batch are alike: no serial number, no page code.
    ``signed``: for a group too small to be anonymous."""

    meeting: str
    unit: str
    group: str
    colour: str
    mark: str
    digest: str
    sheets: tuple[BallotSheet, ...]
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueLine:
    """One paper in the volume: 顺序号, 文件编号, 责任者, 题名, 日期, 页号, 备注."""

    no: int
    doc_no: str
    maker: str
    title: str
    on: date
    first_page: int
    pages: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Paper):
    """Cover, catalogue and end note of one 年度考核卷 (first volume or continuation)."""

    archive_no: str
    fonds: str
    title: str
    subject: str
    post: str = ""
    unit: str = ""
    is_body: bool = False
    grade: str = ""
    retention: str = "30年"
    volume_no: int = 1
    filed_by: str = ""
    checked_by: str = ""
    note: str = ""
    secrecy: str = ""
