"""Public surveys collected in the booth: drafted, opened, codes handed out, closed, confirmed.

The booth's database moves first, ours after it; each act may be done again and finds the booth as
it is. Nothing here sees an answer: only sums come back (``cases.ballot_box.urn_surveys``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.ballot_box.survey_form import Slip, SurveyForm, fingerprint, make_slips
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.commands import beside
from cases.commands.rights import require_for_cycle, require_for_thing
from cases.errors import Invalid, Refused
from cases.models import Cycle, Survey, SurveyArea
from cases.queries.scheme import scheme_of_cycle
from cases.queries.survey_form import form_of
from cases.queries.things import row_of
from cases.scoring.surveys import scales
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import COLLECTED, Permission, SurveyMode, SurveyState, Thing, ThingAction
from workflow.words import Sentence, m

MOST_CODES = 20_000


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One area to ask in: the unit its answers speak about, and how many are taken (0: all);
    ``name_en`` may be empty."""

    code: str
    name: str
    unit_id: int
    quota: int
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What a survey is: ``questions`` are (Chinese, English); the first one scores."""

    title: str
    title_en: str
    mode: SurveyMode
    scale: str
    questions: tuple[tuple[str, str], ...]
    started_on: date
    ended_on: date
    provider: str
    source: str
    indicator: str | None
    areas: tuple[AreaPlan, ...]


def draft_survey(
    conn: sa.Connection,
    cycle_id: int,
    plan: SurveyPlan,
    *,
    file_id: int | None = None,
    figures: Mapping[str, Mapping[str, Any]] | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Write a survey down; returns its id. ``figures`` are the sums of an imported one by area.

    Raises Refused without the right, Invalid for what doesn't fit.
    """
    cycle = require_for_cycle(conn, cycle_id, Permission.SURVEY_MANAGE, actor)
    _check(conn, cycle_id, plan)
    survey_id = int(
        conn.execute(
            sa.insert(Survey)
            .values(
                cycle_id=cycle_id,
                key=_next_key(conn, cycle),
                title=plan.title.strip(),
                title_en=plan.title_en.strip() or plan.title.strip(),
                mode=plan.mode,
                scale=plan.scale,
                questions=[{"zh": zh, "en": en or zh} for zh, en in plan.questions],
                indicator=plan.indicator,
                provider=plan.provider,
                source=plan.source,
                started_on=plan.started_on,
                ended_on=plan.ended_on,
                pace=rule_count("survey_pace"),
                state=SurveyState.DRAFTED,
                file_id=file_id,
                created_by=actor.person_id,
                created_at=at,
            )
            .returning(Survey.id)
        ).scalar_one()
    )
    rows = _area_rows(survey_id, plan, figures or {})
    conn.execute(sa.insert(SurveyArea), rows)
    beside.created(
        conn, Thing.SURVEY, survey_id, actor=actor, at=at,
        payload={"mode": plan.mode.value, "areas": len(rows)},
        action=ThingAction.DRAFT_SURVEY.value,
    )  # fmt: skip
    return survey_id


