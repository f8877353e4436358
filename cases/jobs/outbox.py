"""Draining the outbox: what the commit promised is carried out here, and may be repeated safely.

A batch is claimed for a while (SQLite ``UPDATE .. RETURNING``, PostgreSQL ``SKIP LOCKED``), handed
to the handler of its kind, and marked. There are two ways to handle:

``Inside``   the effect is rows in this database (inbox messages): effect and mark are one commit,
             so it happens exactly once, whoever is killed when.
``Outside``  the effect leaves the database (mail, paper): marked after it. A kill in between makes
             it happen again, and the handler makes that harmless (fixed Message-ID, unique keys).

A failing row is tried again with growing pauses and becomes a dead letter after ``MOST_ATTEMPTS``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands.outbox import DEAD
from cases.models import Outbox
from cases.store import Store

PAUSES = tuple(timedelta(minutes=n) for n in (0.5, 2, 10, 30, 60, 120, 240, 360, 360))
MOST_ATTEMPTS = len(PAUSES) + 1
CLAIM = timedelta(minutes=5)
BATCH = 50
UNKNOWN_PAUSE = timedelta(minutes=10)
_ERROR_CHARACTERS = 500

log = logging.getLogger("kaoji.outbox")


@dataclass(frozen=True, slots=True)
class Row:
    """One claimed outbox row."""

    id: int
    key: str
    kind: str
    topic: str
    case_id: int | None
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, and no fault: look at the row again at ``at``."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Inside:
    """Handles a whole batch with the marking transaction's connection; ids in the answer wait."""

    handle: Callable[[sa.Connection, Sequence[Row], datetime], Mapping[int, Later]]
    batch: int = 500


@dataclass(frozen=True, slots=True)
class Outside:
    """Handles one row; returns when it is done. ``fatal`` errors are not tried again."""

    handle: Callable[[Row, datetime], Later | None]
    fatal: tuple[type[Exception], ...] = ()
    batch: int = BATCH


Handler = Inside | Outside


@dataclass(slots=True)
class Drained:
    """What a drain did, in rows."""

    done: int = 0
    later: int = 0
    failed: int = 0
    dead: int = 0
    unknown: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def claimed(self) -> int:
        """All rows that were taken into hand."""
        return self.done + self.later + self.failed + self.dead + self.unknown


def drain(
    store: Store,
    handlers: Mapping[str, Handler],
    *,
    now: Callable[[], datetime],
    most: int = 1_000_000,
    stop: Callable[[], bool] = lambda: False,
    others: bool = True,
) -> Drained:
    """Carry out what is due, kind by kind, until nothing is due or ``most`` rows were claimed.

    Returns between batches when ``stop`` says so. Rows of kinds without a handler keep waiting
    with a note, unless ``others`` says that somebody else sees to them.
    """
    sums = Drained()
    for kind, handler in handlers.items():
        while sums.claimed < most and not stop():
            rows = _claim(store, kind, now(), min(handler.batch, most - sums.claimed))
            if not rows:
                break
            if isinstance(handler, Inside):
                _inside(store, handler, rows, now, sums)
            else:
                _outside(store, handler, rows, now, sums, stop)
            sums.kinds[kind] = sums.kinds.get(kind, 0) + len(rows)
    if others:
        sums.unknown += _note_unknown(store, handlers, now())
    return sums


def _due(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Outbox.done_at.is_(None),
        Outbox.available_at <= at,
        sa.or_(Outbox.claimed_until.is_(None), Outbox.claimed_until <= at),
    )


def _claim(store: Store, kind: str, at: datetime, limit: int) -> list[Row]:
    chosen = (
        sa.select(Outbox.id)
        .where(_due(at), Outbox.kind == kind)
        .order_by(Outbox.available_at, Outbox.id)
        .limit(limit)
    )
    with store.reading() as conn:  # idle drains must not take the write lock
        if conn.execute(chosen.limit(1)).first() is None:
            return []
    with store.transaction() as conn:
        found = conn.execute(
            sa.update(Outbox)
            .where(Outbox.id.in_(chosen.with_for_update(skip_locked=True)))
            .values(claimed_until=at + CLAIM, attempts=Outbox.attempts + 1)
            .returning(
                Outbox.id, Outbox.key, Outbox.kind, Outbox.topic, Outbox.case_id, Outbox.payload,
                Outbox.created_at, Outbox.attempts,
            )
        ).all()  # fmt: skip
    rows = (Row(r.id, r.key, r.kind, r.topic, r.case_id, r.payload, r.created_at, r.attempts)
            for r in found)  # fmt: skip
    return sorted(rows, key=lambda row: row.id)


