"""The self-report through HTTP: write, save, hand in, return, resubmit, accept, enter, upload."""

import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import JournalEntry
from cases.store import Store
from tests.journeys.report_desk import REPORT, TEXTS, ReportDesk, document, written
from workflow.vocabulary import Action, EntryBasis, Role


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> ReportDesk:
    return ReportDesk(sqlite_store, tmp_path)


def test_cadre_writes_and_hands_in(desk: ReportDesk) -> None:
    me = desk.cadre()
    page = me.get(desk.url)
    assert (page.h1, page.source.count("<textarea")) == ("述职报告", 5)
    done = me.follow(desk.hand_in(me))
    assert done.h1 == "述职报告"
    assert "已报送，待单位联络员审核" in done.text
    assert desk.report().texts["politics"] == TEXTS["s1"]


def test_unfinished_report_comes_back_with_all_input(desk: ReportDesk) -> None:
    me = desk.cadre()
    page = me.submit(
        me.get(desk.url), {**TEXTS, "s2": "短", "s5": ""}, action="/self-report", status=422
    )
    assert page.errors == ["履职实绩：已写 1 个字，至少写 50 个字", "请填写“问题和打算”"]
    assert TEXTS["s1"] in page.source
    assert desk.report().saved_at is None


def test_saving_leads_to_the_preview(desk: ReportDesk) -> None:
    me = desk.cadre()
    page = me.get(desk.url)
    form = dict(page.forms()[0].form_values())
    answer = me.post(f"{desk.url}/save", {**form, "s1": "才写了一点。"})
    assert "这是草稿，还没有报送" in me.follow(answer).text


def test_autosave_tells_the_version_and_takes_no_key(desk: ReportDesk) -> None:
    me = desk.cadre()
    form = dict(me.get(desk.url).forms()[0].form_values()) | {"s1": "自动保存的内容"}
    del form["_key"]
    kept = me.post(f"{desk.url}/save", form, status=204, headers={"X-Autosave": "1"})
    assert kept.headers["X-Version"] == "2"
    late = form | {"s1": "另一台设备"}
    me.post(f"{desk.url}/save", late, status=409, headers={"X-Autosave": "1"})
    secret = form | {"s1": "秘密★1年", "_version": "2"}
    me.post(f"{desk.url}/save", secret, status=422, headers={"X-Autosave": "1"})
    assert desk.report().texts["politics"] == "自动保存的内容"


def test_second_editor_sees_both_texts_and_may_go_on(desk: ReportDesk) -> None:
    me, page = desk.cadre(), None
    first, second = me.get(desk.url), me.get(desk.url)
    form = dict(first.forms()[0].form_values())
    me.post(f"{desk.url}/save", {**form, **TEXTS, "s1": "第一台设备上的内容"})
    page = me.submit(
        second, {**TEXTS, "s1": "第二台设备上的内容"}, action="/self-report", status=409
    )
    assert page.h1 == "述职报告有另一份改动"
    assert ("第一台设备上的内容" in page.source, "第二台设备上的内容" in page.source) == (
        True,
        True,
    )
    me.submit(page, written(page), action="/self-report")
    assert desk.report().texts["politics"] == "第二台设备上的内容"


def test_contact_returns_and_the_change_is_shown(desk: ReportDesk) -> None:
    me, contact = desk.cadre(), desk.contact
    desk.hand_in(me)
    read = contact.get(f"{desk.url}/read")
    assert [t for t in ("因格式退回", "因内容退回", "受理述职报告") if t in read.text] == [
        "因格式退回",
        "受理述职报告",
    ]
    page = contact.get(f"{desk.url}/return/form")
    bad = contact.submit(page, {"sections": "problems", "why5": "太笼统"}, status=422)
    assert bad.errors == ["“问题和打算”的退回理由：已写 3 个字，至少写 10 个字"]
    why = "缺整改措施和完成时间,请补一段,写明到几月。"
    contact.submit(page, {"sections": "problems", "why5": why})
    mine = me.get(desk.url)
    assert "退回 1 节，请修改后重新报送" in mine.text
    assert (why in mine.text, "路明晞" in mine.text, TEXTS["s5"] in mine.text) == (True,) * 3
    assert mine.source.count('<details class="sr-fold"') == 5
    me.submit(
        mine,
        written(mine) | {"s5": TEXTS["s5"] + "三月底前按新预案演练一次。"},
        action="/self-report",
    )
    again = contact.get(f"{desk.url}/read")
    assert again.source.count("本次有改动") == 1
    assert [e.text_content() for e in again.tree.xpath("//ins")] == [
        "（新增开始）三月底前按新预案演练一次。（新增结束）"
    ]
    contact.submit(again, action="/accept")
    assert desk.case("欧阳明远").state == "collecting"


