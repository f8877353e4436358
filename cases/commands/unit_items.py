"""Deductions and bonuses of units: entered by the providing department, verified by another person
of the department that the scheme names for that, else of the same.

They stand on the unit's data sheet, of a unit without indicators alone: a new fact on a verified
sheet gives the sheet back to its verifier, a frozen sheet takes none. Each fact counts only once it
is verified, with its proof.
Source: domain rules 5.4 (deductions and bonuses outside 100, each with cap and evidence rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside, relook
from cases.commands.data_objections import first_due, may_speak, said_reason
from cases.commands.data_values import follow, hold_cases, may, note
from cases.commands.item_sheets import fits_unit, hold_sheets_of, sheet_of, tell
from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.files.item_sheet import ItemLine, at_cell
from cases.journal.items import entry_said
from cases.journal.kept import written
from cases.models import Cycle, Unit, UnitItem
from cases.queries.calendar import working_days
from cases.queries.late_figures import item_said
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from cases.queries.unit_items import Charge, charge_of, mark_of_entry
from cases.scoring.plausibility import NoFigure, read_figure
from cases.scoring.shapes import Item, Scheme
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import (
    DataSheetState,
    NoticeKind,
    ObjectionOutcome,
    Permission,
    Thing,
    ThingAction,
    ValueState,
)
from workflow.words import Sentence, m

MOST_CASES = 999
WORKED_ON = (DataSheetState.OPEN, DataSheetState.SUBMITTED, DataSheetState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as typed: how often or how many points, what happened, when, by which paper."""

    item: str
    fact: str
    happened_on: date | None
    cases: str = ""
    points: str = ""
    source: str = ""
    document: str = ""
    file_id: int | None = None


def enter(
    conn: sa.Connection,
    sheet_id: int,
    typed: Fact,
    *,
    actor: Actor,
    at: datetime,
    entry_id: int | None = None,
) -> int:
    """Enter a fact and hand it to the verifier, or a returned one anew; returns its id.

    Raises Invalid by field, Refused for another department's, a frozen sheet, or a fact that is
    with the verifier.
    """
    sheet = _worked_on(conn, sheet_id)
    scheme, item, charge = _item(conn, sheet, typed.item)
    filed = _has_file(conn, entry_id) or typed.file_id is not None
    values = _checked(item, typed, (scheme.year, date_of(at)), filed)
    fits_unit(conn, scheme, item, sheet.unit_id)
    may(actor, sheet, charge, Permission.DATA_ENTER, conn)
    values |= {
        "provider_unit_id": charge.provider_unit_id,
        "verifier_unit_id": charge.verifier_unit_id,
        "state": ValueState.SUBMITTED,
        "entered_by": actor.person_id,
        "entered_at": at,
        "return_reason": None,
    }
    if entry_id is None:
        made = sa.insert(UnitItem).values(sheet_id=sheet_id, **values)
        entry_id = int(conn.execute(made.returning(UnitItem.id)).scalar_one())
    else:
        old = _entry(conn, entry_id, sheet_id)
        if old.state != ValueState.RETURNED or old.withdrawn_at is not None:
            raise Refused([m("这条加减分事项已报送,不能再改")])
        if typed.file_id is None:
            values.pop("file_id")
        _set(conn, entry_id, **values)
    kept = _kept(conn, entry_id)
    note(conn, sheet_id, "enter_item", [item.code], actor, at, str(values["fact"]), **kept)
    tell(conn, NoticeKind.ITEM_TO_VERIFY, sheet_id, charge.verifier_unit_id, at)
    follow(conn, sheet_id, actor, at)
    _look_again(conn, sheet, m("新增加减分事项:%(item)s", item=item.title), actor, at)
    return entry_id


def enter_for(
    conn: sa.Connection, cycle_id: int, unit_id: int, typed: Fact, *, actor: Actor, at: datetime
) -> int:
    """Enter a fact of a unit; one without indicators gets its sheet. As :func:`enter`."""
    sheet_id = sheet_of(conn, cycle_id, unit_id, actor=actor, at=at)
    return enter(conn, sheet_id, typed, actor=actor, at=at)


