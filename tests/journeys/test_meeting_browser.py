"""A reporting meeting in real Chromium: planned, voted in the booth, sealed, opened, signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.booth import create_booth
from tests.browsing import served
from tests.cases.commands.ballots import PASSPHRASES
from tests.journeys.test_meeting import (
    HOME,
    fill_in,
    frozen_with_cards,
    group,
    make_key,
    office,
    planned,
    site,
    state,
    world,
)
from tests.journeys.walk import Walk, chromium, opened_to, told
from tests.web_client import Site
from tests.world import World
from workflow.vocabulary import MeetingState, Role

__all__ = ["chromium", "site", "world"]
pytestmark = pytest.mark.browser

MEETING = "云州市生态环境局 2025 年度民主测评"
HOLDERS = ("陆明晖", "方若谷", "秦望舒")


@contextmanager
def booth_of(site: Site) -> Iterator[str]:
    """The booth of the site behind a socket of its own."""
    with served(create_booth(site.settings), "localhost") as address:
        yield address


def makes_the_key(walk: Walk) -> None:
    walk.step("Make the opening key")
    walk.click("数据与测评", within="nav.k-nav")
    walk.click("测评会", within="nav.k-subnav")
    walk.click("看启封密钥")
    walk.click("制作启封密钥")
    for word, holder, words in zip("甲乙备", HOLDERS, PASSPHRASES, strict=True):
        walk.type(f"{word}份保管人", holder)
        walk.type(f"{word}份口令", words)
    for again, words in zip(walk.page.get_by_label("再输一次口令").all(), PASSPHRASES, strict=True):
        again.fill(words)
    walk.click("制作启封密钥")
    walk.heading("启封密钥三份，只显示这一次")
    walk.shot("key_shares")
    papers = walk.page.locator(".mt-share .mt-lines").all()
    shares = ["\n".join(paper.locator("li").all_inner_texts()) for paper in papers]
    walk.step("Two holders restore it once")
    walk.click("已经打印并交给保管人，去试还原")
    restores(walk, shares, 0, 2)
    walk.click("试还原")
    walk.heading("启封密钥制作")
    walk.shot("key_tested")


def restores(walk: Walk, shares: list[str], one: int, two: int) -> None:
    walk.type("第一份密钥", shares[one])
    walk.type("第一份的口令", PASSPHRASES[one])
    walk.type("第二份密钥", shares[two])
    walk.type("第二份的口令", PASSPHRASES[two])


def test_office_prepares_the_meeting_down_to_its_cards(
    site: Site, world: World, chromium: Browser, tmp_path: Path
) -> None:
    clerk = office(site, world)
    with opened_to(site, chromium, tmp_path) as street:
        walk = street.sign_in(clerk)
        makes_the_key(walk)
        walk.step("Plan the meetings")
        walk.click("测评会", within="nav.k-subnav")
        walk.type("会议日期", "2026-1-12")
        walk.type("会议地点 （可不填）", "三楼会议室")
        walk.click("安排测评会")
        walk.shot("meetings")
        walk.step("Check people and tellers")
        walk.click("云州市生态环境局")
        walk.click("核对和修改")
        walk.type("上级领导应到人数", "0")
        walk.type("班子成员与同级应到人数", "2")
        walk.type("下属与代表应到人数", "12")
        walk.pick("计票人 （可不填）", "路明晞（云州市生态环境局）")
        walk.pick("监票人 （可不填）", "秦望舒（云州市委组织部）")
        walk.shot("meeting_edit")
        walk.click("保存测评会")
        walk.step("Freeze the sheets")
        walk.click("锁定表样")
        walk.click("锁定表样")
        walk.shot("meeting_frozen")
        walk.step("Print the cards")
        with walk.page.expect_response("**/cards") as printed:
            walk.click("制作测评卡")
        walk.page.goto(f"{walk.address}{HOME}")
        walk.says("测评卡已制作 14 张")
        walk.shot("meeting_cards")
    answer = printed.value
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert state(site) == MeetingState.FROZEN
    assert walk.steps == told("office_meeting")


def votes(walk: Walk, code: str) -> None:
    """One card by hand on a phone: typed code, every row marked, handed in."""
    walk.step("Enter with the card")
    walk.type("卡上的编码", code)
    walk.click("打开测评表")
    walk.shot("booth_empty")
    walk.step("Mark every row")
    for row in walk.page.locator("fieldset.bo-q").all():
        row.get_by_label("优秀", exact=True).check()
        walk.count()
    walk.says("都填好了")
    walk.shot("booth_ballot")
    walk.step("Check and hand in")
    walk.click("下一步：核对")
    walk.shot("booth_review")
    walk.click("交卡")
    walk.heading("已交卡，已入测评箱")
    walk.shot("booth_done")


def test_group_holds_the_meeting_and_a_voter_hands_in(
    site: Site, world: World, chromium: Browser, tmp_path: Path
) -> None:
    clerk, hall = office(site, world), group(site, world)
    make_key(clerk)
    planned(clerk, world)
    cards = frozen_with_cards(site, clerk, world)
    with opened_to(site, chromium, tmp_path) as street, booth_of(site) as booth:
        holds = street.sign_in(hall)
        holds.step("Open the meeting")
        holds.click(MEETING)
        holds.step("Open the urn")
        holds.shot("meeting_ready")
        holds.click("开始测评")
        holds.says("测评进行中")
        voter = street.visitor(width=390)
        voter.page.goto(booth)
        votes(voter, cards[0].spaced)
        assert fill_in(site, cards[1:13]) == [200] * 12
        holds.step("Read the approximate number")
        holds.click("更新")
        holds.says("10 张")
        holds.shot("meeting_voting")
        holds.step("Call for the last card and seal")
        holds.click("收卡封箱")
        holds.heading("应交 14，已交 13")
        holds.type("应到人数", "14")
        holds.type("实到人数", "13")
        holds.shot("meeting_close")
        holds.click("封箱")
        holds.says("封箱后要办的事")
        holds.shot("meeting_held")
    assert state(site) == MeetingState.HELD
    assert holds.steps == told("assessment_group_meeting")
    assert voter.steps == told("voter")


def sealed(site: Site, world: World) -> list[str]:
    """A meeting with a closed urn; its three shares."""
    clerk, hall = office(site, world), group(site, world)
    shares = make_key(clerk)
    planned(clerk, world)
    cards = frozen_with_cards(site, clerk, world)
    hall.submit(hall.get(HOME), action="/open")
    assert fill_in(site, cards[:13]) == [200] * 13
    hall.submit(hall.get(f"{HOME}/close"), {"due": "14", "present": "13"})
    return shares


def reconciles(walk: Walk) -> None:
    walk.step("Open the meeting")
    walk.click(MEETING)
    walk.step("Count the cards on the table")
    walk.click("核对测评卡")
    for name in ("班子成员与同级", "下属与代表", "上级领导"):
        walk.type(f"{name}收回张数", "1" if name == "下属与代表" else "0")
        walk.type(f"{name}缺数", "0")
    walk.shot("meeting_table")
    walk.click("保存核对结果")
    walk.says("两位保管人启封计票")


def signs(walk: Walk) -> None:
    walk.step("Read the tally and sign it")
    walk.click("看统计表并签名")
    walk.shot("tally")
    walk.click("核对无误，签名")


def test_two_holders_open_the_urn_and_the_tellers_sign(
    site: Site, world: World, chromium: Browser, tmp_path: Path
) -> None:
    shares = sealed(site, world)
    teller = site.sign_in_as(person_id=world.people["contact"])
    supervisor = site.sign_in_as(person_id=world.people["recorder"])
    holder = site.sign_in_as(Role.KEY_HOLDER, organ=world.units["organ"])
    with opened_to(site, chromium, tmp_path) as street:
        counts = street.sign_in(teller)
        reconciles(counts)
        opens = street.sign_in(holder)
        opens.step("Open the urn from the worklist")
        opens.shot("holder_worklist")
        opens.click(MEETING)
        opens.step("Two holders enter their shares")
        restores(opens, shares, 0, 1)
        opens.shot("opening")
        opens.click("启封计票")
        opens.says("再次启封核对")
        opens.shot("opened")
        opens.page.goto(f"{opens.address}/worklist")
        assert opens.page.get_by_text(MEETING).count() == 0
        counts.page.reload()
        signs(counts)
        watches = street.sign_in(supervisor)
        watches.step("Open the meeting")
        watches.click(MEETING)
        signs(watches)
        watches.step("Record the count")
        watches.click("登记计票结果")
        watches.says("计票结果已登记")
        watches.shot("counted")
    assert state(site) == MeetingState.COUNTED
    assert counts.steps == told("teller")
    assert opens.steps == told("key_holder")
    assert watches.steps == told("tally_supervisor")
