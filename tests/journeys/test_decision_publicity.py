"""Publicity, its objections, and notice after the window, where a track requires it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Case, Decision, Pool
from cases.store import Store
from tests.decision_desk import Desk, case_row, open_desk
from tests.web_client import Page
from tests.world import AT
from workflow.vocabulary import Role


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    """The chief as a civil servant whose 优秀 is decided and released."""
    found = open_desk(sqlite_store, tmp_path)
    found.site.clock.at = AT
    chief = found.cases["沈知远"]
    with sqlite_store.transaction() as conn:
        conn.execute(
            sa.update(Pool)
            .where(Pool.id == chief.pool_id)
            .values(track="civil_servant", state="released", seats=3)
        )
        conn.execute(
            sa.update(Case)
            .where(Case.id == chief.id)
            .values(
                track="civil_servant",
                state="decided",
                decided_grade="excellent",
                outcome="graded",
                conclusion="1",
            )
        )
        conn.execute(
            sa.insert(Decision).values(
                case_id=chief.id, outcome="graded", grade="excellent", conclusion="1",
                organ="云州市委", document="云委〔2026〕18号", decided_on=AT.date(),
                basis="synthesis", recorded_at=AT, released_at=AT,
            )
        )  # fmt: skip
    return found


def published(desk: Desk) -> Page:
    pool = desk.pool_of("沈知远")
    recorder = desk.client(Role.DECISION_RECORDER)
    assert "公示优秀 1 个" in recorder.get(f"/pools/{pool}/chain").text
    page = recorder.get(f"/pools/{pool}/publicity")
    fields = {"range": "本单位", "phone": "6120"}
    early = recorder.submit(page, fields | {"ends_on": "2025-12-11"}, action="", status=422)
    assert "公示期不足方案规定的工作日" in early.errors[0]
    recorder.submit(page, fields)
    assert case_row(desk.store, desk.cases["沈知远"].id).state == "in_publicity"
    return recorder.get(f"/pools/{pool}/notify")


def test_notice_waits_for_the_end_of_the_window(desk: Desk) -> None:
    page = published(desk)
    assert page.forms() == []
    assert "公示期还没有届满" in page.text
    desk.site.clock.at = AT + timedelta(days=10)
    office = desk.client(Role.OFFICE)
    office.submit(office.get(page.path), action="")
    assert case_row(desk.store, desk.cases["沈知远"].id).state == "notified"


def test_true_objection_sends_the_case_back(desk: Desk) -> None:
    published(desk)
    chief, pool = desk.cases["沈知远"], desk.pool_of("沈知远")
    office = desk.client(Role.OFFICE)
    page = office.get(f"/pools/{pool}/objections")
    page = office.follow(
        office.submit(page, {"case_id": str(chief.id), "content": "数据不实"}, action="")
    )
    handle = office.get(next(a for a in page.links if a.startswith("/objections/")))
    fields = {"finding": "经核实,反映属实", "result": "substantiated"}
    page = office.follow(office.submit(handle, fields, action=""))
    back = office.get(f"/cases/{chief.ref}/uphold-objection")
    office.submit(back, {"reason": "公示异议属实,退回研判"}, action="")
    row = case_row(desk.store, chief.id)
    assert (row.state, row.decided_grade, row.proposed_grade) == ("synthesising", None, None)
