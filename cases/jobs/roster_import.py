"""Checking and committing a roster workbook as jobs, so that large ones don't hold a page.

Payload: ``import_id``. A dry run that breaks off begins anew; a commit is one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs, roster
from cases.commands.unswept import unswept
from cases.errors import NotVisible
from cases.jobs.work import Work
from cases.models import RosterImport
from cases.queries import roster as queries
from cases.queries.roster import Change, ImportStatus
from workflow.permissions import Actor
from workflow.words import m

CHECK = "roster_check"
COMMIT = "roster_commit"
CHUNK = 5_000


def ask_check(conn: sa.Connection, import_id: int, *, actor: Actor, at: datetime) -> int:
    """Enqueue the dry run; returns the job's id."""
    return jobs.enqueue(conn, CHECK, m("检查名册"), {"import_id": import_id}, actor=actor, at=at)


def ask_commit(conn: sa.Connection, import_id: int, *, actor: Actor, at: datetime) -> int:
    """Enqueue the commit; returns the job's id."""
    return jobs.enqueue(conn, COMMIT, m("导入名册"), {"import_id": import_id}, actor=actor, at=at)


@unswept()
def check(work: Work) -> Mapping[str, Any]:
    """Compare the workbook with the roster, storing rows batch by batch."""
    import_id = int(work.payload["import_id"])
    if (found := _checked(work, import_id)) is not None:
        return found
    with work.step() as conn:
        name = roster.begin(conn, import_id)
    with work.tools.store.reading() as conn:
        file_id = conn.execute(
            sa.select(RosterImport.file_id).where(RosterImport.id == import_id)
        ).scalar()
        if file_id is None:
            raise NotVisible(str(import_id))
        content = work.tools.files.open_file(conn, file_id).content
        version = queries.version(conn)
        rows = roster.plan(
            content,
            name,
            lambda: queries.load(conn),
            import_id=import_id,
            data_key=work.tools.settings.data_key,
        )
        counts: Counter[Change] = Counter()
        number = 1
        while batch := list(islice(rows, CHUNK)):
            counts.update(row.change for row in batch)
            with work.step() as writing:
                roster.keep(writing, import_id, batch, number)
                number += len(batch)
                work.report(writing, done=number - 1, total=number - 1)
    with work.step() as conn:
        roster.checked(conn, import_id, version, counts)
    return {change.value: counts[change] for change in Change}


def _checked(work: Work, import_id: int) -> Mapping[str, Any] | None:
    """The counts, where an earlier start of this job came to its end."""
    with work.tools.store.reading() as conn:
        found = queries.one_import(conn, import_id, None)
    if found.status is ImportStatus.QUEUED:
        return None
    return {change.value: getattr(found, change.value) for change in Change}


def commit(work: Work) -> Mapping[str, Any]:
    """Write the dry run to the roster, whole."""
    import_id = int(work.payload["import_id"])
    with work.step() as conn:
        if queries.one_import(conn, import_id, None).status is ImportStatus.COMMITTED:
            return {}
        roster.import_checked(
            conn,
            import_id,
            actor=work.actor(conn),
            at=work.now(),
            data_key=work.tools.settings.data_key,
        )
        work.report(conn, done=1, total=1)
    return {}
