"""A real Chromium, a site behind a real socket, and pressing on without a race.

``go_on`` is for every press that leads to another page: a second press, a look at the page or at
the database right after a bare ``click`` may still find the page before, where a button of the same
kind stands and nothing is written yet.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from cases.web import following

AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
HALL = "hall.example"  # a name without https: no secure context, as on a hall's own Wi-Fi
RULES = [f"--host-resolver-rules=MAP {HALL} 127.0.0.1"]
PATIENCE = 60_000  # ms for any wait: a page on two busy cores, nothing of the page's own speed
LOOK = (
    "axe.run().then(found => found.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 160)))"
)
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LEADS = """pressed => {
    const link = pressed.closest("a[href]"), button = pressed.closest("button, input");
    if (link) { return !link.hash || link.href.split("#")[0] !== location.href.split("#")[0]; }
    return Boolean(button && button.form && button.type === "submit");
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS + QUIET + RULES
        )
        yield browser
        browser.close()


class Silent(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Requests are the test's, not the reader's."""


@contextmanager
def served(app: Any, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port until the block ends; gives the address.

    A page that follows a job doesn't come again by itself meanwhile: it would go away under the eyes
    of who judges it, or cut off the reload that shows the job's end.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    seconds, following.SECONDS = following.SECONDS, 3600
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        following.SECONDS = seconds
        server.shutdown()
        thread.join()
        server.server_close()


def go_on(pressed: Locator) -> None:
    """Press what leads to another page; back when that page has come whole."""
    with pressed.page.expect_navigation(wait_until="load", timeout=PATIENCE):
        pressed.click()


def leads(pressed: Locator) -> bool:
    """Whether it is a link to another page or sends a form; folds and ticks stay on the page."""
    return bool(pressed.evaluate(LEADS))


def judge(page: Page) -> list[str]:
    """Axe violations, and whether the page scrolls sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(LOOK)
    return [*found, "scrolls sideways"] if page.evaluate(WIDE) else found
