"""Contexts filled from tables: the summary box, remarks, signatures, order, what is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.clock import date_of
from cases.documents.boxes import fit, too_long
from cases.documents.context import Section
from cases.documents.papers import orders_for
from cases.documents.papers.decisions import grade_approval
from cases.documents.papers.forms import (
    registration_form,
    result_notice,
    self_report,
    summary_text,
)
from cases.documents.papers.subject import day_of, month_of, subject_of
from cases.models import Decision, PastResult, Statement, Synthesis, Unit
from cases.store import Store
from tests.notified import NOTIFIED_AT, hand_in, notified
from tests.world import AT
from workflow.vocabulary import DocumentKind, Grade, Thing

ON = NOTIFIED_AT.date() + timedelta(days=10)
CHIEF, DEPUTY = "沈知远", "欧阳明远"


def section(heading: str, length: int) -> Section:
    return Section(heading=heading, text="实" * length)


def test_report_that_fits_stands_whole_in_the_box() -> None:
    text = summary_text([section("政治素质", 200), section("履职实绩", 300)])
    assert text.startswith("一、政治素质。实") and "见述职报告" not in text


def test_long_section_is_left_to_the_report_and_named() -> None:
    text = summary_text([section("政治素质", 200), section("履职实绩", 1200)])
    assert fit("summary", text).over == 0
    assert text.endswith("（“履职实绩”部分见述职报告。）")


def test_single_section_too_long_is_not_cut_but_refused_at_printing() -> None:
    text = summary_text([section("履职实绩", 2000)])
    assert text.count("实") == 2000 + 1
    assert fit("summary", text).over > 0


@pytest.mark.parametrize(
    ("text", "day", "month"),
    [
        ("1975-03", date(1975, 3, 1), "1975.03"),
        ("1975-03-12", date(1975, 3, 12), "1975.03"),
        ("不详", None, "不详"),
        (None, None, ""),
    ],
)
def test_days_of_rosters(text: str | None, day: date | None, month: str) -> None:
    assert (day_of(text), month_of(text)) == (day, month)


@pytest.fixture
def told(sqlite_store: Store) -> Any:
    with sqlite_store.transaction() as conn:
        world, cases = notified(conn, grades={DEPUTY: Grade.INCOMPETENT})
        yield conn, world, cases


def test_form_states_pending_signature_past_years_and_dual_management(told: Any) -> None:
    conn, world, cases = told
    hand_in(conn, cases[CHIEF].id)
    conn.execute(
        sa.insert(PastResult),
        [
            {"person_id": world.people["chief"], "year": year, "conclusion": code}
            for year, code in ((2022, "3"), (2024, "1"), (2019, "1"))
        ],
    )
    conn.execute(
        sa.update(Unit)
        .where(Unit.id == world.units["environment"])
        .values(assisting_organ_id=world.units["county"])
    )
    conn.execute(
        sa.update(Statement)
        .where(Statement.case_id == cases[CHIEF].id)
        .values(sign_state="pending", reason="援派在外", review_on=date(2026, 5, 10))
    )
    form = registration_form(subject_of(conn, cases[CHIEF].id, ON))
    assert too_long(form) == {}
    assert form.texts["remark"] == (
        "近三年考核结果：2024年优秀，2022年基本称职。\n"
        "双重管理单位：云州市委组织部主管，沙溪县协管并已提供书面意见。"
    )
    assert form.signs["statement"].note == "援派在外，2026年5月10日复查"
    assert form.texts["organ_opinion"] == (
        "经云州市委组织部2025年12月11日研究，确定为称职等次。（云组〔2026〕9号）"
    )
    assert form.signs["organ_opinion"].on == date(2025, 12, 11)
    assert (form.track, form.person.post) == ("leading_cadre", "党组书记、局长")


def test_ungraded_person_has_the_reason_in_his_box(told: Any) -> None:
    conn, _, cases = told
    conn.execute(
        sa.update(Decision)
        .where(Decision.case_id == cases[CHIEF].id)
        .values(grade=None, outcome="ungraded", reason="立案未结")
    )
    conn.execute(
        sa.text("UPDATE cases SET outcome='ungraded', decided_grade=NULL WHERE id=:i"),
        {"i": cases[CHIEF].id},
    )
    form = registration_form(subject_of(conn, cases[CHIEF].id, ON))
    assert form.texts["unassessed_note"] == "不确定等次。立案未结"


def test_notice_tells_problems_and_the_right_of_review_to_the_lowest_only(told: Any) -> None:
    conn, _, cases = told
    low = result_notice(subject_of(conn, cases[DEPUTY].id, ON))
    good = result_notice(subject_of(conn, cases[CHIEF].id, ON))
    assert (low.grade, good.grade) == ("不称职", "称职")
    assert (low.problems, low.strengths, low.own_rates) == ("统筹不够", "", ())
    assert low.review_right.startswith("对考核结果有异议的") and good.review_right == ""


def test_papers_of_a_body_and_of_a_pool(told: Any) -> None:
    conn, _, cases = told
    body = cases["班子"].id
    assert orders_for(conn, DocumentKind.REGISTRATION_FORM, Thing.CASE, body, ON) == ()
    assert orders_for(conn, DocumentKind.SELF_REPORT, Thing.CASE, body, ON) == ()
    (approval,) = orders_for(conn, DocumentKind.GRADE_APPROVAL, Thing.CASE, body, ON)
    assert (approval.paper.subject, approval.paper.decided) == (
        "云州市生态环境局领导班子",
        "良好",
    )
    (paper,) = orders_for(conn, DocumentKind.DECIDING_PAPER, Thing.CASE, cases[DEPUTY].id, ON)
    assert (paper.about.thing, paper.about.case_id) == ("pool", None)
    assert [row[0] for group in paper.paper.groups for row in group.rows] == [DEPUTY]
    (circular,) = orders_for(conn, DocumentKind.CIRCULAR, Thing.POOL, cases[DEPUTY].pool_id, ON)
    assert [x.name for x in circular.paper.listed] == []


def test_synthesis_bears_the_day_it_was_written(told: Any) -> None:
    conn, _, cases = told
    written = conn.execute(
        sa.select(Synthesis.written_at).where(Synthesis.case_id == cases[CHIEF].id)
    ).scalar_one()
    form = grade_approval(subject_of(conn, cases[CHIEF].id, ON))
    (opinion,) = form.opinions
    assert opinion.label == "综合研判意见"
    assert [sign.on for sign in opinion.signs] == [date_of(written)]


def test_papers_bear_their_own_day_and_not_that_of_printing(told: Any) -> None:
    conn, _, cases = told
    hand_in(conn, cases[CHIEF].id)
    subject = subject_of(conn, cases[CHIEF].id, ON + timedelta(days=30))
    report = self_report(subject)
    assert report is not None
    approval = grade_approval(subject)
    assert report.dated == date_of(AT) != report.issued_on
    assert approval.dated == AT.date() != approval.issued_on
    assert result_notice(subject).dated == subject.on
