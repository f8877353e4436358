"""The day of a meeting: opening the urn, new cards for spoiled ones, closing, cards on the table.

The urn's own database moves first, this one after it; each act may be done again and finds the urn
as it is (see ``cases.commands.meeting``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.cards import Card, fingerprint, normalise
from cases.ballot_box.giving_up import GIVEN_UP
from cases.ballot_box.package import from_json
from cases.ballot_box.reconciliation import CardTally, objections
from cases.ballot_box.reissuing import card_for, reissue_once
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
from cases.queries.paper import CardLine, card_lines
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
    state = urns.state(row.urn_id)
    if state == GIVEN_UP:
        raise Refused([m("先前的测评卡已经作废,请重新制作")])
    if state == "prepared":
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
    ticket: str,
    spoiled: str | None,
    pepper: bytes,
    booth_url: str,
    actor: Actor,
    at: datetime,
) -> Card:
    """A new card for a spoiled one (its code as typed) or a lost one (None), in the hall (M9).

    ``ticket`` is the form's: asked twice with it, the same card is given and made once. Raises
    Refused: not in the hall's state, a card already handed in, no right; CardRefusal for a code
    that can't be one.
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
    card = card_for(package, group, booth_url, pepper=pepper, ticket=ticket)
    old = fingerprint(pepper, normalise(spoiled)) if spoiled else None
    reissue_once(urns, row.urn_id, group, fingerprint(pepper, card.code), old)
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
    if row.urn_root is not None:
        raise Refused([m("测评箱已经封好,这一次什么也没有改变")])
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

    ``table`` is by the codes of ``card_lines``. Where they don't add up, more cards were made anew
    for lost ones than are missing, or more used than people present, a remark is asked for, which
    the other teller must confirm before the urn may be opened. Raises Refused, Invalid
    (``returned_<code>``, ``remark``).
    """
    row = _row(conn, meeting_id, Permission.TALLY, actor)
    if row.state != MeetingState.HELD or row.urn_id is None:
        raise Refused([m("封箱以后才能核对测评卡")])
    waiting = open_batches(conn, meeting_id)
    if waiting:
        raise Refused([m("纸质票 %(marks)s 还没有并入计票", marks="、".join(waiting))])
    lines = card_lines(conn, meeting_id, urns.turnout(row.urn_id))
    tallies, titles = _tallied(lines, table), {line.group: line.title for line in lines}
    named = (replace(t, group=titles[t.group]) for t in tallies.values())
    wrong = objections(named, row.present_count)
    if wrong and not remark.strip():
        raise Invalid({"remark": reduce(lambda a, b: m("%(a)s；%(b)s", a=a, b=b), wrong)})
    _keep_groups(conn, meeting_id, tallies.values())
    rows = {
        code: {
            "printed": t.printed,
            "used": t.used,
            "returned": t.returned,
            "missing": t.missing,
        }
        for code, t in tallies.items()
    }
    found = {
        "rows": rows,
        "balanced": not wrong,
        "remark": remark.strip() if wrong else "",
        "noted_by": [actor.person_id] if wrong else [],
    }
    _keep(conn, meeting_id, found)
    note(conn, meeting_id, "reconcile_cards", found, actor, at)


def _tallied(lines: Sequence[CardLine], table: Mapping[str, OnTable]) -> dict[str, CardTally]:
    """The numbers typed beside those of the urn, line by line. Raises Invalid."""
    none = OnTable(-1, -1)
    found, faults = {}, {}
    for line in lines:
        if line.code not in table and not line.printed:
            continue  # no card of this group was made
        typed = table.get(line.code, none)
        if min(typed.returned, typed.missing) < 0:
            faults[f"returned_{line.code}"] = m("请填写收回数和缺数,没有的填 0")
        found[line.code] = CardTally(
            line.group, line.printed, line.used, typed.returned, typed.missing, line.lost, line.late
        )
    if faults:
        raise Invalid(faults)
    return found


def _keep_groups(conn: sa.Connection, meeting_id: int, tallies: Iterable[CardTally]) -> None:
    """The totals of each group, its late papers among them."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for t in tallies:
        sums[t.group].update(printed=t.printed, returned=t.returned, missing=t.missing)
    for group, numbers in sums.items():
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id, VoterGroup.code == group)
            .values(**numbers)
        )


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
