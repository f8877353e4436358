"""Urns that a crash left half given up are put right by the hour, with nobody doing it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands import hall_kit, meeting, meeting_moves
from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.jobs.urns import repair_urns
from cases.models import JournalEntry, Meeting
from cases.store import Store
from config import Settings
from tests.cases.commands.ballots import BOOTH, HELD, PEPPER, PLANNED, Hall, hall
from workflow.vocabulary import MeetingState, ThingAction


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        made.make_key()
        made.plan()
        made.freeze()
        made.print_cards()
        yield made


def repaired(room: Hall) -> int:
    url = room.urns.engine.url.render_as_string(hide_password=False)
    settings = Settings(mode="test", booth_database_url=url)
    return repair_urns(Tools(room.store, FileStore(Path("unused")), settings), at=HELD)


def repairs(room: Hall) -> int:
    done = sa.select(sa.func.count()).where(JournalEntry.action == "repair_urn")
    with room.store.reading() as conn:
        return int(conn.execute(done).scalar_one())


def crash(room: Hall, act: Callable[[sa.Connection], object]) -> None:
    """The act is done in the booth and lost here."""
    with pytest.raises(RuntimeError), room.store.transaction() as conn:
        act(conn)
        raise RuntimeError("power cut before this side is kept")


def cancel(room: Hall) -> Callable[[sa.Connection], object]:
    return lambda conn: meeting_moves.move(
        conn, room.urns, room.meeting_id, ThingAction.CANCEL_MEETING,
        actor=room.office, at=HELD, payload={"reason": "改期"},
    )  # fmt: skip


def choose(room: Hall) -> Callable[[sa.Connection], object]:
    return lambda conn: hall_kit.choose_kit(
        conn, room.urns, room.meeting_id, "http://hall", actor=room.office, at=HELD
    )


@pytest.mark.parametrize("act", [cancel, choose])
def test_urn_given_up_by_a_lost_act_is_taken_off_its_meeting(room: Hall, act) -> None:
    crash(room, act(room))
    assert (room.row().state, room.row().urn_id) == (MeetingState.FROZEN, "2025-1-CP001-1")
    assert (repaired(room), repaired(room)) == (1, 0)
    assert (room.row().urn_id, repairs(room)) == (None, 1)
    room.print_cards()
    room.open()
    assert (repaired(room), room.urns.state("2025-1-CP001-2")) == (0, "open")


def test_cards_printed_by_a_lost_act_admit_nobody(room: Hall) -> None:
    """The booth has a second urn of which this side never learned: its codes are in no hand."""
    crash(
        room,
        lambda conn: meeting.print_cards(
            conn, room.urns, room.meeting_id, pepper=PEPPER, booth_url=BOOTH,
            actor=room.office, at=PLANNED,
        ),
    )  # fmt: skip
    assert room.urns.state("2025-1-CP001-2") == "prepared"
    assert repaired(room) == 1
    assert room.urns.state("2025-1-CP001-2") == "given_up"
    assert room.row().urn_id is None


def test_urn_with_ballots_is_left_and_named(room: Hall, caplog: pytest.LogCaptureFixture) -> None:
    """A backup put back here knows nothing of the opening: the ballots stay."""
    room.urns.open(room.row().urn_id)
    room.cast(room.cards[0], {"body": {str(room.case(None)): "good"}})
    with room.store.transaction() as conn:
        conn.execute(sa.update(Meeting).values(state=MeetingState.CANCELLED))
    assert (repaired(room), repairs(room)) == (0, 0)
    assert room.urns.state("2025-1-CP001-1") == "open"
    assert [r.getMessage() for r in caplog.records if r.name == "kaoji.urns"] == [
        "meeting 2025-1-CP001: an urn it does not use holds ballots"
    ]
