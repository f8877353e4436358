"""The one visibility function behind page, list, count, search, export, log and API.

``visible`` is the SQL twin of ``workflow.permissions.permits``: the same scopes, the same forbids,
compiled to a condition over ``cases``. A test proves the two equal on random data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Case, CaseAssignment
from cases.queries.by_ids import ByIds
from cases.queries.kept import Same, built, kept
from cases.queries.relations import RANKS, Ties, relations_of_row, ties_of
from workflow.permissions import (
    AFTER_NOTICE,
    Actor,
    Context,
    Resource,
    Scope,
    forbidden_relations,
    scopes,
)
from workflow.vocabulary import CaseKind, Permission, PostRank, Relation, Role, ScopeKind, State

Condition = sa.ColumnElement[bool]
_COMMENTED: Any = sa.inspect(Case).local_table.alias("commented")


def visible(
    conn: sa.Connection, actor: Actor, permission: Permission, *, ties: Ties | None = None
) -> Condition:
    """The condition over ``cases`` under which the actor may use the permission.

    The system sees everything; an administrator and a person without a grant see nothing. ``ties``
    of the actor's person, where a page asks for several permissions and has read them once.
    """
    if actor.is_system:
        return sa.true()
    reach = scopes(actor, permission)
    if not reach:
        return sa.false()
    known = ties
    if known is None and actor.person_id is not None:
        known = ties_of(conn, actor.person_id)
    key = ("visible", reach, permission, known.key if known else None)
    return built(key, lambda: _condition(reach, permission, known))


def _condition(reach: Sequence[Scope], permission: Permission, ties: Ties | None) -> Condition:
    condition = sa.or_(*(_within(scope) for scope in reach))
    if ties is None:
        return condition
    return sa.and_(condition, *(sa.not_(c) for c in closed_to(ties, permission)))


def closed_to(ties: Ties, permission: Permission) -> list[Condition]:
    """The cases that the forbids close to a person, whatever the grants."""
    closed = [_tied(ties, relation) for relation in sorted(forbidden_relations(permission))]
    return [c for c in closed if c is not None]


def _within(scope: Scope) -> Condition:
    parts: list[Condition] = []
    if scope.case_kind is not None:
        parts.append(Case.kind == scope.case_kind)
    if scope.after_notice:
        parts.append(_among(Case.state, sorted(AFTER_NOTICE)))
    if scope.class_code is not None:
        parts.append(Case.class_code == scope.class_code)
    parts.append(_REACH[scope.kind](scope))
    return sa.and_(*parts)


def _organ(scope: Scope) -> Condition:
    condition: Condition = Case.managing_organ_id == scope.organ_id
    if scope.unit_id is not None:
        condition = sa.and_(condition, Case.unit_id == scope.unit_id)
    return condition


def _assigned(scope: Scope) -> Condition:
    named = sa.select(CaseAssignment.case_id).where(
        CaseAssignment.person_id == scope.person_id, CaseAssignment.role == scope.role
    )
    if scope.role is Role.SUPERVISING_LEADER:
        # One list of ids, not an OR: an OR makes databases walk every case of a state instead.
        commented = sa.select(_COMMENTED.c.id).where(_COMMENTED.c.commenter_id == scope.person_id)
        return Case.id.in_(sa.union_all(named, commented))
    return Case.id.in_(named)


_REACH: dict[ScopeKind, Any] = {
    ScopeKind.ALL: lambda scope: sa.true(),
    ScopeKind.ORGAN: _organ,
    ScopeKind.UNIT: lambda scope: Case.unit_id == scope.unit_id,
    ScopeKind.WORKING: lambda scope: sa.false(),
    ScopeKind.SELF: lambda scope: sa.and_(
        Case.person_id == scope.person_id, Case.person_id.is_not(None)
    ),
    ScopeKind.ASSIGNED: _assigned,
}


def _among(column: Any, values: Sequence[Any]) -> Condition:
    """An IN of single values: SQLAlchemy writes an IN of one list anew at every execution."""
    found: Condition = column.in_([sa.literal(value, column.type) for value in values])
    return found


def _tied(ties: Ties, relation: Relation) -> Condition | None:
    """The cases to whose subject the relation holds; None where there can be none."""
    cadre = Case.kind == CaseKind.CADRE
    other = sa.and_(cadre, Case.person_id != ties.person_id)
    if relation is Relation.SELF:
        return sa.and_(cadre, Case.person_id == ties.person_id)
    if relation is Relation.MEMBER:
        leading = [u for u, rank in ties.posts.items() if rank < RANKS[PostRank.OTHER]]
        return (
            sa.and_(Case.kind == CaseKind.BODY, _among(Case.unit_id, leading)) if leading else None
        )
    if relation is Relation.OWN_UNIT:
        return None  # what a unit's own people are shut out of are its figures, not its cases
    if relation is Relation.KIN:
        return sa.and_(other, _among(Case.person_id, sorted(ties.kin))) if ties.kin else None
    if relation is Relation.MUTUAL:
        pairs = [
            sa.and_(Case.cycle_id == cycle, _among(Case.person_id, sorted(people)))
            for cycle, people in ties.acted.items()
        ]
        return sa.and_(other, sa.or_(*pairs)) if pairs else None
    return _below(ties, other)


def _below(ties: Ties, other: Condition) -> Condition | None:
    """Cases of people who stand above this person in one of this person's units."""
    parts = []
    for rank, number in RANKS.items():
        units = [u for u, mine in ties.posts.items() if mine > number]
        if units:  # a subject without a rank stands above nobody: NULL would hide the case
            ranked = sa.func.coalesce(Case.post_rank, "") == rank
            parts.append(sa.and_(ranked, _among(Case.unit_id, units)))
    return sa.and_(other, sa.or_(*parts)) if parts else None


