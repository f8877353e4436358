"""Reports of canvassing (拉票) against a survey: recorded here, decided by another person."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.rights import require_for_thing
from cases.errors import Invalid
from cases.models import CanvassingReport, SurveyArea
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import CanvassingState, Permission, Thing, ThingAction
from workflow.words import m


def report_canvassing(
    conn: sa.Connection,
    survey_id: int,
    unit_id: int,
    *,
    content: str,
    channel: str,
    reported_on: date,
    actor: Actor,
    at: datetime,
) -> int:
    """Write a report down; returns its id. Raises Refused without the right, Invalid."""
    survey = row_of(conn, Thing.SURVEY, survey_id)
    require_for_thing(conn, Thing.SURVEY, survey, Permission.SURVEY_MANAGE, actor)
    asked = conn.execute(
        sa.select(SurveyArea.id)
        .where(SurveyArea.survey_id == survey_id, SurveyArea.unit_id == unit_id)
        .limit(1)
    ).scalar()
    if asked is None:
        raise Invalid({"unit_id": m("这次评价不涉及这个单位")})
    if not content.strip():
        raise Invalid({"content": m("请写明反映的情况")})
    report_id = int(
        conn.execute(
            sa.insert(CanvassingReport)
            .values(
                cycle_id=survey.cycle_id,
                survey_id=survey_id,
                unit_id=unit_id,
                content=content.strip(),
                channel=channel.strip(),
                reported_on=reported_on,
                state=CanvassingState.REPORTED,
                created_by=actor.person_id,
            )
            .returning(CanvassingReport.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.CANVASSING, report_id, actor=actor, at=at,
        payload={"survey": survey.key, "unit_id": unit_id},
        action=ThingAction.REPORT_CANVASSING.value,
    )  # fmt: skip
    return report_id
