"""A list of observations over HTTP: dry run, evidence, contradictions flagged, settled, taken back."""

import io
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter

from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.journal.observations import stray_conflict, stray_observations
from cases.models import JournalEntry, Observation
from cases.store import Store
from tests.golden.reference import folder, rows
from tests.journeys.city_desk import CityDesk, given
from tests.web_client import Page
from workflow.vocabulary import Role

HEADS = "单位,所属期,指标,数值,计量单位,来源,来源地址,提取方式,是否官方来源,备注"
GDP = "甲市,2025,gdp,36102.600000000004,亿元,统计公报,https://example.org/a,人工摘录,是,"
PEOPLE = "C00,2025,people,21893000,人,人口公报,,人工摘录,是,"
BEFORE = "甲市,2024,gdp,35000.5,亿元,统计公报,,人工摘录,是,"
OLD = "甲市,2019,gdp,30000,亿元,统计公报,,人工摘录,是,"


def listed(*lines: str) -> bytes:
    return "\n".join([HEADS, *lines]).encode()


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> CityDesk:
    return CityDesk(sqlite_store, tmp_path, ["甲市", "乙市"])


def kept(desk: CityDesk) -> int:
    with desk.store.reading() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(Observation)).scalar_one())


def test_rows_become_values_with_their_evidence(desk: CityDesk) -> None:
    me = desk.clerk()
    page = given(me, listed(GDP, PEOPLE, BEFORE, OLD))
    assert "4 行" in page.text
    assert "不是本年度和上年度的数，只存为观测值" in page.text
    assert desk.stands("甲市", "gdp") == (None, None, None)
    done = me.follow(me.submit(page, {}, action=""))
    assert "已导入 4 个观测值，发现 0 处矛盾" in done.text
    assert desk.stands("甲市", "gdp") == ("36102.600000000004", "35000.5", "统计公报")
    assert desk.stands("甲市", "people") == ("21893000", None, "人口公报")
    assert kept(desk) == 4
    queue = desk.checker().get("/data/verification/gdp")
    assert "官方来源，提取方式 人工摘录，https://example.org/a" in queue.text
    again = given(me, listed(GDP, PEOPLE, BEFORE, OLD))
    assert "清单里的观测值都已导入，没有新的内容" in again.text


def test_a_wrong_row_stops_the_whole_list(desk: CityDesk) -> None:
    me = desk.clerk()
    page = given(
        me,
        listed(
            GDP,
            GDP.replace("亿元", "万元").replace("2025", "2023"),
            GDP.replace("甲市", "丁市"),
            GDP.replace("gdp", "steel"),
            GDP.replace(",是,", ",也许,"),
            GDP.replace("36102.600000000004", "36,102").replace("36,102", '"36,102"'),
        ),
    )
    for told in (
        "CSV!E3",
        "计量单位是“万元”，方案规定“亿元”，请换算后再导入",
        "没有名称或编码为“丁市”的单位，或这项指标不考核该单位",
        "“steel”不是本部门提供的指标",
        "应填“是”或“否”",
        "不要带千分位分隔符，只填数字，如 12345.6",
    ):
        assert told in page.text
    assert "导入清单" not in page.text
    refused = me.post(page.path, {}, status=409)
    assert "整份没有写入" in refused.text
    assert desk.stands("甲市", "gdp") == (None, None, None)
    assert kept(desk) == 0


