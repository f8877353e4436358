"""Where an entry under a deduction or bonus stands, and who is told of it.

A unit without indicators has no data sheet until its first entry makes one: it goes the same way
from verifier to unit to lock, with the entries alone on it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.data_sheet import bare_sheet, hold_sheets
from cases.commands.outbox import notice, post_many
from cases.errors import Invalid
from cases.models import Case, Cycle, DataSheet, Unit
from cases.queries.unit_items import BEFORE_THE_GATE
from cases.scoring.shapes import Item, Scheme
from workflow.permissions import Actor
from workflow.vocabulary import NoticeKind, Role, Thing
from workflow.words import m


def sheet_of(
    conn: sa.Connection, cycle_id: int, unit_id: int, *, actor: Actor, at: datetime
) -> int:
    """The id of a unit's sheet; a unit without one gets one.

    Raises Invalid for a unit with no case, or whose cases have left the collection of figures.
    """
    hold_units(conn, [unit_id])
    there = sa.select(DataSheet.id).where(
        DataSheet.cycle_id == cycle_id, DataSheet.unit_id == unit_id
    )
    found = conn.execute(there).scalar()
    if found is not None:
        return int(found)
    waiting = sa.select(Case.id).where(
        Case.cycle_id == cycle_id, Case.unit_id == unit_id, Case.state.in_(BEFORE_THE_GATE)
    )
    if conn.execute(waiting.limit(1)).first() is None:
        raise Invalid({"unit": m("该单位没有处于实绩数据核报之前的考核卷,不再填报")})
    timetable = conn.execute(sa.select(Cycle.timetable).where(Cycle.id == cycle_id)).scalar_one()
    return bare_sheet(conn, cycle_id, unit_id, timetable, actor, at)


def hold_units(conn: sa.Connection, unit_ids: Collection[int]) -> None:
    """Lock units in the order of their ids: two who give one its sheet wait for one another."""
    held = sa.select(Unit.id).where(Unit.id.in_(unit_ids)).order_by(Unit.id)
    conn.execute(held.with_for_update(key_share=True)).all()


def hold_sheets_of(conn: sa.Connection, cycle_id: int, unit_ids: Collection[int]) -> None:
    """Lock units and the sheets they have in a year before the first of many entries is written:
    two workbooks may name them in opposite order."""
    hold_units(conn, unit_ids)
    hold_sheets(conn, DataSheet.cycle_id == cycle_id, DataSheet.unit_id.in_(unit_ids))


def fits_unit(conn: sa.Connection, scheme: Scheme, item: Item, unit_id: int) -> None:
    """Raise Invalid where the unit has no indicator score that the item could change."""
    if item.applies_at != "indicators":
        return
    class_code = conn.execute(sa.select(Unit.class_code).where(Unit.id == unit_id)).scalar()
    if not (class_code in scheme.classes and scheme.leaves(str(class_code))):
        said = m("“%(item)s”计入指标得分,该单位没有指标", item=item.title)
        raise Invalid({"item": said})


def tell(conn: sa.Connection, kind: NoticeKind, sheet_id: int, unit: Any, at: datetime) -> None:
    """Tell a department's verifiers of new entries, its providers of those that are back.

    Many on one sheet at one instant are told once.
    """
    if unit is None:
        return
    to = Role.DATA_VERIFIER if kind is NoticeKind.ITEM_TO_VERIFY else Role.DATA_PROVIDER
    moment = int(at.timestamp())
    told = notice(kind, Thing.DATA_SHEET, sheet_id, to=(to,), version=moment, at=at, units=(unit,))
    post_many(conn, [told])
