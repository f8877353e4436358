"""Everything that anybody can get of a counted meeting, and what it tells an attacker.

``speak`` asks every address of the site as every reader, and makes every paper that can be ordered
about the year. ``Measured`` then plays the attacker who doesn't know how a figure came about: he
changes one ballot at a time in a meeting of his own, sees which numbers of which exit move and by
how much, and has the coefficients of each number; nothing is assumed of the code behind it.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, partial

import sqlalchemy as sa

from cases.documents.compose import canonical
from cases.documents.papers.orders import OF_CASE, OF_POOL, orders_for
from cases.models import Case, Inquiry, JournalPayload, Meeting, Outbox, Pool, ReadLog
from cases.web.access import stated
from cases.web.log import JsonLines
from tests.attacks.everywhere import addresses, fetch, known, rules, table_of
from tests.attacks.subtraction import Solver, Unknown
from tests.web_client import Client, Page, Site
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import DocumentKind, Permission, Thing

DIGEST = re.compile(r"(?<![.\w])[0-9a-f]{8,}(?!\w)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
BASIC = (None, Permission.SIGNED_IN)
FRAME = "/account"
LINE_OF = "log of "
FRESH = ("at", "request", "ms")
"""What differs between two lines of the same request."""
SECRET = ("/account/token", "/enrol")
"""Pages that say a fresh secret each time."""
Exits = dict[str, tuple[Fraction, ...]]
"""Exit -> the numbers it says, in order."""


@dataclass
class Reader:
    """Somebody at a browser."""

    name: str
    client: Client
    actor: Actor


def speak(
    site: Site,
    readers: Collection[Reader],
    cases: Collection[str],
    only: Collection[str] | None = None,
) -> dict[str, str]:
    """Exit -> its text, for all addresses (or ``only`` some) as every reader who may open them;
    of cases those with these numbers."""
    have = known(site, limit=2) | {"refs of cases": list(cases)}
    with site.store.reading() as conn:
        held = sa.select(Meeting.ref).where(Meeting.urn_id.is_not(None))
        have["refs of meetings"] = list(conn.scalars(held))
    found: dict[str, str] = {}
    for reader in readers:
        for path in dict.fromkeys(_paths(site, reader, have)):
            name = f"{reader.name} {path}"
            if path not in SECRET and (asked(name, only) or asked(LINE_OF + name, only)):
                with listening() as lines:
                    page = fetch(reader.client, path)
                if page.status == 200:
                    found[name] = readable(page)
                    found[LINE_OF + name] = "\n".join(lines)
    site.app.extensions["kaoji"].read_log.flush()
    with site.store.reading() as conn:
        for name, say in (*papers(conn), *texts(conn), *readings(conn)):
            if asked(name, only):
                found[name] = say()
    return found


def asked(name: str, only: Collection[str] | None) -> bool:
    """Whether this exit is to be read."""
    return only is None or name in only


@contextmanager
def listening() -> Iterator[list[str]]:
    """The lines of the request log as they are written, without what is fresh in each."""
    lines: list[str] = []
    hand = _Hand(lines)
    logger = logging.getLogger("kaoji")
    level = logger.level
    logger.addHandler(hand)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(hand)
        logger.setLevel(level)


class _Hand(logging.Handler):
    """Writes the lines of the house's own logger down."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        said = json.loads(self.format(record))
        self._lines.append(json.dumps({k: v for k, v in said.items() if k not in FRESH}))


def readings(conn: sa.Connection) -> Iterator[tuple[str, Callable[[], str]]]:
    """What the log of readings says of each account."""
    rows: dict[int, set[str]] = {}
    for row in conn.execute(sa.select(ReadLog)):
        rows.setdefault(row.account_id, set()).add(f"{row.what} {row.case_id} {row.object_id}")
    for account, said in rows.items():
        yield f"readings of {account}", partial("\n".join, sorted(said))


def _paths(site: Site, reader: Reader, have: Mapping[str, list[str]]) -> Iterator[str]:
    for rule in rules(site):
        said = stated(site.app.view_functions[rule.endpoint])
        asked = said.permission if said is not None else None
        there = all(have.get(table_of(rule, n), ["?"]) for n in rule._converters)
        if there and (asked in BASIC or holds_anywhere(reader.actor, asked)):
            yield from addresses(rule, have)


