"""Witnessed destruction of the originals: the shares of a key, and all envelopes it could open.

Sealed custody ends with the retention term (K3, M17); where the scheme says ``destroy`` the count
must be recorded. Afterwards urns, backups and exports are noise, as two shares no longer exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from cases.ballot_box.package import from_json
from cases.ballot_box.urn import UrnStore
from cases.clock import date_of
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid, Refused
from cases.journal import Draft, append
from cases.models import Destruction, KeySet, Meeting, Tally
from cases.scoring.rules import kept_years
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import MeetingState, Permission
from workflow.words import m

RAW = "raw_ballots"


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Where, before whom, on what basis; ``burned``: the three shares were destroyed there."""

    place: str
    witnesses: tuple[str, ...]
    basis: str
    burned: bool


def kept_until(counted_on: date) -> date | None:
    """The last day of sealed custody of ballots counted on this day; None when kept for ever."""
    years = kept_years(RAW)
    return (
        None
        if years is None
        else counted_on.replace(year=counted_on.year + years, day=min(counted_on.day, 28))
    )


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

    Raises Refused: uncounted meetings, custody not over, done before; Invalid (witnesses, burned).
    """
    key = conn.execute(sa.select(KeySet).where(KeySet.id == key_id).with_for_update()).one()
    require_for_cycle(conn, key.cycle_id, Permission.BALLOTS_DESTROY, actor)
    _check(form)
    if conn.execute(sa.select(Destruction.id).where(Destruction.key_set_id == key_id)).first():
        raise Refused([m("这把密钥的原始票已经销毁")])
    meetings = _meetings(conn, key_id, at)
    emptied, envelopes = [], 0
    for urn in meetings:
        if urns.state(urn) != "destroyed":
            envelopes += urns.export(urn).count
            if urns.state(urn) == "opened" and urns.package(urn).custody != "destroy":
                urns.place_in_custody(urn)
            urns.destroy(urn)
        emptied.append(urn)
    conn.execute(
        sa.insert(Destruction).values(
            key_set_id=key_id,
            destroyed_at=at,
            place=form.place.strip(),
            basis=form.basis.strip(),
            witnesses=list(form.witnesses),
            urns=emptied,
            envelopes=envelopes,
            recorded_by=actor.person_id,
        )
    )
    payload = {"urns": emptied, "envelopes": envelopes, "witnesses": list(form.witnesses)}
    append(
        conn,
        Draft(
            subject="key_set", subject_id=key_id, action="destroy_originals", at=at, payload=payload
        ).by(actor),
    )
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
        sa.select(Meeting.urn_id, Meeting.state, Meeting.package, Tally.counted_at)
        .outerjoin(Tally, Tally.meeting_id == Meeting.id)
        .where(Meeting.key_set_id == key_id, Meeting.urn_id.is_not(None))
        .order_by(Meeting.id)
    ).all()
    waiting = sum(row.state != MeetingState.COUNTED for row in rows)
    if waiting:
        raise Refused([m("还有 %(n)s 场测评会没有登记计票结果", n=waiting)])
    for row in rows:
        until = kept_until(date_of(row.counted_at))
        if from_json(row.package).custody == "destroy":
            continue
        if until is None or date_of(at) <= until:
            raise Refused([m("封存保管期到 %(day)s,还不能销毁", day=until or m("永久"))])
    return [str(row.urn_id) for row in rows]
