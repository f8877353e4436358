"""Computing suggestions of a pool or a whole cycle as a job, in chunks with progress.

Payload: ``cycle_id``, ``case_ids`` in order. Running it again computes only what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from workflow.vocabulary import State
from workflow.words import m

KIND = "suggestions"
CHUNK = 200
_GONE = m("考核卷已不存在")


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
    """Compute what has no result yet; returns how many ended how."""
    return work.in_chunks([int(i) for i in work.payload["case_ids"]], CHUNK, _chunk)


def _chunk(conn: sa.Connection, work: Work, numbered: Sequence[tuple[int, int]]) -> list[RowResult]:
    ids = [case_id for _, case_id in numbered]
    query = sa.select(Case.id, Case.subject_name, Case.state).where(Case.id.in_(ids))
    found = {row.id: row for row in conn.execute(query)}
    compute(conn, int(work.payload["cycle_id"]), ids, actor=work.actor(conn), at=work.now())
    return [_result(number, case_id, found.get(case_id)) for number, case_id in numbered]


def _result(number: int, case_id: int, row: Any) -> RowResult:
    if row is None:
        return RowResult(number, str(case_id), RowOutcome.SKIPPED, (_GONE,))
    if row.state not in SUGGESTED_IN:
        moved = m("现为“%(state)s”,不再计算参考意见", state=State(row.state))
        return RowResult(number, row.subject_name, RowOutcome.SKIPPED, (moved,), case_id)
    return RowResult(number, row.subject_name, RowOutcome.DONE, case_id=case_id)
