"""Carrying out ``document`` rows of the outbox: print, bind, check, keep. Safe to repeat.

A paper is printed outside any transaction and kept in one, together with the mark on its row: what
is marked is kept, what is kept is marked. One press serves the whole process.

Some requests wait: the registration form until the person's opinion is settled, a volume until
the papers ordered before it are printed. Lists are printed once for all requests that wait for the
same one (deciding paper and publicity of a pool, hand-over list of a unit).
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from cases.clock import at_local, date_of
from cases.commands.outbox import DEAD
from cases.documents.four_check import Finding, four_check
from cases.documents.issue import DOSSIER_ORDER, About, Made, keep, make, make_dossier, make_void
from cases.documents.package import pack
from cases.documents.papers import Order, orders_for
from cases.documents.papers.orders import case_orders
from cases.documents.papers.subject import subject_of
from cases.documents.papers.volume import Content, content_of, parts_of, volume_of
from cases.documents.press import Press, available
from cases.errors import Invalid, KaojiError
from cases.jobs.outbox import Drained, Later, Outside, Row, drain
from cases.jobs.signed_scans import make_papers
from cases.jobs.tools import Tools
from cases.models import Case, Filing, IssuedDocument, Measure, Outbox, Statement
from workflow.vocabulary import DocumentKind, SignState, State, Thing
from workflow.words import Sentence

KIND = "document"
BATCH = 6
"""Small, so that several hands share what waits; a claim lasts five minutes."""
NO_PRINTER_PAUSE = timedelta(minutes=10)
SHORT_PAUSE = timedelta(minutes=1)
_VOLUMES = (DocumentKind.DOSSIER, DocumentKind.CONTINUATION)
_SHARED = (
    DocumentKind.DECIDING_PAPER,
    DocumentKind.PUBLICITY_NOTICE,
    DocumentKind.HANDOVER_LIST,
)


def drain_papers(
    tools: Tools,
    *,
    now: Callable[[], datetime],
    workers: int = 2,
    stop: Callable[[], bool] = lambda: False,
) -> Drained:
    """Print all that waits, side by side; returns the sums. For loads and the demonstration.

    Rows are claimed, so any number may drain at once. What waits for something else stays.
    """
    with Press(workers=workers, font_dir=tools.settings.font_dir) as shop:
        kinds = {KIND: handler(tools, lambda: shop)}
        with ThreadPoolExecutor(workers) as hands:
            parts = [
                hands.submit(drain, tools.store, kinds, now=now, stop=stop, others=False)
                for _ in range(workers)
            ]
        sums = Drained()
        for part in parts:
            done = part.result()
            for name in ("done", "later", "failed", "dead"):
                setattr(sums, name, getattr(sums, name) + getattr(done, name))
    return sums


class Changed(KaojiError):
    """Papers came or went while a volume was being bound; it is bound again."""


@cache
def _press(font_dir: str) -> Press:
    shop = Press(workers=1, font_dir=font_dir)
    atexit.register(shop.close)
    return shop


def handler(tools: Tools, press: Callable[[], Press] | None = None) -> Outside:
    """The handler of ``document`` rows. Text that can't be printed is not tried again by itself."""
    shop = press or (lambda: _press(tools.settings.font_dir))

    def handle(row: Row, at: datetime) -> Later | None:
        return Printing(tools, shop, row, at).carry_out()

    return Outside(handle, fatal=(Invalid,), batch=BATCH)


