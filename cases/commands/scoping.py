"""考核对象审核: how each takes part, who comments, who works on the case; the facts behind it.

Moves (opening the self-report, exclusion) go through the door; what is settled beforehand is
written here and journaled without a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.commands import relook
from cases.commands.payload import plain
from cases.errors import Invalid, NotVisible, Refused
from cases.journal.kept import written
from cases.journal.participation import PROPOSING, SETTING
from cases.models import (
    Assignment,
    Case,
    CaseAssignment,
    Cycle,
    Person,
    Post,
    Relation,
    SubjectEvent,
)
from cases.queries.relations import RANKS
from cases.queries.scheme import scheme_of_cycle
from cases.queries.subject_events import Record, records_of
from cases.queries.visibility import visible
from cases.scoring.grading.participation import Situation, Taking, participation
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import (
    CaseKind,
    ConclusionCode,
    Participation,
    ParticipationReason,
    Permission,
    PostRank,
    Role,
    State,
)
from workflow.vocabulary import Relation as RelationWord
from workflow.words import m

CHUNK = 500
SETTLED_IN = (State.SCOPED,)
COMMENTER_UNTIL = (
    State.SCOPED,
    State.DRAFTING,
    State.SUBMITTED,
    State.RETURNED,
    State.COLLECTING,
    State.EVALUATING,
    State.SYNTHESISING,
)


def propose_participation(
    conn: sa.Connection,
    cycle_id: int,
    *,
    actor: Actor,
    at: datetime,
    person_ids: Sequence[int] | None = None,
) -> int:
    """Propose how people take part, from events, probation and retirement; returns how many
    proposals changed. Only cases still being scoped, of people with such facts, are touched.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    cycle = conn.execute(sa.select(Cycle).where(Cycle.id == cycle_id)).one()
    changed: list[dict[str, Any]] = []
    for rows in _scoped(conn, cycle_id, person_ids):
        ids = [row.person_id for row in rows]
        records = records_of(conn, ids, [], scheme)[0] if scheme is not None else {}
        for row in rows:
            taking = participation(
                _situations(row, records.get(row.person_id)),
                cycle.year,
                own=str(cycle.managing_organ_id),
                rules=scheme.rules.participation if scheme is not None else None,
            )
            if (row.participation, row.participation_reason) != _words(taking):
                changed.append(_proposal(row.id, taking))
    if changed:
        conn.execute(sa.update(Case).where(Case.id == sa.bindparam("b_id")), changed)
        said = {str(x["b_id"]): [x["participation"], x["participation_reason"]] for x in changed}
        _note(conn, "cycle", cycle_id, PROPOSING, actor, at, {"taking": said})
    return len(changed)


def _scoped(
    conn: sa.Connection, cycle_id: int, person_ids: Sequence[int] | None
) -> Iterable[Sequence[Any]]:
    """Cases to look at: those of people with an event, a probation or a retirement."""
    facts = sa.or_(
        Person.probation_until.is_not(None),
        Person.retired_on.is_not(None),
        sa.select(SubjectEvent.id).where(SubjectEvent.person_id == Person.id).exists(),
    )
    query = (
        sa.select(
            Case.id,
            Case.person_id,
            Case.participation,
            Case.participation_reason,
            Person.probation_until,
            Person.retired_on,
            Person.recruited_on,
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.cycle_id == cycle_id, Case.state.in_(SETTLED_IN))
        .order_by(Case.id)
    )
    query = query.where(facts if person_ids is None else Person.id.in_(person_ids))
    rows = conn.execute(query).all()
    return [rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK)]


def _situations(row: Any, record: Record | None) -> list[Situation]:
    found = list(record.situations) if record is not None else []
    if row.probation_until is not None:
        found.append(Situation("recruit_probation", row.recruited_on, row.probation_until))
    if row.retired_on is not None:
        found.append(Situation("left", row.retired_on))
    return found


def _words(taking: Taking) -> tuple[str, str | None]:
    return taking.kind.value, taking.reason.value if taking.reason else None


def _proposal(case_id: int, taking: Taking) -> dict[str, Any]:
    kind, reason = _words(taking)
    code = taking.conclusion.value if taking.conclusion else None
    return {
        "b_id": case_id,
        "participation": kind,
        "participation_reason": reason,
        "conclusion": code,
    }


