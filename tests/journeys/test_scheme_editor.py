"""The office edits a scheme in pages: rows, weights, faults told in place, back, publish, files."""

from __future__ import annotations

import io
from pathlib import Path
from time import process_time
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import yaml

from cases.commands.scheme import read_document
from cases.models import SchemeRevision, SchemeVersion, Unit
from cases.scoring import samples
from cases.scoring.drafting import departments
from cases.store import Store
from tests.web_client import Client, Page, Site, open_site
from workflow.vocabulary import Role

CITY = Path(__file__).resolve().parents[2] / "cases/demo/city/scheme.yaml"
LEAF = "/indicators/0.0"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    with store.transaction() as conn:
        conn.execute(
            sa.insert(Unit).values(code="O1", name="组织部", name_key="组织部", has_body=False)
        )
    return open_site(store, tmp_path)


@pytest.fixture
def clerk(site: Site) -> Client:
    return site.sign_in_as(Role.OFFICE, organ=1, name="周牧行")


def send(client: Client, page: Page, content: bytes, name: str, status: int = 303) -> Page:
    return client.submit(page, {"file": (io.BytesIO(content), name)}, action="/file", status=status)


def draft_of(client: Client, content: bytes = b"") -> Page:
    """The page of a draft begun from an uploaded version."""
    page = client.get("/schemes")
    file = (io.BytesIO(content or CITY.read_bytes()), "scheme.yaml")
    version = client.follow(client.submit(page, {"file": file}, action="/schemes"))
    return client.follow(client.submit(version, action="/draft"))


def newest(site: Site) -> dict:
    with site.store.reading() as conn:
        return conn.execute(
            sa.select(SchemeRevision.content).order_by(SchemeRevision.id.desc()).limit(1)
        ).scalar_one()


def fill(client: Client, page: Page, data: dict[str, str], status: int = 303) -> Page:
    """Send the row's own form with some fields changed; the page it leads to."""
    body = dict(page.forms("#form")[0].form_values()) | data
    answer = client.post(page.path.partition("?")[0], body, status=status)
    return client.follow(answer) if status == 303 else answer


def told(site: Site, *names: object) -> object:
    found: object = newest(site)
    for name in names:
        found = found[name]  # type: ignore[index]
    return found


