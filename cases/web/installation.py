"""What one process of the site holds, and how a request reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app, g, has_request_context, request

from cases.clock import date_of, now
from cases.journal.read_log import Reading, ReadLogWriter
from cases.store import Store
from config import Settings


@dataclass(frozen=True, slots=True)
class Kaoji:
    """Opened once per process. ``clock`` is the only source of time for requests; ``sound`` is
    whether the journal since the last checkpoint verified when the process started."""

    settings: Settings
    store: Store
    read_log: ReadLogWriter
    organ_name: str
    clock: Callable[[], datetime] = now
    sound: bool = True


def kaoji() -> Kaoji:
    """The process's own; valid inside an app context."""
    found: Kaoji = current_app.extensions["kaoji"]
    return found


def at() -> datetime:
    """The instant of this request: one for everything it does."""
    instant: datetime | None = g.get("now")
    return instant if instant is not None else kaoji().clock()


def request_id() -> str | None:
    """The number of this request, as journal entries and the log carry it."""
    found: str | None = g.get("request_id")
    return found


def on() -> date:
    """The date of this request in Asia/Shanghai."""
    return date_of(at())


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """A consistent view of the database: ``with reading() as conn``. Close it before rendering.

    Nobody writes in it, so what ``cases.queries.kept`` was told in it once stays true in it; a
    request that only reads (GET) asks it once for page and frame together.
    """
    reads = has_request_context() and request.method == "GET"
    answers = g.setdefault("kept", {}) if reads else {}
    with kaoji().store.reading() as conn:
        yield conn.execution_options(kept=answers)


def counted(endpoint: str, number: int) -> None:
    """Tell the navigation how many things wait at a place that this request has counted anyway."""
    g.setdefault("counted", {})[endpoint] = number


def note_reading(what: str, *, case_id: int | None = None, object_id: int | None = None) -> None:
    """Enter into the read log that the signed-in account opened something sensitive."""
    actor = g.get("actor")
    kaoji().read_log.note(
        Reading(
            at=at(),
            account_id=getattr(actor, "account_id", None),
            person_id=getattr(actor, "person_id", None),
            what=what,
            case_id=case_id,
            object_id=object_id,
        )
    )
