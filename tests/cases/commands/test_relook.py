"""A late value lists the cases whose suggestion would differ; it never moves a grade."""

from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import relook
from cases.commands.opening import open_cases
from cases.commands.synthesis import compute
from cases.errors import Invalid, Refused
from cases.models import Case, ProvisionalPass, Relook
from cases.queries.relook import relooks
from cases.store import Store
from tests.unit_results import give_results
from tests.world import AT, World, found_world
from workflow.vocabulary import Role, Stage, State


def computed(conn: sa.Connection, score: str | None = "70") -> tuple[World, list[Any]]:
    """The department's cases, suggested on a result of ``score``."""
    world = found_world(conn)
    office = world.actor(Role.OFFICE)
    open_cases(conn, world.cycle_id, actor=office, at=AT)
    conn.execute(sa.update(Case).values(state=State.EVALUATING))
    if score is not None:
        result(conn, world, score)
    cases = conn.execute(
        sa.select(Case).where(Case.unit_id == world.units["environment"]).order_by(Case.id)
    ).all()
    compute(conn, world.cycle_id, [c.id for c in cases], actor=office, at=AT)
    return world, list(cases)


def result(conn: sa.Connection, world: World, score: str) -> None:
    told = (world.units["environment"], score, "目标责任考核", "云考〔2026〕1号")
    give_results(conn, world, told)


def grades(conn: sa.Connection) -> list[Any]:
    columns = (Case.suggested_grade, Case.proposed_grade, Case.decided_grade)
    return [tuple(r) for r in conn.execute(sa.select(*columns).order_by(Case.id))]


def test_only_differing_cases_are_listed_and_no_grade_moves(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = computed(conn)
        before = grades(conn)
        result(conn, world, "70.0")
        assert conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one() == 0
        result(conn, world, "99")
        listed = conn.execute(sa.select(Relook.case_id).order_by(Relook.case_id)).scalars().all()
        assert grades(conn) == before
        office = world.actor(Role.OFFICE)
        seen = relooks(conn, office)
    assert set(listed) <= {c.id for c in cases}
    assert len(listed) == len(seen) > 0
    assert all(row.before != row.after for row in seen)
    told = [str(one) for one in seen[0].reason]
    assert told == [
        "单位结果导入或更正",
        f"{seen[0].unit}的绩效（目标责任）结果为 99，云考〔2026〕1号",
    ]


def test_second_value_keeps_one_open_row(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = computed(conn)
        result(conn, world, "99")
        first = conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one()
        result(conn, world, "98")
        again = conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar_one()
        told = [str(one) for one in relooks(conn, world.actor(Role.OFFICE))[0].reason]
    assert first == again
    assert [one.split("结果为 ")[1] for one in told[1:]] == [
        "99，云考〔2026〕1号",
        "98，云考〔2026〕1号",
    ]


def test_provisional_pass_is_settled(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = computed(conn, None)
        conn.execute(
            sa.insert(ProvisionalPass).values(
                case_id=cases[0].id, stage=Stage.DATA_COLLECTION, document="云考〔2025〕9号",
                basis="上年结果", passed_at=AT,
            )
        )  # fmt: skip
        result(conn, world, "80")
        settled = conn.execute(sa.select(ProvisionalPass.settled_at)).scalar_one()
    assert settled == AT


def test_row_is_closed_once_with_words(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = computed(conn)
        result(conn, world, "99")
        office = world.actor(Role.OFFICE)
        row = relooks(conn, office)[0]
        with pytest.raises(Invalid):
            relook.close(conn, row.id, " ", actor=office, at=AT)
        with pytest.raises(Refused):
            relook.close(conn, row.id, "维持", actor=world.actor(Role.ARCHIVIST), at=AT)
        relook.close(conn, row.id, "维持原建议", actor=office, at=AT)
        with pytest.raises(Refused):
            relook.close(conn, row.id, "维持原建议", actor=office, at=AT)
        closed = relooks(conn, office, closed=True)
    assert [(r.id, r.conclusion) for r in closed] == [(row.id, "维持原建议")]
