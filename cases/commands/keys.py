"""启封密钥制作: a key per cycle or assessment group, in shares for 甲, 乙 and 备 (K7).

The server keeps the public key and its fingerprint. Shares are made in memory, shown once and
printed; two of three must have restored the key once before the first ballot is frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from cases import journal
from cases.ballot_box import shares
from cases.ballot_box.refusals import ShareRefusal
from cases.ballot_box.trust import key_fingerprint
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid, Refused
from cases.models import Destruction, KeyHolder, KeySet, KeySetUnit, Meeting, MeetingUnit
from cases.names import normal_form
from cases.queries.keys import current_keys, units_with_cases
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """One share as its holder typed it: nine lines, or the text of the QR code."""

    text: str = field(repr=False)
    passphrase: str = field(repr=False)


def fingerprint(public_key: str) -> str:
    """SHA-256 of a public key (64 hex letters), 64 hex letters; printed in blocks of four."""
    return key_fingerprint(public_key)


def public_key(typed: str) -> str:
    """A public key as typed, checked to be one. Raises Invalid (public_key)."""
    text = "".join(typed.split()).lower()
    try:
        X25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError as e:
        raise Invalid({"public_key": m("启封公钥要写成 64 位十六进制")}) from e
    return text


def make_shares(passphrases: Sequence[str], *, rehearsal: bool) -> shares.KeySet:
    """A fresh key in three locked shares. Raises Invalid (passphrase_1 ... passphrase_3).

    ``rehearsal`` makes shares that protect nothing, for tests and the demonstration; a real
    opening refuses them.
    """
    profile = shares.REHEARSAL if rehearsal else shares.STANDARD
    try:
        return shares.make_key_set(passphrases, profile)
    except ShareRefusal as e:
        raise Invalid({"passphrase_1": e.reasons[0]}) from e


def register_key_set(
    conn: sa.Connection,
    cycle_id: int,
    *,
    public_key: str,
    holders: Sequence[str],
    actor: Actor,
    at: datetime,
    group: str = "",
    unit_ids: Sequence[int] = (),
) -> int:
    """Keep the public half of a key made for a cycle; returns its id.

    ``holders``: names of 甲, 乙, 备. ``group`` and ``unit_ids``: the assessment group it is for and
    the units that group is charged with; without them it is the cycle's. A new key replaces one
    that no meeting has used yet. Raises Refused without the right or when ballots are already
    frozen under a key, Invalid (holder_1, group, units).
    """
    cycle = require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, actor, lock=True)
    names = [" ".join(name.split()) for name in holders]
    if len(names) != len(shares.HOLDERS) or not all(names) or len(set(names)) != len(names):
        raise Invalid({"holder_1": m("保管人要填三个不同的人")})
    group, units = " ".join(group.split()), sorted(set(unit_ids))
    _check_group(conn, cycle_id, group, units)
    used = _frozen_before(conn, cycle_id, units)
    if used:
        raise Refused([m("已有 %(n)s 场测评会锁定了表样,不能再换启封密钥", n=used)])
    key_id = int(
        conn.execute(
            sa.insert(KeySet)
            .values(
                cycle_id=cycle_id,
                title=" ".join(filter(None, (cycle.title, group, "启封密钥"))),
                group=group or None,
                public_key=public_key,
                fingerprint=fingerprint(public_key),
                made_at=at,
                made_by=actor.person_id,
            )
            .returning(KeySet.id)
        ).scalar_one()
    )
    conn.execute(
        sa.insert(KeyHolder),
        [
            {"key_set_id": key_id, "number": n, "name": name, "name_key": normal_form(name)}
            for n, name in zip(shares.HOLDERS, names, strict=True)
        ],
    )
    if units:
        conn.execute(
            sa.insert(KeySetUnit), [{"key_set_id": key_id, "unit_id": unit} for unit in units]
        )
    note: dict[str, Any] = {"fingerprint": fingerprint(public_key), "holders": names}
    if group:
        note |= {"group": group, "units": units}
    _journal(conn, key_id, "make_key_set", note, actor, at)
    return key_id


def _check_group(conn: sa.Connection, cycle_id: int, group: str, units: Sequence[int]) -> None:
    """A group has a name and units of its own. Raises Invalid (group, units)."""
    if bool(group) != bool(units):
        raise Invalid(
            {"units": m("请选择这个考核组负责的单位")}
            if group
            else {"group": m("请填写考核组的名称")}
        )
    known = dict(units_with_cases(conn, cycle_id))
    if not set(units) <= set(known):
        raise Invalid({"units": m("有一个单位不在本年度考核范围内")})
    for key in current_keys(conn, cycle_id):
        twice = [name for unit, name in key.units if unit in units and key.group != group]
        if twice:
            raise Invalid(
                {"units": m("%(unit)s已在“%(group)s”的密钥里", unit=twice[0], group=key.group)}
            )


def _frozen_before(conn: sa.Connection, cycle_id: int, units: Sequence[int]) -> int:
    """Meetings with locked forms that this key would have been for: those of the group's units, or
    those under the cycle's own key. Of a key that was destroyed nothing can be opened any more."""
    query = (
        sa.select(sa.func.count(sa.distinct(Meeting.id)))
        .select_from(Meeting)
        .join(KeySet, KeySet.id == Meeting.key_set_id)
        .outerjoin(Destruction, Destruction.key_set_id == KeySet.id)
        .where(Meeting.cycle_id == cycle_id, Destruction.id.is_(None))
    )
    if units:
        query = query.join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id).where(
            MeetingUnit.unit_id.in_(units)
        )
    else:
        query = query.where(KeySet.group.is_(None))
    return int(conn.execute(query).scalar_one())


