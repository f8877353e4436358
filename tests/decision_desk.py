"""A world that stands at synthesis, and clients for the desks that take it to notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.opening import open_cases
from cases.commands.pools import make_pools
from cases.commands.synthesis import compute, write_comment, write_synthesis
from cases.models import Case, Decision, Person, Pool, Statement, Unit, UnitResult
from cases.store import Store
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Grade, Outcome, Role, SignState, State, conclusion_code


def at_synthesis(conn: sa.Connection) -> tuple[World, dict[str, Any]]:
    """Everybody stands at synthesising with a unit result; returns the cases by name."""
    world = found_world(conn)
    office = world.actor(Role.OFFICE)
    open_cases(conn, world.cycle_id, actor=office, at=AT)
    make_pools(conn, world.cycle_id, actor=office, at=AT)
    conn.execute(sa.update(Case).values(state=State.SYNTHESISING))
    for unit, score in (("environment", "92.5"), ("county", "88.2")):
        conn.execute(
            sa.insert(UnitResult).values(
                cycle_id=world.cycle_id, unit_id=world.units[unit], kind="performance",
                score=score, document="云绩〔2026〕3号", source="市考评办", entered_at=AT,
            )
        )  # fmt: skip
    return world, cases_of(conn)


def cases_of(conn: sa.Connection) -> dict[str, Any]:
    """Case rows by subject name."""
    return {row.subject_name: row for row in conn.execute(sa.select(Case))}


def case_row(store: Store, case_id: int) -> Any:
    """One case as it stands now."""
    with store.reading() as conn:
        return conn.execute(sa.select(Case).where(Case.id == case_id)).one()


def written(conn: sa.Connection, world: World, cases: dict[str, Any], at: Any = AT) -> None:
    """Suggestions computed, syntheses and comments written."""
    drafter = world.actor(Role.DRAFTING_DIVISION)
    compute(conn, world.cycle_id, [c.id for c in cases.values()], actor=drafter, at=at)
    for row in cases.values():
        write_synthesis(
            conn, row, performance="实绩突出,群众认可。", shortcomings="统筹不够。",
            grade_opinion=None, actor=drafter, at=at,
        )  # fmt: skip
        if row.commenter_id:
            leader = world.actor(person="lead")
            write_comment(conn, row, text="表现好", grade=None, actor=leader, at=at)


@dataclass
class Desk:
    """The site with people to sign in as."""

    site: Site
    store: Store
    world: World
    cases: dict[str, Any]

    @property
    def organ(self) -> int:
        return self.world.units["organ"]

    def client(self, *roles: Role, person: str | None = None, unit: str | None = None) -> Client:
        """A person of the world with roles at the organ, or at a unit; None makes a new person."""
        person_id = self.world.people[person] if person else None
        if unit is not None:
            return self.site.sign_in_as(*roles, unit=self.world.units[unit], person_id=person_id)
        return self.site.sign_in_as(*roles, organ=self.organ, person_id=person_id)

    def pool_of(self, name: str) -> int:
        return int(self.cases[name].pool_id)


def open_desk(store: Store, tmp_path: Path, *, texts: bool = True) -> Desk:
    """The site at synthesis; with ``texts`` syntheses, comments and suggestions are there."""
    site = open_site(store, tmp_path)
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        if texts:
            written(conn, world, cases)
        cases = cases_of(conn)
    return Desk(site, store, world, cases)


NAMES = ("陆承安", "顾明川", "闻亦舟", "祁若岚", "应怀谨", "乔牧之", "汪澹如", "卞守拙", "葛云舒")


def crowd(store: Store, desk: Desk) -> None:
    """Nine more chiefs in the pool of 沈知远, with results close together."""
    with store.transaction() as conn:
        like = conn.execute(sa.select(Case).where(Case.subject_name == "沈知远")).one()._asdict()
        for number, name in enumerate(NAMES, 1):
            values = {"code": f"X{number}", "name": f"市直部门{number}", "name_key": name}
            unit = conn.execute(
                sa.insert(Unit)
                .values(**values, class_code="dept.economy", has_body=True, sort_no=100 + number)
                .returning(Unit.id)
            ).scalar_one()
            person = conn.execute(
                sa.insert(Person)
                .values(name=name, name_key=name, order_key=str(500 + number))
                .returning(Person.id)
            ).scalar_one()
            row = like | {
                "ref": f"2025-X-{number:04}", "person_id": person, "unit_id": unit,
                "subject_name": name, "unit_name": f"市直部门{number}", "commenter_id": None,
                "subject_post": "党组书记、局长", "sort_key": f"{like['sort_key']}{number}",
            }  # fmt: skip
            row.pop("id")
            conn.execute(sa.insert(Case).values(**row))
            conn.execute(
                sa.insert(UnitResult).values(
                    cycle_id=desk.world.cycle_id, unit_id=unit, kind="performance",
                    score=str(93 - number * 0.6), document="云绩〔2026〕3号", source="市考评办",
                    entered_at=AT,
                )
            )  # fmt: skip
        made = cases_of(conn)
        written(conn, desk.world, {n: made[n] for n in NAMES})
        conn.execute(sa.update(Pool).where(Pool.id == like["pool_id"]).values(seats=3))
        desk.cases = cases_of(conn)


def tell(conn: sa.Connection, case_id: int, grade: Grade | None, at: Any = AT) -> None:
    """Decided and told, put there in SQL; without a grade the outcome is 不确定等次."""
    outcome = Outcome.GRADED if grade else Outcome.UNGRADED
    code = conclusion_code(grade).value if grade else "5B"
    conn.execute(
        sa.update(Case)
        .where(Case.id == case_id)
        .values(state=State.NOTIFIED, decided_grade=grade, outcome=outcome, conclusion=code)
    )
    conn.execute(
        sa.insert(Decision).values(
            case_id=case_id, outcome=outcome, grade=grade, conclusion=code, organ="云州市委",
            document="云委〔2026〕18号", decided_on=date_of(at), basis="synthesis",
            recorded_at=at, released_at=at, notified_on=date_of(at),
        )
    )  # fmt: skip
    conn.execute(
        sa.insert(Statement).values(
            case_id=case_id, sign_state=SignState.NONE, due_on=date_of(at) + timedelta(days=7),
            recorded_at=at,
        )
    )  # fmt: skip
