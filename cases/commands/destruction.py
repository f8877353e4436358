"""Witnessed destruction of the originals: the shares of a key, and all envelopes it could open.

Sealed custody ends with the retention term (K3, M17); where the scheme says ``destroy``, with the
days in which those rated may object. Afterwards urns, backups and exports are noise, as two shares
no longer exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from cases import journal
from cases.ballot_box.giving_up import remove, under_key
from cases.ballot_box.package import from_json
from cases.ballot_box.urn import UrnStore
from cases.clock import date_of
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid, Refused
from cases.journal.opening_keys import DESTROYING, SUBJECT, destruction_said
from cases.models import (
    Case,
    Decision,
    Destruction,
    KeySet,
    Meeting,
    MeetingSheet,
    Review,
    SheetRow,
    Tally,
)
from cases.queries.keys import kept_until
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import MeetingState, Permission, ReviewState, State
from workflow.words import m

NOT_HELD = (MeetingState.CANCELLED, MeetingState.REPLACED_BY_TALKS)
"""Nobody hands in at these: nothing to count, and nothing to wait for."""


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Where, before whom, on what basis; ``burned``: the three shares were destroyed there."""

    place: str
    witnesses: tuple[str, ...]
    basis: str
    burned: bool


def destroy_originals(
    conn: sa.Connection,
    urns: UrnStore,
    key_id: int,
    form: Witnessing,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Record the destruction and empty every urn of this key; returns how many envelopes.

    Among them are urns that were never counted: of void, cancelled and thawed meetings. Done again
    after a crash, what the first try had emptied is counted by the numbers the urns kept.
    Raises Refused: uncounted meetings, custody or objection days not over, done before; Invalid
    (witnesses, burned).
    """
    key = conn.execute(sa.select(KeySet).where(KeySet.id == key_id).with_for_update()).one()
    require_for_cycle(conn, key.cycle_id, Permission.BALLOTS_DESTROY, actor, lock=True)
    _check(form)
    if conn.execute(sa.select(Destruction.id).where(Destruction.key_set_id == key_id)).first():
        raise Refused([m("这把密钥的原始票已经销毁")])
    meetings = _meetings(conn, key_id, at)
    emptied, envelopes = [], 0
    for urn in meetings:
        if urns.state(urn) == "destroyed":
            envelopes += sum(group.used for group in urns.turnout(urn))
        else:
            envelopes += urns.export(urn).count
            if urns.state(urn) == "opened" and urns.package(urn).custody != "destroy":
                urns.place_in_custody(urn)
            urns.destroy(urn)
        emptied.append(urn)
    for urn, state in under_key(urns, key.public_key).items():
        if urn not in emptied:
            envelopes += (
                remove(urns, urn, state)
                if state != "destroyed"
                else sum(group.used for group in urns.turnout(urn))
            )
            emptied.append(urn)
    urns.sweep()  # also after urns that a try before this one had emptied
    row = conn.execute(
        sa.insert(Destruction)
        .values(
            key_set_id=key_id,
            destroyed_at=at,
            place=form.place.strip(),
            basis=form.basis.strip(),
            witnesses=list(form.witnesses),
            urns=emptied,
            envelopes=envelopes,
            recorded_by=actor.person_id,
        )
        .returning(Destruction)
    ).one()
    journal.note(conn, SUBJECT, key_id, DESTROYING, destruction_said(row), actor, at)
    return envelopes


def _check(form: Witnessing) -> None:
    names = [" ".join(name.split()) for name in form.witnesses]
    if len(names) < rule_count("tellers") or len(set(names)) != len(names) or not all(names):
        raise Invalid({"witness_2": m("监销人要填两个不同的人")})
    if not form.burned:
        raise Invalid({"burned": m("密钥没有当面销毁的,不能登记")})


def _meetings(conn: sa.Connection, key_id: int, at: datetime) -> Sequence[str]:
    """Urns of this key, all counted and past their term. Raises Refused."""
    rows = conn.execute(
        sa.select(Meeting.id, Meeting.urn_id, Meeting.state, Meeting.package, Tally.counted_at)
        .outerjoin(Tally, Tally.meeting_id == Meeting.id)
        .where(
            Meeting.key_set_id == key_id,
            Meeting.urn_id.is_not(None),
            Meeting.state.not_in(NOT_HELD),
        )
        .order_by(Meeting.id)
    ).all()
    waiting = sum(row.state != MeetingState.COUNTED for row in rows)
    if waiting:
        raise Refused([m("还有 %(n)s 场测评会没有登记计票结果", n=waiting)])
    today, early = date_of(at), []
    for row in rows:
        if from_json(row.package).custody == "destroy":
            early.append(row.id)
            continue
        until = kept_until(date_of(row.counted_at))
        if until is None or today <= until:
            raise Refused([m("封存保管期到 %(day)s,还不能销毁", day=until or m("永久"))])
    _require_objections_over(conn, early, today)
    return [str(row.urn_id) for row in rows]


def _require_objections_over(conn: sa.Connection, meetings: Sequence[int], today: date) -> None:
    """All those rated know their result, may not ask for a review any more, and no review is open.

    The days run from the newest decision (公务员法 95). Raises Refused.
    """
    rated = (
        sa.select(SheetRow.case_id)
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .join(Case, Case.id == SheetRow.case_id)
        .where(MeetingSheet.meeting_id.in_(meetings), Case.state != State.NOT_ASSESSED)
        .distinct()
        .subquery()
    )
    told = (
        sa.select(sa.func.max(Decision.notified_on).label("day"))
        .where(Decision.case_id == rated.c.case_id)
        .scalar_subquery()
    )
    days = conn.execute(sa.select(told.label("day")).select_from(rated)).scalars().all()
    known = [day for day in days if day is not None]
    if untold := len(days) - len(known):
        raise Refused([m("还有 %(n)s 名测评对象没有告知考核结果,还不能销毁", n=untold)])
    last = max(known, default=date.min) + timedelta(days=rule_count("review_apply"))
    if today <= last:
        raise Refused([m("异议期到 %(day)s,还不能销毁", day=last)])
    pending = conn.execute(
        sa.select(sa.func.count())
        .select_from(Review)
        .join(rated, rated.c.case_id == Review.case_id)
        .where(Review.state.in_((ReviewState.FILED, ReviewState.ACCEPTED)))
    ).scalar_one()
    if pending:
        raise Refused([m("还有 %(n)s 件复核、申诉没有办结,还不能销毁", n=pending)])
