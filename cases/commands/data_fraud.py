"""Confirmed fraud in figures: one act with its document; the FRAUD bar follows from the facts.

Nothing here grades anybody and nothing calls it by itself: the rules read the recorded facts, and
the cases that would now be suggested otherwise are listed for a second look.
Source: domain rules 5.5 (统计法第七条、第十二条).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import relook
from cases.commands.data_values import current_values, hold_cases, note
from cases.errors import Invalid, Refused
from cases.journal.kept import FRAUD, written
from cases.models import Case, Cycle, SubjectEvent, Unit
from cases.queries.relations import relations_to
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from workflow.permissions import Actor, Context, Resource, permits
from workflow.vocabulary import CaseKind, Permission, Relation, Thing
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Finding:
    """What was established: which figures, since when, by which document, who answers for it."""

    indicators: Sequence[str]
    happened_on: date
    document: str
    finding: str
    people: Sequence[int]


def record_fraud(
    conn: sa.Connection, sheet_id: int, found: Finding, *, actor: Actor, at: datetime
) -> list[int]:
    """Record the facts for the body and the members named; returns the ids of cases to look at.

    What it bars is barred at once. Raises Refused without the right to conclude inquiries or where
    the same was recorded before, Invalid by field.
    """
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == sheet.cycle_id)
    ).scalar_one()
    permit = permits(
        actor,
        Permission.INQUIRY_CONCLUDE,
        Resource(organ_id=organ, unit_id=sheet.unit_id),
        Context(relations=_ties(conn, sheet, found.people, actor)),
    )
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    _check(conn, sheet_id, sheet.cycle_id, sheet.unit_id, found, date_of(at))
    hold_cases(conn, [sheet])
    _known(conn, sheet.unit_id, found)
    common = {
        "kind": FRAUD,
        "happened_on": found.happened_on,
        "document": found.document.strip(),
        "source": str(m("数据核查认定")),
        "note": found.finding.strip(),
        "case_related": True,
        "entered_by": actor.person_id,
    }
    rows = [{**common, "unit_id": sheet.unit_id, "person_id": None}]
    rows += [{**common, "unit_id": None, "person_id": p} for p in sorted(set(found.people))]
    made = conn.execute(sa.insert(SubjectEvent).returning(SubjectEvent), rows).all()
    reason = f"{found.document.strip()} {found.finding.strip()}"
    kept = written("fraud", made)
    note(conn, sheet_id, "record_fraud", list(found.indicators), actor, at, reason, **kept)
    why = m("认定数据弄虚作假")
    told = [_told(conn, sheet, found)]
    which = relook.touched(sheet.cycle_id, [sheet.unit_id])
    return relook.compare_these(
        conn, sheet.cycle_id, which, why=why, about=lambda _: told, actor=actor, at=at,
        barring=True,
    )  # fmt: skip


def _known(conn: sa.Connection, unit_id: int, found: Finding) -> None:
    """Raises Refused where the same finding of the same people stands already."""
    e = SubjectEvent
    same = (
        e.kind == FRAUD, e.happened_on == found.happened_on, e.document == found.document.strip(),
    )  # fmt: skip
    there = {(u, p) for u, p in conn.execute(sa.select(e.unit_id, e.person_id).where(*same))}
    asked: set[tuple[int | None, int | None]] = {(unit_id, None)}
    asked |= {(None, person) for person in found.people}
    if asked <= there:
        raise Refused([m("这份文件认定的情形已经登记")])


def _told(conn: sa.Connection, sheet: Any, found: Finding) -> Sentence:
    scheme = scheme_of_cycle(conn, sheet.cycle_id)
    known = scheme.entered if scheme is not None else {}
    unit = conn.execute(sa.select(Unit.name).where(Unit.id == sheet.unit_id)).scalar_one()
    titles = [known[c].title if c in known else c for c in found.indicators]
    return m(
        "%(unit)s的%(indicators)s，%(document)s", unit=unit, indicators=titles,
        document=found.document.strip(),
    )  # fmt: skip


def _ties(
    conn: sa.Connection, sheet: Any, people: Sequence[int], actor: Actor
) -> frozenset[Relation]:
    """What the actor is to the body or to anybody named: nobody finds on his own."""
    concerned = sa.or_(Case.kind == CaseKind.BODY, Case.person_id.in_(people))
    ids = conn.execute(
        sa.select(Case.id).where(
            Case.cycle_id == sheet.cycle_id, Case.unit_id == sheet.unit_id, concerned
        )
    ).scalars()
    return frozenset[Relation]().union(*relations_to(conn, actor.person_id, list(ids)).values())


def _check(
    conn: sa.Connection, sheet_id: int, cycle_id: int, unit_id: int, found: Finding, today: date
) -> None:
    if not found.indicators or not set(found.indicators) <= current_values(conn, sheet_id).keys():
        raise Invalid({"indicators": m("请选择弄虚作假的指标")})
    if not found.document.strip():
        raise Invalid({"document": m("请写明认定文件的文号")})
    if len(found.finding.strip()) < 5:
        raise Invalid({"finding": m("请写明认定的事实")})
    if found.happened_on > today:
        raise Invalid({"happened_on": m("日期在今天之后")})
    members = sa.select(Case.person_id).where(
        Case.cycle_id == cycle_id, Case.unit_id == unit_id, Case.person_id.is_not(None)
    )
    if not set(found.people) <= set(conn.execute(members).scalars()):
        raise Invalid({"people": m("只能选择本单位的考核对象")})
