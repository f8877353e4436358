"""Witnessed destruction: when, by whom, what is left, and what an old backup is worth (B20)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box.arrivals import carrier_of
from cases.ballot_box.envelope import open_envelope
from cases.ballot_box.offline import restore_key
from cases.ballot_box.refusals import EnvelopeRefusal, ShareRefusal, UrnRefusal
from cases.ballot_box.shares import HOLDERS, unlock
from cases.ballot_box.urn import open_urn_store
from cases.commands.destruction import Witnessing, destroy_originals, kept_until
from cases.errors import Invalid, Refused
from cases.models import BallotCount, Destruction, KeySet, Tally
from cases.store import Store
from tests.cases.commands.ballots import PASSPHRASES, Hall, hall
from workflow.vocabulary import Role

LATE = datetime(2029, 1, 14, 1, 0, tzinfo=UTC)
FORM = Witnessing("机关文印室", ("陆明晖", "方若谷"), "保管期满", burned=True)
MARKS = {"A": (3, 2, 0, 0), "B": (4, 1, 1, 0), "C": (5, 2, 0, 0)}


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        made.make_key()
        made.plan({g: sum(n) for g, n in MARKS.items()})
        made.freeze()
        made.print_cards()
        made.open()
        made.vote(MARKS)
        made.close()
        made.reconcile()
        yield made


def counted(room: Hall) -> Hall:
    room.count()
    room.sign()
    room.record()
    return room


def destroy(room: Hall, form: Witnessing = FORM, at: datetime = LATE, role=Role.OFFICE_LEAD) -> int:
    with room.store.transaction() as conn:
        key = conn.execute(sa.select(KeySet.id)).scalar_one()
        return destroy_originals(conn, room.urns, key, form, actor=room.world.actor(role), at=at)


def files(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.glob("booth.db*")))


def test_envelopes_are_gone_and_totals_stay(room: Hall, tmp_path: Path) -> None:
    counted(room)
    urn = room.row().urn_id
    bodies = [e for g in room.urns.export(urn).groups for e in g.envelopes]
    assert destroy(room) == len(bodies) == 18
    assert room.urns.state(urn) == "destroyed"
    with pytest.raises(UrnRefusal):
        room.urns.export(urn)
    left = files(tmp_path)
    assert sum(body in left for body in bodies) == 0
    with room.store.reading() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(BallotCount)).scalar_one() > 0
        assert conn.execute(sa.select(Tally.root)).scalar_one() == room.row().urn_root
        record = conn.execute(sa.select(Destruction)).one()
    assert (record.witnesses, record.envelopes) == (["陆明晖", "方若谷"], 18)


def test_old_backup_is_unreadable_without_the_shares(room: Hall, tmp_path: Path) -> None:
    counted(room)
    urn, package = room.row().urn_id, room.urns.package(room.row().urn_id)
    room.urns.engine.dispose()
    backup = tmp_path / "backup"
    backup.mkdir()
    for path in tmp_path.glob("booth.db*"):
        shutil.copy(path, backup / path.name)
    destroy(room)
    old = open_urn_store(f"sqlite:///{backup / 'booth.db'}")
    box = carrier_of(old, urn)
    old.dispose()
    assert box.export.count == 18
    opened = 0
    for holder in HOLDERS:  # one share that escaped, with its passphrase
        text, word = "\n".join(room.shares[holder - 1].lines), PASSPHRASES[holder - 1]
        with pytest.raises(ShareRefusal):
            restore_key([(text, word), (text, word)], package.public_key, rehearsal=True)
        parts = unlock(room.shares[holder - 1], word, rehearsal=True).parts.values()
        for raw in (*parts, bytes(a ^ b for a, b in zip(*parts, strict=True))):
            key = X25519PrivateKey.from_private_bytes(raw)
            for group in box.export.groups:
                for body in group.envelopes:
                    try:
                        open_envelope(package, group.group, body, key)
                    except EnvelopeRefusal:
                        continue
                    opened += 1
    assert opened == 0


def test_custody_is_kept_until_its_term(room: Hall) -> None:
    counted(room)
    assert kept_until(date(2026, 1, 13)) == date(2029, 1, 13)
    with pytest.raises(Refused, match="封存保管期到 2029-01-13"):
        destroy(room, at=datetime(2029, 1, 13, 10, 0, tzinfo=UTC))
    assert room.urns.state(room.row().urn_id) == "in_custody"


def test_uncounted_meetings_keep_their_originals(room: Hall) -> None:
    with pytest.raises(Refused, match="1 场测评会没有登记计票结果"):
        destroy(room)
    assert room.urns.state(room.row().urn_id) == "closed"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (Witnessing("文印室", ("陆明晖", "陆明晖"), "期满", True), "witness_2"),
        (Witnessing("文印室", ("陆明晖", " "), "期满", True), "witness_2"),
        (Witnessing("文印室", ("陆明晖", "方若谷"), "期满", False), "burned"),
    ],
)
def test_two_witnesses_and_burned_shares_are_asked_for(room: Hall, form, field) -> None:
    counted(room)
    with pytest.raises(Invalid) as refused:
        destroy(room, form)
    assert list(refused.value.errors) == [field]


def test_only_the_head_of_the_office_records_it_and_once(room: Hall) -> None:
    counted(room)
    for role in (Role.OFFICE, Role.KEY_HOLDER, Role.ASSESSMENT_GROUP):
        with pytest.raises(Refused):
            destroy(room, role=role)
    destroy(room)
    with pytest.raises(Refused, match="已经销毁"):
        destroy(room)