def resource_of(case: Any, assigned: frozenset[tuple[Role, int]] = frozenset()) -> Resource:
    """The resource of one row of ``cases``, for ``permits``."""
    named = set(assigned)
    if case.commenter_id is not None:
        named.add((Role.SUPERVISING_LEADER, case.commenter_id))
    return Resource(
        organ_id=case.managing_organ_id,
        unit_id=case.unit_id,
        class_code=case.class_code,
        case_kind=CaseKind(case.kind),
        state=State(case.state),
        subject_person_id=case.person_id,
        assigned=frozenset(named),
    )


def assignments_of(
    conn: sa.Connection, person_id: int | None, case_ids: Any
) -> dict[int, frozenset[tuple[Role, int]]]:
    """Case id -> the roles this person was assigned there."""
    if person_id is None:
        return {}
    ids = list(case_ids)
    if len(ids) == 1:
        key = ("assigned", person_id, ids[0])
        return kept(conn, key, lambda: _assignments(conn, person_id, ids))
    return _assignments(conn, person_id, ids)


_NAMED: Any = sa.select(CaseAssignment.case_id, CaseAssignment.role).where(
    CaseAssignment.person_id == sa.bindparam("me", type_=sa.BigInteger)
)
_ASSIGNED = ByIds(CaseAssignment.case_id, _NAMED)


def _assignments(
    conn: sa.Connection, person_id: int, case_ids: Sequence[int]
) -> dict[int, frozenset[tuple[Role, int]]]:
    rows = _ASSIGNED.rows(conn, case_ids, me=person_id)
    found: dict[int, frozenset[tuple[Role, int]]] = {}
    for case_id, role in rows:
        found[case_id] = found.get(case_id, frozenset()) | {(Role(role), person_id)}
    return found


def resource_for(conn: sa.Connection, actor: Actor, case: Any) -> Resource:
    """The resource of one row of ``cases`` with what the actor was assigned there.

    For pages of one case: without the assignments ``permits`` closes what ``visible`` opens.
    Every section of the page asks it of the same row.
    """
    me = actor.person_id

    def told() -> Resource:
        return resource_of(case, assignments_of(conn, me, [case.id]).get(case.id, frozenset()))

    return kept(conn, ("resource", me, Same(case)), told)


def context_of(conn: sa.Connection, actor: Actor, case: Any) -> Context:
    """What the actor is to the subject of one row of ``cases``; steps are added by the door."""
    me = actor.person_id
    if me is None:
        return Context()

    def told() -> Context:
        return Context(relations=relations_of_row(ties_of(conn, me), case))

    return kept(conn, ("context", me, Same(case)), told)


def load_case(conn: sa.Connection, actor: Actor, permission: Permission, ref: str) -> Any:
    """The row of ``cases`` with this number. Raises NotVisible alike for absent and foreign."""
    condition = visible(conn, actor, permission)
    query = built(
        (load_case, Same(condition)),
        lambda: sa.select(Case).where(Case.ref == sa.bindparam("ref"), condition),
    )
    row = conn.execute(query, {"ref": ref}).first()
    if row is None:
        raise NotVisible(ref)
    return row
