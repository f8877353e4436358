"""A large workbook of figures as a job: read, checked, written as drafts in one transaction.

Payload: ``file_id``. One faulty row and nothing is written; the rows say where and why. Findings
of the checks are rows too, but warn only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import jobs
from cases.commands.data_import import Figure, read_figures, take
from cases.commands.jobs import RowResult
from cases.errors import NotVisible
from cases.files.cells import Problem
from cases.files.workbook import open_workbook
from cases.jobs.work import Work
from cases.queries.data_sheet import desk_of
from cases.queries.jobs import RowOutcome
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m

KIND = "figures_import"
MOST_ROWS = 1_000
"""So many faults or findings are told; more would hide the first."""


def ask(
    conn: sa.Connection, file_id: int, *, actor: Actor, at: datetime, year: str | None = None
) -> int:
    """Enqueue the import into a year's desk, or the newest's; returns the job's id."""
    payload = {"file_id": file_id, "year": year}
    return jobs.enqueue(conn, KIND, m("导入指标数据"), payload, actor=actor, at=at)


def run(work: Work) -> Mapping[str, Any]:
    """Read the workbook, check every row, then write all or nothing."""
    with work.tools.store.reading() as conn:
        actor = work.actor(conn)
        desk = desk_of(conn, actor, Permission.DATA_ENTER, work.payload.get("year"))
        if desk is None:
            raise NotVisible("data_desk")
        data = work.tools.files.open_file(conn, int(work.payload["file_id"])).content
        total = len(desk.cells)

        def told(done: int) -> None:
            with work.step() as writing:
                work.report(writing, done=min(done, total), total=total)

        problems, figures = read_figures(conn, open_workbook(data), desk, date_of(work.now()), told)
    faulty = [f for f in figures if f.fault is not None]
    if problems or faulty:
        with work.step() as conn:
            work.report(conn, _refused(problems, faulty), done=total, total=total)
            return work.end(conn, {"written": 0, "faulty": len(problems) + len(faulty)})
    with work.step() as conn:
        written = take(conn, figures, actor=actor, at=work.now())
        work.report(conn, _told(figures), done=total, total=total)
        return work.end(conn, {"written": written, "faulty": 0})


def _refused(problems: list[Problem], faulty: list[Figure]) -> list[RowResult]:
    rows = [(f"{p.sheet}!{p.cell}", p.sentence) for p in problems]
    rows += [(f.place, f.fault) for f in faulty if f.fault is not None]
    return [
        RowResult(number, place, RowOutcome.REFUSED, (said,))
        for number, (place, said) in enumerate(rows[:MOST_ROWS], 1)
    ]


def _told(figures: list[Figure]) -> list[RowResult]:
    looked = [f for f in figures if f.findings]
    return [
        RowResult(number, f.place, RowOutcome.DONE, tuple(one.sentence for one in f.findings))
        for number, f in enumerate(looked[:MOST_ROWS], 1)
    ]
