"""Act: the year's opening key, and one of its own for the halls of one assessment group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from cases.commands.keys import ShareEntry, make_shares, prove_restore, register_key_set
from cases.demo.city.story import TURNS
from cases.demo.theatre import Theatre, at
from cases.models import Meeting

PASSPHRASES = ("松石 河灯 书案 甲匙", "竹影 渡口 砚台 乙匙", "山泉 驿路 灯笼 备匙")
"""Of shares that protect nothing; a real opening refuses them."""
HOLDERS = ("key_holder_a", "key_holder_b", "key_holder_spare")
GROUP_HOLDERS = ("group2_lead", "opinion_discipline", "archivist")
"""Of the group's own key: nobody who keeps the year's, else two people could open both."""
GROUP = next(t for t in TURNS if t.kind == "group_key")

Keys = Mapping[int, tuple[ShareEntry, ShareEntry]]
"""Key -> the two shares its urns are opened with: 甲 and 备, as if 乙 were away."""


def make(theatre: Theatre) -> Keys:
    """Both keys, each proven by two of its shares before any form is locked."""
    counties = [theatre.units[p.code] for p in theatre.city.bodies if p.kind == "county"]
    when = at(GROUP.day, 8)
    return dict(
        [
            _one(theatre, when, HOLDERS),
            _one(
                theatre,
                when + timedelta(minutes=40),
                GROUP_HOLDERS,
                GROUP.details["group"],
                counties,
            ),
        ]
    )


def _one(
    theatre: Theatre,
    when: datetime,
    holders: Sequence[str],
    group: str = "",
    units: Sequence[int] = (),
) -> tuple[int, tuple[ShareEntry, ShareEntry]]:
    lead = theatre.actor("office_lead")
    made = make_shares(PASSPHRASES, rehearsal=True)
    first, second, spare = (
        ShareEntry("\n".join(share.lines), phrase)
        for share, phrase in zip(made.shares, PASSPHRASES, strict=True)
    )
    with theatre.writing() as conn:
        key = register_key_set(
            conn, theatre.cycle_id, public_key=made.public_key,
            holders=[theatre.city.person(k).name for k in holders], actor=lead, at=when,
            group=group, unit_ids=units,
        )  # fmt: skip
        prove_restore(
            conn, key, [first, second], rehearsal=True, actor=lead,
            at=when + timedelta(minutes=30),
        )  # fmt: skip
    return key, (first, spare)


def shares_for(conn: sa.Connection, keys: Keys, meeting: int) -> tuple[ShareEntry, ShareEntry]:
    """The shares of the key that a meeting's forms were locked with."""
    key = conn.execute(sa.select(Meeting.key_set_id).where(Meeting.id == meeting)).scalar_one()
    assert key is not None
    return keys[key]
