"""What a job function gets: its payload, its actor, and how to report rows as they are done.

A job function is resumable: it asks which rows have a result already, does the rest in chunks, and
reports each chunk in the transaction that does it. Killed anywhere, it is taken up again by another
worker and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.jobs import Claim, RowResult
from cases.errors import KaojiError
from cases.jobs.tools import Tools
from cases.queries.accounts import actor_of
from cases.queries.jobs import outcome_counts
from workflow.permissions import SYSTEM, Actor


class Stopped(KaojiError):
    """The worker is told to end; the job is put down for the next one."""


class Work:
    """One claimed job in a job function's hands."""

    def __init__(self, tools: Tools, claim: Claim, stopping: Callable[[], bool]) -> None:
        self.tools = tools
        self.claim = claim
        self._stopping = stopping
        self._done = claim.done
        self._ending = False
        self.ended = False
        """Whether the job's end is committed with its last step."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """What was asked for."""
        return self.claim.payload

    def now(self) -> datetime:
        """The present instant."""
        return self.tools.now()

    def actor(self, conn: sa.Connection) -> Actor:
        """Who asked, with the grants of today: a right withdrawn meanwhile no longer counts."""
        if self.claim.created_by is None:
            return SYSTEM
        return actor_of(conn, self.claim.created_by)

    def done_numbers(self) -> set[int]:
        """Rows that have a result from an earlier start."""
        with self.tools.store.reading() as conn:
            return jobs.done_numbers(conn, self.claim.id)

    @contextmanager
    def step(self) -> Iterator[sa.Connection]:
        """A transaction for one chunk. Raises Stopped beforehand when the worker is to end."""
        if self._stopping():
            raise Stopped
        with self.tools.store.transaction() as conn:
            yield conn
        self.ended = self._ending

    def end(self, conn: sa.Connection, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """End the job inside the step that does all of its work, so that one who is killed after
        it repeats nothing; returns the result. Raises LeaseLost."""
        jobs.finish(conn, self.claim, at=self.now(), result=result)
        self._ending = True
        return result

    def report(
        self,
        conn: sa.Connection,
        rows: Iterable[RowResult] = (),
        *,
        done: int | None = None,
        total: int | None = None,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        """Progress and results, inside the step that did them; ``kept`` is what a later start of
        the job finds in its claim. Raises LeaseLost."""
        results = list(rows)
        self._done = self._done + len(results) if done is None else done
        jobs.progress(
            conn, self.claim, at=self.now(), done=self._done, total=total, rows=results, kept=kept
        )

    def in_chunks(self, ids: Sequence[int], size: int, do: Chunk) -> dict[str, int]:
        """Do rows 1 to n in steps of ``size``, leaving out those with a result from an earlier
        start; returns how many ended how, those among them. ``do`` takes (row number, id) pairs."""
        done = self.done_numbers()
        left = [(number, i) for number, i in enumerate(ids, 1) if number not in done]
        for start in range(0, len(left), size):
            with self.step() as conn:
                results = do(conn, self, left[start : start + size])
                self.report(conn, results, total=len(ids))
        with self.tools.store.reading() as conn:
            return {told.value: n for told, n in outcome_counts(conn, self.claim.id).items()}


Chunk = Callable[[sa.Connection, Work, Sequence[tuple[int, int]]], list[RowResult]]
JobFunction = Callable[[Work], Mapping[str, Any] | None]
