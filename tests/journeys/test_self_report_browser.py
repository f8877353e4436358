"""The self-report in Chromium: counters, autosave, conflict, return and resubmission on a phone."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab
from pypdf import PdfReader

from cases.store import Store
from forms.validators import count_chars
from tests.browsing import PATIENCE, chromium, go_on, judge, served
from tests.journeys.report_desk import REPORT, STRANGER, TEXTS, ReportDesk
from tests.web_client import Client

UGLY = ("", "一\n二", "𠮷野家", "a b\t", "é\u0301", "😀👨‍👩‍👧", "行\n\n行\n", "　全角 ")

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


class Live:
    """The desk behind a real socket, and tabs signed in as its people."""

    def __init__(self, desk: ReportDesk, chromium: Browser, address: str) -> None:
        self.desk, self.chromium, self.address = desk, chromium, address
        self.contexts: list[BrowserContext] = []

    def tab(self, client: Client, width: int = 390) -> Tab:
        return self.signed_in(client, viewport={"width": width, "height": 900})

    def signed_in(self, client: Client, **how: Any) -> Tab:
        context = self.chromium.new_context(**how)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        cookie = client.browser.get_cookie("kaoji", domain="127.0.0.1")
        context.add_cookies([{"name": "kaoji", "value": cookie.value, "url": self.address}])
        return context.new_page()

    def open(self, tab: Tab, path: str = "") -> Tab:
        tab.goto(self.address + self.desk.url + path)
        return tab


@pytest.fixture
def live(sqlite_store: Store, tmp_path: Path, chromium: Browser) -> Iterator[Live]:
    desk = ReportDesk(sqlite_store, tmp_path)
    with served(desk.site.app) as address:
        found = Live(desk, chromium, address)
        yield found
        for context in found.contexts:
            context.close()


def packed() -> bytes:
    """A ZIP with a good report, one of a stranger, and a file of another kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("01 欧阳明远述职报告.docx", REPORT)
        package.writestr("赵钱孙.docx", STRANGER)
        package.writestr("照片.jpg", b"x")
    return out.getvalue()


def write(tab: Tab, **texts: str) -> None:
    for name, text in {**TEXTS, **texts}.items():
        tab.fill(f"#{name}", text)


def shoot(tab: Tab, name: str) -> None:
    folder = Path("/tmp/report_shots")
    if folder.is_dir():
        tab.screenshot(
            path=str(folder / f"{name}_{tab.viewport_size['width']}.png"), full_page=True
        )  # type: ignore[index]


def shoot_print(tab: Tab) -> None:
    folder = Path("/tmp/report_shots")
    if folder.is_dir():
        tab.emulate_media(media="print")
        tab.screenshot(path=str(folder / "print_1280.png"), full_page=True)


def test_counter_agrees_with_the_server(live: Live) -> None:
    tab = live.open(live.tab(live.desk.cadre()))
    told = []
    for text in UGLY:
        tab.fill("#s1", text)
        told.append(tab.inner_text("#s1-count"))
    assert told == [f"已写 {count_chars(t)} 字，还可写 {300 - count_chars(t)} 字" for t in UGLY]
    tab.fill("#s1", "字" * 305)
    assert tab.inner_text("#s1-count") == "已超出 5 字，请删减后再提交"


def test_mark_of_a_section_follows_what_is_typed(live: Live) -> None:
    tab = live.open(live.tab(live.desk.cadre(), 1280))
    box, mark = tab.locator("textarea").first, tab.locator("#section-1 .k-st:visible")
    beside = tab.locator("aside .k-tasks li").first.locator(".k-st:visible")
    seen = []
    for text in ("", "字" * 305, TEXTS["s1"], ""):
        box.fill(text)
        seen.append((mark.inner_text(), beside.inner_text()))
    assert [one for one, _ in seen] == ["未填写", "字数不符", "已填写", "未填写"]
    assert [one == other for one, other in seen] == [True] * 4