def verify_item(
    conn: sa.Connection, entry_id: int, *, actor: Actor, at: datetime, seen: str | None = None
) -> None:
    """Verify a fact; who entered it can't. ``seen`` is its mark as the verifier's page showed it.

    Raises Refused, Stale for a fact that was returned and corrected since.
    """
    row, sheet = _with_sheet(conn, entry_id)
    may(actor, sheet, row, Permission.DATA_VERIFY, conn)
    if row.state != ValueState.SUBMITTED or row.withdrawn_at is not None:
        raise Refused([m("这条加减分事项还没有报送或者已经审核")])
    if actor.person_id is None or row.entered_by == actor.person_id:
        raise Refused([m("本人填报的数据,须由另一人审核")])
    if seen is not None and seen != mark_of_entry(row):
        raise Stale("data_sheet", sheet.state, sheet.version)
    hold_cases(conn, [sheet])
    _set(conn, entry_id, state=ValueState.VERIFIED, verified_by=actor.person_id, verified_at=at)
    said = {str(entry_id): entry_said(row)}
    kept = _kept(conn, entry_id)
    note(conn, sheet.id, "verify_item", [row.item], actor, at, row.fact, entries=said, **kept)
    follow(conn, sheet.id, actor, at)


def return_item(
    conn: sa.Connection, entry_id: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Give a fact back to who entered it, with the reason. Raises Refused, Invalid."""
    row, sheet = _with_sheet(conn, entry_id)
    said = said_reason(reason)
    may(actor, sheet, row, Permission.DATA_VERIFY, conn)
    if row.state != ValueState.SUBMITTED or row.withdrawn_at is not None:
        raise Refused([m("这条加减分事项还没有报送或者已经审核")])
    _set(conn, entry_id, state=ValueState.RETURNED, return_reason=said)
    kept = _kept(conn, entry_id)
    note(conn, sheet.id, "return_item", [row.item], actor, at, said, **kept)
    tell(conn, NoticeKind.ITEM_RETURNED, sheet.id, row.provider_unit_id, at)


def withdraw_item(
    conn: sa.Connection, entry_id: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Take a fact back, with the reason: as with verifying, by another than who entered it.

    Raises Refused, Invalid.
    """
    row, sheet = _with_sheet(conn, entry_id)
    said = said_reason(reason)
    may(actor, sheet, row, Permission.DATA_VERIFY, conn)
    if row.withdrawn_at is not None:
        raise Refused([m("这条加减分事项已经撤销")])
    if actor.person_id is None or row.entered_by == actor.person_id:
        raise Refused([m("本人填报的事项,须由另一人撤销")])
    hold_cases(conn, [sheet])
    _withdraw(conn, sheet, row, said, actor, at)
    if sheet.state != DataSheetState.OPEN:  # handing in is the provider's
        follow(conn, sheet.id, actor, at)


def object_to_item(
    conn: sa.Connection, entry_id: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """The unit objects to a verified fact within its days. Raises Refused, Invalid."""
    row, sheet = _with_sheet(conn, entry_id)
    may_speak(conn, sheet.id, actor, at)
    said = said_reason(reason)
    if row.state != ValueState.VERIFIED or row.withdrawn_at is not None:
        raise Refused([m("这条加减分事项现在不能提出异议")])
    due = add_working_days(date_of(at), rule_count("value_answer"), working_days(conn))
    _set(
        conn, entry_id, state=ValueState.DISPUTED, objection=said, objection_due_on=due,
        objected_by=actor.person_id, objected_at=at, outcome=None, answer=None,
    )  # fmt: skip
    first_due(conn, sheet.id)
    kept = _kept(conn, entry_id)
    note(conn, sheet.id, "object_item", [row.item], actor, at, said, **kept)
    tell(conn, NoticeKind.ITEM_OBJECTED, sheet.id, row.provider_unit_id, at)


def answer_item(
    conn: sa.Connection,
    entry_id: int,
    outcome: ObjectionOutcome,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """The department keeps the fact or withdraws it. Raises Refused, Invalid."""
    row, sheet = _with_sheet(conn, entry_id)
    said = said_reason(reason)
    may(actor, sheet, row, Permission.DATA_ENTER, conn)
    if row.state != ValueState.DISPUTED or row.withdrawn_at is not None:
        raise Refused([m("这项异议已经答复")])
    hold_cases(conn, [sheet])
    _set(
        conn, entry_id, state=ValueState.VERIFIED, outcome=outcome, answer=said,
        answered_by=actor.person_id, answered_at=at,
    )  # fmt: skip
    kept = _kept(conn, entry_id)
    note(conn, sheet.id, f"answer_item_{outcome}", [row.item], actor, at, said, **kept)
    if outcome is ObjectionOutcome.CORRECTED:
        _withdraw(conn, sheet, row, said, actor, at)
    first_due(conn, sheet.id)


def _withdraw(
    conn: sa.Connection, sheet: Any, row: Any, reason: str, actor: Actor, at: datetime
) -> None:
    _set(
        conn, row.id, withdrawn_by=actor.person_id, withdrawn_at=at, withdraw_reason=reason,
    )  # fmt: skip
    kept = _kept(conn, row.id)
    note(conn, sheet.id, "withdraw_item", [row.item], actor, at, reason, withdrawn=row.id, **kept)
    if row.state in (ValueState.VERIFIED, ValueState.DISPUTED):
        why = m("加减分事项撤销")
        told = _told(conn, sheet, row)
        relook.settle(
            conn, sheet.cycle_id, [sheet.unit_id], why=why, about=lambda _: told, actor=actor, at=at
        )


def _told(conn: sa.Connection, sheet: Any, row: Any) -> list[Sentence]:
    scheme = scheme_of_cycle(conn, sheet.cycle_id)
    unit = conn.execute(sa.select(Unit.name).where(Unit.id == sheet.unit_id)).scalar_one()
    one = scheme.items.get(row.item) if scheme is not None else None
    return [item_said(unit, one.title if one is not None else row.item, row.document)]


def _worked_on(conn: sa.Connection, sheet_id: int) -> Any:
    sheet = row_of(conn, Thing.DATA_SHEET, sheet_id, lock=True)
    if sheet.state not in WORKED_ON:
        raise Refused([m("数据表已锁定;有新的依据的,先按文件修订数据")])
    return sheet


def _with_sheet(conn: sa.Connection, entry_id: int) -> tuple[Any, Any]:
    """The entry and its sheet, the sheet locked first as every move of a sheet does."""
    where = sa.select(UnitItem.sheet_id).where(UnitItem.id == entry_id)
    sheet_id = conn.execute(where).scalar()
    if sheet_id is None:
        raise NotVisible(f"unit_item:{entry_id}")
    sheet = _worked_on(conn, sheet_id)
    return _entry(conn, entry_id, sheet_id), sheet


def _entry(conn: sa.Connection, entry_id: int, sheet_id: int | None) -> Any:
    row = conn.execute(sa.select(UnitItem).where(UnitItem.id == entry_id).with_for_update()).first()
    if row is None or sheet_id not in (None, row.sheet_id):
        raise NotVisible(f"unit_item:{entry_id}")
    return row


def _has_file(conn: sa.Connection, entry_id: int | None) -> bool:
    if entry_id is None:
        return False
    found = conn.execute(sa.select(UnitItem.file_id).where(UnitItem.id == entry_id)).scalar()
    return found is not None


def _set(conn: sa.Connection, entry_id: int, **values: Any) -> None:
    conn.execute(sa.update(UnitItem).where(UnitItem.id == entry_id).values(**values))


def _kept(conn: sa.Connection, entry_id: int) -> dict[str, Any]:
    """What the entry of an act says of the fact as it stands now."""
    row = conn.execute(sa.select(UnitItem).where(UnitItem.id == entry_id)).one()
    return written("item_kept", [row])


def _item(conn: sa.Connection, sheet: Any, code: str) -> tuple[Scheme, Item, Charge]:
    scheme = scheme_of_cycle(conn, sheet.cycle_id)
    item = None if scheme is None else scheme.items.get(code)
    if scheme is None or item is None:
        raise Invalid({"item": m("方案里没有这个加减分事项")})
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == sheet.cycle_id)
    ).scalar_one()
    return scheme, item, charge_of(conn, item, organ, sheet.unit_id)


def _look_again(conn: sa.Connection, sheet: Any, why: Sentence, actor: Actor, at: datetime) -> None:
    """A verified sheet with something new on it goes back to its verifier."""
    if sheet.state == DataSheetState.VERIFIED:
        beside.move(
            conn, Thing.DATA_SHEET, sheet.id, ThingAction.CORRECT_SHEET, actor=actor, at=at,
            payload={"reason": str(why)},
        )  # fmt: skip


def _checked(item: Item, typed: Fact, when: tuple[int, date], filed: bool) -> dict[str, Any]:
    """The columns of a fact; ``when`` are the year assessed and today. Raises Invalid by field."""
    year, today = when
    errors: dict[str, Sentence] = {}
    cases, points = _amount(item, typed, errors)
    fact = typed.fact.strip()
    if not 5 <= len(fact) <= 500:
        errors["fact"] = m("请写明事实,%(least)s 至 %(most)s 个字", least=5, most=500)
    if typed.happened_on is None:
        errors["happened_on"] = m("请填写发生日期")
    elif typed.happened_on.year != year:
        errors["happened_on"] = m("发生日期应在 %(year)s 年内", year=year)
    elif typed.happened_on > today:
        errors["happened_on"] = m("日期在今天之后")
    if item.evidence_required and not (typed.document.strip() or filed):
        errors["document"] = m("“%(item)s”须有佐证:填写文号或者上传材料", item=item.title)
    if errors:
        raise Invalid(errors)
    return {
        "item": item.code,
        "cases": cases,
        "points": points,
        "fact": fact,
        "happened_on": typed.happened_on,
        "source": typed.source.strip() or None,
        "document": typed.document.strip() or None,
        "file_id": typed.file_id,
    }


def _amount(item: Item, typed: Fact, errors: dict[str, Sentence]) -> tuple[int | None, str | None]:
    """Cases where the scheme counts them, points where it doesn't; each within its bounds."""
    if item.per_case is not None:
        if typed.points.strip():
            errors["points"] = m("“%(item)s”按起数计分,不填分值", item=item.title)
        text = typed.cases.strip()
        short = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_CASES))
        if not (short and 0 < int(text) <= MOST_CASES):
            errors["cases"] = m("请填写起数,1 至 %(most)s", most=MOST_CASES)
            return None, None
        return int(text), None
    if typed.cases.strip():
        errors["cases"] = m("“%(item)s”按分值计分,不填起数", item=item.title)
    try:
        value = read_figure(typed.points)
    except NoFigure as bad:
        errors["points"] = bad.sentence
        return None, None
    if value <= 0:
        errors["points"] = m("分值不带正负号,应大于零")
    elif value > item.cap:
        errors["points"] = m("超过上限 %(cap)s 分", cap=f"{float(item.cap):g}")
    return None, f"{value:f}"


def enter_many(
    conn: sa.Connection, cycle_id: int, lines: Sequence[ItemLine], *, actor: Actor, at: datetime
) -> int:
    """Enter the facts of a workbook, all or none; returns how many.

    Raises Invalid at the file, naming the cell, and what :func:`enter` raises.
    """
    hold_sheets_of(conn, cycle_id, {line.unit_id for line in lines})
    for line in lines:
        typed = Fact(
            line.item, line.fact, line.happened_on, line.cases, line.points, line.source,
            line.document,
        )  # fmt: skip
        try:
            enter_for(conn, cycle_id, line.unit_id, typed, actor=actor, at=at)
        except Invalid as wrong:
            field, said = next(iter(wrong.errors.items()))
            raise at_cell(line.places.get(field, ""), said) from wrong
    return len(lines)


def scheme_of_sheet(conn: sa.Connection, sheet_id: int) -> Scheme | None:
    """The scheme that a sheet's items stand in."""
    return scheme_of_cycle(conn, row_of(conn, Thing.DATA_SHEET, sheet_id).cycle_id)
