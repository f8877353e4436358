"""What all commands about figures share: the rows, the right to them, the sheet that follows."""

from __future__ import annotations

from collections.abc import Sequence
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
from cases.queries.late_figures import late_figures
from cases.queries.relations import relations_to_figures
from cases.queries.things import row_of
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


def may(actor: Actor, sheet: Any, value: Any, permission: Permission, conn: sa.Connection) -> None:
    """The right is the providing or verifying department's, value by value. Raises Refused."""
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == sheet.cycle_id)
    ).scalar_one()
    resource = Resource(
        organ_id=organ,
        unit_id=sheet.unit_id,
        working_unit_ids=frozenset({value.provider_unit_id} - {None}),
        verifying_unit_ids=frozenset({value.verifier_unit_id} - {None}),
    )
    own = relations_to_figures(conn, actor, sheet.unit_id, permission, [value.provider_unit_id])
    permit = permits(actor, permission, resource, Context(relations=own))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])


def hold_cases(conn: sa.Connection, sheet: Any) -> None:
    """Hold the cases that the figures of a locked sheet speak of, before anything is journalled:
    for what may make the sheet final (:func:`relook.hold`)."""
    relook.hold(conn, sheet.cycle_id, [sheet.unit_id])


def follow(conn: sa.Connection, sheet_id: int, actor: Actor, at: datetime) -> None:
    """Let the sheet follow its values: submitted when all are in, verified when all are.

    Each value was entered and verified by another person; who did the last one of the sheet may
    well have had a part in others on it.
    """
    rows = current_values(conn, sheet_id).values()
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id)
    if sheet.state == DataSheetState.OPEN and all(r.state not in EDITABLE for r in rows):
        beside.move(
            conn, Thing.DATA_SHEET, sheet_id, ThingAction.SUBMIT_SHEET, actor=actor, at=at,
            follows=True,
        )  # fmt: skip
        sheet = row_of(conn, Thing.DATA_SHEET, sheet_id)
    seen = all(r.state in SEEN for r in rows) and not pending_items(conn, sheet_id)
    if sheet.state == DataSheetState.VERIFIED and sheet.confirm_due_on is None and seen:
        _ask_unit_anew(conn, sheet, at)
    if sheet.state == DataSheetState.SUBMITTED and seen:
        beside.move(
            conn, Thing.DATA_SHEET, sheet_id, ThingAction.VERIFY_SHEET, actor=actor, at=at,
            follows=True,
        )  # fmt: skip
        relook.settle(
            conn, sheet.cycle_id, [sheet.unit_id], why=m("实绩数据表审核完成或修订"),
            about=partial(late_figures, conn, sheet.cycle_id, [sheet.unit_id]), actor=actor, at=at,
        )  # fmt: skip


def _ask_unit_anew(conn: sa.Connection, sheet: Any, at: datetime) -> None:
    """Rows were added to a verified sheet; now that they are verified the unit's days begin."""
    last = add_working_days(date_of(at), rule_count("sheet_confirm"), working_days(conn))
    conn.execute(sa.update(DataSheet).where(DataSheet.id == sheet.id).values(confirm_due_on=last))
    told = notice(
        NoticeKind.SHEET_TO_CONFIRM, Thing.DATA_SHEET, sheet.id, to=(Role.UNIT_CONTACT,),
        version=int(at.timestamp()), at=at,
    )  # fmt: skip
    post_many(conn, [told])


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
