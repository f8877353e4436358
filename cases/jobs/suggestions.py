"""Computing suggestions of a pool or a whole cycle as a job, in chunks with progress.

Payload: ``cycle_id``, ``case_ids`` in order. Running it again computes only what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.jobs import RowResult
from cases.commands.synthesis import SUGGESTED_IN, compute
from cases.jobs.work import Work
from cases.models import Case
from cases.queries.jobs import RowOutcome
from workflow.permissions import Actor
from workflow.words import m

KIND = "suggestions"
CHUNK = 200


def ask(
    conn: sa.Connection,
    cycle_id: int,
    *,
    pool_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Enqueue the computation for a pool, or for the whole cycle; returns the job's id."""
    query = sa.select(Case.id).where(Case.cycle_id == cycle_id, Case.state.in_(SUGGESTED_IN))
    if pool_id is not None:
        query = query.where(Case.pool_id == pool_id)
    ids = list(conn.execute(query.order_by(Case.sort_key, Case.id)).scalars())
    title = m("计算参考意见并核对不得确定为优秀的情形:%(n)s 件", n=len(ids))
    body = {"cycle_id": cycle_id, "pool_id": pool_id, "case_ids": ids}
    return jobs.enqueue(conn, KIND, title, body, actor=actor, at=at, total=len(ids))


def run(work: Work) -> Mapping[str, Any]:
    """Compute what has no result yet; returns how many."""
    ids = [int(i) for i in work.payload["case_ids"]]
    done = work.done_numbers()
    left = [(n, i) for n, i in enumerate(ids, 1) if n not in done]
    count = 0
    for start in range(0, len(left), CHUNK):
        chunk = left[start : start + CHUNK]
        with work.step() as conn:
            count += compute(
                conn,
                int(work.payload["cycle_id"]),
                [i for _, i in chunk],
                actor=work.actor(conn),
                at=work.now(),
            )
            names = {
                i: name
                for i, name in conn.execute(
                    sa.select(Case.id, Case.subject_name).where(Case.id.in_([i for _, i in chunk]))
                )
            }
            rows = [
                RowResult(n, names.get(i, str(i)), RowOutcome.DONE, case_id=i) for n, i in chunk
            ]
            work.report(conn, rows, total=len(ids))
    return {"computed": count}
