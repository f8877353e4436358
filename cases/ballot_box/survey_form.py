"""The frozen form of a public survey: what the booth needs to ask citizens and to add up.

It names no citizen and holds no answer. Made once when a survey opens, as canonical JSON.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import segno

from cases import canonical
from cases.ballot_box.cards import LENGTH, new_code
from cases.ballot_box.package import Text
from cases.ballot_box.refusals import PackageRefusal
from workflow.words import m

FORMAT = "kaoji-survey/1"
CODES, OPEN = "codes", "open"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One option of the scale; ``abstain`` marks an answer that is not counted."""

    key: str
    title: Text
    abstain: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked; the first question is the one that scores."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Area:
    """Where answers come from; ``quota`` is how many are taken (0: no limit)."""

    code: str
    name: str
    quota: int = 0
    name_en: str = ""

    @property
    def title(self) -> Text:
        """The name in both languages; the Chinese one where no other was given."""
        return Text(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """``mode`` is ``codes`` (one answer a code) or ``open`` (a pace limit and a warning label on
    every figure); ``pace``: answers taken in a minute; ``ends``: last day, ISO, to be shown."""

    key: str
    organ: Text
    title: Text
    mode: str
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    areas: tuple[Area, ...]
    pace: int
    ends: str

    def __post_init__(self) -> None:
        """Refuse an ill-formed survey (PackageRefusal)."""
        if not _KEY.fullmatch(self.key) or self.mode not in (CODES, OPEN) or self.pace < 1:
            raise PackageRefusal(m("评价问卷的编号、方式或每分钟份数不对"))
        for group in (self.questions, self.answers):
            keys = [one.key for one in group]
            if not keys or len(set(keys)) != len(keys):
                raise PackageRefusal(m("评价问卷的题目和选项不能为空,也不能重复"))
        codes = [area.code for area in self.areas]
        if not codes or len(set(codes)) != len(codes) or min(a.quota for a in self.areas) < 0:
            raise PackageRefusal(m("评价问卷的地区不能为空,也不能重复"))

    @property
    def digest(self) -> str:
        """SHA-256 of the form as written, 64 hex letters."""
        return canonical.digest(self._document())

    def area(self, code: str) -> Area:
        """The area of that code. Raises KeyError."""
        return {area.code: area for area in self.areas}[code]

    def _document(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    def to_json(self) -> str:
        """The form as canonical JSON."""
        return canonical.encode(self._document()).decode()


def from_json(text: str) -> SurveyForm:
    """Read a form back. Raises PackageRefusal for anything else."""
    try:
        d = canonical.decode(text.encode())
        if d.pop("format") != FORMAT:
            raise ValueError("format")
        return SurveyForm(
            **{
                **d,
                "organ": Text(**d["organ"]),
                "title": Text(**d["title"]),
                "questions": tuple(Question(q["key"], Text(**q["title"])) for q in d["questions"]),
                "answers": tuple(
                    Answer(a["key"], Text(**a["title"]), a["abstain"]) for a in d["answers"]
                ),
                "areas": tuple(Area(**a) for a in d["areas"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise PackageRefusal(m("评价问卷读不出,可能已损坏")) from e


@dataclass(frozen=True, slots=True)
class Slip:
    """One code to print or hand out. Holds the secret: never store, log or list it by a name."""

    code: str
    url: str
    area: str

    @property
    def spaced(self) -> str:
        """The code for typing: six blocks of four."""
        return " ".join(self.code[i : i + 4] for i in range(0, LENGTH, 4))

    def svg(self, scale: int = 2) -> str:
        """The QR code as inline SVG; the code stands in the address's fragment only."""
        return str(segno.make_qr(self.url, error="m").svg_inline(scale=scale, border=2))


def poster(survey: str, booth_url: str) -> tuple[str, str]:
    """Address of an open survey and its QR code as inline SVG, to be put up or passed on."""
    url = f"{booth_url.rstrip('/')}/survey/{survey}"
    return url, str(segno.make_qr(url, error="m").svg_inline(scale=3, border=2))


def make_slips(form: SurveyForm, numbers: Mapping[str, int], booth_url: str) -> list[Slip]:
    """Fresh codes for each area, shuffled within it. Raises PackageRefusal for a foreign area."""
    if not set(numbers) <= {a.code for a in form.areas} or min(numbers.values(), default=0) < 0:
        raise PackageRefusal(m("发码数要按本次评价的地区填写"))
    base = booth_url.rstrip("/")
    slips = []
    for area in form.areas:
        for code in (new_code() for _ in range(numbers.get(area.code, 0))):
            slips.append(Slip(code, f"{base}/survey#{code}", area.code))
    secrets.SystemRandom().shuffle(slips)
    order = [area.code for area in form.areas]
    return sorted(slips, key=lambda slip: order.index(slip.area))


def fingerprint(pepper: bytes, code: str) -> str:
    """HMAC-SHA256 of a code or ticket under the booth's pepper; apart from that of a card."""
    return hmac.new(pepper, b"kaoji survey/1|" + code.encode("ascii"), hashlib.sha256).hexdigest()


def new_ticket(pepper: bytes, survey: str) -> str:
    """What an open page carries so that sending it twice counts once: random, and ours."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{_sign(pepper, survey, nonce)}"


def is_ticket(pepper: bytes, survey: str, ticket: str) -> bool:
    """Whether the booth gave out this ticket for this survey."""
    nonce, _, sign = ticket.partition(".")
    if not re.fullmatch(r"[0-9a-f]{32}", nonce) or not sign.isascii():
        return False
    return hmac.compare_digest(sign, _sign(pepper, survey, nonce))


def _sign(pepper: bytes, survey: str, nonce: str) -> str:
    words = f"kaoji survey ticket/1|{survey}|{nonce}".encode()
    return hmac.new(pepper, words, hashlib.sha256).hexdigest()[:32]
