"""What the acting person is to the subjects of cases, computed at the moment of the act.

A kinship declared today closes yesterday's assignment; nothing is stored on the case. One query
a person, none for the system's jobs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import Account, Assignment, Case, JournalEntry, Person, Post, RoleGrant
from cases.models import Relation as RelationRow
from cases.models.plain import Plain
from cases.queries.kept import kept
from workflow.permissions import Actor
from workflow.vocabulary import Action, Permission, PostRank, Relation, Role

JUDGING = (
    Action.ACCEPT,
    Action.PROPOSE,
    Action.DECIDE,
    Action.RETURN_ON_CONTENT,
    Action.REGRADE,
)
"""Acts that two people may not do on each other in one cycle (K8)."""

JUDGING_NOTES = ("write_comment",)
"""The same by the journal's name, where the act is no move of the case."""

SPEAKS = (Role.UNIT_CONTACT, Role.UNIT_HEAD)
"""Who confirms a unit's figures for it belongs to it, whatever his post."""

Found = dict[int, frozenset[Relation]]
_IS_KIN = RelationRow.kind == Relation.KIN.value
RANKS = {PostRank.CHIEF: 0, PostRank.DEPUTY: 1, PostRank.OTHER: 2}


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties one person to others, as of now; page and list read the same record."""

    person_id: int
    kin: frozenset[int]
    posts: Mapping[int, int]
    acted: Mapping[int, frozenset[int]]
    homes: frozenset[int] = frozenset()
    """Units the person is on the roster of or speaks for, besides those of the posts."""

    @property
    def units(self) -> frozenset[int]:
        """Every unit the person belongs to."""
        return self.homes | frozenset(self.posts)

    @property
    def key(self) -> Hashable:
        """Equal for equal ties: what is built from them may be kept under it."""
        posts, acted = frozenset(self.posts.items()), frozenset(self.acted.items())
        return (self.person_id, self.kin, posts, acted, self.homes)


_JUDGING: list[sa.ColumnClause[str]] = [
    sa.literal_column(f"'{name}'") for name in (*(a.value for a in JUDGING), *JUDGING_NOTES)
]
_ME = sa.bindparam("me", type_=sa.BigInteger)
_POSTS = (
    sa.select(Post.unit_id)
    .join(Assignment, Assignment.post_id == Post.id)
    .where(Assignment.person_id == _ME)
)
_ROSTER = sa.select(Person.unit_id).where(Person.id == _ME, Person.unit_id.is_not(None))
_SPOKEN = (
    sa.select(RoleGrant.unit_id)
    .join(Account, Account.id == RoleGrant.account_id)
    .where(
        Account.person_id == _ME,
        RoleGrant.role.in_([sa.literal_column(f"'{role.value}'") for role in SPEAKS]),
        RoleGrant.unit_id.is_not(None),
        RoleGrant.approved_at.is_not(None),
        RoleGrant.revoked_at.is_(None),
    )
)
_TIES = Plain(
    sa.union_all(
        sa.select(
            sa.literal_column("'kin'").label("what"),
            RelationRow.person_id.label("a"),
            RelationRow.other_id.label("b"),
            sa.literal_column("''").label("rank"),
        ).where((RelationRow.person_id == _ME) | (RelationRow.other_id == _ME), _IS_KIN),
        _POSTS.with_only_columns(
            sa.literal_column("'post'"), Post.unit_id, Post.unit_id, Post.rank
        ),
        _ROSTER.with_only_columns(
            sa.literal_column("'home'"), Person.unit_id, Person.unit_id, sa.literal_column("''")
        ),
        _SPOKEN.with_only_columns(
            sa.literal_column("'home'"),
            RoleGrant.unit_id,
            RoleGrant.unit_id,
            sa.literal_column("''"),
        ),
        sa.select(
            sa.literal_column("'acted'"),
            Case.cycle_id,
            JournalEntry.actor_person_id,
            sa.literal_column("''"),
        )
        .join(JournalEntry, JournalEntry.case_id == Case.id)
        .where(
            Case.person_id == _ME,
            JournalEntry.action.in_(_JUDGING),
            JournalEntry.actor_person_id.is_not(None),
        ),
    )
)


def ties_of(conn: sa.Connection, person_id: int) -> Ties:
    """Kin, own posts, and per cycle the people who judged this person's own case: one query."""
    return kept(conn, ("ties", person_id), lambda: _ties(conn, person_id))


def _ties(conn: sa.Connection, person_id: int) -> Ties:
    kin: set[int] = set()
    homes: set[int] = set()
    posts: dict[int, int] = {}
    acted: dict[int, set[int]] = defaultdict(set)
    for what, a, b, rank in _TIES.run(conn, me=person_id):
        if what == "kin":
            kin.add(a if b == person_id else b)
        elif what == "post":
            number = RANKS[PostRank(rank)]
            posts[a] = min(number, posts.get(a, number))
        elif what == "home":
            homes.add(a)
        else:
            acted[a].add(b)
    judged = {cycle: frozenset(people) for cycle, people in acted.items()}
    return Ties(person_id, frozenset(kin), posts, judged, frozenset(homes))


