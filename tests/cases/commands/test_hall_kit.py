"""An urn that goes to a hall and comes back, files for an offline opening, results from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases import canonical
from cases.ballot_box import arrivals, carrier, hall_file
from cases.ballot_box.cards import fingerprint
from cases.ballot_box.envelope import seal
from cases.ballot_box.offline import open_all, restore_key
from cases.ballot_box.refusals import OpeningRefusal, UrnRefusal
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from cases.commands import hall_kit, meeting_day, urn_files
from cases.commands.hall_kit import Brought
from cases.errors import Invalid, Refused
from cases.models import JournalEntry, JournalPayload, Tally
from cases.store import Store
from tests.cases.commands.ballots import BODY, CADRE, HELD, OPENED, PASSPHRASES, PEPPER, Hall, hall
from workflow.vocabulary import MeetingState, ThingAction

ADDRESS = "http://kaoji.hall:8001"
MARKS = {"A": (3, 2, 0, 0), "B": (4, 1, 1, 0), "C": (5, 2, 0, 0)}


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        made.make_key()
        made.plan({"A": 6, "B": 6, "C": 7})
        made.freeze()
        yield made


def lent(room: Hall) -> bytes:
    """The meeting is held with the kit; its cards are printed, its file handed out."""
    with room.store.transaction() as conn:
        hall_kit.choose_kit(conn, room.urns, room.meeting_id, ADDRESS, actor=room.office, at=HELD)
    room.print_cards()
    with room.store.transaction() as conn:
        return hall_kit.hand_out(
            conn, room.urns, room.meeting_id, pepper=PEPPER, actor=room.group, at=HELD
        )


def on_laptop(room: Hall, content: bytes, folder: Path, lost: int = 0) -> bytes:
    """What the laptop does: prepare, open, take ballots, close; the file that comes back.

    ``lost``: so many new cards of group C for cards said to be lost.
    """
    file = hall_file.read(content)
    address = f"sqlite:///{folder / 'laptop.db'}"
    upgrade_urns(address)
    urns = open_urn_store(address)
    urns.prepare(file.package, file.cards)
    urn = file.package.urn
    urns.open(urn)
    people = [str(room.case("chief")), str(room.case("deputy"))]
    body = str(room.case(None))
    for group, numbers in MARKS.items():
        cards = [c for c in room.cards if c.group == group]
        grades = [n for n, many in enumerate(numbers) for _ in range(many)]
        for card, grade in zip(cards, grades, strict=False):
            mark = fingerprint(PEPPER, card.code)
            choices = {"cadre": dict.fromkeys(people, CADRE[grade]), "body": {body: BODY[grade]}}
            urns.cast(urn, mark, seal(file.package, group, mark, choices))
    for number in range(lost):
        urns.reissue(urn, "C", f"{number:064x}")
    urns.close(urn)
    content = arrivals.carrier_of(urns, urn).to_bytes()
    urns.dispose()
    return content


def back(room: Hall, content: bytes, digest: str | None = None, due: int = 19, present: int = 18):
    typed = carrier.blocks(carrier.digest_of(content)) if digest is None else digest
    with room.store.transaction() as conn:
        return hall_kit.take_back(
            conn, room.urns, room.meeting_id, Brought(content, typed),
            due=due, present=present, actor=room.group, at=HELD,
        )  # fmt: skip


def entries(room: Hall) -> list[str]:
    with room.store.reading() as conn:
        return list(
            conn.execute(sa.select(JournalEntry.action).order_by(JournalEntry.seq)).scalars()
        )


def test_urn_goes_out_and_comes_back_once(room, tmp_path):
    content = on_laptop(room, lent(room), tmp_path)
    first = back(room, content)
    row = room.row()
    assert (first.fresh, first.envelopes) == (True, 18)
    assert (row.state, row.urn_root, row.due_count) == (MeetingState.HELD, first.root, 19)
    before = entries(room)
    second = back(room, content)
    assert (second.fresh, second.root) == (False, first.root)
    assert entries(room) == before
    room.reconcile({"B": (0, 0), "C": (0, 0), "A": (1, 0)})
    assert room.count().count.envelopes == 18


def test_cards_made_by_the_desk_of_a_hall_are_journalled(room, tmp_path):
    """Else a card made up in the hall would be in printed and used alike, and in no record."""
    back(room, on_laptop(room, lent(room), tmp_path, lost=2))
    with room.store.reading() as conn:
        told = conn.execute(
            sa.select(JournalPayload.payload)
            .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
            .where(JournalEntry.action == "take_back_urn")
        ).scalar_one()
    assert json.loads(told)["reissued"] == {"C": 2}


def test_card_of_a_hall_is_not_replaced_at_the_office(room, tmp_path):
    """A card made here after the file went out would bar the urn from coming back."""
    handed = lent(room)
    with pytest.raises(Refused, match="现场的测评机"), room.store.transaction() as conn:
        meeting_day.reissue_card(
            conn, room.urns, room.meeting_id, "C", ticket="t" * 32,
            spoiled=None, pepper=PEPPER, booth_url=ADDRESS, actor=room.group, at=HELD,
        )  # fmt: skip
    assert back(room, on_laptop(room, handed, tmp_path)).fresh


def test_urn_of_the_hall_is_not_opened_at_the_office(room):
    lent(room)
    with pytest.raises(Refused, match="现场的测评机"):
        room.open()


def test_altered_file_is_refused_and_nothing_changes(room, tmp_path):
    handed = lent(room)
    content = on_laptop(room, handed, tmp_path)
    written = carrier.blocks(carrier.digest_of(content))
    altered = content.replace(b'"surplus_noted":false', b'"surplus_noted":true')
    with pytest.raises(Invalid) as refused:
        back(room, altered, written)
    assert list(refused.value.errors) == ["digest"]
    newer = content.replace(b"kaoji-urn-file/1", b"kaoji-urn-file/2")
    for strange, said in (
        (altered, "可能已损坏"),
        (content[:-1], "可能已损坏"),
        (newer, "升级到同一版本"),
        (handed, "这是交给会场的准备文件(.hall),这里要的是封箱后的测评箱文件(.urn)"),
    ):
        with pytest.raises(OpeningRefusal) as told:
            back(room, strange)
        assert said in str(told.value)
    with pytest.raises(UrnRefusal, match="这是封箱后的测评箱文件"):
        hall_file.read(content)
    assert (room.row().state, room.urns.state(room.row().urn_id)) == ("frozen", "prepared")


def test_people_are_checked_before_anything_is_imported(room, tmp_path):
    content = on_laptop(room, lent(room), tmp_path)
    with pytest.raises(Invalid):
        back(room, content, due=5, present=6)
    assert room.urns.state(room.row().urn_id) == "prepared"


def test_cards_made_anew_make_the_old_file_worthless(room, tmp_path):
    content = on_laptop(room, lent(room), tmp_path)
    room.print_cards()
    with pytest.raises(Refused, match="已经作废"):
        back(room, content)


def test_dropping_the_kit_gives_its_cards_up(room):
    with room.store.transaction() as conn:
        hall_kit.choose_kit(conn, room.urns, room.meeting_id, ADDRESS, actor=room.office, at=HELD)
    room.print_cards()
    urn = room.row().urn_id
    drop(room)
    assert (room.row().urn_id, room.urns.state(urn)) == (None, "given_up")
    room.print_cards()
    room.open()
    with pytest.raises(Refused, match="没有使用现场测评包"):
        drop(room)


def test_handed_out_urn_is_accounted_for_before_the_kit_is_dropped(room, tmp_path):
    """The laptop may hold ballots: nobody forgets it, and its file is refused later."""
    handed = lent(room)
    content, urn = on_laptop(room, handed, tmp_path), room.row().urn_id
    for action in (ThingAction.CANCEL_MEETING, ThingAction.UNFREEZE_MEETING):
        with pytest.raises(Refused) as refused:
            room.move(action, room.office, HELD, reason="改期")
        assert [str(r) for r in refused.value.reasons] == ["测评箱已交给现场,先登记停用现场测评包"]
    with pytest.raises(Invalid) as asked:
        drop(room)
    assert set(asked.value.errors) == {"where"}
    assert (room.row().urn_id, room.urns.state(urn)) == (urn, "prepared")
    drop(room, "测评机已断电,贴封条存保密室")
    with room.store.reading() as conn:
        told = conn.execute(
            sa.select(JournalPayload.payload)
            .join(JournalEntry, JournalEntry.seq == JournalPayload.seq)
            .where(JournalEntry.action == "drop_kit")
        ).scalar_one()
    assert json.loads(told) == {
        "urn": urn, "file": carrier.digest_of(handed), "where": "测评机已断电,贴封条存保密室"
    }  # fmt: skip
    with pytest.raises(Refused, match=r"停用现场测评包时已经作废,里面的票不计入.*还没有封箱"):
        back(room, content)
    with room.store.transaction() as conn:
        hall_kit.choose_kit(conn, room.urns, room.meeting_id, ADDRESS, actor=room.office, at=HELD)
    room.print_cards()
    with pytest.raises(Refused, match="已经作废"):
        back(room, content)


def drop(room: Hall, where: str = "") -> None:
    with room.store.transaction() as conn:
        hall_kit.drop_kit(conn, room.urns, room.meeting_id, where=where, actor=room.office, at=HELD)


def test_address_of_the_hall_must_be_one(room):
    for wrong in ("kaoji.hall", "ftp://kaoji.hall", "http://kaoji.hall/x", "http://"):
        with room.store.transaction() as conn, pytest.raises(Invalid):
            hall_kit.choose_kit(conn, room.urns, room.meeting_id, wrong, actor=room.office, at=HELD)


def held_urn(room: Hall, folder: Path) -> bytes:
    """A closed, reconciled urn as the office exports it."""
    back(room, on_laptop(room, lent(room), folder))
    room.reconcile({"A": (1, 0)})
    with room.store.transaction() as conn:
        return urn_files.export_urn(conn, room.urns, room.meeting_id, actor=room.holder, at=OPENED)


def offline(room: Hall, content: bytes, *holders: int) -> bytes:
    box = carrier.read(content)
    shares = [("\n".join(room.shares[h - 1].lines), PASSPHRASES[h - 1]) for h in holders]
    key = restore_key(shares, box.package.public_key, rehearsal=True)
    return open_all([box], key)[0].text.encode()


def take(room: Hall, content: bytes):
    with room.store.transaction() as conn:
        return urn_files.take_result(
            conn, room.urns, room.meeting_id, content, actor=room.holder, at=OPENED
        )


def test_offline_result_is_the_offices_byte_by_byte(room, tmp_path):
    text = offline(room, held_urn(room, tmp_path), 2, 3)
    room.count()
    assert not take(room, text).fresh
    with room.store.reading() as conn:
        tally = conn.execute(sa.select(Tally)).one()
    assert tally.result.encode() == text
    assert tally.result_digest == canonical.digest(text.decode())


def test_result_from_elsewhere_is_taken_and_then_only_confirmed(room, tmp_path):
    text = offline(room, held_urn(room, tmp_path), 1, 3)
    assert take(room, text).fresh
    assert not take(room, text).fresh
    assert not room.count().fresh
    room.sign()
    room.record()
    assert room.row().state == MeetingState.COUNTED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"k":5', b'"k":4', "合并下限"),
        (b'"envelopes":18', b'"envelopes":17', "总指纹"),
        (b'"format":"kaoji-count/1"', b'"format":"kaoji-count/9"', "另一版本的程序"),
    ],
)
def test_strange_results_are_refused(room, tmp_path, old, new, said):
    text = offline(room, held_urn(room, tmp_path), 1, 2)
    assert text.count(old) == 1
    with pytest.raises((Refused, OpeningRefusal), match=said):
        take(room, text.replace(old, new))
    with room.store.reading() as conn:
        assert conn.execute(sa.select(Tally)).first() is None


def test_result_unlike_the_first_is_refused(room, tmp_path):
    text = offline(room, held_urn(room, tmp_path), 1, 2)
    take(room, text)
    other = text.replace(b'["excellent",3]', b'["excellent",2]', 1)
    assert other != text
    with pytest.raises(Refused, match="与第一次不同"):
        take(room, other)


def test_export_waits_for_the_cards_on_the_table(room, tmp_path):
    back(room, on_laptop(room, lent(room), tmp_path))
    with room.store.transaction() as conn, pytest.raises(Refused, match="还没有核对测评卡"):
        urn_files.export_urn(conn, room.urns, room.meeting_id, actor=room.holder, at=OPENED)
