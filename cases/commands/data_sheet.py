"""Indicator values: entered by the providing department, verified by another person there.

The sheet's state follows from its values: when the last value is handed in the sheet is submitted,
when the last is verified it is verified. Nobody asks the assessed unit for what a department
provides. A later official revision is a new row, never an edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from cases.commands import beside, relook
from cases.errors import Invalid, Refused, Stale
from cases.journal import Draft, append
from cases.models import Case, Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.data_sheet import mark_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from cases.queries.things.data_sheet import DONE
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor, Context, Resource, permits
from workflow.vocabulary import DataSheetState, Permission, Thing, ThingAction, ValueState
from workflow.words import Sentence, m

EDITABLE = (ValueState.DRAFT, ValueState.RETURNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as typed: a figure, or the reason why there is none; with its source."""

    indicator: str
    value: str | None = None
    missing_reason: str | None = None
    period: str | None = None
    source: str | None = None
    document: str | None = None
    file_id: int | None = None
    remark: str | None = None
    seen: str | None = None
    """The mark of the value the writer saw (``mark_of``); None where nobody looked at it."""


def make_sheets(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> int:
    """One sheet per unit of the cycle whose class has indicators; returns how many are new."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        raise Refused([m("考核年度还没有选定方案")])
    timetable = conn.execute(sa.select(Cycle.timetable).where(Cycle.id == cycle_id)).scalar_one()
    codes = {c: i for c, i in conn.execute(sa.select(Unit.code, Unit.id))}
    names = {n: i for n, i in conn.execute(sa.select(Unit.name, Unit.id))}
    units = conn.execute(
        sa.select(Unit.id, Unit.class_code)
        .join(Case, Case.unit_id == Unit.id)
        .outerjoin(DataSheet, (DataSheet.unit_id == Unit.id) & (DataSheet.cycle_id == cycle_id))
        .where(Case.cycle_id == cycle_id, DataSheet.id.is_(None))
        .group_by(Unit.id, Unit.class_code, Unit.sort_no)
        .order_by(Unit.sort_no)
    ).all()
    made = 0
    for unit_id, class_code in units:
        if class_code is None or not _has_indicators(scheme, class_code):
            continue
        leaves = [scheme.indicators[code] for code in scheme.leaves(class_code)]
        providers = {i.code: codes.get(i.provider) or names.get(i.provider) for i in leaves}
        _sheet(conn, cycle_id, unit_id, leaves, providers, timetable, actor, at)
        made += 1
    return made


def _has_indicators(scheme: Scheme, class_code: str) -> bool:
    return class_code in scheme.classes and bool(scheme.leaves(class_code))


def _sheet(
    conn: sa.Connection,
    cycle_id: int,
    unit_id: int,
    leaves: Sequence[Any],
    providers: Mapping[str, int | None],
    timetable: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    due = (timetable.get("data_collection") or {}).get("due")
    sheet_id = int(
        conn.execute(
            sa.insert(DataSheet)
            .values(
                cycle_id=cycle_id,
                unit_id=unit_id,
                state=DataSheetState.OPEN,
                due_on=datetime.fromisoformat(due).date() if due else None,
            )
            .returning(DataSheet.id)
        ).scalar_one()
    )
    conn.execute(
        sa.insert(IndicatorValue),
        [
            {
                "sheet_id": sheet_id,
                "indicator": leaf.code,
                "provider_unit_id": providers[leaf.code],
                "measure_unit": leaf.unit,
                "state": ValueState.DRAFT,
            }
            for leaf in leaves
        ],
    )
    beside.created(conn, Thing.DATA_SHEET, sheet_id, actor=actor, at=at)


def enter_values(
    conn: sa.Connection,
    sheet_id: int,
    entries: Sequence[Entry],
    *,
    hand_in: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """Save the values of one's own department; ``hand_in`` gives them to the verifier.

    Raises Invalid by indicator for anything that is no exact figure, Stale for a value that says
    something else by now, Refused for values that are another department's or already verified.
    """
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    rows = _current(conn, sheet_id)
    errors: dict[str, Sentence] = {}
    cleaned = {e.indicator: _clean(e, hand_in, errors) for e in entries}
    for entry in entries:
        if entry.indicator not in rows:
            errors[entry.indicator] = m("数据表中没有这项指标")
    if errors:
        raise Invalid(errors)
    for entry in entries:
        _may(actor, sheet, rows[entry.indicator], Permission.DATA_ENTER, conn)
        if entry.seen is not None and mark_of(rows[entry.indicator]) != entry.seen:
            raise Stale("data_sheet", sheet.state, sheet.version)
        if rows[entry.indicator].state not in EDITABLE:
            raise Refused([m("这项数据已报送,不能再改;需要修改的,请审核人退回")])
    state = ValueState.SUBMITTED if hand_in else ValueState.DRAFT
    for entry in entries:
        conn.execute(
            sa.update(IndicatorValue)
            .where(IndicatorValue.id == rows[entry.indicator].id)
            .values(
                **cleaned[entry.indicator],
                state=state,
                entered_by=actor.person_id,
                entered_at=at,
                **({"return_reason": None} if hand_in else {}),
            )
        )
    _note(conn, sheet_id, "enter_value", [e.indicator for e in entries], actor, at)
    if hand_in:
        _follow(conn, sheet_id, actor, at)


def _clean(entry: Entry, hand_in: bool, errors: dict[str, Sentence]) -> dict[str, Any]:
    value = (entry.value or "").strip() or None
    reason = (entry.missing_reason or "").strip() or None
    if value is not None:
        try:
            number = Decimal(value)
            if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
                raise InvalidOperation
            value = f"{number:f}"
        except InvalidOperation:
            errors[entry.indicator] = m("“%(text)s”不是可以计算的数", text=value[:20])
    if value is not None and reason is not None:
        errors[entry.indicator] = m("填了数值,就不要再写缺失原因")
    if hand_in and value is None and reason is None:
        errors[entry.indicator] = m("请填数值,没有数值的写明缺失原因")
    if hand_in and value is not None and not (entry.source or entry.document):
        errors[entry.indicator] = m("请写明数据来源或文号")
    return {
        "value": value,
        "missing_reason": reason,
        "period": entry.period,
        "source": entry.source,
        "document": entry.document,
        "file_id": entry.file_id,
        "remark": entry.remark,
    }


def verify_values(
    conn: sa.Connection, sheet_id: int, indicators: Sequence[str], *, actor: Actor, at: datetime
) -> None:
    """Verify handed-in values; the person who entered one can't. Raises Refused with reasons."""
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    rows = _current(conn, sheet_id)
    chosen = [rows[i] for i in indicators if i in rows]
    for row in chosen:
        _may(actor, sheet, row, Permission.DATA_VERIFY, conn)
        if row.state != ValueState.SUBMITTED:
            raise Refused([m("有的数据还没有报送或者已经审核")])
        if row.entered_by == actor.person_id:
            raise Refused([m("本人填报的数据,须由另一人审核")])
    conn.execute(
        sa.update(IndicatorValue)
        .where(IndicatorValue.id.in_([r.id for r in chosen]))
        .values(state=ValueState.VERIFIED, verified_by=actor.person_id, verified_at=at)
    )
    _note(conn, sheet_id, "verify_value", [r.indicator for r in chosen], actor, at)
    _follow(conn, sheet_id, actor, at)


def return_value(
    conn: sa.Connection, sheet_id: int, indicator: str, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Give a value back to who entered it, with the reason; the sheet opens again."""
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    row = _current(conn, sheet_id).get(indicator)
    if row is None:
        raise Invalid({"indicator": m("数据表中没有这项指标")})
    if not reason.strip():
        raise Invalid({"reason": m("请写明退回的原因")})
    _may(actor, sheet, row, Permission.DATA_VERIFY, conn)
    if row.state not in (ValueState.SUBMITTED, ValueState.VERIFIED):
        raise Refused([m("这项数据还没有报送")])
    conn.execute(
        sa.update(IndicatorValue)
        .where(IndicatorValue.id == row.id)
        .values(
            state=ValueState.RETURNED,
            return_reason=reason.strip(),
            verified_by=None,
            verified_at=None,
        )
    )
    _note(conn, sheet_id, "return_value", [indicator], actor, at, reason)
    if sheet.state in (DataSheetState.SUBMITTED, DataSheetState.VERIFIED):
        beside.move(
            conn, Thing.DATA_SHEET, sheet_id, ThingAction.RETURN_SHEET, actor=actor, at=at,
            payload={"reason": reason.strip()},
        )  # fmt: skip


def revise(
    conn: sa.Connection,
    sheet_id: int,
    indicators: Sequence[str],
    *,
    document: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Reopen a frozen sheet for a late official revision: each value gets a new row."""
    beside.move(
        conn, Thing.DATA_SHEET, sheet_id, ThingAction.REVISE_SHEET, actor=actor, at=at,
        payload={"document_no": document.strip(), "reason": reason.strip()},
    )  # fmt: skip
    rows = _current(conn, sheet_id)
    for indicator in indicators:
        old = rows[indicator]
        conn.execute(
            sa.update(IndicatorValue).where(IndicatorValue.id == old.id).values(superseded=True)
        )
        conn.execute(
            sa.insert(IndicatorValue).values(
                sheet_id=sheet_id,
                indicator=indicator,
                number=old.number + 1,
                provider_unit_id=old.provider_unit_id,
                measure_unit=old.measure_unit,
                value=old.value,
                missing_reason=old.missing_reason,
                source=old.source,
                state=ValueState.DRAFT,
            )
        )


def _current(conn: sa.Connection, sheet_id: int) -> dict[str, Any]:
    rows = conn.execute(
        sa.select(IndicatorValue)
        .where(IndicatorValue.sheet_id == sheet_id, IndicatorValue.superseded.is_(False))
        .order_by(IndicatorValue.id)
    )
    return {row.indicator: row for row in rows}


def _may(actor: Actor, sheet: Any, value: Any, permission: Permission, conn: sa.Connection) -> None:
    """The right is the providing department's, value by value."""
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == sheet.cycle_id)
    ).scalar_one()
    resource = Resource(
        organ_id=organ,
        unit_id=sheet.unit_id,
        working_unit_ids=frozenset({value.provider_unit_id} - {None}),
    )
    permit = permits(actor, permission, resource, Context())
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])


