"""Failed checks of lists follow the figures: closed by a correction, open again by another.

What somebody explained stays explained; only what nobody settled, or a correction closed, moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.journal import Draft, append_many
from cases.journal.observations import CLOSING, OPENING
from cases.models import Cycle, DataSheet, FigureConflict
from cases.queries.contradictions import chunks, conflict_rows, observations_of
from cases.queries.data_checks import stored_figures
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.plausibility import Contradiction, contradictions, number
from workflow.permissions import Actor
from workflow.vocabulary import ConflictKind, ConflictOutcome, Thing

FOLLOWING = (None, ConflictOutcome.CORRECTED)
Figures = dict[str, Decimal]


def recheck(
    conn: sa.Connection, sheets: Collection[int], *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Look at the failed checks of some sheets again; returns how many closed and opened."""
    rows = [one for one in conflict_rows(conn, sheets) if one.kind == ConflictKind.CHECK]
    mine = [one for one in rows if one.outcome in FOLLOWING]
    if not mine:
        return 0, 0
    failing = _failing(conn, {one.sheet_id for one in mine})
    closed: list[Any] = []
    opened: list[Any] = []
    renewed: list[dict[str, Any]] = []
    for one in mine:
        checked, found = failing(one)
        if one.outcome is None and checked and found is None:
            closed.append(one)
        elif found is not None:
            renewed += _renewed(one, found)
            opened += [] if one.outcome is None else [one]
    _write(conn, closed, ConflictOutcome.CORRECTED, at)
    _write(conn, opened, None, None)
    _renew(conn, renewed)
    _journal(conn, closed, CLOSING, actor, at)
    _journal(conn, opened, OPENING[0], actor, at)
    return len(closed), len(opened)


def _failing(conn: sa.Connection, sheets: set[int]) -> Any:
    """Conflict -> whether its check can be reckoned now, and what contradicts by it."""
    cycles = _cycles(conn, sheets)
    schemes = {cycle: scheme_of_cycle(conn, cycle) for cycle, _ in cycles.values()}
    now: dict[int, Figures] = {}
    for scheme in {id(s): s for s in schemes.values() if s}.values():
        here = [sheet for sheet, (cycle, _) in cycles.items() if schemes[cycle] is scheme]
        now |= stored_figures(conn, scheme, here)
    history = _history(conn, sheets)

    def failing(one: Any) -> tuple[bool, Contradiction | None]:
        cycle, year = cycles[one.sheet_id]
        scheme = schemes[cycle]
        check = scheme.checks.get(one.check_code) if scheme else None
        if check is None:
            return False, None
        kept = history.get((one.sheet_id, one.period), {})
        figures = now[one.sheet_id] if one.period == str(year) else kept
        if any(code not in figures for code in check.reads):
            return False, None
        return True, next(iter(contradictions({check.code: check}, figures)), None)

    return failing


def _cycles(conn: sa.Connection, sheets: set[int]) -> dict[int, tuple[int, int]]:
    """Sheet -> its cycle and the year assessed."""
    found: dict[int, tuple[int, int]] = {}
    for part in chunks(sheets):
        rows = conn.execute(
            sa.select(DataSheet.id, Cycle.id, Cycle.year)
            .join(Cycle, Cycle.id == DataSheet.cycle_id)
            .where(DataSheet.id.in_(part))
        )
        found |= {sheet: (cycle, year) for sheet, cycle, year in rows}
    return found


def _history(conn: sa.Connection, sheets: set[int]) -> dict[tuple[int, str], Figures]:
    """(sheet, period) -> the last observation of each indicator that nobody set aside."""
    aside = {
        one.observation_id
        for one in conflict_rows(conn, sheets)
        if one.outcome == ConflictOutcome.KEPT and one.kind != ConflictKind.CHECK
    }
    found: dict[tuple[int, str], Figures] = defaultdict(dict)
    for one in observations_of(conn, sheets):
        value = number(one.value)
        if value is not None and one.id not in aside:
            found[one.sheet_id, one.period][one.indicator] = value
    return found


def _renewed(one: Any, found: Contradiction) -> list[dict[str, Any]]:
    """The figures of a check that still fails, where they changed; hidden ones stay hidden."""
    if one.other_value is None or one.indicator != found.code:
        return []
    told = (f"{found.figure:f}", f"{found.other:f}")
    same = told == (one.value, one.other_value)
    return [] if same else [{"b_id": one.id, "b_value": told[0], "b_other": told[1]}]


def _renew(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    f = FigureConflict
    if rows:
        statement = sa.update(f).where(f.id == sa.bindparam("b_id"))
        new: Any = {"value": sa.bindparam("b_value"), "other_value": sa.bindparam("b_other")}
        conn.execute(statement.values(**new), rows)


def _write(
    conn: sa.Connection, rows: list[Any], outcome: ConflictOutcome | None, at: datetime | None
) -> None:
    f = FigureConflict
    reason = None if outcome is None else outcome.zh
    for part in chunks({one.id for one in rows}):
        conn.execute(
            sa.update(f)
            .where(f.id.in_(part))
            .values(outcome=outcome, reason=reason, settled_by=None, settled_at=at)
        )


def _journal(conn: sa.Connection, rows: list[Any], action: str, actor: Actor, at: datetime) -> None:
    if not rows:
        return
    append_many(
        conn,
        [
            Draft(
                subject=Thing.DATA_SHEET.value,
                subject_id=one.sheet_id,
                action=action,
                at=at,
                payload={"conflict": one.id, "check": one.check_code, "period": one.period},
            ).by(actor)
            for one in rows
        ],
    )
