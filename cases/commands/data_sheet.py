"""Indicator values: entered by the providing department, verified by another person.

Who verifies belongs to the department the scheme names for that, else to the provider itself.

The sheet's state follows from its values: when the last value is handed in the sheet is submitted,
when the last is verified it is verified. Nobody asks the assessed unit for what a department
provides. A later official revision is a new row, never an edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_values import (
    Rights,
    current_values,
    follow,
    follow_all,
    hold_cases,
    locked_sheets,
    may,
    note,
    note_many,
    values_of,
)
from cases.commands.outbox import notice, post_many
from cases.errors import Invalid, Refused, Stale
from cases.journal.figures import ADDING, VERIFYING, figures_said
from cases.models import Case, Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.contradictions import chunks, held
from cases.queries.data_sheet import mark_of
from cases.queries.providers import Departments, departments_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from cases.queries.things.data_sheet import SEEN
from cases.scoring.shapes import Scheme
from workflow.permissions import SYSTEM, Actor
from workflow.vocabulary import (
    DataSheetState,
    NoticeKind,
    Permission,
    Role,
    Thing,
    ThingAction,
    ValueState,
)
from workflow.words import m


def make_sheets(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> int:
    """One sheet per unit of the cycle whose class has indicators; returns how many are new.

    Sheets that are there already get rows for indicators they lack.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        raise Refused([m("考核年度还没有选定方案")])
    hold_sheets(conn, DataSheet.cycle_id == cycle_id)  # those that get rows, before the journal
    timetable = conn.execute(sa.select(Cycle.timetable).where(Cycle.id == cycle_id)).scalar_one()
    named = departments_of(conn, cycle_id)
    units = conn.execute(
        sa.select(Unit.id, Unit.class_code)
        .join(Case, Case.unit_id == Unit.id)
        .outerjoin(DataSheet, (DataSheet.unit_id == Unit.id) & (DataSheet.cycle_id == cycle_id))
        .where(Case.cycle_id == cycle_id, DataSheet.id.is_(None))
        .group_by(Unit.id, Unit.class_code, Unit.sort_no)
        .order_by(Unit.sort_no)
    ).all()
    classes = {u: code for u, code in units if code and _has_indicators(scheme, code)}
    sheets = _bare_sheets(conn, cycle_id, list(classes), timetable, actor, at)
    rows: list[dict[str, Any]] = []
    for unit_id, sheet_id in sheets.items():
        rows += _value_rows(sheet_id, unit_id, _asked(scheme, classes[unit_id]), named)
    _insert_values(conn, rows)
    add_rows(conn, cycle_id, actor=actor, at=at)
    return len(sheets)


def add_rows(
    conn: sa.Connection,
    cycle_id: int,
    *,
    actor: Actor,
    at: datetime,
    sheets: Sequence[int] | None = None,
) -> int:
    """Rows for indicators that the scheme has and sheets have not; returns how many.

    The unit is asked anew about a verified sheet, once the new rows are verified too. Frozen
    sheets are left as they are: a revision by its document brings their rows.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return 0
    named = departments_of(conn, cycle_id)
    here = [DataSheet.cycle_id == cycle_id, DataSheet.state != DataSheetState.FROZEN]
    if sheets is not None:
        here.append(DataSheet.id.in_(sheets))
    hold_sheets(conn, *here)
    known: dict[int, set[str]] = {}
    classes: dict[int, str | None] = {}
    states: dict[int, str] = {}
    units: dict[int, int] = {}
    first: dict[int, int] = {}
    rows = conn.execute(
        sa.select(DataSheet.id, Unit.class_code, DataSheet.state, Unit.id, IndicatorValue.indicator)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .outerjoin(IndicatorValue, IndicatorValue.sheet_id == DataSheet.id)
        .where(*here)
        .order_by(DataSheet.id)
    )
    for sheet_id, class_code, state, unit_id, indicator in rows:
        known.setdefault(sheet_id, set()).add(indicator)
        classes[sheet_id], states[sheet_id], units[sheet_id] = class_code, state, unit_id
    made = 0
    for sheet_id, there in known.items():
        leaves = _asked(scheme, classes[sheet_id])
        new = [leaf for leaf in leaves if leaf.code not in there]
        if new:
            _insert_values(conn, _value_rows(sheet_id, units[sheet_id], new, named))
            note(conn, sheet_id, ADDING, [leaf.code for leaf in new], actor, at)
            if states[sheet_id] == DataSheetState.VERIFIED:
                _ask_anew(conn, sheet_id)
            for leaf in new:
                if (provider := named.unit(leaf.provider)) is not None:
                    first.setdefault(provider, sheet_id)
            made += len(new)
    _tell_providers(conn, first, at)
    return made


def hold_sheets(conn: sa.Connection, *where: sa.ColumnElement[bool]) -> list[int]:
    """Lock sheets in the order of their ids, which are returned: who enters, verifies or freezes
    one is waited for."""
    held = sa.select(DataSheet.id).where(*where).order_by(DataSheet.id).with_for_update()
    return list(conn.execute(held).scalars())


def _tell_providers(conn: sa.Connection, first: Mapping[int, int], at: datetime) -> None:
    """Each department once, however many sheets got a row of its own: provider -> first sheet."""
    by_sheet: dict[int, list[int]] = {}
    for provider, sheet_id in first.items():
        by_sheet.setdefault(sheet_id, []).append(provider)
    post_many(
        conn,
        [
            notice(
                NoticeKind.SHEET_ROWS_ADDED, Thing.DATA_SHEET, sheet_id, to=(Role.DATA_PROVIDER,),
                version=int(at.timestamp()), at=at, units=sorted(providers),
            )
            for sheet_id, providers in by_sheet.items()
        ],
    )  # fmt: skip


def _ask_anew(conn: sa.Connection, sheet_id: int) -> None:
    """The unit confirms the whole sheet: its days count from the last new row's verification."""
    conn.execute(
        sa.update(DataSheet)
        .where(DataSheet.id == sheet_id)
        .values(confirm_due_on=None, confirmed_at=None, confirmed_by=None)
    )


