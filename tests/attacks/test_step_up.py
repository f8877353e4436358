"""What can't be taken back asks for the password again, for one case and for many (S8)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands import passwords
from cases.commands.opening import open_cases
from cases.models import (
    Account,
    Case,
    Filing,
    Job,
    JournalEntry,
    JournalPayload,
    SignInSession,
)
from cases.store import Store
from cases.web import bulk
from cases.web.bulk import grave
from tests.web_client import Client, Page, Site, open_site
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


PASSWORD = "four quiet morning trains"


def _with_password(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", cheap)
    with site.store.transaction() as conn:
        conn.execute(sa.update(Account).values(password_hash=passwords.make_hash(PASSWORD)))


def _ticked(page: Page) -> list[str]:
    return page.tree.xpath("//input[@name='case'][@checked]/@value")


def test_bulk_move_asks_for_the_password_on_the_list_itself(
    hall: tuple[Site, Client, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticked cases stay, with no script: the password stands in the same form."""
    site, archivist, refs = hall
    _with_password(site, monkeypatch)
    page = archivist.post("/cases/bulk", {"action": "archive", "case": refs}, status=200)
    assert "再次确认是你本人" not in page.text
    site.clock.at += LATER
    late = archivist.submit(page, {"case": refs[:2]}, action="/cases/bulk/start", status=401)
    assert _ticked(late) == refs[:2]
    assert late.errors == ["请填写密码"]
    wrong = archivist.submit(
        late, {"case": refs[:2], "_password": "something else"}, action="/bulk/start", status=422
    )
    assert (_ticked(wrong), wrong.errors) == (refs[:2], ["现在的密码不对"])
    assert "something else" not in wrong.response.text
    assert _count(site, Job) == 0
    body = {"case": refs[:2], "_password": PASSWORD}
    archivist.submit(wrong, body, action="/cases/bulk/start", status=303)
    with site.store.reading() as conn:
        payload = conn.execute(sa.select(Job.payload)).scalar_one()
    assert len(payload["case_ids"]) == 2
    assert PASSWORD not in str(payload)
    again = archivist.post("/cases/bulk", {"action": "archive", "case": refs}, status=200)
    assert "再次确认是你本人" not in again.text


def test_answers_of_a_grave_bulk_move_stay_beside_the_password(
    hall: tuple[Site, Client, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a move asks for (here none of ours does, so one is made to be grave) is kept as typed."""
    site, _, refs = hall
    _with_password(site, monkeypatch)
    monkeypatch.setattr(bulk, "grave", lambda action: True)
    with site.store.transaction() as conn:
        conn.execute(sa.update(Case).values(state="scoped"))
        organ = conn.execute(sa.select(Case.managing_organ_id).limit(1)).scalar_one()
    office = site.sign_in_as(Role.OFFICE, organ=organ)
    _with_password(site, monkeypatch)
    page = office.post("/cases/bulk", {"action": "exclude", "case": refs}, status=200)
    site.clock.at += LATER
    body = {"case": refs[:1], "participation_reason": "retired", "reason": "年中退休，不再考核"}
    late = office.submit(page, body, action="/cases/bulk/start", status=401)
    assert _ticked(late) == refs[:1]
    assert "年中退休，不再考核" in late.text
    kept = late.tree.xpath("//*[@name='participation_reason']//option[@selected]/@value")
    kept += late.tree.xpath("//input[@name='participation_reason'][@checked]/@value")
    assert kept == ["retired"]
    office.submit(late, {**body, "_password": PASSWORD}, action="/cases/bulk/start", status=303)
    assert _count(site, Job) == 1


def test_single_move_without_return_asks_again(hall: tuple[Site, Client, list[str]]) -> None:
    site, archivist, refs = hall
    page = archivist.get(f"/cases/{refs[0]}/moves/archive")
    site.clock.at += LATER
    before = _count(site, JournalEntry)
    late = archivist.submit(page, {}, action="/moves/archive", status=401)
    assert late.errors == ["请填写密码"]
    assert _count(site, JournalEntry) == before
    _proved(site)
    archivist.submit(page, {}, action="/moves/archive", status=303)
    assert _count(site, JournalEntry) == before + 1


def test_single_move_takes_the_password_on_its_own_page(
    hall: tuple[Site, Client, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, archivist, refs = hall
    _with_password(site, monkeypatch)
    site.clock.at += LATER
    page = archivist.get(f"/cases/{refs[0]}/moves/archive")
    assert "再次确认是你本人" in page.text
    wrong = archivist.submit(page, {"_password": "guess"}, action="/moves/archive", status=422)
    assert (wrong.errors, "guess" in wrong.source) == (["现在的密码不对"], False)
    archivist.submit(wrong, {"_password": PASSWORD}, action="/moves/archive", status=303)
    with site.store.reading() as conn:
        state = conn.execute(sa.select(Case.state).where(Case.ref == refs[0])).scalar_one()
        payloads = str(conn.execute(sa.select(JournalPayload.payload)).all())
    assert (state, PASSWORD in payloads) == ("archived", False)


def test_moves_with_a_return_do_not_ask() -> None:
    assert [a for a in (Action.ARCHIVE, Action.OPEN_SELF_REPORT, Action.EXCLUDE) if grave(a)] == [
        Action.ARCHIVE
    ]
