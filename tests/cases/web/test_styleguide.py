"""Every component in a real browser: no axe violation, no sideways scroll, script and no script."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.cases.web.styleguide_app import PAGES, make

AXE = Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
ADDRESSES = ["/", "/?reason=abc", "/?lang=en", *(f"/page/{name}" for name in PAGES)]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS + QUIET)
        yield browser
        browser.close()


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
    assert page.url.endswith("#reason")


def test_second_press_sends_nothing(site: str, page: Page) -> None:
    sent: list[str] = []
    page.route("**/*", lambda route: _count(route, sent))
    page.goto(site)
    page.evaluate("document.getElementById('form').action = '/slow'")
    page.evaluate(
        "() => { const b = document.querySelector('#form button'); b.click(); b.click(); b.click(); }"
    )
    page.wait_for_timeout(300)
    assert sent == ["POST"]


def _count(route, sent: list[str]) -> None:
    if route.request.url.endswith("/slow"):
        sent.append(route.request.method)
        route.fulfill(status=204)
    else:
        route.continue_()


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
    page.wait_for_timeout(100)
    page.clock.run_for(40_000)
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
    page.wait_for_timeout(100)
    assert page.inner_text("[data-save]") == "没存上，内容还在本页，1 分钟后再试"
    assert page.input_value("#reason") == "写一句"


def test_page_without_script_is_whole(site: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.inner_text("h1").startswith("沈知远")
    assert page.is_visible("[data-bulk] button.btn-primary")
    context.close()
