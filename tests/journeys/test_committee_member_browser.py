"""A member of the deciding meeting in Chromium, on a phone: reads the board, can change nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import ReadLog
from cases.store import Store
from tests.decision_desk import crowd, open_desk
from tests.journeys.test_drafting_division_browser import POOL
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def test_member_reads_the_papers_before_the_meeting(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    crowd(sqlite_store, desk)
    member = desk.client(Role.COMMITTEE_MEMBER)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(member, width=390)
        walk.shot("member_worklist")
        walk.step("Open the pool")
        walk.click("考核组别", within="header")
        walk.take(POOL)
        walk.says("参考意见为优秀的 6 个，名额 3 个")
        walk.shot("member_board")
        assert walk.page.locator("main form, main button").count() == 0
        walk.step("Read one person's study")
        walk.take("沈知远")
        walk.says("统筹不够")
        walk.shot("member_case")
        walk.page.go_back()
        walk.step("Read the meeting's paper")
        walk.click("看会议材料")
        walk.shot("member_paper")
    desk.site.app.extensions["kaoji"].read_log.flush()
    with sqlite_store.reading() as conn:
        read = conn.execute(
            sa.select(ReadLog.what).where(ReadLog.person_id == member.person_id)
        ).scalars()
        assert sorted(read) == ["pool_paper", "synthesis"]
    assert walk.steps == told("committee_member")
