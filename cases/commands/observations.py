"""Take over a list of observations, and settle what contradicts what. All or nothing.

An observation is evidence and never edited; the value takes its figure and source as a draft, which
is handed in and verified by two people as any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.data_entry import Entry, enter_sheets
from cases.commands.data_values import EDITABLE, current_values, may, note
from cases.commands.observation_plan import Clash, Plan, PlannedRow
from cases.commands.recheck import recheck
from cases.errors import Invalid, NotVisible, Refused
from cases.journal import Draft, append_many
from cases.journal.observations import SETTLING, TAKING, conflict_said, observations_said
from cases.models import (
    Cycle,
    DataSheet,
    FigureConflict,
    IndicatorValue,
    Observation,
    ObservationList,
    StoredFile,
)
from cases.queries.contradictions import chunks, newest
from cases.queries.data_sheet import Desk, mark_of
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import (
    ConflictKind,
    ConflictOutcome,
    DataSheetState,
    Permission,
    Thing,
)
from workflow.words import m

LEAST_REASON = 5
CHUNK = 900
MOVED = m("核对之后这些数据有了变动,整份没有写入;请重新核对再导入")
BySheet = dict[int, list[dict[str, Any]]]
"""Sheet -> rows as they are written."""


def take_list(
    conn: sa.Connection,
    plan: Plan,
    desk: Desk,
    *,
    file_id: int,
    name: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Keep the observations, write the values as drafts, record the contradictions; returns how
    many observations are new. Raises Refused while a row can't be taken or nothing is new.
    """
    if plan.problems or plan.refused:
        raise Refused([m("表格里有不能写入的行,整份没有写入;改好后重新上传")])
    if not plan.fresh:
        raise Refused([m("清单里的观测值都已导入,没有新的内容")])
    _as_planned(conn, plan)
    list_id = int(
        conn.execute(
            sa.insert(ObservationList)
            .values(
                cycle_id=desk.cycle.id,
                file_id=file_id,
                name=name[:200],
                taken_by=actor.person_id,
                taken_at=at,
            )
            .returning(ObservationList.id)
        ).scalar_one()
    )
    enter_sheets(conn, _entries(plan.rows), hand_in=False, actor=actor, at=at)
    fresh = [row for row in plan.rows if not row.known]
    kept = _keep(conn, list_id, fresh)
    found = _record(conn, list_id, plan.clashes, at)
    _journal(conn, list_id, kept, found, actor, at)
    recheck(conn, {row.key[0] for row in fresh}, actor=actor, at=at)
    return len(fresh)


def _as_planned(conn: sa.Connection, plan: Plan) -> None:
    """Hold the sheets, and refuse a plan that compared with what no longer stands: a figure typed,
    handed in or locked since, another list taken over. A figure never overwrites another unseen.
    """
    sheets = {row.key[0] for row in plan.rows}
    for part in chunks(sheets):
        held = sa.select(DataSheet.id).where(DataSheet.id.in_(part)).order_by(DataSheet.id)
        conn.execute(held.with_for_update()).all()
    if newest(conn, sheets) != plan.newest:
        raise Refused([MOVED])
    stand: dict[tuple[int, str], tuple[str, str]] = {}
    for part in chunks(sheets):
        v = IndicatorValue
        rows = conn.execute(sa.select(v).where(v.sheet_id.in_(part), v.superseded.is_(False)))
        stand |= {(row.sheet_id, row.indicator): (mark_of(row), row.state) for row in rows}
    for one in plan.rows:
        if one.cell is not None and stand.get(one.key[:2]) != (mark_of(one.cell), one.cell.state):
            raise Refused([MOVED])


def _entries(rows: Iterable[PlannedRow]) -> dict[int, list[Entry]]:
    """What the values of each sheet take: figure and source of the year, last year's figure."""
    made: dict[int, dict[str, Entry]] = defaultdict(dict)
    for one in rows:
        cell = one.cell
        if not one.writes or cell is None:
            continue
        entry = made[cell.sheet_id].get(one.code) or _as_it_stands(cell)
        if one.previous:
            entry = replace(entry, previous=one.row.text)
        else:
            entry = replace(
                entry, value=one.row.text, missing_reason=None, not_applicable=False,
                period=one.row.period, source=one.row.source,
            )  # fmt: skip
        made[cell.sheet_id][one.code] = entry
    return {sheet: list(entries.values()) for sheet, entries in made.items()}


def _as_it_stands(cell: Any) -> Entry:
    return Entry(
        cell.indicator,
        value=cell.value,
        missing_reason=cell.missing_reason,
        period=cell.period,
        source=cell.source,
        document=cell.document,
        remark=cell.remark,
        not_applicable=cell.not_applicable,
        previous=cell.previous_value,
    )


