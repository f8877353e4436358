"""One person's way through the site in real Chromium, told step by step as docs/walks.md tells it.

::

    from tests.journeys.walk import Walk, chromium, opened_to, told   # chromium is a fixture

    with opened_to(site, chromium, tmp_path) as street:      # the site behind a real socket
        walk = street.sign_in(client, width=390)             # through the sign-in page, a fresh tab
        walk.step("Sign in")                                 # (sign_in has begun this one already)
        walk.step("Read the report")
        walk.click("沈知远")                                  # a link, button or fold by its name: 1
        walk.take("沈知远")                                   # a line of the worklist or a list: 1
        walk.tick("同意")                                     # a radio or tick box by its label: 1
        walk.pick("结论", "不属实")                            # a choice of a list: 1
        walk.type("评语", "……")                               # typing: 0
        walk.attach("文件", {"name": ..., "mimeType": ..., "buffer": ...})   # choosing a file: 1
        walk.says("已保存评语")                                # waits until main holds the words
        walk.shot("comment")                                 # photograph, judged by axe and by width
    assert walk.steps == told("supervising_leader")          # names and clicks, row by row

``within`` narrows a name that stands twice to a part of the page (a CSS selector). A press of a link
or of a button that sends a form waits until the next page has come whole; ``stays=True`` where none
comes (a file is sent). ``walk.page`` is the tab itself for what these words don't cover; count what
it presses with ``walk.count()``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from cases.commands.passwords import make_hash
from cases.models import Account
from tests.browsing import PATIENCE, chromium, go_on, judge, leads, served
from tests.web_client import Client, Site

__all__ = ["Street", "Walk", "chromium", "opened_to", "told"]
WALKS = Path(__file__).resolve().parents[2] / "docs" / "walks.md"
PASSWORD = "walks-through-the-front-door-7"


class Walk:
    """A tab and what was pressed in it. ``steps``: name of the step -> clicks."""

    def __init__(self, page: Page, address: str, shots: Path) -> None:
        self.page, self.address, self.shots = page, address, shots
        self.steps: dict[str, int] = {}

    @property
    def clicks(self) -> int:
        return sum(self.steps.values())

    def step(self, name: str) -> None:
        """Begin the next row of the walk."""
        self.steps.setdefault(name, 0)
        self.current = name

    def count(self, clicks: int = 1) -> None:
        self.steps[self.current] += clicks

    def click(self, name: str, within: str = "body", *, stays: bool = False) -> None:
        """Press the link, button or fold of this name, and wait for the page it leads to."""
        part = self.page.locator(within)
        found = part.get_by_role("link", name=name, exact=True).or_(
            part.get_by_role("button", name=name, exact=True)
        )
        self.press(found.or_(part.locator("summary").get_by_text(name, exact=True)), stays=stays)

    def take(self, name: str) -> None:
        """Open a line of the worklist, or of any list on a sheet (not the messages beside it)."""
        self.click(name, within="main section.k-sheet")

    def tick(self, label: str, within: str = "body") -> None:
        self.press(self.page.locator(within).get_by_label(label, exact=True))

    def pick(self, label: str, option: str, within: str = "body") -> None:
        self.page.locator(within).get_by_label(label, exact=True).select_option(label=option)
        self.count()

    def type(self, label: str, text: str, within: str = "body") -> None:
        self.page.locator(within).get_by_label(label, exact=True).fill(text)

    def attach(self, label: str, file: Any) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(file)
        self.count()

    def says(self, text: str, within: str = "main") -> None:
        expect(self.page.locator(within)).to_contain_text(text, timeout=PATIENCE)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text, timeout=PATIENCE)

    def shot(self, name: str) -> None:
        """Photograph the whole page; no fault for readers' software, no sideways scroll."""
        width = (self.page.viewport_size or {})["width"]
        self.page.screenshot(path=self.shots / f"{name}_{width}.png", full_page=True)
        assert judge(self.page) == [], name

    def press(self, found: Locator, *, stays: bool = False) -> None:
        """One click; the next page, if it leads to one, has come whole afterwards."""
        if not stays and leads(found):
            go_on(found)
        else:
            found.click()
        self.count()


class Street:
    """A site behind a real socket, and tabs of those who come through its front door."""

    def __init__(self, site: Site, browser: Browser, address: str, shots: Path) -> None:
        self.site, self.browser, self.address, self.shots = site, browser, address, shots

    def sign_in(self, who: Client, *, width: int = 1280) -> Walk:
        """Sign in with account and password: the step "Sign in" with its one click."""
        with self.site.store.transaction() as conn:
            mine = Account.id == who.account_id
            conn.execute(sa.update(Account).where(mine).values(password_hash=_hashed()))
            login = conn.execute(sa.select(Account.login).where(mine)).scalar_one()
        walk = self.visitor(width=width)
        walk.step("Sign in")
        walk.page.goto(self.address)
        walk.type("账号", login)
        walk.type("密码", PASSWORD)
        walk.click("登录")
        assert "/sign-in" not in walk.page.url
        return walk

    def visitor(self, *, width: int = 1280) -> Walk:
        """A fresh tab with no cookie."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE)
        return Walk(context.new_page(), self.address, self.shots)


@contextmanager
def opened_to(site: Site, browser: Browser, shots: Path) -> Iterator[Street]:
    """Serve the site on a free port until the block ends."""
    before = list(browser.contexts)
    with served(site.app) as address:
        try:
            yield Street(site, browser, address, shots)
        finally:
            for context in [c for c in browser.contexts if c not in before]:
                context.close()


def told(key: str) -> dict[str, int]:
    """The rows of a section of docs/walks.md: step -> clicks. Its total must be their sum."""
    section = _sections()[key]
    rows = re.findall(r"^\| \d+ \| (.+?) \| .+ \| (\d+) \|$", section, re.M)
    steps = {name: int(clicks) for name, clicks in rows}
    total = re.findall(r"^\| \| \*\*All\*\* \| .*\| \*\*(\d+)\*\* \|$", section, re.M)
    assert total == [str(sum(steps.values()))], (key, total, steps)
    return steps


@cache
def _sections() -> dict[str, str]:
    parts = re.split(r"^## .+ · `(\w+)`$", WALKS.read_text("utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def _hashed() -> str:
    return make_hash(PASSWORD)