@dataclass(frozen=True)
class Printing:
    """One request in hand."""

    tools: Tools
    shop: Callable[[], Press]
    row: Row
    at: datetime

    @property
    def kind(self) -> DocumentKind:
        """What is asked for."""
        return DocumentKind(self.row.topic)

    @property
    def thing_id(self) -> int:
        """What it is about."""
        return int(self.row.payload["id"])

    @property
    def dated(self) -> date:
        """The date on the paper: the day of the act; the form bears the day it is complete."""
        ripe = self.kind is DocumentKind.REGISTRATION_FORM
        return date_of(self.at if ripe else self.row.created_at)

    def carry_out(self) -> Later | None:
        """Print and keep, or say when to look again. Raises Invalid, Unprinted, Damaged."""
        missing = available()
        if missing is not None:
            self._say(missing)
            return Later(self.at + NO_PRINTER_PAUSE)
        with self.tools.store.reading() as conn:
            if self._is_done(conn):
                return None
            later = self._waits(conn)
        if later is not None:
            return later
        if self.kind in _VOLUMES:
            self._volume()
        else:
            self._papers()
        return None

    # -- waiting

    def _say(self, why: Sentence) -> None:
        with self.tools.store.transaction() as conn:
            conn.execute(sa.update(Outbox).where(Outbox.id == self.row.id).values(error=str(why)))

    def _is_done(self, conn: sa.Connection) -> bool:
        return (
            conn.execute(
                sa.select(Outbox.id).where(Outbox.id == self.row.id, Outbox.done_at.is_(None))
            ).first()
            is None
        )

    def _waits(self, conn: sa.Connection) -> Later | None:
        if self.kind is DocumentKind.REGISTRATION_FORM and self._opinion_open(conn):
            tomorrow = date_of(self.at) + timedelta(days=1)
            return Later(at_local(tomorrow, 0, 5))
        if self.kind in _VOLUMES and self._papers_before(conn):
            return Later(self.at + SHORT_PAUSE)
        return None

    def _opinion_open(self, conn: sa.Connection) -> bool:
        """The person may still write: the form is frozen only afterwards."""
        found = conn.execute(
            sa.select(Case.state, Statement)
            .join(Statement, Statement.case_id == Case.id)
            .where(Case.id == self.thing_id)
        ).first()
        if found is None or found.state != State.NOTIFIED:
            return False
        settled = found.agrees is not None or found.sign_state != SignState.NONE
        return not settled and (found.due_on is None or date_of(self.at) <= found.due_on)

    def _papers_before(self, conn: sa.Connection) -> bool:
        kinds = [k.value for k in DOSSIER_ORDER]
        return (
            conn.execute(
                sa.select(Outbox.id).where(
                    Outbox.kind == KIND,
                    Outbox.case_id == self.row.case_id,
                    Outbox.id < self.row.id,
                    Outbox.topic.in_(kinds),
                    Outbox.done_at.is_(None),
                    Outbox.available_at != DEAD,
                )
            ).first()
            is not None
        )

    # -- papers

    def _papers(self) -> None:
        with self.tools.store.reading() as conn:
            fellows = self._fellows(conn)
            orders = orders_for(
                conn,
                self.kind,
                Thing(self.row.payload["thing"]),
                self.thing_id,
                self.dated,
                together=[case_id for _, case_id in fellows],
            )
            numbers = [_next_number(conn, order) for order in orders]
        made = self._make(orders, numbers)
        with self.tools.store.transaction() as conn:
            if not self._mark(conn, [row_id for row_id, _ in fellows]):
                return
            for order, one in zip(orders, made, strict=True):
                self._keep(conn, order, one)

    def _make(self, orders: Sequence[Order], numbers: Sequence[int]) -> list[Made]:
        used: dict[tuple[str, int | None], int] = {}
        made = []
        for order, number in zip(orders, numbers, strict=True):
            key = (order.kind.value, order.about.case_id)
            more = used[key] = used.get(key, -1) + 1
            made.append(
                make(self.shop(), order.kind, order.paper, title=order.title, number=number + more)
            )
        return made

    def _keep(self, conn: sa.Connection, order: Order, made: Made) -> None:
        if order.replaces:
            older = conn.execute(
                sa.select(IssuedDocument.id).where(
                    IssuedDocument.case_id == order.about.case_id,
                    IssuedDocument.kind == order.kind.value,
                    IssuedDocument.void_at.is_(None),
                )
            ).scalars()
            for document_id in older.all():
                make_void(conn, document_id, reason="重新出具", at=self.at, account_id=None)
        keep(conn, self.tools.files, made, order.about, at=self.at)

    def _mark(self, conn: sa.Connection, fellows: Sequence[int] = ()) -> bool:
        """Mark the row (and those that wanted the same list) done; False when it was done."""
        marked = conn.execute(
            sa.update(Outbox)
            .where(Outbox.id == self.row.id, Outbox.done_at.is_(None))
            .values(done_at=self.at, claimed_until=None, error=None)
        )
        if marked.rowcount != 1:
            return False
        conn.execute(
            sa.update(Outbox)
            .where(Outbox.id.in_(fellows), Outbox.done_at.is_(None))
            .values(done_at=self.at, claimed_until=None, error=None)
        )
        return True

    def _fellows(self, conn: sa.Connection) -> list[tuple[int, int]]:
        """(row, case) of open requests for the same list: of one pool, or of one unit."""
        if self.kind not in _SHARED or self.row.case_id is None:
            return []
        whose = Case.unit_id if self.kind is DocumentKind.HANDOVER_LIST else Case.pool_id
        mine = sa.select(whose).where(Case.id == self.row.case_id).scalar_subquery()
        rows = conn.execute(
            sa.select(Outbox.id, Outbox.case_id)
            .join(Case, Case.id == Outbox.case_id)
            .where(
                Outbox.kind == KIND,
                Outbox.topic == self.row.topic,
                Outbox.done_at.is_(None),
                Outbox.id != self.row.id,
                Outbox.created_at <= self.at,
                whose == mine,
            )
        )
        return [(row_id, case_id) for row_id, case_id in rows if case_id is not None]

    # -- volumes

    def _volume(self) -> None:
        if self.kind is DocumentKind.CONTINUATION:
            self._measures()
        make_papers(self.tools, self.shop(), self.thing_id, at=self.at)
        with self.tools.store.reading() as conn:
            subject = subject_of(conn, self.thing_id, self.dated)
            content = content_of(conn, self.thing_id)
            parts = parts_of(
                conn,
                self.tools.files,
                content.papers,
                organ=subject.organ,
                author=subject.name,
            )
            volume = volume_of(subject, content.number)
        if not parts:
            with self.tools.store.transaction() as conn:
                self._note_checks(conn, content, ())
                self._mark(conn)
            return
        made, bound = make_dossier(self.shop(), volume, parts)
        findings = four_check(pack(volume, bound, parts))
        about = About(Thing.CASE.value, self.thing_id, self.thing_id)
        with self.tools.store.transaction() as conn:
            if not self._mark(conn):
                return
            if content_of(conn, self.thing_id).ids != content.ids:
                raise Changed
            keep(conn, self.tools.files, made, about, at=self.at)
            self._note_checks(conn, content, findings)

    def _measures(self) -> None:
        """The list of measures with their results joins the continuation."""
        with self.tools.store.reading() as conn:
            there = {row.kind for row in content_of(conn, self.thing_id).papers}
            has = conn.execute(
                sa.select(Measure.id).where(
                    Measure.case_id == self.thing_id, Measure.confirmed_on.is_not(None)
                )
            ).first()
            kind = DocumentKind.RECTIFICATION_LIST
            if has is None or kind.value in there:
                return
            (order,) = case_orders(conn, kind, self.thing_id, self.dated)
            number = _next_number(conn, order)
        made = make(self.shop(), order.kind, order.paper, title="结果运用事项清单", number=number)
        with self.tools.store.transaction() as conn:
            keep(conn, self.tools.files, made, order.about, at=self.at)

    def _note_checks(
        self, conn: sa.Connection, content: Content, findings: Sequence[Finding]
    ) -> None:
        checks = conn.execute(
            sa.select(Filing.checks).where(Filing.case_id == self.thing_id)
        ).scalar()
        kept = [row for row in checks or [] if row["volume"] != content.number]
        rows = [_check_row(one, content.number) for one in findings]
        conn.execute(
            sa.update(Filing).where(Filing.case_id == self.thing_id).values(checks=[*kept, *rows])
        )


def _next_number(conn: sa.Connection, order: Order) -> int:
    """Papers of a case are counted by kind, others by what they are about; void ones count."""
    about = order.about
    whose = (
        (IssuedDocument.case_id == about.case_id,)
        if about.case_id is not None
        else (
            IssuedDocument.case_id.is_(None),
            IssuedDocument.subject == about.thing,
            IssuedDocument.subject_id == about.thing_id,
        )
    )
    last = conn.execute(
        sa.select(sa.func.max(IssuedDocument.number)).where(
            IssuedDocument.kind == order.kind.value, *whose
        )
    ).scalar()
    return int(last or 0) + 1


def _check_row(one: Finding, volume: int) -> dict[str, Any]:
    memo = None
    if one.memo is not None:
        params = {k: str(v) for k, v in one.memo.params.items()}
        memo = {"msgid": one.memo.msgid, "params": params}
    return {
        "volume": volume,
        "code": one.code,
        "side": one.side,
        "title": one.title.msgid,
        "ok": one.ok,
        "memo": memo,
    }
