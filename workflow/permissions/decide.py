"""The answer: may this actor do this, here and now.

Default deny; any forbid beats every grant; recusal is computed at the moment of the act, so a
kin relation declared today closes yesterday's assignment. ``scopes`` is what the visibility
query compiles to SQL, and ``permits`` asks the same records, so that both say the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from workflow.facts import Step
from workflow.grammar import AnyAction, Direction, ReasonRule, Transition
from workflow.permissions.actor import Actor
from workflow.permissions.table import (
    ADMIN_TABLE,
    OWN_ACTS,
    TABLE,
    Rule,
    forbidden_relations,
)
from workflow.process import PROCESS
from workflow.vocabulary import (
    Action,
    CaseKind,
    Duty,
    Permission,
    Relation,
    Role,
    ScopeKind,
    State,
    ThingAction,
    Word,
)
from workflow.words import Sentence, m

AFTER_NOTICE: frozenset[State] = frozenset(
    {State.NOTIFIED, State.APPLYING, State.CLOSED, State.ARCHIVED}
)
"""States in which the subject and his unit may see the result."""

SECOND_PERSON: Mapping[Permission, frozenset[str]] = MappingProxyType(
    {
        Permission.DATA_VERIFY: frozenset({"enter_value"}),
        Permission.GRANT_APPROVE: frozenset({"propose_grant"}),
        Permission.CORRECTION_APPROVE: frozenset({"draft_correction"}),
    }
)
"""Steps whose doer may not use the permission on the same thing (moves say it by ``not_by``)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One reach of an actor. Empty fields don't narrow; all set ones must match.

    ``role`` is that of an assignment, or in which a unit works on a thing.
    """

    kind: ScopeKind
    organ_id: int | None = None
    unit_id: int | None = None
    class_code: str | None = None
    person_id: int | None = None
    role: Role | None = None
    case_kind: CaseKind | None = None
    after_notice: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted on: a case, or a thing with the case or unit it belongs to.

    ``working_unit_ids`` are units that work on it (data providers, addressed body, responsible
    organ), ``verifying_unit_ids`` those whose people verify its figures;
    ``assigned`` holds (role, person id); ``member_ids`` the members of an assessed body.
    """

    organ_id: int | None = None
    unit_id: int | None = None
    class_code: str | None = None
    case_kind: CaseKind | None = None
    state: State | None = None
    subject_person_id: int | None = None
    member_ids: frozenset[int] = frozenset()
    working_unit_ids: frozenset[int] = frozenset()
    verifying_unit_ids: frozenset[int] = frozenset()
    assigned: frozenset[tuple[Role, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """What the actor is to the subject, and who took the earlier steps on this resource."""

    relations: frozenset[Relation] = frozenset()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """The answer with its reason; ``duties`` are what an allowed actor still owes."""

    allow: bool
    reason: Sentence | None = None
    duties: frozenset[Duty] = frozenset()
    permission: Permission | None = None
    automatic: bool = field(default=False)

    def __bool__(self) -> bool:
        return self.allow


@lru_cache(maxsize=4096)
def scopes(actor: Actor, permission: Permission) -> tuple[Scope, ...]:
    """How far the actor's grants carry the permission. The system and administrators: nowhere.

    The SQL twin is: OR over the scopes, AND NOT any of ``forbidden_relations(permission)``.
    """
    if actor.is_system or actor.admin is not None:
        return ()
    return tuple(
        dict.fromkeys(scope for rule in TABLE.get(permission, ()) for scope in _reach(actor, rule))
    )


def _reach(actor: Actor, rule: Rule) -> Iterator[Scope]:
    narrow = {"case_kind": rule.case_kind, "after_notice": rule.after_notice}
    if rule.scope is ScopeKind.SELF:
        if actor.person_id is not None:
            yield _scope(ScopeKind.SELF, narrow, person_id=actor.person_id)
    elif rule.scope is ScopeKind.ASSIGNED:
        if actor.person_id is not None:
            yield _scope(ScopeKind.ASSIGNED, narrow, person_id=actor.person_id, role=rule.role)
    else:
        yield from _granted(actor, rule, narrow)


def _granted(actor: Actor, rule: Rule, narrow: dict[str, Any]) -> Iterator[Scope]:
    for grant in actor.grants:
        if grant.role is not rule.role:
            continue
        if rule.scope is ScopeKind.ORGAN and grant.organ_id is not None:
            yield _scope(
                ScopeKind.ORGAN,
                narrow,
                organ_id=grant.organ_id,
                unit_id=grant.unit_id,
                class_code=grant.class_code,
            )
        elif rule.scope is not ScopeKind.ORGAN and grant.unit_id is not None:
            own = {"role": rule.role} if rule.scope is ScopeKind.WORKING else {}
            yield _scope(
                rule.scope, narrow, unit_id=grant.unit_id, class_code=grant.class_code, **own
            )


def _scope(kind: ScopeKind, narrow: dict[str, Any], **fields: Any) -> Scope:
    return Scope(kind, **fields, **narrow)


def covers(scope: Scope, resource: Resource) -> bool:
    """True when the resource lies within the scope."""
    if scope.case_kind is not None and resource.case_kind is not scope.case_kind:
        return False
    if scope.after_notice and resource.state not in AFTER_NOTICE:
        return False
    if scope.class_code is not None and resource.class_code != scope.class_code:
        return False
    return _COVERS[scope.kind](scope, resource)


def _covers_organ(scope: Scope, resource: Resource) -> bool:
    if scope.unit_id is not None and resource.unit_id != scope.unit_id:
        return False
    return resource.organ_id == scope.organ_id


def _covers_working(scope: Scope, resource: Resource) -> bool:
    if scope.role is Role.DATA_VERIFIER:
        return scope.unit_id in resource.verifying_unit_ids
    return scope.unit_id in resource.working_unit_ids


_COVERS: dict[ScopeKind, Callable[[Scope, Resource], bool]] = {
    ScopeKind.ALL: lambda scope, resource: True,
    ScopeKind.ORGAN: _covers_organ,
    ScopeKind.UNIT: lambda scope, resource: resource.unit_id == scope.unit_id,
    ScopeKind.WORKING: _covers_working,
    ScopeKind.SELF: lambda scope, resource: resource.subject_person_id == scope.person_id,
    ScopeKind.ASSIGNED: lambda scope, resource: (scope.role, scope.person_id) in resource.assigned,
}


def holds_anywhere(actor: Actor, permission: Permission) -> bool:
    """True when some resource could be open to the actor: for menus and for routes of lists.

    Assignments and one's own case are found only on the resource, so those rows count as held by
    everybody with a person; the list behind the route is then simply empty.
    """
    if permission is Permission.SIGNED_IN:
        return not actor.is_system
    if actor.admin is not None:
        return permission in ADMIN_TABLE[actor.admin]
    return bool(scopes(actor, permission))


def permits(
    actor: Actor,
    what: AnyAction | Permission,
    resource: Resource = Resource(),
    context: Context = Context(),
) -> Permit:
    """May the actor use the permission, or take the move, on the resource in this context."""
    if isinstance(what, Permission):
        return _permits(actor, what, resource, context, SECOND_PERSON.get(what, frozenset()))
    move = _declaration(what)
    if actor.is_system:
        allowed = move.auto and move.direction is Direction.FORWARD
        reason = None if allowed else m("“%(move)s”须由人办理", move=what)
        return Permit(allowed, reason, permission=move.permission, automatic=allowed)
    barred = frozenset(step.value for step in move.not_by)
    barred |= SECOND_PERSON.get(move.permission, frozenset())
    permit = _permits(actor, move.permission, resource, context, barred)
    if not permit and move.on_behalf is not None:
        behalf = _permits(actor, move.on_behalf, resource, context, barred)
        if behalf:
            permit = Permit(True, None, frozenset({Duty.BASIS}), move.on_behalf)
    return _with_duties(permit, move)


def _with_duties(permit: Permit, move: Transition[Any]) -> Permit:
    if not permit or move.reason is not ReasonRule.REQUIRED:
        return permit
    return Permit(True, None, permit.duties | {Duty.REASON}, permit.permission)


def _declaration(action: AnyAction) -> Transition[Any]:
    return PROCESS.declared(action)


def _permits(
    actor: Actor,
    permission: Permission,
    resource: Resource,
    context: Context,
    barred_steps: frozenset[str],
) -> Permit:
    if permission is Permission.SIGNED_IN:
        return Permit(not actor.is_system, permission=permission)
    refusal = _administrator_refusal(actor, permission)
    if refusal is None:
        refusal = _forbid(actor, permission, resource, context, barred_steps)
    if refusal is None and not _granted_here(actor, permission, resource):
        refusal = m("没有“%(right)s”的权限", right=permission)
    return Permit(refusal is None, refusal, permission=permission)


def _administrator_refusal(actor: Actor, permission: Permission) -> Sentence | None:
    if actor.is_system:
        return m("系统任务只办理自动环节")
    if actor.admin is not None and permission not in ADMIN_TABLE[actor.admin]:
        return m("%(admin)s不办理这一事项", admin=actor.admin)
    return None


def _granted_here(actor: Actor, permission: Permission, resource: Resource) -> bool:
    if actor.admin is not None:
        return permission in ADMIN_TABLE[actor.admin]
    return any(covers(scope, resource) for scope in scopes(actor, permission))


_REASONS: dict[Relation, Sentence] = {
    Relation.SELF: m("不得办理本人的考核事项"),
    Relation.MEMBER: m("不得办理本人所在班子的考核事项"),
    Relation.OWN_UNIT: m("不得办理本人所在单位的实绩数据"),
    Relation.KIN: m("与考核对象有近亲属关系,应当回避"),
    Relation.SUBORDINATE: m("不得对上级作出评语、核实或审定"),
    Relation.MUTUAL: m("同一年度内不得互相作出评语、核实或审定"),
}


def relations_of(actor: Actor, resource: Resource, context: Context) -> frozenset[Relation]:
    """The declared relations together with what the ids themselves say."""
    found = set(context.relations)
    if actor.person_id is not None:
        if actor.person_id == resource.subject_person_id:
            found.add(Relation.SELF)
        if actor.person_id in resource.member_ids:
            found.add(Relation.MEMBER)
    return frozenset(found)


def _forbid(
    actor: Actor,
    permission: Permission,
    resource: Resource,
    context: Context,
    barred_steps: frozenset[str],
) -> Sentence | None:
    """The absolute forbids, strongest first; no grant lifts one."""
    closed = relations_of(actor, resource, context) & forbidden_relations(permission)
    if closed:
        return next(reason for relation, reason in _REASONS.items() if relation in closed)
    if permission in OWN_ACTS or actor.person_id is None:
        return None
    return _four_eyes(actor.person_id, barred_steps, context.steps)


def _four_eyes(
    person_id: int, barred_steps: frozenset[str], steps: tuple[Step, ...]
) -> Sentence | None:
    for step in steps:
        if step.person_id == person_id and step.action in barred_steps:
            return m("本人办理过“%(step)s”,须由另一人办理", step=_step_word(step.action))
    return None


_CREATED: dict[str, str | Sentence] = {
    "enter_value": m("填报数据"),
    "propose_grant": m("提出授权"),
}


def _step_word(action: str) -> Word | Sentence | str:
    for words in (Action, ThingAction):
        if action in words._value2member_map_:
            return words(action)
    return _CREATED.get(action, action)
