"""Public surveys through the site's pages and the booth's, ratings through a unit's pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from cases.ballot_box.urn_tables import upgrade_urns
from cases.booth import create_booth
from cases.store import Store
from tests.cases.commands.test_data_sheet import sheet
from tests.cases.commands.test_survey_import import GOOD, HOUSEHOLDS
from tests.journeys.test_english_results import english
from tests.web_client import Client, Page, Site, open_site, squeeze
from tests.world import World, found_world
from workflow.vocabulary import Role

DRAFT = {
    "title": "2025 年群众满意度问卷",
    "title_en": "Residents' satisfaction 2025",
    "scale": "three",
    "questions": "总体上是否满意 | Overall, are you satisfied\n河道治理是否满意",
    "started_on": "2026-1-5",
    "ended_on": "2026-1-20",
    "areas": "U3 城关镇 200 | Chengguan Town\nU3 河口镇\nU2 全市 50",
    "provider": "市统计局",
    "source": "考核方案第六条",
    "indicator": "",
}


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path) -> Iterator[Site]:
    made = open_site(sqlite_store, tmp_path)
    upgrade_urns(made.settings.booth_database_url)
    yield made


@pytest.fixture
def world(site: Site) -> World:
    with site.store.transaction() as conn:
        return found_world(conn)


def office(site: Site, world: World, role: Role = Role.OFFICE, name: str = "考核办") -> Client:
    return site.sign_in_as(role, organ=world.units["organ"], name=name)


def drafted(clerk: Client, mode: str) -> str:
    """The address of a new survey."""
    page = clerk.get("/surveys/new")
    return clerk.submit(page, {**DRAFT, "mode": mode}).location


def answer(site: Site, code: str, mark: str) -> str:
    """A citizen answers by code; the page that came back."""
    booth = create_booth(site.settings).test_client()
    data = {"code": code, "q-q1": mark, "q-q2": "unknown"}
    url = site.settings.booth_url
    return booth.post("/survey/answer", data=data, base_url=url).get_data(as_text=True)


def codes(clerk: Client, survey: str, area: str, number: int) -> list[str]:
    page = clerk.submit(
        clerk.get(f"{survey}/codes"), {"area": area, "number": str(number)}, status=200
    )
    spaced = [e.text_content() for e in page.tree.xpath("//*[@translate='no']")]
    assert len(spaced) == number and page.tree.xpath("//svg")
    return ["".join(code.split()) for code in spaced]


def cells(page: Page) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(page.response.data))
    return [str(c.value) for row in book.active.iter_rows() for c in row if c.value is not None]


def test_a_survey_by_code_from_draft_to_result(site: Site, world: World) -> None:
    clerk, lead = office(site, world), office(site, world, Role.OFFICE_LEAD, "负责人")
    survey = drafted(clerk, "codes")
    shown = clerk.get(survey).text
    assert "开始收集" in shown and "总体上是否满意 计分河道治理是否满意" in shown
    assert "城关镇沙溪县200" in shown and "河口镇沙溪县不限" in shown
    clerk.submit(clerk.get(survey), action="/open")
    for code, mark in zip(
        codes(clerk, survey, "r1", 7), ["satisfied"] * 5 + ["basic"], strict=False
    ):
        assert "已收到评价" in answer(site, code, mark)
    shown = clerk.get(survey)
    assert "已收到至少 5 份" in shown.text and "得分" not in shown.text
    clerk.submit(shown, action="/close")
    assert "用于考核的得分" not in clerk.get(survey).text
    refused = clerk.submit(clerk.get(survey), action="/confirm", status=409)
    assert "另一人" in refused.text or "本人" in refused.text
    lead.submit(lead.get(survey), action="/confirm")
    done = lead.get(survey)
    assert "(5×100 + 1×75 + 0×55) ÷ 6 = 95.83" in done.text
    assert "回应率 6/7 = 85.71%" in done.text and "少于 5 票，不单列" in done.text
    told = cells(lead.get(f"{survey}/workbook"))
    assert "95.83" in told and "6/7 = 85.71%" in told and "少于 5 票，不单列" in told
    assert "2025 年群众满意度问卷" in lead.get("/surveys").text


def test_an_open_survey_carries_its_label_on_every_page(site: Site, world: World) -> None:
    clerk, lead = office(site, world), office(site, world, Role.OFFICE_LEAD, "负责人")
    survey = drafted(clerk, "open")
    clerk.submit(clerk.get(survey), action="/open")
    shown = clerk.get(survey)
    key = re.search(r"/survey/(\d\S+-PJ001)", shown.text)
    assert (
        key is not None and len(shown.tree.xpath("//*[@class='vo-qr']//*[local-name()='svg']")) == 1
    )
    booth = create_booth(site.settings).test_client()
    for _ in range(6):
        page = booth.get(f"/survey/{key[1]}", base_url=site.settings.booth_url)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.get_data(as_text=True))
        assert ticket is not None
        data = {"survey": key[1], "ticket": ticket[1], "area": "r1", "q-q1": "not", "q-q2": "not"}
        sent = booth.post("/survey/answer", data=data, base_url=site.settings.booth_url)
        assert sent.status_code == 200
    clerk.submit(clerk.get(survey), action="/close")
    lead.submit(lead.get(survey), action="/confirm")
    assert "开放问卷，没有核对身份" in lead.get(survey).text
    assert any("开放问卷,没有核对身份" in c for c in cells(lead.get(f"{survey}/workbook")))


def upload(clerk: Client, rows: list[dict[str, object]], *, status: int = 303) -> Page:
    heads = list(GOOD)
    text = "\n".join(
        ",".join(str(r.get(h, "")) for h in heads)
        for r in [dict(zip(heads, heads, strict=True)), *rows]
    )
    data = {
        "title": "群众满意度电话调查",
        "title_en": "Satisfaction by telephone",
        "question": "总体满意度",
        "scale": "three",
        "indicator": "pm25",
        "file": (io.BytesIO(text.encode("utf-8-sig")), "survey.csv"),
    }
    return clerk.post("/surveys/import", data, status=status, content_type="multipart/form-data")


def test_an_import_shows_faults_at_their_cells_and_stores_nothing(site: Site, world: World) -> None:
    clerk = office(site, world)
    wrong = upload(clerk, [{**GOOD, "有效样本": 7}], status=422)
    assert "各选项合计 1000 份，应等于有效样本 7 份" in wrong.text and "J2" in wrong.text
    assert "还没有群众评价" in clerk.get("/surveys").text
    heads = cells(clerk.get("/surveys/import/stars.xlsx"))
    assert {"单位编码", "非常满意", "差评数", "沙溪县"} <= set(heads)
    clerk.get("/surveys/import/ten.xlsx", status=404)


def test_canvassing_is_decided_by_another_person_and_taken_up_again(
    site: Site, world: World
) -> None:
    clerk, lead = office(site, world), office(site, world, Role.OFFICE_LEAD, "负责人")
    survey = upload(clerk, [dict(GOOD)]).location
    assert "须由另一人确认" in clerk.get(survey).text
    assert "确认后的得分88.26" in lead.get(survey).text  # there is something to check
    lead.submit(lead.get(survey), action="/confirm")
    assert "88.26" in lead.get(survey).text
    number = survey.rsplit("/", 1)[1]
    report = clerk.submit(
        clerk.get(f"/canvassing/surveys/{number}/new"),
        {
            "unit_id": str(world.units["county"]),
            "content": "乡镇群发短信,要求回答满意",
            "channel": "来信",
            "reported_on": "2026-1-8",
        },
    ).location
    assert "须由另一人认定" in clerk.get(report).text
    lead.submit(lead.get(report), {"finding": "短信属实"}, action="/find/uphold")
    void = lead.get(survey).text
    assert "按方案作废" in void and "查实有组织的拉票 1 起" in void
    lead.submit(lead.get(report), {"reason": "有新的材料"}, action="/again")
    assert "按方案作废，不计分" not in lead.get(survey).text


def test_a_unit_fixes_and_calls_back_and_the_office_confirms(site: Site, world: World) -> None:
    clerk = office(site, world)
    unit = site.sign_in_as(Role.RESPONSIBLE_ORGAN, unit=world.units["environment"], name="承办人")
    rating = clerk.submit(
        clerk.get("/ratings/new"),
        {
            "number": "HCP-20260105-17",
            "unit_id": str(world.units["environment"]),
            "service": "排污许可变更",
            "content": "跑了三趟",
            "received_on": "2025-11-3",
        },
    ).location
    own = f"{rating}/own"
    assert "排污许可变更" in unit.get("/ratings/own").text
    assert "/ratings/own" in [
        a.get("href") for a in unit.get("/ratings/own").tree.xpath("//nav//a")
    ]
    unit.get(rating, status=404)
    unit.submit(unit.get(own), {"result": "清单已上墙", "proof": "照片"}, action="/fix")
    unit.submit(unit.get(own), {"answer": "content", "note": ""}, action="/call-back")
    assert "满意" in clerk.get(rating).text
    assert re.search(r"整改超期 \d+ 个工作日", clerk.get("/ratings").text)  # due in November
    assert re.search(r"超期 \d+ 个工作日", unit.get(own).text)
    clerk.submit(clerk.get(f"{rating}/step/return"), {"reason": "照片不清楚"})
    assert "照片不清楚" in unit.get(own).text
    unit.submit(unit.get(own), {"result": "重新拍照", "proof": "照片二"}, action="/fix")
    unit.submit(unit.get(own), {"answer": "content", "note": ""}, action="/call-back")
    ticked = clerk.get("/ratings")
    (box,) = ticked.tree.xpath("//input[@name='row']/@value")
    clerk.submit(ticked, {"row": box.replace("-", "-9")}, action="/confirm", status=409)
    clerk.submit(ticked, {"row": f"99{box}"}, action="/confirm", status=404)
    clerk.submit(ticked, {}, action="/confirm", status=409)
    clerk.submit(ticked, {"row": box}, action="/confirm")
    assert "超期办结 0 件；整改率 1/1 = 100.00%" in clerk.get("/ratings").text  # in the new time
    assert "HCP-20260105-17" in cells(clerk.get("/ratings/workbook"))


def test_a_surveyed_unit_sees_neither_survey_nor_target(site: Site, world: World) -> None:
    clerk = office(site, world)
    survey = upload(clerk, [dict(GOOD)]).location
    contact = site.sign_in_as(Role.UNIT_CONTACT, unit=world.units["county"], name="联络员")
    contact.get("/surveys", status=403)
    contact.get(survey, status=404)
    contact.get(f"{survey}/workbook", status=404)


def test_codes_for_all_areas_come_in_one_print(site: Site, world: World) -> None:
    clerk = office(site, world)
    survey = drafted(clerk, "codes")
    clerk.submit(clerk.get(survey), action="/open")
    page = clerk.submit(clerk.get(f"{survey}/codes"), {"area": "*", "number": "3"}, status=200)
    shown = [e.text_content() for e in page.tree.xpath("//ul/li//b/following-sibling::span[1]")]
    assert shown == ["城关镇"] * 3 + ["河口镇"] * 3 + ["全市"] * 3
    assert len({e.text_content() for e in page.tree.xpath("//*[@translate='no']")}) == 9


def test_english_pages_show_the_english_names(site: Site, world: World) -> None:
    clerk, lead = office(site, world), office(site, world, Role.OFFICE_LEAD, "负责人")
    survey = drafted(clerk, "codes")
    clerk.submit(clerk.get(survey), action="/open")
    booth = create_booth(site.settings).test_client()
    made = codes(clerk, survey, "r1", 6)
    for code in made:
        answer(site, code, "satisfied")
    for code in codes(clerk, survey, "r2", 6):
        answer(site, code, "basic")
    page = booth.post(
        "/survey/ask", data={"code": codes(clerk, survey, "r1", 1)[0], "lang": "en"},
        base_url=site.settings.booth_url,
    ).get_data(as_text=True)  # fmt: skip
    assert "Chengguan Town" in page and "Overall, are you satisfied" in page
    clerk.submit(clerk.get(survey), action="/close")
    lead.submit(lead.get(survey), action="/confirm")
    assert "城关镇" in lead.get(survey).text
    shown = english(lead, survey).text
    assert "Residents' satisfaction 2025" in shown
    assert "Chengguan Town" in shown and "Overall, are you satisfied" in shown
    assert "城关镇" not in shown and "总体上是否满意" not in shown


def test_combined_score_is_shown_with_its_sum_and_entered(site: Site) -> None:
    with site.store.transaction() as conn:
        world, _, units = sheet(conn)
    clerk, lead = office(site, world), office(site, world, Role.OFFICE_LEAD, "负责人")
    provider = site.sign_in_as(Role.DATA_PROVIDER, unit=units["生态环境局"], name="报送人")
    provider.get("/surveys/combined/pm25", status=404)
    for rows in (GOOD, GOOD | HOUSEHOLDS):
        survey = upload(clerk, [dict(rows)]).location
        lead.submit(lead.get(survey), action="/confirm")
    listed = provider.get("/surveys/results")
    assert listed.forms("/enter") == [] and "细颗粒物年均浓度电话调查" in listed.text
    page = provider.get("/surveys/combined/pm25")
    assert "88.26 × 60% + 91.00 × 40% = 89.35" in page.text
    done = provider.submit(page)
    assert "已填入 1 个单位的数据表" in squeeze(provider.follow(done).tree.text_content())
    assert "Satisfaction by telephone" in english(provider, "/surveys/combined/pm25").text


def test_a_workbook_of_ratings_is_recorded_whole_or_not_at_all(site: Site, world: World) -> None:
    clerk = office(site, world)
    heads = "差评编号,单位编码,责任单位,服务事项,差评内容,收到日期"
    lines = ["HCP-1,U2,,排污许可变更,跑了三趟,2026-1-5", "HCP-2,U3,,户口迁移,没人接待,2026-1-6"]

    def send(*rows: str, status: int = 303) -> Page:
        content = "\n".join([heads, *rows]).encode("utf-8-sig")
        data = {"file": (io.BytesIO(content), "ratings.csv")}
        return clerk.submit(clerk.get("/ratings/import"), data, status=status)

    wrong = send(lines[0], lines[1].replace("U3", "U9"), status=422)
    assert "B3 没有编码为“U9”的单位" in wrong.text
    assert "没有差评" in clerk.get("/ratings").text
    send(*lines)
    assert {"HCP-1", "HCP-2"} <= set(cells(clerk.get("/ratings/workbook")))
    assert "写了两次或已登记过" in send(*lines, status=422).text
    assert "沙溪县" in cells(clerk.get("/ratings/import/empty.xlsx"))
