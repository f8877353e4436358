"""Setting up a year: created over a scheme version, with a timetable; frozen, then opened.

A window shorter than ten working days needs a reason: a warning, never a block (M19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside, jobs
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid, Refused, Stale
from cases.journal import Draft, append
from cases.journal.cycles import cycle_said
from cases.models import Cycle, Scheme, SchemeVersion
from cases.queries.calendar import working_days
from cases.queries.setup import LEAST_WORKING_DAYS, short_windows
from workflow.permissions import Actor, Resource, permits
from workflow.process import PROCESS
from workflow.vocabulary import CycleState, Permission, Stage, Thing, ThingAction
from workflow.words import Sentence, m

OPENING_JOB = "open_cycle"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a stage is worked on, both days included; why it is short, if it is."""

    opens: date
    due: date
    reason: str = ""


Timetable = Mapping[Stage, Window]


def create_cycle(
    conn: sa.Connection,
    *,
    year: int,
    organ_id: int,
    scheme_version_id: int | None,
    timetable: Timetable,
    actor: Actor,
    at: datetime,
    title: str = "",
    settings: Mapping[str, Any] | None = None,
) -> int:
    """A new cycle; returns its id. Raises Invalid (year, scheme, a stage) or Refused."""
    permit = permits(actor, Permission.CYCLE_MANAGE, Resource(organ_id=organ_id))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    there = sa.select(Cycle.id).where(Cycle.managing_organ_id == organ_id, Cycle.year == year)
    if conn.execute(there).first() is not None:
        raise Invalid({"year": m("%(year)s 年度已经建立", year=year)})
    stored = _stored(conn, timetable)
    _check_scheme(conn, scheme_version_id, organ_id)
    made = conn.execute(
        sa.insert(Cycle)
        .values(
            ref=f"{year}-{organ_id}",
            year=year,
            title=(title or str(m("%(year)s 年度考核", year=year)))[:200],
            managing_organ_id=organ_id,
            scheme_version_id=scheme_version_id,
            state=PROCESS.things[Thing.CYCLE].spec.initial,
            timetable=stored,
            settings=dict(settings or {}),
        )
        .returning(Cycle)
    ).one()
    payload = {"scheme_version": scheme_version_id, **cycle_said(made)}
    beside.created(conn, Thing.CYCLE, made.id, actor=actor, at=at, payload=payload)
    return int(made.id)


def set_up(
    conn: sa.Connection,
    cycle_id: int,
    *,
    scheme_version_id: int | None,
    timetable: Timetable,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Change scheme and timetable while the cycle is being prepared; journaled.

    Raises NotVisible, Stale, Invalid (a stage's name), Refused once it is frozen.
    """
    cycle = require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, actor, lock=True)
    if expected_version is not None and cycle.version != expected_version:
        raise Stale(cycle.ref, cycle.state, cycle.version)
    if cycle.state != CycleState.PREPARING:
        raise Refused([m("考核方案已锁定,时间安排不再改动;确需变更的另行报批")])
    stored = _stored(conn, timetable)
    _check_scheme(conn, scheme_version_id, cycle.managing_organ_id)
    conn.execute(
        sa.update(Cycle)
        .where(Cycle.id == cycle_id)
        .values(scheme_version_id=scheme_version_id, timetable=stored)
    )
    append(
        conn,
        Draft(
            subject=Thing.CYCLE.value,
            subject_id=cycle_id,
            action="set_up_cycle",
            at=at,
            payload={"scheme_version": scheme_version_id, "timetable": stored},
        ).by(actor),
    )


def _check_scheme(conn: sa.Connection, version_id: int | None, organ_id: int) -> None:
    if version_id is None:
        return
    organ = conn.execute(
        sa.select(Scheme.managing_organ_id)
        .join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
        .where(SchemeVersion.id == version_id)
    ).scalar()
    if organ != organ_id:
        raise Invalid({"scheme": m("请从列出的方案中选择")})


def _stored(conn: sa.Connection, timetable: Timetable) -> dict[str, dict[str, str]]:
    """The timetable as its row holds it. Raises Invalid by stage."""
    faults: dict[str, Sentence] = {}
    for stage, window in timetable.items():
        if window.due < window.opens:
            faults[stage.value] = m("“%(stage)s”的截止日期早于开始日期", stage=stage)
    if faults:
        raise Invalid(faults)
    stored = {
        stage.value: {"opens": w.opens.isoformat(), "due": w.due.isoformat()}
        | ({"reason": w.reason} if w.reason else {})
        for stage, w in timetable.items()
    }
    for stage, days in short_windows(stored, working_days(conn)).items():
        if not timetable[stage].reason:
            faults[stage.value] = m(
                "“%(stage)s”只有 %(n)s 个工作日,不足 %(least)s 个的请写明理由",
                stage=stage,
                n=days,
                least=LEAST_WORKING_DAYS,
            )
    if faults:
        raise Invalid(faults)
    return stored


def stored_windows(stored: Mapping[str, Any]) -> dict[Stage, Window]:
    """The windows of a cycle's timetable as they were set."""
    return {
        Stage(key): Window(
            date.fromisoformat(row["opens"]), date.fromisoformat(row["due"]), row.get("reason", "")
        )
        for key, row in stored.items()
    }


def freeze_scheme(
    conn: sa.Connection,
    cycle_id: int,
    *,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Freeze the scheme with its digest. Raises Refused while the readiness list is open."""
    beside.move(
        conn,
        Thing.CYCLE,
        cycle_id,
        ThingAction.FREEZE_SCHEME,
        actor=actor,
        at=at,
        expected_version=expected_version,
    )


def open_cycle(
    conn: sa.Connection,
    cycle_id: int,
    *,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    enqueue: bool = True,
) -> int | None:
    """Open the year and ask for the job that opens its cases; returns the job's id.

    ``enqueue`` False leaves the cases to the caller (``cases.jobs.opening_job.open_everything``).
    """
    beside.move(
        conn,
        Thing.CYCLE,
        cycle_id,
        ThingAction.OPEN_CYCLE,
        actor=actor,
        at=at,
        expected_version=expected_version,
    )
    if not enqueue:
        return None
    return jobs.enqueue(
        conn, OPENING_JOB, m("建立考核卷"), {"cycle_id": cycle_id}, actor=actor, at=at
    )


__all__ = [
    "Timetable",
    "Window",
    "create_cycle",
    "freeze_scheme",
    "open_cycle",
    "set_up",
    "stored_windows",
]
