"""考核组别: making pools, allotting their seats of 优秀, moving seats, recording the chain.

The guard at the door counts seats under the pool's lock; this room only says how many there are
and keeps the sheet by which anyone can recompute them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.commands import beside
from cases.errors import Invalid, Refused
from cases.models import Case, DecisionItem, DecisionStep, Pool, QuotaMove
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import resource_of_thing, row_of
from cases.scoring.grading import quota
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor, permits
from workflow.vocabulary import (
    DecisionResult,
    Participation,
    Permission,
    PoolState,
    PostRank,
    State,
    Thing,
    Track,
)
from workflow.words import m

_RANK_WORD = {PostRank.CHIEF: m("正职"), PostRank.DEPUTY: m("副职"), PostRank.OTHER: m("其他")}


def make_pools(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> int:
    """Put every case of the cycle into its pool and allot seats; running it again adds the late.

    A pool is one track in one top class: bodies together, chiefs and others of a body's members
    apart. Returns the number of new pools. Raises Refused without a scheme.
    """
    scheme = _scheme(conn, cycle_id)
    cases = conn.execute(
        sa.select(Case.id, Case.kind, Case.track, Case.class_code, Case.post_rank)
        .where(Case.cycle_id == cycle_id, Case.pool_id.is_(None))
        .order_by(Case.sort_key, Case.id)
    ).all()
    groups: dict[str, list[Any]] = defaultdict(list)
    for case in cases:
        groups[_code(scheme, case)].append(case)
    known = {
        code: i
        for code, i in conn.execute(sa.select(Pool.code, Pool.id).where(Pool.cycle_id == cycle_id))
    }
    fresh = 0
    for number, (code, members) in enumerate(groups.items(), len(known) + 1):
        if code not in known:
            known[code] = _make(conn, cycle_id, code, scheme, members[0], number, actor, at)
            fresh += 1
        conn.execute(
            sa.update(Case).where(Case.id.in_([c.id for c in members])).values(pool_id=known[code])
        )
    allot_seats(conn, cycle_id, actor=actor, at=at)
    return fresh


def _scheme(conn: sa.Connection, cycle_id: int) -> Scheme:
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        raise Refused([m("考核年度还没有选定方案")])
    return scheme


def _top(scheme: Scheme, class_code: str | None) -> str:
    code = class_code if class_code in scheme.classes else None
    while code is not None and scheme.classes[code].parent is not None:
        code = scheme.classes[code].parent
    return code or "none"


def _code(scheme: Scheme, case: Any) -> str:
    parts = [case.track, _top(scheme, case.class_code)]
    if case.track == Track.LEADING_CADRE:
        parts.append(_rank(case).value)
    return ".".join(parts)


def _rank(case: Any) -> PostRank:
    return PostRank(case.post_rank or PostRank.OTHER)


def _make(
    conn: sa.Connection,
    cycle_id: int,
    code: str,
    scheme: Scheme,
    case: Any,
    number: int,
    actor: Actor,
    at: datetime,
) -> int:
    top = _top(scheme, case.class_code)
    words = [scheme.classes[top].title.zh] if top in scheme.classes else []
    words.append(Track(case.track).zh)
    if case.track == Track.LEADING_CADRE:
        words.append(str(_RANK_WORD[_rank(case)]))
    title = " · ".join(words)
    pool_id = int(
        conn.execute(
            sa.insert(Pool)
            .values(
                cycle_id=cycle_id,
                code=code,
                title=title,
                track=case.track,
                kind=case.kind,
                state=PoolState.OPEN,
                quota={},
                sort_no=number,
            )
            .returning(Pool.id)
        ).scalar_one()
    )
    beside.created(conn, Thing.POOL, pool_id, actor=actor, at=at, payload={"title": title})
    return pool_id


def allot_seats(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> None:
    """Recompute the seats of all pools not yet decided, by the scheme's quota rules (M13)."""
    scheme = _scheme(conn, cycle_id)
    pools = conn.execute(
        sa.select(Pool).where(Pool.cycle_id == cycle_id).order_by(Pool.id).with_for_update()
    ).all()
    due = _due(conn, cycle_id)
    moves = _moves(conn, [p.id for p in pools])
    for track in {Track(p.track) for p in pools}:
        rule = quota.rule_for(scheme.rules.quotas, track)
        mine = [p for p in pools if p.track == track]
        sheet = quota.plan([quota.Pool(p.code, *due.get(p.id, (0, 0))) for p in mine], rule)
        rows = {row.pool: row for row in sheet.rows}
        for pool in mine:
            if pool.state in (PoolState.OPEN, PoolState.BALANCED):
                row = rows[pool.code]
                conn.execute(
                    sa.update(Pool)
                    .where(Pool.id == pool.id)
                    .values(
                        seats=row.seats + moves.get(pool.id, 0),
                        quota=_sheet_row(row, sheet, rule),
                    )
                )


def _sheet_row(row: quota.QuotaRow, sheet: quota.QuotaPlan, rule: Any) -> dict[str, Any]:
    return {
        "base": row.base,
        "formula": row.formula,
        "seats": row.seats,
        "cap": sheet.cap,
        "given": sheet.given,
        "reserve": sheet.reserve,
        "clause": rule.clause,
        "findings": [str(f) for f in sheet.findings],
    }


