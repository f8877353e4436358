"""Does every figure still say what its verifier saw, or what was typed while nobody verified it?

The entry of a verification carries each figure with its circumstances, that of a saved or handed in
figure a digest of it. A figure in force that no entry speaks of, one that says something else, one
that is gone, one handed in by nobody, and an older version put in force again are all found. Sheets
are read in the order of their ids, in one pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.canonical import digest
from cases.models import DataSheet, IndicatorValue, JournalEntry, JournalPayload, Unit
from workflow.vocabulary import DataSheetState, ThingAction, ValueState

VERIFYING, ADDING, ATTACHING = "verify_value", "add_value_rows", "attach_proof"
RETURNING, WITHDRAWING = "return_value", ThingAction.WITHDRAW_SHEET.value
TYPED = "typed"
"""Where the payload of an entry carries figures nobody has verified: indicator -> digest, whether
handed in."""
ENTERING = ("enter_value", "answer_corrected")
_ACTS = (VERIFYING, ADDING, ATTACHING, RETURNING, WITHDRAWING, *ENTERING)
SEEN = frozenset({ValueState.VERIFIED.value, ValueState.FROZEN.value, ValueState.DISPUTED.value})
"""States of a value that a verifier has looked at."""
_VERIFIED = DataSheetState.VERIFIED.value
_CLOSED = frozenset({DataSheetState.VERIFIED.value, DataSheetState.FROZEN.value})
_FIELDS = (
    "number", "value", "missing_reason", "not_applicable", "previous_value", "measure_unit",
    "period", "source", "document", "provider_unit_id", "verifier_unit_id", "file_id", "remark",
    "entered_by",
)  # fmt: skip
_TYPED = (
    "number", "value", "missing_reason", "not_applicable", "previous_value", "measure_unit",
    "period", "source", "document", "file_id", "remark",
)  # fmt: skip
_COPIED = ("value", "previous_value", "missing_reason", "not_applicable", "period", "measure_unit")
"""What a new version of a revised figure brings from the one before."""
_BLANK = tuple(
    field for field in _TYPED if field not in ("number", "measure_unit", "not_applicable")
)
Key = tuple[int, str, int]
"""Sheet, indicator, number of the version."""
Place = tuple[int, str]
Verified = tuple[int, list[Any], int | None]
"""The entry of a verification, the figure as it said, who verified."""


class Typed(NamedTuple):
    """The entry of what was typed last, that as a digest, whether it is handed in, and seen."""

    seq: int
    digest: str
    handed_in: bool
    seen: bool = False


class _Told(NamedTuple):
    """What each version of a figure was last verified as, with its entry and who did; (sheet,
    indicator) asked for later; the sheets of which an entry keeps silent, its payload being gone;
    who entered or corrected each (sheet, indicator) last, and what."""

    said: dict[Key, Verified]
    asked: set[Place]
    silent: set[int | None]
    typists: dict[Place, int | None]
    typed: dict[Place, Typed]


class StrayFigure(NamedTuple):
    """The row that differs, and the entry that says so (None where no entry speaks of it)."""

    sheet_id: int
    indicator: str
    seq: int | None
    unit: str


def figures_said(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Indicator -> the figure with its circumstances, as the entry of a verification carries it."""
    return {row.indicator: _said(row) for row in rows}


def _said(row: Any) -> list[Any]:
    return [getattr(row, field) for field in _FIELDS]


def typed_said(rows: Iterable[Any], *, handed_in: bool = False) -> dict[str, Any]:
    """Part of the payload of an entry that writes figures nobody has verified: each as it stands
    now, and whether it was handed in."""
    return {TYPED: {row["indicator"]: [_digest(row), handed_in] for row in rows}}


def _digest(row: Any) -> str:
    return digest([row[field] for field in _TYPED])


def stray_figure(conn: sa.Connection) -> StrayFigure | None:
    """The first figure that differs from what was verified; None when all agree.

    Sheets with a verification whose payload was lawfully destroyed say nothing of the figures that
    no later one speaks of.
    """
    said, asked, silent, typists, typed = _verified(conn)
    there: set[Key] = set()
    older: dict[Place, Any] = {}
    newest: dict[tuple[int, str], int] = {}
    for row in conn.execute(_NEWEST):
        newest[row.sheet_id, row.indicator] = row.number
    for row in conn.execute(_VALUES):
        key = (row.sheet_id, row.indicator, row.number)
        there.add(key)
        seq, figure, verifier = said.get(key, (None, None, None))
        current = newest[row.sheet_id, row.indicator] == row.number
        new = seq is None and key[:2] in asked
        known = seq is not None or row.sheet_id in silent
        spoken = current and row.sheet_id not in silent
        other, unseen = spoken and row.entered_by is not None, spoken and row.state not in SEEN
        if (
            _strays(row, figure, current, known=known, new=new)
            or (figure is not None and row.state in SEEN and row.verified_by != verifier)
            or (other and typists.get(key[:2]) != row.entered_by)
            or (unseen and _altered(row, typed.get(key[:2]), older.get(key[:2])))
        ):
            return StrayFigure(row.sheet_id, row.indicator, seq, row.unit)
        older[key[:2]] = row
    lost = [(seq, key[:2]) for key, (seq, *_) in said.items() if key not in there]
    lost += [(seq, place) for place, (seq, *_) in typed.items() if place not in older]
    if not lost:
        return None
    seq, (sheet_id, indicator) = min(lost)
    return StrayFigure(sheet_id, indicator, seq, _unit(conn, sheet_id))


