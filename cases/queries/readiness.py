"""The readiness list of a cycle: what must be true before it opens, each item with its figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Assignment, CalendarDay, Post, Scheme, SchemeVersion, Unit
from cases.queries.providers import gaps_of
from cases.queries.scheme import scheme_version
from workflow.vocabulary import Stage
from workflow.words import Sentence, m

NEEDED_STAGES = (
    Stage.SCOPING,
    Stage.SELF_REPORT,
    Stage.DATA_COLLECTION,
    Stage.PUBLIC_EVALUATION,
    Stage.COMMITTEE_REVIEW,
)
"""Stages that need a last day before a year opens."""
NAMED = 5
"""So many names are told; the number tells how many there are."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: done or not, in a sentence that reads in either case.

    ``figure`` counts what is open, or what is there when it is done; ``key`` names the place where
    it is worked off. ``warns``: nothing is open, but something should be settled before it happens.
    """

    key: str
    done: bool
    sentence: Sentence
    figure: int | None = None
    warns: bool = False


def readiness(conn: sa.Connection, cycle: Any, on: date) -> tuple[Item, ...]:
    """Every item for one cycle, in the order an office works them off. At most ten
    queries."""
    return (
        _scheme(conn, cycle),
        *_departments(conn, cycle),
        *_roster(conn, cycle),
        _classes(conn, cycle),
        _timetable(cycle),
        *_calendar(conn, cycle),
    )


def _scheme(conn: sa.Connection, cycle: Any) -> Item:
    row = conn.execute(
        sa.select(Scheme.title, SchemeVersion.number)
        .join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
        .where(SchemeVersion.id == cycle.scheme_version_id)
    ).first()
    if row is None:
        return Item("scheme", False, m("还没有选定考核方案"))
    told = m("已选定考核方案“%(title)s”第 %(n)s 版", title=row.title, n=row.number)
    return Item("scheme", True, told)


def _departments(conn: sa.Connection, cycle: Any) -> Iterator[Item]:
    """Who provides the figures: named in the scheme, on the roster, with people for both steps."""
    if cycle.scheme_version_id is None:
        return
    scheme = scheme_version(conn, cycle.scheme_version_id)
    gaps = gaps_of(conn, scheme, cycle.managing_organ_id)
    if gaps.nobody:
        told = m("有 %(n)s 项数据没有写明提供部门:%(names)s", n=len(gaps.nobody),
                 names=_some([str(one) for one in gaps.nobody]))  # fmt: skip
        yield Item("scheme", False, told, len(gaps.nobody))
    if gaps.unknown:
        told = m("方案写明的 %(n)s 个部门不在名册中:%(names)s", n=len(gaps.unknown),
                 names=_some(gaps.unknown))  # fmt: skip
        yield Item("departments", False, told, len(gaps.unknown))
    elif gaps.named:
        told = m("方案写明的 %(n)s 个部门都在名册中", n=gaps.named)
        yield Item("departments", True, told, gaps.named)
    if gaps.unstaffed:
        told = m("有 %(n)s 个提供部门还没有填报人,或者没有另一人审核:%(names)s",
                 n=len(gaps.unstaffed), names=_some(gaps.unstaffed))  # fmt: skip
        yield Item("staff", False, told, len(gaps.unstaffed))
    if gaps.unverified:
        told = m("有 %(n)s 个审核部门还没有填报人以外的审核人:%(names)s",
                 n=len(gaps.unverified), names=_some(gaps.unverified))  # fmt: skip
        yield Item("staff", False, told, len(gaps.unverified))
    if gaps.alone:
        told = m("有 %(n)s 项数据由被考核单位自己提供和审核,本单位没有人可以审核,请在方案中写明"
                 "另一个审核部门:%(names)s", n=len(gaps.alone),
                 names=_some([f"{unit}“{title}”" for unit, title in gaps.alone]))  # fmt: skip
        yield Item("verifiers", False, told, len(gaps.alone))
    if gaps.named and not (gaps.unknown or gaps.unstaffed or gaps.unverified or gaps.alone):
        yield Item("staff", True, m("每项数据都有填报人和另一名审核人"), gaps.named)
    if gaps.own_items:
        told = m("有 %(n)s 项加减分事项,登记部门自己发生时本部门没有人可以审核,最好在方案中写明"
                 "另一个审核部门:%(names)s", n=len(gaps.own_items),
                 names=_some([f"{unit}“{title}”" for unit, title in gaps.own_items]))  # fmt: skip
        yield Item("verifiers", True, told, len(gaps.own_items), warns=True)


def _some(names: Sequence[str]) -> str:
    """The first few of some names."""
    return "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")


def _roster(conn: sa.Connection, cycle: Any) -> Iterator[Item]:
    managed = sa.func.coalesce(Assignment.managed_by_id, Unit.managing_organ_id)
    missing = Assignment.comment_by_id.is_(None)
    row = conn.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((missing, 1), else_=0)), 0),
        )
        .select_from(Assignment)
        .join(Post, Post.id == Assignment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Assignment.is_primary, Post.leading, managed == cycle.managing_organ_id)
    ).one()
    people, uncommented = int(row[0]), int(row[1])
    told = m("名册中有 %(n)s 名考核对象", n=people) if people else m("名册中还没有考核对象")
    yield Item("roster", people > 0, told, people)
    if uncommented:
        told = m("还有 %(n)s 人没有确定评语填写人", n=uncommented)
        yield Item("commenters", False, told, uncommented)
    else:
        yield Item("commenters", people > 0, m("评语填写人均已确定"), people)


def _classes(conn: sa.Connection, cycle: Any) -> Item:
    counted = conn.execute(
        sa.select(Unit.class_code, sa.func.count())
        .where(Unit.has_body, Unit.active, Unit.managing_organ_id == cycle.managing_organ_id)
        .group_by(Unit.class_code)
    ).all()
    units = sum(n for _, n in counted)
    without = sum(n for code, n in counted if code is None)
    if without:
        return Item("classes", False, m("还有 %(n)s 个单位没有确定类别", n=without), without)
    if cycle.scheme_version_id is not None:
        known = scheme_version(conn, cycle.scheme_version_id).classes
        strange = sum(n for code, n in counted if code not in known)
        if strange:
            told = m("有 %(n)s 个单位的类别不在考核方案中", n=strange)
            return Item("classes", False, told, strange)
    return Item("classes", True, m("%(n)s 个考核单位均已确定类别", n=units), units)


def _timetable(cycle: Any) -> Item:
    missing = [stage for stage in NEEDED_STAGES if stage.value not in (cycle.timetable or {})]
    if missing:
        told = m("时间安排还缺 %(n)s 个环节", n=len(missing))
        return Item("timetable", False, told, len(missing))
    return Item("timetable", True, m("各环节时间已排定"), len(cycle.timetable))


def _calendar(conn: sa.Connection, cycle: Any) -> Iterator[Item]:
    first, last = date(cycle.year, 12, 1), date(cycle.year + 1, 6, 30)
    days, provisional = conn.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((CalendarDay.provisional, 1), else_=0)), 0),
        ).where(CalendarDay.day.between(first, last))
    ).one()
    missing = (last - first).days + 1 - int(days)
    if missing:
        told = m("工作日历还缺 %(n)s 天(%(first)s 至 %(last)s)", n=missing, first=first, last=last)
        yield Item("calendar", False, told, missing)
    elif provisional:
        told = m("已载入工作日历,其中 %(n)s 天为暂定,待国务院通知", n=int(provisional))
        yield Item("calendar", True, told, int(provisional))
    else:
        yield Item("calendar", True, m("已载入工作日历"), int(days))


def open_items(conn: sa.Connection, cycle: Any, on: date) -> int:
    """How many items are still open."""
    return sum(1 for item in readiness(conn, cycle, on) if not item.done)
