"""The pages of the analysis: who may open what, and what an office does with them."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from cases.commands.analysis import switch_intervals
from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Case, Cycle, DataSheet, IndicatorValue, SchemeVersion
from cases.queries.analysis import own_sheet
from cases.scoring.scheme import digest
from cases.store import Store
from config import Settings
from tests.analysis_year import found_year, found_year_before, revalue, with_paths
from tests.web_client import NOW, Site, open_site
from tests.world import World, scheme_document
from workflow.vocabulary import Role, State, ValueState

HILL = "/analysis/2025-1/classes/county.hill"


@pytest.fixture
def opened(sqlite_store: Store, tmp_path: Path) -> tuple[Site, World]:
    with sqlite_store.transaction() as conn:
        world = found_year(conn)
        found_year_before(conn, world)
        with_paths(conn)
    return open_site(sqlite_store, tmp_path), world


def work(site: Site) -> None:
    """Let the worker do one job."""
    files = FileStore(site.settings.var)
    run_one(Tools(site.store, files, Settings(mode="test", var=site.settings.var), now=lambda: NOW))


def test_office_reads_from_the_class_to_each_step(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    home = office.get("/analysis")
    assert home.h1 == "指标得分分析"
    assert HILL in home.links
    table = office.get(HILL)
    assert "山区县得分表" in table.h1
    county = f"/analysis/2025-1/units/{world.units['沙溪县']}"
    assert county in table.links
    assert len(site.site_queries) < 25
    page = office.get(county)
    assert "沙溪县的得分是怎样得出的" in page.h1
    assert "研发经费投入强度" in page.text
    assert f"{county}/spots" in page.links
    spots = office.get(f"{county}/spots")
    assert "历年数值" in spots.text
    assert len(site.site_queries) < 25


def test_a_figure_that_is_out_of_the_scores_says_which_and_why(
    opened: tuple[Site, World],
) -> None:
    site, world = opened
    with site.store.transaction() as conn:
        revalue(conn, world, "沙溪县", "rd", "2.6")
        v = IndicatorValue
        conn.execute(sa.update(v).where(v.number == 2).values(state=ValueState.SUBMITTED))
        gone = sa.select(v.id).join(DataSheet, DataSheet.id == v.sheet_id).where(
            v.indicator == "energy", DataSheet.unit_id == world.units["青川县"]
        )  # fmt: skip
        conn.execute(sa.delete(v).where(v.id.in_(gone)))
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    revised = "按文件修订，原数 2.4 不再采用；已报送，还没有审核"
    absent = [li.text for li in office.get(HILL).tree.xpath("//main//td//li | //main//th//li")]
    assert absent == [
        f"“研发经费投入强度”{revised}",
        "“单位产值能耗”数据表里没有这一项；方案变更后增加的，按文件修订数据时补入",
    ]
    county = f"/analysis/2025-1/units/{world.units['沙溪县']}"
    assert revised in office.get(county).text
    sheet = load_workbook(io.BytesIO(office.get(f"{county}.xlsx").response.data)).active
    assert sheet is not None
    told = {row[0].value: row[-1].value for row in sheet.rows}
    assert str(told["研发经费投入强度"]).endswith(f"；{revised}")


def test_a_group_scored_again_is_followed_on_page_and_sheet(opened: tuple[Site, World]) -> None:
    site, world = opened
    with site.store.transaction() as conn:
        content = conn.execute(sa.select(SchemeVersion.content)).scalars().first()
        assert content is not None
        content["indicators"][0] |= {"rescale": {"method": "percentile"}, "round": 1}
        content["weights"]["round"] = 0
        conn.execute(sa.update(SchemeVersion).values(content=content, digest=digest(content)))
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    county = f"/analysis/2025-1/units/{world.units['云岭县']}"
    page = office.get(county)
    steps = "折算得分：100 × (4 − 2) ÷ (4 − 1) = 66.67四舍五入到 1 位小数：66.666666666667 = 66.7"
    assert steps in page.text.replace("\n", "")
    assert "取整前的加权得分" in page.text
    assert "“创新发展”的得分又作了换算，不能折合相加" in page.text
    sheet = load_workbook(io.BytesIO(office.get(f"{county}.xlsx").response.data)).active
    assert sheet is not None
    sums = {row[0].value: row[3].value for row in sheet.rows}
    assert str(sums["创新发展（小计）"]).endswith("66.666666666667 = 66.7")


def test_workbooks_hold_what_the_pages_say(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    county = f"/analysis/2025-1/units/{world.units['沙溪县']}.xlsx"
    for path, rows in ((f"{HILL}.xlsx", 4), (county, 8)):
        response = office.get(path).response
        sheet = load_workbook(io.BytesIO(response.data)).active
        assert sheet is not None
        assert sheet.max_row >= rows
    last = [cell.value for cell in list(sheet.rows)[-1]]
    assert last[0] == "总分"


def test_deciders_read_scores_but_no_analyses(opened: tuple[Site, World]) -> None:
    site, world = opened
    member = site.sign_in_as(Role.COMMITTEE_MEMBER, organ=world.units["organ"])
    member.get(HILL)
    county = f"/analysis/2025-1/units/{world.units['沙溪县']}"
    member.get(county)
    for path in ("/runs", "/log", "/what-if"):
        member.get(f"/analysis/2025-1{path}", status=404)
    member.get(f"{county}/spots", status=404)
    member.get("/analysis/2025-1/warnings", status=404)


def test_own_unit_is_closed_to_its_leaders(opened: tuple[Site, World]) -> None:
    site, world = opened
    mayor = site.sign_in_as(
        Role.COMMITTEE_MEMBER, organ=world.units["organ"], person_id=world.people["mayor"]
    )
    mayor.get(f"/analysis/2025-1/units/{world.units['沙溪县']}", status=404)
    table = mayor.get(HILL)
    assert "沙溪县" not in table.text
    assert "青川县" in table.text


@pytest.mark.parametrize("role", [Role.UNIT_CONTACT, Role.DATA_PROVIDER, Role.ARCHIVIST])
def test_others_have_no_scores(opened: tuple[Site, World], role: Role) -> None:
    site, world = opened
    where = {"organ": world.units["organ"]} if role is Role.ARCHIVIST else {
        "unit": world.units["青川县"]
    }  # fmt: skip
    client = site.sign_in_as(role, **where)
    client.get("/analysis", status=403)
    client.get(HILL, status=404)
    client.get("/analysis/2025-1/runs", status=404)


def test_kept_runs_leave_out_the_unit_of_its_leaders(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    office.submit(office.get("/analysis/2025-1/log"), action="/log")
    with site.store.transaction() as conn:
        for unit in ("沙溪县", "青川县"):
            revalue(conn, world, unit, "hightech", "60")
    office.submit(office.get("/analysis/2025-1/log"), action="/log")
    office.submit(office.get("/analysis/2025-1/runs"), action="/methods")
    work(site)
    mayor = site.sign_in_as(
        Role.DRAFTING_DIVISION, organ=world.units["organ"], person_id=world.people["mayor"]
    )
    pages = [*office.get("/analysis/2025-1/log").links, *office.get("/analysis/2025-1/runs").links]
    found = {x for x in pages if "/analysis/runs/" in x}
    assert len(found) == 3
    told = " ".join(mayor.get(x).text for x in found)
    assert ("沙溪县" in told, "青川县" in told) == (False, True)
    assert "沙溪县" in " ".join(office.get(x).text for x in found)


def test_intervals_are_for_the_office_and_only_when_switched_on(
    opened: tuple[Site, World],
) -> None:
    site, world = opened
    organ = world.units["organ"]
    office = site.sign_in_as(Role.OFFICE, organ=organ)
    drafter = site.sign_in_as(Role.DRAFTING_DIVISION, organ=organ)
    member = site.sign_in_as(Role.COMMITTEE_MEMBER, organ=organ)
    runs = office.get("/analysis/2025-1/runs")
    assert runs.forms("/intervals") == []
    office.submit(runs, {"shown": "y"}, action="/switch")
    asked = office.submit(office.get("/analysis/2025-1/runs"), {"seed": "3"}, action="/intervals")
    assert "还没有" not in office.follow(asked).h1
    work(site)
    done = office.follow(asked)
    link = next(one for one in done.links if "/analysis/runs/" in one)
    assert "只供组织人事部门内部参考" in office.get(link).text
    assert "名次区间" in office.get(HILL).text
    for other in (drafter, member):
        other.get(link, status=404)
        assert "名次区间" not in other.get(HILL).text
    drafter.post("/analysis/2025-1/switch", {"shown": "y"}, status=404)
    with site.store.transaction() as conn:
        switch_intervals(
            conn, world.cycle_id, False, actor=world.actor(Role.OFFICE), at=NOW
        )  # fmt: skip
    office.get(link, status=404)
    assert "名次区间" not in office.get(HILL).text


def test_what_if_refuses_lines_it_cannot_read_and_keeps_the_rest(
    opened: tuple[Site, World],
) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    form = office.get("/analysis/2025-1/what-if")
    cases = {
        "weights": [
            ("county.hill;rd;3", "第 1 行"),
            ("moon,rd,3", "没有类别"),
            ("a,b,x", "有效的数字"),
        ],
        "figures": [("月亮县,rd,3", "没有单位"), ("沙溪县,cheese,3", "没有指标")],
    }
    for name, lines in cases.items():
        for text, told in lines:
            page = office.submit(form, {"name": "试", name: text}, status=422)
            assert told in page.text
    assert "至少改动一项" in office.submit(form, {"name": "试"}, status=422).text
    sent = office.submit(
        form, {"name": "青川提升", "weights": "county.hill,rd,30", "figures": "青川县，rd，2.4"}
    )
    work(site)
    done = office.follow(sent)
    link = next(one for one in done.links if "/analysis/runs/" in one)
    page = office.get(link)
    assert page.h1.startswith("青川提升")
    assert "权重由 20 改为 30" in page.text


def test_methods_and_rehearsal_are_kept_and_read_again(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    runs = office.get("/analysis/2025-1/runs")
    office.submit(runs, action="/methods")
    work(site)
    with site.store.reading() as conn:
        year = conn.execute(sa.select(Cycle.id).where(Cycle.ref == "2024-1")).scalar_one()
    office.submit(office.get("/analysis/2025-1/runs"), {"year": str(year)}, action="/rehearsal")
    work(site)
    links = [x for x in office.get("/analysis/2025-1/runs").links if "/analysis/runs/" in x]
    assert len(links) == 2
    assert ["计分方法比较" in office.get(x).text for x in sorted(links)] == [True, False]
    assert "为什么变" in office.get(sorted(links)[1]).text


def test_warnings_reach_unit_and_provider_each_their_own(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    page = office.get("/analysis/2025-1/warnings")
    office.submit(page, {"month": "6"}, action="/watch")
    work(site)
    every = office.get("/analysis/2025-1/warnings").text
    assert "青川县" in every and "云岭县" in every
    contact = site.sign_in_as(Role.UNIT_CONTACT, unit=world.units["青川县"])
    own = contact.get("/analysis/2025-1/warnings").text
    assert "青川县" in own and "云岭县" not in own
    provider = site.sign_in_as(Role.DATA_PROVIDER, unit=world.units["统计局"])
    assert "云岭县" in provider.get("/analysis/2025-1/warnings").text
    stranger = site.sign_in_as(Role.DATA_PROVIDER, unit=world.units["environment"])
    stranger.get("/analysis/2025-1/warnings", status=404)
    division = site.sign_in_as(
        Role.DRAFTING_DIVISION, organ=world.units["organ"], class_code="county.core"
    )
    division.get("/analysis/2025-1/warnings", status=404)
    division = site.sign_in_as(
        Role.DRAFTING_DIVISION, organ=world.units["organ"], class_code="county.hill"
    )
    of_class = division.get("/analysis/2025-1/warnings")
    assert "云岭县" in of_class.text and of_class.forms("/watch") == []
    assert len(site.site_queries) < 25


def test_log_says_what_changed_and_why(opened: tuple[Site, World]) -> None:
    site, world = opened
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    office.submit(office.get("/analysis/2025-1/log"), action="/log")
    with site.store.transaction() as conn:
        revalue(conn, world, "青川县", "hightech", "60.5")
    office.submit(office.get("/analysis/2025-1/log"), action="/log")
    links = sorted(x for x in office.get("/analysis/2025-1/log").links if "/analysis/runs/" in x)
    assert len(links) == 2
    assert "第一次算出" in office.get(links[0]).text
    changed = office.get(links[1]).text
    assert "60.5" in changed and "121/2" not in changed
    assert "第 2 版" in changed and "本单位 1 项数据有变动" in changed


def test_unit_sees_its_own_sheet_after_notice_where_the_scheme_tells_items(
    opened: tuple[Site, World],
) -> None:
    site, world = opened
    with site.store.transaction() as conn:
        case = conn.execute(
            sa.insert(Case).values(**_body(world, State.DECIDING)).returning(Case.id)
        ).scalar_one()
    head = site.sign_in_as(Role.UNIT_HEAD, unit=world.units["青川县"])
    head.get("/analysis/own/2025-1-900", status=404)
    with site.store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id == case).values(state=State.NOTIFIED))
    head.get("/analysis/own/2025-1-900", status=404)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    with site.store.reading() as conn:
        row = conn.execute(sa.select(Case).where(Case.id == case)).one()
        assert own_sheet(conn, row) is False
    with site.store.transaction() as conn:
        content = scheme_document() | {
            "feedback": {"scope": "items", "statement_days": 5, "review_grades": []}
        }
        conn.execute(
            sa.update(SchemeVersion)
            .where(SchemeVersion.id == 1)
            .values(content=content, digest=digest(content))
        )
    assert "青川县强项和弱项" in head.get("/analysis/own/2025-1-900").h1
    office.get("/analysis/own/2025-1-900")
    with site.store.reading() as conn:
        assert own_sheet(conn, row) is True
    other = site.sign_in_as(Role.UNIT_HEAD, unit=world.units["云岭县"])
    other.get("/analysis/own/2025-1-900", status=404)


def _body(world: World, state: State) -> dict[str, object]:
    return {
        "ref": "2025-1-900", "cycle_id": world.cycle_id, "kind": "body", "state": state,
        "subject_name": "青川县领导班子", "unit_id": world.units["青川县"], "unit_name": "青川县",
        "body_unit_id": world.units["青川县"], "managing_organ_id": world.units["organ"],
        "class_code": "county.hill", "track": "leading_body",
        "version": 1, "sort_key": 1, "entered_at": NOW,
    }  # fmt: skip
