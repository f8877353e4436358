"""Print, sign, scan back: every form finds its person, what can't be read is assigned by hand."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw

from cases.documents.issue import make_void
from cases.documents.press import Press
from cases.files.store import FileStore
from cases.jobs import papers, worker
from cases.jobs.outbox import drain
from cases.jobs.tools import Tools
from cases.models import (
    Cycle,
    IssuedDocument,
    Job,
    JournalEntry,
    JournalPayload,
    ReadLog,
    ScanPage,
    ScanStack,
)
from cases.queries.jobs import JobStatus
from cases.store import Store
from tests.notified import NOTIFIED_AT, hand_in, notified
from tests.quick_site import keep_statements
from tests.scanner import rasterised, stack
from tests.web_client import Client, Page, Site, open_site, settings_for
from tests.world import World
from workflow.vocabulary import Role

LATE = NOTIFIED_AT + timedelta(days=20)
CHIEF, DEPUTY = "沈知远", "欧阳明远"
ADDRESS = "/archive/scans"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as shop:
        yield shop


@dataclass(frozen=True)
class Printed:
    """A world whose registration forms are printed: its folder is copied for each test.

    ``pictures`` holds what papers look like, by their bytes.
    """

    path: Path
    world: World
    cases: dict[str, Any]
    pictures: dict[bytes, list[Image.Image]]


@pytest.fixture(scope="module")
def forms_printed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, press: Press
) -> Printed:
    path = tmp_path_factory.mktemp("printed")
    shutil.copy(sqlite_template, path / "kaoji.db")
    store = Store(f"sqlite:///{path / 'kaoji.db'}")
    with store.transaction() as conn:
        world, cases = notified(conn)
        hand_in(conn, cases[CHIEF].id)
    settings = settings_for(path)
    tools = Tools(store, FileStore(settings.files), settings, lambda: LATE)
    drain(store, {papers.KIND: papers.handler(tools, lambda: press)}, now=lambda: LATE)
    store.close()
    return Printed(path, world, cases, {})


class Desk:
    """An office whose registration forms are printed, with a scanner."""

    def __init__(self, path: Path, printed: Printed) -> None:
        shutil.copytree(printed.path, path, dirs_exist_ok=True)
        store = Store(f"sqlite:///{path / 'kaoji.db'}")
        keep_statements(store.engine)
        self.world, self.cases, self.known = printed.world, printed.cases, printed.pictures
        self.site: Site = open_site(store, path)
        self.site.clock.at = LATE
        self.store, self.path = store, path
        settings = self.site.app.extensions["kaoji"].settings
        self.tools = Tools(store, FileStore(settings.files), settings, self.site.clock)
        self.office: Client = self.site.sign_in_as(Role.OFFICE, organ=self.world.units["organ"])
        self.unit = self.world.units["environment"]

    def forms(self) -> list[Any]:
        with self.store.reading() as conn:
            return list(
                conn.execute(
                    sa.select(IssuedDocument)
                    .where(IssuedDocument.kind == "registration_form")
                    .order_by(IssuedDocument.id)
                )
            )

    def printed(self) -> bytes:
        page = self.office.get(f"{ADDRESS}/forms/{self.world.cycle_id}/{self.unit}.pdf")
        return bytes(page.response.data)

    def pictures(self) -> list[Image.Image]:
        paper = self.printed()
        if paper not in self.known:
            self.known[paper] = rasterised([paper], self.path)
        return [picture.copy() for picture in self.known[paper]]

    def upload(self, pictures: Sequence[Image.Image], *, status: int = 303) -> Page:
        content = stack(pictures, self.path / "stack.pdf").read_bytes()
        return self.send(content, "签字件.pdf", status=status)

    def send(self, content: bytes, name: str, *, status: int = 303) -> Page:
        page = self.office.get(ADDRESS)
        return self.office.submit(
            page, {"file": (io.BytesIO(content), name)}, action=ADDRESS, status=status
        )

    def read(self, pictures: Sequence[Image.Image]) -> Page:
        sent = self.upload(pictures)
        assert worker.run_one(self.tools)
        return self.office.follow(sent)

    def outcomes(self) -> list[tuple[int, str]]:
        with self.store.reading() as conn:
            rows = conn.execute(sa.select(ScanPage.number, ScanPage.outcome).order_by(ScanPage.id))
            return [(number, outcome) for number, outcome in rows]

    def filed(self) -> set[tuple[int, int]]:
        with self.store.reading() as conn:
            rows = conn.execute(
                sa.select(ScanPage.document_id, ScanPage.page).where(ScanPage.outcome == "filed")
            )
            return {(document, page) for document, page in rows}

    def page_id(self, number: int) -> int:
        with self.store.reading() as conn:
            return int(
                conn.execute(
                    sa.select(ScanPage.id)
                    .where(ScanPage.number == number)
                    .order_by(ScanPage.id.desc())
                    .limit(1)
                ).scalar_one()
            )


@pytest.fixture
def desk(forms_printed: Printed, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, forms_printed)
    yield made
    made.store.close()


def damaged(picture: Image.Image) -> Image.Image:
    wide, high = picture.size
    ImageDraw.Draw(picture).rectangle((0, int(high * 0.9), wide // 2, high), fill=0)
    return picture


def test_stack_in_any_order_finds_its_people(desk: Desk) -> None:
    pictures = desk.pictures()
    forms = desk.forms()
    assert len(pictures) == 2 * len(forms) >= 4
    pages = [p.rotate(2, fillcolor=255) for p in reversed(pictures)]
    page = desk.read(pages)
    assert desk.filed() == {(form.id, n) for form in forms for n in (1, 2)}
    assert f"已归入 {len(pictures)} 页，待处理 0 页。" in page.text
    mine = next(form for form in forms if form.case_id == desk.cases[CHIEF].id)
    assert "签字扫描件，2 页" in desk.office.get(f"/archive/cases/{desk.cases[CHIEF].ref}").text
    scan = desk.office.get(f"{ADDRESS}/signed/{mine.id}.pdf").response.data
    with pikepdf.open(io.BytesIO(scan)) as pdf:
        assert len(pdf.pages) == 2
    with desk.store.reading() as conn:
        noted = conn.execute(
            sa.select(sa.func.count()).where(JournalEntry.action == "file_scan")
        ).scalar()
    assert noted == len(pictures)


def test_same_pages_are_not_filed_twice(desk: Desk) -> None:
    pictures = desk.pictures()
    desk.read(pictures)
    before = desk.filed()
    same = (desk.path / "stack.pdf").read_bytes()
    refused = desk.send(same, "再传一次.pdf", status=422)
    assert "这份扫描件已经上传过：签字件.pdf" in refused.text
    page = desk.read([*pictures[:2], pictures[0]])
    assert desk.filed() == before
    assert [o for _, o in desk.outcomes()][-3:] == ["repeated"] * 3
    assert page.text.count("这一页已有扫描件") == 3


def test_damaged_code_is_assigned_by_hand(desk: Desk) -> None:
    pictures = desk.pictures()
    pictures[1] = damaged(pictures[1])
    page = desk.read(pictures)
    assert desk.outcomes()[1] == (2, "unread")
    assert "页脚的二维码没有读出来" in page.text and "这些单位还没有收回的页" in page.text
    mended = f"{ADDRESS}/pages/{desk.page_id(2)}"
    assert f"{mended}.jpg" in page.response.get_data(as_text=True)
    assert desk.office.get(f"{mended}.jpg").response.data[:2] == b"\xff\xd8"
    one = desk.office.get(mended)
    options = one.tree.xpath("//select[@name='target']/option/@value")
    (target,) = [o for o in options if o]
    empty = desk.office.submit(one, {"target": ""}, action="/assign", status=422)
    assert "请选择这一页是谁的登记表" in empty.text
    desk.office.submit(one, {"target": target}, action="/assign", status=303)
    assert len(desk.filed()) == len(pictures)
    again = desk.office.get(mended)
    desk.office.submit(again, {}, action="/release", status=303)
    assert desk.outcomes()[1] == (2, "released") and len(desk.filed()) == len(pictures) - 1
    silent = desk.office.submit(desk.office.get(mended), {}, action="/discard", status=422)
    assert silent.errors == ["请写明剔除的理由"]
    assert desk.outcomes()[1] == (2, "released")
    why = {"reason": "重复扫描的白页"}
    desk.office.submit(desk.office.get(mended), why, action="/discard", status=303)
    assert desk.outcomes()[1] == (2, "discarded")
    assert "重复扫描的白页" in desk.office.get(mended).text
    desk.office.submit(desk.office.get(mended), {}, action="/release", status=303)
    assert desk.outcomes()[1] == (2, "released")
    said = journaled(desk, "discard_scan")
    assert (said["reason"], said["number"], said["page"]) == (*why.values(), 2, desk.page_id(2))
    assert journaled(desk, "take_up_scan")["was"] == "discarded"


def test_page_of_a_stack_being_read_says_so_and_comes_again(desk: Desk) -> None:
    waiting = desk.office.follow(desk.upload(desk.pictures()[:1]))
    assert "正在办理：读取签字扫描件" in waiting.text
    assert "本页每 3 秒自动更新" in waiting.text
    assert waiting.response.headers["Refresh"].startswith("3")


def journaled(desk: Desk, action: str) -> dict[str, Any]:
    """What the one entry of an action says, and that it names who did it."""
    with desk.store.reading() as conn:
        row = conn.execute(
            sa.select(JournalEntry.actor_account_id, JournalEntry.subject, JournalPayload.payload)
            .join(JournalPayload, JournalPayload.seq == JournalEntry.seq)
            .where(JournalEntry.action == action)
        ).one()
    assert row.subject == "scan_stack"
    assert row.actor_account_id is not None
    said: dict[str, Any] = json.loads(row.payload)
    return said


def test_page_that_cannot_be_opened_waits_by_hand_and_the_rest_is_filed(desk: Desk) -> None:
    pictures = desk.pictures()
    good = stack(pictures[:2], desk.path / "good.pdf")
    with pikepdf.open(good) as pdf, pikepdf.open(good) as more:
        pdf.add_blank_page(page_size=(14_400, 3))
        pdf.pages.append(pdf.pages[1])
        del pdf.pages[1]
        pdf.save(desk.path / "odd.pdf")
        assert len(more.pages) == 2
    sent = desk.send((desk.path / "odd.pdf").read_bytes(), "签字件.pdf")
    assert worker.run_one(desk.tools)
    page = desk.office.follow(sent)
    assert desk.outcomes() == [(1, "filed"), (2, "broken"), (3, "filed")]
    assert "这一页读不出来，其余各页已照常读取。请单独重新扫描这一页，再把它剔除" in page.text
    odd = f"{ADDRESS}/pages/{desk.page_id(2)}"
    one = desk.office.get(odd)
    assert "没有图片" in one.text
    assert one.tree.xpath("//select[@name='target']") == []
    assert desk.office.get(f"{odd}.jpg", status=404).response.status_code == 404
    desk.office.submit(one, {"reason": "已另行扫描"}, action="/discard", status=303)
    assert desk.outcomes()[1] == (2, "discarded")


def test_small_pictures_stand_in_the_read_log(desk: Desk) -> None:
    desk.read(desk.pictures()[:2])
    page_id = desk.page_id(1)
    assert desk.office.get(f"{ADDRESS}/pages/{page_id}.jpg").response.data[:2] == b"\xff\xd8"
    desk.site.app.extensions["kaoji"].read_log.flush()
    with desk.store.reading() as conn:
        rows = conn.execute(
            sa.select(ReadLog.object_id, ReadLog.case_id, ReadLog.account_id).where(
                ReadLog.what == "scan_page"
            )
        ).all()
        case_id = conn.execute(sa.select(ScanPage.case_id).where(ScanPage.id == page_id)).scalar()
    assert [(r.object_id, r.case_id) for r in rows] == [(page_id, case_id)]
    assert rows[0].account_id is not None


def test_outdated_form_says_so_and_is_not_filed(desk: Desk) -> None:
    pictures = desk.pictures()
    old = desk.forms()[0]
    with desk.store.transaction() as conn:
        make_void(conn, old.id, reason="重新出具", at=LATE, account_id=None)
    page = desk.read(pictures)
    assert [o for _, o in desk.outcomes()].count("outdated") == 2
    assert old.id not in {document for document, _ in desk.filed()}
    assert "已重新出具，内容可能已改" in page.text


def test_page_of_another_year_and_a_foreign_page_are_listed(desk: Desk) -> None:
    pictures = desk.pictures()
    with desk.store.transaction() as conn:
        row = conn.execute(sa.select(Cycle).where(Cycle.id == desk.world.cycle_id)).one()
        values = {**row._mapping, "ref": "2026-X", "year": 2026, "title": "2026年度考核"}
        values.pop("id")
        newer = conn.execute(sa.insert(Cycle).values(values).returning(Cycle.id)).scalar_one()
        conn.execute(
            sa.update(IssuedDocument)
            .where(IssuedDocument.id == desk.forms()[0].id)
            .values(code="AAAA-BBBB-CCCC")
        )
    content = stack(pictures, desk.path / "stack.pdf").read_bytes()
    page = desk.office.get(ADDRESS)
    sent = desk.office.submit(
        page,
        {"cycle": str(newer), "file": (io.BytesIO(content), "旧年.pdf")},
        action=ADDRESS,
        status=303,
    )
    assert worker.run_one(desk.tools)
    assert {o for _, o in desk.outcomes()} == {"unknown", "other_year"}
    assert "请在那个年度里上传" in desk.office.follow(sent).text


def test_file_with_a_password_says_so(desk: Desk) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(desk.printed())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="a", owner="a"))
    sent = desk.send(out.getvalue(), "加密.pdf")
    assert worker.run_one(desk.tools)
    assert "这份 PDF 设有打开密码，请取消密码后再上传" in desk.office.follow(sent).text
    with desk.store.reading() as conn:
        assert conn.execute(sa.select(ScanStack.status)).scalars().all() == ["failed"]


def test_what_is_no_pdf_is_refused_at_the_door(desk: Desk) -> None:
    assert "文件内容与扩展名不符" in desk.send(b"plain text", "签字件.pdf", status=422).text
    assert "请上传 pdf" in desk.send(b"plain text", "签字件.txt", status=422).text
    large = desk.send(b"%PDF-1.7" + b"0" * 50_000_001, "签字件.pdf", status=422)
    assert "文件最大 50 MB" in large.text


def test_reading_is_taken_up_where_it_stopped(desk: Desk) -> None:
    pictures = desk.pictures()
    desk.upload(pictures)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cases.jobs.scan_stack.CHUNK", 1)
        stops = iter([False, False, True])
        worker.run_one(desk.tools, stop=lambda: next(stops))
        assert 0 < len(desk.outcomes()) < len(pictures)
        worker.run_one(desk.tools)
    numbers = [number for number, _ in desk.outcomes()]
    assert numbers == list(range(1, len(pictures) + 1))
    assert len(desk.filed()) == len(pictures)


def test_others_see_no_scans(desk: Desk) -> None:
    desk.read(desk.pictures())
    contact = desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.unit)
    contact.get(ADDRESS, status=403)
    contact.get(f"{ADDRESS}/pages/{desk.page_id(1)}", status=404)
    elsewhere = desk.site.sign_in_as(Role.OFFICE, organ=desk.world.units["county"])
    elsewhere.get(f"{ADDRESS}/pages/{desk.page_id(1)}.pdf", status=404)
    elsewhere.get(f"{ADDRESS}/1", status=404)


def test_reading_broken_off_for_good_is_taken_up_by_the_same_file(desk: Desk) -> None:
    pictures = desk.pictures()
    sent = desk.upload(pictures)
    content = (desk.path / "stack.pdf").read_bytes()
    waiting = desk.send(content, "签字件.pdf", status=422)
    assert "这份扫描件已经上传过：签字件.pdf" in waiting.text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cases.jobs.scan_stack.CHUNK", 1)
        stops = iter([False, False, True])
        worker.run_one(desk.tools, stop=lambda: next(stops))
    with desk.store.transaction() as conn:
        conn.execute(sa.update(Job).values(status=JobStatus.FAILED.value))
    before = desk.outcomes()
    assert len(before) == 2
    stack_page = urlsplit(sent.response.headers["Location"]).path
    assert (
        "读取中断了，请再上传同一份文件，从中断的那一页接着读" in desk.office.get(stack_page).text
    )
    again = desk.send(content, "签字件.pdf")
    assert worker.run_one(desk.tools)
    assert urlsplit(again.response.headers["Location"]).path == stack_page
    numbers = [number for number, _ in desk.outcomes()]
    assert numbers == list(range(1, len(pictures) + 1))
    assert "读取中断了" not in desk.office.get(stack_page).text
    with desk.store.reading() as conn:
        done = conn.execute(sa.select(Job.done, Job.total).order_by(Job.id.desc())).first()
    assert done == (len(pictures), len(pictures))
