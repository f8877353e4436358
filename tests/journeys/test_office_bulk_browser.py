"""Many cases at once in Chromium: ticked, previewed, done by a job, told row by row."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import Case, Decision, Statement
from cases.store import Store
from tests.decision_desk import Desk, case_row, open_desk, tell
from tests.journeys.test_bulk import Hall
from tests.journeys.test_setup import work
from tests.journeys.walk import PASSWORD, Walk, chromium, opened_to, told
from workflow.vocabulary import Action, Grade, Role, State

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def hall(sqlite_store: Store, tmp_path: Path) -> Hall:
    return Hall(sqlite_store, tmp_path)


def rows(walk: Walk) -> list[str]:
    return walk.page.locator("main tbody td[data-th='结果']").all_inner_texts()


def test_office_starts_reports_for_many_and_reads_each_row(
    hall: Hall, chromium: Browser, tmp_path: Path
) -> None:
    cases = hall.cases
    with opened_to(hall.site, chromium, tmp_path) as street:
        walk = street.sign_in(hall.office)
        walk.step("Choose them in the list")
        walk.click("考核对象", within="nav.k-nav")
        walk.click(f"待审核 {len(cases)}")
        for case in cases[:3]:
            walk.page.locator(f"#case-{case.ref}").check()
            walk.count()
        walk.says("已选 3 件")
        walk.shot("bulk_list")
        walk.step("Check the list of names")
        walk.click("启动述职")
        walk.heading("启动述职 3 件，请先核对名单")
        walk.shot("bulk_preview")
        walk.step("Start and read each row")
        hall.write(cases[1].id, version=cases[1].version + 1)
        walk.click("启动述职（3 件）")
        walk.says("正在后台办理")
        walk.shot("bulk_waiting")
        hall.work()
        walk.page.reload()
        walk.says("办好 2 件，1 件没有办")
        walk.says("预览之后已有变动")
        walk.shot("bulk_done")
        assert rows(walk) == ["已办理", "未办理", "已办理"]
        walk.click("未办理 1")
        assert rows(walk) == ["未办理"]
    assert [c.state for c in hall.cases[:3]] == ["drafting", "scoped", "drafting"]
    assert walk.steps == told("office_bulk")


def test_office_tells_many_and_proves_himself_again(
    sqlite_store: Store, chromium: Browser, tmp_path: Path
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    cadres = decided(desk)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.OFFICE))
        walk.step("Check the list of names")
        previews(walk, cadres)
        walk.says("告知书送达后不能收回")
        walk.shot("bulk_grave")
        walk.step("Prove oneself again")
        desk.site.clock.at += timedelta(minutes=11)
        walk.click(f"{NOTIFY}（{len(cadres)} 件）")
        walk.type("密码", PASSWORD)
        walk.shot("bulk_password")
        walk.click(f"{NOTIFY}（{len(cadres)} 件）")
        walk.step("Read each row")
        walk.says("正在后台办理")
        work(desk.site)
        walk.page.reload()
        walk.says(f"{len(cadres)} 件全部办好")
        walk.shot("bulk_told")
    assert {case_row(sqlite_store, c.id).state for c in cadres} == {"notified"}
    assert walk.steps == told("office_bulk_grave")


NOTIFY = Action.NOTIFY.zh


def decided(desk: Desk) -> list[Any]:
    """All cadres decided and released, none told."""
    cadres = [c for c in desk.cases.values() if c.kind == "cadre"]
    with desk.store.transaction() as conn:
        for case in cadres:
            tell(conn, case.id, Grade.COMPETENT)
        conn.execute(sa.delete(Statement))
        conn.execute(sa.update(Decision).values(notified_on=None))
        ids = [c.id for c in cadres]
        conn.execute(sa.update(Case).where(Case.id.in_(ids)).values(state=State.DECIDED))
    return cadres


def previews(walk: Walk, cadres: list[Any]) -> None:
    walk.click("考核对象", within="nav.k-nav")
    walk.click(f"{State.DECIDED.zh} {len(cadres)}")
    for case in cadres:
        walk.page.locator(f"#case-{case.ref}").check()
        walk.count()
    walk.click(NOTIFY)
    walk.heading(f"{NOTIFY} {len(cadres)} 件，请先核对名单")
