"""The day of a meeting: opening the urn, new cards for spoiled ones, closing, cards on the table.

The urn's own database moves first, this one after it; each act may be done again and finds the urn
as it is (see ``cases.commands.meeting``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.cards import Card, fingerprint, make_cards, normalise
from cases.ballot_box.package import from_json
from cases.ballot_box.reconciliation import CardTally, objections
from cases.ballot_box.urn import UrnStore
from cases.ballot_box.urn_rows import GroupTurnout
from cases.clock import date_of
from cases.commands import beside
from cases.commands.hall_kit import kit_of
from cases.commands.meeting import note
from cases.commands.paper_batches import open_batches
from cases.commands.rights import require_for_thing
from cases.errors import Invalid, Refused
from cases.models import Meeting, VoterGroup
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Permission, Thing, ThingAction
from workflow.words import m


@dataclass(frozen=True, slots=True)
class OnTable:
    """Cards of one group as counted by hand: unused and spoiled ones collected, ones missing."""

    returned: int
    missing: int


def _row(conn: sa.Connection, meeting_id: int, permission: Permission, actor: Actor) -> Any:
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, permission, actor)
    return row


def open_urn(
    conn: sa.Connection, urns: UrnStore, meeting_id: int, *, actor: Actor, at: datetime
) -> None:
    """Cards can be used from now on. Raises Refused before the day and without printed cards."""
    row = _row(conn, meeting_id, Permission.MEETING_HOLD, actor)
    if row.state != MeetingState.FROZEN or row.urn_id is None:
        raise Refused([m("表样还没有锁定,或还没有制作测评卡")])
    if row.planned_on is None or date_of(at) < row.planned_on:
        raise Refused([m("还没有到会议日期")])
    if kit_of(conn, meeting_id) is not None:
        raise Refused([m("这场测评会用现场测评包,请在现场的测评机上开始")])
    if urns.state(row.urn_id) == "prepared":
        urns.open(row.urn_id)
    if row.urn_opened_at is None:
        conn.execute(sa.update(Meeting).where(Meeting.id == meeting_id).values(urn_opened_at=at))
        note(conn, meeting_id, "open_urn", {"urn": row.urn_id}, actor, at)


def reissue_card(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    group: str,
    *,
    spoiled: str | None,
    pepper: bytes,
    booth_url: str,
    actor: Actor,
    at: datetime,
) -> Card:
    """A new card for a spoiled one (its code as typed) or a lost one (None), in the hall (M9).

    Raises Refused: not in the hall's state, a card already handed in, no right; CardRefusal for a
    code that can't be one.
    """
    row = _row(conn, meeting_id, Permission.MEETING_HOLD, actor)
    if row.state != MeetingState.FROZEN or row.urn_id is None:
        raise Refused([m("只有测评开始以前和测评期间可以补发测评卡")])
    if kit_of(conn, meeting_id) is not None:
        # A card made here after the file went out would bar the hall's urn from coming back.
        raise Refused([m("这场测评会用现场测评包,请在现场的测评机上补发")])
    package = from_json(row.package)
    if group not in package.group_keys:
        raise Invalid({"group": m("请选择参评类别")})
    card = make_cards(package, {group: 1}, booth_url)[0]
    old = fingerprint(pepper, normalise(spoiled)) if spoiled else None
    urns.reissue(row.urn_id, group, fingerprint(pepper, card.code), old)
    _keep_printed(conn, meeting_id, urns.turnout(row.urn_id))
    how = "spoiled" if spoiled else "lost"
    note(conn, meeting_id, "reissue_card", {"group": group, "for": how}, actor, at)
    return card


def _keep_printed(conn: sa.Connection, meeting_id: int, turnout: tuple[GroupTurnout, ...]) -> None:
    for group in turnout:
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code == group.group)
            .values(printed=group.printed)
        )


def close_meeting(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    *,
    due: int,
    present: int,
    actor: Actor,
    at: datetime,
) -> str:
    """Close the urn and record the meeting as held; returns the root over its sealed envelopes.

    ``due``, ``present``: people, for the turnout. Raises Refused, Invalid (due, present). People
    are checked before the urn is closed, as a closed one never opens again.
    """
    row = _row(conn, meeting_id, Permission.MEETING_HOLD, actor)
    if row.state != MeetingState.FROZEN or row.urn_opened_at is None or row.urn_id is None:
        raise Refused([m("测评还没有开始")])
    if due < 1:
        raise Invalid({"due": m("应到人数至少为 1")})
    if not 0 <= present <= due:
        raise Invalid({"present": m("实到人数不能多于应到人数")})
    if urns.state(row.urn_id) == "open":
        urns.close(row.urn_id)
    export = urns.export(row.urn_id)
    _keep_printed(conn, meeting_id, urns.turnout(row.urn_id))
    beside.move(
        conn, Thing.MEETING, meeting_id, ThingAction.HOLD_MEETING, actor=actor, at=at,
        payload={"due": due, "present": present, "root": export.root, "envelopes": export.count},
    )  # fmt: skip
    return export.root


def reconcile(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    table: Mapping[str, OnTable],
    *,
    remark: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Cards on the table: printed = used + returned + missing, for each group (B19).

    Where they don't add up a remark is asked for, which the other teller must confirm before the
    urn may be opened. Raises Refused, Invalid (``returned_<group>``, ``remark``).
    """
    row = _row(conn, meeting_id, Permission.TALLY, actor)
    if row.state != MeetingState.HELD or row.urn_id is None:
        raise Refused([m("封箱以后才能核对测评卡")])
    waiting = open_batches(conn, meeting_id)
    if waiting:
        raise Refused([m("纸质票 %(marks)s 还没有并入计票", marks="、".join(waiting))])
    turnout = urns.turnout(row.urn_id)
    faults = {
        f"returned_{g.group}": m("请填写收回数和缺数,没有的填 0")
        for g in turnout
        if g.group not in table or min(table[g.group].returned, table[g.group].missing) < 0
    }
    if faults:
        raise Invalid(faults)
    tallies = [
        CardTally(g.group, g.printed, g.used, table[g.group].returned, table[g.group].missing)
        for g in turnout
    ]
    wrong = objections(tallies)
    if wrong and not remark.strip():
        raise Invalid({"remark": wrong[0]})
    for tally in tallies:
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code == tally.group)
            .values(printed=tally.printed, returned=tally.returned, missing=tally.missing)
        )
    rows = {
        t.group: {
            "printed": t.printed,
            "used": t.used,
            "returned": t.returned,
            "missing": t.missing,
        }
        for t in tallies
    }
    found = {
        "rows": rows,
        "balanced": not wrong,
        "remark": remark.strip() if wrong else "",
        "noted_by": [actor.person_id] if wrong else [],
    }
    _keep(conn, meeting_id, found)
    note(conn, meeting_id, "reconcile_cards", found, actor, at)


def confirm_remark(conn: sa.Connection, meeting_id: int, *, actor: Actor, at: datetime) -> None:
    """The other teller agrees with the remark on cards that don't add up. Raises Refused."""
    row = _row(conn, meeting_id, Permission.TALLY, actor)
    found = row.reconciliation
    if row.state != MeetingState.HELD or found is None or found["balanced"]:
        raise Refused([m("没有要确认的说明")])
    if actor.person_id in found["noted_by"]:
        raise Refused([m("说明须由计票人和监票人两个人分别确认")])
    both = {**found, "noted_by": [*found["noted_by"], actor.person_id]}
    _keep(conn, meeting_id, both)
    note(conn, meeting_id, "confirm_remark", {"remark": found["remark"]}, actor, at)


def _keep(conn: sa.Connection, meeting_id: int, found: dict[str, Any]) -> None:
    conn.execute(sa.update(Meeting).where(Meeting.id == meeting_id).values(reconciliation=found))
