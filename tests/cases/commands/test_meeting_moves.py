"""A meeting that is cancelled or thawed: its urn takes no card any more, crash or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.ballot_box.refusals import UrnRefusal
from cases.commands import meeting_moves
from cases.errors import Refused
from cases.store import Store
from tests.cases.commands.ballots import HELD, Hall, hall
from workflow.vocabulary import MeetingState, ThingAction


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        made.make_key()
        made.plan()
        made.freeze()
        made.print_cards()
        yield made


def leave(room: Hall, action: ThingAction = ThingAction.CANCEL_MEETING, crash: bool = False):
    with room.store.transaction() as conn:
        meeting_moves.move(
            conn, room.urns, room.meeting_id, action,
            actor=room.office, at=HELD, payload={"reason": "改期"},
        )  # fmt: skip
        if crash:
            raise RuntimeError("power cut after the booth gave the urn up")


def hand_in(room: Hall) -> None:
    body = str(room.case(None))
    room.cast(room.cards[0], {"body": {body: "good"}})


@pytest.mark.parametrize("action", [ThingAction.CANCEL_MEETING, ThingAction.UNFREEZE_MEETING])
def test_urn_opened_by_a_crash_takes_no_card_after_the_move(room: Hall, action) -> None:
    """The booth opened, this side never learned of it: the cards would be taken for ever."""
    urn = room.row().urn_id
    room.urns.open(urn)
    leave(room, action)
    assert room.urns.state(urn) == "given_up"
    with pytest.raises(UrnRefusal):
        room.urns.cast(urn, "ab" * 32, b"x")


def test_crash_between_the_two_databases_is_finished_by_doing_it_again(room: Hall) -> None:
    urn = room.row().urn_id
    with pytest.raises(RuntimeError):
        leave(room, crash=True)
    assert (room.row().state, room.urns.state(urn)) == (MeetingState.FROZEN, "given_up")
    with pytest.raises(Refused, match="先前的测评卡已经作废"):
        room.open()
    leave(room)
    assert room.row().state == MeetingState.CANCELLED


def test_after_a_crash_the_meeting_may_also_go_on_with_new_cards(room: Hall) -> None:
    with pytest.raises(RuntimeError):
        leave(room, crash=True)
    room.print_cards()
    room.open()
    hand_in(room)
    assert room.row().urn_id == "2025-1-CP001-2"


def test_urn_with_ballots_is_not_given_up_unseen(room: Hall) -> None:
    """Opened by a crash and used: nothing is thrown away, the meeting goes its ordinary way."""
    room.urns.open(room.row().urn_id)
    hand_in(room)
    with pytest.raises(UrnRefusal, match="已有人交卡"):
        leave(room)
    assert room.row().state == MeetingState.FROZEN
    room.open()
    room.close()


def test_restored_meeting_begins_with_another_urn(room: Hall) -> None:
    leave(room)
    leave(room, ThingAction.RESTORE_MEETING)
    room.freeze()
    room.print_cards()
    assert room.row().urn_id == "2025-1-CP001-2"
    assert room.urns.state("2025-1-CP001-1") == "given_up"
