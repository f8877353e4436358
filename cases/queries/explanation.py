"""What led from a score to the grade: place in the pool, seats, proposal, decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Decision, GradeMove, Person, UnitResult
from cases.queries.pool import Board, BoardRow, board_of, load_pool
from workflow.permissions import Actor
from workflow.vocabulary import Grade, Permission


@dataclass(frozen=True, slots=True)
class Road:
    """The steps beside the arithmetic; what is not there yet, or not for this reader, is None."""

    pool: Any
    board: Board | None
    row: BoardRow | None
    move: Any
    decision: Any
    grade: Grade | None
    satisfaction: Any

    @property
    def proposed(self) -> Grade | None:
        """The grade last proposed; None for an outcome without one."""
        there = self.move is not None and self.move.grade_to
        return Grade(self.move.grade_to) if there else None

    @property
    def ranked(self) -> int:
        """How many of the pool have a place."""
        return sum(1 for r in self.board.rows if r.rank) if self.board is not None else 0


def road_of(conn: sa.Connection, case: Any, actor: Actor) -> Road:
    """The road of one case. The place is told where the reader sees the whole pool."""
    pool = _pool(conn, case, actor)
    board = board_of(conn, pool, actor) if pool is not None else None
    if board is not None and board.hidden:
        board = None
    rows = board.rows if board is not None else ()
    decision = conn.execute(
        sa.select(Decision)
        .where(Decision.case_id == case.id)
        .order_by(Decision.number.desc())
        .limit(1)
    ).first()
    return Road(
        pool=pool,
        board=board,
        row=next((r for r in rows if r.case.id == case.id), None),
        move=conn.execute(
            sa.select(GradeMove, Person.name)
            .outerjoin(Person, Person.id == GradeMove.moved_by)
            .where(GradeMove.case_id == case.id)
            .order_by(GradeMove.id.desc())
            .limit(1)
        ).first(),
        decision=decision,
        grade=Grade(decision.grade) if decision is not None and decision.grade else None,
        satisfaction=conn.execute(
            sa.select(UnitResult).where(
                UnitResult.cycle_id == case.cycle_id,
                UnitResult.unit_id == case.unit_id,
                UnitResult.kind == "satisfaction",
            )
        ).first(),
    )


def _pool(conn: sa.Connection, case: Any, actor: Actor) -> Any:
    if case.pool_id is None:
        return None
    try:
        return load_pool(conn, actor, Permission.POOL_READ, case.pool_id)
    except NotVisible:
        return None
