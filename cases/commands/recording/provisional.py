"""A gate passed with a recorded provisional input (M1), until the real one stands; shared by data
and evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.recording.moved import Moved
from cases.models import ProvisionalPass
from workflow.permissions import Actor
from workflow.vocabulary import Stage


def record_pass(
    conn: sa.Connection, moved: Sequence[Moved], stage: Stage, actor: Actor, at: datetime
) -> None:
    """Write who passed which gate on which document, with the basis and maybe a score."""
    conn.execute(
        sa.insert(ProvisionalPass),
        [
            {
                "case_id": x.case_id,
                "stage": stage,
                "document": str(x.payload["document_no"]),
                "basis": str(x.payload.get("reason") or ""),
                "score": x.payload.get("score"),
                "passed_by": actor.person_id,
                "passed_at": at,
            }
            for x in moved
        ],
    )


def end_passes(conn: sa.Connection, cases: Any, stage: Stage, at: datetime) -> None:
    """The real input of some cases (ids, or a select of them) stands: nothing stands in for it."""
    conn.execute(
        sa.update(ProvisionalPass)
        .where(
            ProvisionalPass.case_id.in_(cases),
            ProvisionalPass.stage == stage,
            ProvisionalPass.settled_at.is_(None),
        )
        .values(settled_at=at)
    )
