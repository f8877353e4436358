"""The roster as it stands, for comparing a workbook with it; and stored dry runs, for pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Assignment,
    Person,
    Post,
    RosterImport,
    RosterImportRow,
    RosterState,
    StoredFile,
    Unit,
)
from cases.queries.sentences import Told, all_told
from workflow.vocabulary import Word


class ImportStatus(Word):
    """Where a dry run stands."""

    QUEUED = "queued", "等待检查", "Waiting"
    CHECKED = "checked", "已检查,可以导入", "Checked, ready to import"
    FAULTY = "faulty", "已检查,有不能导入的行", "Checked, some rows refused"
    COMMITTED = "committed", "已导入", "Imported"


class Change(Word):
    """What a dry run found for a row."""

    ADDED = "added", "新增", "Added"
    CHANGED = "changed", "变更", "Changed"
    IGNORED = "ignored", "不变", "Unchanged"
    REFUSED = "refused", "不能导入", "Refused"


class RowKind(Word):
    """What a row of a dry run speaks of."""

    SHEET = "sheet", "表", "Sheet"
    UNIT = "unit", "单位", "Unit"
    PERSON = "person", "人员", "Person"


@dataclass(slots=True)
class Roster:
    """The roster in memory: units by code, people by MAC, assignments by person id."""

    version: int
    units: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    unnumbered: dict[tuple[str, int | None], list[Any]] = field(default_factory=dict)
    assignments: dict[int, list[Any]] = field(default_factory=dict)


_PERSON = (
    Person.id,
    Person.name,
    Person.name_key,
    Person.gender,
    Person.born,
    Person.ethnicity,
    Person.party,
    Person.id_number_mac,
    Person.unit_id,
    Person.probation_until,
    Person.retired_on,
    Person.remark,
)
_POST = (
    Assignment.id,
    Assignment.person_id,
    Assignment.post_id,
    Assignment.is_primary,
    Assignment.managed_by_id,
    Assignment.held_since,
    Assignment.trial_until,
    Assignment.duties,
    Assignment.comment_by_id,
    Post.unit_id,
    Post.title,
    Post.sort_no,
    Post.rank,
    Post.leading,
)


def version(conn: sa.Connection) -> int:
    """How often the roster was changed by a committed import; 0 before the first."""
    return int(conn.execute(sa.select(sa.func.max(RosterState.version))).scalar() or 0)


def load(conn: sa.Connection) -> Roster:
    """The whole roster, three queries."""
    roster = Roster(version(conn))
    for unit in conn.execute(sa.select(Unit.__table__)):
        roster.units[unit.code] = unit
    unnumbered: dict[tuple[str, int | None], list[Any]] = defaultdict(list)
    for person in conn.execute(sa.select(*_PERSON)):
        if person.id_number_mac is None:
            unnumbered[person.name_key, person.unit_id].append(person)
        else:
            roster.people[person.id_number_mac] = person
    held: dict[int, list[Any]] = defaultdict(list)
    joined = sa.select(*_POST).join(Post, Post.id == Assignment.post_id).order_by(Assignment.id)
    for row in conn.execute(joined):
        held[row.person_id].append(row)
    roster.unnumbered, roster.assignments = dict(unnumbered), dict(held)
    return roster


@dataclass(frozen=True, slots=True)
class ImportView:
    """A stored dry run: counts of its rows, and whether the roster moved since."""

    id: int
    file_name: str
    file_id: int | None
    status: ImportStatus
    added: int
    changed: int
    ignored: int
    refused: int
    created_at: datetime
    moved: bool

    @property
    def total(self) -> int:
        """Rows of all kinds."""
        return self.added + self.changed + self.ignored + self.refused

    @property
    def ready(self) -> bool:
        """Whether it may be committed."""
        fresh = not self.moved and self.added + self.changed > 0
        return self.status is ImportStatus.CHECKED and fresh


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a dry run; ``reasons`` are told in the reader's language."""

    number: int
    sheet: str
    cell: str
    kind: RowKind
    change: Change
    label: str
    reasons: tuple[Told, ...]


def _view(row: Any, current: int) -> ImportView:
    return ImportView(
        row.id, row.file_name, row.file_id, ImportStatus(row.status), row.added, row.changed,
        row.ignored, row.refused, row.created_at, row.roster_version != current,
    )  # fmt: skip


def imports(
    conn: sa.Connection, organs: Sequence[int] | None, *, limit: int = 20
) -> list[ImportView]:
    """The newest dry runs of some organs (None: of all), newest first."""
    query = sa.select(RosterImport).order_by(RosterImport.id.desc()).limit(limit)
    if organs is not None:
        query = query.where(RosterImport.organ_id.in_(organs))
    current = version(conn)
    return [_view(row, current) for row in conn.execute(query)]


def one_import(conn: sa.Connection, import_id: int, organs: Sequence[int] | None) -> ImportView:
    """One dry run. Raises NotVisible for one of another organ."""
    query = sa.select(RosterImport).where(RosterImport.id == import_id)
    if organs is not None:
        query = query.where(RosterImport.organ_id.in_(organs))
    row = conn.execute(query).first()
    if row is None:
        raise NotVisible
    return _view(row, version(conn))


def file_digest(conn: sa.Connection, import_id: int) -> str | None:
    """The digest of the workbook a dry run read."""
    return conn.execute(
        sa.select(StoredFile.digest)
        .join(RosterImport, RosterImport.file_id == StoredFile.id)
        .where(RosterImport.id == import_id)
    ).scalar()


def rows(
    conn: sa.Connection,
    import_id: int,
    *,
    change: Change | None = None,
    after: int = 0,
    limit: int | None = 100,
) -> Iterator[RowView]:
    """Rows of a dry run after a number, in the order of the workbook."""
    query = (
        sa.select(
            RosterImportRow.number,
            RosterImportRow.sheet,
            RosterImportRow.cell,
            RosterImportRow.kind,
            RosterImportRow.change,
            RosterImportRow.label,
            RosterImportRow.reason,
        )
        .where(RosterImportRow.import_id == import_id, RosterImportRow.number > after)
        .order_by(RosterImportRow.number)
    )
    if change is not None:
        query = query.where(RosterImportRow.change == change)
    if limit is not None:
        query = query.limit(limit)
    for row in conn.execute(query):
        yield RowView(
            row.number, row.sheet, row.cell, RowKind(row.kind), Change(row.change), row.label,
            all_told(row.reason),
        )  # fmt: skip


__all__ = [
    "Change",
    "ImportStatus",
    "ImportView",
    "Roster",
    "RowKind",
    "RowView",
    "file_digest",
    "imports",
    "load",
    "one_import",
    "rows",
    "version",
]