def set_participation(
    conn: sa.Connection,
    case_id: int,
    kind: Participation,
    *,
    actor: Actor,
    at: datetime,
    reason: ParticipationReason | None = None,
    conclusion: ConclusionCode | None = None,
) -> None:
    """Settle how somebody takes part. Raises NotVisible, Invalid (reason), Refused."""
    case = _case(conn, case_id, actor)
    if case.state not in SETTLED_IN:
        raise Refused([m("考核对象已确认,参加方式不再改动")], case.ref)
    if kind is not Participation.FULL and reason is None:
        raise Invalid({"participation_reason": m("请选择原因")})
    values: dict[str, Any] = {
        "participation": kind,
        "participation_reason": reason if kind is not Participation.FULL else None,
        "conclusion": conclusion if kind is not Participation.FULL else None,
    }
    conn.execute(sa.update(Case).where(Case.id == case_id).values(**values))
    _note(conn, "case", case_id, SETTING, actor, at, values, case_id)


def set_commenter(
    conn: sa.Connection, case_id: int, person_id: int, *, actor: Actor, at: datetime
) -> None:
    """Say who comments and suggests a grade. A subordinate never does on his superior (M8).

    Raises NotVisible, Invalid (``commenter``), Refused.
    """
    case = _case(conn, case_id, actor)
    if case.kind != CaseKind.CADRE:
        raise Refused([m("领导班子不设评语填写人")], case.ref)
    if case.state not in COMMENTER_UNTIL:
        raise Refused([m("已进入审定,评语填写人不再改动")], case.ref)
    if conn.execute(sa.select(Person.id).where(Person.id == person_id)).first() is None:
        raise Invalid({"commenter": m("请从名册中选择评语填写人")})
    if person_id == case.person_id:
        raise Invalid({"commenter": m("本人不能给自己写评语")})
    ranks = conn.execute(
        sa.select(Post.rank)
        .join(Assignment, Assignment.post_id == Post.id)
        .where(Assignment.person_id == person_id, Post.unit_id == case.unit_id)
    ).scalars()
    theirs = RANKS[PostRank(case.post_rank)] if case.post_rank else None
    mine = min((RANKS[PostRank(rank)] for rank in ranks), default=None)
    if mine is not None and theirs is not None and mine > theirs:
        raise Invalid({"commenter": m("下级不能给上级写评语")})
    conn.execute(sa.update(Case).where(Case.id == case_id).values(commenter_id=person_id))
    payload = {"before": case.commenter_id, "after": person_id}
    _note(conn, "case", case_id, "set_commenter", actor, at, payload, case_id)


