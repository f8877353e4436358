"""Do imported observations and the contradictions found among them say what was kept and settled?

The entry of an import carries, per sheet, a digest of the observations it brought and each
contradiction it found; the entry of a settlement carries what was settled, and how. Observations
added, changed or removed, and a contradiction settled, opened, changed or removed past the journal
are all found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.canonical import digest, text
from cases.journal.bases import entries_of
from cases.journal.figures import StrayFigure
from cases.models import (
    DataSheet,
    FigureConflict,
    JournalEntry,
    Observation,
    ObservationList,
    StoredFile,
    Unit,
)
from workflow.vocabulary import ConflictKind, ConflictOutcome

TAKING, CLOSING = "take_observations", "close_conflict"
OPENING = ("open_conflict_again", "reopen_conflict")
SETTLING = {one: f"settle_conflict_{one}" for one in ConflictOutcome}
_ACTIONS = (TAKING, CLOSING, *OPENING, *SETTLING.values())
_OBSERVED = (
    "row", "indicator", "period", "value", "measure_unit", "source_kind", "source", "address",
    "method", "official", "note",
)  # fmt: skip
_FOUND = ("sheet_id", "indicator", "period", "kind", "binds", "check_code", "observation_id")
_FIGURES = ("value", "other_value", "other_source", "before")
_SETTLED = ("outcome", "reason", "settled_by")
_OPEN = [None, None, None]
_CORRECTED = [ConflictOutcome.CORRECTED.value, ConflictOutcome.CORRECTED.zh, None]
Key = tuple[int, int]
"""List, sheet."""


class _Told(NamedTuple):
    """A contradiction as the journal leaves it; figures are None while they follow a check."""

    seq: int
    found: list[Any]
    figures: list[Any] | None
    settled: list[Any]


class _Said(NamedTuple):
    """What the journal tells; ``silent`` are sheets with an entry whose payload is gone."""

    lists: Mapping[Key, tuple[int, list[Any]]]
    conflicts: Mapping[int, _Told]
    silent: frozenset[int | None]


def observations_said(rows: Iterable[Any]) -> str:
    """One digest of a sheet's observations of one list (mappings), whatever their order."""
    return digest(sorted(text([row[field] for field in _OBSERVED]) for row in rows))


def conflict_said(row: Any) -> dict[str, list[Any]]:
    """A contradiction as the entries of its finding and of its settlement carry it."""
    return {
        "found": [getattr(row, field) for field in _FOUND],
        "figures": [getattr(row, field) for field in _FIGURES],
        "settled": [getattr(row, field) for field in _SETTLED],
    }


def stray_observations(conn: sa.Connection) -> StrayFigure | None:
    """The first sheet whose observations of a list differ from what was taken over; ``indicator``
    is the list's name. Observations are read in one pass, in the order of lists and sheets.

    Of sheets with an entry whose payload was lawfully destroyed nothing is said.
    """
    said = _journal(conn)
    names = {row.id: [row.name, row.digest] for row in conn.execute(_LISTS)}
    there = set()
    rows = conn.execute(_OBSERVATIONS).mappings()
    for key, found in groupby(rows, key=lambda row: (row["list_id"], row["sheet_id"])):
        there.add(key)
        seq, fact = said.lists.get(key, (None, None))
        now = [*names.get(key[0], ("", None)), observations_said(found)]
        if fact != now and key[1] not in said.silent:
            return _stray(conn, key[1], str(now[0]), seq)
    lost = [(seq, key, fact) for key, (seq, fact) in said.lists.items() if key not in there]
    if not lost:
        return None
    seq, key, fact = min(lost)
    return _stray(conn, key[1], str(fact[0]), seq)


_LISTS = sa.select(ObservationList.id, ObservationList.name, StoredFile.digest).outerjoin(
    StoredFile, StoredFile.id == ObservationList.file_id
)
_OBSERVATIONS = (
    sa.select(
        Observation.list_id,
        Observation.sheet_id,
        *(getattr(Observation, field) for field in _OBSERVED),
    )
    .order_by(Observation.list_id, Observation.sheet_id)
    .execution_options(yield_per=5_000)
)


def stray_conflict(conn: sa.Connection) -> StrayFigure | None:
    """The first contradiction that stands otherwise than its last entry left it, or is gone.

    The figures of a failed check follow the sheet until somebody settles it.
    """
    said = _journal(conn)
    there = set()
    for row in conn.execute(sa.select(FigureConflict).order_by(FigureConflict.id)):
        there.add(row.id)
        told = said.conflicts.get(row.id)
        if row.sheet_id not in said.silent and _strays(conflict_said(row), told):
            return _stray(conn, row.sheet_id, row.indicator, told and told.seq)
    lost = [(told.seq, told.found) for one, told in said.conflicts.items() if one not in there]
    if not lost:
        return None
    seq, found = min(lost)
    return _stray(conn, found[0], str(found[1]), seq)


def _strays(now: dict[str, list[Any]], told: _Told | None) -> bool:
    if told is None:
        return True
    figures = now["figures"] if told.figures is None else told.figures
    return now != {"found": told.found, "figures": figures, "settled": told.settled}


def _stray(conn: sa.Connection, sheet_id: int, what: str, seq: int | None) -> StrayFigure:
    name = conn.execute(
        sa.select(Unit.name)
        .join(DataSheet, DataSheet.unit_id == Unit.id)
        .where(DataSheet.id == sheet_id)
    ).scalar()
    return StrayFigure(sheet_id, what, seq, str(name or ""))


def _journal(conn: sa.Connection) -> _Said:
    lists: dict[Key, tuple[int, list[Any]]] = {}
    conflicts: dict[int, _Told] = {}
    silent: set[int | None] = set()
    entries = entries_of(conn, "data_sheet", JournalEntry.action.in_(_ACTIONS))
    for seq, sheet_id, action, payload in entries:
        if payload is None:
            silent.add(sheet_id)
            continue
        told = json.loads(payload)
        if action == TAKING:
            if told["rows"]:
                lists[told["list"], sheet_id] = (seq, told["kept"])
            found = told["conflicts"].items()
            conflicts |= {int(one): _told(seq, **fact) for one, fact in found}
        elif sheet_id not in silent:
            conflicts[told["conflict"]] = _after(seq, action, told, conflicts[told["conflict"]])
    shown = {one: told for one, told in conflicts.items() if told.found[0] not in silent}
    kept = {key: told for key, told in lists.items() if key[1] not in silent}
    return _Said(kept, shown, frozenset(silent))


def _after(seq: int, action: str, told: dict[str, Any], before: _Told) -> _Told:
    """How a contradiction stands after an entry about it."""
    if action == CLOSING:
        return before._replace(seq=seq, settled=_CORRECTED)
    if action in OPENING:
        free = before.found[3] == ConflictKind.CHECK
        return _Told(seq, before.found, None if free else before.figures, _OPEN)
    return _told(seq, **told["fact"])


def _told(seq: int, found: list[Any], figures: list[Any], settled: list[Any]) -> _Told:
    follows = found[3] == ConflictKind.CHECK and settled[0] in (None, ConflictOutcome.CORRECTED)
    return _Told(seq, found, None if follows else figures, settled)