def test_two_rows_differ_and_one_is_taken_and_given_back(desk: CityDesk) -> None:
    me = desk.clerk()
    other = "甲市,2025,gdp,36000,亿元,某平台,,网页抓取,否,估计"
    page = given(me, listed(other, GDP))
    assert "非官方来源与官方来源不一致" in page.text
    me.follow(me.submit(page, {}, action=""))
    assert desk.stands("甲市", "gdp")[0] == "36102.600000000004"
    assert desk.conflicts() == [("gdp", "2025", "official", "36000", "36102.600000000004")]
    grid = me.get("/data/indicators/gdp")
    assert "36000(某平台)与 36102.600000000004(统计公报)" in grid.text
    sent = me.submit(grid, {"do": "hand_in"}, action="/indicators/gdp", status=422)
    assert sent.errors == ["甲市的数值：与另一来源的数据矛盾，处理后才能报送"]
    sheet = me.get("/data/observations")
    assert "还有 1 处矛盾没有处理" in sheet.text
    assert "处理数据矛盾" in me.get("/worklist").text
    form = me.get("/data/observations/conflicts/1")
    told = {"outcome": "taken", "reason": "公报已经修订"}
    me.submit(form, told, action="")
    assert desk.stands("甲市", "gdp") == ("36000", None, "某平台")
    back = me.get("/data/observations/conflicts/1")
    me.submit(back, {"reason": "修订还没有发布"}, action="")
    assert desk.stands("甲市", "gdp") == ("36102.600000000004", None, "统计公报")
    form = me.get("/data/observations/conflicts/1")
    short = me.submit(form, {"outcome": "kept", "reason": "无"}, action="", status=422)
    assert short.errors
    me.submit(form, {"outcome": "kept", "reason": "以公报为准"}, action="")
    grid = me.get("/data/indicators/gdp")
    sent = me.follow(me.submit(grid, {"do": "hand_in"}, action="/indicators/gdp"))
    assert "已报送 1 个值" in sent.text
    assert "处理数据矛盾" not in me.get("/worklist").text


def test_a_list_never_overwrites_the_sheet(desk: CityDesk) -> None:
    me = desk.clerk()
    me.submit(given(me, listed(GDP, BEFORE, OLD)), {}, action="")
    later = listed(
        GDP.replace("36102.600000000004", "36500").replace("统计公报", "年鉴"),
        BEFORE.replace("35000.5", "35001").replace("统计公报", "年鉴"),
        OLD.replace("30000", "30001").replace("统计公报", "年鉴"),
    )
    me.submit(given(me, later), {}, action="")
    assert desk.stands("甲市", "gdp") == ("36102.600000000004", "35000.5", "统计公报")
    assert desk.conflicts() == [
        ("gdp", "2025", "sheet", "36500", "36102.600000000004"),
        ("gdp", "2024", "sheet", "35001", "35000.5"),
        ("gdp", "2019", "sheet", "30001", "30000"),
    ]
    assert "清单里的观测值都已导入，没有新的内容" in given(me, later).text
    form = me.get("/data/observations/conflicts/2")
    me.submit(form, {"outcome": "taken", "reason": "年鉴为终审数"}, action="")
    assert desk.stands("甲市", "gdp")[1] == "35001"
    me.submit(me.get("/data/observations/conflicts/2"), {"reason": "年鉴有勘误"}, action="")
    assert desk.stands("甲市", "gdp")[1] == "35000.5"


def test_figures_that_contradict_each_other_by_a_check(desk: CityDesk) -> None:
    me = desk.clerk()
    head = "甲市,2025,per_head,150000,元,统计公报,,人工摘录,是,"
    page = given(me, listed(GDP, PEOPLE, head))
    assert "人均产出:按两项指标算得 164905，填报 150000" in page.text
    me.submit(page, {}, action="")
    assert desk.conflicts() == [("per_head", "2025", "check", "150000", "164905")]
    assert desk.stands("甲市", "per_head")[0] == "150000"
    form = me.get("/data/observations/conflicts/1")
    assert "统计公报,人口公报" in form.text or "统计公报，人口公报" in form.text
    me.submit(form, {"reason": "人均数按年平均人口计算"}, action="")
    grid = me.get("/data/indicators/per_head")
    sent = me.follow(me.submit(grid, {"do": "hand_in"}, action="/indicators/per_head"))
    assert "已报送 1 个值" in sent.text