def _unit(conn: sa.Connection, sheet_id: int) -> str:
    name = conn.execute(
        sa.select(Unit.name)
        .join(DataSheet, DataSheet.unit_id == Unit.id)
        .where(DataSheet.id == sheet_id)
    ).scalar()
    return str(name or "")


_NEWEST = sa.select(
    IndicatorValue.sheet_id,
    IndicatorValue.indicator,
    sa.func.max(IndicatorValue.number).label("number"),
).group_by(IndicatorValue.sheet_id, IndicatorValue.indicator)
_VALUES = (
    sa.select(
        IndicatorValue.id,
        IndicatorValue.sheet_id,
        IndicatorValue.indicator,
        IndicatorValue.state,
        IndicatorValue.superseded,
        IndicatorValue.verified_by,
        DataSheet.state.label("sheet"),
        Unit.name.label("unit"),
        *(getattr(IndicatorValue, field) for field in _FIELDS),
    )
    .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
    .join(Unit, Unit.id == DataSheet.unit_id)
    .order_by(IndicatorValue.sheet_id, IndicatorValue.id)
)


def _strays(row: Any, figure: list[Any] | None, current: bool, *, known: bool, new: bool) -> bool:
    """``new``: asked for after the sheet was verified, by a change of the scheme."""
    if row.superseded == current:  # the newest version is in force, and no other
        return True
    if row.state not in SEEN:  # nobody has vouched for it: its sheet is with somebody
        return current and row.sheet in _CLOSED and not (new and row.sheet == _VERIFIED)
    return not known or (figure is not None and figure != _said(row))


def _altered(row: Any, typed: Typed | None, older: Any) -> bool:
    """Whether a figure that nobody vouches for differs from what was typed last; one that nobody
    typed, from the version before or from a blank one."""
    if typed is not None and typed.digest == _digest(row._mapping):
        return row.state == ValueState.SUBMITTED and not typed.handed_in
    if row.entered_by is not None or row.state == ValueState.SUBMITTED:
        return True
    if older is not None:
        return any(getattr(row, field) != getattr(older, field) for field in _COPIED)
    return row.not_applicable or any(getattr(row, field) is not None for field in _BLANK)


def _verified(conn: sa.Connection) -> _Told:
    """Everything the entries about figures tell, in one walk."""
    told = _Told({}, set(), set(), {}, {})
    rows = conn.execute(
        sa.select(
            JournalEntry.seq,
            JournalEntry.subject_id,
            JournalEntry.action,
            JournalEntry.actor_person_id,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == "data_sheet", JournalEntry.action.in_(_ACTS))
        .order_by(JournalEntry.seq)
    )
    for seq, sheet_id, action, person, payload in rows:
        if payload is None or sheet_id is None:
            told.silent.add(sheet_id)
        else:
            _take(told, seq, sheet_id, action, person, json.loads(payload))
    return told


def _take(
    told: _Told, seq: int, sheet_id: int, action: str, person: int | None, payload: dict[str, Any]
) -> None:
    """Add what one entry tells."""
    places = [(sheet_id, indicator) for indicator in payload.get("indicators", ())]
    if action == ADDING:
        told.asked.update(places)
    if action in ENTERING:
        told.typists.update(dict.fromkeys(places, person))
    for indicator, figure in payload.get("figures", {}).items():
        told.said[sheet_id, indicator, figure[0]] = (seq, figure, person)
    for place in places:
        if place in told.typed and action in (VERIFYING, RETURNING):
            seen = action == VERIFYING
            told.typed[place] = told.typed[place]._replace(seen=seen, handed_in=seen)
    if action == WITHDRAWING:
        for place, typed in told.typed.items():
            if place[0] == sheet_id and not typed.seen:
                told.typed[place] = typed._replace(handed_in=False)
    for indicator, (kept, handed_in) in payload.get(TYPED, {}).items():
        told.typed[sheet_id, indicator] = Typed(seq, kept, handed_in)
