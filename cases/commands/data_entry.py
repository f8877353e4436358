"""Figures typed or imported: one sheet at a desk, or all sheets of a department at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.data_values import (
    EDITABLE,
    Rights,
    follow_all,
    locked_sheets,
    may,
    note,
    values_of,
)
from cases.commands.recheck import recheck
from cases.errors import Invalid, Refused, Stale
from cases.journal import Draft, append_many
from cases.journal.figures import ATTACHING, typed_said
from cases.models import Cycle, IndicatorValue
from cases.queries.contradictions import held
from cases.queries.data_sheet import mark_of
from cases.queries.things import row_of
from cases.scoring.period import NoPeriod, ends_on, outside, read_period
from cases.scoring.plausibility import NoFigure, read_figure
from workflow.permissions import Actor
from workflow.vocabulary import Permission, Thing, ValueState
from workflow.words import Sentence, m


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
    """A stored file; None keeps the one that is there."""
    remark: str | None = None
    not_applicable: bool = False
    """The reason says why the indicator does not apply to the unit."""
    previous: str | None = None
    """Last year's comparable figure, where units merged or split."""
    seen: str | None = None
    """The mark of the value the writer saw (``mark_of``); None where nobody looked at it."""


class FaultySheets(Invalid):
    """What is wrong on which sheet, ``by_sheet``; as an Invalid it names the first one's fields."""

    def __init__(self, by_sheet: Mapping[int, Mapping[str, Sentence]]) -> None:
        super().__init__(dict(by_sheet[min(by_sheet)]))
        self.by_sheet = by_sheet


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
    enter_sheets(conn, {sheet_id: entries}, hand_in=hand_in, actor=actor, at=at)


def enter_sheets(
    conn: sa.Connection,
    sheets: Mapping[int, Sequence[Entry]],
    *,
    hand_in: bool,
    actor: Actor,
    at: datetime,
) -> int:
    """Save values of many sheets in a few statements; all or nothing. Returns how many.

    Raises what :func:`enter_values` raises, FaultySheets for what is wrong on any of them.
    """
    if not sheets:
        return 0
    locked, rows = locked_sheets(conn, sheets), values_of(conn, sheets)
    years = _years(conn, {row.cycle_id for row in locked.values()})
    rights = Rights(conn, actor, Permission.DATA_ENTER)
    updates: list[dict[str, Any]] = []
    typed: dict[int, list[dict[str, Any]]] = {sheet_id: [] for sheet_id in sheets}
    faults: dict[int, dict[str, Sentence]] = {}
    for sheet_id in sorted(sheets):
        errors: dict[str, Sentence] = {}
        for entry in sheets[sheet_id]:
            year = years[locked[sheet_id].cycle_id]
            cleaned = _clean(entry, hand_in, (year, date_of(at)), errors)
            row = rows.get((sheet_id, entry.indicator))
            if row is None:
                errors[entry.indicator] = m("数据表中没有这项指标")
                continue
            rights.demand(locked[sheet_id], row)
            _untouched(locked[sheet_id], row, entry)
            file_id = entry.file_id or row.file_id
            updates.append({**cleaned, "b_id": row.id, "b_file": file_id})
            typed[sheet_id].append({**row._mapping, **cleaned, "file_id": file_id})
        if errors:
            faults[sheet_id] = errors
    if faults:
        raise FaultySheets(faults)
    _write(conn, updates, hand_in, actor, at)
    _note(conn, typed, hand_in, actor, at)
    recheck(conn, sorted(sheets), actor=actor, at=at)
    if hand_in:
        _uncontradicted(conn, sheets)
        follow_all(conn, sheets, actor, at)
    return len(updates)


