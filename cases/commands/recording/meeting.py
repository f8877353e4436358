"""What moves of a meeting write besides its state.

Payload keys: HOLD_MEETING ``due``, ``present`` (people) and ``root`` (of the closed urn);
``reason`` where the declaration asks for one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.clock import date_of
from cases.commands.count_rows import repeats
from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.errors import Invalid, Refused
from cases.journal.ballots import LOCKING
from cases.models import Cycle, HallKit, Meeting, PaperBatch, PaperEntry, VoterGroup
from cases.queries.ballot_package import package_of
from cases.queries.keys import key_for
from cases.queries.scheme import scheme_of_cycle
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import Thing, ThingAction
from workflow.words import m

_NO_URN: dict[str, Any] = {
    "urn_id": None,
    "package": None,
    "package_digest": None,
    "key_set_id": None,
    "urn_opened_at": None,
    "urn_root": None,
    "reconciliation": None,
}


def _set(conn: sa.Connection, moved: MovedThing, **values: Any) -> None:
    conn.execute(sa.update(Meeting).where(Meeting.id == moved.thing_id).values(**values))


def freeze(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Write the ballot package under its group's key or the cycle's. Raises Refused without a
    tested one, or when it was destroyed: nobody could ever open the urn.

    The cycle is held, so that no other key takes this one's place meanwhile.
    """
    row = conn.execute(sa.select(Meeting).where(Meeting.id == moved.thing_id)).one()
    held = sa.select(Cycle.id).where(Cycle.id == row.cycle_id).with_for_update(read=True)
    conn.execute(held).all()
    key = key_for(conn, row)
    scheme = scheme_of_cycle(conn, row.cycle_id)
    if key is None or key.tested_at is None or scheme is None:
        raise Refused([m("启封密钥还没有制作,或没有经两位保管人试还原")])
    if key.destroyed:
        raise Refused([m("启封密钥已经销毁,请另做一把")])
    if len(set((row.tellers or {}).values())) < rule_count("tellers"):
        raise Refused([m("还没有指定计票人和监票人")])
    package = package_of(conn, row, scheme, public_key=key.public_key, urn=f"{row.ref}-0")
    again = repeats(conn, package)
    if again:
        raise Refused(again)
    _set(
        conn,
        moved,
        key_set_id=key.id,
        package=package.to_json(),
        package_digest=package.digest,
    )
    locked = {"digest": package.digest, "key": key.id}
    journal.note(conn, Thing.MEETING.value, moved.thing_id, LOCKING, locked, actor, at)


def unfreeze(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The package, its cards and paper forms are given up; a later freeze makes others."""
    _set(conn, moved, **_NO_URN)
    conn.execute(
        sa.update(VoterGroup)
        .where(VoterGroup.meeting_id == moved.thing_id)
        .values(made=0, printed=0, returned=None, missing=None)
    )
    conn.execute(sa.delete(HallKit).where(HallKit.meeting_id == moved.thing_id))
    forms = sa.select(PaperBatch.id).where(PaperBatch.meeting_id == moved.thing_id)
    conn.execute(sa.delete(PaperEntry).where(PaperEntry.batch_id.in_(forms)))
    conn.execute(sa.delete(PaperBatch).where(PaperBatch.meeting_id == moved.thing_id))


def hold(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The day, people due and present, the root of the closed urn."""
    given = moved.payload
    due, present = int(given.get("due") or 0), int(given.get("present") or 0)
    if not given.get("root"):
        raise Refused([m("测评箱还没有封箱")])
    if due < 1:
        raise Invalid({"due": m("应到人数至少为 1")})
    if not 0 <= present <= due:
        raise Invalid({"present": m("实到人数不能多于应到人数")})
    _set(
        conn,
        moved,
        held_on=date_of(at),
        due_count=due,
        present_count=present,
        urn_root=str(given["root"]),
    )


def rerun(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The void meeting's urn stays sealed; the next one gets its own."""
    unfreeze(conn, moved, actor, at)
    _set(conn, moved, held_on=None, due_count=None, present_count=None)


def replace(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Why talks stand for the ballot."""
    _set(conn, moved, replaced_reason=str(moved.payload.get("reason") or ""))


def restore(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Planned again: the earlier reason no longer holds, an unused urn is given up."""
    unfreeze(conn, moved, actor, at)
    _set(conn, moved, replaced_reason=None)


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.FREEZE_MEETING: freeze,
    ThingAction.UNFREEZE_MEETING: unfreeze,
    ThingAction.HOLD_MEETING: hold,
    ThingAction.RERUN_MEETING: rerun,
    ThingAction.REPLACE_BY_TALKS: replace,
    ThingAction.RESTORE_MEETING: restore,
}
"""COUNT_MEETING opens inquiries, which themselves go through ``beside``: see ``commands.count``."""
