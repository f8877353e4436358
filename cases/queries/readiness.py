"""The readiness list of a cycle: what must be true before it opens, each item with its figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Assignment, CalendarDay, Post, SchemeVersion, Unit
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: done or not, in a sentence."""

    key: str
    done: bool
    sentence: Sentence


def readiness(conn: sa.Connection, cycle: Any, on: date) -> tuple[Item, ...]:
    """Every item for one cycle, in the order an office works them off."""
    frozen = conn.execute(
        sa.select(SchemeVersion.digest).where(SchemeVersion.id == cycle.scheme_version_id)
    ).scalar()
    managed = sa.func.coalesce(Assignment.managed_by_id, Unit.managing_organ_id)
    base = (
        sa.select(sa.func.count())
        .select_from(Assignment)
        .join(Post, Post.id == Assignment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Assignment.is_primary, Post.leading, managed == cycle.managing_organ_id)
    )
    people = conn.execute(base).scalar_one()
    uncommented = conn.execute(base.where(Assignment.comment_by_id.is_(None))).scalar_one()
    unclassed = conn.execute(
        sa.select(sa.func.count()).where(
            Unit.has_body,
            Unit.managing_organ_id == cycle.managing_organ_id,
            Unit.class_code.is_(None),
        )
    ).scalar_one()
    days = conn.execute(
        sa.select(sa.func.count()).where(
            CalendarDay.day.between(date(cycle.year, 12, 1), date(cycle.year + 1, 6, 30))
        )
    ).scalar_one()
    return (
        Item("scheme", frozen is not None, m("已选定考核方案")),
        Item("roster", people > 0, m("名册中有 %(n)s 名考核对象", n=people)),
        Item("commenters", uncommented == 0, m("还有 %(n)s 人没有确定评语填写人", n=uncommented)),
        Item("classes", unclassed == 0, m("还有 %(n)s 个单位没有确定类别", n=unclassed)),
        Item("timetable", bool(cycle.timetable), m("已排定时间安排")),
        Item("calendar", days > 180, m("已载入工作日历")),
    )


def open_items(conn: sa.Connection, cycle: Any, on: date) -> int:
    """How many items are still open."""
    return sum(1 for item in readiness(conn, cycle, on) if not item.done)
