"""考核组别 as the board shows it: cases side by side, seats, ties, moves; recused rows left out.

Counts are made from the rows the reader may see. Somebody recused from a case finds neither the row
nor a total from which its grade could be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Case,
    Cycle,
    DecisionStep,
    GradeMove,
    Hold,
    LeaderComment,
    Person,
    Pool,
    Synthesis,
)
from cases.queries.analysis import INTERVALS
from cases.queries.scheme import scheme_of_cycle
from cases.queries.sentences import Told, unpacked
from cases.queries.subject_events import told_bars
from cases.queries.things import resource_of_thing
from cases.queries.visibility import visible
from cases.scoring.ranking import edge, ranks
from cases.scoring.sensitivity import RankInterval, rank_intervals
from cases.scoring.shapes import ChainStep, Scheme
from workflow.permissions import Actor, permits
from workflow.vocabulary import (
    GRADES,
    BarEffect,
    CaseKind,
    Grade,
    HoldState,
    Participation,
    Permission,
    PoolState,
    State,
    Thing,
    Track,
)

DRAWS, DRAWS_OF_MANY, MANY = 1000, 200, 120
DECIDED_IN = (State.DECIDED, State.IN_PUBLICITY, State.NOTIFIED, State.APPLYING, State.CLOSED)


@dataclass(frozen=True, slots=True)
class PoolLine:
    """One pool in the list."""

    id: int
    title: str
    state: PoolState
    seats: int
    cases: int
    proposed: int
    decided: int
    cycle: str
    cycle_id: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One change of a proposed grade: before, after, why, who, when."""

    before: Grade | None
    after: Grade | None
    code: str | None
    reason: str | None
    who: str | None
    at: datetime


@dataclass(slots=True)
class BoardRow:
    """One case on the board. ``cut`` is ``tied`` or ``near`` at the edge of the seats."""

    case: Any
    composite: Decimal | None
    parts: Mapping[str, Decimal | None]
    bars: Sequence[Mapping[str, Any]]
    flags: Sequence[Told]
    rank: int | None = None
    interval: RankInterval | None = None
    cut: str = ""
    held: bool = False
    commented: bool = False
    written: bool = False
    moves: list[Shift] = field(default_factory=list)

    @property
    def ranked(self) -> bool:
        """Whether a grade may be set at all."""
        return self.case.participation != Participation.COMMENT_ONLY and not self.held

    @property
    def grade(self) -> Grade | None:
        """The grade as it stands: decided, else proposed."""
        value = self.case.decided_grade or self.case.proposed_grade
        return Grade(value) if value else None

    @property
    def settled(self) -> bool:
        """Whether somebody has proposed or decided an outcome."""
        return bool(self.case.outcome or self.case.proposed_outcome)

    @property
    def suggested(self) -> Grade | None:
        """What the arithmetic suggests."""
        return Grade(self.case.suggested_grade) if self.case.suggested_grade else None

    @property
    def departs(self) -> bool:
        """Whether the proposal differs from the suggestion."""
        return self.settled and self.suggested is not None and self.grade is not self.suggested

    @property
    def barred(self) -> bool:
        """Whether a bar closes 优秀."""
        return any(b["effect"] != BarEffect.NONE for b in self.bars)


@dataclass(frozen=True, slots=True)
class Board:
    """A pool with what one reader may see of it."""

    pool: Any
    cycle: Any
    rows: Sequence[BoardRow]
    hidden: int
    parts: Sequence[tuple[str, str, Decimal]]
    seats: int
    chain: Sequence[ChainStep]
    steps: Sequence[Any]
    intervals: bool

    @property
    def used(self) -> int:
        """优秀 proposed or decided among the rows shown."""
        return sum(row.grade is Grade.EXCELLENT for row in self.rows)

    @property
    def suggested(self) -> int:
        """优秀 suggested among the rows shown; never capped by the seats."""
        return sum(row.suggested is Grade.EXCELLENT for row in self.rows)

    @property
    def scale(self) -> tuple[Grade, ...]:
        """The grades of the pool, best first."""
        return GRADES[CaseKind(self.pool.kind)]

    def counts(self) -> list[tuple[Grade | None, int, int]]:
        """(grade, suggested, proposed) for each grade, then those not settled."""
        before = Counter(row.suggested for row in self.rows if row.ranked)
        after = Counter(row.grade for row in self.rows if row.settled)
        open_ones = sum(not row.settled for row in self.rows)
        return [*((g, before[g], after[g]) for g in self.scale), (None, before[None], open_ones)]


