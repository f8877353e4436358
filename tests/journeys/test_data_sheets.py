"""Figures through HTTP: typed, handed in, verified by another, frozen, revised, by Excel too."""

import io
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from cases.models import Cycle, DataSheet, IndicatorValue
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.web_client import Client, Page
from workflow.vocabulary import Role, ValueState

RD, QUEUE = "/data/indicators/rd", "/data/verification/rd"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def hand_in(
    desk: DataDesk, value: str = "2.1", indicator: str = "rd", unit: str = "科技局"
) -> None:
    me = desk.staff(Role.DATA_PROVIDER, unit)
    page = me.get(f"/data/indicators/{indicator}")
    me.submit(page, {**desk.typed(value, source="年报"), "do": "hand_in"}, action="/data")


def test_provider_saves_and_hands_in(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    page = me.follow(me.get("/data", status=303))
    assert (page.h1, page.tree.xpath("string(//h2[@id='grid'])")) == (
        "数据填报",
        "研发经费投入强度",
    )
    assert "1月20日 周二前，还有 4 个工作日" in page.text
    kept = me.submit(page, {**desk.typed("2.1", source="年报"), "do": "save"}, action="/data")
    saved = me.follow(kept)
    assert "已存为草稿 1 个值，还没有报送" in saved.text
    assert (desk.value().value, desk.value().state) == ("2.1", "draft")
    done = me.submit(me.get(RD), {"do": "hand_in"}, action="/data")
    assert "已报送 1 个值，等待审核" in me.follow(done).text
    assert desk.value().state == "submitted"
    assert len(desk.site.site_queries) <= 12


def test_wrong_figures_come_back_at_their_field(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    page = me.submit(
        me.get(RD),
        {**desk.typed("三成", source="年报"), "do": "hand_in"},
        action="/data",
        status=422,
    )
    assert page.errors == ["沙溪县的数值：“三成”不是可以计算的数"]
    assert "三成" in page.source
    bare = me.submit(me.get(RD), {**desk.typed("2"), "do": "hand_in"}, action="/data", status=422)
    assert bare.errors == ["沙溪县的数据来源：请写明数据来源或文号"]
    empty = me.submit(me.get(RD), {"do": "hand_in"}, action="/data", status=422)
    assert empty.errors == ["还没有填写可以报送的数值"]


def test_jump_asks_once_and_never_blocks(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    far = {**desk.typed("210", source="年报"), "do": "hand_in"}
    page = me.follow(me.submit(me.get(RD), far, action="/data"))
    assert "1 个值与上年相差很大，先存为草稿" in page.text
    assert "约为上年的 100 倍，请核对小数点和计量单位。" in page.text
    assert desk.value().state == "draft"
    me.submit(page, {"do": "hand_in"}, action="/data")
    assert desk.value().state == "submitted"


def test_jump_with_a_remark_goes_at_once(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    far = {**desk.typed("3.1", source="年报", remark="新建实验室"), "do": "hand_in"}
    me.submit(me.get(RD), far, action="/data")
    assert (desk.value().state, desk.value().remark) == ("submitted", "新建实验室")


def test_missing_value_goes_with_its_reason(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    told = {**desk.typed("", missing="统计口径调整,暂无数据"), "do": "hand_in"}
    me.submit(me.get(RD), told, action="/data")
    assert (desk.value().value, desk.value().missing_reason) == (None, "统计口径调整,暂无数据")


def test_verifier_verifies_and_returns(desk: DataDesk) -> None:
    hand_in(desk)
    boss = desk.staff(Role.DATA_VERIFIER)
    page = boss.follow(boss.get("/data/verification", status=303))
    back = boss.get(f"/data/sheets/{desk.sheet_id}/return/rd")
    boss.submit(back, {"reason": "请换成国控口径的数据"}, action="/return")
    assert (desk.value().state, desk.value().return_reason) == ("returned", "请换成国控口径的数据")
    clerk = desk.staff(Role.DATA_PROVIDER, name="另一名填报人")
    mine = clerk.get(RD)
    assert "审核人退回：请换成国控口径的数据" in mine.text
    clerk.submit(mine, {**desk.typed("2.2"), "do": "hand_in"}, action="/data")
    page = boss.get(QUEUE)
    boss.submit(page, {"take": str(desk.sheet_id)}, action="/data/verification")
    assert desk.value().state == "verified"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(boss.get("/data/workbook/verification").response.data)
    )
    lines = book.get_sheet_by_index(0).to_python()
    assert [(x[2], x[6], x[12:]) for x in lines[-2:]] == [
        ("rd", "2.2", ["另一名填报人", "已审核", "科技局data_verifier"]),
        ("hightech", "", ["", "填报中", ""]),
    ]


def test_own_figures_wait_for_another_and_say_so(desk: DataDesk) -> None:
    both = desk.staff(Role.DATA_PROVIDER, "科技局", Role.DATA_VERIFIER)
    figures = {**desk.typed("2.1", source="年报"), "do": "hand_in"}
    both.submit(both.get(RD), figures, action="/data")
    page = both.get(QUEUE)
    assert "本人填报的数据，须由另一人审核。" in page.text
    assert page.tree.xpath("//input[@name='take']") == []


def settle(desk: DataDesk) -> None:
    """All four figures handed in and verified."""
    for indicator, unit in (
        ("rd", "科技局"), ("hightech", "科技局"), ("pm25", "生态环境局"), ("energy", "统计局")
    ):  # fmt: skip
        hand_in(desk, "2.1", indicator, unit)
        boss = desk.staff(Role.DATA_VERIFIER, unit)
        page = boss.get(f"/data/verification/{indicator}")
        boss.submit(page, {"take": str(desk.sheet_id)}, action="/data/verification")


def contact(desk: DataDesk) -> Client:
    return desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["county"])


def confirm(desk: DataDesk) -> None:
    unit = contact(desk)
    page = unit.get(f"/data/sheets/{desk.sheet_id}/confirm")
    done = unit.follow(unit.submit(page, action="/confirm"))
    assert "本单位已确认数据" in done.text


def narrowed_board(desk: DataDesk) -> None:
    """State, what waits, department and name narrow the list; all of it stays in the address."""
    office, here = desk.office(), "/data/sheets"
    link = f"{here}/{desk.sheet_id}"
    kept = office.get(f"{here}?find=%E6%B2%99%E6%BA%AA&waiting=1")
    assert link in kept.links
    assert {
        f"{here}?find=%E6%B2%99%E6%BA%AA",
        f"{here}?state=verified&find=%E6%B2%99%E6%BA%AA",
    } <= {*kept.links}
    for query in ("state=open", "find=%E6%9C%9B%E5%B7%9D", "department=999"):
        none = office.get(f"{here}?{query}")
        assert ("没有符合条件的数据表" in none.text, link in none.links) == (True, False)
    bureau = desk.units["科技局"]
    assert "科技局提供指标的单位" in office.get(f"{here}?department={bureau}&state=verified").text
    provider = desk.staff(Role.DATA_PROVIDER)
    assert link not in provider.get(f"{here}?waiting=1").links
    unit = contact(desk)
    assert link not in unit.get(f"{here}?waiting=1").links


def test_office_freezes_and_revises(desk: DataDesk) -> None:
    settle(desk)
    office = desk.office()
    confirm(desk)
    page = office.get("/data/sheets")
    assert "1 个单位，0 个填报中，1 个待锁定" in page.text
    assert len(desk.site.site_queries) <= 12
    narrowed_board(desk)
    done = office.submit(page, {"take": str(desk.sheet_id)}, action="/data/sheets/freeze")
    assert "已锁定 1 张数据表" in office.follow(done).text
    assert desk.sheet_state() == "frozen"
    form = office.get(f"/data/sheets/{desk.sheet_id}/revise")
    told = {"indicators": "rd", "document": "云统[2026]8号", "reason": "年报数据修订"}
    sheet = office.follow(office.submit(form, told, action="/revise"))
    assert "已被修订" in sheet.text
    assert (desk.sheet_state(), desk.value().state, desk.value().number) == ("open", "draft", 2)


def test_strangers_see_no_sheet(desk: DataDesk) -> None:
    url = f"/data/sheets/{desk.sheet_id}"
    desk.staff(Role.DATA_PROVIDER).get(url)
    contact = desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["county"])
    assert contact.get(url).h1 == "沙溪县"
    other = desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["environment"])
    other.get(url, status=404)
    other.get(RD, status=403)
    contact.post(f"{url}/freeze", {"_version": "1"}, status=404)
    desk.staff(Role.DATA_PROVIDER, "统计局").get(RD, status=404)


def workbook(rows: list[list[object]]) -> io.BytesIO:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        sheet = book.add_worksheet("指标")
        for number, line in enumerate(rows):
            sheet.write_row(number, 0, line)
    stream.seek(0)
    return stream


def test_excel_goes_round(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(me.get("/data/workbook").response.data)
    ).get_sheet_by_index(0).to_python()  # fmt: skip
    heads, lines = sheet[2], sheet[3:]
    assert [line[2] for line in lines] == ["rd", "hightech"]
    good = [list(line) for line in lines]
    good[0][6:9] = ["2.3", "年报", "云科〔2026〕3号"]
    lines[0][6:9] = ["2.3", "年报", "云科〔2026〕3号"]
    lines[1][6:9] = ["三十", "年报", ""]
    lines.append(["X9", "", "rd", "", "", "", "1", "年报", "", "", "", ""])
    lines.append([lines[0][0], "", "pm25", "", "", "", "1", "年报", "", "", "", ""])
    form = me.get("/data/workbook/upload")
    sent = me.submit(form, {"file": (workbook([heads, *lines]), "数据.xlsx")}, action="/upload")
    page = me.follow(sent)
    assert "4 行有内容：可以写入 1 行，与原值相同 0 行，不能写入 3 行。" in page.text
    assert "指标!G3" in page.text
    assert "没有编码为“X9”的单位" in page.text
    assert "“pm25”不是本部门提供的指标" in page.text
    assert "整份没有写入" in page.text
    assert page.forms("/upload") == []
    assert desk.value().value is None
    form = me.get("/data/workbook/upload")
    sent = me.submit(form, {"file": (workbook([heads, *good]), "数据.xlsx")}, action="/upload")
    done = me.follow(me.submit(me.follow(sent), action="/upload"))
    assert "已写入 1 个值，存为草稿" in done.text
    assert (desk.value().value, desk.value().document) == ("2.3", "云科〔2026〕3号")
    other = desk.staff(Role.DATA_PROVIDER, "统计局")
    other.get(sent.location, status=409)
    old = workbook([["2024指标数据"], heads, *good])
    form = me.get("/data/workbook/upload")
    page = me.follow(me.submit(form, {"file": (old, "数据.xlsx")}, action="/upload"))
    assert "指标!A1 这是2024的表" in page.text.replace("：", " ").replace("，", ",")
    assert page.forms("/upload") == []


def test_office_imports_unit_results(desk: DataDesk) -> None:
    office = desk.office()
    heads = ["单位编码", "单位名称", "得分", "来源", "文号"]
    good = workbook([heads, ["U2", "", 91.5, "问卷 512 份", "云考〔2026〕2号"]])
    bad = workbook([heads, ["X9", "", "九十", "问卷", "2号"], ["U2", "", 101, "问卷", "2号"]])
    ugly = ("NaN", "1e400", "85%", date(2026, 1, 2), 90)
    odd = workbook([heads, *(["U2", "", score, "问卷", "2号"] for score in ugly)])
    page = office.get("/unit-results")
    sent = office.submit(page, {"kind": "satisfaction", "file": (bad, "a.xlsx")}, status=422)
    assert [said.count("；") for said in sent.errors] == [2]
    assert [sent.errors[0].count(cell) for cell in ("指标!A2：", "指标!C2：", "指标!C3：")] == [
        1,
        1,
        1,
    ]
    sent = office.submit(page, {"kind": "satisfaction", "file": (odd, "a.xlsx")}, status=422)
    told = sent.errors[0].partition("：")[2].split("；")
    assert (told[0], told[2]) == (
        "指标!C2：“NaN”不是可以计算的数",
        "指标!A3：这个单位在前面已有一行",
    )
    assert [cell in sent.errors[0] for cell in ("!C3：", "!C4：", "!C5：", "!A6：")] == [True] * 4
    sent = office.submit(page, {"kind": "satisfaction", "file": (good, "a.xlsx")}, action="/unit")
    done = office.follow(sent)
    assert "已登记 1 个单位，待另一人确认" in done.text
    assert "已有绩效结果 0 个、群众满意度 0 个" in done.text
    assert "本人登记的结果，须由另一人确认" in office.get("/unit-results/confirmation").text
    other = desk.office(key="lead")
    assert "确认单位结果" in other.get("/worklist").text
    page = other.get("/unit-results/confirmation")
    one = page.tree.xpath("string(//input[@name='take']/@value)")
    bare = other.submit(page, {"take": one, "do": "return"}, action="/confirmation", status=422)
    assert bare.errors == ["退回理由要写 5 至 500 个字"]
    other.submit(page, {"take": one, "do": "confirm"}, action="/confirmation")
    assert "没有待确认的结果" in other.get("/unit-results/confirmation").text
    assert "群众满意度 1 个" in office.get("/unit-results").text
    bad = workbook([heads, ["U2", "", 91.5, "", "云考〔2026〕2号"]])
    page = office.submit(
        office.get("/unit-results"),
        {"kind": "performance", "file": (bad, "a.xlsx")},
        action="/unit",
        status=422,
    )
    assert page.errors == ["第 1 行要写明来源和文号"]


def test_period_is_about_the_year_or_says_why_not(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    page = me.get(RD)
    assert "不填即 2025" in page.text
    row = {"source": "年报", "remark": "核对无误"}
    for typed, said in (
        ("去年", "所属期写法不认识，请写成 2025、2025年1-11月 或 2025年三季度"),
        ("2024", "数据所属期应在 2025 年内；用其他年度数据的，在备注写明原因"),
    ):
        more = {**row, "period": typed, "remark": ""}
        bad = me.submit(
            me.get(RD), {**desk.typed("2.1", **more), "do": "save"}, action="/data", status=422
        )
        assert bad.errors == [f"沙溪县的所属期：{said}"]
        assert bad.tree.xpath(f"string(//input[@name='period_{desk.sheet_id}']/@value)") == typed
    me.submit(me.get(RD), {**desk.typed("2.1", **row), "do": "save"}, action="/data")
    assert desk.value().period == "2025"
    told = {**row, "period": "2025年1-11月"}
    me.submit(me.get(RD), {**desk.typed("2.1", **told), "do": "save"}, action="/data")
    assert desk.value().period == "2025-01/11"
    lagging = {**row, "period": "2024年", "remark": "2025 年数尚未发布"}
    me.submit(me.get(RD), {**desk.typed("2.1", **lagging), "do": "hand_in"}, action="/data")
    assert (desk.value().period, desk.value().state) == ("2024", "submitted")
    queue = desk.staff(Role.DATA_VERIFIER).get("/data/verification/rd")
    assert "所属期 2024" in queue.text


def test_period_in_the_workbook_is_told_at_its_cell(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    heads = ["单位编码", "单位名称", "指标编码", "本期值", "来源", "所属期", "备注"]

    def sent(period: str, note: str) -> Page:
        line = ["U3", "沙溪县", "rd", "2.3", "年报", period, note]
        form = me.get("/data/workbook/upload")
        file = (workbook([heads, line]), "a.xlsx")
        return me.follow(me.submit(form, {"file": file}, action="/upload"))

    for period in ("去年", "2024"):
        page = sent(period, "")
        assert ("指标!F2" in page.text, page.forms("/upload")) == (True, [])
    page = sent("2025年三季度", "")
    me.submit(page, action="/upload")
    assert (desk.value().value, desk.value().period) == ("2.3", "2025Q3")


def test_an_earlier_year_is_read_and_what_a_revision_gave_back_is_entered(desk: DataDesk) -> None:
    me, before = desk.staff(Role.DATA_PROVIDER), f"{RD}?year=2024-1"
    assert "/data?year=2024-1" in me.get(RD).links
    page = me.follow(me.get("/data?year=2024-1", status=303))
    assert (page.path, "数据已锁定，只能查看" in page.text) == (before, True)
    assert page.forms("/data/indicators")[0].xpath("string(.//button)") == ""
    assert me.get("/data/workbook?year=2024-1").response.data[:2] == b"PK"
    me.get(f"{RD}?year=2023-1", status=404)
    heads, line = ["单位编码", "指标编码", "本期值", "来源"], ["U3", "rd", "2.1", "公报"]
    form = me.get("/data/workbook/upload?year=2024-1")
    file = (workbook([heads, line]), "a.xlsx")
    late = me.follow(me.submit(form, {"file": file}, action="/upload"))
    assert "这项数据已锁定，不能再改" in late.text
    with desk.store.transaction() as conn:
        old = sa.select(Cycle.id).where(Cycle.year == 2024).scalar_subquery()
        sheet = conn.execute(sa.select(DataSheet.id).where(DataSheet.cycle_id == old)).scalar_one()
        given_back = {"state": ValueState.DRAFT, "number": 2}
        where = IndicatorValue.sheet_id == sheet
        conn.execute(sa.update(IndicatorValue).where(where).values(**given_back))
        conn.execute(sa.update(DataSheet).where(DataSheet.id == sheet).values(state="open"))
    file = (workbook([heads, line]), "a.xlsx")
    form = me.get("/data/workbook/upload?year=2024-1")
    read = me.follow(me.submit(form, {"file": file}, action="/upload"))
    assert me.submit(read, action="/upload").location.endswith("?year=2024-1&done=1")
    typed = {f"value_{sheet}": "2.2", f"source_{sheet}": "修订公报", "do": "hand_in"}
    sent = me.follow(me.submit(me.get(before), typed, action="/data"))
    assert (sent.path.partition("&")[0], "已报送 1 个值" in sent.text) == (before, True)
    checker = desk.staff(Role.DATA_VERIFIER)
    first = checker.follow(checker.get("/data/verification", status=303), status=303)
    queue = checker.follow(first)
    assert (queue.path, "2.2" in queue.text) == ("/data/verification/rd?year=2024-1", True)
