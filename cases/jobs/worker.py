"""The worker: drains the outbox and carries out jobs. Any number of workers may run.

This is the port: claiming is done by rows, so a worker on another machine needs the database only.
One thread drains, one runs jobs, so a long import does not hold up notices. A job's lease is kept
by a heartbeat of its own; a killed worker's job is taken up when the lease has run out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from cases.commands import jobs
from cases.commands.jobs import LEASE, Claim, LeaseLost
from cases.errors import Busy, Invalid, Misconfigured, NotVisible, Refused, Stale, Unwritable
from cases.jobs.handlers import handlers
from cases.jobs.outbox import drain
from cases.jobs.registry import JOBS
from cases.jobs.tools import Tools
from cases.jobs.work import JobFunction, Stopped, Work
from cases.notices.deliver import Mailer
from cases.queries.sentences import Told
from workflow.words import m

IDLE_SECONDS = 1.0
FAULT_SECONDS = 5.0
_REASONS = 20
_GONE = m("要办的内容已不存在,或不在你的权限内")
_MOVED = m("办理期间已有变动,没有继续")

log = logging.getLogger("kaoji.worker")


def work(tools: Tools, stop: threading.Event) -> None:
    """Work until told to stop; returns when what was begun is finished or put down."""
    drainer = threading.Thread(
        target=_loop, args=(stop, lambda: _drain_once(tools, stop)), name="outbox"
    )
    drainer.start()
    _loop(stop, lambda: run_one(tools, stop=stop.is_set))
    drainer.join()


def _loop(stop: threading.Event, once: Callable[[], bool]) -> None:
    """Repeat; pause when there was nothing to do, longer after a fault of the house itself."""
    while not stop.is_set():
        try:
            pause = 0.0 if once() else IDLE_SECONDS
        except Exception:
            log.exception("worker fault")
            pause = FAULT_SECONDS
        if pause:
            stop.wait(pause)


def _drain_once(tools: Tools, stop: threading.Event) -> bool:
    mailer = Mailer(tools.settings)
    try:
        done = drain(tools.store, handlers(tools, mailer), now=tools.now, stop=stop.is_set)
    finally:
        mailer.close()
    return done.claimed > 0


def run_one(
    tools: Tools,
    *,
    registry: Mapping[str, JobFunction] = JOBS,
    stop: Callable[[], bool] = lambda: False,
    lease: timedelta = LEASE,
) -> bool:
    """Claim and carry out one job; False when there is none."""
    with tools.store.reading() as conn:
        if not jobs.any_open(conn, at=tools.now(), kinds=list(registry)):
            return False
    with tools.store.transaction() as conn:
        held = jobs.claim(conn, at=tools.now(), kinds=list(registry), lease=lease)
    if held is None:
        return True  # one that had broken too many workers was ended instead
    with _Heartbeat(tools, held, lease):
        _carry_out(tools, held, registry[held.kind], stop)
    return True


def _carry_out(tools: Tools, held: Claim, function: JobFunction, stop: Callable[[], bool]) -> None:
    try:
        made = Work(tools, held, stop)
        result = function(made)
        if made.ended:
            return
        with tools.store.transaction() as conn:
            jobs.finish(conn, held, at=tools.now(), result=result)
    except Stopped:
        _put_down(tools, held)
    except LeaseLost:
        log.warning("job %s was taken away", held.id)
    except Busy as e:
        log.warning("job %s (%s) found the database busy", held.id, held.kind)
        _again(tools, held, e)
    except Exception as e:
        log.exception("job %s (%s) failed", held.id, held.kind)
        _fail(tools, held, e)


def _words(error: Exception) -> tuple[Told, ...]:
    """A refusal is told in its own words, a fault of the house by its type only."""
    if isinstance(error, Refused) and error.reasons:
        return error.reasons[:_REASONS]
    if isinstance(error, Invalid):
        return tuple(error.errors.values())[:_REASONS]
    if isinstance(error, Busy | Misconfigured | Unwritable):
        return (error.sentence,)
    if isinstance(error, NotVisible):
        return (_GONE,)
    return (_MOVED if isinstance(error, Stale) else type(error).__name__,)


def _again(tools: Tools, held: Claim, error: Busy) -> None:
    """Trying again is safe; after the last start it is told that it was busy all the time."""
    if held.starts >= jobs.MOST_STARTS:
        _fail(tools, held, error)
    else:
        _put_down(tools, held, broken=True)


def _put_down(tools: Tools, held: Claim, *, broken: bool = False) -> None:
    try:
        with tools.store.transaction() as conn:
            jobs.release(conn, held, at=tools.now(), broken=broken)
    except LeaseLost:
        log.warning("job %s was taken away", held.id)


def _fail(tools: Tools, held: Claim, error: Exception) -> None:
    try:
        with tools.store.transaction() as conn:
            jobs.finish(conn, held, at=tools.now(), error=_words(error))
    except LeaseLost:
        log.warning("job %s was taken away", held.id)


class _Heartbeat:
    """Keeps the lease of a job while its function works."""

    def __init__(self, tools: Tools, held: Claim, lease: timedelta) -> None:
        self._tools, self._held, self._lease = tools, held, lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._lease.total_seconds() / 4):
            try:
                with self._tools.store.transaction() as conn:
                    jobs.beat(conn, self._held, at=self._tools.now(), lease=self._lease)
            except LeaseLost:
                return
            except Exception:
                log.exception("heartbeat of job %s missed", self._held.id)