@pytest.mark.parametrize("width", [390, 1280])
def test_report_is_returned_and_handed_in_again(live: Live, width: int) -> None:
    mine, theirs = live.tab(live.desk.cadre(), width), live.tab(live.desk.contact, width)
    faults = {}
    live.open(mine)
    faults["first"] = judge(mine)
    shoot(mine, "first")
    go_on(mine.locator("text=报送述职报告 >> nth=-1"))
    assert mine.locator(":focus").get_attribute("role") == "alert"
    faults["errors"] = judge(mine)
    shoot(mine, "errors")
    write(mine)
    go_on(mine.locator("button.btn-primary"))
    assert mine.url.endswith("/read")
    shoot(mine, "submitted")
    live.open(theirs, "/read")
    faults["check"] = judge(theirs)
    shoot(theirs, "check")
    go_on(theirs.locator("text=因格式退回"))
    shoot(theirs, "return")
    go_on(theirs.locator("button:has-text('退回修改')"))
    theirs.check("#sections-4")
    theirs.fill("#why5", "缺整改措施和完成时间,请补一段,写明到几月。")
    faults["return"] = judge(theirs)
    shoot(theirs, "return_filled")
    go_on(theirs.locator("button:has-text('退回修改')"))
    assert theirs.url.endswith("/read")
    live.open(mine)
    faults["returned"] = judge(mine)
    shoot(mine, "returned")
    mine.fill("#s5", TEXTS["s5"] + "三月底前按新预案演练一次。")
    go_on(mine.locator("button.btn-primary"))
    assert mine.url.endswith("/read")
    live.open(theirs, "/read")
    faults["again"] = judge(theirs)
    shoot(theirs, "again")
    go_on(theirs.locator("button:has-text('受理述职报告')"))
    assert theirs.url.endswith("/read")
    assert live.desk.case("欧阳明远").state == "collecting"
    assert {name: found for name, found in faults.items() if found} == {}


def test_draft_saves_itself_and_a_second_device_is_told(live: Live) -> None:
    me = live.desk.cadre()
    first, second = live.open(live.tab(me)), live.open(live.tab(me, 1280))
    first.fill("#s1", "第一台设备上写的。")
    with first.expect_response("**/save") as saved:
        first.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert (saved.value.status, saved.value.headers["x-version"]) == (204, "2")
    expect(first.locator("[name=_version]")).to_have_value("2", timeout=PATIENCE)
    write(second, s1="第二台设备上写的。")
    go_on(second.locator("button.btn-primary"))
    assert second.inner_text("h1") == "述职报告有另一份改动"
    assert judge(second) == []
    shoot(second, "conflict")
    assert second.input_value("#s1") == "第二台设备上写的。"
    assert second.input_value("#stored-1") == "第一台设备上写的。"
    go_on(second.locator("text=保存你的内容"))
    assert second.url.endswith("/read")
    assert live.desk.report().texts["politics"] == "第二台设备上写的。"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_other_pages_are_fit_to_read(live: Live, width: int) -> None:
    contact, me = live.tab(live.desk.contact, width), live.tab(live.desk.cadre(), width)
    found = {}
    for name, tab, path in (
        ("entry", contact, "/entry"),
        ("upload", me, "/upload"),
        ("empty", me, "/read"),
    ):
        live.open(tab, path)
        shoot(tab, name)
        found[name] = judge(tab)
    contact.goto(f"{live.address}/self-reports/upload")
    shoot(contact, "pack")
    found["pack"] = judge(contact)
    contact.set_input_files(
        "#file", {"name": "述职.zip", "mimeType": "application/zip", "buffer": packed()}
    )
    go_on(contact.locator("text=上传并预览"))
    shoot(contact, "preview")
    found["preview"] = judge(contact)
    live.open(me, "?lang=en")
    found["english"] = judge(me)
    shoot(me, "english")
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_report_prints_its_text_alone(live: Live, tmp_path: Path) -> None:
    me = live.desk.cadre()
    live.desk.hand_in(me)
    tab = live.open(live.tab(me, 1280), "/read")
    tab.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    reader = PdfReader(tmp_path / "report.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    printed = "".join(unicodedata.normalize("NFKC", text).split())
    assert [w for w in ("打印", "撤回修改", "报送经过", "受理") if w in printed] == []
    assert [
        t for t in (TEXTS["s4"], "欧阳明远", "问题和打算", "本人签字") if t not in printed
    ] == []
    assert len(reader.pages) == 1
    shoot_print(tab)


def test_page_works_without_script(live: Live) -> None:
    tab = live.open(live.signed_in(live.desk.cadre(), java_script_enabled=False))
    write(tab)
    go_on(tab.locator("button:has-text('保存并预览')"))
    live.open(tab)
    go_on(tab.locator("button.btn-primary"))
    assert live.desk.case("欧阳明远").state == "submitted"
