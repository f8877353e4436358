"""Importing a roster workbook: received, checked as a stored dry run, committed whole or not.

A dry run remembers the version of the roster it was compared with; a commit after any other import
is refused. The dry run's rows hold no identity number in clear: they are sealed with the data key.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from cases.commands import roster_apply
from cases.commands.roster_lock import lock_roster
from cases.commands.roster_people import plan_people
from cases.commands.roster_plan import Planned, plan_units, sheet_rows
from cases.commands.unswept import unswept
from cases.errors import NotVisible, Refused
from cases.files.cells import Level, Problem, Unreadable
from cases.files.roster_rows import PersonRow, UnitRow
from cases.files.roster_sheet import RosterReader
from cases.files.workbook import open_workbook
from cases.journal import Draft, append
from cases.journal.units import all_units
from cases.models import RosterImport, RosterImportRow, RosterState
from cases.models.rows import Row, insert_rows
from cases.queries import roster as queries
from cases.queries.roster import Change, ImportStatus, Roster
from cases.queries.sentences import all_kept
from cases.sealing import IDENTITY, seal, search_mac
from workflow.permissions import Actor
from workflow.words import m

CHUNK = 5_000


def receive(
    conn: sa.Connection,
    *,
    organ_id: int | None,
    file_id: int | None,
    file_name: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Write down that a workbook waits for its dry run; returns the import's id."""
    made = conn.execute(
        sa.insert(RosterImport)
        .values(
            organ_id=organ_id,
            file_id=file_id,
            file_name=file_name[:200],
            roster_version=queries.version(conn),
            status=ImportStatus.QUEUED,
            created_at=at,
            created_by=actor.account_id,
        )
        .returning(RosterImport.id)
    )
    return int(made.scalar_one())


def plan(
    content: bytes,
    file_name: str,
    load: Callable[[], Roster],
    *,
    import_id: int,
    data_key: str,
) -> Iterator[Planned]:
    """The planned rows of a workbook against the roster, which is loaded once the workbook is read
    and put away. A workbook that cannot be read gives the reasons as its only rows."""
    try:
        found, units, people = _read(content, file_name)
    except Unreadable as unreadable:
        yield from sheet_rows(unreadable.problems)
        return
    yield from sheet_rows(found)
    if any(problem.level is Level.ERROR for problem in found):
        return
    place = roster_apply.place_of(import_id)
    roster = load()
    planned, after = plan_units(units, roster)
    yield from planned
    yield from plan_people(
        people,
        roster,
        after,
        mac=lambda number: search_mac(data_key, IDENTITY, number),
        seal=lambda number: seal(data_key, IDENTITY, number, place=place),
    )


def _read(content: bytes, name: str) -> tuple[list[Problem], list[UnitRow], list[PersonRow]]:
    reader = RosterReader(open_workbook(content, filename=name))
    if not reader.ready:
        return reader.problems, [], []
    units = list(reader.units())
    people = list(reader.people())
    return reader.problems, units, people


def begin(conn: sa.Connection, import_id: int) -> str:
    """The name of the workbook to check; forgets what an earlier, broken dry run wrote."""
    row = conn.execute(sa.select(RosterImport).where(RosterImport.id == import_id)).first()
    if row is None:
        raise NotVisible
    if row.status != ImportStatus.QUEUED:
        raise Refused([m("这份名册已经检查过")])
    conn.execute(sa.delete(RosterImportRow).where(RosterImportRow.import_id == import_id))
    return str(row.file_name)


def keep(conn: sa.Connection, import_id: int, rows: Sequence[Planned], first: int) -> None:
    """Store planned rows; ``first`` is the number of the first."""
    stored = [_stored(import_id, n, row) for n, row in enumerate(rows, first)]
    insert_rows(conn, RosterImportRow, _STORED, stored)


_STORED = (
    "import_id", "number", "sheet", "cell", "kind", "change", "label", "reason", "data",
)  # fmt: skip
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def _stored(import_id: int, number: int, row: Planned) -> Row:
    return (
        import_id, number, row.sheet[:200], row.cell[:20], row.kind.value, row.change.value,
        row.label, all_kept(row.reasons), None if row.data is None else _JSON.encode(row.data),
    )  # fmt: skip


