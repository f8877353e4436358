"""Facts of pools at the moment their cases are decided; read under the pool's lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Pool
from workflow.facts import PoolFacts
from workflow.vocabulary import Grade, Participation, PoolState


def pool_facts_of(conn: sa.Connection, rows: Iterable[Any]) -> dict[int, PoolFacts]:
    """Pool id -> facts; ``used`` counts 优秀 decided in the pool outside the rows at hand."""
    batch = list(rows)
    pools = {r.pool_id for r in batch if r.pool_id is not None}
    if not pools:
        return {}
    ids = [r.id for r in batch]
    counted = conn.execute(
        sa.select(
            Case.pool_id,
            sa.func.sum(
                sa.case(
                    (Case.participation.in_([Participation.FULL, Participation.COMMENT_ONLY]), 1),
                    else_=0,
                )
            ).label("base"),
            sa.func.sum(
                sa.case(((Case.decided_grade == Grade.EXCELLENT) & Case.id.not_in(ids), 1), else_=0)
            ).label("used"),
        )
        .where(Case.pool_id.in_(pools))
        .group_by(Case.pool_id)
    )
    counts = {row.pool_id: row for row in counted}
    found = conn.execute(sa.select(Pool.id, Pool.seats, Pool.state).where(Pool.id.in_(pools)))
    return {
        row.id: PoolFacts(
            pool_id=row.id,
            seats=row.seats or 0,
            used=int(counts[row.id].used),
            base=int(counts[row.id].base),
            state=PoolState(row.state),
        )
        for row in found
    }
