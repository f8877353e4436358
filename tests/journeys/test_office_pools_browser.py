"""The office in Chromium: suggestions computed, a study written, a pool compared and balanced."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.commands.synthesis import write_comment
from cases.models import Pool, Synthesis
from cases.store import Store
from tests.decision_desk import case_row, open_desk
from tests.journeys.test_setup import work
from tests.journeys.walk import Walk, chromium, opened_to, told
from tests.world import AT
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

POOL = "市直部门 · 领导干部 · 正职"
CHIEF = "沈知远"
PERFORMANCE = "牵头完成入河排污口整治，群众认可度高。"
SHORTCOMINGS = "统筹内设机构力量不够。"


def studies(walk: Walk) -> None:
    walk.step("Read the pool board")
    walk.click("考核组别", within="nav.k-nav")
    walk.click(POOL)
    walk.says("综合研判还没有写")
    walk.shot("office_board")
    walk.step("Write the study")
    walk.click(CHIEF, within="table.pb-table")
    walk.type("主要表现", PERFORMANCE)
    walk.type("主要不足", SHORTCOMINGS)
    walk.shot("office_study")
    walk.click("保存综合研判")
    walk.says("综合研判已保存")


def balances(walk: Walk) -> None:
    walk.step("Propose a grade for each")
    walk.click("考核组别", within="nav.k-nav")
    walk.click(POOL)
    walk.pick(f"{CHIEF}的等次建议", "称职")
    walk.click("核对名单后提出等次建议")
    walk.pick(f"{CHIEF}与参考意见不同的理由", "综合研判意见")
    walk.shot("office_pool_check")
    walk.click("重新核对并提出 1 个建议")
    walk.says("组内均已提出等次建议")
    walk.step("Balance")
    walk.click("提交平衡方案")
    walk.says("平衡方案已提交")
    walk.shot("office_balanced")


def test_office_computes_studies_and_balances(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path, texts=False)
    chief = desk.cases[CHIEF]
    with sqlite_store.transaction() as conn:
        leader = desk.world.actor(person="lead")
        write_comment(conn, chief, text="表现好", grade=None, actor=leader, at=AT)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.OFFICE))
        walk.step("Compute all suggestions")
        walk.click("考核组别", within="nav.k-nav")
        walk.shot("office_pools")
        walk.click("计算全部参考意见")
        walk.says("正在后台办理")
        walk.shot("office_computing")
        work(desk.site)
        walk.page.reload()
        walk.says(f"{len(desk.cases)} 件全部办好")
        walk.shot("office_computed")
        studies(walk)
        balances(walk)
    with sqlite_store.reading() as conn:
        state = conn.execute(sa.select(Pool.state).where(Pool.id == chief.pool_id)).scalar_one()
        study = conn.execute(
            sa.select(Synthesis.performance, Synthesis.shortcomings).where(
                Synthesis.case_id == chief.id
            )
        ).one()
    assert (state, *study) == ("balanced", PERFORMANCE, SHORTCOMINGS)
    assert case_row(sqlite_store, chief.id).proposed_grade == "competent"
    assert walk.steps == told("office_pools")
