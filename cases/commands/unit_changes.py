"""Record that a unit was renamed, recoded, merged, split: history follows, nothing is rewritten.

A change of name or code of a unit that still bears the old one changes the roster too; mergers and
splits only say whose history runs into whose, foundings and abolitions where it begins and ends;
seats and adjusted areas are kept in their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import relook
from cases.commands.roster_lock import lock_roster
from cases.errors import Invalid, Refused
from cases.files.unit_change_sheet import BOTH_SIDES, ChangeRow
from cases.journal import Draft, append
from cases.journal.unit_changes import RECORDING, change_said
from cases.journal.units import units_said
from cases.models import Case, Cycle, RosterState, Unit, UnitChange
from cases.names import normal_form
from cases.queries.unit_changes import foreign_units
from cases.scoring.successors import AREA, TOLD
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import Permission, UnitChangeKind
from workflow.words import Sentence, m

IN_PLACE = (UnitChangeKind.RENAME, UnitChangeKind.RECODE, UnitChangeKind.REPLACE)
AGAIN = (UnitChangeKind.TRANSFER, UnitChangeKind.ADJUST, UnitChangeKind.SEAT)
"""What only tells may happen twice in a year; it is known by its document too."""
ONE_SIDED = (UnitChangeKind.ADJUST, UnitChangeKind.SEAT)
IN_WORDS = (UnitChangeKind.ABOLISH, *ONE_SIDED)
Names = dict[str, list[tuple[int, str | None]]]
"""Name -> the units that bear it, each with the name of the unit above it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One row of a dry run: the units it concerns; why it can't be taken, or that it is known."""

    row: ChangeRow
    from_id: int | None
    to_id: int | None
    fault: Sentence | None
    known: bool

    @property
    def good(self) -> bool:
        return self.fault is None and not self.known


def plan(
    conn: sa.Connection, rows: Sequence[ChangeRow], *, actor: Actor, today: date
) -> list[Planned]:
    """What each row would do; writes nothing. A bounded number of statements."""
    foreign = foreign_units(conn, actor, Permission.ROSTER_IMPORT)
    units = conn.execute(sa.select(Unit.id, Unit.code, Unit.name, Unit.parent_id)).all()
    codes, by_id = {u.code: u.id for u in units}, {u.id: u.name for u in units}
    names: Names = {}
    for unit in units:
        names.setdefault(unit.name, []).append((unit.id, by_id.get(unit.parent_id)))
    seen = _recorded(conn)
    given: dict[str, int | None] = {}
    found = []
    for row in rows:
        key = _key(row)
        one = _planned(row, codes, names, known=key in seen, today=today)
        given_a_code = row.kind in IN_PLACE and row.to_code and one.fault is None
        if given_a_code and given.setdefault(row.to_code, one.to_id) != one.to_id:
            one = replace(one, fault=_twice(row.to_code))
        if one.fault is None and foreign & {one.from_id, one.to_id}:
            one = replace(one, fault=m("只能登记本机关管理的单位的变更"))
        found.append(one)
        seen.add(key)
    return found


def _recorded(conn: sa.Connection) -> set[tuple[Any, ...]]:
    c = UnitChange
    kept = conn.execute(sa.select(c.kind, c.day, c.from_name, c.to_name, c.document))
    return {_mark(*r) for r in kept}


def _mark(kind: Any, day: Any, before: str, after: str, document: str) -> tuple[Any, ...]:
    """What tells one change from another."""
    return (kind, day, before, after, document if kind in AGAIN else "")


def _key(row: ChangeRow) -> tuple[Any, ...]:
    return _mark(row.kind, row.day, row.from_name, row.to_name, row.document)


def _twice(code: str) -> Sentence:
    return m("代码“%(code)s”同时给了两个单位", code=code)


def _planned(
    row: ChangeRow,
    codes: dict[str, int],
    names: Names,
    *,
    known: bool,
    today: date,
) -> Planned:
    fault = row.problems[0].sentence if row.problems else None
    before = _unit(row.from_code, row.from_name, codes, names, row.above)
    after = _unit(row.to_code, row.to_name, codes, names, row.above)
    if row.kind in (*IN_PLACE, *ONE_SIDED):
        before, after = before or after, after or before
    fault = (
        fault
        or _lacking(row)
        or _odd(row, before, after, today)
        or _foreign_code(row, codes, names)
    )
    return Planned(row, before, after, fault, known)


def _lacking(row: ChangeRow) -> Sentence | None:
    """What this kind of change has to say and doesn't."""
    if row.kind in BOTH_SIDES and not (row.from_name and row.to_name):
        return m("要写明原名称和新名称")
    if row.kind is UnitChangeKind.FOUND and not row.to_name:
        return m("设立要写明新名称")
    if row.kind is UnitChangeKind.ABOLISH and not row.from_name:
        return m("撤销要写明原名称")
    if not (row.from_name or row.to_name):
        return m("要写明单位名称")
    return m("要在说明里写明变更了什么") if row.kind in IN_WORDS and not row.note else None


def _foreign_code(row: ChangeRow, codes: dict[str, int], names: Names) -> Sentence | None:
    """Why the new code of a unit can't be taken: a third unit bears it today, whose history this
    would become."""
    bearer, named = codes.get(row.to_code), _unit("", row.to_name, codes, names)
    before = _unit(row.from_code, row.from_name, codes, names, row.above)
    known = {named, before} - {None}
    if row.kind not in IN_PLACE or bearer is None or not known or bearer in known:
        return None
    return m("代码“%(code)s”已是另一个单位的代码", code=row.to_code)


