"""What a list shows is what the answer permits: SQL and Python agree on random worlds (A9, A10)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.journal import Draft, append
from cases.models import Assignment, Case, CaseAssignment, Cycle, Person, Post, Relation, Unit
from cases.queries.relations import JUDGING, relations_to
from cases.queries.visibility import (
    assignments_of,
    context_of,
    load_case,
    resource_for,
    resource_of,
    visible,
)
from cases.store import Store
from workflow.permissions import Actor, Grant, permits
from workflow.vocabulary import (
    Action,
    ActorKind,
    CaseKind,
    CycleState,
    Permission,
    PostRank,
    Role,
    State,
    Track,
)
from workflow.vocabulary import Relation as Tie

AT = datetime(2025, 12, 10, 1, 0, tzinfo=UTC)
CLASSES = ("county.hill", "dept.economy", None)
JUDGED = (*JUDGING, Action.SUBMIT)
PEOPLE, UNITS, ORGANS, PERSONAS = 14, 5, 2, 12


@dataclass
class Place:
    """Ids of what a random world holds."""

    cycles: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)


def put(conn: sa.Connection, table: type, **values: object) -> int:
    return int(conn.execute(sa.insert(table).values(**values).returning(table.id)).scalar_one())


def random_world(conn: sa.Connection, rng: random.Random) -> Place:
    place = Place()
    for n in range(UNITS):
        values = {"code": f"R{n}", "name": f"单位{n}", "name_key": f"单位{n}", "sort_no": n}
        place.units.append(put(conn, Unit, has_body=True, class_code=CLASSES[n % 2], **values))
    for n in range(2):
        values = {
            "ref": f"R-{n}",
            "year": 2025 + n,
            "title": "年度",
            "timetable": {},
            "settings": {},
        }
        organ = place.units[0]
        place.cycles.append(
            put(conn, Cycle, managing_organ_id=organ, state=CycleState.FROZEN, **values)
        )
    for n in range(PEOPLE):
        place.people.append(put(conn, Person, name=f"人{n}", name_key=f"人{n}", order_key=n))
    number = 0
    for person in place.people:
        for _ in range(rng.randrange(3)):
            number += 1
            post = put(
                conn, Post, unit_id=rng.choice(place.units), title="职务", sort_no=number,
                rank=rng.choice(list(PostRank)), leading=True,
            )  # fmt: skip
            values = {"is_primary": False, "held_since": "2021-06"}
            put(conn, Assignment, person_id=person, post_id=post, **values)
    _ties(conn, rng, place)
    _cases(conn, rng, place)
    return place


def _ties(conn: sa.Connection, rng: random.Random, place: Place) -> None:
    pairs = {tuple(rng.sample(place.people, 2)) for _ in range(6)}
    for one, other in sorted(pairs):
        kind = rng.choice([Tie.KIN.value, Tie.KIN.value, Tie.MUTUAL.value])
        put(conn, Relation, person_id=one, other_id=other, kind=kind, declared_on=AT.date())


def _cases(conn: sa.Connection, rng: random.Random, place: Place) -> None:
    number = 0
    for cycle in place.cycles:
        bodies = [(None, u) for u in rng.sample(place.units, 3)]
        cadres = [(p, None) for p in rng.sample(place.people, 9)]
        for person, body in bodies + cadres:
            number += 1
            unit = body or rng.choice(place.units)
            made = put(
                conn, Case, ref=f"R-{number}", cycle_id=cycle, person_id=person, body_unit_id=body,
                kind=CaseKind.CADRE if person else CaseKind.BODY, track=Track.LEADING_CADRE,
                unit_id=unit, managing_organ_id=rng.choice(place.units[:ORGANS]),
                class_code=rng.choice(CLASSES), sort_key=str(number), subject_name="名",
                unit_name="单位", state=rng.choice(list(State)), entered_at=AT,
                post_rank=rng.choice([*PostRank, None]) if person else None,
                commenter_id=rng.choice([*place.people, None]),
            )  # fmt: skip
            place.cases.append(made)
            for role in rng.sample([Role.ASSESSMENT_GROUP, Role.SUPERVISING_LEADER], 1):
                put(
                    conn, CaseAssignment, case_id=made, role=role, assigned_at=AT,
                    person_id=rng.choice(place.people),
                )  # fmt: skip
            actor = rng.choice([*place.people, None])
            action = rng.choice(JUDGED).value
            append(conn, Draft("case", action, AT, made, made, person_id=actor))


def persona(rng: random.Random, place: Place) -> Actor:
    if rng.random() < 0.1:
        kind = rng.choice([k for k in ActorKind if k is not ActorKind.PERSON])
        return Actor(account_id=1, person_id=rng.choice([None, *place.people]), kind=kind)
    grants = tuple(
        Grant(
            rng.choice(list(Role)),
            organ_id=rng.choice([None, *place.units[:ORGANS]]),
            unit_id=rng.choice([None, *place.units]),
            class_code=rng.choice([None, None, *CLASSES]),
        )
        for _ in range(rng.randrange(5))
    )
    return Actor(account_id=1, person_id=rng.choice([*place.people, None]), grants=grants)


def compare(conn: sa.Connection, actor: Actor) -> int:
    """Every permission over every case, both ways; returns how many cells were open."""
    rows = conn.execute(sa.select(Case)).all()
    assigned = assignments_of(conn, actor.person_id, [r.id for r in rows])
    answers = {
        row.id: (resource_of(row, assigned.get(row.id, frozenset())), context_of(conn, actor, row))
        for row in rows
    }
    for row in rows[:3]:  # what pages of one case ask with
        assert resource_for(conn, actor, row) == answers[row.id][0]
    seen = 0
    for permission in Permission:
        if permission is Permission.SIGNED_IN:
            continue
        listed = set(
            conn.execute(sa.select(Case.id).where(visible(conn, actor, permission))).scalars()
        )
        if actor.is_system or actor.admin is not None:
            assert listed in (set(), {r.id for r in rows} if actor.is_system else set())
            continue
        permitted = {i for i, (r, c) in answers.items() if permits(actor, permission, r, c)}
        assert listed == permitted, (permission, actor, listed ^ permitted)
        seen += len(listed)
    return seen


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_list_equals_answer_on_random_worlds(store: Store, seed: int) -> None:
    rng = random.Random(seed)
    with store.reading() as conn:  # rolled back: each example has a world of its own
        place = random_world(conn, rng)
        for _ in range(PERSONAS):
            compare(conn, persona(rng, place))


@pytest.mark.parametrize("role", list(Role))
def test_no_role_reaches_the_other_organ(sqlite_store: Store, role: Role) -> None:
    with sqlite_store.reading() as conn:
        place = random_world(conn, random.Random(7))
        first, second = place.units[:2]
        stranger = put(conn, Person, name="外人", name_key="外人", order_key=0)
        actor = Actor(1, stranger, (Grant(role, organ_id=first),))
        for permission in Permission:
            where = visible(conn, actor, permission)
            organs = conn.execute(sa.select(Case.managing_organ_id).where(where)).scalars()
            assert second not in set(organs)


def test_kinship_declared_today_closes_the_assignment_of_yesterday(store: Store) -> None:
    with store.reading() as conn:
        place = random_world(conn, random.Random(11))
        row = conn.execute(sa.select(Case).where(Case.kind == CaseKind.CADRE)).first()
        leader = put(conn, Person, name="领导", name_key="领导", order_key=0)
        conn.execute(sa.update(Case).where(Case.id == row.id).values(commenter_id=leader))
        actor = Actor(1, leader)
        assert load_case(conn, actor, Permission.COMMENT_WRITE, row.ref).id == row.id
        pair = {"person_id": leader, "other_id": row.person_id}
        put(conn, Relation, kind=Tie.KIN.value, declared_on=AT.date(), **pair)
        listed = conn.execute(
            sa.select(Case.id).where(visible(conn, actor, Permission.COMMENT_WRITE))
        )
        assert row.id not in set(listed.scalars())
        assert place.cases


def test_two_who_comment_on_each_other_are_mutual(store: Store) -> None:
    with store.reading() as conn:
        random_world(conn, random.Random(3))
        cadres = sa.select(Case).where(Case.kind == CaseKind.CADRE).order_by(Case.cycle_id, Case.id)
        mine, theirs = conn.execute(cadres).all()[:2]
        before = relations_to(conn, mine.person_id, [theirs.id]).get(theirs.id, frozenset())
        draft = Draft("case", "write_comment", AT, mine.id, mine.id, person_id=theirs.person_id)
        append(conn, draft)
        after = relations_to(conn, mine.person_id, [theirs.id])[theirs.id]
    assert after == before | {Tie.MUTUAL}
