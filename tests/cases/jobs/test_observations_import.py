"""A list of observations as a job: put down or killed between its steps it is done once and whole."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.files.store import FileStore
from cases.jobs import observations_import
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import FigureConflict, JobRow, Observation
from cases.queries.accounts import actor_of
from cases.queries.jobs import JobStatus, job
from cases.store import Store
from config import Settings
from tests.attacks.test_unvouched_observations import LIST
from tests.cases.commands.test_data_sheet import sheet, staff
from tests.web_client import make_account, make_grant
from tests.world import AT
from workflow.vocabulary import Role


@pytest.mark.parametrize("take", [True, False])
def test_list_put_down_at_any_step_is_told_and_taken_once(
    sqlite_store: Store, tmp_path: Path, take: bool
) -> None:
    files = FileStore(tmp_path)
    tools = Tools(sqlite_store, files, Settings(mode="test", var=tmp_path), now=lambda: AT)
    with sqlite_store.transaction() as conn:
        _, _, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        account = make_account(conn, "clerk", person_id=clerk.person_id, admin=None, at=AT)
        make_grant(conn, account, Role.DATA_PROVIDER, unit=units["科技局"], at=AT)
        actor = actor_of(conn, account)
        kept = files.put(conn, LIST.encode(), name="list.csv", at=AT)
        made = observations_import.ask(conn, kept.id, "list.csv", take=take, actor=actor, at=AT)

    def stops(at_step: int, asked: Iterator[int]) -> bool:
        return next(asked) == at_step

    for step in range(4):  # each time it gets one step further, and is put down there
        asked = count()
        run_one(tools, stop=lambda n=step, a=asked: stops(n, a))  # type: ignore[misc]
    with sqlite_store.reading() as conn:
        ended = job(conn, made)
        assert (ended.status, ended.errors) == (JobStatus.DONE, ())
        rows = [conn.scalar(sa.select(sa.func.count()).select_from(t))
                for t in (JobRow, Observation, FigureConflict)]  # fmt: skip
        assert rows == ([1, 3, 1] if take else [1, 0, 0])
