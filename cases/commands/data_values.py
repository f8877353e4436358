"""What all commands about figures share: the rows, the right to them, the sheet that follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.clock import date_of
from cases.commands import beside, relook
from cases.commands.outbox import notice, post_many
from cases.errors import Refused
from cases.models import Cycle, DataSheet, IndicatorValue
from cases.queries.calendar import working_days
from cases.queries.contradictions import chunks
from cases.queries.late_figures import late_figures
from cases.queries.previous_figures import measured_on
from cases.queries.relations import figures_of_own, own_figures
from cases.queries.things import rows_of
from cases.queries.things.data_sheet import SEEN, pending_items
from workflow.permissions import Actor, Context, Resource, permits
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import (
    DataSheetState,
    NoticeKind,
    Permission,
    Role,
    Thing,
    ThingAction,
    ValueState,
)
from workflow.words import m

EDITABLE = (ValueState.DRAFT, ValueState.RETURNED)


def current_values(conn: sa.Connection, sheet_id: int) -> dict[str, Any]:
    """Indicator -> its newest row, of one sheet."""
    rows = conn.execute(
        sa.select(IndicatorValue)
        .where(IndicatorValue.sheet_id == sheet_id, IndicatorValue.superseded.is_(False))
        .order_by(IndicatorValue.id)
    )
    return {row.indicator: row for row in rows}


def values_of(conn: sa.Connection, sheets: Collection[int]) -> dict[tuple[int, str], Any]:
    """(sheet, indicator) -> its newest row, of many sheets."""
    found: dict[tuple[int, str], Any] = {}
    for part in chunks(sheets):
        newest = sa.select(IndicatorValue).where(
            IndicatorValue.sheet_id.in_(part), IndicatorValue.superseded.is_(False)
        )
        found |= {(row.sheet_id, row.indicator): row for row in conn.execute(newest)}
    return found


def locked_sheets(conn: sa.Connection, sheets: Collection[int]) -> dict[int, Any]:
    """The sheets by id, locked in the order of their ids until the end. Raises NotVisible."""
    found: dict[int, Any] = {}
    for part in chunks(sheets):
        found |= {row.id: row for row in rows_of(conn, Thing.DATA_SHEET, part, lock=True)}
    return found


class Rights:
    """The right to figures, value by value; what is the same for all of them is asked once."""

    def __init__(self, conn: sa.Connection, actor: Actor, permission: Permission) -> None:
        self.conn, self.actor, self.permission = conn, actor, permission
        self._own = own_figures(conn, actor)
        self._organs: dict[int, int] = {}

    def demand(self, sheet: Any, value: Any) -> None:
        """The right is the providing or verifying department's, value by value. Raises Refused."""
        resource = Resource(
            organ_id=self._organ(sheet.cycle_id),
            unit_id=sheet.unit_id,
            working_unit_ids=frozenset({value.provider_unit_id} - {None}),
            verifying_unit_ids=frozenset({value.verifier_unit_id} - {None}),
        )
        own = figures_of_own(self._own, sheet.unit_id, self.permission, [value.provider_unit_id])
        permit = permits(self.actor, self.permission, resource, Context(relations=own))
        if not permit:
            raise Refused([permit.reason or m("没有办理这一步的权限")])

    def _organ(self, cycle_id: int) -> int:
        if cycle_id not in self._organs:
            organ = sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
            self._organs[cycle_id] = self.conn.execute(organ).scalar_one()
        return self._organs[cycle_id]


def may(actor: Actor, sheet: Any, value: Any, permission: Permission, conn: sa.Connection) -> None:
    """The right to one value. Raises Refused."""
    Rights(conn, actor, permission).demand(sheet, value)


def hold_cases(conn: sa.Connection, sheets: Sequence[Any]) -> None:
    """Hold the cases that the figures of locked sheets speak of, before anything is journalled:
    for what may make the sheets final (:func:`relook.hold`). Those of the year after too, whose
    growth is measured on them."""
    for cycle in sorted({sheet.cycle_id for sheet in sheets}):
        units = [x.unit_id for x in sheets if x.cycle_id == cycle]
        relook.hold(conn, cycle, units)
        after = measured_on(conn, cycle, units)
        if after is not None:
            relook.hold(conn, *after)


def follow(conn: sa.Connection, sheet_id: int, actor: Actor, at: datetime) -> None:
    """Let one sheet follow its values."""
    follow_all(conn, [sheet_id], actor, at)


