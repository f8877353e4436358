"""The booth in a real browser: sealing by the booth, with and without script, axe-clean.

Sealing on the device: ``test_sealing.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import HALL, chromium, go_on
from tests.cases.booth.browsing import faults_of, served

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"booth_{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "lang"), [(390, "zh"), (390, "en"), (1280, "zh"), (320, "zh"), (320, "en")]
)
def test_ballot_by_qr_address(make_booth, chromium: Browser, tmp_path: Path, width: int, lang: str):
    """A name without https: the browser may not seal, so the booth does, and the page says so."""
    booth = make_booth(f"http://{HALL}", receipt=True)
    page = chromium.new_page(viewport={"width": width, "height": 844})
    said: list[str] = []
    seen: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: seen.append(request.url))
    code = booth.cards["C"][0].code
    with served(booth.client.application, HALL) as url:
        for address in ("/", "/trust", "/receipts/2025-jt", "/check/2025-jt", "/nothing"):
            page.goto(f"{url}{address}?lang={lang}")
            assert (address, faults_of(page, width)) == (address, [])
        shoot(page, tmp_path, "nothing")
        said.clear()
        page.goto(f"{url}/?lang={lang}")
        page.goto(f"{url}/?lang={lang}#{code}")  # only the part behind # changes: no page is loaded
        page.wait_for_url("**/ballot")
        assert faults_of(page, width) == []
        shoot(page, tmp_path, "empty")
        assert page.locator("[data-by=booth]").count() == 2
        assert page.locator("[data-by]:visible").count() == 2
        assert page.locator("[data-by=device]:visible").count() == 0
        count = page.locator("[data-count]")
        assert ("还差 13 项" if lang == "zh" else "13 left") in count.inner_text()
        for i, option in enumerate("abbacbua"):
            page.check(f"input[name=c0-{i}][value={option}]")
        assert ("还差 5 项" if lang == "zh" else "5 left") in count.inner_text()
        assert "3 / 4" in count.inner_text()
        shoot(page, tmp_path, "ballot")
        page.check("input[name=c0-8][value=a]")
        page.check("input[name=c0-9][value=a]")
        go_on(page.locator("[data-filling] .bo-dock button"))
        assert page.url.endswith("/review")
        assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
        assert page.locator("[data-review]").is_hidden()
        assert faults_of(page, width) == []
        shoot(page, tmp_path, "over")
        page.check("input[name=c0-9][value=b]")
        page.check("input[name=c1-0][value=g]")
        go_on(page.locator("[data-filling] .bo-dock button"))
        page.wait_for_selector(".bo-rev")
        assert faults_of(page, width) == []
        shoot(page, tmp_path, "review")
        go_on(page.locator(".bo-rev button >> nth=0"))
        assert page.url.endswith("/ballot#c0-0")
        assert page.is_checked("input[name=c0-0][value=a]")
        go_on(page.locator("[data-filling] .bo-dock button"))
        page.wait_for_selector(".bo-rev")  # the ballot has a button of the same kind
        go_on(page.locator(".bo-dock .btn-primary"))
        assert page.url.endswith("/hand-in")
        assert faults_of(page, width) == []
        shoot(page, tmp_path, "done")
        page.goto(f"{url}/?lang={lang}#{code}")
        page.wait_for_url("**/ballot")
        assert faults_of(page, width) == []
        shoot(page, tmp_path, "refused")
        assert page.context.cookies() == []
        page.close()  # before the booth: what it still asks for must be answered
    assert [text for text in said if "422" not in text and "409" not in text] == []
    assert [address for address in seen if code in address] == []
    assert sum(g.used for g in booth.store.turnout(booth.package.urn)) == 1


def test_ballot_without_script(make_booth, chromium: Browser):
    booth = make_booth()
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    with served(booth.client.application) as url:
        page.goto(url)
        page.fill("#code", booth.cards["A"][0].spaced)
        go_on(page.locator("main button"))
        page.check("input[name=c0-0][value=b]")
        go_on(page.locator("[data-filling] .bo-dock button"))
        page.wait_for_selector(".bo-rev")
        go_on(page.locator(".bo-dock .btn-primary"))
        assert page.url.endswith("/hand-in")
        assert page.inner_text("h1") == "已交卡，已入测评箱"
    context.close()
    assert sum(g.used for g in booth.store.turnout(booth.package.urn)) == 1
