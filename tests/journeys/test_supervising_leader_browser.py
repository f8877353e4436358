"""The supervising leader in Chromium, on a phone: a comment and a suggested grade."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import LeaderComment
from cases.store import Store
from tests.decision_desk import open_desk
from tests.journeys.walk import chromium, opened_to, told
from workflow.vocabulary import Role

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

TEXT = "抓环保督察整改有力，统筹还不够，应多到基层。"


def test_leader_comments_from_the_worklist(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    desk = open_desk(sqlite_store, tmp_path, texts=False)
    with opened_to(desk.site, chromium, tmp_path) as street:
        walk = street.sign_in(desk.client(Role.SUPERVISING_LEADER, person="lead"), width=390)
        walk.shot("leader_worklist")
        walk.step("Open the person")
        walk.take("沈知远")
        walk.step("Comment and suggest")
        walk.type("评语", TEXT)
        walk.tick("称职")
        walk.shot("leader_comment")
        walk.click("保存评语")
        walk.says("建议 称职")
        walk.shot("leader_saved")
    with sqlite_store.reading() as conn:
        found = conn.execute(
            sa.select(
                LeaderComment.case_id,
                LeaderComment.text,
                LeaderComment.grade,
                LeaderComment.person_id,
            )
        ).all()
    lead = desk.world.people["lead"]
    assert [tuple(r) for r in found] == [(desk.cases["沈知远"].id, TEXT, "competent", lead)]
    assert walk.steps == told("supervising_leader")
