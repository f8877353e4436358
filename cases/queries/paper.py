"""Batches of paper ballots as their page shows them; no mark is read here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import PaperBatch, PaperEntry, Person, VoterGroup
from cases.queries.meeting import load_meeting
from workflow.permissions import Actor
from workflow.vocabulary import Permission


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's entry: how many forms, whether finished."""

    person_id: int
    person: str
    forms: int
    source: str
    done: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with its entries: ``turns`` holds 1, 2 and, after a third look, 3."""

    id: int
    mark: str
    group: str
    title: str
    printed: int
    collected: int | None
    turns: dict[int, Turn]
    joined_at: datetime | None

    @property
    def compared(self) -> bool:
        """Whether both entries are finished."""
        return all(n in self.turns and self.turns[n].done for n in (1, 2))

    def may_type(self, person_id: int | None) -> bool:
        """Whether this person has a turn to begin or to go on with."""
        if self.joined_at is not None or not self.collected or person_id is None:
            return False
        mine = [t for n, t in self.turns.items() if t.person_id == person_id and n < 3]
        if mine:
            return not mine[0].done
        return not {1, 2} <= set(self.turns)


def batches(conn: sa.Connection, meeting_id: int) -> list[BatchView]:
    """The batches of a meeting, by mark."""
    rows = conn.execute(
        sa.select(PaperBatch, VoterGroup.title)
        .join(
            VoterGroup,
            sa.and_(
                VoterGroup.meeting_id == PaperBatch.meeting_id,
                VoterGroup.code == PaperBatch.group,
            ),
        )
        .where(PaperBatch.meeting_id == meeting_id)
        .order_by(PaperBatch.mark)
    ).all()
    turns: dict[int, dict[int, Turn]] = defaultdict(dict)
    for e in conn.execute(
        sa.select(PaperEntry, Person.name)
        .join(Person, Person.id == PaperEntry.person_id)
        .where(PaperEntry.batch_id.in_([row.id for row in rows]))
    ):
        done = e.done_at is not None
        turns[e.batch_id][e.turn] = Turn(e.person_id, e.name, e.forms, e.source, done)
    return [
        BatchView(r.id, r.mark, r.group, r.title, r.printed, r.collected, turns[r.id], r.joined_at)
        for r in rows
    ]


def batch_of(conn: sa.Connection, meeting: Any, batch_id: int) -> BatchView:
    """One batch of this meeting. Raises NotVisible alike for absent ones and another meeting's."""
    found = next((b for b in batches(conn, meeting.id) if b.id == batch_id), None)
    if found is None:
        raise NotVisible(f"{meeting.ref}/{batch_id}")
    return found


def load_meeting_of_batch(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, batch_id: int
) -> Any:
    """The meeting's row, if this batch is one of its own. Raises NotVisible."""
    row = load_meeting(conn, actor, permission, ref)
    found = conn.execute(
        sa.select(PaperBatch.id).where(PaperBatch.id == batch_id, PaperBatch.meeting_id == row.id)
    ).scalar()
    if found is None:
        raise NotVisible(f"{ref}/{batch_id}")
    return row


def paper_numbers(conn: sa.Connection, meeting_id: int) -> tuple[int, int] | None:
    """(printed, collected) over batches not joined yet, for the closing call; None without any."""
    row = conn.execute(
        sa.select(
            sa.func.sum(PaperBatch.printed), sa.func.sum(sa.func.coalesce(PaperBatch.collected, 0))
        ).where(PaperBatch.meeting_id == meeting_id, PaperBatch.joined_at.is_(None))
    ).one()
    return None if row[0] is None else (int(row[0]), int(row[1]))