def follow_all(conn: sa.Connection, sheets: Collection[int], actor: Actor, at: datetime) -> None:
    """Let sheets follow their values: submitted when all are in, verified when all are.

    Each value was entered and verified by another person; who did the last one of the sheet may
    well have had a part in others on it. A few statements however many sheets there are.
    """
    for part in chunks(sheets):
        _follow(conn, part, actor, at)


def _follow(conn: sa.Connection, sheets: list[int], actor: Actor, at: datetime) -> None:
    states = _states(conn, sheets)
    rows = rows_of(conn, Thing.DATA_SHEET, sheets)
    full = [
        r.id for r in rows if r.state == DataSheetState.OPEN and states[r.id].isdisjoint(EDITABLE)
    ]
    if full:
        beside.move_many(
            conn, Thing.DATA_SHEET, full, ThingAction.SUBMIT_SHEET, actor=actor, at=at,
            follows=True,
        )  # fmt: skip
        rows = rows_of(conn, Thing.DATA_SHEET, sheets)
    seen = {i for i in sheets if states[i] <= set(SEEN)} - pending_items(conn, sheets)
    _ask_units_anew(
        conn,
        [
            r.id for r in rows
            if r.id in seen and r.state == DataSheetState.VERIFIED and r.confirm_due_on is None
        ],
        at,
    )  # fmt: skip
    done = [r for r in rows if r.id in seen and r.state == DataSheetState.SUBMITTED]
    if done:
        beside.move_many(
            conn, Thing.DATA_SHEET, [r.id for r in done], ThingAction.VERIFY_SHEET, actor=actor,
            at=at, follows=True,
        )  # fmt: skip
    why = m("实绩数据表审核完成或修订")
    for cycle in sorted({r.cycle_id for r in done}):
        units = [r.unit_id for r in done if r.cycle_id == cycle]
        about = partial(late_figures, conn, cycle, units)
        relook.settle(conn, cycle, units, why=why, about=about, actor=actor, at=at)
        after = measured_on(conn, cycle, units)
        if after is not None:
            late = m("上年数据修订")
            relook.compare(conn, *after, why=late, about=about, actor=actor, at=at)


def _states(conn: sa.Connection, sheets: list[int]) -> dict[int, set[str]]:
    """Sheet -> the states its newest values are in."""
    found: dict[int, set[str]] = {i: set() for i in sheets}
    rows = conn.execute(
        sa.select(IndicatorValue.sheet_id, IndicatorValue.state)
        .where(IndicatorValue.sheet_id.in_(sheets), IndicatorValue.superseded.is_(False))
        .distinct()
    )
    for sheet_id, state in rows:
        found[sheet_id].add(state)
    return found


def _ask_units_anew(conn: sa.Connection, sheets: list[int], at: datetime) -> None:
    """Rows were added to verified sheets; now that they are verified the units' days begin."""
    if not sheets:
        return
    last = add_working_days(date_of(at), rule_count("sheet_confirm"), working_days(conn))
    conn.execute(sa.update(DataSheet).where(DataSheet.id.in_(sheets)).values(confirm_due_on=last))
    told = [
        notice(
            NoticeKind.SHEET_TO_CONFIRM, Thing.DATA_SHEET, sheet_id, to=(Role.UNIT_CONTACT,),
            version=int(at.timestamp()), at=at,
        )
        for sheet_id in sheets
    ]  # fmt: skip
    post_many(conn, told)


def note(
    conn: sa.Connection,
    sheet_id: int,
    action: str,
    indicators: Sequence[str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
    **said: Any,
) -> None:
    """Journal what was done to which values of a sheet, and what else is to be said of it."""
    payload: dict[str, Any] = {"indicators": list(indicators), **said}
    if reason:
        payload["reason"] = reason
    journal.note(conn, Thing.DATA_SHEET.value, sheet_id, action, payload, actor, at)


def note_many(
    conn: sa.Connection,
    action: str,
    payloads: Mapping[int, Mapping[str, Any]],
    actor: Actor,
    at: datetime,
) -> None:
    """Journal what was done to the values of many sheets, sheet -> what is to be said of it."""
    journal.append_many(
        conn,
        [
            journal.Draft(
                subject=Thing.DATA_SHEET.value,
                subject_id=sheet_id,
                action=action,
                at=at,
                payload=payload,
            ).by(actor)
            for sheet_id, payload in payloads.items()
        ],
    )
