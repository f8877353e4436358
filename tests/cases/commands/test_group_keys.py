"""A key for one assessment group's units beside the cycle's: sealing, opening, destruction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box import carrier
from cases.ballot_box.offline import one_key, open_all, restore_key
from cases.ballot_box.package import from_json
from cases.commands import keys, urn_files
from cases.commands.destruction import Witnessing, destroy_originals
from cases.commands.keys import ShareEntry
from cases.errors import Invalid, NotVisible, Refused
from cases.models import KeySet
from cases.queries.keys import current_keys, key_for, key_of
from cases.queries.urns_to_open import urns_to_open
from cases.store import Store
from tests.cases.commands.ballots import OPENED, PASSPHRASES, PLANNED, Hall, hall
from workflow.vocabulary import Role

MARKS = {"A": (3, 2, 0, 0), "B": (4, 1, 1, 0), "C": (5, 2, 0, 0)}
LATE = datetime(2029, 1, 14, 1, 0, tzinfo=UTC)
NAME = "第一考核组"


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    """The cycle's key was made; the meeting is planned."""
    with hall(sqlite_store, tmp_path) as made:
        made.make_key()
        made.plan({g: sum(n) for g, n in MARKS.items()})
        yield made


def group_key(room: Hall, unit: str = "environment", name: str = NAME, tested: bool = True):
    """A key for one group; returns (its id, two of its shares as typed)."""
    made = keys.make_shares(PASSPHRASES, rehearsal=True)
    entries = [
        ShareEntry("\n".join(share.lines), words)
        for share, words in zip(made.shares, PASSPHRASES, strict=True)
    ]
    with room.store.transaction() as conn:
        key = keys.register_key_set(
            conn, room.world.cycle_id, public_key=made.public_key,
            holders=("甲一", "乙二", "备三"), group=name,
            unit_ids=[room.world.units[unit]] if unit else [], actor=room.office, at=PLANNED,
        )  # fmt: skip
        if tested:
            keys.prove_restore(
                conn, key, entries[:2], rehearsal=True, actor=room.office, at=PLANNED
            )
    return key, entries[1:]


def run(room: Hall) -> None:
    room.freeze()
    room.print_cards()
    room.open()
    room.vote(MARKS)
    room.close()
    room.reconcile()


def test_meeting_of_the_groups_unit_is_sealed_and_opened_with_its_key(room: Hall) -> None:
    key, entries = group_key(room)
    run(room)
    with room.store.reading() as conn:
        waiting = urns_to_open(conn, room.holder)
        view = key_of(conn, room.world.cycle_id, key)
    assert [(u.key_id, u.key) for u in waiting] == [(key, NAME)]
    assert from_json(room.row().package).public_key == view.public_key
    with pytest.raises(Invalid):
        room.count()  # the shares of the cycle's key
    assert room.count(entries).count.envelopes == 18


def test_offline_opening_takes_the_groups_shares(room: Hall) -> None:
    _, entries = group_key(room)
    run(room)
    with room.store.transaction() as conn:
        content = urn_files.export_urn(
            conn, room.urns, room.meeting_id, actor=room.holder, at=OPENED
        )
    box = carrier.read(content)
    typed = [(entry.text, entry.passphrase) for entry in entries]
    private = restore_key(typed, one_key([box]), rehearsal=True)
    (result,) = open_all([box], private)
    room.count(entries)
    with room.store.transaction() as conn:
        again = urn_files.take_result(
            conn, room.urns, room.meeting_id, result.text.encode(), actor=room.holder, at=OPENED
        )
    assert not again.fresh


def test_other_units_and_mixed_meetings_keep_the_cycles_key(room: Hall) -> None:
    other = next(u for u in room.world.units if u != "environment" and _assessed(room, u))
    group_key(room, unit=other)
    with room.store.reading() as conn:
        cycle, group = current_keys(conn, room.world.cycle_id)
        assert (cycle.group, group.group) == ("", NAME)
        assert key_for(conn, room.row()).id == cycle.id
    room.freeze()
    assert room.row().key_set_id == cycle.id


def _assessed(room: Hall, unit: str) -> bool:
    from_cases = sa.text("SELECT 1 FROM cases WHERE unit_id = :unit")
    with room.store.reading() as conn:
        return conn.execute(from_cases, {"unit": room.world.units[unit]}).first() is not None


def test_untested_key_of_a_group_locks_no_form(room: Hall) -> None:
    group_key(room, tested=False)
    with pytest.raises(Refused, match="没有经两位保管人试还原"):
        room.freeze()


def test_group_is_named_has_units_and_shares_none(room: Hall) -> None:
    for unit, name, field in (("", NAME, "units"), ("environment", "", "group")):
        with pytest.raises(Invalid) as refused:
            group_key(room, unit=unit, name=name)
        assert list(refused.value.errors) == [field]
    group_key(room)
    with pytest.raises(Invalid) as refused:
        group_key(room, name="第二考核组")
    assert list(refused.value.errors) == ["units"]
    with room.store.reading() as conn, pytest.raises(NotVisible):
        key_of(conn, room.world.cycle_id + 1, 1)


def test_key_is_replaced_until_a_meeting_used_it(room: Hall) -> None:
    first, _ = group_key(room)
    second, _ = group_key(room)
    with room.store.reading() as conn:
        assert [k.id for k in current_keys(conn, room.world.cycle_id) if k.group] == [second]
    assert first != second
    room.freeze()
    with pytest.raises(Refused, match="1 场测评会锁定了表样"):
        group_key(room)
    room.make_key()  # the cycle's own was used by nobody


def test_each_key_has_its_own_destruction(room: Hall) -> None:
    key, entries = group_key(room)
    run(room)
    room.count(entries)
    room.sign()
    room.record()
    form = Witnessing("机关文印室", ("陆明晖", "方若谷"), "保管期满", burned=True)
    lead = room.world.actor(Role.OFFICE_LEAD)
    found = {}
    with room.store.transaction() as conn:
        for one in conn.execute(sa.select(KeySet.id).order_by(KeySet.id)).scalars():
            found[one] = destroy_originals(conn, room.urns, one, form, actor=lead, at=LATE)
    assert found == {1: 0, key: 18}
