"""A booth served to a real Chromium."""

from __future__ import annotations

from contextlib import AbstractContextManager

from playwright.sync_api import Page

from tests import browsing


def served(app, host: str = "localhost") -> AbstractContextManager[str]:
    return browsing.served(app, host)


def faults_of(page: Page, width: int) -> list[str]:
    """Violations told by axe, and sideways scrolling."""
    found = [
        v["id"] for v in page.evaluate(browsing.AXE.read_text("utf-8") + ";axe.run()")["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("scrolls sideways")
    return found


def device_seals(page: Page) -> None:
    """Wait until the page has proved that it can seal."""
    page.wait_for_selector("html[data-sealing=device]")