def _area_rows(
    survey_id: int, plan: SurveyPlan, figures: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    none: dict[str, Any] = {"asked": 0, "answered": 0, "counts": None, "bad": None, "fixed": None}
    return [
        {
            "survey_id": survey_id,
            "unit_id": area.unit_id,
            "code": area.code,
            "name": area.name,
            "name_en": area.name_en or None,
            "quota": area.quota,
            **none,
            **figures.get(area.code, {}),
        }
        for area in plan.areas
    ]


def _check(conn: sa.Connection, cycle_id: int, plan: SurveyPlan) -> None:
    errors: dict[str, Sentence] = {}
    if not plan.title.strip():
        errors["title"] = m("请写明标题")
    if plan.scale not in scales():
        errors["scale"] = m("没有这种量表")
    if not plan.questions:
        errors["questions"] = m("至少要有一道题")
    if plan.ended_on < plan.started_on:
        errors["ended_on"] = m("截止日期在开始日期以前")
    codes = [area.code for area in plan.areas]
    if not codes:
        errors["areas"] = m("至少要有一个地区")
    elif len(set(codes)) != len(codes):
        errors["areas"] = m("地区编码重复")
    scheme = scheme_of_cycle(conn, cycle_id)
    known = scheme.indicators if scheme is not None else {}
    if plan.indicator is not None and plan.indicator not in known:
        errors["indicator"] = m("方案里没有这项指标")
    if errors:
        raise Invalid(errors)


def _next_key(conn: sa.Connection, cycle: Any) -> str:
    held = sa.select(Cycle.id).where(Cycle.id == cycle.id)
    conn.execute(held.with_for_update(key_share=True)).all()
    n = conn.execute(
        sa.select(sa.func.count()).select_from(Survey).where(Survey.cycle_id == cycle.id)
    ).scalar_one()
    return f"{cycle.ref}-PJ{n + 1:03d}"


def _row(conn: sa.Connection, survey_id: int, permission: Permission, actor: Actor) -> Any:
    row = row_of(conn, Thing.SURVEY, survey_id, lock=True)
    require_for_thing(conn, Thing.SURVEY, row, permission, actor)
    return row


def open_survey(
    conn: sa.Connection, urn: SurveyUrn, survey_id: int, *, actor: Actor, at: datetime
) -> SurveyForm:
    """Let the booth take answers; returns the form it asks. Raises Refused."""
    row = _row(conn, survey_id, Permission.SURVEY_MANAGE, actor)
    if row.mode not in COLLECTED or row.state != SurveyState.DRAFTED:
        raise Refused([m("只有拟制中的、在测评站点收集的评价可以开始收集")])
    form = form_of(conn, row)
    beside.move(
        conn, Thing.SURVEY, survey_id, ThingAction.OPEN_SURVEY, actor=actor, at=at,
        payload={"form_digest": form.digest},
    )  # fmt: skip
    urn.open(form)
    return form


def hand_out(
    conn: sa.Connection,
    urn: SurveyUrn,
    survey_id: int,
    numbers: Mapping[str, int],
    *,
    pepper: bytes,
    booth_url: str,
    actor: Actor,
    at: datetime,
) -> list[Slip]:
    """Fresh codes by area, shown or printed once and kept nowhere. Raises Refused, Invalid."""
    row = _row(conn, survey_id, Permission.SURVEY_MANAGE, actor)
    if row.state != SurveyState.OPEN or row.mode != SurveyMode.CODES:
        raise Refused([m("只有收集中的凭码问卷可以发码")])
    total = sum(numbers.values())
    if not 0 < total <= MOST_CODES or min(numbers.values()) < 0:
        raise Invalid({"numbers": m("一次发码 1 至 %(n)s 个", n=MOST_CODES)})
    slips = make_slips(form_of(conn, row), numbers, booth_url)
    prints: dict[str, list[str]] = {}
    for slip in slips:
        prints.setdefault(slip.area, []).append(fingerprint(pepper, slip.code))
    urn.add_codes(row.key, prints)
    note(conn, survey_id, "hand_out_codes", {"numbers": dict(numbers)}, actor, at)
    return slips


def recall_survey(
    conn: sa.Connection, urn: SurveyUrn, survey_id: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Back to drafting, while nobody has answered; codes handed out become void."""
    row = _row(conn, survey_id, Permission.SURVEY_MANAGE, actor)
    beside.move(
        conn, Thing.SURVEY, survey_id, ThingAction.RECALL_SURVEY, actor=actor, at=at,
        payload={"reason": reason},
    )  # fmt: skip
    urn.withdraw(row.key)


def close_survey(
    conn: sa.Connection, urn: SurveyUrn, survey_id: int, *, actor: Actor, at: datetime
) -> None:
    """No more answers; the sums come over and wait for another person to confirm them.

    The journal keeps no sums: those of two closings, subtracted, would be single answers.
    """
    row = _row(conn, survey_id, Permission.SURVEY_MANAGE, actor)
    if row.state != SurveyState.OPEN:
        raise Refused([m("评价不在收集中")])
    areas = urn.close(row.key)
    beside.move(
        conn, Thing.SURVEY, survey_id, ThingAction.CLOSE_SURVEY, actor=actor, at=at,
        payload={"areas": len(areas)},
    )  # fmt: skip
    for a in areas:
        counts = {question: dict(answers) for question, answers in a.counts.items()}
        conn.execute(
            sa.update(SurveyArea)
            .where(SurveyArea.survey_id == survey_id, SurveyArea.code == a.area)
            .values(answered=a.answered, asked=a.asked, counts=counts)
        )


def reopen_survey(
    conn: sa.Connection, urn: SurveyUrn, survey_id: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Take answers again. Raises UrnRefusal once a count was confirmed: its codes are gone."""
    row = _row(conn, survey_id, Permission.SURVEY_MANAGE, actor)
    form = form_of(conn, row)
    beside.move(
        conn, Thing.SURVEY, survey_id, ThingAction.REOPEN_SURVEY, actor=actor, at=at,
        payload={"reason": reason},
    )  # fmt: skip
    urn.open(form)


def confirm_survey(
    conn: sa.Connection,
    urn: SurveyUrn | None,
    survey_id: int,
    *,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Another person confirms sums or an import; the codes of a collected survey are deleted."""
    row = row_of(conn, Thing.SURVEY, survey_id)
    collected = row.mode in COLLECTED
    action = ThingAction.COUNT_SURVEY if collected else ThingAction.CONFIRM_IMPORT
    beside.move(
        conn, Thing.SURVEY, survey_id, action, actor=actor, at=at,
        expected_version=expected_version,
    )  # fmt: skip
    if collected and urn is not None:
        urn.finish(row.key)


def note(
    conn: sa.Connection,
    survey_id: int,
    action: str,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    """Journal what was done with a survey besides its moves."""
    journal.note(conn, Thing.SURVEY.value, survey_id, action, dict(payload), actor, at)
