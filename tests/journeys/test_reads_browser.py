"""The read log in Chromium: who opened what, in words, by account."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.store import Store
from tests.decision_desk import open_desk
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import AdminKind, Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def test_auditor_reads_who_opened_what(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    ref = desk.cases["沈知远"].ref
    division, office = desk.client(Role.DRAFTING_DIVISION), desk.client(Role.OFFICE)
    division.get(f"/cases/{ref}/explanation")
    division.get(f"/pools/{desk.pool_of('沈知远')}/paper")
    office.get(f"/cases/{ref}/explanation")
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.site.sign_in_as(admin=AdminKind.AUDIT_ADMIN))
        walk.step("Read who opened what")
        walk.click("查阅记录", within="nav.k-nav")
        walk.shot("reads")
        walk.type("账号", "user1", within="main")
        walk.click("筛选记录")
        walk.shot("reads_of_one")
        lines = walk.page.locator("main tbody th").all_inner_texts()
    assert lines == ["考核组别会议材料", "计算说明"]
    assert walk.steps == told("audit_admin_reads")