def _values(conn: sa.Connection, sheets: Iterable[int]) -> dict[tuple[int, str], int]:
    """(sheet, indicator) -> its newest value's id."""
    kept = sorted(set(sheets))
    found: dict[tuple[int, str], int] = {}
    v = IndicatorValue
    for start in range(0, len(kept), CHUNK):
        rows = conn.execute(
            sa.select(v.sheet_id, v.indicator, v.id).where(
                v.sheet_id.in_(kept[start : start + CHUNK]), v.superseded.is_(False)
            )
        )
        found |= {(sheet, code): value for sheet, code, value in rows}
    return found


def _keep(conn: sa.Connection, list_id: int, rows: list[PlannedRow]) -> BySheet:
    """Write the observations; returns them by sheet."""
    values = _values(conn, (row.key[0] for row in rows))
    kept: BySheet = defaultdict(list)
    for one in rows:
        kept[one.key[0]].append(
            {
                "list_id": list_id,
                "row": one.row.row,
                "sheet_id": one.key[0],
                "indicator": one.code,
                "period": one.row.period,
                "value": one.row.text,
                "measure_unit": one.row.measure_unit or None,
                "source_kind": one.row.source_kind or None,
                "source": one.row.source,
                "address": one.row.address or None,
                "method": one.row.method or None,
                "official": one.row.official,
                "note": one.row.note or None,
                "value_id": values[one.key[:2]] if one.writes and not one.previous else None,
            }
        )
    if kept:
        conn.execute(sa.insert(Observation), [row for sheet in kept.values() for row in sheet])
    return kept


def _record(
    conn: sa.Connection, list_id: int, clashes: list[Clash], at: datetime
) -> dict[int, dict[int, Any]]:
    """Write the contradictions; returns what is to be said of each, by sheet."""
    if not clashes:
        return {}
    o = Observation
    kept = conn.execute(
        sa.select(o.sheet_id, o.indicator, o.period, o.row, o.id).where(o.list_id == list_id)
    )
    ids = {(sheet, code, period, row): one for sheet, code, period, row, one in kept}
    written = conn.execute(
        sa.insert(FigureConflict).returning(FigureConflict),
        [
            {
                "sheet_id": one.place[0],
                "indicator": one.place[1],
                "period": one.place[2],
                "kind": one.kind,
                "binds": one.binds,
                "check_code": one.check,
                "observation_id": ids.get((*one.place, one.planned.row.row))
                if one.planned
                else None,
                "value": one.value,
                "other_value": one.other_value,
                "other_source": one.other_source,
                "before": one.before,
                "found_at": at,
            }
            for one in clashes
        ],
    )
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in written:
        found[row.sheet_id][row.id] = conflict_said(row)
    return found


def _journal(
    conn: sa.Connection,
    list_id: int,
    kept: BySheet,
    found: dict[int, dict[int, Any]],
    actor: Actor,
    at: datetime,
) -> None:
    one = ObservationList
    names = conn.execute(
        sa.select(one.name, StoredFile.digest)
        .join(StoredFile, StoredFile.id == one.file_id)
        .where(one.id == list_id)
    ).one()
    append_many(
        conn,
        [
            Draft(
                subject=Thing.DATA_SHEET.value,
                subject_id=sheet,
                action=TAKING,
                at=at,
                payload={
                    "list": list_id,
                    "rows": len(kept.get(sheet, ())),
                    "kept": [*names, observations_said(kept.get(sheet, ()))],
                    "conflicts": found.get(sheet, {}),
                },
            ).by(actor)
            for sheet in sorted(kept.keys() | found.keys())
        ],
    )


# settling


@dataclass(frozen=True, slots=True)
class _Held:
    """A contradiction with its sheet and the value it stands at."""

    row: Any
    sheet: Any
    value: Any
    year: int


