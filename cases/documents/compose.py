"""From a context to a sheet: HTML and data, ready for the printer. Pure, no WeasyPrint."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cases.documents import boxes, typography
from cases.documents.codes import QR_SCHEME, verification_code
from cases.documents.context import Paper, Picture, RegistrationForm, SignedScan
from cases.documents.fonts import missing_glyphs, needs_rare
from cases.documents.kinds import AnyKind, kind_of
from cases.errors import Invalid
from workflow.words import Sentence, m

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
DATA_NAME = "case.json"
PICTURE_ADDRESS = "kaoji:picture/"
MARK_RULE = "@page :nth("
FIRST_RUNG = 0
MARKED = 10
"""Pages of a paper of any length that get a rule of their own for their mark; most papers have
fewer, and every rule is read and weighed for every page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper to print.

    ``pages`` is the exact number it must have (None: any). ``data`` goes into the PDF as
    ``case.json``. ``on`` is the date written into the file, so equal input gives equal bytes.
    """

    kind: str
    title: str
    html: str
    code: str
    on: date
    pages: int | None
    data: bytes
    rare: bool = False
    tagged: bool = True
    attachments: tuple[tuple[str, bytes], ...] = ()
    pictures: tuple[tuple[str, bytes], ...] = ()
    """Address on the paper -> JPEG."""
    marks: int = 0
    """How many pages get the paper's mark."""


def canonical(paper: Paper) -> bytes:
    """The context as canonical JSON: sorted keys, UTF-8, dates in ISO form, decimals as text."""
    return json.dumps(
        dataclasses.asdict(paper),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_plain,
    ).encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Picture):
        return value.digest
    raise TypeError(f"no plain form for {type(value).__name__}")


@cache
def environment() -> Environment:
    """Autoescaping, strict about names, reading only the templates of the papers."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        padded=typography.padded,
        day=typography.zh_date,
        month=typography.zh_month,
        two=typography.two_places,
        pct=typography.percent,
        votes=typography.count,
        paras=typography.paragraphs,
        zhnum=typography.zh_number,
    )
    env.globals.update(fit=boxes.fit, form_boxes=boxes.boxes, form_page=boxes.page_sizes, qr=_qr)
    env.globals.update(form_title=boxes.title)
    return env


def _qr(text: str, millimetres: float) -> Markup:
    return Markup('<img class="qr" alt="" src="{}{}/{}">').format(
        QR_SCHEME, millimetres, quote(text)
    )


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a context with its path, such as ``person.name``."""
    if isinstance(value, str):
        yield path, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, tuple | list):
        for i, item in enumerate(value):
            yield from texts(item, f"{path}.{i}")


def unprintable(paper: Paper, font_dir: str = "") -> dict[str, Sentence]:
    """Path of a text -> sentence naming the characters that no font can print."""
    found: dict[str, Sentence] = {}
    for path, text in texts(paper):
        missing = missing_glyphs(text, font_dir)
        if missing:
            shown = "、".join(f"{c}(U+{ord(c):04X})" for c in sorted(missing))
            found[path] = m(
                "“%(text)s”里的字打印字库没有:%(chars)s。请改用规范写法,或把含有该字的字库放入字体目录",
                text=text[:20],
                chars=shown,
            )
    return found


def compose(
    kind: AnyKind,
    paper: Paper,
    *,
    font_dir: str = "",
    number: int = 1,
    rung: int = FIRST_RUNG,
    lines: tuple[Any, ...] = (),
    pages: int = 0,
    marks: int = 0,
) -> Sheet:
    """Lay a context out as a sheet.

    ``number`` counts the papers of this kind issued on the same thing; it changes the code.
    ``rung`` starts the registration form's ladder further down; ``lines`` and ``pages`` belong to
    the catalogue and end note of a volume. ``marks``: how many pages get their mark, where that is
    not ``MARKED`` or the kind's own number. Raises :class:`Invalid` for text that doesn't fit its
    box or has characters without a glyph, TypeError for a context of another kind.
    """
    row = kind_of(kind)
    if not isinstance(paper, row.context):
        raise TypeError(f"{kind} wants {row.context.__name__}, got {type(paper).__name__}")
    errors = unprintable(paper, font_dir)
    if isinstance(paper, RegistrationForm):
        errors |= boxes.too_long(paper)
    if errors:
        raise Invalid(errors)
    data = canonical(paper)
    code = verification_code(f"{kind}/{number}", data)
    html = (
        environment()
        .get_template(row.template)
        .render(
            p=paper,
            kind=kind,
            code=code,
            rung=rung,
            lines=lines,
            total_pages=pages,
            marks=marks or row.pages or MARKED,
        )
    )
    return Sheet(
        kind=str(kind),
        title=kind.zh,
        html=html,
        code=code,
        on=paper.issued_on,
        pages=row.pages,
        data=data,
        rare=needs_rare(html),
        pictures=_pictures(paper),
        marks=html.count(MARK_RULE),
    )


def _pictures(paper: Paper) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(paper, SignedScan):
        return ()
    return tuple((f"{PICTURE_ADDRESS}{one.digest}", one.jpeg) for _, one in paper.pages)
