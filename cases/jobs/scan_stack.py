"""Reading a scanned stack as a job: page by page, a result for each, taken up where it stopped.

Payload: ``stack_id``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs, scans
from cases.commands.jobs import RowResult
from cases.commands.scans import ReadPage, Settled
from cases.documents.scan import ScannedPage, Unreadable, read_stack
from cases.errors import NotVisible, Refused
from cases.jobs.work import Work
from cases.models import ScanPage, ScanStack
from cases.queries.jobs import RowOutcome
from cases.queries.scans import JOB, PageOutcome, StackStatus
from workflow.permissions import Actor
from workflow.words import m

KIND = JOB
CHUNK = 10


def ask(conn: sa.Connection, stack_id: int, *, actor: Actor, at: datetime) -> int:
    """Enqueue the reading of a stack; returns the job's id."""
    return jobs.enqueue(conn, KIND, m("读取签字扫描件"), {"stack_id": stack_id}, actor=actor, at=at)


def run(work: Work) -> Mapping[str, Any]:
    """Read the pages not read yet and file them; returns how many ended how.

    Raises Refused with the sentence of a file that can't be read; pages before stay filed.
    """
    stack_id = int(work.payload["stack_id"])
    with work.tools.store.reading() as conn:
        stack = conn.execute(sa.select(ScanStack).where(ScanStack.id == stack_id)).first()
        if stack is None:
            raise NotVisible(str(stack_id))
        file = work.tools.files.open_file(conn, stack.file_id)
        read = sa.select(sa.func.max(ScanPage.number)).where(ScanPage.stack_id == stack_id)
        first = (conn.execute(read).scalar() or 0) + 1
    if stack.status != StackStatus.QUEUED.value:
        return {}
    path = work.tools.files.path_of(file.digest)
    counts: Counter[str] = Counter()
    pages = first - 1
    found = read_stack(path, file.media_type, first=first)
    try:
        while chunk := _chunk(found):
            pages = chunk[-1].number
            for one in _keep(work, stack_id, chunk):
                counts[one.outcome.value] += 1
    except Unreadable as fault:
        with work.step() as conn:
            scans.end(conn, stack_id, pages=pages, failure=fault.sentence)
        raise Refused([fault.sentence]) from fault
    finally:
        found.close()  # type: ignore[attr-defined]
    with work.step() as conn:
        scans.end(conn, stack_id, pages=pages)
    return dict(counts)


def _chunk(found: Iterator[ScannedPage]) -> list[ScannedPage]:
    return list(islice(found, CHUNK))


def _keep(work: Work, stack_id: int, chunk: list[ScannedPage]) -> list[Settled]:
    with work.step() as conn:
        pages = []
        for one in chunk:
            page = _put(work, conn, one.pdf, "page.pdf")
            thumb = _put(work, conn, one.thumb, "page.jpg")
            pages.append(ReadPage(one.number, one.marks, page, thumb))
        settled = scans.keep_pages(conn, stack_id, pages, actor=work.actor(conn), at=work.now())
        last = chunk[-1]
        results = [_result(one) for one in settled]
        work.report(conn, results, done=last.number, total=last.total)
    return settled


def _put(work: Work, conn: sa.Connection, data: bytes, name: str) -> int | None:
    return work.tools.files.put(conn, data, name=name, at=work.now()).id if data else None


def _result(one: Settled) -> RowResult:
    done = one.outcome is PageOutcome.FILED
    return RowResult(
        one.number,
        one.name or str(one.number),
        RowOutcome.DONE if done else RowOutcome.REFUSED,
        () if done else (one.outcome,),
        one.case_id,
    )
