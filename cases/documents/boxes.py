"""The boxes of the registration form: how much text each holds, and in which type it fits.

The form is one sheet of two pages, whatever people write (M6). Lines are counted with
the advances of the printing font and the line-breaking rules that matter for Chinese, a little on
the safe side; the printer checks the page count again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cases.documents.context import RegistrationForm
from cases.documents.fonts import width
from cases.documents.typography import paragraphs
from cases.errors import Invalid
from workflow.words import Sentence, m

_FILE = Path(__file__).with_name("boxes.yaml")
_POINTS = 72 / 25.4
_INDENT = 2
_SAFETY = 0.3
"""Ems of each line left out of the count: the printer breaks a few lines earlier than we do."""

_OPENERS = re.escape("（《〈「『【〔([{")
_CLOSERS = re.escape("，。、；：？！）》〉」』】〕,.;:?!)]}%％…~")
_QUOTES = "“”‘’"
_WORD = r"(?:[!-~·•①-⑳×÷±°℃¥€]+|[^\s])"
"""Western letters, figures and the marks that a line breaker counts among them."""
_UNIT = re.compile(
    rf"[{_OPENERS}{_QUOTES}]*{_WORD}(?:[{_CLOSERS}]|[{_QUOTES}]+{_WORD}?)*|\s+",
)
"""What stays on one line: closing marks follow, opening marks lead, quotes hold both sides."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: type size and line pitch in points."""

    size: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the form; sizes of its text area in millimetres."""

    key: str
    side: str
    height: float
    labels: dict[str, str]
    sign: str
    seal: bool
    text_width: float
    text_height: float

    def label(self, track: str) -> str:
        """The label on one line, as sentences name the box."""
        return self.labels[track].replace("|", "")

    def lines(self, rung: Rung) -> int:
        """Lines that the text area holds on this rung."""
        return int(self.text_height * _POINTS / rung.pitch + 1e-6)

    def columns(self, rung: Rung) -> int:
        """Chinese characters in a full line on this rung."""
        return int(self.text_width * _POINTS / rung.size - _SAFETY)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text sits in a box: the rung taken, lines used, and lines too many (0 when it fits)."""

    rung: Rung
    lines: int
    over: int


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def ladder() -> tuple[Rung, ...]:
    """小四, 五号, then a closer line pitch."""
    return tuple(Rung(float(r["size"]), float(r["pitch"])) for r in _data()["ladder"])


@cache
def boxes() -> tuple[Box, ...]:
    """All boxes in the order of the form, front first."""
    page = _data()["page"]
    return tuple(
        Box(
            key=row["key"],
            side=row["side"],
            height=row["height"],
            labels=row["label"],
            sign=row.get("sign", ""),
            seal=row.get("seal", False),
            text_width=page["body_width"] - 2 * page["padding_x"],
            text_height=row["height"]
            - 2 * page["padding_y"]
            - (page["sign_height"] if row.get("sign") else 0),
        )
        for row in _data()["boxes"]
    )


def box(key: str) -> Box:
    """The box of this key. Raises KeyError for an unknown one."""
    for found in boxes():
        if found.key == key:
            return found
    raise KeyError(key)


def title(track: str) -> str:
    """Title of the form of a track."""
    return str(_data()["tracks"][track]["title"])


def page_sizes() -> dict[str, float]:
    """Measures that the template shares with the arithmetic, in millimetres."""
    return dict(_data()["page"])


def capacity(key: str) -> int:
    """Chinese characters that fit into a box at most, written as one paragraph."""
    rung = ladder()[-1]
    found = box(key)
    return found.lines(rung) * found.columns(rung) - _INDENT


def count_lines(text: str, columns: float) -> int:
    """Lines of a text in a measure of ``columns`` ems, each paragraph indented by two."""
    return sum(_paragraph_lines(paragraph, columns - _SAFETY) for paragraph in paragraphs(text))


def _paragraph_lines(paragraph: str, columns: float) -> int:
    lines, x = 1, float(_INDENT)
    for unit in _UNIT.findall(paragraph):
        wide = sum(map(width, unit))
        if unit.isspace() and x == 0:
            continue
        if x + wide > columns and x > 0:
            lines, x = lines + 1, 0.0
        while wide > columns:  # a word longer than a line is broken anywhere
            lines, wide = lines + 1, wide - columns + 1
        x += wide
    return lines


def fit(key: str, text: str, start: int = 0) -> Fit:
    """The first rung of the ladder (from ``start`` on) on which a text fits its box."""
    found = box(key)
    best = Fit(ladder()[-1], 0, 0)
    for rung in ladder()[start:] or ladder()[-1:]:
        used = count_lines(text, found.text_width * _POINTS / rung.size)
        best = Fit(rung, used, max(0, used - found.lines(rung)))
        if not best.over:
            break
    return best


def room(key: str, text: str) -> int:
    """还可写 n 字: characters that can still be added to a text; negative when it is too long."""
    found, rung = box(key), ladder()[-1]
    used = count_lines(text, found.text_width * _POINTS / rung.size)
    last = paragraphs(text)[-1:] or [""]
    spare = found.lines(rung) - used
    if not last[0]:
        return capacity(key)
    filled = (sum(map(width, last[0])) + _INDENT) % found.columns(rung)
    return spare * found.columns(rung) + int(found.columns(rung) - filled if filled else 0)


def too_long(form: RegistrationForm) -> dict[str, Sentence]:
    """Box key -> sentence naming person and box, for each text that no rung can hold."""
    found: dict[str, Sentence] = {}
    for known in boxes():
        text = form.texts.get(known.key, "")
        if fit(known.key, text).over:
            found[known.key] = _shorten(form, known, max(1, -room(known.key, text)))
    return found


def fullest(form: RegistrationForm) -> dict[str, Sentence]:
    """The same sentence for the box with the least room: the printer needed one line more."""
    tight = min(boxes(), key=lambda known: room(known.key, form.texts.get(known.key, "")))
    return {tight.key: _shorten(form, tight, tight.columns(ladder()[-1]))}


def _shorten(form: RegistrationForm, known: Box, n: int) -> Sentence:
    return m(
        "%(name)s的年度考核登记表“%(box)s”一栏写不下,请减少 %(n)s 个字后再打印",
        name=form.person.name,
        box=known.label(form.track),
        n=n,
    )


def check(form: RegistrationForm) -> None:
    """Raise :class:`Invalid` with one sentence per box that is too full."""
    errors = too_long(form)
    if errors:
        raise Invalid(errors)
