"""Shares, ballot and timetable of a draft over HTTP: saved, faults told at the field, rights."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Unit
from cases.store import Store
from tests.journeys.test_scheme_editor import draft_of, fill, told
from tests.web_client import Client, Site, open_site
from workflow.vocabulary import Role


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path) -> Site:
    with sqlite_store.transaction() as conn:
        conn.execute(
            sa.insert(Unit).values(code="O1", name="组织部", name_key="组织部", has_body=False)
        )
    return open_site(sqlite_store, tmp_path)


@pytest.fixture
def clerk(site: Site) -> Client:
    return site.sign_in_as(Role.OFFICE, organ=1, name="周牧行")


def test_each_part_is_saved_on_its_page_and_read_in_english(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    overview = clerk.get(base)
    for part, field, text, path, value in (
        ("shares", "shares-transfer", "current", ("shares", "transfer"), "current"),
        ("ballot", "ballot-k", "6", ("ballot", "k"), 6),
        ("timetable", "timetable-0-due", "12", ("timetable", 0, "due"), 12),
    ):
        assert f"{base}/settings/{part}" in overview.links
        page = fill(clerk, clerk.get(f"{base}/settings/{part}"), {field: text})
        assert "已保存，这里检查通过" in page.text
        assert told(site, *path) == value
        clerk.get(f"{base}/settings/{part}?lang=en")
        clerk.get(f"{base}?lang=zh")


def test_fault_is_stored_and_told_with_its_field(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    page = fill(clerk, clerk.get(f"{base}/settings/ballot"), {"ballot-k": "1"})
    assert "这里还有 1 处要改" in page.text
    assert "计票下限(票)：" in page.text.replace("（", "(").replace("）", ")")
    assert told(site, "ballot", "k") == 1
    assert f"{base}/settings/ballot" in clerk.get(base).links
    clerk.post(f"{base}/publish", {"_version": "2"}, status=422)


def test_saving_after_somebody_else_is_stale(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    first = clerk.get(f"{base}/settings/ballot")
    fill(clerk, clerk.get(f"{base}/settings/ballot"), {"ballot-k": "6"})
    fill(clerk, first, {"ballot-k": "7"}, status=409)
    assert told(site, "ballot", "k") == 6


def test_settings_of_others_and_unknown_parts_look_absent(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    clerk.get(f"{base}/settings/weights", status=404)
    with site.store.transaction() as conn:
        conn.execute(sa.insert(Unit).values(code="O2", name="别", name_key="别", has_body=False))
    foreign = site.sign_in_as(Role.OFFICE, organ=2, name="远山")
    head = site.sign_in_as(Role.UNIT_HEAD, organ=1, unit=1, name="江晚")
    for other in (foreign, head):
        other.get(f"{base}/settings/ballot", status=404)
        other.post(f"{base}/settings/ballot", {"_version": "1", "ballot-k": "9"}, status=404)
    assert told(site, "ballot", "k") == 5
