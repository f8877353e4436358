"""What stands beside the board: who is recused from whom, and how the seats were allotted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import Account, Case, Cycle, Person, Pool, QuotaMove, Relation, RoleGrant
from workflow.vocabulary import Relation as RelationWord


@dataclass(frozen=True, slots=True)
class Recusal:
    """Who is recused from whom, and why."""

    who: str
    subject: str
    relation: RelationWord


def recusals_of(conn: sa.Connection, pool: Any) -> list[Recusal]:
    """Kin and own cases among those who read the pool's board; only for RECUSAL_READ."""
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == pool.cycle_id)
    ).scalar_one()
    readers = {
        person: name
        for person, name in conn.execute(
            sa.select(Person.id, Person.name)
            .join(Account, Account.person_id == Person.id)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(
                RoleGrant.organ_id == organ,
                RoleGrant.approved_at.is_not(None),
                RoleGrant.revoked_at.is_(None),
            )
        )
    }
    subjects = {
        person: name
        for person, name in conn.execute(
            sa.select(Case.person_id, Case.subject_name)
            .where(Case.pool_id == pool.id, Case.person_id.is_not(None))
            .order_by(Case.sort_key)
        )
    }
    kin: dict[int, set[int]] = defaultdict(set)
    pairs = conn.execute(
        sa.select(Relation.person_id, Relation.other_id).where(
            Relation.kind == RelationWord.KIN,
            Relation.person_id.in_(subjects) | Relation.other_id.in_(subjects),
        )
    )
    for a, b in pairs:
        kin[a].add(b)
        kin[b].add(a)
    found = [
        Recusal(readers[other], name, RelationWord.KIN)
        for person, name in subjects.items()
        for other in sorted(kin.get(person or 0, ()))
        if other in readers
    ]
    own = [Recusal(readers[p], n, RelationWord.SELF) for p, n in subjects.items() if p in readers]
    return [*found, *own]


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One pool on the quota sheet."""

    pool: Any
    moved: int
    due: int


@dataclass(frozen=True, slots=True)
class QuotaSheet:
    """优秀名额使用情况 of one track: lines, cap, given, reserve, moves with their documents."""

    cycle_ref: str
    lines: Sequence[QuotaLine]
    moves: Sequence[Any]
    cap: int
    given: int
    reserve: int
    clause: str
    findings: Sequence[str]


def quota_sheet(conn: sa.Connection, pool: Any) -> QuotaSheet:
    """The allotment of the pool's whole track in its cycle."""
    mine = sa.and_(Pool.cycle_id == pool.cycle_id, Pool.track == pool.track)
    rows = conn.execute(sa.select(Pool).where(mine).order_by(Pool.sort_no, Pool.id)).all()
    ids = [r.id for r in rows]
    source, target = aliased(Pool), aliased(Pool)
    moves = conn.execute(
        sa.select(
            QuotaMove, source.title.label("source"), target.title.label("target"), Person.name
        )
        .outerjoin(source, source.id == QuotaMove.from_pool_id)
        .outerjoin(target, target.id == QuotaMove.to_pool_id)
        .outerjoin(Person, Person.id == QuotaMove.approved_by)
        .where(QuotaMove.from_pool_id.in_(ids) | QuotaMove.to_pool_id.in_(ids))
        .order_by(QuotaMove.id)
    ).all()
    net: Counter[int] = Counter()
    for move in moves:
        if move.from_pool_id is not None:
            net[move.from_pool_id] -= move.seats
        if move.to_pool_id is not None:
            net[move.to_pool_id] += move.seats
    lines = [QuotaLine(r, net[r.id], int((r.quota or {}).get("base", 0))) for r in rows]
    first = (rows[0].quota if rows else None) or {}
    year = sa.select(Cycle.ref).where(Cycle.id == pool.cycle_id)
    return QuotaSheet(
        conn.execute(year).scalar_one(),
        lines,
        moves,
        int(first.get("cap", 0)),
        sum(r.seats or 0 for r in rows),
        int(first.get("reserve", 0)) - sum(m.seats for m in moves if m.from_pool_id is None),
        str(first.get("clause", "")),
        list(first.get("findings", ())),
    )
