"""Papers about one person or body, or one meeting: each with its own fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cases.documents.context.basic import (
    PEN,
    RECEIPT,
    SEAL,
    Listed,
    Opinion,
    Paper,
    Person,
    Section,
    Sign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationForm(Paper):
    """年度考核登记表 (leading track: M6, assumed)."""

    person: Person
    track: str = "civil_servant"
    """``Track`` value ``civil_servant`` or ``leading_cadre``: labels the boxes (boxes.yaml)."""
    texts: dict[str, str] = field(default_factory=dict)
    """Box key -> text. Keys: see ``boxes.boxes()``."""
    signs: dict[str, Sign] = field(default_factory=dict)

    @property
    def dated(self) -> date:
        """The latest signature."""
        return max((s.on for s in self.signs.values() if s.on), default=self.issued_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Paper):
    """述职报告 of a person or the report of a body."""

    author: str
    post: str = ""
    is_body: bool = False
    title: str = ""
    addressee: str = ""
    sections: tuple[Section, ...] = ()
    sign: Sign = PEN
    basis: str = ""
    """How the text came in when somebody else typed it (M4)."""

    @property
    def dated(self) -> date:
        """The day it was handed in."""
        return self.sign.on or self.issued_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One point of a talk: on whom or what, and the gist (never a verbatim record)."""

    about: str
    gist: str
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecord(Paper):
    """个别谈话记录: at least two talkers, interviewee kept confidential."""

    on: date
    place: str
    unit: str
    talkers: tuple[str, ...]
    recorder: str
    interviewee: str
    remarks: tuple[Remark, ...] = ()
    signs: tuple[Sign, ...] = ()
    replaces_ballot: bool = False
    """谈话代测评: the talk stands for the ballot of a unit too small for one (M12)."""

    @property
    def dated(self) -> date:
        """The day of the talk."""
        return self.on


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
    scored: bool = True
    """Whether the rows carry a score: only the total does."""
    withheld: bool = False
    """Too few ballots: neither valid nor invalid ones are told."""

    @property
    def invalid(self) -> int:
        return self.returned - self.valid


@dataclass(frozen=True, slots=True, kw_only=True)
class TallySheet(Paper):
    """测评统计表: its header and rows, signed by teller and supervisor."""

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
    counted_on: date | None = None
    """The day the count was made and signed."""

    @property
    def dated(self) -> date:
        """The day of the count, not of printing."""
        return self.counted_on or self.issued_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One meeting of the deciding chain (M7)."""

    body: str
    meeting_no: str
    on: date
    result: str
    text: str = ""
    votes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeApproval(Paper):
    """等次评定审批表 for a person or a body."""

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

    @property
    def dated(self) -> date:
        """The last meeting of the deciding chain."""
        return max((step.on for step in self.steps), default=self.issued_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionAnswer(Paper):
    """征求意见回复: filled, or blank to be written on; one opinion for each person asked about."""

    answered_by: str
    request_no: str
    request_on: date
    matters: str
    answers: tuple[tuple[Listed, str], ...]
    general: str = ""
    sign: Sign = SEAL


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
    body: bool = False
    """Whether a leading body is told, not a person."""
    strengths: str = ""
    problems: str = ""
    requirements: str = ""
    own_rates: tuple[tuple[str, str], ...] = ()
    review_right: str = ""
    """The sentence on 复核 with its deadline; empty where the rules give no such right."""
    contact: str = ""
    sign: Sign = RECEIPT


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