def _asked(scheme: Scheme, class_code: str | None) -> list[Any]:
    """What a sheet of the class holds: indicators, groups given, helping series."""
    if class_code is None or class_code not in scheme.classes:
        return []
    known = scheme.entered
    return [known[code] for code in scheme.asked(class_code)]


def _value_rows(
    sheet_id: int, unit_id: int, leaves: Sequence[Any], named: Departments
) -> list[dict[str, Any]]:
    providers = {leaf.code: named.unit(leaf.provider) for leaf in leaves}
    return [
        {
            "sheet_id": sheet_id,
            "indicator": leaf.code,
            "provider_unit_id": providers[leaf.code],
            "verifier_unit_id": named.verifying(leaf.verifier, providers[leaf.code], unit_id),
            "measure_unit": leaf.unit,
            "state": ValueState.DRAFT,
        }
        for leaf in leaves
    ]


def _insert_values(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(sa.insert(IndicatorValue), rows)


def _has_indicators(scheme: Scheme, class_code: str) -> bool:
    return class_code in scheme.classes and bool(scheme.leaves(class_code))


def bare_sheet(
    conn: sa.Connection,
    cycle_id: int,
    unit_id: int,
    timetable: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> int:
    """A sheet without a single indicator; returns its id."""
    return _bare_sheets(conn, cycle_id, [unit_id], timetable, actor, at)[unit_id]


def _bare_sheets(
    conn: sa.Connection,
    cycle_id: int,
    units: Sequence[int],
    timetable: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> dict[int, int]:
    """Unit -> its new sheet, in the order of the units."""
    if not units:
        return {}
    due = (timetable.get("data_collection") or {}).get("due")
    same = {
        "cycle_id": cycle_id,
        "state": DataSheetState.OPEN,
        "due_on": datetime.fromisoformat(due).date() if due else None,
    }
    made = conn.execute(
        sa.insert(DataSheet).returning(DataSheet.unit_id, DataSheet.id),
        [{**same, "unit_id": unit_id} for unit_id in units],
    )
    ids: dict[int, int] = {unit_id: sheet_id for unit_id, sheet_id in made}
    found = {unit_id: ids[unit_id] for unit_id in units}
    said = {sheet_id: {"sheet": [cycle_id, unit_id]} for unit_id, sheet_id in found.items()}
    beside.created_many(conn, Thing.DATA_SHEET, said, actor=actor, at=at)
    return found


def verify_values(
    conn: sa.Connection,
    sheet_id: int,
    indicators: Sequence[str],
    *,
    actor: Actor,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> None:
    """Verify handed-in values of one sheet; the person who entered one can't.

    ``seen`` are the marks of the values as the verifier's page showed them. Raises what
    :func:`verify_sheets` raises.
    """
    shown = None if seen is None else {sheet_id: seen}
    verify_sheets(conn, {sheet_id: indicators}, actor=actor, at=at, seen=shown)


def verify_sheets(
    conn: sa.Connection,
    chosen: Mapping[int, Sequence[str]],
    *,
    actor: Actor,
    at: datetime,
    seen: Mapping[int, Mapping[str, str]] | None = None,
) -> None:
    """Verify values of many sheets, sheet -> indicators, all or none, in a few statements.

    Raises Refused with reasons, Stale for a value that was returned and entered anew since.
    """
    sheets, rows = locked_sheets(conn, chosen), values_of(conn, chosen)
    mine = {i: [rows[i, code] for code in chosen[i] if (i, code) in rows] for i in sorted(chosen)}
    if held(conn, chosen) & {(i, row.indicator) for i, some in mine.items() for row in some}:
        raise Refused([m("有的数据与另一来源矛盾,处理后才能审核")])
    rights = Rights(conn, actor, Permission.DATA_VERIFY)
    for sheet_id, some in mine.items():
        shown = None if seen is None else seen.get(sheet_id, {})
        for row in some:
            rights.demand(sheets[sheet_id], row)
            _verifiable(sheets[sheet_id], row, actor, shown)
    _hold_last(conn, sheets, rows, chosen)
    for part in chunks([row.id for some in mine.values() for row in some]):
        conn.execute(
            sa.update(IndicatorValue)
            .where(IndicatorValue.id.in_(part))
            .values(state=ValueState.VERIFIED, verified_by=actor.person_id, verified_at=at)
        )
    note_many(
        conn, VERIFYING,
        {
            i: {"indicators": [r.indicator for r in some], "figures": figures_said(some)}
            for i, some in mine.items()
        },
        actor, at,
    )  # fmt: skip
    follow_all(conn, chosen, actor, at)


def _hold_last(
    conn: sa.Connection, sheets: Mapping[int, Any], rows: Mapping[tuple[int, str], Any],
    chosen: Mapping[int, Sequence[str]],
) -> None:  # fmt: skip
    """Hold the cases of the sheets whose last values these may be."""
    left = {i for (i, code), row in rows.items() if row.state not in SEEN and code not in chosen[i]}
    hold_cases(conn, [sheets[i] for i in sorted(chosen) if i not in left])


def _verifiable(sheet: Any, row: Any, actor: Actor, shown: Mapping[str, str] | None) -> None:
    if row.state != ValueState.SUBMITTED:
        raise Refused([m("有的数据还没有报送或者已经审核")])
    if row.entered_by == actor.person_id:
        raise Refused([m("本人填报的数据,须由另一人审核")])
    if shown is not None and shown.get(row.indicator) != mark_of(row):
        raise Stale("data_sheet", sheet.state, sheet.version)


def return_value(
    conn: sa.Connection, sheet_id: int, indicator: str, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Give a value back to who entered it, with the reason; the sheet opens again."""
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    row = current_values(conn, sheet_id).get(indicator)
    if row is None:
        raise Invalid({"indicator": m("数据表中没有这项指标")})
    if not reason.strip():
        raise Invalid({"reason": m("请写明退回的原因")})
    may(actor, sheet, row, Permission.DATA_VERIFY, conn)
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
    note(conn, sheet_id, "return_value", [indicator], actor, at, reason)
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
    """Reopen a frozen sheet for a late official revision: each value gets a new row, the old figure
    in it without its source, so that it isn't handed in again by itself.

    One for its deductions and bonuses alone has no value to hand in: it stands as verified.
    """
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    hold_cases(conn, [sheet])
    beside.move(
        conn, Thing.DATA_SHEET, sheet_id, ThingAction.REVISE_SHEET, actor=actor, at=at,
        payload={"document_no": document.strip(), "reason": reason.strip()},
    )  # fmt: skip
    rows = current_values(conn, sheet_id)
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
                verifier_unit_id=old.verifier_unit_id,
                measure_unit=old.measure_unit,
                period=old.period,
                value=old.value,
                previous_value=old.previous_value,
                missing_reason=old.missing_reason,
                not_applicable=old.not_applicable,
                state=ValueState.DRAFT,
            )
        )
    add_rows(conn, sheet.cycle_id, actor=actor, at=at, sheets=[sheet_id])
    follow(conn, sheet_id, SYSTEM, at)
