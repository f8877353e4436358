"""The case page and the one view for plain moves, as the office and the subject see them."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform
from cases.models import Case
from cases.store import Store
from tests.web_client import Page, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Action, Role


@pytest.fixture
def opened(sqlite_store: Store, tmp_path: Path) -> tuple[Site, World, dict[str, str]]:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        found = {
            n: (i, r) for n, i, r in conn.execute(sa.select(Case.subject_name, Case.id, Case.ref))
        }
        chief = found["沈知远"][0]
        perform(conn, chief, Action.OPEN_SELF_REPORT, actor=office, at=AT)
        conn.execute(sa.update(Case).where(Case.id == chief).values(state="collecting"))
    site = open_site(sqlite_store, tmp_path)
    site.clock.at = AT
    return site, world, {name: ref for name, (_, ref) in found.items()}


def test_case_page_says_where_it_stands_and_what_can_be_done(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    page = office.get(f"/cases/{refs['沈知远']}")
    assert page.h1.startswith("沈知远")
    assert any("/moves/pass_data" in link for link in page.links)
    history = office.get(f"/cases/{refs['沈知远']}/history")
    assert "启动述职" in history.text


def test_plain_move_is_made_once_through_the_one_view(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    url = f"/cases/{refs['沈知远']}/moves/pass_data"
    page = office.get(url)
    office.submit(page, {}, status=303)
    with site.store.reading() as conn:
        row = conn.execute(sa.select(Case).where(Case.ref == refs["沈知远"])).one()
    assert row.state == "evaluating"
    office.get(url, status=404)


def test_returning_move_without_reason_says_so_at_the_field(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    base = f"/cases/{refs['沈知远']}/moves"
    office.submit(office.get(f"{base}/pass_data"), {}, status=303)
    page = office.get(f"{base}/recall_data")
    again = office.submit(page, {"reason": ""}, status=422)
    assert again.errors != []
    office.submit(page, {"reason": "单位数据有误,退回核对"}, status=303)
    with site.store.reading() as conn:
        row = conn.execute(sa.select(Case).where(Case.ref == refs["沈知远"])).one()
    assert row.state == "collecting"


def test_case_page_is_not_found_for_strangers_and_open_to_the_subject(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    stranger = site.sign_in_as(person_id=world.people["head"])
    stranger.get(f"/cases/{refs['沈知远']}", status=404)
    subject = site.sign_in_as(person_id=world.people["chief"])
    page = subject.get(f"/cases/{refs['沈知远']}")
    assert "综合得分" not in page.text
    subject.get(f"/cases/{refs['沈知远']}/moves/pass_data", status=404)
    subject.get("/cases/2025-1-ZG9999", status=404)


def tabs(page: Page) -> dict[str, str]:
    links = page.tree.xpath("//nav[contains(@class,'k-tabs')]/a")
    return {str(a.text): str(a.get("href")) for a in links}


def test_each_part_has_a_page_marked_in_the_tabs(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    found = tabs(office.get(f"/cases/{refs['沈知远']}"))
    assert list(found) == [
        "概览", "述职", "实绩数据", "民主测评", "谈话与核实",
        "综合研判与审定", "结果运用", "材料与归档", "经过",
    ]  # fmt: skip
    for name, url in found.items():
        here = office.get(url).tree.xpath("//nav[contains(@class,'k-tabs')]/a[@aria-current]")
        assert [a.text for a in here] == [name]


def test_part_behind_a_right_is_not_there_for_others(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    own = site.sign_in_as(person_id=world.people["chief"])
    page = own.get(f"/cases/{refs['沈知远']}")
    assert "谈话与核实" not in tabs(page)
    assert "谈话" not in page.text
    own.get(f"/cases/{refs['沈知远']}/parts/talks", status=404)
    own.get(f"/cases/{refs['沈知远']}/parts/nowhere", status=404)
    stranger = site.sign_in_as(person_id=world.people["head"])
    stranger.get(f"/cases/{refs['沈知远']}/parts/self_report", status=404)


def test_what_is_missing_leads_to_its_part(opened: tuple[Site, World, dict[str, str]]) -> None:
    site, world, refs = opened
    with site.store.transaction() as conn:
        chief = sa.update(Case).where(Case.ref == refs["沈知远"])
        conn.execute(chief.values(state="synthesising"))
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    lines = office.get(f"/cases/{refs['沈知远']}").tree.xpath(
        "//ul[contains(@class,'k-todo')]/li[a or span/a]"
    )
    told = [
        (str(li.xpath("string(.//a)")), li.xpath("string(.//*[@class='k-sub'])")) for li in lines
    ]
    assert told == [
        ("综合研判材料还没有形成", "等待：考核组成员、承办处室经办人"),
        ("评语和等次建议还没有填写", "等待：主管领导 陆明晖"),
    ]


def test_whoever_comes_second_reads_what_happened_meanwhile(
    opened: tuple[Site, World, dict[str, str]],
) -> None:
    site, world, refs = opened
    first = site.sign_in_as(Role.OFFICE, organ=world.units["organ"], name="甲经办")
    second = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    base = f"/cases/{refs['沈知远']}/moves"
    first.submit(first.get(f"{base}/pass_data"), {}, status=303)
    late = second.get(f"{base}/recall_data")
    first.submit(first.get(f"{base}/recall_data"), {"reason": "单位数据有误,退回核对"}, status=303)
    first.submit(first.get(f"{base}/pass_data"), {}, status=303)
    page = second.submit(late, {"reason": "再核对一次数据来源"}, status=409)
    assert page.h1 == "这份考核卷已经往前走了"
    told = page.tree.xpath("//ol[contains(@class,'k-time')]/li/strong/text()")
    assert told == ["数据核报完成", "退回数据核报"]
    assert "甲经办" in page.text
    assert page.tree.xpath("//dl[@class='er-diff']//dd/span/text()") == ["测评中", "测评中"]
