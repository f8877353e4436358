"""The office's side of 结果运用 and 归档 in Chromium: a measure handed out, volumes filed."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.documents.press import Press
from cases.models import Filing, Measure
from cases.store import Store
from tests.journeys.test_archive import DEPUTY, Yard, press
from tests.journeys.walk import Walk, chromium, opened_to, told
from workflow.vocabulary import FilingState, Role

__all__ = ["chromium", "press"]
pytestmark = pytest.mark.browser

UNIT = "云州市生态环境局"


@pytest.fixture
def yard(sqlite_store: Store, tmp_path: Path, press: Press) -> Yard:
    made = Yard(sqlite_store, tmp_path, press)
    made.print_all()
    return made


def hands_out(walk: Walk, title: str) -> None:
    walk.step("Hand a measure out")
    walk.click("结果与归档", within="nav.k-nav")
    walk.shot("office_measures")
    walk.click(title, within=f'tr:has-text("{DEPUTY}")')
    walk.click("交办事项")
    walk.type("办理期限", "2026-1-31")
    walk.shot("office_assign")
    walk.click("交办事项", within="main form")
    walk.heading(title)
    walk.says("已交办")
    walk.shot("office_assigned")


def files(walk: Walk, yard: Yard) -> None:
    walk.step("File a unit's first volumes")
    walk.click("归档", within="nav.k-subnav")
    walk.shot("office_archive")
    walk.click(UNIT)
    walk.says("材料齐全")
    for case in yard.cases.values():
        walk.page.locator(f"#case-{case.id}").check()
        walk.count()
    walk.shot("office_volumes")
    walk.click("首卷归档")
    walk.says("等待装订")
    yard.print_all()
    walk.page.reload()
    walk.says("四性检测已通过")
    walk.shot("office_filed")
    walk.step("Read a volume's papers")
    walk.click(DEPUTY)
    walk.says("年度考核登记表")
    walk.shot("office_papers")


def test_office_hands_a_measure_out_and_files_the_volumes(
    yard: Yard, chromium: Browser, tmp_path: Path
) -> None:
    office = yard.site.sign_in_as(Role.OFFICE, organ=yard.world.units["organ"])
    one = yard.measure()
    with opened_to(yard.site, chromium, tmp_path) as street:
        walk = street.sign_in(office)
        hands_out(walk, one.title)
        files(walk, yard)
    with yard.store.reading() as conn:
        handed = sa.select(Measure.state, Measure.due_on).where(Measure.id == one.id)
        state, due_on = conn.execute(handed).one()
        filed = conn.execute(sa.select(Filing.state)).scalars().all()
    assert (state, due_on.isoformat()) == ("assigned", "2026-01-31")
    assert filed == [FilingState.FILED] * len(yard.cases)
    assert walk.steps == told("office_filing")
