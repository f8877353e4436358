"""The archivist in real Chromium: a unit's volumes filed, bound, opened, checked by their code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.documents.press import Press
from cases.models import Filing
from cases.store import Store
from tests.journeys.test_archive import DEPUTY, Yard, press
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import FilingState, Role

__all__ = ["chromium", "press"]
pytestmark = pytest.mark.browser


@pytest.fixture
def yard(sqlite_store: Store, tmp_path: Path, press: Press) -> Iterator[Yard]:
    made = Yard(sqlite_store, tmp_path, press)
    made.print_all()
    yield made


def test_archivist_files_a_unit_and_finds_a_paper_by_its_code(
    yard: Yard, chromium: Browser, tmp_path: Path
) -> None:
    archivist = yard.site.sign_in_as(Role.ARCHIVIST, organ=yard.world.units["organ"])
    with opened_to(yard.site, chromium, tmp_path) as street:
        walk = street.sign_in(archivist)
        walk.shot("archive_worklist")
        walk.step("Open the unit")
        walk.click("到办理页")
        walk.shot("archive")
        walk.click("云州市生态环境局")
        walk.says("材料齐全")
        walk.shot("archive_unit")
        walk.step("File the first volumes")
        for case in yard.cases.values():
            walk.page.locator(f"#case-{case.id}").check()
            walk.count()
        walk.click("首卷归档")
        walk.says("等待装订")
        walk.shot("archive_filed")
        yard.print_all()
        walk.page.reload()
        walk.says("四性检测已通过")
        walk.step("Read a volume's papers and check")
        walk.click(DEPUTY)
        walk.says("年度考核登记表")
        walk.shot("archive_case")
        code = walk.page.locator("td[data-th='核验码']").first.inner_text()
        walk.step("Look a paper up by its code")
        walk.click("归档", within="nav.k-nav")
        walk.click("按核验码查文书")
        walk.type("核验码", code)
        walk.click("查文书")
        walk.says("校验值一致：文件与出具时相同")
        walk.shot("archive_code")
    with yard.store.reading() as conn:
        states = conn.execute(sa.select(Filing.state)).scalars().all()
    assert set(states) == {FilingState.FILED}
    assert walk.steps == told("archivist")