def _odd(row: ChangeRow, before: int | None, after: int | None, today: date) -> Sentence | None:
    """Why a well-written row can't be taken."""
    if before is None and after is None:
        named = tuple(dict.fromkeys(filter(None, (row.from_name, row.to_name))))
        if len(named) == 1:
            return m("名册中没有“%(a)s”,或者有不止一个", a=named[0])
        return m("名册中没有“%(a)s”,也没有“%(b)s”", a=row.from_name, b=row.to_name)
    if row.day is not None and row.day > today:
        return m("生效日期在今天之后")
    apart = row.kind in (UnitChangeKind.SPLIT, UnitChangeKind.TRANSFER)
    return m("前后是同一个单位") if apart and before == after else None


def _unit(
    code: str, name: str, codes: dict[str, int], names: Names, above: tuple[str, ...] = ()
) -> int | None:
    """The unit of a code, or of a name that only one unit bears, in one of the areas above it."""
    if code and code in codes:
        return codes[code]
    found = names.get(name, [])
    if len(found) > 1:
        found = [(unit, parent) for unit, parent in found if parent in above]
    return found[0][0] if len(found) == 1 else None


def record(conn: sa.Connection, planned: Sequence[Planned], *, actor: Actor, at: datetime) -> int:
    """Write planned changes, all or none; returns how many are new.

    Raises Refused without the right, while a row is faulty or where the roster moved since it was
    planned; Invalid for an empty plan. Cases whose suggestion changes with last year's figures are
    listed for a second look.
    """
    if not holds_anywhere(actor, Permission.ROSTER_IMPORT):
        raise Refused([m("没有办理这一步的权限")])
    foreign = foreign_units(conn, actor, Permission.ROSTER_IMPORT)
    if any(foreign & {p.from_id, p.to_id} for p in planned):
        raise Refused([m("只能登记本机关管理的单位的变更")])
    if any(p.fault is not None for p in planned):
        raise Refused([m("表格里有不能写入的行,整份没有写入;改好后重新上传")])
    lock_roster(conn)
    units = sorted({one for p in planned for one in (p.from_id, p.to_id) if one is not None})
    held = sa.select(Unit.id).where(Unit.id.in_(units)).order_by(Unit.id)
    conn.execute(held.with_for_update(key_share=True)).all()
    good = [p for p in _still(conn, planned, actor, date_of(at)) if p.good]
    if not good:
        raise Invalid({"from_name": m("没有新的变更可以登记")})
    years = _hold_years(conn, good)
    written = conn.execute(
        sa.insert(UnitChange).returning(UnitChange), [_values(p, actor, at) for p in good]
    ).all()
    renamed = [p for p in good if p.row.kind in IN_PLACE and p.to_id is not None]
    for one in sorted(renamed, key=lambda p: p.row.day or date_of(at)):
        _rename(conn, one)
    bearers = sa.select(Unit).where(Unit.id.in_({p.to_id for p in renamed}))
    now = units_said(conn.execute(bearers.order_by(Unit.id)))
    append(
        conn,
        Draft(
            subject="unit_changes",
            subject_id=0,
            action=RECORDING,
            at=at,
            payload={"changes": {row.id: change_said(row) for row in written}, **now},
        ).by(actor),
    )
    for cycle_id in years:
        why, which = m("登记单位变动，上年数随之改变"), Case.cycle_id == cycle_id
        relook.compare_these(conn, cycle_id, which, why=why, actor=actor, at=at)
    return len(good)


def _still(
    conn: sa.Connection, planned: Sequence[Planned], actor: Actor, today: date
) -> list[Planned]:
    """The same rows planned once more, now that nobody else changes the roster. Raises Refused
    where one would do something else by now, or can't be taken any more."""
    again = plan(conn, [p.row for p in planned], actor=actor, today=today)
    moved = m("检查之后名册已有变动,请重新上传检查")
    for now, before in zip(again, planned, strict=True):
        if now.known:
            continue
        if now.fault is not None:
            raise Refused([moved, now.fault])
        if (now.from_id, now.to_id) != (before.from_id, before.to_id):
            raise Refused([moved])
    return again


def _hold_years(conn: sa.Connection, good: Sequence[Planned]) -> list[int]:
    """Hold the cases of the years in which figures of the year before go to other units."""
    handed = [p for p in good if p.from_id != p.to_id and p.row.kind not in TOLD | AREA]
    felt = {p.row.day.year for p in handed if p.row.day is not None}
    years = sa.select(Cycle.id).where(Cycle.year.in_(felt))
    return relook.hold_these(conn, Case.cycle_id.in_(years))


def _rename(conn: sa.Connection, one: Planned) -> None:
    """The roster bears the new name and code, where it still bears the old ones."""
    row = one.row
    values: dict[str, Any] = {"name": row.to_name, "name_key": normal_form(row.to_name)}
    if row.to_code:
        values["code"] = row.to_code
    done = conn.execute(  # codes are unique by an index that no foreign key leans on: see Unit
        sa.update(Unit).where(Unit.id == one.to_id, Unit.name == row.from_name).values(**values)
    )
    if done.rowcount:
        conn.execute(sa.update(RosterState).values(version=RosterState.version + 1))


def _values(one: Planned, actor: Actor, at: datetime) -> dict[str, Any]:
    row = one.row
    return {
        "kind": row.kind,
        "day": row.day,
        "year_only": row.year_only,
        "from_unit_id": one.from_id,
        "from_name": row.from_name,
        "from_code": row.from_code or None,
        "to_unit_id": one.to_id,
        "to_name": row.to_name,
        "to_code": row.to_code or None,
        "document": row.document,
        "address": row.address or None,
        "note": row.note or None,
        "recorded_by": actor.person_id,
        "recorded_at": at,
    }
