"""Suggestions as a job: progress row by row, taken up again where it was left."""

from pathlib import Path

import sqlalchemy as sa

from cases.files.store import FileStore
from cases.jobs import suggestions
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Case, JobRow, Synthesis
from cases.queries.jobs import JobStatus, RowOutcome, job, outcome_counts
from cases.store import Store
from config import Settings
from tests.decision_desk import at_synthesis
from tests.world import AT
from workflow.permissions import SYSTEM
from workflow.vocabulary import State


def test_pool_and_cycle_are_computed_with_a_row_each(store: Store, tmp_path: Path) -> None:
    tools = Tools(store, FileStore(tmp_path), Settings(mode="test", var=tmp_path), now=lambda: AT)
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        pool = cases["沈知远"].pool_id
        mine = [c.id for c in cases.values() if c.pool_id == pool]
        one = suggestions.ask(conn, world.cycle_id, pool_id=pool, actor=SYSTEM, at=AT)
    run_one(tools)
    with store.reading() as conn:
        assert (job(conn, one).status, job(conn, one).done) == (JobStatus.DONE, len(mine))
        assert set(conn.execute(sa.select(Synthesis.case_id)).scalars()) == set(mine)
    with store.transaction() as conn:
        every = suggestions.ask(conn, world.cycle_id, actor=SYSTEM, at=AT)
    run_one(tools)
    with store.reading() as conn:
        total = conn.execute(sa.select(sa.func.count()).select_from(Case)).scalar_one()
        assert outcome_counts(conn, every) == {RowOutcome.DONE: total}


def test_case_that_moved_on_is_skipped_with_the_reason(store: Store, tmp_path: Path) -> None:
    tools = Tools(store, FileStore(tmp_path), Settings(mode="test", var=tmp_path), now=lambda: AT)
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        number = suggestions.ask(conn, world.cycle_id, actor=SYSTEM, at=AT)
        conn.execute(
            sa.update(Case).where(Case.id == cases["沈知远"].id).values(state=State.DRAFTING)
        )
    run_one(tools)
    with store.reading() as conn:
        done = {RowOutcome.DONE: len(cases) - 1, RowOutcome.SKIPPED: 1}
        assert outcome_counts(conn, number) == done
        row = conn.execute(sa.select(JobRow).where(JobRow.outcome == RowOutcome.SKIPPED)).one()
        assert (row.case_id, row.label) == (cases["沈知远"].id, "沈知远")
        left = conn.execute(sa.select(Synthesis.case_id)).scalars()
        assert set(left) == {c.id for c in cases.values()} - {cases["沈知远"].id}
