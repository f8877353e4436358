"""What drafting and entering need: units to choose, indicators, surveys a department may enter."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Cycle, DataSheet, IndicatorValue, Survey, SurveyArea, Unit
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.rule_shapes import Title
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission, SurveyState


def units_to_ask_about(conn: sa.Connection, cycle: Any) -> list[tuple[int, str, str]]:
    """(id, code, name) of the units whose bodies the cycle's organ manages, in official order."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.code, Unit.name)
        .where(Unit.active, Unit.has_body, Unit.managing_organ_id == cycle.managing_organ_id)
        .order_by(Unit.sort_no, Unit.id)
    )
    return [(i, code, name) for i, code, name in rows]


def units_of_survey(conn: sa.Connection, survey_id: int) -> list[tuple[int, str]]:
    """(id, name) of the units a survey speaks about, in official order."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.name)
        .where(Unit.id.in_(sa.select(SurveyArea.unit_id).where(SurveyArea.survey_id == survey_id)))
        .order_by(Unit.sort_no, Unit.id)
    )
    return [(i, name) for i, name in rows]


def indicators_to_fill(conn: sa.Connection, cycle_id: int) -> list[tuple[str, Any]]:
    """(code, title) of the scheme's leaf indicators."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return []
    return [(code, one.title) for code, one in scheme.indicators.items() if not one.children]


def providing(actor: Actor) -> Any:
    """Surveys whose indicator the actor's department provides, confirmed ones only."""
    units = {s.unit_id for s in scopes(actor, Permission.DATA_ENTER) if s.unit_id is not None}
    mine = (
        sa.select(IndicatorValue.id)
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .where(
            DataSheet.cycle_id == Survey.cycle_id,
            IndicatorValue.indicator == Survey.indicator,
            IndicatorValue.provider_unit_id.in_(units),
        )
    )
    return sa.and_(Survey.state == SurveyState.COUNTED, sa.exists(mine))


def indicator_titles(conn: sa.Connection, rows: list[Any]) -> dict[int, Any]:
    """Survey id -> the title of its indicator in the scheme of its cycle; its code without one."""
    schemes = {cycle: scheme_of_cycle(conn, cycle) for cycle in {r.cycle_id for r in rows}}
    known = {cycle: scheme.indicators if scheme else {} for cycle, scheme in schemes.items()}
    found = {r.id: known[r.cycle_id].get(r.indicator) for r in rows}
    return {r.id: r.indicator if (one := found[r.id]) is None else one.title for r in rows}


def survey_title(row: Any) -> Title:
    """What a survey is called in both languages."""
    return Title(row.title, row.title_en)


def surveys_to_enter(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Confirmed surveys the actor's department may put into data sheets, the newest first."""
    query = (
        sa.select(Survey, Cycle.title.label("cycle"))
        .join(Cycle, Cycle.id == Survey.cycle_id)
        .where(providing(actor))
        .order_by(Survey.id.desc())
    )
    return list(conn.execute(query))


def load_to_enter(
    conn: sa.Connection, actor: Actor, permission: Permission, survey_id: int, **more: Any
) -> Any:
    """One of them. Raises NotVisible."""
    row = conn.execute(sa.select(Survey).where(Survey.id == survey_id, providing(actor))).first()
    if row is None:
        raise NotVisible(f"survey:{survey_id}")
    return row


def any_to_enter(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether there is one."""
    return sa.select(Survey.id).where(providing(actor)).exists()
