"""Units' results that wait for somebody: to confirm what another recorded, to record anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import Cycle, Unit, UnitResultEntry
from cases.queries.relations import foreign_to
from cases.queries.unit_results import CONFIRM
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

CONFIRMING = m("确认单位结果")
CORRECTING = m("重新登记退回的单位结果")


class Duty(NamedTuple):
    """One group: key, what is done, the cycles (id, due) with a result that waits."""

    key: str
    verb: Sentence
    rows: sa.Select[Any]


def waiting_results(actor: Actor) -> Iterator[Duty]:
    """What waits for the actor; to confirm nothing he recorded, nor of his own unit."""
    e = UnitResultEntry
    reach = _reach(actor, CONFIRM)
    if reach is not None:
        others = (e.return_reason.is_(None), e.entered_by != actor.person_id)
        mine = _waits(reach, *others, foreign_to(actor, e.unit_id))
        yield Duty("result_confirm", CONFIRMING, mine)
    reach = _reach(actor, Permission.GATE_PASS)
    if reach is not None:
        back = _waits(reach, e.return_reason.is_not(None), e.entered_by == actor.person_id)
        yield Duty("result_correct", CORRECTING, back)


def _reach(actor: Actor, permission: Permission) -> sa.ColumnElement[bool] | None:
    """The results within the reach of a permission: organ, narrowed to a unit or a class."""
    parts = []
    for scope in scopes(actor, permission):
        part = [Cycle.managing_organ_id == scope.organ_id]
        if scope.unit_id is not None:
            part.append(Unit.id == scope.unit_id)
        if scope.class_code is not None:
            part.append(Unit.class_code == scope.class_code)
        parts.append(sa.and_(*part))
    return sa.or_(*parts) if parts else None


def _waits(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    e = UnitResultEntry
    query: Any = sa.select(Cycle.id.label("id"), sa.cast(sa.null(), sa.Date).label("due"))
    found: sa.Select[Any] = (
        query.join(e, e.cycle_id == Cycle.id)
        .join(Unit, Unit.id == e.unit_id)
        .where(*conditions)
        .group_by(Cycle.id)
    )
    return found.order_by(Cycle.id)
