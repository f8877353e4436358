"""The first page and the list of cases, as their readers find them."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from cases.models import Case, Measure, Message, NameGram, Person
from cases.names import grams
from cases.store import Store
from tests.decision_desk import Desk, crowd, open_desk
from tests.web_client import NOW, Client
from workflow.vocabulary import AdminKind, Role, State


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return open_desk(sqlite_store, tmp_path)


def put(desk: Desk, **values: Any) -> None:
    with desk.store.transaction() as conn:
        conn.execute(sa.update(Case).values(**values))


def rows(client: Client, path: str) -> list[str]:
    return [" ".join(t.text_content().split()) for t in client.get(path).tree.xpath("//tbody//th")]


def names(client: Client, path: str) -> list[str]:
    return [t.text for t in client.get(path).tree.xpath("//tbody//th/a")]


def queries(desk: Desk, client: Client, path: str) -> int:
    client.get(path)
    client.get(path)
    return len(desk.site.site_queries)


def message(desk: Desk, person: str, title: str) -> None:
    with desk.store.transaction() as conn:
        conn.execute(
            sa.insert(Message).values(
                person_id=desk.world.people[person], case_id=desk.cases["沈知远"].id,
                kind="result", title=title, text="请登录查看。", sent_at=NOW,
            )
        )  # fmt: skip


def test_office_finds_its_groups_named_by_the_verb(desk: Desk) -> None:
    put(desk, state=State.SCOPED, due_on=date(2026, 1, 9))
    page = desk.client(Role.OFFICE, person="clerk").get("/worklist")
    assert page.h1 == "待我办理"
    assert page.tree.xpath("//section[contains(@class,'k-sheet')]//h2")[0].text == "启动述职"
    assert "超期 1 个工作日" in page.text
    assert page.tree.xpath("//a[text()='批量办理']/@href") == ["/cases?state=scoped"]


def test_late_rows_come_first_and_the_filter_keeps_them(desk: Desk) -> None:
    put(desk, state=State.SCOPED, due_on=date(2026, 3, 2))
    with desk.store.transaction() as conn:
        late = sa.update(Case).where(Case.subject_name == "张伟")
        conn.execute(late.values(due_on=date(2026, 1, 9)))
    client = desk.client(Role.OFFICE, person="clerk")
    assert names(client, "/worklist")[0] == "张伟"
    assert names(client, "/worklist?due=late") == ["张伟"]
    assert client.get("/worklist?due=today").tree.xpath("//tbody") == []


def test_subject_finds_his_report_and_nobody_elses(desk: Desk) -> None:
    put(desk, state=State.DRAFTING)
    client = desk.client(person="deputy")
    links = client.get("/worklist").tree.xpath("//tbody//a/@href")
    assert links == [f"/cases/{desk.cases['欧阳明远'].ref}/self-report"]


def test_leader_finds_the_comments_he_owes(sqlite_store: Store, tmp_path: Path) -> None:
    desk = open_desk(sqlite_store, tmp_path, texts=False)
    client = desk.client(Role.SUPERVISING_LEADER, person="lead")
    page = client.get("/worklist")
    owed = page.tree.xpath("//section[.//h2[text()='写评语和等次建议']]//tbody//a/@href")
    assert f"/cases/{desk.cases['张伟'].ref}/comment" in owed


def test_subject_is_asked_for_his_statement(desk: Desk) -> None:
    put(desk, state=State.NOTIFIED)
    links = desk.client(person="mayor").get("/worklist").tree.xpath("//tbody//a/@href")
    assert links == [f"/cases/{desk.cases['张伟'].ref}/statement"]


def test_measure_leads_to_the_responsible_units_page(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        number = conn.execute(
            sa.insert(Measure)
            .values(
                case_id=desk.cases["张伟"].id, channel="training", kind="training", mandatory=False, created_at=NOW, title="培训",
                basis="依据", state="assigned", owner_unit_id=desk.world.units["county"],
            )
            .returning(Measure.id)
        ).scalar_one()  # fmt: skip
    client = desk.client(Role.RESPONSIBLE_ORGAN, unit="county")
    assert client.get("/worklist").tree.xpath("//tbody//a/@href") == [f"/measures/{number}"]


def test_nothing_to_do_says_so(desk: Desk) -> None:
    page = desk.client().get("/worklist")
    assert "没有要办的事项" in page.text


def test_administrators_find_their_consoles(desk: Desk) -> None:
    page = desk.site.sign_in_as(admin=AdminKind.AUDIT_ADMIN).get("/worklist")
    links = page.tree.xpath("//main//section//a/@href")
    assert links == ["/journal", "/journal/reads", "/journal/verify", "/administration/policy"]


def test_messages_are_marked_as_read(desk: Desk) -> None:
    message(desk, "mayor", "考核结果已告知")
    message(desk, "chief", "别人的消息")
    client = desk.client(person="mayor")
    page = client.get("/worklist")
    assert "考核结果已告知" in page.text and "别人的消息" not in page.text
    done = client.follow(client.submit(page, {}, action="/messages/read", status=303))
    assert "没有未读消息" in done.text
    assert "考核结果已告知" in client.get("/messages").text
    with desk.store.reading() as conn:
        unread = conn.execute(sa.select(Message.title).where(Message.read_at.is_(None))).scalars()
        assert unread.all() == ["别人的消息"]


def test_worklist_asks_as_much_for_three_rows_as_for_one(desk: Desk) -> None:
    client = desk.client(Role.OFFICE, person="clerk")
    desk.client(Role.DRAFTING_DIVISION)  # so that the pools wait for the division
    put(desk, state=State.CLOSED)
    counts = []
    for number in (1, 3):
        ids = [c.id for c in list(desk.cases.values())[:number]]
        with desk.store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id.in_(ids)).values(state=State.SCOPED))
        counts.append(queries(desk, client, "/worklist"))
        assert len(names(client, "/worklist")) == number
    assert counts[0] == counts[1] <= 14


def test_list_is_in_official_order_and_foreign_cases_are_not_there(desk: Desk) -> None:
    assert names(desk.client(Role.OFFICE, person="clerk"), "/cases") == [
        r.subject_name for r in sorted(desk.cases.values(), key=lambda c: (c.sort_key, c.id))
    ]
    assert names(desk.client(person="mayor"), "/cases") == ["张伟"]
    assert desk.site.sign_in_as(admin=AdminKind.AUDIT_ADMIN).get("/cases", status=403).status == 403


def test_list_narrows_by_state_kind_and_unit(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        conn.execute(
            sa.update(Case).where(Case.subject_name == "张伟").values(state=State.SUBMITTED)
        )
    client = desk.client(Role.OFFICE, person="clerk")
    assert names(client, "/cases?state=submitted") == ["张伟"]
    assert len(names(client, "/cases?kind=body")) == 2
    county = desk.world.units["county"]
    assert names(client, f"/cases?unit={county}&kind=cadre") == ["买买提·吐尔逊", "张伟"]
    assert "没有符合条件的考核对象" in client.get("/cases?state=archived").text


def test_search_takes_a_name_a_number_and_a_unit(desk: Desk) -> None:
    crowd(desk.store, desk)
    _write_grams(desk.store)
    client = desk.client(Role.OFFICE, person="clerk")
    assert names(client, "/cases?find=云") == ["葛云舒"]
    assert names(client, "/cases?find=明远") == ["欧阳明远"]
    assert names(client, f"/cases?find={desk.cases['张伟'].ref}") == ["张伟"]
    units = client.get("/cases?find=沙溪").tree.xpath("//nav//a[contains(., '沙溪县')]/@href")
    assert units == [f"/cases?unit={desk.world.units['county']}"]


def test_export_holds_what_the_list_shows(desk: Desk) -> None:
    county = desk.world.units["county"]
    answer = desk.client(Role.OFFICE, person="clerk").get(f"/cases/export?unit={county}&kind=cadre")
    sheet = openpyxl.load_workbook(BytesIO(answer.response.data)).active
    assert [r[2] for r in sheet.iter_rows(min_row=3, values_only=True)] == [
        "买买提·吐尔逊", "张伟",
    ]  # fmt: skip


def test_ticks_lead_to_the_bulk_preview(desk: Desk) -> None:
    put(desk, state=State.SCOPED)
    client = desk.client(Role.OFFICE, person="clerk")
    page = client.get("/cases?state=scoped&kind=cadre")
    assert page.tree.xpath("//form[@action='/cases/bulk']//button[@name='action']/@value")[0]
    ticks = page.tree.xpath("//input[@name='case']/@value")
    assert set(ticks) == {c.ref for c in desk.cases.values() if c.person_id}


def test_list_asks_as_much_for_three_rows_as_for_one(desk: Desk) -> None:
    client = desk.client(Role.OFFICE, person="clerk")
    put(desk, state=State.CLOSED)
    counts = []
    for number in (1, 3):
        ids = [c.id for c in list(desk.cases.values())[:number]]
        with desk.store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id.in_(ids)).values(state=State.SCOPED))
        counts.append(queries(desk, client, "/cases?state=scoped"))
        assert len(names(client, "/cases?state=scoped")) == number
    assert counts[0] == counts[1] <= 16


def _write_grams(store: Store) -> None:

    with store.transaction() as conn:
        people = conn.execute(sa.select(Person.id, Person.name, Person.order_key)).all()
        rows = [
            {"gram": g, "order_key": int(p.order_key), "person_id": p.id}
            for p in people
            for g in grams(p.name)
        ]
        conn.execute(sa.insert(NameGram), rows)


def test_one_unit_is_said_once_and_not_on_every_line(desk: Desk) -> None:
    heads = "(//main//thead)[1]//th/text()"
    put(desk, state=State.SCOPED)
    assert desk.client(Role.OFFICE).get("/worklist").tree.xpath(heads) == ["事项", "单位", "期限"]
    put(desk, state=State.SUBMITTED)
    page = desk.client(Role.UNIT_CONTACT, unit="environment").get("/worklist")
    assert page.tree.xpath(heads) == ["事项", "期限"]
    assert "都是云州市生态环境局的事项。" in page.text
