"""What can't be taken back asks for the password again, for one case and for many (S8)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Case, Filing, Job, JournalEntry, SignInSession
from cases.store import Store
from cases.web.bulk import grave
from tests.web_client import Client, Site, open_site
from tests.world import AT, found_world
from workflow.vocabulary import Action, FilingState, Role

LATER = timedelta(minutes=11)


@pytest.fixture
def hall(sqlite_store: Store, tmp_path: Path) -> tuple[Site, Client, list[str]]:
    """Closed cases whose volumes are checked, and who archives them."""
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        conn.execute(sa.update(Case).values(state="closed"))
        rows = conn.execute(sa.select(Case.id, Case.ref).order_by(Case.id)).all()
        checks = [{"volume": 1, "code": "a", "side": "", "title": "x", "ok": True, "memo": None}]
        conn.execute(
            sa.insert(Filing),
            [{"case_id": i, "state": FilingState.FILED, "version": 1, "checks": checks,
              "due_on": AT.date()} for i, _ in rows],
        )  # fmt: skip
    site = open_site(sqlite_store, tmp_path)
    archivist = site.sign_in_as(Role.ARCHIVIST, organ=world.units["organ"])
    return site, archivist, [ref for _, ref in rows]


def _proved(site: Site) -> None:
    with site.store.transaction() as conn:
        conn.execute(sa.update(SignInSession).values(stepped_up_at=site.clock.at))


def _count(site: Site, table: type) -> int:
    with site.store.reading() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_bulk_move_without_return_asks_again(hall: tuple[Site, Client, list[str]]) -> None:
    site, archivist, refs = hall
    page = archivist.post("/cases/bulk", {"action": "archive", "case": refs}, status=200)
    site.clock.at += LATER
    body = {"case": refs}
    archivist.submit(page, body, action="/cases/bulk/start", status=401)
    assert _count(site, Job) == 0
    _proved(site)
    archivist.submit(page, body, action="/cases/bulk/start", status=303)
    assert _count(site, Job) == 1


def test_single_move_without_return_asks_again(hall: tuple[Site, Client, list[str]]) -> None:
    site, archivist, refs = hall
    page = archivist.get(f"/cases/{refs[0]}/moves/archive")
    site.clock.at += LATER
    before = _count(site, JournalEntry)
    archivist.submit(page, {}, action="/moves/archive", status=401)
    assert _count(site, JournalEntry) == before
    _proved(site)
    archivist.submit(page, {}, action="/moves/archive", status=303)
    assert _count(site, JournalEntry) == before + 1


def test_moves_with_a_return_do_not_ask() -> None:
    assert [a for a in (Action.ARCHIVE, Action.OPEN_SELF_REPORT, Action.EXCLUDE) if grave(a)] == [
        Action.ARCHIVE
    ]
