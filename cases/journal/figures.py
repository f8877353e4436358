"""Does every verified figure still say what its verifier saw?

The entry of a verification carries each figure with its circumstances. A figure in force that no
entry speaks of, one that says something else, one that is gone, and an older version put in force
again are all found. Sheets are read in the order of their ids, in one pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import DataSheet, IndicatorValue, JournalEntry, JournalPayload, Unit
from workflow.vocabulary import DataSheetState, ValueState

VERIFYING, ADDING = "verify_value", "add_value_rows"
ENTERING = ("enter_value", "answer_corrected")
SEEN = frozenset({ValueState.VERIFIED.value, ValueState.FROZEN.value, ValueState.DISPUTED.value})
"""States of a value that a verifier has looked at."""
_VERIFIED = DataSheetState.VERIFIED.value
_CLOSED = frozenset({DataSheetState.VERIFIED.value, DataSheetState.FROZEN.value})
_FIELDS = (
    "number", "value", "missing_reason", "not_applicable", "previous_value", "measure_unit",
    "period", "source", "document", "provider_unit_id", "verifier_unit_id", "file_id", "remark",
    "entered_by",
)  # fmt: skip
Key = tuple[int, str, int]
"""Sheet, indicator, number of the version."""
Place = tuple[int, str]
Verified = tuple[int, list[Any], int | None]
"""The entry of a verification, the figure as it said, who verified."""


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


def stray_figure(conn: sa.Connection) -> StrayFigure | None:
    """The first figure that differs from what was verified; None when all agree.

    Sheets with a verification whose payload was lawfully destroyed say nothing of the figures that
    no later one speaks of.
    """
    said, asked, silent, typists = _verified(conn)
    there: set[Key] = set()
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
        other = current and row.entered_by is not None and row.sheet_id not in silent
        if (
            _strays(row, figure, current, known=known, new=new)
            or (figure is not None and row.state in SEEN and row.verified_by != verifier)
            or (other and typists.get(key[:2]) != row.entered_by)
        ):
            return StrayFigure(row.sheet_id, row.indicator, seq, row.unit)
    lost = [(seq, key) for key, (seq, *_) in said.items() if key not in there]
    if not lost:
        return None
    seq, key = min(lost)
    return StrayFigure(key[0], key[1], seq, _unit(conn, key[0]))


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


def _verified(
    conn: sa.Connection,
) -> tuple[Mapping[Key, Verified], set[Place], set[int | None], Mapping[Place, int | None]]:
    """What each version of a figure was last verified as, with its entry and who did; (sheet,
    indicator) asked for later; the sheets of which an entry keeps silent, its payload being gone;
    and who entered or corrected each (sheet, indicator) last."""
    said: dict[Key, Verified] = {}
    asked: set[tuple[int, str]] = set()
    silent: set[int | None] = set()
    typists: dict[Place, int | None] = {}
    rows = conn.execute(
        sa.select(
            JournalEntry.seq,
            JournalEntry.subject_id,
            JournalEntry.action,
            JournalEntry.actor_person_id,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(
            JournalEntry.subject == "data_sheet",
            JournalEntry.action.in_((VERIFYING, ADDING, *ENTERING)),
        )
        .order_by(JournalEntry.seq)
    )
    for seq, sheet_id, action, person, payload in rows:
        if payload is None or sheet_id is None:
            silent.add(sheet_id)
            continue
        told = json.loads(payload)
        if action == ADDING:
            asked |= {(sheet_id, indicator) for indicator in told["indicators"]}
        if action in ENTERING:
            typists |= {(sheet_id, indicator): person for indicator in told["indicators"]}
        for indicator, figure in told.get("figures", {}).items():
            said[sheet_id, indicator, figure[0]] = (seq, figure, person)
    return said, asked, silent, typists
