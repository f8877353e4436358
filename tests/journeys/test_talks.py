"""Talks and inquiries through HTTP: two talkers, the group's eyes only, two people conclude."""

import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Case, Inquiry, ReadLog, Talk
from cases.store import Store
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Role

TALK = {
    "interviewee": "市生态环境局监测科科长", "held_on": "2026年1月12日", "place": "市生态环境局 305 室",
    "content": "作风扎实，分管工作推进有力；对基层联系不够。", "suggested_grade": "excellent",
}  # fmt: skip


class Group:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            open_cases(conn, self.world.cycle_id, actor=self.world.actor(Role.OFFICE), at=AT)
            self.case = conn.execute(sa.select(Case).where(Case.subject_name == "欧阳明远")).one()
        self.site: Site = open_site(store, folder)
        self.talks = f"/cases/{self.case.ref}/talks"

    def member(self, *roles: Role, name: str) -> Client:
        organ = self.world.units["organ"]
        return self.site.sign_in_as(*(roles or (Role.ASSESSMENT_GROUP,)), organ=organ, name=name)


@pytest.fixture
def group(sqlite_store: Store, tmp_path: Path) -> Group:
    return Group(sqlite_store, tmp_path)


def test_two_talkers_sign_and_only_the_group_reads(group: Group) -> None:
    first, second = group.member(name="甲组员"), group.member(name="乙组员")
    form = first.get(f"{group.talks}/new")
    told = {**TALK, "second_talker_id": str(second.person_id)}
    page = first.follow(first.submit(form, told, action="/new"))
    assert "已记录谈话，等待另一名谈话人签名" in page.text
    assert page.forms("/sign") == []
    mine = second.get(group.talks)
    assert len(group.site.site_queries) <= 12
    signed = second.follow(second.submit(mine, action="/sign"))
    assert "两人已签名" in signed.text
    with group.store.reading() as conn:
        talk = conn.execute(sa.select(Talk)).one()
        assert talk.second_signed_at is not None
    group.site.app.extensions["kaoji"].read_log.flush()
    with group.store.reading() as conn:
        reads = conn.execute(sa.select(ReadLog.what, ReadLog.person_id)).all()
    assert {tuple(r) for r in reads} == {("talks", first.person_id), ("talks", second.person_id)}
    group.member(Role.OFFICE, name="考核办").get(group.talks, status=404)
    group.site.sign_in_as(person_id=group.world.people["deputy"]).get(group.talks, status=404)


def test_wrong_talk_comes_back_with_its_words(group: Group) -> None:
    me = group.member(name="甲组员")
    page = me.submit(
        me.get(f"{group.talks}/new"), {**TALK, "held_on": "上周", "place": ""}, action="/new",
        status=422,
    )  # fmt: skip
    assert page.errors == [
        "谈话日期：日期写成 2026-1-5 或 2026年1月5日",
        "请填写“谈话地点”",
        "请选择“另一名谈话人”",
    ]
    assert TALK["content"] in page.source
    assert "考核组还没有其他成员" in page.text


def test_inquiry_is_reported_returned_and_concluded_by_another(group: Group) -> None:
    member = group.member(name="甲组员")
    lead = group.member(Role.OFFICE_LEAD, name="办领导")
    form = member.get(f"/cases/{group.case.ref}/inquiries/new")
    opened = member.submit(
        form, {"question": "反映公务用车超标", "due_on": "2026-1-20"}, action="/new"
    )
    url = opened.location.removeprefix(group.site.base_url)
    assert "1月20日 周二前，还有 6 个工作日" in member.get("/inquiries").text
    assert len(group.site.site_queries) <= 12
    blank = member.submit(member.get(url), action="/report", status=422)
    assert blank.errors == ["请填写“核实情况”"]
    member.submit(member.get(url), {"finding": "经核实，没有发现超标"}, action="/report")
    lead.submit(lead.get(url), {"reason": "请补充购置合同"}, action="/return")
    member.submit(member.get(url), {"finding": "合同和发票一致，没有超标"}, action="/report")
    lead.submit(lead.get(url), {"conclusion": "反映的问题不属实"}, action="/conclude")
    assert "反映的问题不属实" in lead.get(url).text
    with group.store.reading() as conn:
        state = conn.execute(sa.select(Inquiry.state)).scalar_one()
    assert state == "concluded"


def test_who_reports_does_not_conclude(group: Group) -> None:
    lead = group.member(Role.OFFICE_LEAD, name="办领导")
    form = lead.get(f"/cases/{group.case.ref}/inquiries/new")
    told = {"question": "反映公务用车超标", "due_on": "2026-1-20"}
    url = lead.submit(form, told, action="/new").location.removeprefix(group.site.base_url)
    lead.submit(lead.get(url), {"finding": "经核实，没有发现超标"}, action="/report")
    page = lead.get(url)
    assert "本人报告的核实情况，须由另一人认定" in page.text
    assert page.forms("/conclude") == []
    lead.post(f"{url}/conclude", {"conclusion": "不属实不属实", "_version": "2"}, status=409)


def test_record_is_printed_for_the_group_and_for_nobody_else(group: Group) -> None:
    first, second = group.member(name="甲组员"), group.member(name="乙组员")
    told = {**TALK, "second_talker_id": str(second.person_id)}
    page = first.follow(first.submit(first.get(f"{group.talks}/new"), told, action="/new"))
    (address,) = [link for link in page.links if link.endswith(".pdf")]
    sheet = second.get(address)
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert sheet.headers["Content-Disposition"].isascii()  # a header holds no Chinese
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=sheet.response.data,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "个别谈话记录" in text
    assert [t for t in (TALK["interviewee"], TALK["place"], "甲组员") if t not in text] == []
    first.get(address.replace(".pdf", "9.pdf"), status=404)
    group.member(Role.OFFICE, name="经办").get(address, status=404)
