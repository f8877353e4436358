"""Figures in real Chromium: typed by one person of the department, verified by another, locked."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

OTHERS = (("hightech", "科技局"), ("pm25", "生态环境局"), ("energy", "统计局"))


def handed_in(desk: DataDesk, indicator: str, unit: str) -> None:
    """The figure of another indicator, typed and verified by two people."""
    clerk, boss = desk.staff(Role.DATA_PROVIDER, unit), desk.staff(Role.DATA_VERIFIER, unit)
    page = clerk.get(f"/data/indicators/{indicator}")
    figure = {**desk.typed("31.5", source="年报"), "do": "hand_in"}
    clerk.submit(page, figure, action="/data")
    queue = boss.get(f"/data/verification/{indicator}")
    boss.submit(queue, {"take": str(desk.sheet_id)}, action="/data/verification")


def confirmed(desk: DataDesk) -> None:
    """The unit takes its verified figures as they are; until then the sheet stays open."""
    unit = desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["county"])
    page = unit.get(f"/data/sheets/{desk.sheet_id}/confirm")
    unit.follow(unit.submit(page, action="/confirm"))


def test_figure_goes_from_the_provider_over_the_verifier_to_the_lock(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = DataDesk(sqlite_store, tmp_path)
    for indicator, unit in OTHERS:
        handed_in(desk, indicator, unit)
    clerk, boss = desk.staff(Role.DATA_PROVIDER), desk.staff(Role.DATA_VERIFIER)
    office = desk.office()
    with opened_to(desk.site, chromium, tmp_path) as street:
        types = street.sign_in(clerk)
        types.step("Open the sheet")
        types.click("沙溪县")
        types.heading("数据填报")
        types.step("Type the figure")
        types.type("沙溪县的数值", "2.1")
        types.type("沙溪县的数据来源", "市统计年报")
        types.shot("data_grid")
        types.click("报送已填的值")
        types.says("已报送 1 个值，等待审核")
        types.shot("data_grid_sent")
        checks = street.sign_in(boss)
        checks.step("Open the sheet")
        checks.click("沙溪县")
        checks.heading("数据审核")
        checks.step("Verify the figure")
        checks.tick("选择 沙溪县")
        checks.shot("data_verification")
        checks.click("审核通过勾选的值")
        checks.says("已审核通过 1 个值")
        checks.shot("data_verified")
        confirmed(desk)
        locks = street.sign_in(office)
        locks.step("Open the sheet")
        locks.click("沙溪县", within="section:has(h2:text-is('锁定数据表'))")
        locks.step("Lock the sheet")
        locks.shot("data_sheet")
        locks.click("锁定数据表")
        locks.says("已锁定")
        locks.shot("data_sheet_locked")
    value = desk.value()
    assert (value.value, value.source, value.state) == ("2.1", "市统计年报", "frozen")
    assert desk.sheet_state() == "frozen"
    assert types.steps == told("data_provider")
    assert checks.steps == told("data_verifier")
    assert locks.steps == told("office_data")
