"""A member of the assessment group in Chromium: a talk by two, signed by both."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import Talk
from cases.store import Store
from tests.journeys.test_talks import TALK, Group
from tests.journeys.walk import Walk, chromium, opened_to, told

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def record(walk: Walk) -> None:
    walk.step("Find the person")
    walk.click("看考核对象名单")
    walk.take("欧阳明远")
    walk.shot("group_case")
    walk.step("Record the talk")
    walk.click("看谈话记录")
    walk.click("记录谈话")
    walk.type("谈话对象", TALK["interviewee"])
    walk.type("谈话日期", TALK["held_on"])
    walk.type("谈话地点", TALK["place"])
    walk.pick("另一名谈话人", "乙组员")
    walk.type("谈话要点", TALK["content"])
    walk.pick("谈话对象建议的等次 （可不填）", "优秀")
    walk.shot("group_talk")
    walk.click("保存并签名")
    walk.says("等待另一名谈话人签名")
    walk.shot("group_signed")


def test_two_talkers_record_and_sign(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    group = Group(sqlite_store, tmp_path)
    first, second = group.member(name="甲组员"), group.member(name="乙组员")
    with opened_to(group.site, chromium, tmp_path) as street:
        walk = street.sign_in(first)
        record(walk)
        other = street.sign_in(second)
        other.shot("group_worklist")
        other.step("Sign as the second talker")
        other.take("欧阳明远")
        other.click("签名确认")
        other.says("两人已签名")
        other.page.goto(street.address)
        other.says("没有要办的事项")
    with sqlite_store.reading() as conn:
        talk = conn.execute(sa.select(Talk)).one()
    assert (talk.place, talk.content) == (TALK["place"], TALK["content"])
    assert talk.second_signed_at is not None
    assert {**other.steps, **walk.steps} == told("assessment_group")