def enter_desk(
    conn: sa.Connection,
    handed: Mapping[int, Sequence[Entry]],
    kept: Mapping[int, Sequence[Entry]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Hand in values of some sheets, save those of others: all or nothing.

    Every sheet is held before the first entry of the journal. Raises what :func:`enter_sheets`
    raises, with what is wrong on sheets of both kinds.
    """
    locked_sheets(conn, {*handed, *kept})
    faults: dict[int, Mapping[str, Sentence]] = {}
    for sheets, hand_in in ((handed, True), (kept, False)):
        try:
            enter_sheets(conn, sheets, hand_in=hand_in, actor=actor, at=at)
        except FaultySheets as faulty:
            faults |= faulty.by_sheet
    if faults:
        raise FaultySheets(faults)


def _uncontradicted(conn: sa.Connection, sheets: Mapping[int, Sequence[Entry]]) -> None:
    """Raises FaultySheets, and nothing stays written, where figures handed in are contradicted."""
    open_ones = held(conn, sorted(sheets))
    said = m("与另一来源的数据矛盾,处理后才能报送")
    faults: dict[int, dict[str, Sentence]] = {}
    for sheet_id in sorted(sheets):
        codes = [one.indicator for one in sheets[sheet_id]]
        errors = {c: said for c in codes if (sheet_id, c) in open_ones}
        if errors:
            faults[sheet_id] = errors
    if faults:
        raise FaultySheets(faults)


def _years(conn: sa.Connection, cycles: Collection[int]) -> dict[int, int]:
    """Cycle -> the year assessed, which figures are about."""
    rows = conn.execute(sa.select(Cycle.id, Cycle.year).where(Cycle.id.in_(cycles)))
    return {cycle: year for cycle, year in rows}


def _untouched(sheet: Any, row: Any, entry: Entry) -> None:
    """Refuse what was written by somebody else meanwhile, and what is out of one's hands."""
    if entry.seen is not None and mark_of(row) != entry.seen:
        raise Stale("data_sheet", sheet.state, sheet.version)
    if row.state not in EDITABLE:
        raise Refused([m("这项数据已报送,不能再改;需要修改的,请审核人退回")])


def _write(
    conn: sa.Connection, updates: list[dict[str, Any]], hand_in: bool, actor: Actor, at: datetime
) -> None:
    if not updates:
        return
    fields = [name for name in updates[0] if not name.startswith("b_")]
    conn.execute(
        sa.update(IndicatorValue)
        .where(IndicatorValue.id == sa.bindparam("b_id"))
        .values(
            **{name: sa.bindparam(name) for name in fields},
            file_id=sa.bindparam("b_file"),
            state=ValueState.SUBMITTED if hand_in else ValueState.DRAFT,
            entered_by=actor.person_id,
            entered_at=at,
            **({"return_reason": None} if hand_in else {}),
        ),
        updates,
    )


def _note(
    conn: sa.Connection, typed: Mapping[int, Sequence[Mapping[str, Any]]], hand_in: bool,
    actor: Actor, at: datetime,
) -> None:  # fmt: skip
    append_many(
        conn,
        [
            Draft(
                subject=Thing.DATA_SHEET.value,
                subject_id=sheet_id,
                action="enter_value",
                at=at,
                payload={
                    "indicators": [row["indicator"] for row in typed[sheet_id]],
                    **typed_said(typed[sheet_id], handed_in=hand_in),
                },
            ).by(actor)
            for sheet_id in sorted(typed)
            if typed[sheet_id]
        ],
    )


def _clean(
    entry: Entry, hand_in: bool, when: tuple[int, date], errors: dict[str, Sentence]
) -> dict[str, Any]:
    """The columns of an entry; what is wrong with it goes to ``errors`` under its indicator.

    A period or a source at fault stands under ``<indicator>.period`` and ``<indicator>.source``.
    ``when`` are the year assessed and the day of entry.
    """
    reason = (entry.missing_reason or "").strip() or None
    try:
        value, before = _figure(entry.value), _figure(entry.previous)
    except NoFigure as bad:
        value = before = None
        errors[entry.indicator] = bad.sentence
    else:
        fault = _gap(entry, value, reason, hand_in)
        if fault is not None:
            errors[entry.indicator] = fault
        elif hand_in and value is not None and not (entry.source or entry.document):
            errors[f"{entry.indicator}.source"] = m("请写明数据来源或文号")
    return {
        "value": value,
        "missing_reason": reason,
        "not_applicable": entry.not_applicable and value is None,
        "previous_value": before,
        "period": _period(entry, value, when, errors),
        "source": entry.source,
        "document": entry.document,
        "remark": entry.remark,
    }


def period_fault(text: str | None, remark: str | None, year: int, on: date) -> Sentence | None:
    """What is wrong with a period as typed on a day: no span of time; without a word another
    year's, or one that isn't over yet. The year assessed itself is only warned of."""
    try:
        period = read_period(text) if text else ""
    except NoPeriod as bad:
        return bad.sentence
    if not period or (remark or "").strip():
        return None
    if outside(period, year):
        return m("数据所属期应在 %(year)s 年内;用其他年度数据的,在备注写明原因", year=year)
    last = ends_on(period)
    if period != str(year) and last > on:
        return m("所属期到 %(day)s 才结束,还没有这个数;计划数、目标数或预计数,在备注写明",
                 day=last.isoformat())  # fmt: skip
    return None


def _period(
    entry: Entry, value: str | None, when: tuple[int, date], errors: dict[str, Sentence]
) -> str | None:
    """The period in its kept form, under ``<indicator>.period`` what is wrong with it.

    A figure without one is about the year assessed, which the page says beside the field.
    """
    text = (entry.period or "").strip()
    fault = period_fault(text, entry.remark, *when)
    if fault is not None:
        errors[f"{entry.indicator}.period"] = fault
        return None
    if not text:
        return str(when[0]) if value is not None else None
    return read_period(text)


def _figure(text: str | None) -> str | None:
    written = (text or "").strip()
    return f"{read_figure(written):f}" if written else None


def _gap(entry: Entry, value: str | None, reason: str | None, hand_in: bool) -> Sentence | None:
    if value is not None and (reason is not None or entry.not_applicable):
        return m("填了数值,就不要再写缺失原因")
    if entry.not_applicable and reason is None:
        return m("不适用的,请写明原因")
    if hand_in and value is None and reason is None:
        return m("请填数值,没有数值的写明缺失原因")
    return None


def attach(
    conn: sa.Connection, sheet_id: int, indicator: str, file_id: int, *, actor: Actor, at: datetime
) -> None:
    """Put a stored file behind a figure not handed in yet. Raises Invalid, Refused."""
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    row = values_of(conn, [sheet_id]).get((sheet_id, indicator))
    if row is None:
        raise Invalid({"indicator": m("数据表中没有这项指标")})
    may(actor, sheet, row, Permission.DATA_ENTER, conn)
    if row.state not in EDITABLE:
        raise Refused([m("这项数据已报送,不能再改;需要修改的,请审核人退回")])
    conn.execute(
        sa.update(IndicatorValue).where(IndicatorValue.id == row.id).values(file_id=file_id)
    )
    kept = typed_said([{**row._mapping, "file_id": file_id}])
    note(conn, sheet_id, ATTACHING, [indicator], actor, at, **kept)
