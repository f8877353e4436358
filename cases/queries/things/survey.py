"""A survey: imported or collected, ready to open, its figures in, its result in a data sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import DataSheet, IndicatorValue, Survey, SurveyArea
from cases.queries.things.read import Read, cycle_resource, flags
from workflow.permissions import Resource
from workflow.vocabulary import COLLECTED, ValueState

TABLE = Survey


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.survey`` reads them."""
    areas, counted = conn.execute(
        sa.select(sa.func.count(), sa.func.count(SurveyArea.counts)).where(
            SurveyArea.survey_id == row.id
        )
    ).one()
    return Read(
        flags=flags(
            imported=row.mode not in COLLECTED,
            ready=areas > 0,
            figures_in=areas > 0 and counted == areas,
            entered=_entered(conn, row),
        )
    )


def _entered(conn: sa.Connection, row: Any) -> bool:
    """Whether a figure made from this survey was handed in to be verified."""
    if row.indicator is None:
        return False
    found = conn.execute(
        sa.select(IndicatorValue.id)
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .where(
            DataSheet.cycle_id == row.cycle_id,
            IndicatorValue.indicator == row.indicator,
            _names(document_of(row.key)),
            IndicatorValue.superseded.is_(False),
            IndicatorValue.state.not_in((ValueState.DRAFT, ValueState.RETURNED)),
        )
        .limit(1)
    ).scalar()
    return found is not None


def _names(one: str) -> sa.ColumnElement[bool]:
    """Whether a figure's document is this survey, or holds it among those it was made from."""
    told = IndicatorValue.document
    return sa.or_(
        told == one,
        told.startswith(f"{one};"),
        told.endswith(f";{one}"),
        told.contains(f";{one};"),
    )


def document_of(*keys: str) -> str:
    """How a figure of the data sheet names the surveys it comes from."""
    return ";".join(f"群众评价 {key}" for key in keys)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The cycle's."""
    return cycle_resource(conn, row.cycle_id)
