"""Sealed papers of people who come after the closing, by the scheme's rule.

Whether they may, until which day and who takes the paper is the scheme's (``ballot.late``). A paper
is counted when it is taken and stays sealed: all of a batch are opened together after the last day
and go the way of paper ballots. Once the urn is opened nothing is taken any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.urn import UrnStore
from cases.clock import date_of
from cases.commands.meeting import note
from cases.commands.rights import require_for_thing
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Meeting, PaperBatch
from cases.queries.paper import absent_and_taken, last_day, late_receiver
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from cases.queries.things.meeting import turnout_is_enough
from cases.scoring.ballots_shapes import LateRule
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Thing
from workflow.words import m


def rule_for(conn: sa.Connection, row: Any) -> LateRule:
    """The rule of a meeting's scheme. Raises Refused where it lets nobody come late."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    if scheme is None or not scheme.ballot.late.allowed:
        raise Refused([m("本考核方案不收迟到票")])
    return scheme.ballot.late


def require_time(
    conn: sa.Connection, row: Any, rule: LateRule, urns: UrnStore, at: datetime
) -> None:
    """Raise Refused before the closing, after the last day, from the opening on, and for a ballot
    that is void: too few were present, and papers handed in later don't mend that."""
    if row.state != MeetingState.HELD or row.urn_id is None:
        raise Refused([m("封箱以前请用测评卡,封箱以后才收迟到票")])
    if urns.state(row.urn_id) != "closed":
        raise Refused([m("测评箱已经启封,不再收迟到票")])
    if not turnout_is_enough(conn, row):
        raise Refused([m("到会人数没有达到规定比例,测评无效,不收迟到票")])
    last = last_day(rule, row.held_on)
    if date_of(at) > last:
        raise Refused([m("迟到票收到 %(day)s 为止", day=last)])


def receive(
    conn: sa.Connection, urns: UrnStore, batch_id: int, *, actor: Actor, at: datetime
) -> int:
    """Take one sealed paper of a late batch; returns how many were taken of it.

    Nobody's name is written: only the number rises. Raises NotVisible, Refused: the scheme's rule,
    another person than the one who takes them, too early or too late, or nobody left who was
    absent.
    """
    meeting_id = conn.execute(
        sa.select(PaperBatch.meeting_id).where(PaperBatch.id == batch_id)
    ).scalar()
    if meeting_id is None:
        raise NotVisible(f"paper_batch:{batch_id}")
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    rule = rule_for(conn, row)
    require_for_thing(conn, Thing.MEETING, row, late_receiver(rule), actor)
    require_time(conn, row, rule, urns, at)
    batch = conn.execute(sa.select(PaperBatch).where(PaperBatch.id == batch_id)).one()
    if not batch.late or batch.collected is not None:
        raise Refused([m("这一批不再收票")])
    if batch.received >= batch.printed:
        raise Refused([m("这一批发出 %(n)s 张,已经收满", n=batch.printed)])
    absent, taken = absent_and_taken(conn, row)
    if taken >= absent:
        raise Refused([m("缺席 %(n)s 人,迟到票已收 %(taken)s 张,不能再收", n=absent, taken=taken)])
    number = int(batch.received) + 1
    conn.execute(sa.update(PaperBatch).where(PaperBatch.id == batch_id).values(received=number))
    note(conn, row.id, "receive_late", {"batch": batch.mark, "received": number}, actor, at)
    return number


def require_over(conn: sa.Connection, row: Any, batch: Any, number: int, at: datetime) -> None:
    """All papers taken are collected at once, when nobody may come any more.

    Raises Refused before the last day is over (unless all who were absent have come), Invalid
    (number) for another number than were taken.
    """
    last = last_day(rule_for(conn, row), row.held_on)
    absent, taken = absent_and_taken(conn, row)
    if date_of(at) <= last and taken < absent and batch.received < batch.printed:
        raise Refused([m("迟到票收到 %(day)s 为止,到期以后再登记收回", day=last)])
    if number != batch.received:
        raise Invalid({"number": m("迟到票收了 %(n)s 张,收回张数应与此相同", n=batch.received)})


def unsettle(conn: sa.Connection, meeting_id: int) -> None:
    """Cards were reconciled before late papers were given out: the table is made anew."""
    conn.execute(sa.update(Meeting).where(Meeting.id == meeting_id).values(reconciliation=None))