def settle(
    conn: sa.Connection,
    conflict_id: int,
    outcome: ConflictOutcome,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Say which figure holds, with the reason; the new one is written to the value as a draft.

    Raises Invalid by field, Refused for another department's, a settled one, a value handed in.
    """
    held = _load(conn, conflict_id, actor)
    row = held.row
    said = reason.strip()
    if row.outcome is not None:
        raise Refused([m("这处矛盾已经处理")])
    if len(said) < LEAST_REASON:
        raise Invalid({"reason": m("请写明理由,至少 %(n)s 个字", n=LEAST_REASON)})
    if outcome is ConflictOutcome.CORRECTED:
        raise Invalid({"outcome": m("改正由数据填报完成,不能在这里登记")})
    if outcome is ConflictOutcome.TAKEN and row.kind == ConflictKind.CHECK:
        raise Invalid({"outcome": m("核对关系没有新数可采用;数值有误的,先在数据填报中改正")})
    more: dict[str, Any] = {}
    if outcome is ConflictOutcome.TAKEN:
        more = _write(conn, held, actor, at)
    stands = _set(
        conn, row.id, outcome=outcome, reason=said, settled_by=actor.person_id, settled_at=at,
        **more,
    )  # fmt: skip
    note(
        conn, row.sheet_id, SETTLING[outcome], [row.indicator], actor, at, said, conflict=row.id,
        fact=conflict_said(stands),
    )  # fmt: skip
    recheck(conn, [row.sheet_id], actor=actor, at=at)


def reopen(
    conn: sa.Connection, conflict_id: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Take a settlement back, with the reason: the figure that stood before stands again.

    Raises Invalid by field, Refused for another department's, an open one, a value handed in.
    """
    held = _load(conn, conflict_id, actor)
    row = held.row
    said = reason.strip()
    if row.outcome is None:
        raise Refused([m("这处矛盾还没有处理")])
    if row.outcome == ConflictOutcome.CORRECTED:
        raise Refused([m("这处矛盾在数值改正后自动关闭,数值再改到对不上时自动重开")])
    if len(said) < LEAST_REASON:
        raise Invalid({"reason": m("请写明理由,至少 %(n)s 个字", n=LEAST_REASON)})
    _editable(held)
    if row.outcome == ConflictOutcome.TAKEN:
        _restore(conn, held, actor, at)
    _set(conn, row.id, outcome=None, reason=None, settled_by=None, settled_at=None)
    note(conn, row.sheet_id, "reopen_conflict", [row.indicator], actor, at, said, conflict=row.id)
    recheck(conn, [row.sheet_id], actor=actor, at=at)


def _load(conn: sa.Connection, conflict_id: int, actor: Actor) -> _Held:
    f = FigureConflict
    one = sa.select(f).where(f.id == conflict_id)
    if (there := conn.execute(one).first()) is None:
        raise NotVisible(f"figure_conflict:{conflict_id}")
    sheet = row_of(conn, Thing.DATA_SHEET, there.sheet_id, lock=True)
    row = conn.execute(one).one()  # entering figures writes it too, and holds the sheet
    value = current_values(conn, row.sheet_id)[row.indicator]
    may(actor, sheet, value, Permission.DATA_ENTER, conn)
    if sheet.state == DataSheetState.FROZEN:
        raise Refused([m("数据表已锁定;有新的依据的,先按文件修订数据")])
    year = conn.execute(sa.select(Cycle.year).where(Cycle.id == sheet.cycle_id)).scalar_one()
    return _Held(row, sheet, value, int(year))


def _editable(held: _Held) -> None:
    if held.row.binds and held.value.state not in EDITABLE:
        raise Refused([m("这项数据已报送,不能再改;需要修改的,请审核人退回")])


def _write(conn: sa.Connection, held: _Held, actor: Actor, at: datetime) -> dict[str, Any]:
    """The value takes the new figure; returns what stood there, for the way back."""
    row, value = held.row, held.value
    if not row.binds:
        return {}
    _editable(held)
    o = Observation
    seen = conn.execute(sa.select(o.source).where(o.id == row.observation_id)).scalar_one_or_none()
    entry = _as_it_stands(value)
    if row.period == str(held.year):
        stood = value.value, value.source, value.document
        before = dict(zip(("other_value", "other_source", "before"), stood, strict=True))
        entry = replace(
            entry, value=row.value, missing_reason=None, not_applicable=False, period=row.period,
            source=seen, document=None,
        )  # fmt: skip
        conn.execute(sa.update(o).where(o.id == row.observation_id).values(value_id=value.id))
    else:
        # Without a figure of the provider's own, last year's frozen one counts again.
        before = {"before": value.previous_value}
        entry = replace(entry, previous=row.value)
    enter_sheets(conn, {row.sheet_id: [entry]}, hand_in=False, actor=actor, at=at)
    return before


def _restore(conn: sa.Connection, held: _Held, actor: Actor, at: datetime) -> None:
    row = held.row
    if not row.binds:
        return
    entry = _as_it_stands(held.value)
    if row.period == str(held.year):
        entry = replace(
            entry, value=row.other_value, source=row.other_source, document=row.before,
        )  # fmt: skip
    else:
        entry = replace(entry, previous=row.before)
    enter_sheets(conn, {row.sheet_id: [entry]}, hand_in=False, actor=actor, at=at)


def _set(conn: sa.Connection, conflict_id: int, **values: Any) -> Any:
    """Write to a contradiction; returns the row as it stands now."""
    f = FigureConflict
    return conn.execute(sa.update(f).where(f.id == conflict_id).values(**values).returning(f)).one()
