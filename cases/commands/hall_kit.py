"""A meeting in a hall without a network: its urn goes out on a file and comes back on a file.

Address of the hall's booth → cards printed for it → file handed out → ballots in the hall → file
brought back, once. While it is out the office's own booth takes no card of this meeting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box import arrivals, carrier
from cases.ballot_box.arrivals import Arrival
from cases.ballot_box.giving_up import give_up, is_given_up
from cases.ballot_box.hall_file import HallUrn, hall_pepper
from cases.ballot_box.package import from_json
from cases.ballot_box.urn import UrnStore
from cases.commands import beside
from cases.commands.meeting import note
from cases.commands.rights import require_for_thing
from cases.errors import Invalid, Refused
from cases.models import HallKit, Meeting, VoterGroup
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Permission, Thing, ThingAction
from workflow.words import Sentence, m

_ADDRESS = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?(:[0-9]{2,5})?")


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was uploaded, with the letters of its digest copied from the closing slip."""

    content: bytes
    digest: str


def kit_of(conn: sa.Connection, meeting_id: int) -> Any:
    """The row of ``hall_kits`` of a meeting, or None where the office's own booth is used."""
    return conn.execute(sa.select(HallKit).where(HallKit.meeting_id == meeting_id)).first()


def card_settings(
    conn: sa.Connection, meeting: Any, pepper: bytes, booth_url: str
) -> tuple[bytes, str]:
    """Pepper and address for the cards of a meeting: the hall's own where it uses the kit."""
    kit = kit_of(conn, meeting.id)
    if kit is None:
        return pepper, booth_url
    return hall_pepper(pepper, meeting.ref).encode(), kit.address


def _row(conn: sa.Connection, meeting_id: int, permission: Permission, actor: Actor) -> Any:
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, permission, actor)
    return row


