"""Witnessed destruction: when, by whom, what is left, and what an old backup is worth (B20)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
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
from cases.commands.destruction import Witnessing, destroy_originals
from cases.errors import Invalid, Refused
from cases.models import BallotCount, Destruction, KeySet, Meeting, SchemeVersion, Tally
from cases.queries.keys import kept_until
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.ballots import HELD, OPENED, PASSPHRASES, Hall, hall
from tests.cases.commands.test_reviews import filed
from tests.decision_desk import cases_of, tell
from workflow.rules import rule_count
from workflow.vocabulary import Grade, MeetingState, Role, ThingAction

LATE = datetime(2029, 1, 14, 1, 0, tzinfo=UTC)
FORM = Witnessing("机关文印室", ("陆明晖", "方若谷"), "保管期满", burned=True)
MARKS = {"A": (3, 2, 0, 0), "B": (4, 1, 1, 0), "C": (5, 2, 0, 0)}


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        made.run(MARKS)
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


def test_nothing_is_sealed_with_a_destroyed_key(sqlite_store: Store, tmp_path: Path) -> None:
    with hall(sqlite_store, tmp_path) as room:
        room.make_key()
        room.plan({g: sum(n) for g, n in MARKS.items()})
        destroy(room)
        with pytest.raises(Refused, match="启封密钥已经销毁"):
            room.freeze()
        room.make_key()
        room.freeze()


@pytest.fixture
def early(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    """The same hall under a scheme whose originals go after the objection days (K3)."""
    with hall(sqlite_store, tmp_path) as made:
        with made.store.transaction() as conn:
            content = conn.execute(sa.select(SchemeVersion.content)).scalar_one()
            content["ballot"]["raw_ballots"] = "destroy"
            conn.execute(sa.update(SchemeVersion).values(content=content, digest=digest(content)))
        made.run(MARKS)
        made.reconcile()
        yield counted(made)


def told(room: Hall, at: datetime = OPENED) -> datetime:
    """All those rated know their result; the last instant at which they may object."""
    with room.store.transaction() as conn:
        for case in cases_of(conn).values():
            tell(conn, case.id, Grade.INCOMPETENT, at)
    return at + timedelta(days=rule_count("review_apply"))


def test_early_destruction_waits_until_those_rated_know_their_result(early: Hall) -> None:
    with pytest.raises(Refused, match="还有 3 名测评对象没有告知考核结果"):
        destroy(early, at=LATE)
    assert early.urns.state(early.row().urn_id) == "in_custody"


def test_early_destruction_waits_for_the_last_day_to_object(early: Hall) -> None:
    last = told(early)
    with pytest.raises(Refused, match="异议期到 2026-02-12"):
        destroy(early, at=last)
    assert destroy(early, at=last + timedelta(days=1)) == 18
    assert early.urns.state(early.row().urn_id) == "destroyed"


def test_early_destruction_waits_for_an_open_review(early: Hall) -> None:
    last = told(early)
    with early.store.transaction() as conn:
        filed(conn, early.world, cases_of(conn)["沈知远"], last)
    with pytest.raises(Refused, match="还有 1 件复核、申诉没有办结"):
        destroy(early, at=last + timedelta(days=1))


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.REPLACED_BY_TALKS])
def test_meetings_that_were_not_held_are_not_waited_for(early: Hall, state: MeetingState) -> None:
    last = told(early)
    with early.store.transaction() as conn:
        row = conn.execute(sa.select(Meeting)).one()._asdict() | {
            "ref": "另一场",
            "state": state,
            "urn_id": "空",
        }
        row.pop("id")
        conn.execute(sa.insert(Meeting).values(**row))
    assert destroy(early, at=last + timedelta(days=1)) == 18


def test_urns_that_were_never_counted_leave_with_their_key(room: Hall) -> None:
    """Of a void ballot the envelopes stay sealed in the booth, though no meeting names the urn."""
    first = room.row().urn_id
    room.move(ThingAction.RERUN_MEETING, room.office, HELD, reason="参测不足")
    room.freeze()
    room.print_cards()
    second = room.row().urn_id
    room.print_cards()
    third = room.row().urn_id
    room.open()
    room.vote(MARKS)
    room.close()
    room.reconcile()
    counted(room)
    assert [room.urns.state(u) for u in (first, second, third)] == [
        "closed", "given_up", "in_custody",
    ]  # fmt: skip
    with room.store.reading() as conn:
        key = conn.execute(sa.select(KeySet.id)).scalar_one()
    with pytest.raises(RuntimeError), room.store.transaction() as conn:  # killed before its commit
        lead = room.world.actor(Role.OFFICE_LEAD)
        destroy_originals(conn, room.urns, key, FORM, actor=lead, at=LATE)
        raise RuntimeError
    assert room.urns.state(second) == "destroyed"
    assert destroy(room) == 36
    assert {room.urns.state(u) for u in (first, second, third)} == {"destroyed"}
    with room.store.reading() as conn:
        assert set(conn.execute(sa.select(Destruction.urns)).scalar_one()) == {first, second, third}
