"""Deductions and bonuses over HTTP: entered, verified, objected to, as workbook, seen by the unit."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import UnitItem
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.journeys.test_data_sheets import contact, settle, workbook
from tests.web_client import Client
from workflow.vocabulary import Role

HEADS = [
    "编号",
    "单位名称",
    "事项编码",
    "事项名称",
    "起数",
    "分值",
    "事实",
    "发生日期",
    "来源",
    "佐证文号",
]
FACT = "7 月某企业发生一般生产安全事故"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    found = DataDesk(sqlite_store, tmp_path)
    found.units["组织部"] = found.world.units["organ"]
    return found


def clerk(desk: DataDesk) -> Client:
    return desk.staff(Role.DATA_PROVIDER, "组织部", name="填报甲")


def checker(desk: DataDesk) -> Client:
    return desk.staff(Role.DATA_VERIFIER, "组织部", name="审核乙")


def typed(desk: DataDesk, **more: str) -> dict[str, str]:
    return {
        "unit": str(desk.world.units["county"]), "item": "safety", "cases": "1", "fact": FACT,
        "happened_on": "2025-07-18", "document": "云安委〔2025〕12号", **more,
    }  # fmt: skip


def rows(desk: DataDesk) -> list[tuple[str, str]]:
    with desk.store.reading() as conn:
        found = conn.execute(sa.select(UnitItem.item, UnitItem.state).order_by(UnitItem.id))
        return [(item, state) for item, state in found]


def test_fact_goes_from_its_department_to_the_unit_and_back(desk: DataDesk) -> None:
    settle(desk)
    me = clerk(desk)
    bad = me.submit(me.get("/data/items"), typed(desk, document=""), action="", status=422)
    assert bad.errors == ["佐证文号：“安全生产”须有佐证：填写文号或者上传材料"]
    assert rows(desk) == []
    done = me.follow(me.submit(me.get("/data/items"), typed(desk), action=""))
    assert "已报送 1 条，等待审核" in done.text
    assert rows(desk) == [("safety", "submitted")]
    other = checker(desk)
    queue = other.get("/data/items/verification")
    assert FACT in queue.text
    other.submit(queue, action="/verify")
    assert rows(desk) == [("safety", "verified")]
    unit = contact(desk)
    page = unit.get(f"/data/sheets/{desk.sheet_id}/confirm")
    assert FACT in page.text
    unit.submit(unit.get("/data/items/1/object"), {"reason": "事故不在本县发生"}, action="/object")
    assert rows(desk) == [("safety", "disputed")]
    page = unit.get(f"/data/sheets/{desk.sheet_id}/confirm")
    assert page.forms() == []
    assert "有异议的数据答复以后，才能确认全部数据" in page.text
    answer = me.get("/data/items/1/answer")
    told = {"outcome": "kept", "reason": "经核实事故发生在本县"}
    me.submit(answer, told, action="/answer")
    assert rows(desk) == [("safety", "verified")]
    page = desk.office().get(f"/data/sheets/{desk.sheet_id}")
    assert "经核实事故发生在本县" in page.text


def test_returned_fact_is_corrected_and_others_find_nothing(desk: DataDesk) -> None:
    me, other = clerk(desk), checker(desk)
    me.submit(me.get("/data/items"), typed(desk), action="")
    look = other.get("/data/items/1/look")
    other.submit(look, {"what": "return", "reason": "起数与通报不符"}, action="/look")
    page = me.get("/data/items/1")
    assert "起数与通报不符" in page.text
    me.submit(page, typed(desk, cases="2"), action="")
    assert rows(desk) == [("safety", "submitted")]
    me.get("/data/items/1", status=404)
    foreign = desk.staff(Role.DATA_VERIFIER, "统计局")
    assert "没有要填报的加减分事项" in foreign.get("/data/items/verification").text
    look = other.get("/data/items/1/look")
    other.submit(look, {"what": "withdraw", "reason": "通报已经撤销"}, action="/look")
    assert "已撤销" in me.get("/data/items").text


def test_workbook_goes_round(desk: DataDesk) -> None:
    me = clerk(desk)
    assert me.get("/data/items/workbook").response.mimetype.endswith("sheet")
    good = ["", "沙溪县", "safety", "", "1", "", FACT, "2025-07-18", "", "云安委〔2025〕12号"]
    bad = [*good[:4], "零", *good[5:]]
    form = me.get("/data/items/upload")
    page = me.submit(
        form, {"file": (workbook([HEADS, good, bad]), "a.xlsx")}, action="", status=422
    )
    assert page.errors == ["填好的 Excel：指标!E3：请填写起数,1 至 999"]
    assert rows(desk) == []
    last = {"file": (workbook([["2024年度加减分事项"], HEADS, good]), "a.xlsx")}
    page = me.submit(me.get("/data/items/upload"), last, action="", status=422)
    assert page.errors == ["填好的 Excel：指标!A1：这是 2024 年的表，现在填报的是 2025 年"]
    old = ["7", *good[1:]]
    form = me.get("/data/items/upload")
    sent = me.submit(form, {"file": (workbook([HEADS, old, good]), "a.xlsx")}, action="")
    assert "已报送 1 条" in me.follow(sent).text
    assert rows(desk) == [("safety", "submitted")]
