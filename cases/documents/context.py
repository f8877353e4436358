"""What papers print, as plain frozen values. Queries fill them; templates only lay them out.

Every paper is a :class:`Paper`. Names are stored as written; padding (张　三) happens in print.
Dates are dates in Asia/Shanghai. Grades, bodies and results arrive as Chinese words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every paper carries: the year assessed, who issues it, when, under which number."""

    year: int
    organ: str
    issued_on: date
    case_no: str = ""
    doc_no: str = ""
    """Number of the document itself, such as 云组考〔2026〕12号."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A box of a form: what stands in it and who signs under it."""

    label: str
    text: str = ""
    signs: tuple[Sign, ...] = ()
    height: int = 34
    """Least height in millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationForm(Paper):
    """年度考核登记表 (domain.md 6.1; leading track: practice.md M6, assumed)."""

    person: Person
    track: str = "civil_servant"
    """``civil_servant`` or ``leading``: which column of ``boxes.yaml`` labels the boxes."""
    texts: dict[str, str] = field(default_factory=dict)
    """Box key -> text. Keys: see ``boxes.keys(track)``."""
    signs: dict[str, Sign] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A headed part of a long text; paragraphs are separated by line ends."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Paper):
    """述职报告 of a person or the report of a body (domain.md 6.2)."""

    author: str
    post: str = ""
    is_body: bool = False
    title: str = ""
    addressee: str = ""
    sections: tuple[Section, ...] = ()
    sign: Sign = Sign()
    basis: str = ""
    """How the text came in when somebody else typed it (practice.md M4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One point of a talk: on whom or what, and the gist (never a verbatim record)."""

    about: str
    gist: str
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecord(Paper):
    """个别谈话记录 (domain.md 4.8): at least two talkers, interviewee kept confidential."""

    on: date
    place: str
    unit: str
    talkers: tuple[str, ...]
    recorder: str
    interviewee: str
    remarks: tuple[Remark, ...] = ()
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """Votes for one subject. ``None`` in a figure prints as —: too few ballots to show."""

    name: str
    post: str = ""
    votes: tuple[int | None, ...] = ()
    blank: int | None = None
    rates: tuple[Decimal | None, ...] = ()
    score: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyGroup:
    """One group of voters (A, B, C票 or all) with its own reconciliation."""

    title: str
    issued: int
    returned: int
    valid: int
    rows: tuple[TallyRow, ...]

    @property
    def invalid(self) -> int:
        return self.returned - self.valid


@dataclass(frozen=True, slots=True, kw_only=True)
class TallySheet(Paper):
    """测评统计表: header of domain.md 4.2, signed by teller and supervisor."""

    unit: str
    meeting: str
    held_on: date
    enrolled: int
    due: int
    present: int
    options: tuple[str, ...]
    rate_names: tuple[str, ...]
    rate_base: str
    """In words: 有效票 or 有效票中已填写的票."""
    groups: tuple[TallyGroup, ...]
    smallest: int
    """Groups below this number of ballots are not shown apart."""
    root: str = ""
    """Digest of the urn's ballots."""
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One meeting of the deciding chain (practice.md M7)."""

    body: str
    meeting_no: str
    on: date
    result: str
    text: str = ""
    votes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeApproval(Paper):
    """等次评定审批表 for a person or a body (domain.md 6.3)."""

    subject: str
    post: str = ""
    is_body: bool = False
    scores: tuple[tuple[str, str], ...] = ()
    votes: tuple[tuple[str, str], ...] = ()
    no_ballot: str = ""
    """Why there is no ballot score, such as 谈话代测评."""
    bars: str = ""
    recent: str = ""
    proposed: str = ""
    reason: str = ""
    opinions: tuple[Opinion, ...] = ()
    steps: tuple[Step, ...] = ()
    decided: str = ""
    ungraded_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a name list in official order."""

    name: str
    unit: str = ""
    post: str = ""
    grade: str = ""
    born: date | None = None
    note: str = ""


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
class OpinionAnswer(Paper):
    """征求意见回复: filled, or blank to be written on; one opinion for each person asked about."""

    answered_by: str
    request_no: str
    request_on: date
    matters: str
    answers: tuple[tuple[Listed, str], ...]
    general: str = ""
    sign: Sign = Sign(label="（盖章）", seal=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityNotice(Paper):
    """优秀等次公示: list, range, period of at least 5 working days, where to object."""

    range: str
    groups: tuple[tuple[str, tuple[Listed, ...]], ...]
    starts: date
    ends: date
    working_days: int
    phone: str
    address: str
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNotice(Paper):
    """考核结果告知书 with its receipt; says only what the office decided to tell (M18)."""

    person: Person
    grade: str
    decided_by: str
    decided_on: date
    strengths: str = ""
    problems: str = ""
    requirements: str = ""
    own_rates: tuple[tuple[str, str], ...] = ()
    review_right: str = ""
    """The sentence on 复核 with its deadline; empty where the rules give no such right."""
    contact: str = ""
    sign: Sign = Sign(label="签收人")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision(Paper):
    """复核申诉决定书."""

    applicant: Person
    complained: str
    request: str
    findings: str
    conclusion: str
    further_right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One line of 整改清单."""

    problem: str
    measure: str
    owner: str
    due: date | None = None
    result: str = ""
    verifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresList(Paper):
    """整改清单 of a person or body."""

    subject: str
    grade: str = ""
    measures: tuple[Measure, ...] = ()
    signs: tuple[Sign, ...] = ()


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
class Card:
    """One voting card: the group's word and colour, and the address behind the QR code.

    A card carries no serial number and no mark that differs between two cards but the secret
    itself.
    """

    url: str
    group: str
    code: str
    colour: str = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSheet(Paper):
    """Cards for one meeting, eight on a sheet, with cut marks."""

    meeting: str
    held_on: date
    unit: str
    cards: tuple[Card, ...]


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