def load_pool(conn: sa.Connection, actor: Actor, permission: Permission, pool_id: int) -> Any:
    """The row of a pool. Raises NotVisible alike for absent, foreign, and the reader's own.

    Who is assessed in a pool learns nothing of its seats and totals, whatever he was granted.
    """
    query = sa.select(Pool).where(Pool.id == pool_id, _not_own(actor))
    row = conn.execute(query).first()
    if row is None or not permits(actor, permission, resource_of_thing(conn, Thing.POOL, row)):
        raise NotVisible(f"pool:{pool_id}")
    return row


def _not_own(actor: Actor) -> sa.ColumnElement[bool]:
    """The pools in which the reader is not assessed himself."""
    if actor.person_id is None:
        return sa.true()
    mine = sa.exists().where(Case.pool_id == Pool.id, Case.person_id == actor.person_id)
    return sa.not_(mine)


def pools_of(conn: sa.Connection, actor: Actor) -> list[PoolLine]:
    """Pools of the organs for which the actor reads pools, newest cycle first; not his own."""
    organs = {g.organ_id for g in actor.grants if g.organ_id is not None}
    counted = (
        sa.select(
            Case.pool_id,
            sa.func.count().label("n"),
            sa.func.count(Case.proposed_outcome).label("proposed"),
            sa.func.count(Case.outcome).label("decided"),
        )
        .where(Case.pool_id.is_not(None), Case.state != State.NOT_ASSESSED)
        .group_by(Case.pool_id)
        .subquery()
    )
    rows = conn.execute(
        sa.select(
            Pool, Cycle.title.label("cycle"), counted.c.n, counted.c.proposed, counted.c.decided
        )
        .join(Cycle, Cycle.id == Pool.cycle_id)
        .outerjoin(counted, counted.c.pool_id == Pool.id)
        .where(Cycle.managing_organ_id.in_(organs), _not_own(actor))
        .order_by(Cycle.year.desc(), Cycle.id.desc(), Pool.sort_no, Pool.id)
    )
    return [
        PoolLine(
            r.id, r.title, PoolState(r.state), r.seats or 0, r.n or 0, r.proposed or 0,
            r.decided or 0, r.cycle, r.cycle_id,
        )
        for r in rows
    ]  # fmt: skip


def board_of(conn: sa.Connection, pool: Any, actor: Actor) -> Board:
    """The board as this reader sees it. Rank intervals are for those who balance, where the office
    switched them on; never for papers."""
    scheme = scheme_of_cycle(conn, pool.cycle_id)
    here = sa.and_(Case.pool_id == pool.id, Case.state != State.NOT_ASSESSED)
    found = conn.execute(
        sa.select(
            Case,
            Synthesis.composite,
            Synthesis.scoresheet,
            Synthesis.bars,
            Synthesis.flags,
            Synthesis.written_at,
            LeaderComment.case_id.label("comment"),
        )
        .outerjoin(Synthesis, Synthesis.case_id == Case.id)
        .outerjoin(LeaderComment, LeaderComment.case_id == Case.id)
        .where(here, visible(conn, actor, Permission.SYNTHESIS_READ))
        .order_by(Case.sort_key, Case.id)
    ).all()
    total = conn.execute(sa.select(sa.func.count()).select_from(Case).where(here)).scalar_one()
    rows = [_row(r) for r in found]
    _standing(conn, rows)
    parts = _parts(scheme, rows)
    cycle = conn.execute(sa.select(Cycle).where(Cycle.id == pool.cycle_id)).one()
    own = permits(actor, Permission.POOL_BALANCE, resource_of_thing(conn, Thing.POOL, pool))
    intervals = bool(own) and bool((cycle.settings or {}).get(INTERVALS))
    _ranked(rows, parts, pool, intervals)
    return Board(
        pool=pool,
        cycle=cycle,
        rows=rows,
        hidden=total - len(rows),
        parts=parts,
        seats=pool.seats or 0,
        chain=scheme.deciding_chain[Track(pool.track)] if scheme else (),
        steps=steps_of(conn, pool.id),
        intervals=intervals,
    )


