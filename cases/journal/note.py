"""An entry about something done that moved nothing: the one way all commands write it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.journal.chain import append
from cases.journal.entry import Draft
from workflow.permissions import Actor


def note(
    conn: sa.Connection,
    subject: str,
    subject_id: int,
    action: str,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    *,
    case_id: int | None = None,
) -> int:
    """Append what the actor did with a thing besides its moves; returns the entry's seq."""
    draft = Draft(
        subject=subject, subject_id=subject_id, case_id=case_id, action=action, at=at,
        payload=payload,
    )  # fmt: skip
    return append(conn, draft.by(actor))
