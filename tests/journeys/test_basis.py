"""依据与期限: every rule of the year with its source, found by words, linked from days and numbers."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.models import Case, Cycle, SchemeVersion
from cases.scoring.rules import shipped_rules
from cases.scoring.rules.listed import listed
from cases.scoring.scheme import digest
from cases.store import Store
from tests.decision_desk import Desk, open_desk, tell
from tests.web_client import Client, Page, open_site
from tests.world import AT, scheme_document
from workflow.vocabulary import AdminKind, CycleState, Grade, Role, Stage, State

ROWS = [row for section in listed(shipped_rules()) for row in section.rows]


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    found = open_desk(sqlite_store, tmp_path, texts=False)
    found.site.clock.at = AT
    content: dict[str, Any] = scheme_document()
    content["feedback"]["statement_days"] = 9
    with sqlite_store.transaction() as conn:
        conn.execute(sa.update(SchemeVersion).values(content=content, digest=digest(content)))
    return found


def rows(page: Page) -> dict[str, str]:
    """Address of each row on the page -> its text."""
    lines = page.tree.findall(".//tr[@id]")
    return {str(line.get("id")): " ".join("".join(line.itertext()).split()) for line in lines}


def test_every_row_in_force_stands_on_the_page_for_whoever_is_signed_in(desk: Desk) -> None:
    plain = desk.site.sign_in_as(person_id=desk.world.people["deputy"])
    found = rows(plain.get("/rules"))
    windows = [f"window-{stage.value}" for stage in Stage]
    assert list(found) == windows + [row.key for row in ROWS]
    by_scheme = {"facts-statement"}
    for row in ROWS:
        assert (row.source in found[row.key]) is (row.key not in by_scheme), row.key
    assert "第九十六条" in found["facts-review_decide"]
    assert "已核对" in found["facts-review_decide"]
    assert "待确认" in found["facts-count"]


def test_scheme_of_the_year_stands_over_the_rule_and_says_so(desk: Desk) -> None:
    page = desk.client(Role.OFFICE).get("/rules")
    row = rows(page)["facts-statement"]
    assert "9 个工作日" in row
    assert "方案没有另定时：5 个工作日" in row
    assert "方案另定" in row
    own = rows(desk.client(Role.OFFICE).get("/rules?show=own"))
    assert "facts-statement" in own
    assert [key for key, text in own.items() if "方案" not in text] == []


def test_rules_are_found_by_words_of_title_value_and_source(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    law = rows(office.get("/rules?find=公务员法+申诉"))
    assert set(law) == {
        "facts-appeal_after_review",
        "facts-appeal_direct",
        "facts-appeal_decide",
    }
    assert list(rows(office.get("/rules?find=third-class"))) == ["effects-merit3"]
    nothing = office.get("/rules?find=没有这样的规定")
    assert (rows(nothing), "没有符合条件的规定" in nothing.text) == ({}, True)


def test_rows_to_be_confirmed_are_told_apart(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    assumed = rows(office.get("/rules?show=assumed"))
    assert [key for key, text in assumed.items() if "待确认" not in text] == []
    every = rows(office.get("/rules"))
    read = [key for key, text in every.items() if "已核对" in text]
    stated = [key for key, text in every.items() if "方案另定" in text and key not in assumed]
    assert (len(assumed) + len(read) + len(stated) + len(Stage)) == len(every)


def test_year_being_prepared_is_no_basis_yet(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        ref = conn.execute(sa.select(Cycle.ref)).scalar_one()
        conn.execute(sa.update(Cycle).values(state=CycleState.PREPARING))
    office = desk.client(Role.OFFICE)
    assert "还没有锁定方案的年度" in office.get("/rules").text
    office.get(f"/rules?cycle={ref}", status=404)
    office.get("/rules?cycle=%27%3B--", status=404)


def test_page_stands_before_any_year(sqlite_store: Store, tmp_path: Path) -> None:
    site = open_site(sqlite_store, tmp_path)
    page = site.sign_in_as(admin=AdminKind.SYSTEM_ADMIN).get("/rules")
    assert set(rows(page)) == {row.key for row in ROWS}


def leads(client: Client, page: Page, anchor: str) -> bool:
    """Whether a link of the page leads to a row that is there."""
    found = [a for a in page.tree.findall(".//a") if str(a.get("href")).endswith("#" + anchor)]
    return bool(found) and anchor in rows(client.get(str(found[0].get("href")).split("#")[0]))


def test_days_of_a_case_lead_to_their_rule_or_window(desk: Desk) -> None:
    office = desk.client(Role.OFFICE)
    chief = desk.cases["沈知远"]
    for state, anchor in (
        (State.SUBMITTED, "facts-report_check"),
        (State.SYNTHESISING, "window-committee_review"),
        (State.DRAFTING, "window-self_report"),
    ):
        with desk.store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id == chief.id).values(state=state))
            conn.execute(sa.update(Case).values(due_on=AT.date()))
        assert leads(office, office.get(f"/cases/{chief.ref}"), anchor), state


def year_of(desk: Desk, cycle_id: int) -> str:
    with desk.store.reading() as conn:
        return conn.execute(sa.select(Cycle.ref).where(Cycle.id == cycle_id)).scalar_one()


def test_rights_on_the_result_have_their_numbers_from_the_rules(desk: Desk) -> None:
    chief = desk.cases["沈知远"]
    with desk.store.transaction() as conn:
        tell(conn, chief.id, Grade.INCOMPETENT)
    own = desk.client(person="chief")
    page = own.get(f"/cases/{chief.ref}/result")
    text = " ".join(page.text.split())
    for said in ("30 日内", "15 日内", "60 日内", "2 名见证人"):
        assert said in text, said
    for code in ("statement", "review_apply", "appeal_after_review"):
        assert leads(own, page, f"facts-{code}"), code
    years = {link.partition("#")[0] for link in page.links if link.startswith("/rules")}
    assert years == {f"/rules?cycle={year_of(desk, chief.cycle_id)}"}  # not the newest year's


def test_every_signed_in_page_leads_to_the_rules(desk: Desk) -> None:
    page = desk.client(Role.OFFICE).get("/cases")
    links = {str(a.get("href")): a.text for a in page.tree.findall(".//footer//a")}
    assert links["/rules"] == "依据与期限"