def _row(r: Any) -> BoardRow:
    sheet = r.scoresheet or {}
    return BoardRow(
        case=r,
        composite=_number(r.composite),
        parts={p["part"]: _number(p["score"]) for p in sheet.get("parts", ())},
        bars=told_bars(r.bars),
        flags=unpacked(r.flags or ()),
        commented=r.comment is not None,
        written=r.written_at is not None,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _standing(conn: sa.Connection, rows: Sequence[BoardRow]) -> None:
    by_id = {row.case.id: row for row in rows}
    held = conn.execute(
        sa.select(Hold.case_id).where(Hold.case_id.in_(by_id), Hold.state == HoldState.PLACED)
    )
    for case_id in held.scalars():
        by_id[case_id].held = True
    shifts = conn.execute(
        sa.select(GradeMove, Person.name)
        .outerjoin(Person, Person.id == GradeMove.moved_by)
        .where(GradeMove.case_id.in_(by_id))
        .order_by(GradeMove.id)
    )
    for s in shifts:
        by_id[s.case_id].moves.append(
            Shift(
                Grade(s.grade_from) if s.grade_from else None,
                Grade(s.grade_to) if s.grade_to else None,
                s.reason_code,
                s.reason,
                s.name,
                s.moved_at,
            )
        )


def _parts(scheme: Scheme | None, rows: Sequence[BoardRow]) -> list[tuple[str, str, Decimal]]:
    """The parts of the pool's commonest position with their shares in per cent."""
    positions = Counter("body" if r.case.kind == CaseKind.BODY else r.case.post_rank for r in rows)
    if scheme is None or not positions:
        return []
    shares = scheme.shares.get(positions.most_common(1)[0][0] or "other", {})
    return [
        (part, str(scheme.part_titles[part]), Decimal(share.numerator) / share.denominator)
        for part, share in shares.items()
        if share > 0
    ]


def _ranked(
    rows: Sequence[BoardRow], parts: Sequence[tuple[str, str, Decimal]], pool: Any, own: bool
) -> None:
    scores = {str(r.case.id): r.composite for r in rows if r.ranked}
    places = ranks(scores)
    tied = set(edge(scores, pool.seats or 0).tied) if pool.seats else set()
    found: Mapping[str, RankInterval] = {}
    if own and parts:
        table = tuple(
            (str(r.case.id), tuple((p, str(r.parts.get(p))) for p, _, _ in parts))
            for r in rows
            if r.ranked and r.composite is not None
        )
        found = _intervals(table, tuple((p, str(share)) for p, _, share in parts), pool.id)
    last = pool.seats or 0
    for row in rows:
        key = str(row.case.id)
        row.rank, row.interval = places.get(key), found.get(key)
        if key in tied:
            row.cut = "tied"
        elif row.interval and row.interval.low <= last < row.interval.high:
            row.cut = "near"


@lru_cache(maxsize=256)
def _intervals(
    table: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
    weights: tuple[tuple[str, str], ...],
    seed: int,
) -> dict[str, RankInterval]:
    scores = {
        code: {part: None if text == "None" else Decimal(text) for part, text in row}
        for code, row in table
    }
    draws = DRAWS if len(table) <= MANY else DRAWS_OF_MANY
    return rank_intervals(scores, {p: Decimal(w) for p, w in weights}, seed=seed, draws=draws)


def steps_of(conn: sa.Connection, pool_id: int) -> list[Any]:
    """The meetings recorded for a pool, in order."""
    return list(
        conn.execute(
            sa.select(DecisionStep)
            .where(DecisionStep.pool_id == pool_id)
            .order_by(DecisionStep.order_no)
        )
    )
