"""Analyses as jobs: what each keeps, whom it tells, and that it touches nothing real."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.analysis import switch_intervals
from cases.errors import Refused
from cases.files.store import FileStore
from cases.jobs import analysis
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import IndicatorValue, Outbox, RoleGrant, SchemeVersion
from cases.queries.accounts import actor_of
from cases.queries.analysis import newest_run
from cases.queries.jobs import JobStatus, job
from cases.store import Store
from config import Settings
from tests.analysis_year import found_year, found_year_before, revalue, with_paths
from tests.web_client import make_account, make_grant
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import AnalysisKind, Role


def tools_of(store: Store, folder: Path) -> Tools:
    return Tools(store, FileStore(folder), Settings(mode="test", var=folder), now=lambda: AT)


def officer(conn: sa.Connection, world: World) -> Actor:
    """The clerk with an account, a grant, and so the right on the day the job runs."""
    account = make_account(conn, "clerk", person_id=world.people["clerk"], admin=None, at=AT)
    make_grant(conn, account, Role.OFFICE, organ=world.units["organ"], at=AT)
    return actor_of(conn, account)


def result(
    store: Store,
    tools: Tools,
    world: World,
    actor: Actor,
    kind: AnalysisKind,
    name: str = "",
    **parameters: Any,
) -> dict[str, Any]:
    with store.transaction() as conn:
        number = analysis.ask(
            conn, world.cycle_id, kind, name=name, parameters=parameters, actor=actor, at=AT
        )
    run_one(tools)
    with store.reading() as conn:
        done = job(conn, number)
        assert (done.status, done.errors) == (JobStatus.DONE, ())
        found = newest_run(conn, world.cycle_id, kind)
        assert found is not None
        assert analysis.run_of_job(conn, number) == found.id
        assert (found.name, dict(found.parameters)) == (name, parameters)
        return dict(found.result)


def test_intervals_are_seeded_and_only_where_switched_on(store: Store, tmp_path: Path) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        with pytest.raises(Refused) as refused:
            analysis.ask(conn, world.cycle_id, AnalysisKind.INTERVAL, actor=actor, at=AT)
        assert [str(s) for s in refused.value.reasons] == ["名次区间没有启用"]
        switch_intervals(conn, world.cycle_id, True, actor=actor, at=AT)
    first = result(store, tools, world, actor, AnalysisKind.INTERVAL, seed=3)
    assert first == result(store, tools, world, actor, AnalysisKind.INTERVAL, seed=3)
    assert len(first["units"]) == 4
    assert all(low <= rank <= high for rank, low, high in first["units"].values())


def test_intervals_switched_off_before_the_job_ran_are_not_computed(
    store: Store, tmp_path: Path
) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        switch_intervals(conn, world.cycle_id, True, actor=actor, at=AT)
        analysis.ask(conn, world.cycle_id, AnalysisKind.INTERVAL, actor=actor, at=AT)
        switch_intervals(conn, world.cycle_id, False, actor=actor, at=AT)
    run_one(tools)
    with store.reading() as conn:
        assert newest_run(conn, world.cycle_id, AnalysisKind.INTERVAL) is None


def test_methods_are_compared_one_by_one(store: Store, tmp_path: Path) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
    found = result(store, tools, world, actor, AnalysisKind.METHODS)["variants"]
    assert [row["code"] for row in found][:3] == ["minmax", "zscore", "percentile"]
    assert {row["summary"]["compared"] for row in found} == {4}


def test_what_if_keeps_its_name_and_touches_nothing(store: Store, tmp_path: Path) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        before = _data(conn)
    county = str(world.units["青川县"])
    found = result(
        store, tools, world, actor, AnalysisKind.WHAT_IF, "青川提升",
        weights=[["county.hill", "rd", "30"]], figures=[[county, "hightech", "60"]],
    )  # fmt: skip
    assert found["weights"] == [["county.hill", "rd", "20", "30"]]
    assert found["figures"] == [[county, "hightech", "12", "60"]]
    moved = {row["unit"]: float(row["after"]) - float(row["before"]) for row in found["moves"]}
    assert moved[county] > 0
    assert len(moved) == 4
    assert set(found["why"]) == {unit for unit, points in moved.items() if points}
    for unit, why in found["why"].items():
        parts = sum(float(p["by_points"]) + float(p["by_weight"]) for p in why["parts"])
        assert parts + float(why["rest"]) == pytest.approx(moved[unit], abs=0.05)
    with store.reading() as conn:
        assert _data(conn) == before


def _data(conn: sa.Connection) -> list[Any]:
    values = conn.execute(sa.select(IndicatorValue).order_by(IndicatorValue.id)).all()
    return [*values, *conn.execute(sa.select(SchemeVersion.id, SchemeVersion.content)).all()]


def test_rehearsal_splits_each_difference(store: Store, tmp_path: Path) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        earlier = found_year_before(conn, world)
    found = result(store, tools, world, actor, AnalysisKind.REHEARSAL, **{"from": earlier})
    for row in found["moves"]:
        why = found["why"][row["unit"]]
        parts = sum(float(p["by_points"]) + float(p["by_weight"]) for p in why["parts"])
        whole = float(row["after"]) - float(row["before"])
        assert parts + float(why["items"]) + float(why["rest"]) == pytest.approx(whole, abs=0.05)
        assert all(float(p["by_points"]) == 0 for p in why["parts"])


def test_watch_lists_what_is_behind_and_tells_unit_and_provider(
    store: Store, tmp_path: Path
) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        found_year_before(conn, world)
        with_paths(conn)
        revalue(conn, world, "白水县", "rd", "0.3")
    found = result(store, tools, world, actor, AnalysisKind.WATCH, month=6)
    # pm25 runs from last year's figure to 35; rd to half of 2.0 by June
    names = {str(world.units[name]): name for name in ("沙溪县", "青川县", "云岭县", "白水县")}
    assert [(names[b["unit"]], b["indicator"], b["due"], b["short"]) for b in found["behind"]] == [
        ("云岭县", "pm25", "35.5", "0.5"),
        ("白水县", "rd", "1", "0.7"),
        ("青川县", "pm25", "43.5", "4.5"),
    ]
    with store.reading() as conn:
        topics = conn.execute(sa.select(Outbox.topic)).scalars().all()
        assert topics.count("path_behind") == 3


def test_analysis_asked_by_somebody_who_lost_the_right_keeps_nothing(
    store: Store, tmp_path: Path
) -> None:
    tools = tools_of(store, tmp_path)
    with store.transaction() as conn:
        world = found_year(conn)
        actor = officer(conn, world)
        number = analysis.ask(conn, world.cycle_id, AnalysisKind.METHODS, actor=actor, at=AT)
        conn.execute(sa.update(RoleGrant).values(revoked_at=AT))
    run_one(tools)
    with store.reading() as conn:
        assert job(conn, number).status is JobStatus.FAILED
        assert newest_run(conn, world.cycle_id, AnalysisKind.METHODS) is None
