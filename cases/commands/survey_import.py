"""Telephone surveys, household surveys and service ratings imported as aggregates, whole or not."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases.commands.surveys import AreaPlan, SurveyPlan, draft_survey
from cases.errors import Invalid
from cases.files.survey_sheet import Aggregate
from cases.models import Survey, Unit
from workflow.permissions import Actor
from workflow.words import m


def import_survey(
    conn: sa.Connection,
    cycle_id: int,
    found: Aggregate,
    *,
    title: str,
    question: str,
    question_en: str = "",
    title_en: str = "",
    scale: str,
    indicator: str | None,
    file_id: int | None,
    actor: Actor,
    at: datetime,
) -> int:
    """Draft a survey with its sums; another person confirms it. Returns its id.

    Raises Invalid for one that was imported already (same title, provider and days), Refused.
    """
    same = conn.execute(
        sa.select(Survey.key).where(
            Survey.cycle_id == cycle_id,
            Survey.title == title.strip(),
            Survey.provider == found.provider,
            Survey.started_on == found.started_on,
            Survey.ended_on == found.ended_on,
        )
    ).scalar()
    if same is not None:
        raise Invalid({"title": m("这次调查已经导入,编号 %(key)s", key=same)})
    names = {
        unit: name
        for unit, name in conn.execute(
            sa.select(Unit.id, Unit.name).where(Unit.id.in_({r.unit_id for r in found.rows}))
        )
    }
    areas = tuple(
        AreaPlan(f"r{n}", row.area or names[row.unit_id], row.unit_id, 0, row.area_en)
        for n, row in enumerate(found.rows, 1)
    )
    plan = SurveyPlan(
        title=title,
        title_en=title_en,
        mode=found.mode,
        scale=scale,
        questions=((question, question_en),),
        started_on=found.started_on,
        ended_on=found.ended_on,
        provider=found.provider,
        source=found.source,
        indicator=indicator,
        areas=areas,
    )
    figures = {f"r{n}": row.figures for n, row in enumerate(found.rows, 1)}
    return draft_survey(conn, cycle_id, plan, file_id=file_id, figures=figures, actor=actor, at=at)
