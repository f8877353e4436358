"""A bulk move reads who may what for each chunk anew: nobody is carried past a new exclusion."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.files.store import FileStore
from cases.jobs import bulk_move
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Case, JobRow, Relation, RoleGrant
from cases.store import Store
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Action, Role


class Line:
    """Cadres to be moved one by one, and what happens between two chunks."""

    def __init__(self, store: Store, folder: Path) -> None:
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            open_cases(conn, self.world.cycle_id, actor=self.world.actor(Role.OFFICE), at=AT)
            self.rows = conn.execute(
                sa.select(Case).where(Case.kind == "cadre").order_by(Case.id)
            ).all()
        self.site: Site = open_site(store, folder)
        self.office: Client = self.site.sign_in_as(
            Role.OFFICE, organ=self.world.units["organ"], person_id=self.world.people["clerk"]
        )
        self.chunks = 0

    def run(self, before: int, happens: sa.Executable) -> list[str]:
        """The outcomes in order; ``happens`` is committed just before that chunk (from 1)."""
        store, site = self.site.store, self.site
        with store.transaction() as conn:
            actor = Actor(self.office.account_id, self.office.person_id)
            bulk_move.ask(
                conn, Action.OPEN_SELF_REPORT, [r.id for r in self.rows], actor=actor, at=AT
            )

        def between() -> bool:
            self.chunks += 1
            if self.chunks == before:
                with store.transaction() as conn:
                    conn.execute(happens)
            return False

        site.clock.at = AT + timedelta(hours=1)
        tools = Tools(store, FileStore(site.settings.files), site.settings, site.clock)
        assert run_one(tools, stop=between)
        with store.reading() as conn:
            rows = conn.execute(sa.select(JobRow.outcome).order_by(JobRow.number))
            return list(rows.scalars())

    def states(self) -> list[str]:
        with self.site.store.reading() as conn:
            found = conn.execute(
                sa.select(Case.state).where(Case.kind == "cadre").order_by(Case.id)
            )
            return list(found.scalars())


@pytest.fixture
def line(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(bulk_move, "CHUNK", 1)
    return Line(sqlite_store, tmp_path)


def test_kinship_declared_between_chunks_closes_the_later_chunk(line: Line) -> None:
    kin = sa.insert(Relation).values(
        person_id=line.world.people["clerk"], other_id=line.rows[2].person_id, kind="kin",
        declared_on=AT.date(),
    )  # fmt: skip
    assert line.run(3, kin) == ["done", "done", "refused", "done"]
    assert line.states() == ["drafting", "drafting", "scoped", "drafting"]
    assert line.chunks == 4


def test_right_withdrawn_between_chunks_ends_the_rest(line: Line) -> None:
    gone = sa.update(RoleGrant).values(revoked_at=AT)
    assert line.run(2, gone) == ["done", "refused", "refused", "refused"]
    assert line.states() == ["drafting", "scoped", "scoped", "scoped"]


def test_own_case_is_refused_wherever_in_the_set_it_stands(line: Line) -> None:
    clerk, own = line.world.people["clerk"], line.rows[3]
    taken = sa.update(Case).where(Case.id == own.id).values(person_id=clerk)
    assert line.run(1, taken) == ["done", "done", "done", "refused"]
    assert line.states() == ["drafting", "drafting", "drafting", "scoped"]
