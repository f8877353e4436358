"""Opening the cases of a cycle: everybody whose primary post the organ manages, and its bodies.

Set-shaped: the roster is read and sorted first, then cases, outbox rows and journal entries go in
as one transaction, the chain head last. The first value of ``case.state`` is written here and
nowhere else. A county opens some thousand cases at once and a province a hundred thousand: rows are
tuples in the order of ``_COLUMNS`` all the way to the driver, and the outbox is filled by one
statement from the cases themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.outbox import post_selected
from cases.errors import Refused
from cases.journal import Draft, append_many
from cases.models import Assignment, Case, Cycle, Person, Post, Unit
from cases.models.rows import Row, insert_rows
from cases.models.units import official_order
from cases.store import reserve
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import CaseKind, NoticeKind, Participation, Role, State, Thing, Track
from workflow.words import m

PREFIX = {Track.LEADING_CADRE: "ZG", Track.LEADING_BODY: "BZ", Track.CIVIL_SERVANT: "GW"}

_SUBJECT = (
    "sort_key", "kind", "track", "person_id", "body_unit_id", "unit_id", "class_code",
    "subject_name", "subject_post", "unit_name", "post_rank", "commenter_id",
)  # fmt: skip
_CASE = (
    "id", "ref", "cycle_id", "managing_organ_id", "state", "version", "entered_at",
    "participation",
)  # fmt: skip
_COLUMNS = (*_CASE, *_SUBJECT)
_ID, _REF = _COLUMNS.index("id"), _COLUMNS.index("ref")
_KIND, _TRACK = _COLUMNS.index("kind"), _COLUMNS.index("track")


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
    subjects = list(_cadres(conn, cycle, person_ids))
    if person_ids is None:
        subjects.extend(_bodies(conn, cycle))
    subjects.sort(key=_place)
    rows = _numbered(conn, cycle, subjects, at)
    _insert(conn, rows, actor, at)
    kinds = Counter(row[_KIND] for row in rows)
    return Opened(
        kinds[CaseKind.CADRE.value], kinds[CaseKind.BODY.value], tuple(row[_ID] for row in rows)
    )


def _place(subject: Row) -> tuple[int, bool]:
    """Official order, the body before its members."""
    return subject[0], subject[1] != CaseKind.BODY.value


def _cadres(conn: sa.Connection, cycle: Any, person_ids: Any) -> Iterator[Row]:
    organ = cycle.managing_organ_id
    managed = sa.case(
        (Post.leading, sa.func.coalesce(Assignment.managed_by_id, Unit.managing_organ_id)),
        else_=Assignment.managed_by_id,
    )
    query = (
        sa.select(
            Unit.sort_no,
            Post.sort_no,
            Post.leading,
            Person.id,
            Unit.id,
            Unit.class_code,
            Person.name,
            Post.title,
            Unit.name,
            Post.rank,
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
    kind = CaseKind.CADRE.value
    tracks = (Track.CIVIL_SERVANT.value, Track.LEADING_CADRE.value)
    for unit_no, post_no, leading, person, unit, code, *told in conn.execute(query).all():
        order = official_order(unit_no, post_no)
        yield (order, kind, tracks[bool(leading)], person, None, unit, code, *told)


def _bodies(conn: sa.Connection, cycle: Any) -> Iterator[Row]:
    query = (
        sa.select(Unit.sort_no, Unit.id, Unit.class_code, Unit.name)
        .outerjoin(Case, (Case.body_unit_id == Unit.id) & (Case.cycle_id == cycle.id))
        .where(
            Unit.has_body,
            Unit.active,
            Unit.managing_organ_id == cycle.managing_organ_id,
            Case.id.is_(None),
        )
    )
    kind, track = CaseKind.BODY.value, Track.LEADING_BODY.value
    for sort_no, unit, code, name in conn.execute(query):
        order = official_order(sort_no)
        yield (order, kind, track, None, unit, unit, code, name, None, name, None, None)


def _numbered(conn: sa.Connection, cycle: Any, subjects: Sequence[Row], at: datetime) -> list[Row]:
    counted = conn.execute(
        sa.select(Case.track, sa.func.count()).where(Case.cycle_id == cycle.id).group_by(Case.track)
    )
    numbers: Counter[str] = Counter({track: n for track, n in counted})
    heads = {track.value: f"{cycle.ref}-{prefix}" for track, prefix in PREFIX.items()}
    organ, state, part = cycle.managing_organ_id, State.SCOPED.value, Participation.FULL.value
    rows: list[Row] = []
    for case_id, subject in zip(reserve(conn, "cases", len(subjects)), subjects, strict=True):
        track = subject[2]
        numbers[track] += 1
        ref = f"{heads[track]}{numbers[track]:04d}"
        rows.append((case_id, ref, cycle.id, organ, state, 1, at, part, *subject))
    return rows


def _insert(conn: sa.Connection, rows: Sequence[Row], actor: Actor, at: datetime) -> None:
    if not rows:
        return
    insert_rows(conn, Case, _COLUMNS, rows)
    _tell_contacts(conn, rows, at)
    append_many(conn, list(_entries(rows, actor, at)))


def _tell_contacts(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> None:
    """The notice each case's opening gives, with the key that :func:`outbox.notice` would make."""
    first, last = rows[0][_ID], rows[-1][_ID]
    opened: Any = sa.select(Case.id, Case.id.label("case_id")).where(
        Case.id.between(first, last), Case.cycle_id == rows[0][_COLUMNS.index("cycle_id")]
    )
    kind, thing = NoticeKind.CASE_OPENED.value, Thing.CASE.value
    post_selected(
        conn,
        opened.order_by(Case.id),
        key=f"{thing}:",
        key_end=f":1:notice:{kind}",
        kind="notice",
        topic=kind,
        payload={"thing": thing, "to": [Role.UNIT_CONTACT.value]},
        at=at,
    )


def _entries(rows: Sequence[Row], actor: Actor, at: datetime) -> Iterator[Draft]:
    state = State.SCOPED.value
    for row in rows:
        yield Draft(
            subject="case",
            subject_id=row[_ID],
            case_id=row[_ID],
            case_version=1,
            action="open_case",
            at=at,
            state_to=state,
            process=PROCESS.version,
            payload={"ref": row[_REF], "kind": row[_KIND], "track": row[_TRACK]},
        ).by(actor)
