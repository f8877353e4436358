"""Board, check, meeting, result and comment in Chromium: axe, no sideways scroll, one whole road."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from cases.store import Store
from tests.browsing import PATIENCE, chromium, go_on, judge, served
from tests.decision_desk import Desk, crowd, open_desk
from tests.journeys.test_decision import decided_by_recorder
from tests.web_client import Client
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


class Live:
    """The desk behind a real socket, and tabs signed in as its people."""

    def __init__(self, desk: Desk, chromium: Browser, address: str, shots: Path) -> None:
        self.desk, self.chromium, self.address, self.shots = desk, chromium, address, shots
        self.contexts: list[BrowserContext] = []

    def tab(self, client: Client, width: int = 1280) -> Tab:
        context = self.chromium.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        cookie = client.browser.get_cookie("kaoji", domain="127.0.0.1")
        context.add_cookies([{"name": "kaoji", "value": cookie.value, "url": self.address}])
        return context.new_page()

    def look(self, tab: Tab, path: str, name: str) -> None:
        """Open, photograph, judge."""
        if path:
            tab.goto(self.address + path)
        width = (tab.viewport_size or {})["width"]
        tab.screenshot(path=self.shots / f"{name}_{width}.png", full_page=True)
        assert judge(tab) == [], name


@pytest.fixture
def live(sqlite_store: Store, tmp_path: Path, chromium: Browser) -> Iterator[Live]:
    desk = open_desk(sqlite_store, tmp_path)
    crowd(sqlite_store, desk)
    with served(desk.site.app) as address:
        found = Live(desk, chromium, address, tmp_path)
        yield found
        for context in found.contexts:
            context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_board_quota_and_paper_read_well(live: Live, width: int) -> None:
    pool = live.desk.pool_of("沈知远")
    tab = live.tab(live.desk.client(Role.OFFICE_LEAD), width)
    for path, name in (
        ("", "board"),
        ("/quota", "quota"),
        ("/paper", "paper"),
        ("/chain", "chain"),
    ):
        live.look(tab, f"/pools/{pool}{path}", name)
    live.look(tab, "/pools", "pools")
    ref = live.desk.cases["沈知远"].ref
    live.look(tab, f"/cases/{ref}/synthesis", "synthesis")
    live.look(tab, f"/cases/{ref}/explanation", "explanation")


def test_drafter_proposes_the_whole_pool_by_hand(live: Live) -> None:
    pool = live.desk.pool_of("沈知远")
    drafter = live.tab(live.desk.client(Role.DRAFTING_DIVISION))
    drafter.goto(f"{live.address}/pools/{pool}")
    for select in drafter.locator(".pb-table select").all():
        select.select_option("competent")
    go_on(drafter.get_by_role("button", name="核对名单后提出等次建议"))
    live.look(drafter, "", "check")
    for select in drafter.locator("select[name^=d]").all():
        select.select_option("synthesis")
    for name in ("重新核对并提出", "提交平衡方案", "提交会议审定"):
        go_on(drafter.get_by_role("button", name=name))
    chief = live.desk.cases["沈知远"]
    recorder = live.tab(live.desk.client(Role.DECISION_RECORDER))
    live.look(recorder, f"/pools/{pool}/meeting", "meeting")
    decided_by_recorder(live.desk, pool, chief.id)
    live.look(recorder, f"/pools/{pool}/chain", "chain_done")
    own = live.desk.client(person="chief")
    for width in (390, 1280):
        live.look(live.tab(own, width), f"/cases/{chief.ref}/result", "result")
    live.look(live.tab(own, 390), f"/cases/{chief.ref}/statement", "statement")


def test_leader_comments_on_a_phone(live: Live) -> None:
    tab = live.tab(live.desk.client(person="lead"), 390)
    live.look(tab, "/comments", "comments")
    go_on(tab.get_by_role("link", name="沈知远"))
    live.look(tab, "", "comment")
    tab.get_by_label("评语").fill("抓环保督察整改有力。")
    go_on(tab.get_by_role("button", name="保存评语"))
    assert tab.url.endswith("/comments")
