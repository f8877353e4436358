"""A long list of observations as a job: first what each row would do, then, asked again, taken.

Payload: ``file_id``, ``name``, ``take``. Reading, comparing and writing count a third each; what
can't be taken and what contradicts stand among the rows, each at its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import jobs
from cases.commands.jobs import RowResult
from cases.commands.observation_plan import Fate, Plan, PlannedRow, plan
from cases.commands.observations import take_list
from cases.errors import NotVisible
from cases.files.cells import Problem
from cases.files.workbook import Workbook, open_workbook
from cases.jobs.work import Work
from cases.queries.data_sheet import Desk, desk_of
from cases.queries.jobs import RowOutcome
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m

KIND = "observations_import"
MOST_ROWS = 1_000
"""So many faults or contradictions are told; more would hide the first."""


def ask(
    conn: sa.Connection, file_id: int, name: str, *, take: bool, actor: Actor, at: datetime
) -> int:
    """Enqueue the dry run or the import; returns the job's id."""
    title = m("导入观测值清单") if take else m("核对观测值清单")
    payload = {"file_id": file_id, "name": name, "take": take}
    return jobs.enqueue(conn, KIND, title, payload, actor=actor, at=at)


def run(work: Work) -> Mapping[str, Any]:
    """Read and compare the whole list; write it all where that was asked for and nothing stops it.

    Raises NotVisible for a department without a desk, Refused as ``take_list``.
    """
    name = str(work.payload["name"])
    with work.tools.store.reading() as conn:
        desk = _desk(conn, work)
        content = work.tools.files.open_file(conn, int(work.payload["file_id"])).content
        book = open_workbook(content, filename=name)
        rows = _size(book)

        def told(done: int) -> None:
            with work.step() as writing:
                work.report(writing, done=min(done, rows), total=3 * rows)

        made = plan(conn, book, desk, date_of(work.now()), told)
    stopped = bool(made.problems or made.refused)
    with work.step() as conn:
        work.report(conn, done=2 * rows, total=3 * rows)
    if work.payload["take"] and not stopped:
        with work.step() as conn:
            taken = take_list(
                conn, made, _desk(conn, work), file_id=int(work.payload["file_id"]), name=name,
                actor=work.actor(conn), at=work.now(),
            )  # fmt: skip
            work.report(conn, _rows(made), done=3 * rows, total=3 * rows)
            return work.end(conn, {**_counts(made), "taken": taken})
    with work.step() as conn:  # rows are told with the end: a killed job tells them once
        work.report(conn, _rows(made), done=3 * rows, total=3 * rows)
        return work.end(conn, _counts(made))


def _desk(conn: sa.Connection, work: Work) -> Desk:
    desk = desk_of(conn, work.actor(conn), Permission.DATA_ENTER)
    if desk is None:
        raise NotVisible("data_desk")
    return desk


def _size(book: Workbook) -> int:
    return max(1, sum(sum(1 for _ in sheet.rows()) for sheet in book.sheets))


def _counts(made: Plan) -> dict[str, Any]:
    found = made.counts
    return {
        "rows": len(made.rows), "clashes": len(made.clashes), "problems": len(made.problems),
        "fresh": made.fresh, **{fate.value: found[fate.value] for fate in Fate},
    }  # fmt: skip


def _rows(made: Plan) -> list[RowResult]:
    """What stops the list; where nothing does, what contradicts."""
    if made.problems:
        return [_whole(number, one) for number, one in enumerate(made.problems[:MOST_ROWS], 1)]
    told = made.refused or [one for one in made.rows if one.fate is Fate.CONFLICTING]
    return [_told(number, one) for number, one in enumerate(told[:MOST_ROWS], 1)]


def _whole(number: int, problem: Problem) -> RowResult:
    place = "!".join(filter(None, (problem.sheet, problem.cell)))
    return RowResult(number, place, RowOutcome.REFUSED, (problem.sentence,))


def _told(number: int, row: PlannedRow) -> RowResult:
    outcome = RowOutcome.REFUSED if row.fate is Fate.REFUSED else RowOutcome.DONE
    return RowResult(number, row.place, outcome, (row.said,) if row.said else ())
