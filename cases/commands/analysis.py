"""Keeping computations: the log of results, analyses by name, warnings, the switch of intervals.

Nothing here changes a figure, a score or a case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.canonical import digest
from cases.commands.outbox import notice, post_many
from cases.commands.rights import require_for_cycle
from cases.journal.cycles import switched
from cases.journal.kept import written
from cases.models import AnalysisRun, Cycle, DataSheet
from cases.queries.analysis import INTERVALS, Ground, ground
from cases.scoring.analysis.record import kept
from workflow.permissions import Actor
from workflow.vocabulary import AnalysisKind, NoticeKind, Permission, Role, Thing

CHUNK = 900


def record_result(
    conn: sa.Connection,
    cycle_id: int,
    *,
    actor: Actor,
    at: datetime,
    scored: Ground | None = None,
) -> int | None:
    """Write the cycle's result into its log; returns the row, None without units to score.

    A result equal to the last one only counts up: what differs is what has to be explained.
    """
    found = scored or ground(conn, cycle_id)
    if found is None or not found.scores.book.units:
        return None
    result = kept(found.scores, found.data.versions)
    last = conn.execute(
        sa.select(AnalysisRun.id, AnalysisRun.digest)
        .where(AnalysisRun.cycle_id == cycle_id, AnalysisRun.kind == AnalysisKind.RESULT)
        .order_by(AnalysisRun.id.desc())
        .limit(1)
    ).first()
    if last is not None and last.digest == digest(result):
        conn.execute(
            sa.update(AnalysisRun)
            .where(AnalysisRun.id == last.id)
            .values(times=AnalysisRun.times + 1, last_at=at)
        )
        return int(last.id)
    return keep(
        conn, cycle_id, AnalysisKind.RESULT, "", found.scheme.document_digest, {}, result,
        actor=actor, at=at,
    )  # fmt: skip


def keep(
    conn: sa.Connection,
    cycle_id: int,
    kind: AnalysisKind,
    name: str,
    scheme_digest: str,
    parameters: Mapping[str, Any],
    result: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Keep one computation with its digest and journal it; returns its id."""
    made = conn.execute(
        sa.insert(AnalysisRun)
        .values(
            cycle_id=cycle_id,
            kind=kind.value,
            name=name or None,
            scheme_digest=scheme_digest,
            digest=digest(dict(result)),
            parameters=dict(parameters),
            result=dict(result),
            times=1,
            created_at=at,
            last_at=at,
            created_by=actor.person_id,
        )
        .returning(AnalysisRun)
    ).one()
    payload = {
        "kind": kind.value, "run": made.id, "digest": made.digest, "scheme": scheme_digest,
        **written("analysis", [made]),
    }  # fmt: skip
    _note(conn, cycle_id, "keep_analysis", payload, actor, at)
    return int(made.id)


def warn(
    conn: sa.Connection, cycle_id: int, run_id: int, units: Collection[int], *, at: datetime
) -> int:
    """Post a notice to the people of each unit behind, and to nobody else; returns how many units.

    The same run never tells twice.
    """
    found: list[tuple[int, int]] = []
    listed = sorted(units)
    for start in range(0, len(listed), CHUNK):
        rows = conn.execute(
            sa.select(DataSheet.id, DataSheet.unit_id).where(
                DataSheet.cycle_id == cycle_id,
                DataSheet.unit_id.in_(listed[start : start + CHUNK]),
            )
        )
        found += [(sheet, unit) for sheet, unit in rows]
    told = (Role.UNIT_CONTACT, Role.UNIT_HEAD)
    post_many(
        conn,
        [
            notice(
                NoticeKind.PATH_BEHIND, Thing.DATA_SHEET, sheet, to=told, version=run_id, at=at,
                units=(unit,),
            )
            for sheet, unit in sorted(found)
        ],
    )  # fmt: skip
    return len(found)


def switch_intervals(
    conn: sa.Connection, cycle_id: int, on: bool, *, actor: Actor, at: datetime
) -> None:
    """Switch rank intervals on or off for a cycle; journaled. Raises NotVisible, Refused."""
    cycle = require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, actor, lock=True)
    settings = {**(cycle.settings or {}), INTERVALS: on}
    conn.execute(sa.update(Cycle).where(Cycle.id == cycle_id).values(settings=settings))
    _note(conn, cycle_id, "switch_intervals", {"on": on, **switched(settings)}, actor, at)


def _note(
    conn: sa.Connection,
    cycle_id: int,
    action: str,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    journal.note(conn, "cycle", cycle_id, action, payload, actor, at)