def choose_kit(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    address: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Hold this meeting with the hall kit, reached in the hall under ``address``.

    Cards made before are given up, as their QR codes lead elsewhere. Raises Refused, Invalid.
    """
    row = _row(conn, meeting_id, Permission.MEETING_PLAN, actor)
    if row.state != MeetingState.FROZEN or row.urn_opened_at is not None:
        raise Refused([m("表样锁定以后、测评开始以前才能改用现场测评包")])
    address = address.strip().rstrip("/").lower()
    if not _ADDRESS.fullmatch(address):
        raise Invalid({"address": m("地址写成 http://kaoji.hall:8001 这样")})
    _give_up_cards(conn, urns, row)
    conn.execute(
        sa.insert(HallKit).values(
            meeting_id=meeting_id, address=address, made_at=at, made_by=actor.person_id
        )
    )
    note(conn, meeting_id, "choose_kit", {"address": address}, actor, at)


def drop_kit(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    *,
    actor: Actor,
    at: datetime,
    where: str = "",
) -> None:
    """Back to the office's own booth; cards are made anew, and the hall's urn is given up.

    ``where``: once the urn was handed out, where its copy is and how it was sealed; it goes into
    the journal, and the file is refused should it come back. Raises Refused, Invalid (where).
    """
    row = _row(conn, meeting_id, Permission.MEETING_PLAN, actor)
    kit = kit_of(conn, meeting_id)
    if row.state != MeetingState.FROZEN or kit is None:
        raise Refused([m("这场测评会没有使用现场测评包,或已经封箱")])
    told: dict[str, Any] = {"urn": row.urn_id}
    if kit.handed_at is not None:
        if not where.strip():
            raise Invalid({"where": m("准备文件已经交出,请写明测评机上的测评箱在哪里、怎样封存")})
        told |= {"file": kit.handed_digest, "where": where.strip()}
    _give_up_cards(conn, urns, row)
    note(conn, meeting_id, "drop_kit", told, actor, at)


def _give_up_cards(conn: sa.Connection, urns: UrnStore, row: Any) -> None:
    """The booth first: after a crash before this side is kept, doing it again goes on."""
    give_up(urns, row.ref)
    conn.execute(sa.delete(HallKit).where(HallKit.meeting_id == row.id))
    conn.execute(sa.update(Meeting).where(Meeting.id == row.id).values(urn_id=None))
    conn.execute(
        sa.update(VoterGroup).where(VoterGroup.meeting_id == row.id).values(made=0, printed=0)
    )


def cards_made_again(conn: sa.Connection, meeting_id: int) -> None:
    """Cards were printed anew: a file handed out before no longer counts."""
    conn.execute(
        sa.update(HallKit)
        .where(HallKit.meeting_id == meeting_id)
        .values(handed_at=None, handed_digest=None)
    )


def hand_out(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    *,
    pepper: bytes,
    actor: Actor,
    at: datetime,
) -> bytes:
    """The prepared urn as a file for the laptop; the same bytes each time. Raises Refused."""
    row = _row(conn, meeting_id, Permission.MEETING_HOLD, actor)
    kit = kit_of(conn, meeting_id)
    if kit is None or row.urn_id is None or row.state != MeetingState.FROZEN:
        raise Refused([m("先改用现场测评包,并制作测评卡")])
    package = from_json(row.package)
    file = HallUrn(
        package,
        arrivals.prepared_cards(urns, row.urn_id),
        hall_pepper(pepper, row.ref),
        kit.address,
    )
    content = file.to_bytes()
    digest = carrier.digest_of(content)
    conn.execute(
        sa.update(HallKit)
        .where(HallKit.meeting_id == meeting_id)
        .values(handed_at=at, handed_digest=digest)
    )
    note(conn, meeting_id, "hand_out_urn", {"urn": row.urn_id, "file": digest}, actor, at)
    return content


def take_back(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    brought: Brought,
    *,
    due: int,
    present: int,
    actor: Actor,
    at: datetime,
) -> Arrival:
    """Import the urn closed in the hall and record the meeting as held.

    The same file again changes nothing (``fresh`` is False). Raises Refused for another urn or an
    altered one, Invalid (digest, due, present).
    """
    row = _row(conn, meeting_id, Permission.MEETING_HOLD, actor)
    kit = kit_of(conn, meeting_id)
    digest = carrier.digest_of(brought.content)
    if not carrier.same_digest(brought.digest, digest):
        raise Invalid(
            {"digest": m("文件指纹与封箱单上抄写的不符:文件没有拷全、被改过,或者抄写有误")}
        )
    box = carrier.read(brought.content)
    if row.urn_id != box.package.urn and is_given_up(urns, box.package.urn):
        raise Refused([_given_up(row, kit)])
    if kit is None or row.urn_id is None:
        raise Refused([m("这场测评会没有使用现场测评包")])
    if box.package.urn != row.urn_id or box.package.digest != row.package_digest:
        raise Refused([m("这个文件是另一场测评会的,没有导入")])
    if row.state != MeetingState.FROZEN:
        if row.urn_root != box.export.root and kit.returned_digest != digest:
            raise Refused([m("这场测评会已导入过另一个文件,没有导入;请保全两份文件")])
        return Arrival(False, box.export.root, box.export.count)
    _check_people(due, present)
    arrival = arrivals.receive(urns, box)
    conn.execute(sa.update(Meeting).where(Meeting.id == meeting_id).values(urn_opened_at=at))
    reissued = _keep_printed(conn, urns, row)
    conn.execute(
        sa.update(HallKit)
        .where(HallKit.meeting_id == meeting_id)
        .values(returned_at=at, returned_digest=digest)
    )
    told = {"urn": row.urn_id, "file": digest, "reissued": reissued}
    note(conn, meeting_id, "take_back_urn", told, actor, at)
    beside.move(
        conn, Thing.MEETING, meeting_id, ThingAction.HOLD_MEETING, actor=actor, at=at,
        payload={"due": due, "present": present, "root": arrival.root,
                 "envelopes": arrival.envelopes},
    )  # fmt: skip
    return Arrival(True, arrival.root, arrival.envelopes)


def _given_up(row: Any, kit: Any) -> Sentence:
    """What became of the urn that is brought back, and where the ballots are taken now."""
    if kit is not None:
        return m("这个测评箱的测评卡后来重新制作过,它已经作废,没有导入;请保全文件")
    now = m("现在还没有封箱") if row.urn_root is None else m("现在已经另行封箱")
    return m(
        "这个测评箱在停用现场测评包时已经作废,里面的票不计入,没有导入;请保全文件。"
        "这场测评会改用本系统的测评箱,%(now)s",
        now=now,
    )


def _keep_printed(conn: sa.Connection, urns: UrnStore, row: Any) -> dict[str, int]:
    """Cards as they came back; returns how many more each group has than were made here.

    The laptop writes no journal, so this is the one trace of cards that its desk made.
    """
    groups = sa.select(VoterGroup.code, VoterGroup.printed).where(VoterGroup.meeting_id == row.id)
    made = {code: printed for code, printed in conn.execute(groups)}
    more = {}
    for group in urns.turnout(row.urn_id):
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == row.id, VoterGroup.code == group.group)
            .values(printed=group.printed)
        )
        if group.printed != made[group.group]:
            more[group.group] = group.printed - made[group.group]
    return more


def _check_people(due: int, present: int) -> None:
    if due < 1:
        raise Invalid({"due": m("应到人数至少为 1")})
    if not 0 <= present <= due:
        raise Invalid({"present": m("实到人数不能多于应到人数")})
