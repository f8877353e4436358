"""What the acting person is to the subjects of cases, computed at the moment of the act.

A kinship declared today closes yesterday's assignment; nothing is stored on the case (security
§iii). Three queries a set, none for the system's jobs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import Assignment, Case, JournalEntry, Post
from cases.models import Relation as RelationRow
from workflow.vocabulary import Action, PostRank, Relation

JUDGING = (
    Action.ACCEPT,
    Action.PROPOSE,
    Action.DECIDE,
    Action.RETURN_ON_CONTENT,
    Action.REGRADE,
)
"""Acts that two people may not do on each other in one cycle (security K8)."""

Found = dict[int, frozenset[Relation]]
RANKS = {PostRank.CHIEF: 0, PostRank.DEPUTY: 1, PostRank.OTHER: 2}


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties one person to others, as of now; page and list read the same record."""

    person_id: int
    kin: frozenset[int]
    posts: Mapping[int, int]
    acted: Mapping[int, frozenset[int]]


def ties_of(conn: sa.Connection, person_id: int) -> Ties:
    """Kin, own posts, and per cycle the people who judged this person's own case."""
    return Ties(
        person_id,
        frozenset(_kin(conn, person_id)),
        _posts(conn, person_id),
        {cycle: frozenset(people) for cycle, people in _acted_on(conn, person_id).items()},
    )


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


def _kin(conn: sa.Connection, person_id: int) -> set[int]:
    rows = conn.execute(
        sa.select(RelationRow.person_id, RelationRow.other_id).where(
            (RelationRow.person_id == person_id) | (RelationRow.other_id == person_id),
            RelationRow.kind == Relation.KIN,
        )
    )
    return {a if b == person_id else b for a, b in rows}


def _posts(conn: sa.Connection, person_id: int) -> dict[int, int]:
    """Unit -> the person's highest rank there (0 chief, 1 deputy, 2 other)."""
    rows = conn.execute(
        sa.select(Post.unit_id, Post.rank)
        .join(Assignment, Assignment.post_id == Post.id)
        .where(Assignment.person_id == person_id, Assignment.until.is_(None))
    )
    found: dict[int, int] = {}
    for unit_id, rank in rows:
        number = RANKS[PostRank(rank)]
        found[unit_id] = min(number, found.get(unit_id, number))
    return found


def _acted_on(conn: sa.Connection, person_id: int) -> dict[int, set[int]]:
    """Cycle -> people who did a judging act on this person's own case there."""
    rows = conn.execute(
        sa.select(Case.cycle_id, JournalEntry.actor_person_id)
        .join(JournalEntry, JournalEntry.case_id == Case.id)
        .where(
            Case.person_id == person_id,
            JournalEntry.action.in_([a.value for a in JUDGING]),
            JournalEntry.actor_person_id.is_not(None),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for cycle_id, actor in rows:
        if actor is not None:
            found[cycle_id].add(actor)
    return found
