"""A survey's row as the form that the booth asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.ballot_box.package import Text
from cases.ballot_box.survey_form import Answer, Area, Question, SurveyForm
from cases.models import Cycle, SurveyArea, Unit
from cases.scoring.surveys import scales

SCORING = "q1"
"""Key of the question that scores: the first."""


def form_of(conn: sa.Connection, row: Any) -> SurveyForm:
    """The form of a row of ``surveys``."""
    organ = conn.execute(
        sa.select(Unit.name)
        .join(Cycle, Cycle.managing_organ_id == Unit.id)
        .where(Cycle.id == row.cycle_id)
    ).scalar_one()
    areas = conn.execute(
        sa.select(SurveyArea.code, SurveyArea.name, SurveyArea.quota, SurveyArea.name_en)
        .where(SurveyArea.survey_id == row.id)
        .order_by(SurveyArea.id)
    )
    return SurveyForm(
        key=row.key,
        organ=Text(organ),
        title=Text(row.title, row.title_en),
        mode=row.mode,
        questions=tuple(
            Question(f"q{n}", Text(q["zh"], q["en"])) for n, q in enumerate(row.questions, 1)
        ),
        answers=tuple(
            Answer(o.code, Text(o.title.zh, o.title.en), o.abstain)
            for o in scales()[row.scale].options
        ),
        areas=tuple(Area(code, name, quota, en or "") for code, name, quota, en in areas),
        pace=row.pace,
        ends=row.ended_on.isoformat(),
    )
