"""A plain move of many cases as a job: chunk by chunk through the door, a result for each case.

Payload: ``action``, ``case_ids`` in the order of the preview, optional ``payload`` of the form. A
case that moved since the preview is skipped with the state it has now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.jobs import RowResult
from cases.commands.transition import Outcome, perform_many
from cases.jobs.work import Work
from cases.models import Case
from cases.queries.jobs import RowOutcome
from workflow.permissions import Actor
from workflow.vocabulary import Action, State
from workflow.words import Sentence, m

KIND = "bulk_move"
CHUNK = 200
_GONE = m("考核卷已不存在")


def ask(
    conn: sa.Connection,
    action: Action,
    case_ids: Sequence[int],
    *,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    versions: Mapping[int, int] | None = None,
) -> int:
    """Enqueue a bulk move; returns the job's id. ``versions`` are those of the preview."""
    title: Sentence = m("%(move)s：%(n)s 件", move=action, n=len(case_ids))
    body = {
        "action": action.value,
        "case_ids": list(case_ids),
        "payload": dict(payload or {}),
        "versions": {str(k): v for k, v in (versions or {}).items()},
    }
    return jobs.enqueue(conn, KIND, title, body, actor=actor, at=at, total=len(case_ids))


def run(work: Work) -> Mapping[str, Any]:
    """Move what can be moved; returns how many ended how."""
    return work.in_chunks([int(i) for i in work.payload["case_ids"]], CHUNK, _chunk)


def _chunk(conn: sa.Connection, work: Work, numbered: Sequence[tuple[int, int]]) -> list[RowResult]:
    ids = [case_id for _, case_id in numbered]
    found = {
        r.id: r
        for r in conn.execute(
            sa.select(
                Case.id, Case.ref, Case.subject_name, Case.unit_name, Case.version, Case.state
            ).where(Case.id.in_(ids))
        )
    }
    expected = work.payload.get("versions") or {}
    fresh = [
        i for i in ids if i in found and found[i].version == expected.get(str(i), found[i].version)
    ]
    outcomes = _perform(conn, work, fresh)
    return [_result(n, i, found.get(i), outcomes.get(i)) for n, i in numbered]


def _perform(conn: sa.Connection, work: Work, ids: Sequence[int]) -> dict[int, Outcome]:
    if not ids:
        return {}
    made = perform_many(
        conn,
        ids,
        Action(work.payload["action"]),
        actor=work.actor(conn),
        at=work.now(),
        payload=work.payload.get("payload") or {},
    )
    return {outcome.case_id: outcome for outcome in made}


def _result(number: int, case_id: int, row: Any, outcome: Outcome | None) -> RowResult:
    if row is None:
        return RowResult(number, str(case_id), RowOutcome.SKIPPED, (_GONE,))
    label = f"{row.subject_name}　{row.unit_name}"
    if outcome is None:
        moved = m("预览之后已有变动,现为“%(state)s”", state=State(row.state))
        return RowResult(number, label, RowOutcome.SKIPPED, (moved,), case_id)
    if outcome.done:
        return RowResult(number, label, RowOutcome.DONE, case_id=case_id)
    return RowResult(number, label, RowOutcome.REFUSED, tuple(outcome.reasons), case_id)
