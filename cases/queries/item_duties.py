"""Deductions and bonuses that wait for a department: to verify, to correct, to answer for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import DataSheet, UnitItem
from cases.queries.relations import foreign_to
from cases.queries.sheet_reach import of_department
from workflow.permissions import Actor, scopes
from workflow.vocabulary import DataSheetState, Permission, Role, ValueState
from workflow.words import Sentence, m

VERIFY = m("审核加减分事项")
CORRECT = m("修改退回的加减分事项")
ANSWER = m("答复对加减分事项的异议")


class Duty(NamedTuple):
    """One group: key, what is done, the sheets (id, due) with an entry that waits."""

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
        limited = replace(actor, grants=tuple(g for g in actor.grants if g.role is role))
        mine = {s.unit_id for s in scopes(limited, permission) if s.unit_id is not None}
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