def _follow(conn: sa.Connection, sheet_id: int, actor: Actor, at: datetime) -> None:
    """Let the sheet follow its values: submitted when all are in, verified when all are."""
    rows = _current(conn, sheet_id).values()
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id)
    if sheet.state == DataSheetState.OPEN and all(r.state not in EDITABLE for r in rows):
        beside.move(conn, Thing.DATA_SHEET, sheet_id, ThingAction.SUBMIT_SHEET, actor=actor, at=at)
        sheet = row_of(conn, Thing.DATA_SHEET, sheet_id)
    if sheet.state == DataSheetState.SUBMITTED and all(r.state in DONE for r in rows):
        beside.move(conn, Thing.DATA_SHEET, sheet_id, ThingAction.VERIFY_SHEET, actor=actor, at=at)
        why = m("实绩数据表审核完成或修订")
        relook.settle(conn, sheet.cycle_id, [sheet.unit_id], why=why, actor=actor, at=at)


def _note(
    conn: sa.Connection,
    sheet_id: int,
    action: str,
    indicators: Sequence[str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    payload: dict[str, Any] = {"indicators": list(indicators)}
    if reason:
        payload["reason"] = reason
    append(
        conn,
        Draft(
            subject=Thing.DATA_SHEET.value,
            subject_id=sheet_id,
            action=action,
            at=at,
            account_id=actor.account_id,
            person_id=actor.person_id,
            request=actor.request,
            payload=payload,
        ),
    )