def readable(page: Page) -> str:
    """The words of an answer: what stands in the page, the cells of a workbook, else the bytes.

    The frame with its counters is the same on all pages of a reader: it is read on one of them.
    """
    data = page.response.get_data()
    if page.is_html:
        where = "//body" if page.path == FRAME else "//main"
        return " ".join(page.tree.xpath(f"//title//text() | {where}//text()"))
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [n for n in book.namelist() if not n.startswith("docProps/")]
            data = b"\n".join(book.read(n) for n in parts)
    return data.decode("utf-8", "replace")


def papers(conn: sa.Connection) -> Iterator[tuple[str, Callable[[], str]]]:
    """All papers about cases, pools, meetings and inquiries as they are printed."""
    tables = {Thing.CASE: Case, Thing.POOL: Pool, Thing.MEETING: Meeting, Thing.INQUIRY: Inquiry}
    kinds = [(kind, Thing.CASE) for kind in OF_CASE] + [(kind, Thing.POOL) for kind in OF_POOL]
    kinds += [
        (DocumentKind.TALLY_SHEET, Thing.MEETING),
        (DocumentKind.INQUIRY_REPORT, Thing.INQUIRY),
    ]
    for kind, thing in kinds:
        for one in conn.scalars(sa.select(tables[thing].id)).all():
            yield f"paper {kind} {one}", partial(_paper, conn, kind, thing, one)


def _paper(conn: sa.Connection, kind: DocumentKind, thing: Thing, one: int) -> str:
    orders = orders_for(conn, kind, thing, one, date(2026, 3, 20))
    return "\n".join(canonical(order.paper).decode() for order in orders)


def texts(conn: sa.Connection) -> Iterator[tuple[str, Callable[[], str]]]:
    """What waits to be sent, and what the journal says."""
    for name, table, key in (
        ("outbox", Outbox, Outbox.id),
        ("journal", JournalPayload, JournalPayload.seq),
    ):
        for i, payload in conn.execute(sa.select(key, table.payload)).all():
            yield f"{name} {i}", partial(str, payload)


def numbers(text: str) -> tuple[Fraction, ...]:
    """Every number of a text, in order; digests are none."""
    return tuple(Fraction(n) for n in NUMBER.findall(DIGEST.sub("", text)))


@dataclass
class Measured:
    """What each number of each exit is made of, found by changing one ballot at a time."""

    before: Mapping[str, str]
    noise: Mapping[str, str]
    """The same read a second time: what differs here is no figure."""
    forms: dict[tuple[str, int], dict[Unknown, Fraction]] = field(default_factory=dict)

    def change(
        self, unknown: Unknown, sign: int, more: Collection[Unknown], after: Mapping[str, str],
        only: Collection[str],
    ) -> None:  # fmt: skip
        """One ballot more (or less, by ``sign``) that counts as ``unknown``. ``more``: what else
        there is less of by the same change, measured before. ``only`` these exits were read."""
        for name in only:
            for place, moved in self._moved(name, after):
                form = self.forms.setdefault((name, place), {})
                whole = sign * moved + sum(form.get(other, Fraction(0)) for other in more)
                if whole:
                    form[unknown] = whole

    def _moved(self, name: str, after: Mapping[str, str]) -> Iterator[tuple[int, Fraction]]:
        old, new = numbers(self.before.get(name, "")), numbers(after.get(name, ""))
        if name in self.noisy:
            return
        if len(old) != len(new):
            yield -1, Fraction(1)  # another text altogether: that it changed is what is learned
            return
        for place, (a, b) in enumerate(zip(old, new, strict=True)):
            yield place, b - a

    @cached_property
    def noisy(self) -> set[str]:
        """Exits that said other numbers when nothing had changed."""
        return {n for n, t in self.before.items() if numbers(t) != numbers(self.noise.get(n, ""))}

    def teach(self, solver: Solver, exits: Collection[str] | None = None) -> None:
        """Let the attacker read these exits (all of them by default)."""
        for (name, _), form in sorted(self.forms.items()):
            if form and (exits is None or name in exits):
                solver.learn(form)

    def telling(self) -> set[str]:
        """Exits with a number that depends on a ballot."""
        return {name for (name, _), form in self.forms.items() if form}