def test_contact_can_t_reach_the_return_on_content(desk: ReportDesk) -> None:
    desk.hand_in(desk.cadre())
    desk.contact.get(f"{desk.url}/return/content", status=404)
    head = desk.head
    head.submit(
        head.get(f"{desk.url}/return/content"),
        {"sections": "results", "reason": "没有写本人做了什么,请重写这一节"},
    )
    assert desk.case("欧阳明远").state == "returned"


def test_cadre_takes_the_report_back(desk: ReportDesk) -> None:
    me = desk.cadre()
    desk.hand_in(me)
    me.submit(me.get(f"{desk.url}/withdraw"), {"reason": ""})
    assert desk.case("欧阳明远").state == "drafting"
    assert desk.report().submissions[0].ended is Action.WITHDRAW


def test_report_of_another_is_not_found(desk: ReportDesk) -> None:
    other = desk.cadre("mayor")
    for path in ("", "/read", "/entry", "/upload", "/withdraw", "/return/form", "/scan"):
        other.get(desk.url + path, status=404)


def test_unfinished_draft_is_not_shown_to_the_office(desk: ReportDesk) -> None:
    me = desk.cadre()
    form = dict(me.get(desk.url).forms()[0].form_values())
    me.post(f"{desk.url}/save", {**form, "s1": "还没有写完的内容"})
    group = desk.staff(Role.UNIT_HEAD, "chief")
    assert "还没有写完的内容" not in group.get(f"{desk.url}/read").source


