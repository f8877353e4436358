"""A measure in Chromium: its owner reports with proof, another person confirms it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.commands import measures
from cases.models import Measure
from cases.store import Store
from tests.cases.commands.test_measures import CHIEF, DUE, low
from tests.journeys.walk import Walk, chromium, opened_to, told
from tests.notified import NOTIFIED_AT
from tests.web_client import open_site
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

RESULT = "三项问题全部整改到位，已由分管领导验收。"
PROOF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


def report(walk: Walk, title: str) -> None:
    walk.shot("organ_worklist")
    walk.step("Open the measure")
    walk.take(CHIEF)
    walk.heading(title)
    walk.shot("organ_measure")
    walk.step("Report it done with proof")
    walk.click("报告完成情况")
    walk.type("完成情况", RESULT)
    walk.attach("上传证明 （可不填）", PROOF)
    walk.shot("organ_report")
    walk.click("报告完成情况", within="main form")
    walk.says("下载证明")


def confirm(walk: Walk, title: str) -> None:
    walk.step("Confirm it as another person")
    walk.click(CHIEF, within=f'tr:has-text("{title}")')
    walk.says(RESULT)
    walk.shot("office_measure")
    walk.click("确认完成")
    walk.says("已确认")


def test_owner_reports_and_another_confirms(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    with sqlite_store.transaction() as conn:
        world, row = low(conn)
        measures.assign(conn, row.id, due_on=DUE, actor=world.actor(Role.OFFICE), at=NOTIFIED_AT)
    site = open_site(sqlite_store, tmp_path)
    site.clock.at = NOTIFIED_AT + timedelta(days=2)
    owner = site.sign_in_as(Role.RESPONSIBLE_ORGAN, unit=world.units["environment"])
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    with opened_to(site, chromium, tmp_path) as street:
        walk = street.sign_in(owner)
        report(walk, row.title)
        other = street.sign_in(office)
        confirm(other, row.title)
    with sqlite_store.reading() as conn:
        found = conn.execute(sa.select(Measure).where(Measure.id == row.id)).one()
    assert (found.state, found.proof, found.confirmed_by) == (
        "confirmed",
        RESULT,
        office.person_id,
    )
    assert {**walk.steps, **other.steps} == told("responsible_organ")
