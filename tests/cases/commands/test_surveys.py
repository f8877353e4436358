"""Surveys from draft to data sheet: four eyes, k, canvassing with its way back, imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.survey_form import fingerprint
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.ballot_box.urn_tables import make_urn_engine
from cases.commands import beside
from cases.commands import surveys as commands
from cases.commands.canvassing import report_canvassing
from cases.commands.survey_results import enter_result
from cases.commands.surveys import AreaPlan, SurveyPlan
from cases.errors import Invalid, Refused
from cases.models import IndicatorValue, JournalEntry, JournalPayload, Survey, SurveyArea
from cases.queries.surveys import survey_view
from cases.store import Store
from tests.attacks.voting import fresh
from tests.world import AT, World, found_world
from workflow.vocabulary import Role, SurveyMode, SurveyState, Thing, ThingAction

PEPPER = b"pepper"


@pytest.fixture
def urn(
    store: Store, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[SurveyUrn]:
    """The booth's own database, of the same kind as the site's."""
    with fresh(store.engine.dialect.name, tmp_path_factory, worker_id) as (url, _):
        made = SurveyUrn(make_urn_engine(url))
        yield made
        made.engine.dispose()


@pytest.fixture
def conn(store: Store) -> Iterator[sa.Connection]:
    with store.transaction() as conn:
        yield conn


@pytest.fixture
def world(conn: sa.Connection) -> World:
    return found_world(conn)


def plan(world: World, **changes: Any) -> SurveyPlan:
    given: dict[str, Any] = {
        "title": "2025 年群众满意度问卷",
        "title_en": "",
        "mode": SurveyMode.CODES,
        "scale": "three",
        "questions": (("总体上是否满意", "Overall"),),
        "started_on": date(2025, 12, 1),
        "ended_on": date(2025, 12, 20),
        "provider": "市统计局",
        "source": "考核方案第六条",
        "indicator": None,
        "areas": (
            AreaPlan("r1", "城关镇", world.units["county"], 0),
            AreaPlan("r2", "河口镇", world.units["county"], 0),
            AreaPlan("r3", "全市", world.units["environment"], 0),
        ),
    }
    return SurveyPlan(**given | changes)


def collected(
    conn: sa.Connection, world: World, urn: SurveyUrn, answers: dict[str, list[str]], **changes: Any
) -> int:
    """A closed survey with these answers by area."""
    clerk = world.actor(Role.OFFICE)
    survey = commands.draft_survey(conn, world.cycle_id, plan(world, **changes), actor=clerk, at=AT)
    form = commands.open_survey(conn, urn, survey, actor=clerk, at=AT)
    slips = commands.hand_out(
        conn, urn, survey, {area: len(given) + 1 for area, given in answers.items()},
        pepper=PEPPER, booth_url="http://b", actor=clerk, at=AT,
    )  # fmt: skip
    for area, given in answers.items():
        codes = [s.code for s in slips if s.area == area]
        for code, mark in zip(codes, given, strict=False):
            assert urn.answer(form, fingerprint(PEPPER, code), area, {"q1": mark}) == "taken"
    commands.close_survey(conn, urn, survey, actor=clerk, at=AT)
    return survey


def row(conn: sa.Connection, survey: int) -> Any:
    return conn.execute(sa.select(Survey).where(Survey.id == survey)).one()


GIVEN = {
    "r1": ["satisfied"] * 6 + ["basic"] * 2 + ["unknown"],
    "r2": ["not", "satisfied"],
    "r3": ["satisfied"] * 3,
}


def test_a_survey_is_counted_by_another_person_and_shows_no_small_unit(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    survey = collected(conn, world, urn, GIVEN)
    assert survey_view(conn, row(conn, survey)).units == ()  # nothing before it is confirmed
    with pytest.raises(Refused):
        commands.confirm_survey(conn, urn, survey, actor=world.actor(Role.OFFICE), at=AT)
    lead = world.actor(Role.OFFICE_LEAD, person="lead")
    commands.confirm_survey(conn, urn, survey, actor=lead, at=AT)
    view = survey_view(conn, row(conn, survey))
    county, bureau = sorted(view.units, key=lambda u: u.name != "沙溪县")
    assert county.total is not None and county.score is not None
    assert county.score.arithmetic == "(7×100 + 2×75 + 1×55) ÷ 10 = 90.50"
    assert str(county.total.response) == "11/13 = 84.62%"
    assert county.lines == ()  # 河口镇 has two answers and is merged into the only other line
    assert (bureau.score, bureau.total, str(bureau.voice.withheld)) == (
        None,
        None,
        "少于 5 票,不单列",
    )
    assert view.whole is None  # one unit is left: its total would give the other back


def test_codes_are_gone_after_the_count(conn: sa.Connection, world: World, urn: SurveyUrn) -> None:
    survey = collected(conn, world, urn, GIVEN)
    lead = world.actor(Role.OFFICE_LEAD, person="lead")
    commands.confirm_survey(conn, urn, survey, actor=lead, at=AT)
    why = {"reason": "核对样本"}
    beside.move(conn, Thing.SURVEY, survey, ThingAction.RECOUNT_SURVEY, actor=lead, at=AT,
                payload=why)  # fmt: skip
    with pytest.raises(UrnRefusal):
        commands.reopen_survey(
            conn, urn, survey, reason="再收几天", actor=world.actor(Role.OFFICE), at=AT
        )


def test_reopening_forgets_the_sums_until_it_closes_again(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    clerk = world.actor(Role.OFFICE)
    survey = collected(conn, world, urn, GIVEN)
    commands.reopen_survey(conn, urn, survey, reason="多收两天", actor=clerk, at=AT)
    sums = sa.select(SurveyArea.answered).where(SurveyArea.survey_id == survey)
    assert list(conn.execute(sums).scalars()) == [0, 0, 0]
    commands.close_survey(conn, urn, survey, actor=clerk, at=AT)
    assert sorted(conn.execute(sums).scalars()) == [2, 3, 9]


def test_the_journal_keeps_no_sums_to_subtract(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    survey = collected(conn, world, urn, GIVEN)
    told = conn.execute(
        sa.select(JournalPayload.payload)
        .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
        .where(JournalEntry.action == "close_survey", JournalEntry.subject_id == survey)
    ).scalar_one()
    assert json.loads(told) == {"areas": 3}


def test_a_survey_somebody_answered_is_not_recalled(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    clerk = world.actor(Role.OFFICE)
    survey = commands.draft_survey(conn, world.cycle_id, plan(world), actor=clerk, at=AT)
    commands.open_survey(conn, urn, survey, actor=clerk, at=AT)
    commands.recall_survey(conn, urn, survey, reason="题目写错", actor=clerk, at=AT)
    assert row(conn, survey).state == SurveyState.DRAFTED
    form = commands.open_survey(conn, urn, survey, actor=clerk, at=AT)
    slip = commands.hand_out(conn, urn, survey, {"r1": 1}, pepper=PEPPER, booth_url="http://b",
                             actor=clerk, at=AT)[0]  # fmt: skip
    urn.answer(form, fingerprint(PEPPER, slip.code), "r1", {"q1": "not"})
    with pytest.raises(UrnRefusal):
        commands.recall_survey(conn, urn, survey, reason="题目写错", actor=clerk, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"scale": "ten"}, "scale"),
        ({"questions": ()}, "questions"),
        ({"ended_on": date(2025, 11, 1)}, "ended_on"),
        ({"areas": ()}, "areas"),
        ({"indicator": "happiness"}, "indicator"),
    ],
)
def test_what_does_not_fit_is_named(
    conn: sa.Connection, world: World, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        commands.draft_survey(
            conn, world.cycle_id, plan(world, **changes), actor=world.actor(Role.OFFICE), at=AT
        )
    assert list(wrong.value.errors) == [field]


def test_a_unit_neither_runs_nor_reads_surveys(conn: sa.Connection, world: World) -> None:
    contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
    with pytest.raises(Refused):
        commands.draft_survey(conn, world.cycle_id, plan(world), actor=contact, at=AT)


def test_canvassing_found_true_voids_and_the_way_back_restores(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    clerk, lead = world.actor(Role.OFFICE), world.actor(Role.OFFICE_LEAD, person="lead")
    survey = collected(conn, world, urn, GIVEN)
    commands.confirm_survey(conn, urn, survey, actor=lead, at=AT)
    report = report_canvassing(
        conn, survey, world.units["county"], content="要求干部群发“请选满意”",
        channel="来信", reported_on=date(2025, 12, 9), actor=clerk, at=AT,
    )  # fmt: skip

    def used() -> Any:
        found = survey_view(conn, row(conn, survey)).units
        score = next(u.score for u in found if u.unit_id == world.units["county"])
        assert score is not None
        return score.used

    def move(action: ThingAction, actor: Any, **payload: str) -> None:
        beside.move(conn, Thing.CANVASSING, report, action, actor=actor, at=AT, payload=payload)

    before = used()
    assert before is not None
    with pytest.raises(Refused):  # not by who recorded it
        move(ThingAction.UPHOLD_CANVASSING, clerk, finding="属实")
    with pytest.raises(Refused):  # not without words
        move(ThingAction.UPHOLD_CANVASSING, lead, finding=" ")
    assert used() == before
    move(ThingAction.UPHOLD_CANVASSING, lead, finding="群发短信 40 条,属实")
    assert used() is None
    move(ThingAction.REOPEN_CANVASSING, lead, reason="补充了新的材料")
    assert used() == before
    move(ThingAction.DISMISS_CANVASSING, lead, finding="短信是提醒办事,不涉及评价")
    assert used() == before


def test_canvassing_is_reported_about_units_that_were_asked_about(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    survey = collected(conn, world, urn, GIVEN)
    with pytest.raises(Invalid) as wrong:
        report_canvassing(
            conn, survey, world.units["organ"], content="x", channel="来信",
            reported_on=date(2025, 12, 9), actor=world.actor(Role.OFFICE), at=AT,
        )  # fmt: skip
    assert list(wrong.value.errors) == ["unit_id"]


def test_a_result_is_not_entered_before_it_is_confirmed_or_without_an_indicator(
    conn: sa.Connection, world: World, urn: SurveyUrn
) -> None:
    survey = collected(conn, world, urn, GIVEN)
    provider = world.actor(Role.DATA_PROVIDER, unit="organ")
    with pytest.raises(Refused) as early:
        enter_result(conn, survey, actor=provider, at=AT)
    assert [str(r) for r in early.value.reasons] == ["评价结果还没有确认"]
    lead = world.actor(Role.OFFICE_LEAD, person="lead")
    commands.confirm_survey(conn, urn, survey, actor=lead, at=AT)
    with pytest.raises(Refused) as none:
        enter_result(conn, survey, actor=provider, at=AT)
    assert [str(r) for r in none.value.reasons] == ["这项评价没有指定用于哪项指标"]
    assert conn.execute(sa.select(sa.func.count()).select_from(IndicatorValue)).scalar_one() == 0