def _due(conn: sa.Connection, cycle_id: int) -> dict[int, tuple[int, int]]:
    """Pool id -> people due, and how many of them will end ungraded."""
    takes_part = Case.participation.in_([Participation.FULL, Participation.COMMENT_ONLY])
    rows = conn.execute(
        sa.select(
            Case.pool_id,
            sa.func.sum(sa.case((takes_part, 1), else_=0)),
            sa.func.sum(sa.case((Case.participation == Participation.COMMENT_ONLY, 1), else_=0)),
        )
        .where(
            Case.cycle_id == cycle_id,
            Case.pool_id.is_not(None),
            Case.state != State.NOT_ASSESSED,
        )
        .group_by(Case.pool_id)
    )
    return {pool: (int(n or 0), int(ungraded or 0)) for pool, n, ungraded in rows if pool}


def _moves(conn: sa.Connection, pools: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    rows = conn.execute(
        sa.select(QuotaMove.from_pool_id, QuotaMove.to_pool_id, QuotaMove.seats).where(
            QuotaMove.from_pool_id.in_(pools) | QuotaMove.to_pool_id.in_(pools)
        )
    )
    for source, target, n in rows:
        if source is not None:
            found[source] -= n
        if target is not None:
            found[target] += n
    return dict(found)


def move_seats(
    conn: sa.Connection,
    cycle_id: int,
    *,
    source: int | None,
    target: int | None,
    seats: int,
    document: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Move seats between pools (None: the office's reserve), with the approval's document.

    Raises Refused without the right, Invalid for impossible numbers.
    """
    pools = {p.id: p for p in conn.execute(sa.select(Pool).where(Pool.cycle_id == cycle_id))}
    if source == target or any(i is not None and i not in pools for i in (source, target)):
        raise Invalid({"target": m("请选择两个不同的组别")})
    chosen = pools[source if source is not None else target]
    _require(conn, chosen, Permission.POOL_BALANCE, actor)
    if seats < 1:
        raise Invalid({"seats": m("至少调 1 个名额")})
    if source is not None and (pools[source].seats or 0) < seats:
        raise Invalid({"seats": m("调出组别只有 %(n)s 个名额", n=pools[source].seats or 0)})
    if source is None and (chosen.quota or {}).get("reserve", 0) < seats:
        raise Invalid({"seats": m("机动名额只有 %(n)s 个", n=chosen.quota.get("reserve", 0))})
    if not document.strip():
        raise Invalid({"document": m("请写明批准文号")})
    conn.execute(
        sa.insert(QuotaMove).values(
            from_pool_id=source,
            to_pool_id=target,
            seats=seats,
            document=document.strip(),
            approved_by=actor.person_id,
            approved_at=at,
        )
    )
    allot_seats(conn, cycle_id, actor=actor, at=at)
    _note(conn, chosen.id, "move_seats", actor, at, {"from": source, "to": target, "seats": seats})


def _require(conn: sa.Connection, pool: Any, permission: Permission, actor: Actor) -> None:
    permit = permits(actor, permission, resource_of_thing(conn, Thing.POOL, pool))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])


def record_step(
    conn: sa.Connection,
    pool_id: int,
    *,
    meeting_no: str,
    held_on: date,
    changed: Iterable[dict[str, Any]] = (),
    votes: dict[str, int] | None = None,
    file_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Record the next meeting of the deciding chain for a whole pool: all passed, but these.

    ``changed`` rows: case_id, result (changed | held), grade, reason. Returns the step's number.
    Raises Refused when the chain is complete, the pool is open or the right is missing, Invalid
    for a missing meeting number or a case of another pool.
    """
    pool = row_of(conn, Thing.POOL, pool_id, lock=True)
    _require(conn, pool, Permission.DECIDE_GRADE, actor)
    if pool.state == PoolState.OPEN:
        raise Refused([m("考核组别还没有提交平衡方案")])
    chain = _scheme(conn, pool.cycle_id).deciding_chain[Track(pool.track)]
    done = conn.execute(
        sa.select(sa.func.count()).where(DecisionStep.pool_id == pool_id)
    ).scalar_one()
    if done >= len(chain):
        raise Refused([m("会议审定程序各步均已记录")])
    if not meeting_no.strip():
        raise Invalid({"meeting_no": m("请写会议届次或编号")})
    rows = list(changed)
    members = set(conn.execute(sa.select(Case.id).where(Case.pool_id == pool_id)).scalars())
    if any(row["case_id"] not in members for row in rows):
        raise Invalid({"changed": m("有的考核对象不在这一组别")})
    step = conn.execute(
        sa.insert(DecisionStep)
        .values(
            pool_id=pool_id,
            order_no=done + 1,
            body=chain[done].title.zh,
            meeting_no=meeting_no.strip(),
            held_on=held_on,
            result=DecisionResult.CHANGED if rows else DecisionResult.PASSED,
            file_id=file_id,
            recorded_by=actor.person_id,
            recorded_at=at,
            **(votes or {}),
        )
        .returning(DecisionStep.id)
    ).scalar_one()
    if rows:
        conn.execute(sa.insert(DecisionItem), [{"step_id": step, **row} for row in rows])
    _note(
        conn, pool_id, "record_step", actor, at,
        {"step": done + 1, "meeting_no": meeting_no, "changed": len(rows)},
    )  # fmt: skip
    return int(done) + 1


def _note(
    conn: sa.Connection,
    pool_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    payload: dict[str, Any],
) -> None:
    said = {k: v for k, v in payload.items() if v is not None}
    journal.note(conn, Thing.POOL.value, pool_id, action, said, actor, at)
