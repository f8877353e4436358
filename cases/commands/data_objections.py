"""The assessed unit confirms its verified figures or objects; the provider answers.

An objection makes the value disputed and bars freezing. The answer keeps the figure or corrects
it, with a reason; a corrected figure is a new version that another person verifies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside
from cases.commands.data_values import current_values, may, note
from cases.commands.outbox import notice, post_many
from cases.commands.recheck import recheck
from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.journal.figures import typed_said
from cases.journal.kept import written
from cases.models import Cycle, DataSheet, IndicatorValue, UnitItem, ValueObjection
from cases.queries.calendar import working_days
from cases.queries.things import row_of
from cases.scoring.plausibility import NoFigure, read_figure
from workflow.permissions import Actor, Resource, permits
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import (
    DataSheetState,
    NoticeKind,
    ObjectionOutcome,
    Permission,
    Role,
    Thing,
    ThingAction,
    ValueState,
)
from workflow.words import m

LEAST, MOST = 5, 500


@dataclass(frozen=True, slots=True)
class Answer:
    """The provider's answer; ``value``, ``source``, ``document`` only where it corrects."""

    outcome: ObjectionOutcome
    reason: str
    value: str = ""
    source: str = ""
    document: str = ""


def confirm(
    conn: sa.Connection,
    sheet_id: int,
    *,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """The unit takes its figures as they are.

    Raises Refused outside its days or while disputed, Stale where the figures were reopened since.
    """
    sheet = may_speak(conn, sheet_id, actor, at)
    if expected_version not in (None, sheet.version):
        raise Stale("data_sheet", sheet.state, sheet.version)
    rows = current_values(conn, sheet_id).values()
    disputed = sa.select(UnitItem.id).where(
        UnitItem.sheet_id == sheet_id,
        UnitItem.state == ValueState.DISPUTED,
        UnitItem.withdrawn_at.is_(None),
    )
    open_items = conn.execute(disputed.limit(1)).first() is not None
    if open_items or any(row.state == ValueState.DISPUTED for row in rows):
        raise Refused([m("还有异议没有答复,答复后再确认")])
    conn.execute(
        sa.update(DataSheet)
        .where(DataSheet.id == sheet.id)
        .values(confirmed_at=at, confirmed_by=actor.person_id)
    )
    note(conn, sheet_id, "confirm_values", sorted(r.indicator for r in rows), actor, at)


def raise_objection(
    conn: sa.Connection,
    sheet_id: int,
    indicator: str,
    reason: str,
    *,
    file_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Object to one verified figure; returns the objection's id.

    Raises Refused outside the unit's days, Invalid without a reason or for an unknown indicator.
    """
    sheet = may_speak(conn, sheet_id, actor, at)
    row = current_values(conn, sheet_id).get(indicator)
    if row is None:
        raise Invalid({"indicator": m("数据表中没有这项指标")})
    said = said_reason(reason)
    if row.state != ValueState.VERIFIED:
        raise Refused([m("这项数据已有异议,等待答复")])
    due = add_working_days(date_of(at), rule_count("value_answer"), working_days(conn))
    _state(conn, row.id, ValueState.DISPUTED)
    made = conn.execute(
        sa.insert(ValueObjection)
        .values(
            sheet_id=sheet_id,
            value_id=row.id,
            reason=said,
            file_id=file_id,
            raised_by=actor.person_id,
            raised_at=at,
            due_on=due,
        )
        .returning(ValueObjection)
    ).one()
    first_due(conn, sheet.id)
    if row.provider_unit_id is not None:
        told = notice(
            NoticeKind.FIGURE_OBJECTED, Thing.DATA_SHEET, sheet_id, to=(Role.DATA_PROVIDER,),
            version=made.id, at=at, units=(row.provider_unit_id,),
        )  # fmt: skip
        post_many(conn, [told])
    kept = written("objection", [made])
    note(conn, sheet_id, "object_value", [indicator], actor, at, said, **kept)
    return int(made.id)


def answer(
    conn: sa.Connection, objection_id: int, said: Answer, *, actor: Actor, at: datetime
) -> None:
    """Answer an objection as the providing department: keep the figure, or correct it.

    Raises NotVisible, Refused for another department's or an answered one, Invalid by field.
    """
    one = sa.select(ValueObjection).where(ValueObjection.id == objection_id)
    there = conn.execute(one).first()
    if there is None:
        raise NotVisible(f"value_objection:{objection_id}")
    sheet = row_of(conn, Thing.DATA_SHEET, there.sheet_id, lock=True)
    found = conn.execute(one).one()  # somebody may have answered before the sheet was ours
    row = conn.execute(sa.select(IndicatorValue).where(IndicatorValue.id == found.value_id)).one()
    may(actor, sheet, row, Permission.DATA_ENTER, conn)
    if found.outcome is not None or row.state != ValueState.DISPUTED or row.superseded:
        raise Refused([m("这项异议已经答复")])
    reason = said_reason(said.reason)
    typed: dict[str, Any] = {}
    if said.outcome is ObjectionOutcome.KEPT:
        _state(conn, row.id, ValueState.VERIFIED)
    else:
        typed = _correct(conn, row, said, actor, at)
    answered = conn.execute(
        sa.update(ValueObjection)
        .where(ValueObjection.id == objection_id)
        .values(outcome=said.outcome, answer=reason, answered_by=actor.person_id, answered_at=at)
        .returning(ValueObjection)
    ).all()
    first_due(conn, sheet.id)
    kept = {**typed, **written("objection", answered)}
    note(conn, sheet.id, f"answer_{said.outcome}", [row.indicator], actor, at, reason, **kept)
    if said.outcome is ObjectionOutcome.CORRECTED and sheet.state == DataSheetState.VERIFIED:
        beside.move(
            conn, Thing.DATA_SHEET, sheet.id, ThingAction.CORRECT_SHEET, actor=actor, at=at,
            payload={"reason": reason},
        )  # fmt: skip


def _correct(
    conn: sa.Connection, old: Any, said: Answer, actor: Actor, at: datetime
) -> dict[str, Any]:
    """The corrected figure as a new version, handed in, and what its entry says of it; another
    person verifies it."""
    if not said.value.strip():
        raise Invalid({"value": m("请填写更正后的数值")})
    try:
        value = f"{read_figure(said.value):f}"
    except NoFigure as bad:
        raise Invalid({"value": bad.sentence}) from bad
    if not (said.source.strip() or said.document.strip()):
        raise Invalid({"source": m("请写明数据来源或文号")})
    conn.execute(
        sa.update(IndicatorValue).where(IndicatorValue.id == old.id).values(superseded=True)
    )
    made = conn.execute(
        sa.insert(IndicatorValue)
        .values(
            sheet_id=old.sheet_id,
            indicator=old.indicator,
            number=old.number + 1,
            provider_unit_id=old.provider_unit_id,
            verifier_unit_id=old.verifier_unit_id,
            measure_unit=old.measure_unit,
            period=old.period,
            previous_value=old.previous_value,
            value=value,
            source=said.source.strip() or None,
            document=said.document.strip() or None,
            remark=said.reason.strip(),
            state=ValueState.SUBMITTED,
            entered_by=actor.person_id,
            entered_at=at,
        )
        .returning(IndicatorValue)
    ).mappings()
    kept = typed_said(made, handed_in=True)
    recheck(conn, [old.sheet_id], actor=actor, at=at)
    return kept


def may_speak(conn: sa.Connection, sheet_id: int, actor: Actor, at: datetime) -> Any:
    """The locked sheet, if the actor may speak for its unit and its days still run."""
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == sheet.cycle_id)
    ).scalar_one()
    permit = permits(
        actor, Permission.DATA_CONFIRM, Resource(organ_id=organ, unit_id=sheet.unit_id)
    )
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    if sheet.state != DataSheetState.VERIFIED or sheet.confirm_due_on is None:
        raise Refused([m("数据还没有审核完,或者已经锁定")])
    if sheet.confirmed_at is not None:
        raise Refused([m("本单位已经确认数据")])
    if date_of(at) > sheet.confirm_due_on:
        raise Refused([m("确认期限已过,需要更正的请联系干部考核机构")])
    return sheet


def said_reason(text: str) -> str:
    """The reason, trimmed. Raises Invalid for one too short or too long."""
    said = text.strip()
    if not LEAST <= len(said) <= MOST:
        raise Invalid(
            {"reason": m("请写明理由,%(least)s 至 %(most)s 个字", least=LEAST, most=MOST)}
        )
    return said


def _state(conn: sa.Connection, value_id: int, state: ValueState) -> None:
    conn.execute(sa.update(IndicatorValue).where(IndicatorValue.id == value_id).values(state=state))


def first_due(conn: sa.Connection, sheet_id: int) -> None:
    """Keep on the sheet the first day by which an open objection is to be answered."""
    days = sa.union_all(
        sa.select(ValueObjection.due_on).where(
            ValueObjection.sheet_id == sheet_id, ValueObjection.outcome.is_(None)
        ),
        sa.select(UnitItem.objection_due_on).where(
            UnitItem.sheet_id == sheet_id, UnitItem.state == ValueState.DISPUTED
        ),
    ).subquery()
    first = sa.select(sa.func.min(days.c.due_on)).scalar_subquery()
    conn.execute(sa.update(DataSheet).where(DataSheet.id == sheet_id).values(answer_due_on=first))