def assign(
    conn: sa.Connection,
    case_ids: Sequence[int],
    person_ids: Sequence[int],
    *,
    actor: Actor,
    at: datetime,
    role: Role = Role.ASSESSMENT_GROUP,
) -> None:
    """Put people on cases in a role, in place of those who were; journaled per case.

    Nobody is put on his own case. Raises NotVisible, Refused.
    """
    chosen = sorted(set(person_ids))
    there = set(conn.execute(sa.select(Person.id).where(Person.id.in_(chosen))).scalars())
    if there != set(chosen):
        raise Invalid({"members": m("请从名册中选择考核组成员")})
    for case_id in sorted(set(case_ids)):
        case = _case(conn, case_id, actor)
        if case.person_id in there:
            raise Refused([m("“%(name)s”不能承办本人的考核", name=case.subject_name)], case.ref)
        conn.execute(
            sa.delete(CaseAssignment).where(
                CaseAssignment.case_id == case_id, CaseAssignment.role == role
            )
        )
        rows = [
            {
                "case_id": case_id,
                "role": role,
                "person_id": person_id,
                "assigned_by": actor.person_id,
                "assigned_at": at,
            }
            for person_id in chosen
        ]
        if rows:
            conn.execute(sa.insert(CaseAssignment), rows)
        payload = {"role": role, "people": chosen}
        _note(conn, "case", case_id, "assign", actor, at, payload, case_id)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a person or unit as an office enters it; ``kind`` is one of ``EVENT_KINDS``."""

    kind: str
    happened_on: date
    source: str
    person_id: int | None = None
    unit_id: int | None = None
    from_unit_id: int | None = None
    ended_on: date | None = None
    days: int | None = None
    document: str | None = None
    note: str | None = None
    case_related: bool = False


def add_event(conn: sa.Connection, event: Event, *, actor: Actor, at: datetime) -> int:
    """Enter a fact; proposals of cases still being scoped follow, those suggested otherwise by now
    are listed for a second look. Raises Invalid, Refused."""
    _may(actor, Permission.SCOPE_CASES)
    if event.person_id is None and event.unit_id is None:
        raise Invalid({"person": m("请选择是谁或哪个单位的情况")})
    if event.ended_on is not None and event.ended_on < event.happened_on:
        raise Invalid({"ended_on": m("结束日期早于开始日期")})
    if event.kind == "leave" and not event.days:
        raise Invalid({"days": m("请填写病假、事假的天数")})
    if event.from_unit_id is not None:
        _check_transfer(conn, event)
    mine = _spoken_of(event)
    years = relook.hold_these(conn, mine)
    values = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    statement = sa.insert(SubjectEvent).values(**values, entered_by=actor.person_id)
    made = conn.execute(statement.returning(SubjectEvent)).one()
    told = {**plain(values), **written("fact", [made])}
    _note(conn, "subject_event", made.id, "add_event", actor, at, told)
    if event.person_id is not None:
        cycles = sa.select(Case.cycle_id).where(
            Case.person_id == event.person_id, Case.state.in_(SETTLED_IN)
        )
        for cycle_id in conn.execute(cycles).scalars().all():
            propose_participation(conn, cycle_id, actor=actor, at=at, person_ids=[event.person_id])
    why = m("登记考核对象情况：%(source)s", source=event.document or event.source)
    for cycle_id in years:
        relook.compare_these(conn, cycle_id, mine, why=why, actor=actor, at=at, barring=True)
    return int(made.id)


def _spoken_of(event: Event) -> sa.ColumnElement[bool]:
    """The cases a fact speaks of: the person's, the unit's body."""
    body = sa.and_(Case.unit_id == event.unit_id, Case.kind == CaseKind.BODY)
    if event.person_id is None:
        return body
    person = Case.person_id == event.person_id
    return person if event.unit_id is None else sa.or_(person, body)


def _check_transfer(conn: sa.Connection, event: Event) -> None:
    """The unit before a transfer is another one than the person's own. Raises Invalid."""
    if event.kind != "transferred_in":
        raise Invalid({"from_unit_id": m("只有年度内调入的填原单位")})
    own = sa.select(Person.unit_id).where(Person.id == event.person_id)
    if conn.execute(own).scalar_one_or_none() == event.from_unit_id:
        raise Invalid({"from_unit_id": m("原单位与现单位相同")})


def declare_relation(
    conn: sa.Connection,
    person_id: int,
    other_id: int,
    *,
    declared_on: date,
    actor: Actor,
    at: datetime,
    kind: RelationWord = RelationWord.KIN,
    note: str = "",
) -> int:
    """Declare a tie for which both step back. The journal says that, not between whom.

    Raises Invalid (``other``) for oneself or a tie that is known, Refused without the right.
    """
    _may(actor, Permission.RECUSAL_DECLARE)
    if person_id == other_id:
        raise Invalid({"other": m("请选择另一个人")})
    pair = (person_id, other_id)
    known = sa.select(Relation.id).where(
        Relation.person_id.in_(pair), Relation.other_id.in_(pair), Relation.kind == kind
    )
    if conn.execute(known).first() is not None:
        raise Invalid({"other": m("这项回避关系已经登记")})
    relation_id = int(
        conn.execute(
            sa.insert(Relation)
            .values(
                person_id=person_id,
                other_id=other_id,
                kind=kind,
                declared_on=declared_on,
                note=note or None,
            )
            .returning(Relation.id)
        ).scalar_one()
    )
    _note(conn, "relation", relation_id, "declare_relation", actor, at, {})
    return relation_id


def _may(actor: Actor, permission: Permission) -> None:
    if not actor.is_system and not holds_anywhere(actor, permission):
        raise Refused([m("没有办理这一步的权限")])


def _case(conn: sa.Connection, case_id: int, actor: Actor) -> Any:
    """The case, locked, if the actor may scope it. Raises NotVisible."""
    row = conn.execute(
        sa.select(Case)
        .where(Case.id == case_id, visible(conn, actor, Permission.SCOPE_CASES))
        .with_for_update(of=Case)
    ).first()
    if row is None:
        raise NotVisible(str(case_id))
    return row


def _note(
    conn: sa.Connection,
    subject: str,
    subject_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any],
    case_id: int | None = None,
) -> None:
    journal.note(conn, subject, subject_id, action, plain(payload), actor, at, case_id=case_id)