def checked(conn: sa.Connection, import_id: int, version: int, counts: Counter[Change]) -> None:
    """End a dry run with its counts and the version of the roster it was compared with."""
    status = ImportStatus.FAULTY if counts[Change.REFUSED] else ImportStatus.CHECKED
    conn.execute(
        sa.update(RosterImport)
        .where(RosterImport.id == import_id)
        .values(
            status=status,
            roster_version=version,
            **{change.value: counts[change] for change in Change},
        )
    )


@unswept()
def dry_run(
    conn: sa.Connection, import_id: int, content: bytes, *, data_key: str
) -> Counter[Change]:
    """Check a received workbook in one transaction; returns how many rows came out how."""
    name = begin(conn, import_id)
    current = queries.version(conn)
    counts: Counter[Change] = Counter()
    number = 1
    rows = plan(content, name, lambda: queries.load(conn), import_id=import_id, data_key=data_key)
    while batch := list(islice(rows, CHUNK)):
        keep(conn, import_id, batch, number)
        number += len(batch)
        counts.update(row.change for row in batch)
    checked(conn, import_id, current, counts)
    return counts


@unswept()
def import_checked(
    conn: sa.Connection, import_id: int, *, actor: Actor, at: datetime, data_key: str
) -> None:
    """Write a checked dry run to the roster, whole.

    Raises Refused when rows are refused, when there is nothing to do, when it was committed before,
    or when the roster moved since the dry run.
    """
    row = conn.execute(
        sa.select(RosterImport).where(RosterImport.id == import_id).with_for_update()
    ).first()
    if row is None:
        raise NotVisible
    current = lock_roster(conn)
    _may_commit(row, current)
    roster_apply.apply(conn, import_id, data_key=data_key)
    conn.execute(sa.update(RosterState).values(version=current + 1))
    conn.execute(
        sa.update(RosterImport)
        .where(RosterImport.id == import_id)
        .values(status=ImportStatus.COMMITTED)
    )
    # What was needed to write is not kept: the numbers stand with the people now.
    conn.execute(
        sa.update(RosterImportRow).where(RosterImportRow.import_id == import_id).values(data=None)
    )
    append(
        conn,
        Draft(
            subject="roster",
            subject_id=import_id,
            action="import_roster",
            at=at,
            payload={
                "file": row.file_name,
                "digest": queries.file_digest(conn, import_id) or "",
                "added": row.added,
                "changed": row.changed,
                "ignored": row.ignored,
                "version": current + 1,
                **all_units(conn),
            },
        ).by(actor),
    )


def _may_commit(row: Any, current: int) -> None:
    status = ImportStatus(row.status)
    if status is ImportStatus.COMMITTED:
        raise Refused([m("这份名册已经导入")])
    if status is ImportStatus.QUEUED:
        raise Refused([m("这份名册还没有检查完")])
    if row.refused:
        raise Refused([m("有 %(n)s 行不能导入,请改好后重新上传整份名册", n=row.refused)])
    if row.roster_version != current:
        raise Refused([m("检查之后名册已有变动,请重新上传检查")])
    if row.added + row.changed == 0:
        raise Refused([m("没有要导入的变动")])


def import_roster(
    conn: sa.Connection,
    content: bytes,
    *,
    file_name: str,
    organ_id: int | None,
    actor: Actor,
    at: datetime,
    data_key: str,
) -> int:
    """Receive, check and commit in one go, for setting up from a file; returns the import's id.

    Raises Refused as :func:`import_checked` does; the caller keeps the dry run by committing.
    """
    import_id = receive(
        conn, organ_id=organ_id, file_id=None, file_name=file_name, actor=actor, at=at
    )
    dry_run(conn, import_id, content, data_key=data_key)
    import_checked(conn, import_id, actor=actor, at=at, data_key=data_key)
    return import_id