def _inside(
    store: Store,
    handler: Inside,
    rows: list[Row],
    now: Callable[[], datetime],
    sums: Drained,
) -> None:
    """The whole batch in one commit; when it fails, row by row, so that one can't hold up all."""
    try:
        _commit_inside(store, handler, rows, now(), sums)
    except Exception as e:
        if len(rows) == 1:
            _fail(store, rows[0], e, now(), sums, fatal=False)
            return
        for row in rows:
            _inside(store, handler, [row], now, sums)


def _commit_inside(
    store: Store, handler: Inside, rows: list[Row], at: datetime, sums: Drained
) -> None:
    with store.transaction() as conn:
        still = _still_open(conn, rows)
        waits = handler.handle(conn, [r for r in rows if r.id in still], at) if still else {}
        _mark(conn, [i for i in still if i not in waits], at)
        for row_id, later in waits.items():
            _put_off(conn, row_id, later.at)
    sums.done += len(still) - len(waits)
    sums.later += len(waits)


def _still_open(conn: sa.Connection, rows: Iterable[Row]) -> set[int]:
    """Rows that nobody finished meanwhile, locked: a claim that ran out may have been retaken."""
    found = conn.execute(
        sa.select(Outbox.id)
        .where(Outbox.id.in_([row.id for row in rows]), Outbox.done_at.is_(None))
        .order_by(Outbox.id)
        .with_for_update()
    )
    return set(found.scalars())


def _outside(
    store: Store,
    handler: Outside,
    rows: list[Row],
    now: Callable[[], datetime],
    sums: Drained,
    stop: Callable[[], bool],
) -> None:
    for n, row in enumerate(rows):
        if stop():
            _release(store, rows[n:])
            return
        try:
            later = handler.handle(row, now())
        except Exception as e:
            _fail(store, row, e, now(), sums, fatal=isinstance(e, handler.fatal))
            continue
        with store.transaction() as conn:
            if later is None:
                _mark(conn, [row.id], now())
                sums.done += 1
            else:
                _put_off(conn, row.id, later.at)
                sums.later += 1


def _mark(conn: sa.Connection, ids: list[int], at: datetime) -> None:
    conn.execute(
        sa.update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.done_at.is_(None))
        .values(done_at=at, claimed_until=None, error=None)
    )


def _put_off(conn: sa.Connection, row_id: int, until: datetime) -> None:
    conn.execute(
        sa.update(Outbox)
        .where(Outbox.id == row_id)
        .values(available_at=until, claimed_until=None, attempts=Outbox.attempts - 1)
    )


def _release(store: Store, rows: list[Row]) -> None:
    with store.transaction() as conn:
        conn.execute(
            sa.update(Outbox)
            .where(Outbox.id.in_([row.id for row in rows]))
            .values(claimed_until=None, attempts=Outbox.attempts - 1)
        )


def _fail(
    store: Store, row: Row, error: Exception, at: datetime, sums: Drained, *, fatal: bool
) -> None:
    """Try again after a pause, or give up. The log names no person, only the row."""
    dead = fatal or row.attempts >= MOST_ATTEMPTS
    until = DEAD if dead else at + PAUSES[row.attempts - 1]
    log.warning(
        "outbox row %s (%s) failed, attempt %s: %s",
        row.id, row.kind, row.attempts, type(error).__name__,
    )  # fmt: skip
    with store.transaction() as conn:
        conn.execute(
            sa.update(Outbox)
            .where(Outbox.id == row.id, Outbox.done_at.is_(None))
            .values(available_at=until, claimed_until=None, error=_text(error))
        )
    if dead:
        sums.dead += 1
    else:
        sums.failed += 1


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]


def _note_unknown(store: Store, handlers: Mapping[str, Handler], at: datetime) -> int:
    unknown = sa.and_(_due(at), Outbox.kind.not_in(list(handlers)))
    with store.reading() as conn:
        if conn.execute(sa.select(Outbox.id).where(unknown).limit(1)).first() is None:
            return 0
    with store.transaction() as conn:
        return conn.execute(
            sa.update(Outbox)
            .where(unknown)
            .values(available_at=at + UNKNOWN_PAUSE, error="no handler for this kind")
        ).rowcount
