"""Act: residents answer by code and by telephone, canvassing is found true, both scores become one
figure; the yearly service ratings of a bureau are imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.survey_form import SurveyForm, fingerprint
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.commands import beside
from cases.commands import surveys as commands
from cases.commands.canvassing import report_canvassing
from cases.commands.data_entry import Entry, enter_sheets
from cases.commands.survey_import import import_survey
from cases.commands.survey_results import enter_combined
from cases.commands.surveys import AreaPlan, SurveyPlan
from cases.demo.acts import service_ratings
from cases.demo.city.draw import Draw
from cases.demo.city.figures import RESIDENTS
from cases.demo.theatre import Theatre, at
from cases.files.store import FileStore
from cases.files.survey_sheet import columns_of, read_aggregate
from cases.files.workbook import open_workbook
from cases.models import DataSheet, IndicatorValue
from cases.queries.survey_combined import load_combined
from cases.scoring.surveys import scales
from workflow.vocabulary import Permission, SurveyMode, Thing, ThingAction

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 14)
CONFIRMED, FOUND = date(2026, 1, 15), date(2026, 1, 19)
PROVIDER = "云州市统计局(虚构)"
AREAS = (
    ("城关镇", "Chengguan Town", 24),
    ("河口镇", "Hekou Town", 13),
    ("上坪乡", "Shangping Township", 3),
)
"""Townships and their quotas; four codes more are handed out, and who comes later finds it met."""
MARKS = ("very", "very", "satisfied", "satisfied", "satisfied", "basic", "little", "unknown")
CALLED = 200
"""Telephone answers from each county."""


def play(theatre: Theatre) -> None:
    """The questionnaire in two counties, the telephone in all, one figure; a bureau's ratings."""
    counties = [p for p in theatre.city.bodies if p.kind == "county"]
    urn = SurveyUrn(theatre.urns.engine)
    survey = _ask(theatre, urn, [theatre.units[p.code] for p in counties[:2]])
    _telephone(theatre, [p.code for p in counties])
    _canvassing(theatre, survey, theatre.units[counties[1].code])
    _combine(theatre)
    _bureau(theatre)
    service_ratings.play(theatre)


def _ask(theatre: Theatre, urn: SurveyUrn, units: list[int]) -> int:
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    places = [(unit, *area) for unit in units for area in AREAS]
    plan = SurveyPlan(
        title="2025 年群众满意度问卷",
        title_en="Satisfaction of residents, 2025",
        mode=SurveyMode.CODES,
        scale="nbs5",
        questions=(
            ("对县里全年的工作总体上是否满意", "Overall, how satisfied are you with the county"),
            ("对河道治理是否满意", "How satisfied are you with the care of rivers"),
        ),
        started_on=FIRST,
        ended_on=LAST,
        provider=PROVIDER,
        source="年度考核方案第六条",
        indicator=RESIDENTS[0],
        areas=tuple(
            AreaPlan(f"r{n}", name, unit, most, name_en)
            for n, (unit, name, name_en, most) in enumerate(places, 1)
        ),
    )
    with theatre.writing() as conn:
        survey = commands.draft_survey(conn, theatre.cycle_id, plan, actor=office, at=at(FIRST, 8))
        form = commands.open_survey(conn, urn, survey, actor=office, at=at(FIRST, 9))
        slips = commands.hand_out(
            conn, urn, survey, {f"r{n}": many + 4 for n, (*_, many) in enumerate(places, 1)},
            pepper=theatre.settings.booth_pepper.encode(),
            booth_url=theatre.settings.booth_url, actor=office, at=at(FIRST, 10),
        )  # fmt: skip
    for number, (*_, many) in enumerate(places, 1):
        mine = [slip.code for slip in slips if slip.area == f"r{number}"]
        _answer(theatre, urn, form, f"r{number}", mine[: many + 1])
    with theatre.writing() as conn:
        commands.close_survey(conn, urn, survey, actor=office, at=at(LAST, 18))
    with theatre.writing() as conn:
        commands.confirm_survey(conn, urn, survey, actor=lead, at=at(CONFIRMED, 10))
    return survey


def _answer(
    theatre: Theatre, urn: SurveyUrn, form: SurveyForm, area: str, codes: list[str]
) -> None:
    pepper = theatre.settings.booth_pepper.encode()
    for number, code in enumerate(codes):
        draw = Draw(theatre.year, "survey", area, number)
        marks = {question.key: draw.pick(MARKS) for question in form.questions}
        urn.answer(form, fingerprint(pepper, code), area, marks)


