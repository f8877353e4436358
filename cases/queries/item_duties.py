"""What waits for a department beside whole sheets: deductions and bonuses to verify, to correct,
to answer for; objections to its figures; figures that contradict one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import DataSheet, FigureConflict, IndicatorValue, UnitItem, ValueObjection
from cases.queries.relations import foreign_to
from cases.queries.sheet_reach import of_department
from workflow.permissions import Actor, scopes
from workflow.vocabulary import DataSheetState, Permission, Role, ValueState
from workflow.words import Sentence, m

VERIFY = m("审核加减分事项")
CORRECT = m("修改退回的加减分事项")
ANSWER = m("答复对加减分事项的异议")
ANSWER_FIGURE = m("答复单位对数据的异议")
SETTLE = m("处理数据矛盾")


class Duty(NamedTuple):
    """One group: key, what is done, the sheets (id, due) with something that waits."""

    key: str
    verb: Sentence
    rows: sa.Select[Any]


_DUTIES = (
    ("item_verify", VERIFY, Role.DATA_VERIFIER, Permission.DATA_VERIFY, ValueState.SUBMITTED),
    ("item_correct", CORRECT, Role.DATA_PROVIDER, Permission.DATA_ENTER, ValueState.RETURNED),
    ("item_answer", ANSWER, Role.DATA_PROVIDER, Permission.DATA_ENTER, ValueState.DISPUTED),
)
_DUE = {
    "item_verify": sa.func.coalesce(DataSheet.verify_due_on, DataSheet.due_on),
    "item_correct": DataSheet.due_on,
    "item_answer": DataSheet.answer_due_on,
}


def waiting_items(actor: Actor) -> Iterator[Duty]:
    """What waits for the actor's departments; nothing of his own unit, nor what he entered."""
    for key, verb, role, permission, state in _DUTIES:
        mine = _departments(actor, role, permission)
        if not mine:
            continue
        waits = [
            UnitItem.sheet_id == DataSheet.id,
            of_department(UnitItem, permission).in_(sorted(mine)),
            UnitItem.state == state.value,
            UnitItem.withdrawn_at.is_(None),
        ]
        if state is ValueState.SUBMITTED:
            waits.append(UnitItem.entered_by != actor.person_id)
        query: Any = sa.select(DataSheet.id.label("id"), _DUE[key].label("due"))
        rows: sa.Select[Any] = query.where(
            DataSheet.state != DataSheetState.FROZEN.value,
            sa.exists().where(*waits),
            foreign_to(actor, DataSheet.unit_id),
        )
        yield Duty(key, verb, rows.order_by(_DUE[key], DataSheet.id))


def _departments(actor: Actor, role: Role, permission: Permission) -> set[int]:
    limited = replace(actor, grants=tuple(g for g in actor.grants if g.role is role))
    return {s.unit_id for s in scopes(limited, permission) if s.unit_id is not None}


def waiting_figures(actor: Actor) -> Iterator[Duty]:
    """Objections of units to answer and contradictions to settle, of the departments the actor
    enters figures for; nothing of his own unit."""
    mine = _departments(actor, Role.DATA_PROVIDER, Permission.DATA_ENTER)
    if not mine:
        return
    o, f, v = ValueObjection, FigureConflict, IndicatorValue
    provided = sa.and_(v.provider_unit_id.in_(sorted(mine)), v.superseded.is_(False))
    yield Duty("figure_answer", ANSWER_FIGURE, _sheets(
        actor, sa.func.min(o.due_on),
        (o, o.sheet_id == DataSheet.id), (v, v.id == o.value_id), o.outcome.is_(None),
        v.provider_unit_id.in_(sorted(mine)),
    ))  # fmt: skip
    yield Duty("figure_settle", SETTLE, _sheets(
        actor, DataSheet.due_on,
        (f, f.sheet_id == DataSheet.id),
        (v, sa.and_(v.sheet_id == f.sheet_id, v.indicator == f.indicator)),
        f.outcome.is_(None), f.binds.is_(True), provided,
    ))  # fmt: skip


def _sheets(
    actor: Actor, due: Any, first: tuple[Any, Any], second: tuple[Any, Any], *where: Any
) -> sa.Select[Any]:
    """Sheets that are not frozen, once each, with their day."""
    query: Any = sa.select(DataSheet.id.label("id"), due.label("due"))
    rows: sa.Select[Any] = (
        query.join(*first)
        .join(*second)
        .where(
            DataSheet.state != DataSheetState.FROZEN.value,
            foreign_to(actor, DataSheet.unit_id),
            *where,
        )
        .group_by(DataSheet.id, DataSheet.due_on)
        .order_by(due, DataSheet.id)
    )
    return rows
