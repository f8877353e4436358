"""Static separation: which grants may lie on one account at all."""

from collections.abc import Sequence

from workflow.permissions.actor import Actor, Grant
from workflow.vocabulary import ActorKind, AdminKind, Role
from workflow.words import Sentence, m

UNIT_ROLES: frozenset[Role] = frozenset(
    {
        Role.UNIT_CONTACT,
        Role.UNIT_HEAD,
        Role.DATA_PROVIDER,
        Role.DATA_VERIFIER,
        Role.OPINION_RESPONDENT,
        Role.RESPONSIBLE_ORGAN,
    }
)
"""Roles held for a unit; all others are held for a managing organ or by assignment."""

ASSIGNED_ONLY: frozenset[Role] = frozenset(
    {Role.SUBJECT, Role.SUPERVISING_LEADER, Role.TELLER, Role.TALLY_SUPERVISOR}
)
"""Roles that come from the case or meeting and are never granted to an account."""

EXCLUSIVE: tuple[frozenset[Role], ...] = (
    frozenset({Role.REVIEWER, Role.DECISION_RECORDER}),
    frozenset({Role.REVIEWER, Role.DRAFTING_DIVISION}),
    frozenset({Role.DECISION_RECORDER, Role.DRAFTING_DIVISION}),
)
"""Pairs that may not lie on one account: they check one another."""


def grant_faults(grant: Grant) -> tuple[Sentence, ...]:
    """What is wrong with one grant in itself."""
    if grant.role in ASSIGNED_ONLY:
        return (m("“%(role)s”由考核卷或测评会指定,不作授权", role=grant.role),)
    if grant.role in UNIT_ROLES and (grant.unit_id is None or grant.organ_id is not None):
        return (m("“%(role)s”须按单位授权", role=grant.role),)
    anchored = grant.organ_id is not None or grant.unit_id is not None
    if grant.role is Role.ASSESSMENT_GROUP:
        return () if anchored else (m("“%(role)s”须按主管机关或单位授权", role=grant.role),)
    if grant.role not in UNIT_ROLES and grant.organ_id is None:
        return (m("“%(role)s”须按主管机关授权", role=grant.role),)
    return ()


def account_faults(kind: ActorKind, grants: Sequence[Grant]) -> tuple[Sentence, ...]:
    """What is wrong with the grants of one account taken together."""
    faults = [fault for grant in grants for fault in grant_faults(grant)]
    admin = Actor(kind=kind).admin
    if admin is not None and grants:
        faults.append(m("%(admin)s不能同时有业务权限", admin=admin))
    held = {grant.role for grant in grants}
    for pair in EXCLUSIVE:
        if pair <= held:
            first, second = sorted(pair)
            faults.append(m("“%(a)s”与“%(b)s”不能由同一人担任", a=first, b=second))
    return tuple(faults)


def person_faults(kinds: Sequence[ActorKind]) -> tuple[Sentence, ...]:
    """One person holds at most one administrator's account, and then no other account."""
    admins = {kind for kind in kinds if kind.value in set(AdminKind)}
    if len(admins) > 1:
        return (m("三类管理员须由不同的人担任"),)
    if admins and ActorKind.PERSON in kinds:
        return (m("管理员不能同时有业务账号"),)
    return ()