def _canvassing(theatre: Theatre, survey: int, unit: int) -> None:
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    with theatre.writing() as conn:
        report = report_canvassing(
            conn, survey, unit, content="有乡镇在工作群里要求村干部代群众扫码,统一选“很满意”。",
            channel="群众来信", reported_on=CONFIRMED, actor=office, at=at(CONFIRMED, 15),
        )  # fmt: skip
        beside.move(
            conn, Thing.CANVASSING, report, ThingAction.UPHOLD_CANVASSING, actor=lead,
            at=at(FOUND, 11), payload={"finding": "调取工作群记录,情况属实,涉及三个村。"},
        )  # fmt: skip


def _telephone(theatre: Theatre, counties: list[str]) -> None:
    """All counties by telephone, as the institute sends it."""
    scale = scales()["nbs5"]
    rows = []
    for code in counties:
        draw = Draw(theatre.city.seed, "telephone", code)
        answers = dict.fromkeys((o.code for o in scale.options), 0)
        for _ in range(CALLED):
            answers[draw.pick(MARKS)] += 1
        told = {"单位编码": code, "访问数": CALLED * 3, "有效样本": CALLED}
        rows.append(told | {str(o.title): answers[o.code] for o in scale.options})
    shared = {
        "方式": "电话调查",
        "开始日期": FIRST.isoformat(),
        "截止日期": LAST.isoformat(),
        "实施单位": "云州市统计局社情民意调查中心(虚构)",
        "来源": "年度考核方案第六条",
    }
    _import(
        theatre, scale, [row | shared for row in rows],
        ("2025 年公共服务电话调查", "Public services, by telephone, 2025"),
        ("对公共服务总体上是否满意", "Overall, how satisfied are you with public services"),
        RESIDENTS[0],
    )  # fmt: skip


def _bureau(theatre: Theatre) -> None:
    """What people said at one bureau's windows all year."""
    scale = scales()["stars"]
    row: dict[str, Any] = {
        "单位编码": "YZ-C01",
        "方式": "政务服务好差评",
        "开始日期": "2025-01-01",
        "截止日期": "2025-12-31",
        "实施单位": "云州市政务服务中心(虚构)",
        "来源": "好差评系统年度汇总",
        "访问数": "2460",
        "有效样本": "1180",
        "差评数": "14",
        "已整改数": "13",
    }
    row |= dict(zip([str(o.title) for o in scale.options], (902, 214, 50, 9, 5), strict=True))
    title = ("2025 年政务服务好差评", "Ratings of government services, 2025")
    _import(theatre, scale, [row], title, ("办事体验", "How the service was"), None)


def _import(
    theatre: Theatre,
    scale: Any,
    rows: Sequence[dict[str, Any]],
    title: tuple[str, str],
    question: tuple[str, str],
    indicator: str | None,
) -> None:
    """A table of sums, taken by one person and confirmed by another; names in both languages."""
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    heads = [column.head for column in columns_of(scale)]
    lines = [heads, *([str(row.get(head, "")) for head in heads] for row in rows)]
    data = "\n".join(",".join(line) for line in lines).encode("utf-8-sig")
    name = f"{title[0]}.csv"
    problems, found = read_aggregate(open_workbook(data, filename=name), scale, theatre.units)
    assert found is not None, problems
    when = at(CONFIRMED, 9)
    with theatre.writing() as conn:
        kept = FileStore(theatre.settings.files).put(conn, data, name=name, at=when)
        survey = import_survey(
            conn, theatre.cycle_id, found, title=title[0], title_en=title[1], scale=scale.code,
            question=question[0], question_en=question[1], indicator=indicator, file_id=kept.id,
            actor=office, at=when,
        )  # fmt: skip
        commands.confirm_survey(conn, None, survey, actor=lead, at=at(CONFIRMED, 11))


def _combine(theatre: Theatre) -> None:
    """Telephone and questionnaire as one figure of each county, handed in to be verified."""
    indicator, provider = RESIDENTS
    clerk = theatre.actor(f"data_provider/{provider}")
    with theatre.writing() as conn:
        rows = load_combined(conn, clerk, Permission.DATA_ENTER, indicator)
        enter_combined(conn, rows, actor=clerk, at=at(FOUND, 15))
        drafts = conn.execute(
            sa.select(IndicatorValue)
            .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
            .where(
                DataSheet.cycle_id == theatre.cycle_id,
                IndicatorValue.indicator == indicator,
                IndicatorValue.value.is_not(None),
            )
        ).all()
        sheets = {
            row.sheet_id: [
                Entry(
                    indicator, value=str(row.value), source=row.source, document=row.document,
                    remark=row.remark,
                )
            ]
            for row in drafts
        }  # fmt: skip
        enter_sheets(conn, sheets, hand_in=True, actor=clerk, at=at(FOUND, 16))