def test_a_correction_closes_a_failed_check_and_another_opens_it(desk: CityDesk) -> None:
    me = desk.clerk()
    head = "甲市,2025,per_head,150000,元,统计公报,,人工摘录,是,"
    me.submit(given(me, listed(GDP, PEOPLE, head)), {}, action="")
    sheet = desk.sheets["甲市"]

    def typed(value: str, do: str, status: int = 303) -> object:
        grid = me.get("/data/indicators/per_head")
        told = {f"value_{sheet}": value, "do": do}
        return me.submit(grid, told, action="/indicators/per_head", status=status)

    wrong = me.submit(
        me.get("/data/indicators/per_head"), {f"value_{sheet}": "151000", "do": "hand_in"},
        action="/indicators/per_head", status=422,
    )  # fmt: skip
    assert wrong.errors == ["甲市的数值：与另一来源的数据矛盾，处理后才能报送"]
    assert desk.stands("甲市", "per_head")[0] == "150000"
    typed("152000", "save")
    assert desk.conflicts() == [("per_head", "2025", "check", "152000", "164905")]
    typed("164900", "save")
    page = me.get("/data/observations")
    assert "还有 0 处矛盾没有处理" in page.text
    assert "改正后核对关系成立" in page.text
    assert "撤回处理" not in page.text
    me.get("/data/observations/conflicts/1")
    typed("120000", "save")
    assert "还有 1 处矛盾没有处理" in me.get("/data/observations").text
    typed("164905", "hand_in")
    assert "还有 0 处矛盾没有处理" in me.get("/data/observations").text
    with desk.store.reading() as conn:
        acts = conn.execute(
            sa.select(JournalEntry.action)
            .where(JournalEntry.action.like("%conflict%"))
            .order_by(JournalEntry.seq)
        )
        assert list(acts.scalars()) == ["close_conflict", "open_conflict_again", "close_conflict"]
        assert (stray_conflict(conn), stray_observations(conn)) == (None, None)


def test_what_was_explained_is_not_touched_by_a_correction(desk: CityDesk) -> None:
    me = desk.clerk()
    head = "甲市,2025,per_head,150000,元,统计公报,,人工摘录,是,"
    me.submit(given(me, listed(GDP, PEOPLE, head)), {}, action="")
    form = me.get("/data/observations/conflicts/1")
    me.submit(form, {"reason": "人均数按年平均人口计算"}, action="")
    grid = me.get("/data/indicators/per_head")
    told = {f"value_{desk.sheets['甲市']}": "164905", "do": "save"}
    me.submit(grid, told, action="/indicators/per_head")
    assert "人均数按年平均人口计算" in me.get("/data/observations").text
    with desk.store.reading() as conn:
        assert (stray_conflict(conn), stray_observations(conn)) == (None, None)


def test_a_later_list_closes_a_failed_check_of_an_older_year(desk: CityDesk) -> None:
    me = desk.clerk()
    old = [x.replace("2025", "2019") for x in (GDP, PEOPLE)]
    head = "甲市,2019,per_head,150000,元,统计公报,,人工摘录,是,"
    me.submit(given(me, listed(*old, head)), {}, action="")
    assert "还有 1 处矛盾没有处理" in me.get("/data/observations").text
    better = head.replace("150000", "164905").replace("统计公报", "年鉴")
    me.submit(given(me, listed(better)), {}, action="")
    shown = me.get("/data/observations")
    assert "改正后核对关系成立" in shown.text
    assert [one[2] for one in desk.conflicts()] == ["check", "sheet"]


