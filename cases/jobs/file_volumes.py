"""Filing many volumes as a job: a few at a time, a result for each case.

Payload: ``case_ids`` in the order of the list, ``again`` for continuations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.filing import continue_volumes, file_volumes
from cases.commands.jobs import RowResult
from cases.jobs.work import Work
from cases.models import Case
from cases.queries.jobs import RowOutcome
from workflow.permissions import Actor
from workflow.words import m

KIND = "file_volumes"
CHUNK = 50


def ask(
    conn: sa.Connection, case_ids: Sequence[int], *, again: bool = False, actor: Actor, at: datetime
) -> int:
    """Enqueue filing (or continuing) the volumes of these cases; returns the job's id."""
    body = {"case_ids": list(case_ids), "again": again}
    title = (
        m("续卷归档:%(n)s 卷", n=len(case_ids))
        if again
        else m("首卷归档:%(n)s 卷", n=len(case_ids))
    )
    return jobs.enqueue(conn, KIND, title, body, actor=actor, at=at, total=len(case_ids))


def run(work: Work) -> Mapping[str, Any]:
    """File what can be filed; returns how many ended how."""
    return work.in_chunks([int(i) for i in work.payload["case_ids"]], CHUNK, _chunk)


def _chunk(conn: sa.Connection, work: Work, numbered: Sequence[tuple[int, int]]) -> list[RowResult]:
    ids = [case_id for _, case_id in numbered]
    names = {
        row.id: f"{row.subject_name}　{row.unit_name}"
        for row in conn.execute(
            sa.select(Case.id, Case.subject_name, Case.unit_name).where(Case.id.in_(ids))
        )
    }
    command = continue_volumes if work.payload.get("again") else file_volumes
    filed = {f.case_id: f for f in command(conn, ids, actor=work.actor(conn), at=work.now())}
    results = []
    for number, case_id in numbered:
        one = filed.get(case_id)
        if one is None or not one.done:
            reasons = tuple(one.reasons) if one else ()
            results.append(
                RowResult(number, names.get(case_id, str(case_id)), RowOutcome.REFUSED, reasons,
                          case_id)
            )  # fmt: skip
        else:
            results.append(RowResult(number, names[case_id], RowOutcome.DONE, case_id=case_id))
    return results
