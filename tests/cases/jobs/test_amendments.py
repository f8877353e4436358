"""Changes that take effect on their day: one that fails keeps no other back."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands import amendment
from cases.jobs.amendments import put_in_force
from cases.models import Amendment
from cases.store import Store
from tests.cases.commands.test_amendment import TERM, asked, lead, runs_on, with_indicator
from tests.cases.commands.test_data_sheet import sheet
from tests.cases.jobs.test_worker import tools
from tests.world import AT


def test_change_that_fails_is_logged_and_the_next_takes_effect(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_store.transaction() as conn:
        world, _, _ = sheet(conn)
        broken, _ = asked(conn, world, with_indicator, AT.date() + TERM)
        version = amendment.approve(conn, broken, actor=lead(world), at=AT)
        row = conn.execute(sa.select(*Amendment.__table__.columns)).mappings().one()
        conn.execute(sa.insert(Amendment).values({**row, "id": broken + 1}))
        lost = {**row["change"], "to": version + 1}  # no such version
        conn.execute(sa.update(Amendment).where(Amendment.id == broken).values(change=lost))
    at = AT + TERM
    with caplog.at_level(logging.ERROR, "kaoji.scheduler"):
        assert put_in_force(tools(sqlite_store, tmp_path, at), at=at) == 1
    assert caplog.messages == [f"amendment {broken} not put in force"]
    with sqlite_store.reading() as conn:
        assert (runs_on(conn), amendment.due_today(conn, at.date())) == (version, [broken])
