"""The navigation: at most six places on the first line, the others under the title of their group."""

from typing import Any

import pytest

from tests.decision_desk import Desk, open_desk
from tests.web_client import Page
from workflow.vocabulary import Role


@pytest.fixture
def desk(sqlite_store: Any, tmp_path: Any) -> Desk:
    return open_desk(sqlite_store, tmp_path, texts=False)


def line(page: Page, css: str) -> dict[str, str]:
    """Name -> address of the places of a line of the navigation."""
    links = page.tree.xpath(f"//nav[@class='{css}']//a")
    return {str(a.text).strip(): str(a.get("href")) for a in links}


def marked(page: Page) -> list[tuple[str, str]]:
    """What the navigation marks as current, and how."""
    links = page.tree.xpath("//header//nav//a[@aria-current]")
    return [(str(a.text).strip(), a.get("aria-current")) for a in links]


def test_office_finds_every_place_within_two_lines(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    home = office.get("/worklist")
    first = line(home, "k-nav")
    assert list(first) == [
        "待我办理", "考核对象", "年度管理", "数据与测评", "考核组别", "结果与归档"
    ]  # fmt: skip
    assert line(home, "k-subnav") == {}
    second = {name: list(line(office.get(url), "k-subnav")) for name, url in first.items()}
    assert second == {
        "待我办理": [],
        "考核对象": [],
        "年度管理": ["进度", "考核年度"],
        "数据与测评": ["实绩数据", "指标得分", "测评会", "了解核实", "征求意见"],
        "考核组别": [],
        "结果与归档": ["结果运用", "归档"],
    }


def test_both_lines_mark_where_the_reader_is(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    assert marked(office.get("/worklist")) == [("待我办理", "page")]
    letters = office.get(line(office.get("/data/sheets"), "k-subnav")["征求意见"])
    assert marked(letters) == [("数据与测评", "true"), ("征求意见", "page")]


def test_few_places_stand_on_one_line(desk: Desk) -> None:
    archivist = desk.client(Role.ARCHIVIST).get("/worklist")
    assert (list(line(archivist, "k-nav")), line(archivist, "k-subnav")) == (
        ["待我办理", "考核对象", "归档"],
        {},
    )


def test_whoever_holds_every_role_has_six_places_at_most(desk: Desk) -> None:
    first = line(desk.client(*Role).get("/worklist"), "k-nav")
    assert list(first) == [
        "待我办理", "考核对象", "年度管理", "数据与测评", "审定与复核", "结果与归档"
    ]  # fmt: skip