def test_a_long_list_is_a_job_with_a_dry_run_before_it(
    desk: CityDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.web.data_observations.LARGE", 10)
    me = desk.clerk()
    head = "甲市,2025,per_head,150000,元,统计公报,,人工摘录,是,"
    settings, at = desk.site.settings, desk.site.clock.at
    tools = Tools(desk.store, FileStore(settings.files), settings, now=lambda: at)

    def told(page: Page) -> Page:
        assert "本页每 3 秒自动更新" in page.text
        assert run_one(tools)
        return me.get(page.path)

    bad = told(given(me, listed(GDP, head.replace("150000", "15万"))))
    assert "整份没有写入" in bad.text
    assert "CSV!D3" in bad.text
    assert "导入清单" not in bad.text
    me.post(bad.path, {}, status=409)
    dry = told(given(me, listed(GDP, PEOPLE, head)))
    assert "人均产出:按两项指标算得 164905，填报 150000" in dry.text
    assert kept(desk) == 0
    done = told(me.follow(me.submit(dry, {}, action="")))
    assert "已导入 3 个观测值，发现 1 处矛盾" in done.text
    assert kept(desk) == 3
    again = told(given(me, listed(GDP, PEOPLE, head)))
    assert "清单里的观测值都已导入，没有新的内容" in again.text


def test_another_departments_figure_is_not_told(sqlite_store: Store, tmp_path: Path) -> None:
    desk = CityDesk(sqlite_store, tmp_path, ["甲市"], other=["people"])
    police = desk.site.sign_in_as(Role.DATA_PROVIDER, unit=desk.other, name="公安填报")
    police.submit(given(police, listed(PEOPLE)), {}, action="")
    me = desk.clerk()
    head = "甲市,2025,per_head,150000,元,统计公报,,人工摘录,是,"
    page = given(me, listed(GDP, head))
    assert "人均产出:与另一部门提供的数据对不上，请核对" in page.text
    assert "164905" not in page.source
    me.submit(page, {}, action="")
    grid = me.get("/data/indicators/per_head")
    assert "人均产出:与另一部门提供的数据对不上，请核对" in grid.text
    assert "164905" not in grid.source and "21893000" not in grid.source
    assert "另一部门的数" in me.get("/data/observations").text
    police.get("/data/observations/conflicts/1", status=404)


def test_excel_is_read_as_csv_is(desk: CityDesk) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("观测值")
        sheet.write_row(0, 0, HEADS.split(","))
        sheet.write_row(1, 0, ["甲市", 2025, "gdp", 36102.5, "亿元", "统计公报", "", "", "是", ""])
    me = desk.clerk()
    me.submit(given(me, stream.getvalue(), "a.xlsx"), {}, action="")
    assert desk.stands("甲市", "gdp") == ("36102.5", None, "统计公报")


def test_twenty_cities_with_sources_and_conflicts(sqlite_store: Store, tmp_path: Path) -> None:
    path = folder("indicators", within="") / "city20_source_observations.csv"
    real = rows(path)
    assert len(real) == 1290
    cities = sorted({row["city"] for row in real})
    metrics = sorted({(row["metric"], row["unit"]) for row in real})
    checks = [
        {
            "code": "per_capita", "title": "人均地区生产总值", "ratio": ["gdp_total", "population"],
            "equals": "gdp_per_capita", "times": 100_000_000, "low": "0.97", "high": "1.03",
        },
        {
            "code": "tertiary", "title": "第三产业比重", "ratio": ["tertiary_value", "gdp_total"],
            "equals": "tertiary_ratio", "times": 100, "low": "0.99", "high": "1.01",
        },
    ]  # fmt: skip
    desk = CityDesk(sqlite_store, tmp_path, cities, metrics=metrics, checks=checks, year=2021)
    me = desk.clerk()
    page = given(me, path.read_bytes())
    counts = Counter(row["year"] for row in real)
    assert "1290 行" in page.text
    done = me.follow(me.submit(page, {}, action=""))
    assert "已导入 1290 个观测值" in done.text
    for row in real:
        value, previous, source = desk.stands(row["city"], row["metric"])
        if row["year"] == "2021":
            assert (value, source) == (row["value"], row["source_name"])
        elif row["year"] == "2020":
            assert previous == row["value"]
    with sqlite_store.reading() as conn:
        o = Observation
        found = conn.execute(sa.select(o.address, o.value, o.official, o.value_id)).all()
    assert len(found) == 1290
    assert max(len(one.address or "") for one in found) == 291
    assert sum(bool(one.official) for one in found) == 461
    assert sum(one.value_id is not None for one in found) == counts["2021"] == 249
    found = Counter((code, period) for code, period, kind, *_ in desk.conflicts())
    assert found == contradictory(real)
    assert sum(found.values()) == 2
    grid = me.get("/data/indicators/gdp_per_capita")
    sent = me.submit(grid, {"do": "hand_in"}, action="/indicators/gdp_per_capita", status=422)
    assert [e.split("：")[1] for e in sent.errors] == ["与另一来源的数据矛盾，处理后才能报送"] * 2


def contradictory(real: list[dict[str, str]]) -> Counter[tuple[str, str]]:
    """What the checks must find, reckoned by itself: (indicator, year) -> how many cities."""
    figures = {(r["city"], r["year"], r["metric"]): Fraction(r["value"]) for r in real}
    found: Counter[tuple[str, str]] = Counter()
    for city, year in sorted({(r["city"], r["year"]) for r in real}):
        gdp, people, head, service, share = (
            figures.get((city, year, code))
            for code in (
                "gdp_total", "population", "gdp_per_capita", "tertiary_value", "tertiary_ratio"
            )
        )  # fmt: skip
        if gdp and people and head:
            off = gdp * 100_000_000 / people / head
            found["gdp_per_capita", year] += not Fraction("0.97") <= off <= Fraction("1.03")
        if gdp and service and share:
            off = service * 100 / gdp / share
            found["tertiary_ratio", year] += not Fraction("0.99") <= off <= Fraction("1.01")
    return +found
