"""Why a figure is not in the scores of its class: which ones, and what they wait for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import DataSheet, IndicatorValue
from cases.queries.unit_figures import USABLE, UnitFigures, revised_from
from cases.scoring.shapes import Indicator, IndicatorScheme
from workflow.vocabulary import ValueState
from workflow.words import Sentence, m

Absent = dict[str, dict[str, Sentence]]
NO_ROW = m("数据表里没有这一项;方案变更后增加的,按文件修订数据时补入")
_WAITING = {
    ValueState.DRAFT: m("提供部门还没有报送"),
    ValueState.RETURNED: m("审核退回,还没有重新报送"),
    ValueState.SUBMITTED: m("已报送,还没有审核"),
    ValueState.DISPUTED: m("单位有异议,还没有答复"),
}


def absent_figures(
    conn: sa.Connection, cycle_id: int, scheme: IndicatorScheme, data: UnitFigures
) -> Absent:
    """Unit code -> code of what has no figure that counts -> why. One query.

    What doesn't apply to a unit isn't absent; a group that nobody gave a score is computed.
    """
    told = {(str(row.unit_id), row.indicator): row for row in _rows(conn, cycle_id)}
    classes = data.classes(scheme)
    counted = {code: _counted(scheme, code) for code in set(classes.values())}
    found: Absent = {}
    for unit, class_code in classes.items():
        lacking: dict[str, Sentence] = {}
        for code in counted[class_code]:
            row = told.get((unit, code))
            if row is not None:
                lacking[code] = _why(row)
            elif (unit, code) not in data.versions and not scheme.entered[code].children:
                lacking[code] = NO_ROW
        if lacking:
            found[unit] = lacking
    return found


def _counted(scheme: IndicatorScheme, class_code: str) -> list[str]:
    """What the scores of a class are made of; not the figures that checks alone read."""
    leaves = scheme.leaves(class_code)
    below = {by for code in leaves for by in scheme.indicators[code].divisors}
    return [c for c in scheme.asked(class_code) if c in below or c not in scheme.series]


def reasons(
    one: Indicator, scheme: IndicatorScheme, lacking: dict[str, Sentence]
) -> list[Sentence]:
    """Why an indicator has no score: its own figure, and those that it is divided by."""
    own = [lacking[one.code]] if one.code in lacking else []
    below = [code for code in one.divisors if code in lacking]
    return [*own, *(titled(scheme.entered[code], lacking[code]) for code in below)]


def titled(one: Indicator, why: Sentence) -> Sentence:
    """The reason with the name of what is absent."""
    return m("“%(title)s”%(why)s", title=one.title, why=why)


def _rows(conn: sa.Connection, cycle_id: int) -> Any:
    """Current values that no score takes up, each with the figure it was revised from."""
    v, old = IndicatorValue, aliased(IndicatorValue)
    return conn.execute(
        sa.select(
            DataSheet.unit_id, v.indicator, v.state, v.missing_reason, old.value.label("before")
        )
        .join(v, v.sheet_id == DataSheet.id)
        .outerjoin(old, revised_from(v, old))
        .where(
            DataSheet.cycle_id == cycle_id,
            v.superseded.is_(False),
            v.not_applicable.is_(False) | v.state.not_in(USABLE),
            v.value.is_(None) | v.state.not_in(USABLE),
        )
    )


def _why(row: Any) -> Sentence:
    state = ValueState(row.state)
    if state in USABLE:
        return m("缺报:%(reason)s", reason=row.missing_reason or "")
    if row.before is not None:
        return m("按文件修订,原数 %(old)s 不再采用;%(why)s", old=row.before, why=_WAITING[state])
    return _WAITING[state]
