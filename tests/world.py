"""A small world for tests: one organ, two units, a few people, a scheme, a cycle.

``found_world(conn)`` writes the roster's rows directly (tests of commands start here); everything
that happens afterwards goes through commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from cases.journal import Draft, append
from cases.journal.cycles import cycle_said
from cases.models import (
    Account,
    Assignment,
    CalendarDay,
    Cycle,
    Person,
    Post,
    RoleGrant,
    Scheme,
    SchemeVersion,
    Unit,
)
from cases.models.units import official_order
from cases.scoring.scheme import digest
from workflow.permissions import Actor, Grant
from workflow.vocabulary import CycleState, PostRank, Role

AT = datetime(2025, 12, 10, 1, 0, tzinfo=UTC)
SCHEME_FILE = Path(__file__).parent / "cases" / "scoring" / "scheme.yaml"


@dataclass
class World:
    """Ids by name: ``units['organ']``, ``people['chief']`` ..."""

    cycle_id: int = 0
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def actor(self, *roles: Role, person: str = "clerk", unit: str | None = None) -> Actor:
        """A person with roles at the organ (or, with ``unit``, at a unit)."""
        grants = tuple(
            Grant(
                role,
                organ_id=None if unit else self.units["organ"],
                unit_id=self.units[unit] if unit else None,
            )
            for role in roles
        )
        person_id = self.people[person]
        return Actor(account_id=1000 + person_id, person_id=person_id, grants=grants)

    def subject(self, person: str) -> Actor:
        """The person acting on nothing but the person's own case."""
        return Actor(account_id=1000 + self.people[person], person_id=self.people[person])


UNITS: tuple[tuple[str, str, str | None, bool], ...] = (
    ("organ", "云州市委组织部", None, False),
    ("environment", "云州市生态环境局", "dept.economy", True),
    ("county", "沙溪县", "county.hill", True),
)
PEOPLE: tuple[tuple[str, str, str, str, PostRank, bool], ...] = (
    ("clerk", "方若谷", "organ", "干部考核科科长", PostRank.OTHER, False),
    ("lead", "陆明晖", "organ", "副部长", PostRank.DEPUTY, False),
    ("recorder", "秦望舒", "organ", "办公室主任", PostRank.OTHER, False),
    ("chief", "沈知远", "environment", "党组书记、局长", PostRank.CHIEF, True),
    ("deputy", "欧阳明远", "environment", "党组成员、副局长", PostRank.DEPUTY, True),
    ("contact", "路明晞", "environment", "办公室主任", PostRank.OTHER, False),
    ("head", "买买提·吐尔逊", "county", "县委书记", PostRank.CHIEF, True),
    ("mayor", "张伟", "county", "县长", PostRank.DEPUTY, True),
)


def scheme_document() -> dict[str, Any]:
    """The sample scheme, fresh."""
    fresh: dict[str, Any] = json.loads(_scheme_text())
    return fresh


@cache
def _calendar() -> str:
    """Weekdays of three years are working days; one statement, for every world begins with it."""
    days = (date(2025, 1, 1) + timedelta(days=i) for i in range(900))
    rows = ", ".join(f"('{day}', {str(day.weekday() < 5).lower()}, false)" for day in days)
    return f"INSERT INTO {CalendarDay.__tablename__} (day, working, provisional) VALUES {rows}"


@cache
def _scheme_digest() -> str:
    return digest(scheme_document())


