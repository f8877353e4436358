"""The office reminds from the case page and the board: whoever is awaited, once a day, noted."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.outbox import post_many
from cases.commands.reminding import _row
from cases.commands.transition import perform
from cases.models import Case, DataSheet, Message, Outbox, Person, ReportSection
from cases.queries.facts import facts_of
from cases.queries.reminding import Errand, Missing, missing_of
from cases.store import Store
from tests.cases.notices.test_deliver import drained
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Action, NoticeKind, Role, State, Thing
from workflow.words import m

GUARD = "sections_are_complete"


class Desk:
    """沈知远's report is being written; the office looks at it on a working morning."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            office = self.world.actor(Role.OFFICE)
            open_cases(conn, self.world.cycle_id, actor=office, at=AT)
            query = sa.select(Case.id, Case.ref).where(Case.subject_name == "沈知远")
            self.case_id, self.ref = conn.execute(query).one()
            perform(conn, self.case_id, Action.OPEN_SELF_REPORT, actor=office, at=AT)
            conn.execute(sa.update(Outbox).values(done_at=AT))
        self.site: Site = open_site(store, folder)
        self.site.clock.at = AT
        self.office: Client = self.site.sign_in_as(Role.OFFICE, organ=self.world.units["organ"])
        self.page = f"/cases/{self.ref}"
        self.url = f"{self.page}/remind/{GUARD}"

    def put(self, **values: object) -> None:
        with self.store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id == self.case_id).values(**values))

    def letters(self) -> list[tuple[str, str]]:
        drained(self.store, self.folder, at=self.site.clock.at)
        with self.store.reading() as conn:
            rows = conn.execute(
                sa.select(Person.name, Message.title)
                .join(Person, Person.id == Message.person_id)
                .where(Message.kind == NoticeKind.REMINDED)
                .order_by(Message.id)
            )
            return [(name, title) for name, title in rows]


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return Desk(sqlite_store, tmp_path)


def test_the_awaited_is_reminded_once_a_day_and_the_page_says_so(desk: Desk) -> None:
    office = desk.office
    assert desk.url in office.get(desk.page).links
    asked = office.get(desk.url)
    assert asked.tree.xpath("//td[@data-th='会告诉谁']/text()") == ["沈知远"]
    assert len(desk.site.site_queries) <= 40
    office.submit(asked, action=desk.url)
    assert desk.letters() == [("沈知远", "请办理：沈知远")]
    assert "已提醒 1 次" in office.get(desk.page).text
    again = office.get(desk.url)
    assert ("今天不再重复提醒" in again.text, again.forms("/remind")) == (True, [])
    refused = office.submit(asked, {"_key": "k" * 24}, action=desk.url, status=409)
    assert "今天已经提醒过，明天起可以再提醒" in refused.text
    desk.site.clock.at += timedelta(days=1)
    office = desk.site.sign_in_as(Role.OFFICE, organ=desk.world.units["organ"])
    office.submit(office.get(desk.url), action=desk.url)
    assert (len(desk.letters()), "已提醒 2 次" in office.get(desk.page).text) == (2, True)


def test_a_role_that_nobody_holds_is_named_and_nothing_is_sent(desk: Desk) -> None:
    desk.put(state=State.SUBMITTED)
    office = desk.office
    links = [link for link in office.get(desk.page).links if "/remind/" in link]
    asked = office.get(links[0])
    assert "还没有人担任这个岗位" in asked.text
    refused = office.post(links[0], {}, status=409)
    assert "没有可以提醒的人" in refused.text
    assert desk.letters() == []


def test_the_board_urges_all_that_is_overdue_at_a_unit(desk: Desk) -> None:
    desk.put(due_on=(AT - timedelta(days=20)).date())
    board = desk.office.get("/progress")
    url = next(link for link in board.links if "/remind/" in link)
    asked = desk.office.get(url)
    assert asked.h1 == "催办云州市生态环境局的超期事项"
    assert set(asked.tree.xpath("//tbody/tr/th/text()")) == {"沈知远"}
    desk.office.submit(asked, action=url)
    assert desk.letters() == [("沈知远", "请办理：沈知远")]
    assert "催办" in desk.office.get(desk.page).text
    desk.put(due_on=None)
    desk.office.get(url, status=404)


def test_a_step_with_nothing_missing_is_reminded_of_too(desk: Desk) -> None:
    """The report is written but not handed in: the page names the step and whom it waits for."""
    with desk.store.transaction() as conn:
        sections = facts_of(conn, [desk.case_id], on=AT.date())[desk.case_id].sections
        written = [
            {"case_id": desk.case_id, "key": s.key, "state": "written", "text": "字" * s.minimum}
            for s in sections
        ]
        conn.execute(sa.insert(ReportSection), written)
    page = desk.office.get(desk.page)
    url = f"{desk.page}/remind/step"
    assert [link for link in page.links if "/remind/" in link] == [url]
    assert "还没有“报送述职报告”" in page.text
    asked = desk.office.get(url)
    desk.office.submit(asked, action=url)
    assert desk.letters() == [("沈知远", "请办理：沈知远")]


def test_people_of_two_roles_are_each_told_on_one_day(desk: Desk) -> None:
    """A message per case and day alone would drop whoever the second item waits for."""
    roles = (Role.SUBJECT, Role.UNIT_HEAD)
    with desk.store.transaction() as conn:
        case = conn.execute(sa.select(Case).where(Case.id == desk.case_id)).one()
        errands = [Errand(Thing.CASE, case.id, (role,)) for role in roles]
        fresh = [Missing(case, e.roles[0], m("还差一项"), (e,), ("某人",), ()) for e in errands]
        post_many(conn, [_row(errand, fresh, AT) for errand in errands])
        told = sa.select(Outbox.payload).where(Outbox.topic == NoticeKind.REMINDED)
        found = [payload["to"] for (payload,) in conn.execute(told.order_by(Outbox.id))]
    assert found == [[role.value] for role in roles]


def test_nobody_else_reminds(desk: Desk) -> None:
    subject = desk.site.sign_in_as(person_id=desk.world.people["chief"])
    assert desk.url not in subject.get(desk.page).links
    subject.get(desk.url, status=404)
    desk.site.sign_in_as(Role.UNIT_CONTACT, unit=desk.world.units["environment"]).get(
        desk.url, status=404
    )


def test_what_stands_beside_the_case_is_asked_of_its_own_people(desk: Desk) -> None:
    desk.put(state=State.COLLECTING)
    with desk.store.transaction() as conn:
        case = conn.execute(sa.select(Case).where(Case.id == desk.case_id)).one()
        sheet = conn.execute(
            sa.insert(DataSheet)
            .values(cycle_id=case.cycle_id, unit_id=case.unit_id, state="submitted")
            .returning(DataSheet.id)
        ).scalar_one()
        found = missing_of(conn, [case], on=AT.date(), guard="data_is_settled")
    errand = Errand(Thing.DATA_SHEET, sheet, (Role.DATA_VERIFIER,))
    assert [one.errands for one in found] == [(errand,)]
