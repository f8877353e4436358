"""Opening the cases of a cycle: everybody whose primary post the organ manages, and its bodies.

Set-shaped: the roster is read and sorted first, then cases, outbox rows and journal entries go in
as one transaction, the chain head last. The first value of ``case.state`` is written here and
nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.outbox import OutboxRow, notice, post_many
from cases.errors import Refused
from cases.journal import Draft, append_many
from cases.models import Assignment, Case, Cycle, Person, Post, Unit
from cases.models.units import official_order
from cases.store import reserve
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import CaseKind, NoticeKind, Participation, Role, State, Thing, Track
from workflow.words import m

PREFIX = {Track.LEADING_CADRE: "ZG", Track.LEADING_BODY: "BZ", Track.CIVIL_SERVANT: "GW"}


@dataclass(frozen=True, slots=True)
class Opened:
    """How many cases were opened, by kind, and their ids in official order."""

    cadres: int
    bodies: int
    case_ids: tuple[int, ...]


def open_cases(
    conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime, person_ids: Any = None
) -> Opened:
    """Open a case for everyone of the cycle's organ who has none yet; running it again adds nobody.

    ``person_ids`` limits it to some people (a late arrival). Raises Refused for a cycle without a
    scheme.
    """
    cycle = conn.execute(sa.select(Cycle).where(Cycle.id == cycle_id)).one()
    if cycle.scheme_version_id is None:
        raise Refused([m("考核年度还没有选定方案")], cycle.ref)
    subjects = sorted(
        (*_cadres(conn, cycle, person_ids), *(_bodies(conn, cycle) if person_ids is None else ())),
        key=lambda s: (s["sort_key"], s["kind"] != CaseKind.BODY),
    )
    rows = list(_numbered(conn, cycle, subjects, at))
    _insert(conn, rows, actor, at)
    kinds = Counter(row["kind"] for row in rows)
    return Opened(kinds[CaseKind.CADRE], kinds[CaseKind.BODY], tuple(r["id"] for r in rows))


def _cadres(conn: sa.Connection, cycle: Any, person_ids: Any) -> Iterator[dict[str, Any]]:
    organ = cycle.managing_organ_id
    managed = sa.case(
        (Post.leading, sa.func.coalesce(Assignment.managed_by_id, Unit.managing_organ_id)),
        else_=Assignment.managed_by_id,
    )
    query = (
        sa.select(
            Person.id,
            Person.name,
            Post.title,
            Post.rank,
            Post.leading,
            Post.sort_no.label("post_no"),
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Unit.class_code,
            Unit.sort_no,
            Assignment.comment_by_id,
        )
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .outerjoin(Case, (Case.person_id == Person.id) & (Case.cycle_id == cycle.id))
        .where(Assignment.is_primary, managed == organ, Case.id.is_(None))
    )
    if person_ids is not None:
        query = query.where(Person.id.in_(person_ids))
    for row in conn.execute(query):
        track = Track.LEADING_CADRE if row.leading else Track.CIVIL_SERVANT
        yield {
            "kind": CaseKind.CADRE,
            "track": track,
            "person_id": row.id,
            "body_unit_id": None,
            "unit_id": row.unit_id,
            "class_code": row.class_code,
            "sort_key": official_order(row.sort_no, row.post_no),
            "subject_name": row.name,
            "subject_post": row.title,
            "unit_name": row.unit_name,
            "post_rank": row.rank,
            "commenter_id": row.comment_by_id,
        }


def _bodies(conn: sa.Connection, cycle: Any) -> Iterator[dict[str, Any]]:
    query = (
        sa.select(Unit.id, Unit.name, Unit.class_code, Unit.sort_no)
        .outerjoin(Case, (Case.body_unit_id == Unit.id) & (Case.cycle_id == cycle.id))
        .where(
            Unit.has_body,
            Unit.active,
            Unit.managing_organ_id == cycle.managing_organ_id,
            Case.id.is_(None),
        )
    )
    for row in conn.execute(query):
        yield {
            "kind": CaseKind.BODY,
            "track": Track.LEADING_BODY,
            "person_id": None,
            "body_unit_id": row.id,
            "unit_id": row.id,
            "class_code": row.class_code,
            "sort_key": official_order(row.sort_no),
            "subject_name": row.name,
            "subject_post": None,
            "unit_name": row.name,
            "post_rank": None,
            "commenter_id": None,
        }


def _numbered(
    conn: sa.Connection, cycle: Any, subjects: list[dict[str, Any]], at: datetime
) -> Iterator[dict[str, Any]]:
    counted = conn.execute(
        sa.select(Case.track, sa.func.count()).where(Case.cycle_id == cycle.id).group_by(Case.track)
    )
    numbers: Counter[str] = Counter({track: n for track, n in counted})
    ids = reserve(conn, "cases", len(subjects))
    for case_id, subject in zip(ids, subjects, strict=True):
        track = subject["track"]
        numbers[track] += 1
        yield {
            **subject,
            "id": case_id,
            "ref": f"{cycle.ref}-{PREFIX[track]}{numbers[track]:04d}",
            "cycle_id": cycle.id,
            "managing_organ_id": cycle.managing_organ_id,
            "state": State.SCOPED,
            "version": 1,
            "entered_at": at,
            "participation": Participation.FULL,
        }


def _insert(conn: sa.Connection, rows: list[dict[str, Any]], actor: Actor, at: datetime) -> None:
    if not rows:
        return
    conn.execute(sa.insert(Case), rows)
    post_many(conn, list(_outbox(rows, at)))
    append_many(conn, list(_entries(rows, actor, at)))


def _outbox(rows: Iterable[dict[str, Any]], at: datetime) -> Iterator[OutboxRow]:
    for row in rows:
        yield notice(
            NoticeKind.CASE_OPENED, Thing.CASE, row["id"], to=(Role.UNIT_CONTACT,), version=1, at=at
        )


def _entries(rows: Iterable[dict[str, Any]], actor: Actor, at: datetime) -> Iterator[Draft]:
    for row in rows:
        yield Draft(
            subject="case",
            subject_id=row["id"],
            case_id=row["id"],
            case_version=1,
            action="open_case",
            at=at,
            account_id=actor.account_id,
            person_id=actor.person_id,
            state_to=State.SCOPED.value,
            process=PROCESS.version,
            payload={"ref": row["ref"], "kind": str(row["kind"]), "track": str(row["track"])},
        )