@cache
def _scheme_text() -> str:
    """The sample scheme as it is stored; reading its file takes longer than most tests."""
    return json.dumps(_plain(yaml.safe_load(SCHEME_FILE.read_text(encoding="utf-8"))))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def found_world(conn: sa.Connection, *, state: CycleState = CycleState.FROZEN) -> World:
    """Write the roster, a frozen scheme and a cycle over it."""
    world = World()
    for number, (key, name, class_code, has_body) in enumerate(UNITS, 1):
        world.units[key] = _row(
            conn,
            Unit,
            code=f"U{number}",
            name=name,
            name_key=name,
            class_code=class_code,
            has_body=has_body,
            sort_no=number * 10,
            managing_organ_id=None,
        )
    organ = world.units["organ"]
    conn.execute(
        sa.update(Unit).where(Unit.has_body).values(managing_organ_id=organ, parent_id=organ)
    )
    for number, person in enumerate(PEOPLE, 1):
        _person(conn, world, number, *person)
    world.cycle_id = _cycle(conn, organ, state)
    made = conn.execute(sa.select(Cycle).where(Cycle.id == world.cycle_id)).one()
    told = {"scheme_version": made.scheme_version_id, **cycle_said(made)}
    append(conn, Draft("cycle", "create_cycle", AT, made.id, state_to=state, payload=told))
    return world


def _person(
    conn: sa.Connection,
    world: World,
    number: int,
    key: str,
    name: str,
    unit: str,
    title: str,
    rank: PostRank,
    leading: bool,
) -> None:
    unit_id, sort_no = world.units[unit], number
    order = official_order(10 * list(world.units).index(unit), sort_no)
    world.people[key] = _row(
        conn,
        Person,
        name=name,
        name_key=name,
        gender="男",
        born="1975-03",
        unit_id=unit_id,
        order_key=order,
    )
    post = _row(
        conn, Post, unit_id=unit_id, title=title, sort_no=sort_no, rank=rank, leading=leading
    )
    _row(
        conn,
        Assignment,
        person_id=world.people[key],
        post_id=post,
        is_primary=True,
        managed_by_id=world.units["organ"] if leading else None,
        comment_by_id=world.people["lead"] if leading else None,
        held_since="2021-06",
    )


def _cycle(conn: sa.Connection, organ: int, state: CycleState) -> int:
    content = scheme_document()
    scheme = _row(conn, Scheme, code="sample", title="样例方案", managing_organ_id=organ)
    version = _row(
        conn,
        SchemeVersion,
        scheme_id=scheme,
        number=1,
        content=content,
        digest=_scheme_digest(),
        created_at=AT,
        frozen_at=AT,
    )
    conn.exec_driver_sql(_calendar())
    return _row(
        conn,
        Cycle,
        ref="2025-1",
        year=2025,
        title="2025 年度考核",
        managing_organ_id=organ,
        scheme_version_id=version,
        state=state,
        timetable=TIMETABLE,
        settings={},
    )


TIMETABLE = {
    "scoping": {"opens": "2025-12-01", "due": "2025-12-09"},
    "self_report": {"opens": "2025-12-10", "due": "2025-12-31"},
    "data_collection": {"opens": "2025-12-10", "due": "2026-01-20"},
    "public_evaluation": {"opens": "2026-01-05", "due": "2026-01-25"},
    "committee_review": {"opens": "2026-02-01", "due": "2026-03-20"},
    "result_application": {"opens": "2026-03-20", "due": "2026-06-30"},
    "archive": {"opens": "2026-03-20", "due": "2026-12-31"},
}


def staff_departments(conn: sa.Connection, units: Iterable[int]) -> None:
    """Somebody who enters figures and somebody else who verifies them, at each of the units."""
    people = conn.execute(sa.select(Person.id).order_by(Person.id).limit(2)).scalars().all()
    roles = (Role.DATA_PROVIDER, Role.DATA_VERIFIER)
    for person, role in zip(people, roles, strict=True):
        login = f"{role}-{person}"
        account = _row(
            conn, Account, login=login, display=login, person_id=person, created_at=AT
        )  # fmt: skip
        for unit in units:
            _row(
                conn, RoleGrant, account_id=account, role=role, unit_id=unit, requested_at=AT,
                approved_at=AT,
            )  # fmt: skip


def _row(conn: sa.Connection, table: Any, **values: Any) -> int:
    return int(conn.execute(sa.insert(table).values(**values).returning(table.id)).scalar_one())