def restore(
    entries: Sequence[ShareEntry], public_key: str, *, rehearsal: bool
) -> tuple[X25519PrivateKey, tuple[int, int]]:
    """The private key out of two shares, in memory only, and which holders gave them.

    Raises Invalid: share_1, passphrase_1, share_2, passphrase_2 -> what is wrong there.
    """
    if len(entries) != 2:
        raise Invalid({"share_1": m("要两位保管人各输入一份密钥")})
    opened: list[shares.OpenShare] = []
    for number, entry in enumerate(entries, 1):
        where = f"share_{number}"
        try:
            share = shares.read_share(entry.text)
            shares.require_of(share, public_key)
            where = f"passphrase_{number}"
            opened.append(shares.unlock(share, entry.passphrase, rehearsal=rehearsal))
        except ShareRefusal as e:
            raise Invalid({where: e.reasons[0]}) from e
    one, two = opened
    try:
        return shares.join(one, two, public_key), (one.holder, two.holder)
    except ShareRefusal as e:
        raise Invalid({"share_2": e.reasons[0]}) from e


def prove_restore(
    conn: sa.Connection,
    key_id: int,
    entries: Sequence[ShareEntry],
    *,
    rehearsal: bool,
    actor: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Two holders restore the key once, so that it is known to work before its first use.

    Returns the holders' numbers. Raises Refused, and Invalid as ``restore``.
    """
    row = conn.execute(sa.select(KeySet).where(KeySet.id == key_id).with_for_update()).one()
    require_for_cycle(conn, row.cycle_id, Permission.CYCLE_MANAGE, actor)
    _, holders = restore(entries, row.public_key, rehearsal=rehearsal)
    conn.execute(sa.update(KeySet).where(KeySet.id == key_id).values(tested_at=at))
    _journal(conn, key_id, "test_key_set", {"holders": list(holders)}, actor, at)
    return holders


def _journal(
    conn: sa.Connection,
    key_id: int,
    action: str,
    payload: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    journal.note(conn, "key_set", key_id, action, payload, actor, at)
