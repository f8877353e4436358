"""The worker: results row by row, a killed worker's job goes on, a stopped one puts it down."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.jobs import MOST_STARTS, RowResult
from cases.commands.opening import open_cases
from cases.errors import Busy, Refused, Unwritable
from cases.files.store import FileStore
from cases.jobs import bulk_move, open_cycle
from cases.jobs.tools import Tools
from cases.jobs.work import Work
from cases.jobs.worker import run_one
from cases.journal import verify
from cases.models import Account, Case, Person
from cases.queries.jobs import JobStatus, RowOutcome, job, outcome_counts, rows_of
from cases.store import Store
from config import Settings
from tests import forked
from tests.staff import account
from tests.world import AT, found_world
from workflow.permissions import SYSTEM, Actor
from workflow.vocabulary import Action, Role
from workflow.words import m


def tools(store: Store, path: Path, at: datetime = AT) -> Tools:
    settings = Settings(mode="test", var=path)
    return Tools(store, FileStore(path / "files"), settings, now=lambda: at)


def count_up(work: Work, life: int = 1000) -> Mapping[str, Any]:
    """A resumable job: one person per row; after ``life`` rows it waits for its end."""
    done = work.done_numbers()
    for n in range(1, int(work.payload["rows"]) + 1):
        if n in done:
            continue
        if n > len(done) + life:
            time.sleep(60)
        with work.step() as conn:
            conn.execute(sa.insert(Person).values(name=f"第{n}", name_key=f"{n}"))
            work.report(conn, [RowResult(n, f"第{n}", RowOutcome.DONE)])
    return {"rows": int(work.payload["rows"])}


def refuse(work: Work) -> None:
    raise Refused([m("方案还没有锁定")])


def find_no_room(work: Work) -> None:
    raise Unwritable(m("数据库现在只能读,没有写入任何内容,请告知管理员"))


def fall(work: Work) -> None:
    raise ZeroDivisionError("张三的数据")


def asked(store: Store, kind: str, **payload: object) -> int:
    with store.transaction() as conn:
        return jobs.enqueue(conn, kind, kind, payload, actor=SYSTEM, at=AT)


def names(store: Store) -> list[str]:
    with store.reading() as conn:
        return list(conn.execute(sa.select(Person.name).order_by(Person.id)).scalars())


def test_job_runs_to_its_end(store: Store, tmp_path: Path) -> None:
    made = asked(store, "count", rows=3)
    assert run_one(tools(store, tmp_path), registry={"count": count_up})
    assert not run_one(tools(store, tmp_path), registry={"count": count_up})
    with store.reading() as conn:
        seen = job(conn, made)
        assert (seen.status, seen.done, seen.result["rows"]) == (JobStatus.DONE, 3, 3)
        assert [r.label for r in rows_of(conn, made)] == ["第1", "第2", "第3"]


def test_stopped_job_is_put_down_and_goes_on(store: Store, tmp_path: Path) -> None:
    made = asked(store, "count", rows=4)
    run_one(
        tools(store, tmp_path), registry={"count": count_up}, stop=lambda: len(names(store)) >= 2
    )
    with store.reading() as conn:
        assert job(conn, made).status is JobStatus.QUEUED
    run_one(tools(store, tmp_path, AT + timedelta(seconds=1)), registry={"count": count_up})
    assert names(store) == ["第1", "第2", "第3", "第4"]


def test_job_that_finds_the_database_busy_is_taken_again(store: Store, tmp_path: Path) -> None:
    mine, tries = tools(store, tmp_path), []

    def wait(work: Work) -> None:
        tries.append(len(tries) + 1)
        if len(tries) != 3:  # busy twice, then four times
            raise Busy

    def run(kind: str) -> tuple[JobStatus, list[str]]:
        found = asked(store, kind)
        while run_one(mine, registry={kind: wait}):
            pass
        with store.reading() as conn:
            ended = job(conn, found)
        assert ended is not None
        return ended.status, [str(one) for one in ended.errors]

    told = "数据库正忙,没有写入任何内容,请过一会儿再试"
    assert run("lucky") == (JobStatus.DONE, [])
    assert run("unlucky") == (JobStatus.FAILED, [told])
    assert len(tries) == 3 + MOST_STARTS


def test_refusal_is_told_and_a_fault_only_by_its_type(store: Store, tmp_path: Path) -> None:
    told, full, hidden = (asked(store, kind) for kind in ("refuse", "full", "fall"))
    registry = {"refuse": refuse, "full": find_no_room, "fall": fall}
    run_one(tools(store, tmp_path), registry=registry)
    run_one(tools(store, tmp_path), registry=registry)
    run_one(tools(store, tmp_path), registry=registry)
    with store.reading() as conn:
        assert (job(conn, told).status, job(conn, told).errors) == (
            JobStatus.FAILED,
            (m("方案还没有锁定"),),
        )
        assert [str(one) for one in job(conn, full).errors] == [
            "数据库现在只能读,没有写入任何内容,请告知管理员"
        ]
        assert job(conn, hidden).errors == ("ZeroDivisionError",)


def keep_counting(url: str, hours: int) -> None:
    at = AT + timedelta(hours=hours)
    # A kill that comes late on a busy machine still comes in the middle of the work.
    some = functools.partial(count_up, life=120)
    run_one(tools(Store(url), Path("x"), at), registry={"count": some})


@pytest.mark.slow
def test_killed_worker_loses_and_repeats_no_row(store: Store, tmp_path: Path) -> None:
    rows = 400
    made = asked(store, "count", rows=rows)
    url = store.engine.url.render_as_string(hide_password=False)
    for start in range(3):
        worker = forked.start(keep_counting, url, start)
        before, limit = len(names(store)), time.monotonic() + 40
        while len(names(store)) < before + 20 and worker.is_alive() and time.monotonic() < limit:
            time.sleep(0.01)
        worker.kill()
        worker.join()
    assert 0 < len(names(store)) < rows
    run_one(tools(store, tmp_path, AT + timedelta(days=1)), registry={"count": count_up})
    assert sorted(names(store)) == sorted(f"第{n}" for n in range(1, rows + 1))
    with store.reading() as conn:
        assert job(conn, made).status is JobStatus.DONE
        assert outcome_counts(conn, made) == {RowOutcome.DONE: rows}


def test_bulk_move_gives_each_case_its_result(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_move, "CHUNK", 4)
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = account(conn, world, "clerk", Role.OFFICE)
        actor = Actor(clerk, world.people["clerk"], world.actor(Role.OFFICE).grants)
        open_cases(conn, world.cycle_id, actor=actor, at=AT)
        ids = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        versions = dict.fromkeys(ids, 1) | {ids[1]: 7}
        made = bulk_move.ask(
            conn, Action.OPEN_SELF_REPORT, [*ids, 999], actor=actor, at=AT, versions=versions
        )

    def begun() -> bool:
        with store.reading() as conn:
            return bool(rows_of(conn, made))

    assert run_one(tools(store, tmp_path), stop=begun)  # put down after the first rows
    assert run_one(tools(store, tmp_path))
    with store.reading() as conn:
        assert job(conn, made).result == {"done": len(ids) - 1, "skipped": 2, "starts": 1}
        seen = {r.number: (r.outcome, r.reasons) for r in rows_of(conn, made)}
        assert seen[1] == (RowOutcome.DONE, ())
        assert seen[2] == (
            RowOutcome.SKIPPED,
            (m("预览之后已有变动,现为“%(state)s”", state="待审核"),),
        )
        assert seen[len(ids) + 1] == (RowOutcome.SKIPPED, (m("考核卷已不存在"),))
        states = conn.execute(sa.select(Case.state).order_by(Case.id)).scalars()
        assert list(states) == ["drafting", "scoped"] + ["drafting"] * (len(ids) - 2)
        assert verify(conn).ok


def test_bulk_move_counts_only_rights_of_today(store: Store, tmp_path: Path) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = account(conn, world, "clerk")
        actor = Actor(clerk, world.people["clerk"], world.actor(Role.OFFICE).grants)
        open_cases(conn, world.cycle_id, actor=actor, at=AT)
        ids = list(conn.execute(sa.select(Case.id)).scalars())
        made = bulk_move.ask(conn, Action.OPEN_SELF_REPORT, ids, actor=actor, at=AT)
    run_one(tools(store, tmp_path))
    with store.reading() as conn:
        assert outcome_counts(conn, made) == {RowOutcome.REFUSED: len(ids)}
        assert set(conn.execute(sa.select(Case.state)).scalars()) == {"scoped"}


def test_open_cycle_twice_adds_nobody(store: Store, tmp_path: Path) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = account(conn, world, "clerk", Role.OFFICE)
        actor = Actor(clerk, world.people["clerk"], world.actor(Role.OFFICE).grants)
        jobs_made = [open_cycle.ask(conn, world.cycle_id, actor=actor, at=AT) for _ in range(2)]
    mine = tools(store, tmp_path)

    def begun() -> bool:
        with store.reading() as conn:
            return conn.execute(sa.select(Case.id).limit(1)).first() is not None

    assert run_one(mine, stop=begun)  # put down once the cases are there
    assert run_one(mine) and run_one(mine) and not run_one(mine)
    with store.reading() as conn:
        results = [job(conn, j).result for j in jobs_made]
        assert [(r["cadres"], r["bodies"]) for r in results] == [(4, 2), (0, 0)]
        assert conn.execute(sa.select(sa.func.count()).select_from(Case)).scalar_one() == 6
        assert conn.execute(sa.select(sa.func.count()).select_from(Account)).scalar_one() == 1
