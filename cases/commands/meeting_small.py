"""Units too small for a ballot of their own (M12), in the scheme's order: groups are merged within
the unit, small units of one kind sit together, and below k a talk stands for the ballot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.meeting import note, scheme_for
from cases.commands.meeting_layout import Extras, Rated, clear, lay_out
from cases.commands.rights import require_for_cycle
from cases.models import Meeting, MeetingUnit, VoterGroup
from cases.queries.ballot_package import smallest
from cases.queries.meeting_plan import members_due, ratable
from cases.queries.meeting_small import SmallStep, Step, small_steps
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.vocabulary import MeetingKind, Permission, Thing, ThingAction
from workflow.words import m


def arrange_small(
    conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime
) -> tuple[SmallStep, ...]:
    """Take the step that is due for every small unit; returns what was done.

    Units of one kind join the meeting of the first of them, the others' are cancelled with the
    reason; a unit that even so stays below k takes talks. Raises what the door raises.
    """
    require_for_cycle(conn, cycle_id, Permission.MEETING_PLAN, actor, lock=True)
    steps = small_steps(conn, cycle_id)
    scheme = scheme_for(conn, cycle_id)
    for step in steps:
        if step.step is Step.JOINT:
            _join(conn, scheme, cycle_id, step, actor, at)
        else:
            _talks(conn, scheme, step.meetings, actor, at)
    return tuple(steps)


def replace_small(
    conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime
) -> tuple[int, ...]:
    """Turn every planned meeting of one unit with fewer than k people due into talks, whatever
    could be joined. Returns the ids of the meetings replaced. Raises what the door raises."""
    scheme = scheme_for(conn, cycle_id)
    k = smallest(scheme)
    small = [due.meeting_id for due in members_due(conn, cycle_id) if due.members < k]
    _talks(conn, scheme, small, actor, at)
    return tuple(small)


def _talks(
    conn: sa.Connection, scheme: Scheme, meetings: Sequence[int], actor: Actor, at: datetime
) -> None:
    k = smallest(scheme)
    due = {
        meeting: int(number)
        for meeting, number in conn.execute(
            sa.select(VoterGroup.meeting_id, sa.func.sum(VoterGroup.members))
            .where(VoterGroup.meeting_id.in_(meetings))
            .group_by(VoterGroup.meeting_id)
        )
    }
    for meeting in meetings:
        reason = m("参评人员 %(n)s 人,少于最少人数 %(k)s 人", n=due.get(meeting, 0), k=k)
        beside.move(
            conn, Thing.MEETING, meeting, ThingAction.REPLACE_BY_TALKS,
            actor=actor, at=at, payload={"reason": str(reason)},
        )  # fmt: skip


def _join(
    conn: sa.Connection, scheme: Scheme, cycle_id: int, step: SmallStep, actor: Actor, at: datetime
) -> None:
    """The first unit's meeting becomes the joint one."""
    host, others = step.meetings[0], step.meetings[1:]
    row = conn.execute(sa.select(Meeting).where(Meeting.id == host)).one()
    for meeting in others:
        reason = m("并入联评组 %(ref)s", ref=row.ref)
        beside.move(
            conn, Thing.MEETING, meeting, ThingAction.CANCEL_MEETING,
            actor=actor, at=at, payload={"reason": str(reason)},
        )  # fmt: skip
    conn.execute(
        sa.insert(MeetingUnit),
        [{"meeting_id": host, "unit_id": unit} for unit in step.units[1:]],
    )
    sums = conn.execute(
        sa.select(VoterGroup.code, sa.func.sum(VoterGroup.members))
        .where(VoterGroup.meeting_id.in_(step.meetings))
        .group_by(VoterGroup.code)
    ).all()
    for code, number in sums:
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == host, VoterGroup.code == code)
            .values(members=int(number))
        )
    title = m("%(unit)s等 %(n)s 个单位联评组民主测评", unit=step.names[0], n=len(step.units))
    conn.execute(
        sa.update(Meeting)
        .where(Meeting.id == host)
        .values(kind=MeetingKind.JOINT, title=str(title), version=Meeting.version + 1)
    )
    rows = ratable(conn, cycle_id, step.units)
    units = [
        Rated(unit, name, [r for r in rows if r.unit_id == unit], host=unit == step.units[0])
        for unit, name in zip(step.units, step.names, strict=True)
    ]
    clear(conn, host)
    lay_out(conn, scheme, host, units, Extras())
    note(conn, host, "join_meeting", {"units": list(step.units)}, actor, at)
