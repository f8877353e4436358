"""Every component in a real browser: no axe violation, no sideways scroll, script and no script."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browsing import AXE, PATIENCE, chromium, served
from tests.cases.web.styleguide_app import PAGES, make

ADDRESSES = ["/", "/?reason=abc", "/?lang=en", *(f"/page/{name}" for name in PAGES)]

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(make()) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_pages_have_no_axe_violation_and_no_sideways_scroll(
    site: str, page: Page, width: int
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    found: list[tuple[str, str]] = []
    for address in ADDRESSES:
        page.goto(site + address)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((address, "scrolls sideways"))
        page.evaluate(AXE.read_text("utf-8"))
        result = page.evaluate("axe.run()")
        found += [(address, violation["id"]) for violation in result["violations"]]
    assert found == []
    assert said == []


def test_counter_agrees_with_the_server(site: str, page: Page) -> None:
    page.goto(site)
    page.fill("#reason", "一\n𠮷 b")
    assert page.inner_text("#reason-count") == "已写 5 字，还可写 295 字"
    page.fill("#reason", "字" * 303)
    assert page.inner_text("#reason-count") == "已超出 3 字，请删减后再提交"


def test_bulk_bar_names_what_is_ticked(site: str, page: Page) -> None:
    page.goto(site)
    page.check("#v-1")
    assert page.inner_text("[data-bulk] [role=status]").replace("\n", "") == (
        "已选 2 件：规模以上工业增加值增速、地表水优良断面比例"
    )


def test_error_summary_takes_the_focus(site: str, page: Page) -> None:
    page.goto(f"{site}/?reason=abc")
    assert page.evaluate("document.activeElement.className").startswith("k-errsum")
    page.click(".k-errsum a >> nth=0")
    expect(page).to_have_url(f"{site}/?reason=abc#reason", timeout=PATIENCE)


def test_second_press_sends_nothing(site: str, page: Page) -> None:
    held: list[Route] = []
    page.route("**/slow", lambda route: held.append(route))
    page.goto(site)
    page.evaluate(
        """async () => {
            const form = document.getElementById("form");
            form.action = "/slow";
            for (let press = 0; press < 3; press += 1) {  // no answer to the first all the while
                form.querySelector("button").click();
                await fetch("/");
            }
        }"""
    )
    assert [route.request.method for route in held] == ["POST"]
    held[0].fulfill(status=204)


def test_second_half_of_a_double_press_on_the_page_before_does_nothing(
    site: str, page: Page
) -> None:
    page.goto(f"{site}/?reason=abc")
    link = page.locator(".k-errsum a").first
    link.hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    assert page.evaluate("location.hash") == ""
    link.click()
    assert page.evaluate("location.hash") == "#reason"


def test_button_for_good_rests_when_its_page_comes(site: str, page: Page) -> None:
    def graver(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("btn-primary", "btn-grave"))

    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
    page.route(f"{site}/", graver)
    page.goto(f"{site}/")
    grave = page.locator("#form button.btn-grave").first
    page.clock.run_for(599)
    assert grave.is_disabled()
    page.clock.run_for(1)
    assert grave.is_enabled()


def test_autosave_posts_what_changed_and_tells_it(site: str, page: Page) -> None:
    sent: list[str] = []

    def answer(route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(status=204, headers={"X-Version": "4"})

    page.clock.install()
    page.route("**/draft", answer)
    page.goto(site)
    page.clock.run_for(21_000)
    assert sent == []
    page.fill("#reason", "写一句")
    page.clock.run_for(21_000)
    expect(page.locator("[data-save]")).to_have_text(re.compile("已自动保存$"), timeout=PATIENCE)
    page.clock.run_for(40_000)
    page.evaluate("fetch('/').then(answer => answer.status)")
    assert page.inner_text("[data-save]").endswith("已自动保存")
    assert len(sent) == 1
    assert "reason=" in sent[0]
    assert "_key=" not in sent[0]


def test_autosave_that_fails_says_so_and_keeps_the_text(site: str, page: Page) -> None:
    page.clock.install()
    page.route("**/draft", lambda route: route.fulfill(status=503))
    page.goto(site)
    page.fill("#reason", "写一句")
    page.clock.run_for(21_000)
    told = "没存上，内容还在本页，1 分钟后再试"
    expect(page.locator("[data-save]")).to_have_text(told, use_inner_text=True, timeout=PATIENCE)
    assert page.input_value("#reason") == "写一句"


def test_page_without_script_is_whole(site: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.inner_text("h1").startswith("沈知远")
    assert page.is_visible("[data-bulk] button.btn-primary")
    context.close()
