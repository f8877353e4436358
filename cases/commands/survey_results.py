"""A confirmed survey's score becomes a figure of the unit's data sheet, with its evidence.

The department that provides the indicator enters it, another person verifies it, as with any
figure; the sum stands in the remark, the survey in the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.data_entry import Entry, enter_values
from cases.errors import Refused
from cases.models import DataSheet, Survey
from cases.queries.survey_combined import QUESTIONNAIRE, TELEPHONE, both_kinds, combination
from cases.queries.surveys import UnitVoice, survey_view
from cases.queries.things import row_of
from cases.queries.things.survey import document_of
from cases.scoring.exact import shown
from workflow.permissions import Actor
from workflow.vocabulary import SurveyState, Thing
from workflow.words import m


def enter_result(
    conn: sa.Connection, survey_id: int, *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Put the score of every unit into its data sheet as a draft of the actor's department.

    Returns how many units got one, and how many have none to get: too few answers, or void by
    canvassing. Raises Refused (not confirmed, no indicator, combined with another survey, no right,
    already handed in).
    """
    row = row_of(conn, Thing.SURVEY, survey_id)
    if row.state != SurveyState.COUNTED:
        raise Refused([m("评价结果还没有确认")])
    if row.indicator is None:
        raise Refused([m("这项评价没有指定用于哪项指标")])
    _alone(conn, row)
    view = survey_view(conn, row)
    sheets = _sheets(conn, row.cycle_id)
    entered = 0
    for unit in view.units:
        if unit.score is None or unit.score.used is None or unit.unit_id not in sheets:
            continue
        entry = Entry(
            row.indicator,
            value=shown(unit.score.used, 4),
            source=_source(view.provider, row, unit),
            document=document_of(row.key),
            file_id=row.file_id,
            remark=_remark(unit),
        )
        enter_values(conn, sheets[unit.unit_id], [entry], hand_in=False, actor=actor, at=at)
        entered += 1
    if not entered:
        raise Refused([m("没有可以填入的得分:样本不足,或已作废")])
    return entered, len(view.units) - entered


def _source(provider: str, row: Any, unit: UnitVoice) -> str:
    """Who asked, when and how many; the figure itself is about the year assessed."""
    total = unit.voice.total
    size = 0 if total is None else total.answered
    days = f"{row.started_on:%Y-%m-%d} 至 {row.ended_on:%Y-%m-%d}"
    return f"{provider},{days},有效样本 {size} 份"[:200]


def _remark(unit: UnitVoice) -> str:
    assert unit.score is not None
    return ";".join([unit.score.arithmetic, *(str(r) for r in unit.score.remarks)])


def enter_combined(
    conn: sa.Connection, rows: Sequence[Any], *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Put the combined score of a telephone survey and a questionnaire into the data sheets.

    ``rows``: as ``load_combined`` gives them. Returns how many units got one, and how many have
    none to get. Raises Refused as ``enter_result``.
    """
    found = combination(conn, rows)
    keys = document_of(*(row.key for row in found.surveys))
    sheets = _sheets(conn, found.cycle_id)
    source = ";".join(dict.fromkeys(str(row.provider) for row in found.surveys))[:200]
    entered = 0
    for unit in found.units:
        if unit.used is None or unit.unit_id not in sheets:
            continue
        entry = Entry(
            found.indicator,
            value=shown(unit.used, 4),
            source=source,
            document=keys,
            remark=str(unit.arithmetic),
        )
        enter_values(conn, sheets[unit.unit_id], [entry], hand_in=False, actor=actor, at=at)
        entered += 1
    if not entered:
        raise Refused([m("没有可以填入的得分:样本不足,或已作废")])
    return entered, len(found.units) - entered


def _sheets(conn: sa.Connection, cycle_id: int) -> dict[int, int]:
    """Unit id -> its data sheet of a cycle."""
    rows = conn.execute(
        sa.select(DataSheet.unit_id, DataSheet.id).where(DataSheet.cycle_id == cycle_id)
    )
    return {unit: sheet for unit, sheet in rows}


def _alone(conn: sa.Connection, row: Any) -> None:
    """Raise Refused where the other kind of survey about the indicator is confirmed too: one score
    would overwrite the other."""
    others = conn.execute(
        sa.select(Survey).where(
            Survey.cycle_id == row.cycle_id,
            Survey.indicator == row.indicator,
            Survey.state == SurveyState.COUNTED,
        )
    ).all()
    if row.indicator in both_kinds(others) and row.mode in (*TELEPHONE, *QUESTIONNAIRE):
        raise Refused([m("这项指标既有电话调查又有问卷,请填入合成得分")])