def relations_to(conn: sa.Connection, person_id: int | None, case_ids: Collection[int]) -> Found:
    """Case id -> relations of the person to its subject; cases without any are left out."""
    if person_id is None or not case_ids:
        return {}
    ties = ties_of(conn, person_id)
    cases = conn.execute(
        sa.select(
            Case.id, Case.cycle_id, Case.person_id, Case.body_unit_id, Case.unit_id, Case.post_rank
        ).where(Case.id.in_(case_ids))
    )
    found = {case.id: relations_of_row(ties, case) for case in cases}
    return {case_id: relations for case_id, relations in found.items() if relations}


def relations_to_figures(
    conn: sa.Connection,
    actor: Actor,
    unit_id: int,
    permission: Permission,
    providers: Collection[int | None] = (),
) -> frozenset[Relation]:
    """What the actor is to a unit whose figures are handled: nobody handles his own unit's.

    Where a unit is itself among the ``providers``, its people enter what it provides; another
    verifies and freezes it.
    """
    return figures_of_own(own_figures(conn, actor), unit_id, permission, providers)


def figures_of_own(
    own: frozenset[int],
    unit_id: int,
    permission: Permission,
    providers: Collection[int | None] = (),
) -> frozenset[Relation]:
    """``relations_to_figures`` where one's own units are known."""
    if permission is Permission.DATA_ENTER and unit_id in providers:
        return frozenset[Relation]()
    return frozenset({Relation.OWN_UNIT}) if unit_id in own else frozenset[Relation]()


def own_figures(conn: sa.Connection, actor: Actor) -> frozenset[int]:
    """The units whose figures are closed to the actor: the set behind ``relations_to_figures``."""
    if actor.person_id is None:
        return frozenset()
    speaks = {g.unit_id for g in actor.grants if g.role in SPEAKS and g.unit_id is not None}
    return ties_of(conn, actor.person_id).units | speaks


def people_of(conn: sa.Connection, units: Collection[int]) -> dict[int, set[int]]:
    """Unit -> everybody whose own unit it is: ``own_figures`` of many people at once."""
    posts = sa.select(Post.unit_id, Assignment.person_id).join(
        Assignment, Assignment.post_id == Post.id
    )
    spoken = sa.select(RoleGrant.unit_id, Account.person_id).join(
        Account, Account.id == RoleGrant.account_id
    )
    ties: Any = sa.union_all(
        posts.where(Post.unit_id.in_(units)),
        sa.select(Person.unit_id, Person.id).where(Person.unit_id.in_(units)),
        spoken.where(
            RoleGrant.role.in_(SPEAKS),
            RoleGrant.unit_id.in_(units),
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        ),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for unit, person in conn.execute(ties):
        found[unit].add(person)
    return found


def foreign_to(actor: Actor, unit: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """``own_figures`` as a condition: the unit is none of the actor's own. Asks nothing itself."""
    spoken = sorted({g.unit_id for g in actor.grants if g.role in SPEAKS and g.unit_id is not None})
    own: Any = sa.union_all(_POSTS, _ROSTER, _SPOKEN).params(me=actor.person_id)
    return sa.and_(unit.not_in(own), unit.not_in(spoken))


def assessed_in(conn: sa.Connection, person_id: int | None, pool_id: int) -> bool:
    """Whether the person is assessed in the pool himself."""
    if person_id is None:
        return False
    own = sa.select(Case.id).where(Case.pool_id == pool_id, Case.person_id == person_id).limit(1)
    return conn.execute(own).first() is not None


def relations_of_row(ties: Ties, case: Any) -> frozenset[Relation]:
    """The relations of a person to the subject of one row of ``cases``."""
    mine = ties.posts.get(case.unit_id)
    if case.body_unit_id is not None:
        member = mine is not None and mine < RANKS[PostRank.OTHER]
        return frozenset({Relation.MEMBER}) if member else frozenset()
    if case.person_id == ties.person_id:
        return frozenset({Relation.SELF})
    found: set[Relation] = set()
    if case.person_id in ties.kin:
        found.add(Relation.KIN)
    if case.person_id in ties.acted.get(case.cycle_id, frozenset()):
        found.add(Relation.MUTUAL)
    theirs = RANKS[PostRank(case.post_rank)] if case.post_rank else None
    if mine is not None and theirs is not None and mine != theirs:
        found.add(Relation.SUBORDINATE if mine > theirs else Relation.SUPERIOR)
    return frozenset(found)
