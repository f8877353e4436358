"""The office in real Chromium: roster, scheme, year, lock, opening, scoping, progress."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.commands import calendar
from cases.demo.city import city, workbooks
from cases.demo.city.places import OFFICE
from cases.models import Case, Person, SelfReport, Unit
from cases.store import Store
from tests.journeys.test_setup import import_roster, organ_of, staff, work
from tests.journeys.walk import Walk, chromium, opened_to, told
from tests.web_client import NOW, Client, Site, open_site
from workflow.vocabulary import Role, State

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOWN = city.build(cadres=40)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("town")
    return {k: p.read_bytes() for k, p in workbooks.write_city(folder, TOWN).items()}


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path) -> Site:
    """As after founding: the organ and the calendar, nothing else."""
    with sqlite_store.transaction() as conn:
        organ = {"code": OFFICE, "name": "中共云州市委组织部", "name_key": "中共云州市委组织部"}
        conn.execute(sa.insert(Unit).values(**organ, has_body=False))
        days = [d for d in calendar.package_days(2025) if d.day.year <= 2026]
        calendar.load_days(conn, days, at=NOW)
    return open_site(sqlite_store, tmp_path)


def clerk_of(site: Site) -> Client:
    return site.sign_in_as(Role.OFFICE, organ=organ_of(site), name="周牧行")


def job_done(walk: Walk, site: Site) -> None:
    """The worker's turn; the page refreshes by itself, here at once."""
    work(site)
    walk.page.reload()


def test_roster_is_checked_row_by_row_and_imported_whole(
    site: Site, files: dict[str, bytes], chromium: Browser, tmp_path: Path
) -> None:
    clerk = clerk_of(site)
    book = {"name": "云州市名册.xlsx", "mimeType": SHEET, "buffer": files["roster"]}
    bad = "单位编码,姓名,公民身份号码,职务,职务类别\nX1,张三,123,局长,正职\n"
    wrong = {"name": "名册.csv", "mimeType": "text/csv", "buffer": bad.encode()}
    with opened_to(site, chromium, tmp_path) as street:
        walk = street.sign_in(clerk)
        walk.step("Upload a roster with a fault")
        walk.click("考核年度", within="nav.k-nav")
        walk.click("考核对象名册")
        walk.attach("名册文件", wrong)
        walk.shot("roster")
        walk.click("上传并检查")
        walk.says("正在办理")
        job_done(walk, site)
        walk.says("名册没有任何改动")
        walk.says("没有编码或名称为“X1”的单位")
        walk.shot("roster_refused")
        walk.step("Upload the mended roster")
        walk.click("考核对象名册")
        walk.attach("名册文件", book)
        walk.click("上传并检查")
        walk.says("正在办理")
        walk.shot("roster_waiting")
        job_done(walk, site)
        walk.shot("roster_checked")
        walk.step("Import it")
        walk.click("导入名册")
        job_done(walk, site)
        walk.says("已导入名册")
        walk.shot("roster_imported")
    with site.store.reading() as conn:
        people = conn.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one()
    assert people == len(TOWN.people)
    assert walk.steps == told("office_roster")


def sets_up(walk: Walk, scheme: bytes) -> None:
    walk.step("Save the scheme")
    walk.click("考核年度", within="nav.k-nav")
    walk.click("考核方案")
    walk.attach("方案文件", {"name": "scheme.yaml", "mimeType": "text/yaml", "buffer": scheme})
    walk.click("检查并保存方案")
    walk.says("第 1 版")
    walk.shot("scheme")
    walk.step("Make the year")
    walk.click("考核年度", within="nav.k-nav")
    walk.click("建立考核年度")
    walk.type("考核年度", "2025", within="main")
    walk.type("启动日期", "2025-12-01")
    walk.shot("year_new")
    walk.click("建立考核年度")
    walk.says("启动前检查")
    walk.shot("year_ready")


def opens_and_scopes(walk: Walk, site: Site) -> int:
    """Returns how many the page offered to confirm."""
    walk.step("Open the year")
    walk.page.reload()
    walk.click("启动年度考核")
    walk.says("正在办理")
    walk.shot("year_opening")
    job_done(walk, site)
    walk.says("已办完")
    walk.shot("year_open")
    walk.step("Confirm the assessed in bulk")
    walk.click("审核考核对象")
    walk.shot("scoping")
    everybody = walk.page.get_by_role("link", name="确认全部可确认的")
    offered = int("".join(c for c in everybody.inner_text() if c.isdecimal()))
    walk.press(everybody)
    walk.heading(f"确认 {offered} 名考核对象")
    walk.shot("scoping_preview")
    walk.click("确认考核对象")
    walk.says("正在办理")
    job_done(walk, site)
    walk.says("已办完")
    walk.shot("scoping_done")
    walk.step("Read the progress board")
    walk.click("年度管理", within="nav.k-nav")
    walk.shot("progress")
    return offered


def test_year_is_set_up_locked_opened_and_scoped(
    site: Site, files: dict[str, bytes], chromium: Browser, tmp_path: Path
) -> None:
    clerk = clerk_of(site)
    lead = site.sign_in_as(Role.OFFICE_LEAD, organ=organ_of(site), name="郗怀瑾")
    import_roster(clerk, files["roster"])
    staff(site)
    with opened_to(site, chromium, tmp_path) as street:
        walk = street.sign_in(clerk)
        sets_up(walk, files["scheme"])
        locks = street.sign_in(lead)
        locks.step("Open the year")
        locks.click("2025 年度考核")
        locks.shot("year_lock")
        locks.step("Lock the scheme")
        locks.click("锁定方案")
        locks.says("启动年度考核")
        locks.shot("year_locked")
        offered = opens_and_scopes(walk, site)
    with site.store.reading() as conn:
        counted = sa.select(Case.state, sa.func.count()).group_by(Case.state)
        states = {state: n for state, n in conn.execute(counted)}
        reports = conn.execute(sa.select(sa.func.count()).select_from(SelfReport)).scalar_one()
    left = sum(states.values()) - offered  # somebody decides on these by hand
    assert states == {State.DRAFTING: reports, State.SCOPED: left}
    assert reports == offered
    assert walk.steps == told("office")
    assert locks.steps == told("office_lead")
