"""Act: citizens answer by code, service ratings are imported, canvassing is found true, a negative
rating is fixed and called back."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.ballot_box.survey_form import SurveyForm, fingerprint
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.commands import beside
from cases.commands import surveys as commands
from cases.commands.canvassing import report_canvassing
from cases.commands.ratings import RatingEntry, record_ratings
from cases.commands.survey_import import import_survey
from cases.commands.surveys import AreaPlan, SurveyPlan
from cases.demo.city.draw import Draw
from cases.demo.theatre import Theatre, at
from cases.files.store import FileStore
from cases.files.survey_sheet import columns_of, read_aggregate
from cases.files.workbook import open_workbook
from cases.scoring.surveys import scales
from workflow.vocabulary import SurveyMode, Thing, ThingAction

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 16)
CONFIRMED, FOUND = date(2026, 1, 19), date(2026, 1, 23)
RATED, RECORDED = date(2026, 1, 5), date(2026, 1, 6)
FIXED, CALLED, SETTLED = date(2026, 1, 9), date(2026, 1, 13), date(2026, 1, 14)
AREAS = (
    ("城关镇", "Chengguan Town", 24),
    ("河口镇", "Hekou Town", 13),
    ("上坪乡", "Shangping Township", 3),
)
MARKS = ("very", "satisfied", "satisfied", "basic", "little", "unknown")


def play(theatre: Theatre) -> None:
    """The survey of two counties, the ratings of a bureau, one rating settled."""
    counties = [p for p in theatre.city.bodies if p.kind == "county"][:2]
    urn = SurveyUrn(theatre.urns.engine)
    survey = _ask(theatre, urn, [theatre.units[p.code] for p in counties])
    _canvassing(theatre, survey, theatre.units[counties[1].code])
    _import(theatre)
    _rating(theatre)


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
        provider="云州市统计局(虚构)",
        source="年度考核方案第六条",
        indicator=None,
        areas=tuple(
            AreaPlan(f"r{n}", name, unit, 0, name_en)
            for n, (unit, name, name_en, _) in enumerate(places, 1)
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
        _answer(theatre, urn, form, f"r{number}", mine[:many])
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


def _import(theatre: Theatre) -> None:
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    scale = scales()["stars"]
    heads = [column.head for column in columns_of(scale)]
    row: dict[str, Any] = dict.fromkeys(heads, "") | {
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
    text = "\n".join((",".join(heads), ",".join(str(row[head]) for head in heads)))
    data = text.encode("utf-8-sig")
    book = open_workbook(data, filename="好差评汇总.csv")
    _, found = read_aggregate(book, scale, theatre.units)
    assert found is not None
    when = at(CONFIRMED, 9)
    with theatre.writing() as conn:
        kept = FileStore(theatre.settings.files).put(conn, data, name="好差评汇总.csv", at=when)
        survey = import_survey(
            conn, theatre.cycle_id, found, title="2025 年政务服务好差评", scale=scale.code,
            title_en="Ratings of government services, 2025", question="办事体验",
            question_en="How the service was", indicator=None, file_id=kept.id,
            actor=office, at=when,
        )  # fmt: skip
        commands.confirm_survey(conn, None, survey, actor=lead, at=at(CONFIRMED, 11))


def _rating(theatre: Theatre) -> None:
    office, unit = theatre.actor("office_clerk_a"), theatre.actor("contact_environment")
    lead = theatre.actor("office_lead")
    with theatre.writing() as conn:
        bureau = theatre.units["YZ-C01"]
        entries = [
            RatingEntry("HCP-20260105-017", bureau, "排污许可变更",
                        "窗口让跑了三趟,每次缺的材料都不一样。", RATED),
            RatingEntry("HCP-20260106-006", bureau, "环境信访答复",
                        "答复只有一句话,没有说什么时候解决。", RECORDED),
        ]  # fmt: skip
        rating, _ = record_ratings(
            conn, theatre.cycle_id, entries, actor=office, at=at(RECORDED, 9)
        )
    steps: tuple[tuple[ThingAction, Any, date, dict[str, str]], ...] = (
        (ThingAction.FIX_RATING, unit, FIXED,
         {"result": "一次性告知清单已上墙并印成单页,窗口人员重新培训。", "proof": "窗口照片 2 张"}),
        (ThingAction.CALL_BACK, unit, CALLED,
         {"answer": "content", "note": "第二次办理一趟办成,认可整改。"}),
        (ThingAction.CONFIRM_RATING, lead, SETTLED, {}),
    )  # fmt: skip
    for action, actor, day, payload in steps:
        with theatre.writing() as conn:
            beside.move(
                conn, Thing.NEGATIVE_RATING, rating, action, actor=actor,
                at=at(day, 14), payload=payload,
            )  # fmt: skip
