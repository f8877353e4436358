"""Facts of synthesis and decision: what is written, what is open, what bars, how far the chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.models import (
    Decision,
    DecisionStep,
    Hold,
    Inquiry,
    LeaderComment,
    OpinionItem,
    OpinionRequest,
    Pool,
    Publicity,
    PublicityObjection,
    Synthesis,
    UnitResult,
)
from cases.queries.by_ids import ByIds
from cases.queries.sentences import unpacked
from cases.scoring.shapes import Scheme
from workflow.facts import Bar
from workflow.vocabulary import (
    BarEffect,
    CaseKind,
    Grade,
    HoldKind,
    HoldState,
    InquiryState,
    ObjectionState,
    OpinionRequestState,
    PoolState,
    Track,
)

Schemes = Mapping[int, Scheme]
Raw = dict[int, dict[str, Any]]


_SYNTHESES = ByIds(
    Synthesis.case_id,
    sa.select(Synthesis.case_id, Synthesis.written_at, Synthesis.computed_at, Synthesis.bars),
)
_COMMENTS = ByIds(LeaderComment.case_id, sa.select(LeaderComment.case_id))
_INQUIRIES = ByIds(
    Inquiry.case_id,
    sa.select(Inquiry.case_id, sa.func.count())
    .where(Inquiry.state != InquiryState.CONCLUDED)
    .group_by(Inquiry.case_id),
)
_OPINIONS = ByIds(
    OpinionItem.case_id,
    sa.select(OpinionItem.case_id, sa.func.count())
    .join(OpinionRequest, OpinionRequest.id == OpinionItem.request_id)
    .where(OpinionRequest.state != OpinionRequestState.CLOSED)
    .group_by(OpinionItem.case_id),
)
_HOLDS = ByIds(
    Hold.case_id,
    sa.select(Hold.case_id, Hold.kind).where(Hold.state == HoldState.PLACED).order_by(Hold.id),
)
_RESULTS = ByIds(
    UnitResult.unit_id, sa.select(UnitResult.cycle_id, UnitResult.unit_id, UnitResult.score)
)
_PUBLICITIES = ByIds(
    Publicity.pool_id,
    sa.select(Publicity.pool_id, sa.func.max(Publicity.ends_on)).group_by(Publicity.pool_id),
)
_OBJECTIONS = ByIds(
    PublicityObjection.case_id,
    sa.select(PublicityObjection.case_id, PublicityObjection.state, sa.func.count()).group_by(
        PublicityObjection.case_id, PublicityObjection.state
    ),
)
_POOLS = ByIds(Pool.id, sa.select(Pool.id, Pool.state))
_CHAINS = ByIds(
    DecisionStep.pool_id,
    sa.select(DecisionStep.pool_id, sa.func.count()).group_by(DecisionStep.pool_id),
)
_DECISIONS = ByIds(
    Decision.case_id,
    sa.select(Decision.case_id, Decision.released_at).order_by(Decision.number),
)


def synthesis(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The written synthesis, the bars found with it, and the leader's comment."""
    for row in _SYNTHESES.rows(conn, list(raw)):
        values = raw[row.case_id]
        values["synthesis_present"] = row.written_at is not None
        values["bars_evaluated_on"] = date_of(row.computed_at) if row.computed_at else None
        values["bars"] = tuple(_bar(b) for b in row.bars or ())
    commented = {case_id for (case_id,) in _COMMENTS.rows(conn, list(raw))}
    for row in rows:
        raw[row.id]["comment_present"] = row.id in commented
        raw[row.id]["comment_required"] = (
            row.kind == CaseKind.CADRE and row.commenter_id is not None
        )


def _bar(row: Mapping[str, Any]) -> Bar:
    return Bar(
        code=row["code"],
        effect=BarEffect(row["effect"]),
        clause=unpacked(row.get("clause", "")),
        source=row.get("source", ""),
        cap=Grade(row["cap"]) if row.get("cap") else None,
    )


def open_questions(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Inquiries without a conclusion and opinion requests not closed."""
    for case_id, n in _INQUIRIES.rows(conn, list(raw)):
        raw[case_id]["open_inquiries"] = n
    for case_id, n in _OPINIONS.rows(conn, list(raw)):
        raw[case_id]["open_opinion_requests"] = n


def holds(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Holds that are placed and not lifted."""
    placed: dict[int, list[HoldKind]] = defaultdict(list)
    for case_id, kind in _HOLDS.rows(conn, list(raw)):
        placed[case_id].append(HoldKind(kind))
    for case_id, kinds in placed.items():
        raw[case_id]["holds"] = tuple(kinds)


def results(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The unit's result that 优秀 is tied to: required on the leading tracks."""
    found = _RESULTS.rows(conn, sorted({r.unit_id for r in rows}))
    scores: dict[tuple[int, int], str | None] = {(c, u): s for c, u, s in found}
    for row in rows:
        key = (row.cycle_id, row.unit_id)
        scheme = schemes.get(row.id)
        least = scheme.hqd_minimum if scheme else None
        score = scores.get(key)
        raw[row.id] |= {
            "hqd_required": row.track != Track.CIVIL_SERVANT,
            "hqd_present": key in scores,
            "hqd_allows_excellent": least is None or score is None or Decimal(score) >= least,
        }


def decision(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Pool, chain, decision in force, publicity with its objections."""
    pools = sorted({r.pool_id for r in rows if r.pool_id is not None})
    _pool(conn, rows, schemes, raw, pools)
    _decided(conn, raw)
    ends = {pool: day for pool, day in _PUBLICITIES.rows(conn, pools)}
    for row in rows:
        scheme = schemes.get(row.id)
        rule = scheme.publicity.get(Track(row.track)) if scheme else None
        raw[row.id]["publicity_required"] = bool(
            rule and rule.required and row.decided_grade == Grade.EXCELLENT
        )
        raw[row.id]["publicity_ends_on"] = ends.get(row.pool_id)
    for case_id, state, n in _OBJECTIONS.rows(conn, list(raw)):
        if state == ObjectionState.RECEIVED:
            raw[case_id]["objections_open"] = n
        elif state == ObjectionState.SUBSTANTIATED:
            raw[case_id]["objections_substantiated"] = n


def _pool(
    conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw, pools: Sequence[int]
) -> None:
    states = {i: PoolState(s) for i, s in _POOLS.rows(conn, pools)}
    done = {i: n for i, n in _CHAINS.rows(conn, pools)}
    for row in rows:
        scheme = schemes.get(row.id)
        chain = scheme.deciding_chain.get(Track(row.track), ()) if scheme else ()
        raw[row.id] |= {
            "pool_state": states.get(row.pool_id),
            "chain_required": len(chain),
            "chain_done": done.get(row.pool_id, 0),
        }


def _decided(conn: sa.Connection, raw: Raw) -> None:
    for row in _DECISIONS.rows(conn, list(raw)):  # the newest comes last
        raw[row.case_id]["released"] = row.released_at is not None