def test_indicator_is_edited_with_the_fields_of_its_method(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    page = fill(clerk, clerk.get(base + LEAF), {"method": "rank_step"})
    assert "每名递减：必须填写" in page.text
    page = fill(clerk, page, {"parameters-step": "5", "add_link": "winsorise"})
    page = fill(clerk, page, {"chain-0-points": "3"})
    assert "已保存，这里检查通过" in page.text
    leaf = told(site, "indicators", 0, "children", 0)
    assert leaf["method"] == "rank_step"
    assert leaf["parameters"] == {"step": 5}
    assert leaf["chain"] == [{"link": "winsorise", "points": 3}]
    page = fill(clerk, page, {"chain-0-link": ""})
    assert "chain" not in told(site, "indicators", 0, "children", 0)


def test_group_is_scored_again_and_a_target_may_be_zero(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    page = fill(clerk, clerk.get(base + "/indicators/0"), {"rescale-method": "rank_step"})
    assert "每名递减：必须填写" in page.text
    page = fill(clerk, page, {"rescale-parameters-step": "5", "rescale-cohort": "all"})
    page = fill(clerk, page, {"aggregate": "power", "exponent": "2", "round": "1"})
    assert "已保存，这里检查通过" in page.text
    group = told(site, "indicators", 0)
    assert group["rescale"] == {"method": "rank_step", "cohort": "all", "parameters": {"step": 5}}
    assert (group["aggregate"], group["exponent"], group["round"]) == ("power", 2, 1)
    product = {"rescale-method": "", "exponent": "", "aggregate": "product", "add_link": "line"}
    page = fill(clerk, page, {**product, "exponents": "edu_years=0"})
    assert "rescale" not in told(site, "indicators", 0)
    assert "连乘各项的指数：指数不能为零" in page.text
    assert "乘以：必须填写" in page.text
    page = fill(clerk, page, {"exponents": "edu_years=-1", "chain-0-times": "0.5"})
    assert "已保存，这里检查通过" in page.text
    group = told(site, "indicators", 0)
    assert (group["exponents"], group["chain"]) == (
        {"edu_years": -1}, [{"link": "line", "times": 0.5}],
    )  # fmt: skip
    fill(clerk, page, {"aggregate": "", "exponents": "", "chain-0-link": ""})
    assert "chain" not in told(site, "indicators", 0)
    row = {"method": "target_ratio", "target": "0", "direction": "reverse"}
    page = fill(clerk, clerk.get(base + LEAF), row)
    assert "目标值：目标值为零不能作除数，应选定“目标值为零时”的算法" in page.text
    page = fill(clerk, page, {"parameters-zero": "met", "targets": ""})
    assert "已保存，这里检查通过" in page.text
    assert told(site, "indicators", 0, "children", 0, "target") == 0


def test_draft_with_faults_is_stored_and_not_published(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    fill(clerk, clerk.get(base + LEAF), {"targets": "county.core=eleven", "unit": "岁"})
    page = clerk.get(base)
    assert "还有 4 处要改" in page.text
    assert f"{base}{LEAF}" in page.links
    assert "权重" in clerk.get(f"{base}/weights").h1
    clerk.post(f"{base}/publish", {"_version": "2"}, status=422)
    page = clerk.follow(clerk.submit(page, action="/back"))
    assert "各项检查都已通过" in page.text
    assert told(site, "indicators", 0, "children", 0, "unit") == "年"
    with site.store.reading() as conn:
        kept = conn.execute(sa.select(SchemeRevision.number, SchemeRevision.problems)).all()
    assert [tuple(row) for row in kept] == [(1, 0), (2, 4), (3, 0)]


def test_version_is_published_with_its_difference_in_words(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    fill(clerk, clerk.get(base + LEAF), {"title-zh": "平均受教育年限"})
    page = clerk.get(base)
    assert "平均受教育年限(edu_years)" in page.text
    page = clerk.follow(clerk.submit(page, {"note": "改名"}, action="/publish"))
    assert "第 2 版" in page.text
    assert "十五岁以上人口平均受教育年限" in page.text
    clerk.get(page.path + "?lang=en")
    page = clerk.get(base + "?lang=zh")
    assert "这份草稿已存为正式版本" in page.text
    clerk.post(f"{base}/back", {"_version": "2", "number": "1"}, status=409)


def test_saving_after_somebody_else_is_stale(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    first = clerk.get(base + LEAF)
    fill(clerk, clerk.get(base + LEAF), {"unit": "岁"})
    fill(clerk, first, {"unit": "天"}, status=409)
    assert told(site, "indicators", 0, "children", 0, "unit") == "岁"


def test_weights_are_stored_right_or_wrong_with_their_sums(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    page = clerk.get(base + "/weights")
    values = dict(page.forms("/weights")[0].form_values())
    assert values["w-1-0"] == "28"
    page = clerk.follow(clerk.submit(page, {"w-1-1": "17.5"}, action="/weights"))
    assert "中心城区类 创新发展：权重合计应为 28" in page.text
    [cell] = page.tree.xpath("//input[@aria-invalid='true']")
    assert (cell.get("id"), cell.get("aria-describedby")) == ("w-1-0", "w-1-0-error")
    [said] = page.tree.xpath("//*[@id='w-1-0-error']")
    assert said.text_content() == "权重合计应为 28，现为 27.5"
    assert page.tree.xpath("//a[@href='#w-1-0']")
    assert "27.5/28" in page.text.replace(" ", "")
    page = clerk.follow(clerk.submit(page, {"w-1-2": "10.5"}, action="/weights"))
    assert "已保存，这里检查通过" in page.text
    row = told(site, "weights", "by_class", "county.core")
    assert (row["edu_years"], row["college_pct"]) == (17.5, 10.5)
    clerk.post(base + "/weights", {"w-x": "1", "_version": "3"}, status=400)


def test_rows_are_added_moved_renamed_and_dropped(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    page = clerk.get(base + "/classes/0.0")
    fill(clerk, page, {"code": "county.centre"})
    document = newest(site)
    assert "county.centre" in document["weights"]["by_class"]
    assert document["indicators"][0]["children"][0]["targets"]["county.centre"] == 11
    page = clerk.get(base + "/classes/new?under=0")
    fill(clerk, page, {"code": "county.new", "title-zh": "新类"})
    assert [c["code"] for c in told(site, "classes", 0, "children")][-1] == "county.new"
    page = clerk.get(base + "/classes/0.3")
    clerk.submit(page, action="/up")
    assert [c["code"] for c in told(site, "classes", 0, "children")][2] == "county.new"
    page = clerk.get(base + "/classes/0.2")
    clerk.submit(page, action="/drop")
    assert len(told(site, "classes", 0, "children")) == 3
    page = clerk.get(base + LEAF)
    fill(clerk, page, {"under": "1"})
    assert told(site, "indicators", 1, "children", 2, "code") == "edu_years"
    for part in ("series", "items", "red_lines"):
        clerk.get(f"{base}/{part}/new?lang=en")
        clerk.get(f"{base}/{part}")
    clerk.get(f"{base}/items/9", status=404)
    clerk.get(f"{base}/other", status=404)
    fill(clerk, clerk.get(base + "/basics"), {"weights-total": "100.0", "year": "2026"})
    assert told(site, "year") == 2026


def test_files_go_out_and_come_back_the_same(site: Site, clerk: Client) -> None:
    page = draft_of(clerk)
    base, before = page.path, newest(site)
    text = clerk.get(base + "/scheme.yaml").response.data
    assert yaml.safe_load(text) == before
    book = clerk.get(base + "/scheme.xlsx").response.data
    for content, name in ((text, "s.yaml"), (book, "s.xlsx")):
        fill(clerk, clerk.get(base + LEAF), {"unit": "岁"})
        send(clerk, clerk.get(base), content, name)
        assert newest(site) == before
    again = clerk.get(base + "/scheme.yaml").response.data
    assert yaml.safe_load(again) == before


def test_excel_brings_shares_ballot_and_timetable_with_their_cells(
    site: Site, clerk: Client
) -> None:
    base = draft_of(clerk).path
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(base + "/scheme.xlsx").response.data))

    def cell(name: str, key: str) -> Any:
        return next(row[3] for row in book[name].iter_rows() if row[0].value == key)

    def sent(status: int = 303) -> Page:
        kept = io.BytesIO()
        book.save(kept)
        return send(clerk, clerk.get(base), kept.getvalue(), "s.xlsx", status=status)

    share, before = cell("得分构成", "shares.chief.indicators"), told(site, "shares")
    share.value = 999
    page = sent(422)
    assert "得分构成" in page.text
    assert told(site, "shares") == before
    share.value = "四十"
    page = sent(422)
    assert f"得分构成 {share.coordinate}" in page.text
    assert "应填数字" in page.text
    share.value = before["chief"]["indicators"]
    rows = [book["权重"][f"C{row}:E{row}"][0] for row in (4, 5)]
    kept = [[one.value for one in row] for row in rows]
    for row, values in zip(rows, (kept[1], kept[0]), strict=True):
        for one, value in zip(row, values, strict=True):
            one.value = value
    page = sent(422)
    assert "权重 A4" in page.text
    assert "像是错行" in page.text
    for row, values in zip(rows, kept, strict=True):
        for one, value in zip(row, values, strict=True):
            one.value = value
    due = cell("时间安排", "timetable.0.due")
    due.value = int(due.value) + 1
    sent()
    assert told(site, "timetable")[0]["due"] == due.value
    assert told(site, "shares") == before


def test_file_with_faults_stores_nothing_and_tells_their_lines(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    bad = CITY.read_text(encoding="utf-8").replace("innovation: 28", "innovation: 29")
    page = send(clerk, clerk.get(base), bad.encode(), "s.yaml", status=422)
    line = bad[: bad.index("county.core: {innovation")].count("\n") + 1
    assert f"第 {line} 行 weights.by_class.county.core" in page.text
    page = send(clerk, clerk.get(base), b"PK not a workbook", "s.xlsx", status=422)
    assert "没有导入" in page.text
    with site.store.reading() as conn:
        count = conn.execute(sa.select(sa.func.count()).select_from(SchemeRevision)).scalar_one()
    assert count == 1


def test_last_years_scheme_is_copied_to_a_new_year(site: Site, clerk: Client) -> None:
    draft_of(clerk)
    page = clerk.get("/schemes/1/copy")
    assert dict(page.forms("")[0].form_values())["code"] == "yunzhou-2026"
    clerk.submit(page, {"title": ""}, status=422)
    page = clerk.follow(clerk.submit(page))
    assert told(site, "year") == 2026
    assert "issued_on" not in newest(site)
    clerk.submit(page, action="/publish")
    with site.store.reading() as conn:
        count = conn.execute(sa.select(sa.func.count()).select_from(SchemeVersion)).scalar_one()
    assert count == 2


def test_foreign_drafts_look_absent(site: Site, clerk: Client) -> None:
    base = draft_of(clerk).path
    with site.store.transaction() as conn:
        conn.execute(sa.insert(Unit).values(code="O2", name="别", name_key="别", has_body=False))
    foreign = site.sign_in_as(Role.OFFICE, organ=2, name="远山")
    for path in (base, base + "/weights", base + "/indicators", base + "/scheme.yaml"):
        foreign.get(path, status=404)
    foreign.post(base + "/publish", {"_version": "1"}, status=404)
    head = site.sign_in_as(Role.UNIT_HEAD, organ=1, unit=1, name="江晚")
    head.get(base, status=404)


def test_provinces_scheme_opens_and_saves_within_a_second(site: Site, clerk: Client) -> None:
    base = draft_of(clerk, samples.text("province").encode()).path
    clerk.inspect = False
    spent = []
    for path in (base, base + "/weights", base + "/indicators", base + LEAF):
        began = process_time()
        clerk.get(path)
        spent.append(process_time() - began)
    page = clerk.get(base + "/weights")
    values = dict(page.forms("/weights")[0].form_values()) | {"w-6-1": "3"}
    began = process_time()
    clerk.post(base + "/weights", values)
    spent.append(process_time() - began)
    assert max(spent) < 1
    assert told(site, "weights", "by_class", "city", "gdp_growth") == 3


@pytest.mark.parametrize("escape", ["\\0", "\\u0007", "\\uD800"])
def test_control_characters_are_refused_in_files_and_boxes(
    site: Site, clerk: Client, escape: str
) -> None:
    page = draft_of(clerk)
    content = f'title: {{zh: "a{escape}b"}}\n'.encode()
    assert "控制字符" in send(clerk, page, content, "a.yaml", status=422).text
    typed = {"_version": "1", "w-0-0": "3\x00", "note": "\x07"}
    for path in ("weights", "publish"):
        clerk.post(f"{page.path}/{path}", typed, status=400)
    assert told(site, "year") == 2025


def test_scheme_is_begun_with_a_sample_and_own_departments(site: Site, clerk: Client) -> None:
    with site.store.transaction() as conn:
        rows = [(f"D{n}", name) for n, name in enumerate(("市统计局", "市生态环境局", "云溪县"))]
        values = [{"code": c, "name": n, "name_key": n, "has_body": False} for c, n in rows]
        conn.execute(sa.insert(Unit), values)
    page = clerk.get("/schemes")
    assert "/schemes/samples" in page.links
    page = clerk.get("/schemes/samples/province")
    for said in ("县(市、区)", "7 组 44 项", "不是任何地方的真实方案", "青岚省统计局"):
        assert said in page.text
    assert page.path + "/start" in page.links
    text = clerk.get(page.path + "/scheme.yaml").response.data
    assert read_document(text) == samples.document("province")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(page.path + "/scheme.xlsx").response.data))
    assert book["权重"].max_row > 51
    page = clerk.get("/schemes/samples/zones/start")
    opened = dict(page.forms("")[0].form_values())
    assert (opened["year"], opened["code"]) == ("2026", "zones-2026")
    page = clerk.follow(clerk.submit(page))
    assert "各项检查都已通过" in page.text
    asked = departments.named(newest(site))
    assert {"D0", "D1"} <= set(asked)
    assert "泽岭省统计局" not in asked
    assert "泽岭省商务厅" in asked
    page = clerk.follow(clerk.submit(page, action="/publish"))
    assert clerk.get(page.path + "?lang=en").status == 200
    clerk.get("/schemes/samples/other", status=404)
    clerk.get("/schemes/samples/other/start", status=404)