def test_contact_enters_with_a_signed_paper(desk: ReportDesk) -> None:
    contact = desk.contact
    page = contact.get(f"{desk.url}/entry")
    filled = {**TEXTS, "basis": "signed_paper"}
    bad = contact.submit(page, filled, action="/entry", status=422)
    assert bad.errors == ["请上传签字纸质件的扫描件"]
    scan = (io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"), "签字件.pdf")
    done = contact.follow(contact.submit(page, {**filled, "scan": scan}, action="/entry"))
    assert "由路明晞为欧阳明远录入。" in done.text
    file = contact.get(f"{desk.url}/scan")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert desk.report().basis is EntryBasis.SIGNED_PAPER


def test_head_writes_the_body_s_report(desk: ReportDesk) -> None:
    head, case = desk.head, desk.case("云州市生态环境局", "body")
    url = f"/cases/{case.ref}/self-report"
    page = head.get(url)
    assert page.h1 == "领导班子述职报告"
    head.submit(page, {"s1": "领导班子全年工作总结。"}, action="/self-report")
    assert desk.case("云州市生态环境局", "body").state == "submitted"


def test_cadre_reads_a_document_into_the_draft(desk: ReportDesk) -> None:
    me = desk.cadre()
    page = me.get(f"{desk.url}/upload")
    bad = me.submit(page, {"file": (io.BytesIO(b"PK\x03\x04 torn"), "甲.docx")}, status=422)
    assert bad.errors == ["述职报告文件：文件已损坏或不完整，请重新保存后再上传"]
    me.submit(page, {"file": (io.BytesIO(REPORT), "我的述职.docx")})
    assert desk.report().texts["results"] == TEXTS["s2"]


def test_contact_reads_a_zip_after_a_preview(desk: ReportDesk) -> None:
    contact, out = desk.contact, io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("欧阳明远.docx", REPORT)
        package.writestr("张伟.docx", document("一、政治素质", "外单位的人。"))
        package.writestr("旧.doc", b"x")
    page = contact.get("/self-reports/upload")
    zipped = (io.BytesIO(out.getvalue()), "述职.zip")
    preview = contact.follow(contact.submit(page, {"file": zipped}))
    assert "共 3 个文件，可以读入 1 份。" in preview.text
    assert desk.report().saved_at is None
    assert contact.submit(preview, status=422).errors == ["请选择“代录依据”"]
    done = contact.follow(contact.submit(preview, {"basis": "dictated"}))
    assert ("已读入 1 份" in done.text, "已在草稿中" in done.text) == (True, True)
    report = desk.report()
    assert (report.texts["results"], report.basis) == (TEXTS["s2"], EntryBasis.DICTATED)
    with desk.store.reading() as conn:
        last = conn.execute(
            sa.select(JournalEntry.action).order_by(JournalEntry.seq.desc()).limit(1)
        ).scalar()
    assert last == "upload_report"


def test_preview_of_another_account_is_refused(desk: ReportDesk) -> None:
    contact, out = desk.contact, io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("欧阳明远.docx", REPORT)
    page = contact.get("/self-reports/upload")
    answer = contact.submit(page, {"file": (io.BytesIO(out.getvalue()), "述职.zip")})
    desk.staff(Role.UNIT_CONTACT, "head", "county").get(answer.location, status=409)
    contact.get(answer.location[:-3] + "xxx", status=409)


def test_reading_asks_a_bounded_number_of_queries(desk: ReportDesk) -> None:
    me = desk.cadre()
    me.get(desk.url)
    before = len(desk.site.site_queries)
    desk.hand_in(me)
    me.get(f"{desk.url}/read")
    assert (before <= 24, len(desk.site.site_queries) <= 34) == (True, True)


def test_contact_takes_an_entered_report_back(desk: ReportDesk) -> None:
    contact = desk.contact
    page = contact.get(f"{desk.url}/entry")
    contact.submit(page, {**TEXTS, "basis": "dictated"}, action="/entry")
    read = contact.get(f"{desk.url}/read")
    assert f"{desk.url}/entry/withdraw" in read.links
    contact.submit(contact.get(f"{desk.url}/entry/withdraw"), {"reason": "漏了一段"})
    assert desk.case("欧阳明远").state == "drafting"


def test_contact_sees_no_way_to_take_back_what_another_handed_in(desk: ReportDesk) -> None:
    desk.hand_in(desk.cadre())
    read = desk.contact.get(f"{desk.url}/read")
    assert [link for link in read.links if "withdraw" in link] == []


def test_accepted_report_is_reopened_with_a_reason(desk: ReportDesk) -> None:
    desk.hand_in(desk.cadre())
    contact = desk.contact
    contact.submit(contact.get(f"{desk.url}/read"), action="/accept")
    office = desk.site.sign_in_as(
        Role.OFFICE, organ=desk.world.units["organ"], person_id=desk.world.people["clerk"]
    )
    assert f"{desk.url}/return/reopen" in office.get(f"{desk.url}/read").links
    page = office.get(f"{desk.url}/return/reopen")
    office.submit(page, {"sections": "party", "reason": "与核实情况不一致,请写明时间和次数"})
    assert desk.case("欧阳明远").state == "returned"
    assert [s.code for s in desk.report().returned] == ["party"]


def test_same_press_twice_hands_in_once(desk: ReportDesk) -> None:
    me = desk.cadre()
    form = dict(me.get(desk.url).forms()[0].form_values()) | TEXTS
    first, second = me.post(desk.url, form), me.post(desk.url, form)
    assert first.location == second.location
    assert len(desk.report().submissions) == 1


def test_unknown_field_is_refused(desk: ReportDesk) -> None:
    me = desk.cadre()
    form = dict(me.get(desk.url).forms()[0].form_values()) | TEXTS
    me.post(desk.url, form | {"basis": "self"}, status=400)
