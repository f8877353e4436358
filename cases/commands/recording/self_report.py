"""What moves of the stage ``self_report`` write besides the state.

Payload keys: ``sections`` (codes) and ``reasons`` (by code) of a return, else ``reason`` stands for
the whole report; ``basis`` of a report handed in for somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.recording.moved import Clearer, Moved, Recorder
from cases.models import ReportSection, ReportSubmission, SelfReport
from cases.queries.self_report import document_digest, documents_of
from forms.self_report import SelfReport as ReportForm
from workflow.permissions import Actor
from workflow.vocabulary import Action, Clearing, EntryBasis, ReportSectionState

FORM, CONTENT = "form", "content"
_NOTHING_RETURNED = {
    "return_kind": None,
    "return_reason": None,
    "returned_by": None,
    "returned_at": None,
}


def start_reports(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """An empty report for each case that has none yet (a reinstated one keeps its draft)."""
    ids = [x.case_id for x in moved]
    there = set(
        conn.execute(sa.select(SelfReport.case_id).where(SelfReport.case_id.in_(ids))).scalars()
    )
    rows = [new_report(case_id) for case_id in ids if case_id not in there]
    if rows:
        conn.execute(sa.insert(SelfReport), rows)


def new_report(case_id: int) -> dict[str, Any]:
    """The row of a report nobody has written in yet."""
    return {
        "case_id": case_id,
        "form_key": ReportForm.key,
        "form_version": ReportForm.version,
        "draft_version": 1,
        "basis": EntryBasis.SELF,
        "submissions": 0,
    }


def _submitted(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    ids = [x.case_id for x in moved]
    documents = documents_of(conn, ids)
    counts = {
        case_id: n
        for case_id, n in conn.execute(
            sa.select(SelfReport.case_id, SelfReport.submissions).where(SelfReport.case_id.in_(ids))
        )
    }
    rows = [
        _handed_in(x, documents[x.case_id], counts.get(x.case_id, 0) + 1, actor, at) for x in moved
    ]
    conn.execute(sa.insert(ReportSubmission), rows)
    conn.execute(
        sa.update(SelfReport)
        .where(SelfReport.case_id.in_(ids))
        .values(submissions=SelfReport.submissions + 1)
    )
    # The reason of a return stays beside its section until the next judgement on it.
    conn.execute(
        sa.update(ReportSection)
        .where(
            ReportSection.case_id.in_(ids),
            ReportSection.state == ReportSectionState.RETURNED,
        )
        .values(state=ReportSectionState.WRITTEN)
    )


def _handed_in(
    x: Moved, document: dict[str, Any], number: int, actor: Actor, at: datetime
) -> dict[str, Any]:
    document["basis"] = str(x.payload.get("basis") or EntryBasis.SELF)
    return {
        "case_id": x.case_id,
        "number": number,
        "content": document,
        "digest": document_digest(document),
        "submitted_at": at,
        "submitted_by": actor.person_id,
    }


def _returned(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    ids = [x.case_id for x in moved]
    there: dict[int, dict[str, str]] = {case_id: {} for case_id in ids}
    for row in conn.execute(
        sa.select(ReportSection.case_id, ReportSection.key, ReportSection.text).where(
            ReportSection.case_id.in_(ids)
        )
    ):
        there[row.case_id][row.key] = row.text
    _release(conn, moved)
    changes, additions = [], []
    for x in moved:
        for code, reason in _reasons(x.payload, there[x.case_id]).items():
            values = _return_of(x, reason, actor, at)
            if code in there[x.case_id]:
                changes.append({"b_case": x.case_id, "b_key": code, **values})
            else:
                additions.append({"case_id": x.case_id, "key": code, "text": "", **values})
    _mark(conn, changes, additions)


def _release(conn: sa.Connection, moved: Sequence[Moved]) -> None:
    """Sections not named in a return have been looked at; empty ones stay empty."""
    mine = ReportSection.case_id.in_([x.case_id for x in moved])
    looked_at = sa.case(
        (ReportSection.text == "", ReportSectionState.EMPTY.value),
        else_=ReportSectionState.ACCEPTED.value,
    )
    conn.execute(sa.update(ReportSection).where(mine).values(state=looked_at, **_NOTHING_RETURNED))


def _reasons(payload: Mapping[str, Any], there: Mapping[str, str]) -> dict[str, str]:
    """Section code -> reason; a return that names no section is about every written one."""
    common = str(payload.get("reason") or "")
    named = payload.get("sections") or list(there)
    own: Mapping[str, str] = payload.get("reasons") or {}
    return {str(code): str(own.get(code) or common) for code in named}


def _return_of(x: Moved, reason: str, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "state": ReportSectionState.RETURNED.value,
        "return_kind": FORM if x.action is Action.RETURN_FOR_FORM else CONTENT,
        "return_reason": reason,
        "returned_by": actor.person_id,
        "returned_at": at,
    }


def _mark(
    conn: sa.Connection, changes: list[dict[str, Any]], additions: list[dict[str, Any]]
) -> None:
    if additions:
        conn.execute(sa.insert(ReportSection), additions)
    if not changes:
        return
    names = ("state", "return_kind", "return_reason", "returned_by", "returned_at")
    conn.execute(
        sa.update(ReportSection)
        .where(
            ReportSection.case_id == sa.bindparam("b_case"),
            ReportSection.key == sa.bindparam("b_key"),
        )
        .values({name: sa.bindparam(f"b_{name}") for name in names}),
        [{k if k.startswith("b_") else f"b_{k}": v for k, v in row.items()} for row in changes],
    )


def _accepted(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    _release(conn, moved)
    _end(conn, moved, actor, at)


def _end(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The submission that waited (or was accepted) has ended by this move."""
    conn.execute(
        sa.update(ReportSubmission)
        .where(
            ReportSubmission.case_id.in_([x.case_id for x in moved]),
            sa.or_(ReportSubmission.ended.is_(None), ReportSubmission.ended == Action.ACCEPT.value),
        )
        .values(ended=moved[0].action.value, ended_at=at)
    )


RECORDERS: dict[Action, Recorder] = {
    Action.SUBMIT: _submitted,
    Action.ACCEPT: _accepted,
    Action.RETURN_FOR_FORM: _returned,
    Action.RETURN_ON_CONTENT: _returned,
    Action.REOPEN_REPORT: _returned,
}
CLEARERS: dict[Clearing, Clearer] = {Clearing.SUBMISSION: _end, Clearing.ACCEPTANCE: _end}
