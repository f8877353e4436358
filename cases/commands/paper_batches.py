"""Batches of paper ballots: printed with a mark, collected and counted, joined to the urn.

What is typed from them stands in ``cases.commands.paper_entries``. A batch joins the closed urn as
envelopes like all others: nothing in the count tells paper from phone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.arrivals import Arrival, join_sealed
from cases.ballot_box.envelope import seal, seal_invalid
from cases.ballot_box.package import Package, from_json
from cases.ballot_box.paper import Form, choices_of
from cases.ballot_box.urn import UrnStore
from cases.commands.late_papers import require_over, require_time, rule_for, unsettle
from cases.commands.meeting import free_urn, note
from cases.commands.rights import require_for_thing
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Meeting, PaperBatch, PaperEntry
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Permission, Thing
from workflow.words import m

MOST = 500
"""Forms of one batch; more are another batch."""


def meeting_row(conn: sa.Connection, meeting_id: int, permission: Permission, actor: Actor) -> Any:
    """The locked row of the meeting. Raises NotVisible, Refused without the right."""
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, permission, actor)
    return row


def batch_row(conn: sa.Connection, batch_id: int) -> Any:
    """The locked row of a batch. Raises NotVisible."""
    row = conn.execute(
        sa.select(PaperBatch).where(PaperBatch.id == batch_id).with_for_update()
    ).first()
    if row is None:
        raise NotVisible(f"paper_batch:{batch_id}")
    return row


def print_batch(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    group: str,
    number: int,
    *,
    late: bool = False,
    actor: Actor,
    at: datetime,
) -> Any:
    """A batch of ``number`` forms for one group of a frozen meeting; returns its row.

    A meeting held on paper only gets its urn here, without cards. ``late`` forms are printed after
    the closing, for those whom the scheme's rule lets come then. Raises Refused, Invalid (group,
    number).
    """
    row = meeting_row(conn, meeting_id, Permission.MEETING_PLAN, actor)
    if late:
        require_time(conn, row, rule_for(conn, row), urns, at)
    elif row.state != MeetingState.FROZEN:
        raise Refused([m("表样锁定以后、封箱以前才能印制纸质票")])
    package = from_json(row.package)
    if group not in package.group_keys:
        raise Invalid({"group": m("请选择参评类别")})
    if not 1 <= number <= MOST:
        raise Invalid({"number": m("一批印 1 至 %(most)s 张", most=MOST)})
    told: dict[str, Any] = {}
    if row.urn_id is None:
        told = _urn_without_cards(conn, urns, row, package)
    before = conn.execute(
        sa.select(sa.func.count())
        .select_from(PaperBatch)
        .where(PaperBatch.meeting_id == meeting_id, PaperBatch.group == group)
    ).scalar_one()
    mark = f"{group}-{before + 1:02d}{'L' if late else ''}"
    batch = conn.execute(
        sa.insert(PaperBatch)
        .values(
            meeting_id=meeting_id,
            group=group,
            mark=mark,
            late=late,
            printed=number,
            printed_at=at,
            printed_by=actor.person_id,
        )
        .returning(PaperBatch)
    ).one()
    if late:
        unsettle(conn, meeting_id)
    note(conn, meeting_id, "print_paper", {"batch": mark, "forms": number} | told, actor, at)
    return batch


def _urn_without_cards(
    conn: sa.Connection, urns: UrnStore, row: Any, package: Package
) -> dict[str, Any]:
    """Prepare it; returns what the journal tells of it."""
    named = replace(package, urn=free_urn(urns, row.ref))
    urns.prepare(named, {})
    conn.execute(
        sa.update(Meeting)
        .where(Meeting.id == row.id)
        .values(urn_id=named.urn, package=named.to_json(), package_digest=named.digest)
    )
    return {"urn": named.urn, "digest": named.digest}


def collect(conn: sa.Connection, batch_id: int, number: int, *, actor: Actor, at: datetime) -> None:
    """How many filled-in forms of a batch were collected; they are numbered 1 to ``number`` now.

    Raises Refused once typing began or the batch was joined, Invalid (number).
    """
    batch = batch_row(conn, batch_id)
    row = meeting_row(conn, batch.meeting_id, Permission.PAPER_ENTER, actor)
    if row.state not in (MeetingState.FROZEN, MeetingState.HELD) or batch.joined_at is not None:
        raise Refused([m("这一批已经并入计票,不能再改收回张数")])
    begun = conn.execute(
        sa.select(sa.func.count()).select_from(PaperEntry).where(PaperEntry.batch_id == batch_id)
    ).scalar_one()
    if begun:
        raise Refused([m("这一批已经开始录入,不能再改收回张数")])
    if not 0 <= number <= batch.printed:
        raise Invalid({"number": m("收回张数应是 0 至 %(n)s", n=batch.printed)})
    if batch.late:
        require_over(conn, row, batch, number, at)
    conn.execute(
        sa.update(PaperBatch)
        .where(PaperBatch.id == batch_id)
        .values(collected=number, collected_at=at, collected_by=actor.person_id)
    )
    note(conn, row.id, "collect_paper", {"batch": batch.mark, "forms": number}, actor, at)


def join(
    conn: sa.Connection,
    urns: UrnStore,
    batch: Any,
    forms: list[Form],
    *,
    pepper: bytes,
    actor: Actor,
    at: datetime,
) -> Arrival:
    """Seal the settled forms of a batch into the closed urn; what was typed is removed.

    ``batch`` is a locked row, ``forms`` the settled ones of ``paper_entries``. Raises Refused.
    """
    row = meeting_row(conn, batch.meeting_id, Permission.TALLY, actor)
    if row.state != MeetingState.HELD or row.urn_id is None:
        raise Refused([m("封箱以后、启封以前才能并入纸质票")])
    package = from_json(row.package)
    marks = _marks(pepper, row.urn_id, batch)
    used = {
        mark: _sealed(package, batch.group, mark, form)
        for mark, form in zip(marks, _shuffled(forms), strict=False)
    }
    arrival = join_sealed(urns, row.urn_id, batch.group, used, marks[len(forms) :])
    conn.execute(sa.delete(PaperEntry).where(PaperEntry.batch_id == batch.id))
    conn.execute(
        sa.update(PaperBatch)
        .where(PaperBatch.id == batch.id)
        .values(joined_at=at, joined_by=actor.person_id)
    )
    conn.execute(sa.update(Meeting).where(Meeting.id == row.id).values(urn_root=arrival.root))
    told = {
        "batch": batch.mark,
        "forms": len(forms),
        "unused": batch.printed - len(forms),
        "root_before": row.urn_root,
        "root": arrival.root,
    }
    note(conn, row.id, "join_paper", told, actor, at)
    return arrival


def _marks(pepper: bytes, urn: str, batch: Any) -> list[str]:
    """A fingerprint for each printed form: made again alike, so that joining twice is noticed."""
    return [
        hmac.new(
            pepper, f"kaoji paper/1|{urn}|{batch.mark}|{n}".encode(), hashlib.sha256
        ).hexdigest()
        for n in range(batch.printed)
    ]


def _shuffled(forms: list[Form]) -> list[Form]:
    mixed = list(forms)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def _sealed(package: Package, group: str, mark: str, form: Form) -> bytes:
    choices = choices_of(package, group, form)
    return seal(package, group, mark, choices) if choices else seal_invalid(package, group, mark)


def open_batches(conn: sa.Connection, meeting_id: int) -> list[str]:
    """Marks of the batches that are not joined yet."""
    rows = conn.execute(
        sa.select(PaperBatch.mark)
        .where(PaperBatch.meeting_id == meeting_id, PaperBatch.joined_at.is_(None))
        .order_by(PaperBatch.mark)
    )
    return list(rows.scalars())
