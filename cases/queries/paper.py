"""Batches of paper ballots as their page shows them; no mark is read here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.urn_rows import GroupTurnout
from cases.errors import NotVisible
from cases.models import PaperBatch, PaperEntry, Person, VoterGroup
from cases.queries.meeting import load_meeting
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.ballots_shapes import LATE_RECEIVERS, LateRule
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
    late: bool
    printed: int
    received: int
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
        BatchView(
            r.id, r.mark, r.group, r.title, r.late, r.printed, r.received, r.collected,
            turns[r.id], r.joined_at,
        )
        for r in rows
    ]  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class CardLine:
    """What one line of the table asks about: the cards of a group, or its late papers.

    ``lost``: cards made anew in the hall for lost ones, which must be missing on the table.
    ``paper``: forms among them, (printed, handed in).
    """

    code: str
    group: str
    title: str
    late: bool
    printed: int
    used: int
    lost: int
    paper: tuple[int, int]


def card_lines(
    conn: sa.Connection, meeting_id: int, turnout: Sequence[GroupTurnout]
) -> list[CardLine]:
    """The lines of a meeting's table, in the order of its groups; late papers after their group.

    What was made anew for a lost card follows from the urn's own numbers: cards that are neither
    printed before the meeting, nor paper, nor in a spoiled one's stead.
    """
    groups = conn.execute(
        sa.select(VoterGroup.code, VoterGroup.title, VoterGroup.made)
        .where(VoterGroup.meeting_id == meeting_id)
        .order_by(VoterGroup.id)
    ).all()
    papers: dict[str, dict[bool, tuple[int, int]]] = defaultdict(dict)
    joined = conn.execute(
        sa.select(
            PaperBatch.group,
            PaperBatch.late,
            sa.func.sum(PaperBatch.printed),
            sa.func.sum(PaperBatch.collected),
        )
        .where(PaperBatch.meeting_id == meeting_id, PaperBatch.joined_at.is_not(None))
        .group_by(PaperBatch.group, PaperBatch.late)
    )
    for group, came_late, forms, filled in joined:
        papers[group][came_late] = (int(forms), int(filled or 0))
    found = {g.group: g for g in turnout}
    lines = []
    for code, title, made in groups:
        here = found.get(code, GroupTurnout(code, 0, 0, 0))
        plain, late = papers[code].get(False, (0, 0)), papers[code].get(True, (0, 0))
        printed = here.printed - late[0]
        lost = printed - plain[0] - made - here.void
        used = here.used - late[1]
        lines.append(CardLine(code, code, title, False, printed, used, lost, plain))
        if late[0]:
            lines.append(CardLine(f"{code}_late", code, title, True, *late, 0, late))
    return lines


def late_receiver(rule: LateRule) -> Permission:
    """The right that lets somebody take late papers of a meeting."""
    return Permission.TALLY if rule.receiver == LATE_RECEIVERS[0] else Permission.MEETING_HOLD


def last_day(rule: LateRule, held_on: date) -> date:
    """The last day on which a late paper is taken."""
    return held_on + timedelta(days=rule.days)


def absent_and_taken(conn: sa.Connection, row: Any) -> tuple[int, int]:
    """People due who were not present, and late papers taken so far."""
    taken = conn.execute(
        sa.select(sa.func.coalesce(sa.func.sum(PaperBatch.received), 0)).where(
            PaperBatch.meeting_id == row.id
        )
    ).scalar_one()
    return (row.due_count or 0) - (row.present_count or 0), int(taken)


@dataclass(frozen=True, slots=True)
class LateDesk:
    """Late papers of a closed meeting: until when, who takes them, whether this reader does now."""

    until: date
    receiver: str
    absent: int
    taken: int
    takes: bool


def late_desk(
    conn: sa.Connection, row: Any, rights: frozenset[Permission], counted: bool, on: date
) -> LateDesk | None:
    """What the page says of late papers; None where the scheme knows none or the meeting isn't
    closed. From the opening on nobody takes any."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    if scheme is None or not scheme.ballot.late.allowed or row.held_on is None:
        return None
    rule = scheme.ballot.late
    until = last_day(rule, row.held_on)
    absent, taken = absent_and_taken(conn, row)
    takes = late_receiver(rule) in rights and on <= until and not counted and taken < absent
    return LateDesk(until, rule.receiver, absent, taken, takes)
