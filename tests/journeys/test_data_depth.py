"""Figures in depth over HTTP: objections, proofs, fraud, large imports, units that changed."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Job, StoredFile, SubjectEvent, Unit, UnitChange
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.journeys.test_data_sheets import RD, confirm, contact, hand_in, settle, workbook
from workflow.vocabulary import Role, UnitChangeKind

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "0001e221bc330000000049454e44ae426082"
)
HEADS = ["变更类型", "生效日期", "原代码", "原名称", "新代码", "新名称", "依据文号", "备注"]


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def test_unit_objects_and_the_provider_corrects(desk: DataDesk) -> None:
    settle(desk)
    unit = contact(desk)
    page = unit.get(f"/data/sheets/{desk.sheet_id}/confirm")
    assert "数据由提供部门填报，本单位不用填报" in page.text
    form = unit.get(f"/data/sheets/{desk.sheet_id}/objections/rd")
    proof = (io.BytesIO(PNG), "公报.png")
    sent = unit.submit(
        form, {"reason": "与统计公报的数不一致", "file": proof}, action="/objections"
    )
    assert "等待答复" in unit.follow(sent).text
    assert "有异议 1 个" in desk.office().get("/data/sheets").text
    clerk = desk.staff(Role.DATA_PROVIDER)
    desk_page = clerk.get(RD)
    assert "有 1 项单位异议等本部门答复" in desk_page.text
    answer = clerk.get("/data/objections/1")
    clerk.get("/data/objections/1/proof")
    said = {"outcome": "corrected", "value": "2.2", "document": "云科〔2026〕9号"}
    clerk.submit(answer, {**said, "reason": "核对公报后更正"}, action="/objections")
    assert (desk.sheet_state(), desk.value().value, desk.value().number) == ("submitted", "2.2", 2)
    boss = desk.staff(Role.DATA_VERIFIER)
    boss.submit(boss.get("/data/verification/rd"), {"take": str(desk.sheet_id)}, action="/data")
    assert desk.sheet_state() == "verified"
    confirm(desk)
    other = desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["environment"])
    for path in ("confirm", "objections/rd", "fraud"):
        other.get(f"/data/sheets/{desk.sheet_id}/{path}", status=404)
    desk.staff(Role.DATA_PROVIDER, "统计局").get("/data/objections/99", status=404)


def test_proof_is_kept_and_shown(desk: DataDesk) -> None:
    hand_in(desk, "2.1", "hightech")
    me = desk.staff(Role.DATA_PROVIDER)
    page = me.get(f"/data/sheets/{desk.sheet_id}/proof/rd")
    me.submit(page, {"file": (io.BytesIO(PNG), "年报.png")}, action="/proof")
    stored = desk.value().file_id
    with desk.store.reading() as conn:
        assert conn.execute(sa.select(StoredFile.id)).scalars().all() == [stored]
    kept = desk.staff(Role.DATA_VERIFIER).get(f"/data/sheets/{desk.sheet_id}/proof/rd/1")
    assert kept.response.data == PNG
    me.get(f"/data/sheets/{desk.sheet_id}/proof/hightech/1", status=404)


def test_not_applicable_is_ticked_with_its_reason(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    typed = {**desk.typed("", missing="本县没有规上企业", absent="y"), "do": "hand_in"}
    me.submit(me.get(RD), typed, action="/data")
    row = desk.value()
    assert (row.not_applicable, row.missing_reason, row.state) == (
        True, "本县没有规上企业", "submitted",
    )  # fmt: skip
    assert "不适用" in desk.staff(Role.DATA_VERIFIER).get("/data/verification/rd").text


def test_lead_records_fraud_and_only_he(desk: DataDesk) -> None:
    settle(desk)
    url = f"/data/sheets/{desk.sheet_id}/fraud"
    desk.office().get(url, status=404)
    lead = desk.site.sign_in_as(
        Role.OFFICE_LEAD, organ=desk.world.units["organ"], person_id=desk.world.people["lead"]
    )
    told = {
        "indicators": "pm25",
        "people": str(desk.world.people["head"]),
        "happened_on": "2025-11-03",
        "document": "云统核〔2025〕7号",
        "finding": "人为干扰监测点位",
    }
    page = lead.submit_unproved(url, told, "/fraud")
    done = lead.follow(lead.submit(page, action="/fraud"))
    assert "已登记认定结果" in done.text
    with desk.store.reading() as conn:
        rows = conn.execute(sa.select(SubjectEvent.unit_id, SubjectEvent.person_id)).all()
    assert {tuple(r) for r in rows} == {
        (desk.world.units["county"], None),
        (None, desk.world.people["head"]),
    }


def test_a_large_workbook_becomes_a_job(desk: DataDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.web.data_workbook.LARGE", 10)
    me = desk.staff(Role.DATA_PROVIDER)
    heads = ["单位编码", "单位名称", "指标编码", "本期值", "来源", "备注"]
    file = workbook([heads, ["U3", "沙溪县", "rd", "2.3", "年报", ""]])
    sent = me.submit(me.get("/data/workbook/upload"), {"file": (file, "a.xlsx")}, action="/upload")
    assert "导入指标数据" in me.follow(sent).text
    with desk.store.reading() as conn:
        assert conn.execute(sa.select(Job.kind)).scalars().all() == ["figures_import"]


def test_swapped_rows_are_refused_at_their_cell(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    heads = ["单位编码", "单位名称", "指标编码", "本期值", "来源", "备注"]
    file = workbook([heads, ["U3", "云州市生态环境局", "rd", "2.3", "年报", ""]])
    sent = me.submit(me.get("/data/workbook/upload"), {"file": (file, "a.xlsx")}, action="/upload")
    page = me.follow(sent)
    assert "指标!A2" in page.text
    assert "可能错行" in page.text
    assert page.forms("/upload") == []


def test_unit_changes_are_imported_by_dry_run(desk: DataDesk) -> None:
    office = desk.office()
    good = ["合并", "2025-06-01", "", "云州市生态环境局", "U3", "沙溪县", "云政〔2025〕1号", ""]
    form = office.get("/units/changes/upload")
    bad = workbook([HEADS, good, ["改名", "2025-06-01", "", "某县", "", "某市", "", ""]])
    page = office.follow(office.submit(form, {"file": (bad, "a.xlsx")}, action="/upload"))
    assert "可以登记 1 项，已经登记过 0 项，不能登记 1 项" in page.text
    assert page.forms("/upload") == []
    form = office.get("/units/changes/upload")
    sent = office.submit(form, {"file": (workbook([HEADS, good]), "a.xlsx")}, action="/upload")
    done = office.follow(office.submit(office.follow(sent), action="/upload"))
    assert "已登记 1 项变更" in done.text
    with desk.store.reading() as conn:
        row = conn.execute(
            sa.select(UnitChange.kind, UnitChange.from_unit_id, UnitChange.to_unit_id)
        ).one()
    units = desk.world.units
    assert tuple(row) == ("merge", units["environment"], units["county"])
    grid = desk.staff(Role.DATA_PROVIDER).get(RD)
    assert "由云州市生态环境局合并而来" in grid.text
    desk.staff(Role.DATA_PROVIDER).get("/units/changes", status=403)


def test_a_rename_changes_the_roster_and_keeps_the_history(desk: DataDesk) -> None:
    office = desk.office()
    told = {
        "kind": "rename", "day": "2025-06-01", "from_name": "沙溪县", "to_name": "沙溪市",
        "to_code": "U33", "document": "民函〔2025〕8号",
    }  # fmt: skip
    sent = office.submit(office.get("/units/changes"), told, action="")
    assert "已登记 1 项变更" in office.follow(sent).text
    county = desk.world.units["county"]
    with desk.store.reading() as conn:
        row = conn.execute(sa.select(Unit.name, Unit.code).where(Unit.id == county)).one()
        day = conn.execute(sa.select(UnitChange.day)).scalar_one()
    assert (tuple(row), day) == (("沙溪市", "U33"), date(2025, 6, 1))
    page = office.get(f"/units/{county}/history")
    assert ("沙溪县" in page.text, "研发经费投入强度" in page.text) == (True, True)
    again = office.submit(office.get("/units/changes"), told, action="", status=422)
    assert again.errors == ["原名称：没有新的变更可以登记"]
    desk.site.clock.at = datetime(2026, 1, 15, 2, tzinfo=UTC)
    assert "2.0" in desk.staff(Role.DATA_PROVIDER).get(RD).text


def test_one_code_for_two_units_is_refused_before_anything_is_written(desk: DataDesk) -> None:
    office = desk.office()
    rows = [
        [UnitChangeKind.RECODE.zh, "2025-06-01", "", name, "X9", name, "云政〔2025〕1号", ""]
        for name in ("云州市生态环境局", "沙溪县")
    ]
    form = office.get("/units/changes/upload")
    sent = office.submit(form, {"file": (workbook([HEADS, *rows]), "a.xlsx")}, action="/upload")
    page = office.follow(sent)
    assert "代码“X9”同时给了两个单位" in page.text
    assert page.forms("/upload") == []
    told = {
        "kind": "recode", "day": "2025-06-01", "from_name": "沙溪县", "to_name": "沙溪县",
        "to_code": "P1", "document": "民函〔2025〕8号",
    }  # fmt: skip
    again = office.submit(office.get("/units/changes"), told, action="", status=422)
    assert again.errors == ["原名称：代码“P1”已是另一个单位的代码"]


@pytest.mark.parametrize("typed", ["1e400", "9" * 39, "NaN", "1,234", "12%", "１２"])
def test_text_that_is_no_figure_is_told_at_its_cell(desk: DataDesk, typed: str) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    body = {**desk.typed(typed, source="年报"), "do": "hand_in"}
    page = me.submit(me.get(RD), body, action="/data", status=422)
    assert len(page.errors) == 1
    assert desk.value().value is None


def test_unit_and_provider_find_what_waits_and_the_warnings(desk: DataDesk) -> None:
    settle(desk)
    unit = contact(desk)
    confirm_page = f"/data/sheets/{desk.sheet_id}/confirm"
    assert confirm_page in unit.get("/data/sheets").links
    assert confirm_page not in desk.office().get("/data/sheets").links
    warnings = "/analysis/2025-1/warnings"
    for path in (confirm_page, f"/data/sheets/{desk.sheet_id}"):
        assert warnings in unit.get(path).links
    unit.get(warnings)
    assert warnings in desk.staff(Role.DATA_PROVIDER).get(RD).links
    desk.staff(Role.DATA_PROVIDER).get(warnings)


def test_a_year_alone_is_shown_as_a_year(desk: DataDesk) -> None:
    office = desk.office()
    old = ["合并", "2025", "", "云州市生态环境局", "U3", "沙溪县", "云政〔2025〕1号", ""]
    form = office.get("/units/changes/upload")
    sent = office.submit(form, {"file": (workbook([HEADS, old]), "a.xlsx")}, action="/upload")
    page = office.follow(sent)
    assert "2025 年" in page.text
    office.submit(page, action="/upload")
    assert "2025 年" in office.get("/units/changes").text
    assert "2025 年" in office.get(f"/units/{desk.world.units['county']}/history").text
    assert "由云州市生态环境局合并而来" in desk.staff(Role.DATA_PROVIDER).get(RD).text


def test_a_department_does_not_see_the_figures_of_others(desk: DataDesk) -> None:
    settle(desk)
    me = desk.staff(Role.DATA_PROVIDER)
    page = me.get(f"/data/sheets/{desk.sheet_id}")
    assert ("研发经费投入强度" in page.text, "PM2.5" in page.text) == (True, False)
    me.get(f"/data/sheets/{desk.sheet_id}/proof/pm25/1", status=404)
