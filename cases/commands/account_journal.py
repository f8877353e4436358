"""Journal entries about accounts, grants and the installation: one wording for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.journal import Draft, append
from workflow.vocabulary.administration import AccountAct, JournalSubject


def enter(
    conn: sa.Connection,
    action: AccountAct,
    subject_id: int | None,
    *,
    at: datetime,
    account_id: int | None,
    person_id: int | None = None,
    subject: JournalSubject = JournalSubject.ACCOUNT,
    payload: Mapping[str, Any] | None = None,
    request: str | None = None,
) -> int:
    """Append an entry; returns its seq. Call it last: it takes the chain's lock.

    ``request`` is the one it was done in; None at the terminal.
    """
    return append(
        conn,
        Draft(
            subject=subject.value,
            action=action.value,
            at=at,
            subject_id=subject_id,
            account_id=account_id,
            person_id=person_id,
            request=request,
            payload=payload or {},
        ),
    )
