"""What moves of the stage ``archive`` write besides the state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.recording.moved import Clearer, Moved, Recorder
from cases.models import Case, Cycle, Decision, PastResult
from workflow.permissions import Actor
from workflow.vocabulary import Action, CaseKind, Clearing


def archive(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The archived result becomes a result of an earlier year, which later years' rules read."""
    ids = [x.case_id for x in moved]
    cases = conn.execute(
        sa.select(Case, Cycle.year)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.id.in_(ids), Case.conclusion.is_not(None))
    ).all()
    documents = {
        case_id: document
        for case_id, document in conn.execute(
            sa.select(Decision.case_id, Decision.document)
            .where(Decision.case_id.in_(ids))
            .order_by(Decision.number)
        )
    }
    for whose in (PastResult.person_id, PastResult.unit_id):
        _replace(conn, whose, cases, documents)


def _replace(
    conn: sa.Connection, whose: Any, cases: Sequence[Any], documents: dict[int, str]
) -> None:
    of_people = whose.key == "person_id"
    mine = [c for c in cases if (c.kind == CaseKind.CADRE) is of_people]
    if not mine:
        return
    owners = {c.id: c.person_id if of_people else c.body_unit_id for c in mine}
    only = sa.true() if of_people else PastResult.person_id.is_(None)
    conn.execute(
        sa.delete(PastResult).where(
            whose.in_(owners.values()), PastResult.year.in_({c.year for c in mine}), only
        )
    )
    conn.execute(
        sa.insert(PastResult),
        [
            {
                "person_id": owners[c.id] if of_people else None,
                "unit_id": None if of_people else owners[c.id],
                "year": c.year,
                "conclusion": c.conclusion,
                "document": documents.get(c.id) or None,
            }
            for c in mine
        ],
    )


RECORDERS: dict[Action, Recorder] = {Action.ARCHIVE: archive}
CLEARERS: dict[Clearing, Clearer] = {}
