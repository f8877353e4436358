"""Imports: faults at their cell and nothing stored; the score in the data sheet with its sum."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter

from cases.commands import surveys as commands
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_sheet import verify_values
from cases.commands.survey_import import import_survey
from cases.commands.survey_results import enter_combined, enter_result
from cases.errors import Invalid, NotVisible, Refused
from cases.files.survey_sheet import columns_of, empty_table, read_aggregate
from cases.files.table_sheet import write_tables
from cases.files.workbook import open_workbook
from cases.models import IndicatorValue, Survey, SurveyArea
from cases.queries.survey_combined import combination, load_combined
from cases.queries.survey_desk import surveys_to_enter
from cases.scoring.surveys import scales
from cases.store import Store
from tests.cases.commands.test_data_sheet import sheet, staff
from tests.world import AT, World
from workflow.vocabulary import Permission, Role, SurveyMode, Thing, ThingAction

THREE, STARS = scales()["three"], scales()["stars"]
GOOD: dict[str, Any] = {
    "单位编码": "U3", "单位名称": "沙溪县", "地区": "城关镇", "方式": "电话调查",
    "开始日期": "2025-11-03", "截止日期": "2025.11.14", "实施单位": "市统计局民调中心",
    "来源": "云统〔2025〕31号", "访问数": 1500, "有效样本": 1000,
    "满意": 520, "基本满意": 260, "不满意": 80, "不了解": 140,
}  # fmt: skip


def workbook(path: Path, rows: list[dict[str, Any]], scale: Any = THREE) -> Any:
    file = path / "survey.xlsx"
    heads = [c.head for c in columns_of(scale)]
    with xlsxwriter.Workbook(str(file)) as book:
        made = book.add_worksheet("评价汇总")
        made.write_row(0, 0, heads)
        for n, row in enumerate(rows, 1):
            made.write_row(n, 0, [row.get(head, "") for head in heads])
    return open_workbook(file.read_bytes(), filename="survey.xlsx")


def faults(path: Path, *rows: dict[str, Any], scale: Any = THREE) -> list[tuple[str, str]]:
    problems, found = read_aggregate(workbook(path, list(rows), scale), scale, {"U3": 3, "U2": 2})
    assert (found is None) is bool(problems)
    return [(p.cell, str(p.sentence)) for p in problems]


def test_a_whole_table_is_read(tmp_path: Path) -> None:
    second = {**GOOD, "地区": "河口镇", "访问数": "", "地区英文名": "Hekou Town"}
    problems, found = read_aggregate(workbook(tmp_path, [GOOD, second]), THREE, {"U3": 3})
    assert problems == [] and found is not None
    assert (found.mode, found.started_on, found.ended_on) == (
        SurveyMode.TELEPHONE,
        date(2025, 11, 3),
        date(2025, 11, 14),
    )
    assert [(r.unit_id, r.area, r.area_en, r.figures["asked"]) for r in found.rows] == [
        (3, "城关镇", "", 1500),
        (3, "河口镇", "Hekou Town", 0),
    ]
    assert found.rows[0].figures["counts"] == {
        "q1": {"satisfied": 520, "basic": 260, "not": 80, "unknown": 140}
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"单位编码": "U9"}, [("A2", "没有编码为“U9”的单位")]),
        ({"方式": "街头"}, [("D2", "只能填写:电话调查、入户问卷、政务服务好差评")]),
        ({"开始日期": ""}, [("E2", "没有填写")]),
        ({"截止日期": "2025-11-01"}, [("F2", "截止日期在开始日期以前")]),
        ({"实施单位": ""}, [("G2", "没有填写")]),
        ({"来源": ""}, [("H2", "没有填写")]),
        ({"有效样本": 999}, [("J2", "各选项合计 1000 份,应等于有效样本 999 份")]),
        ({"访问数": 900}, [("J2", "有效样本 1000 份多于访问 900 份")]),
        ({"满意": "很多"}, [("K2", "应填整数")]),
        ({"满意": ""}, [("K2", "没有填写")]),
        ({"差评数": 3, "已整改数": 4}, [("P2", "已整改数多于差评数")]),
    ],
)
def test_faults_stand_at_their_cell(
    tmp_path: Path, changes: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert faults(tmp_path, {**GOOD, **changes}) == told


def test_one_table_is_one_survey_and_one_row_an_area(tmp_path: Path) -> None:
    other = {**GOOD, "单位编码": "U2", "实施单位": "另一家", "截止日期": "2025-11-15"}
    assert faults(tmp_path, GOOD, other) == [
        ("F3", "与第一行不同;一份表只放一次调查"),
        ("G3", "与第一行不同;一份表只放一次调查"),
    ]
    assert faults(tmp_path, GOOD, GOOD) == [("C3", "同一单位同一地区写了两行")]


def test_the_empty_table_can_be_filled_in_and_read(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_tables(path, [empty_table(STARS, [("U3", "沙溪县")])])
    problems, found = read_aggregate(
        open_workbook(path.read_bytes(), filename="empty.xlsx"), STARS, {"U3": 3}
    )
    assert found is None  # heads are found, no row is filled in yet
    assert [str(p.sentence) for p in problems] == [
        "没有找到评价汇总表:表头里应有“单位编码”和“有效样本”"
    ]


def taken(conn: sa.Connection, world: World, path: Path, **how: Any) -> int:
    rows = [GOOD | how.pop("row", {})]
    found = read_aggregate(workbook(path, rows), THREE, {"U3": world.units["county"]})[1]
    assert found is not None
    given: dict[str, Any] = {
        "title": "2025 年群众满意度电话调查", "question": "总体满意度", "scale": "three",
        "indicator": "pm25", "file_id": None, "actor": world.actor(Role.OFFICE), "at": AT,
    }  # fmt: skip
    return import_survey(conn, world.cycle_id, found, **given | how)


def test_a_confirmed_import_becomes_a_figure_that_another_person_verifies(
    store: Store, tmp_path: Path
) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        survey = taken(conn, world, tmp_path)
        with pytest.raises(Refused):  # not by who imported it
            commands.confirm_survey(conn, None, survey, actor=world.actor(Role.OFFICE), at=AT)
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        commands.confirm_survey(conn, None, survey, actor=lead, at=AT)
        stranger = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        assert surveys_to_enter(conn, stranger) == []
        with pytest.raises(Refused):
            enter_result(conn, survey, actor=stranger, at=AT)
        clerk = staff(conn, units["生态环境局"], Role.DATA_PROVIDER)
        assert [s.id for s in surveys_to_enter(conn, clerk)] == [survey]
        assert enter_result(conn, survey, actor=clerk, at=AT) == (1, 0)
        of = sa.select(IndicatorValue).where(
            IndicatorValue.sheet_id == sheet_id, IndicatorValue.indicator == "pm25"
        )
        value = conn.execute(of).one()
        assert (value.value, value.document) == ("88.2558", "群众评价 2025-1-PJ001")
        assert value.source == "市统计局民调中心,2025-11-03 至 2025-11-14,有效样本 1000 份"
        assert value.remark == "(520×100 + 260×75 + 80×55) ÷ 860 = 88.26;不了解 140 份不计"
        back = {"conn": conn, "thing": Thing.SURVEY, "thing_id": survey, "actor": lead, "at": AT}
        enter_values(
            conn, sheet_id, [Entry("pm25", value=value.value, source=value.source,
                                   document=value.document)],
            hand_in=True, actor=clerk, at=AT,
        )  # fmt: skip
        with pytest.raises(Refused):  # handed in: the verifier has it now
            commands.beside.move(
                action=ThingAction.RETURN_IMPORT, payload={"reason": "重算"}, **back
            )
        verifier = staff(conn, units["生态环境局"], Role.DATA_VERIFIER)
        verify_values(conn, sheet_id, ["pm25"], actor=verifier, at=AT)
        assert conn.execute(of).one().state == "verified"


def test_the_same_survey_is_imported_once(store: Store, tmp_path: Path) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        taken(conn, world, tmp_path)
        with pytest.raises(Invalid):
            taken(conn, world, tmp_path)
        assert conn.execute(sa.select(sa.func.count()).select_from(Survey)).scalar_one() == 1
        assert conn.execute(sa.select(sa.func.count()).select_from(SurveyArea)).scalar_one() == 1


HOUSEHOLDS = {
    "方式": "入户问卷", "实施单位": "市统计局", "有效样本": 100,
    "满意": 64, "基本满意": 36, "不满意": 0, "不了解": 0,
}  # fmt: skip


def test_telephone_and_questionnaire_make_one_score(store: Store, tmp_path: Path) -> None:
    """The worked example of domain 4.4: 88.26 by telephone and 91 by questionnaire, 6:4."""
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        clerk = staff(conn, units["生态环境局"], Role.DATA_PROVIDER)
        phone = taken(conn, world, tmp_path)
        commands.confirm_survey(conn, None, phone, actor=lead, at=AT)
        with pytest.raises(NotVisible):
            load_combined(conn, clerk, Permission.DATA_ENTER, "pm25")
        paper = taken(conn, world, tmp_path, row=HOUSEHOLDS, title="2025 年入户问卷")
        commands.confirm_survey(conn, None, paper, actor=lead, at=AT)
        rows = load_combined(conn, clerk, Permission.DATA_ENTER, "pm25")
        (unit,) = combination(conn, rows).units
        assert str(unit.arithmetic) == "88.26 × 60% + 91.00 × 40% = 89.35"
        with pytest.raises(Refused, match="请填入合成得分"):
            enter_result(conn, phone, actor=clerk, at=AT)
        stranger = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        with pytest.raises(NotVisible):
            load_combined(conn, stranger, Permission.DATA_ENTER, "pm25")
        assert enter_combined(conn, rows, actor=clerk, at=AT) == (1, 0)
        value = conn.execute(
            sa.select(IndicatorValue).where(
                IndicatorValue.sheet_id == sheet_id, IndicatorValue.indicator == "pm25"
            )
        ).one()
        assert (value.value, value.remark) == ("89.3535", str(unit.arithmetic))
        assert value.source == "市统计局民调中心;市统计局"
        entry = Entry("pm25", value=value.value, source=value.source, document=value.document)
        enter_values(conn, sheet_id, [entry], hand_in=True, actor=clerk, at=AT)
        for survey in (phone, paper):  # handed in: neither goes back under it
            with pytest.raises(Refused):
                commands.beside.move(
                    conn, Thing.SURVEY, survey, ThingAction.RETURN_IMPORT, actor=lead, at=AT,
                    payload={"reason": "重算"},
                )  # fmt: skip


def test_unit_with_one_kind_only_says_so(store: Store, tmp_path: Path) -> None:
    with store.transaction() as conn:
        world, _, units = sheet(conn)
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        few = HOUSEHOLDS | {"有效样本": 4, "满意": 4, "基本满意": 0}
        for row, title in (({}, "电话"), (few, "入户")):
            survey = taken(conn, world, tmp_path, row=row, title=title)
            commands.confirm_survey(conn, None, survey, actor=lead, at=AT)
        clerk = staff(conn, units["生态环境局"], Role.DATA_PROVIDER)
        (unit,) = combination(conn, load_combined(conn, clerk, Permission.DATA_ENTER, "pm25")).units
    assert str(unit.arithmetic) == "只有电话调查得分,全按 88.26 计"
