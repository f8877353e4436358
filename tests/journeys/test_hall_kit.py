"""The hall kit on a machine without a route: packed, run, its urn carried over by file and opened."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.ballot_box import carrier, hall_file
from cases.booth import packing
from cases.commands import hall_kit, meeting
from cases.commands.hall_kit import Brought
from cases.store import Store
from tests.cases.commands.ballots import BOOTH, HELD, PEPPER, PLANNED, Hall, hall
from workflow.vocabulary import MeetingState

DRIVER = Path(__file__).with_name("hall_driver.py")
APART = ["unshare", "--net", "--map-root-user"]


def namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*APART, "true"], capture_output=True).returncode == 0


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        made.make_key()
        made.plan({"A": 5, "B": 6, "C": 6})
        made.freeze()
        with made.store.transaction() as conn:
            hall_kit.choose_kit(
                conn,
                made.urns,
                made.meeting_id,
                "http://localhost:8001",
                actor=made.office,
                at=PLANNED,
            )
            pepper, address = hall_kit.card_settings(conn, made.row(), PEPPER, BOOTH)
            made.cards = meeting.print_cards(
                conn, made.urns, made.meeting_id, pepper=pepper, booth_url=address,
                actor=made.office, at=PLANNED,
            )  # fmt: skip
        yield made


def handed_out(room: Hall, folder: Path) -> Path:
    with room.store.transaction() as conn:
        content = hall_kit.hand_out(
            conn, room.urns, room.meeting_id, pepper=PEPPER, actor=room.group, at=HELD
        )
    path = folder / ("meeting" + hall_file.SUFFIX)
    path.write_bytes(content)
    return path


def test_kit_on_a_machine_without_a_route(room: Hall, tmp_path: Path) -> None:
    if not namespaces() and not os.environ.get("CI"):
        pytest.skip("this machine permits no network namespace of one's own")
    kit, stick = tmp_path / "kit", tmp_path / "stick"
    stick.mkdir()
    packing.pack(kit)
    codes = [c.code for c in room.cards]
    (tmp_path / "codes.json").write_text(
        json.dumps({"used": codes[:-2], "spoiled": codes[-1], "group": room.cards[-1].group})
    )
    done = subprocess.run(
        [*APART, sys.executable, str(DRIVER), str(kit), str(handed_out(room, tmp_path)),
         str(tmp_path / "codes.json"), str(stick)],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads((stick / "told.json").read_text())
    assert told["no_route"]
    assert not told["early"]
    assert told["twice"]
    assert (told["second"][0], "已交的卡都在那里" in told["second"][1]) == (2, True)
    assert not (stick / "other").exists()
    assert told["call"] == ["应交 17，已交 16"]

    content = (stick / "hall.urn").read_bytes()
    assert told["blocks"] == [carrier.blocks(carrier.digest_of(content))]
    arrivals = []
    for _ in range(2):
        with room.store.transaction() as conn:
            arrivals.append(
                hall_kit.take_back(
                    conn, room.urns, room.meeting_id, Brought(content, told["blocks"][0]),
                    due=17, present=16, actor=room.group, at=HELD,
                )
            )  # fmt: skip
    assert [(a.fresh, a.envelopes) for a in arrivals] == [(True, 16), (False, 16)]
    room.reconcile({"C": (1, 1)})
    opened = room.count(room.entries(2, 3))
    assert (opened.fresh, opened.count.envelopes, opened.count.findings) == (True, 16, ())
    room.sign()
    room.record()
    assert room.row().state == MeetingState.COUNTED


def test_kit_holds_no_secret_and_no_database(tmp_path: Path) -> None:
    packing.pack(tmp_path / "kit")
    files = {p.relative_to(tmp_path / "kit").as_posix() for p in (tmp_path / "kit").rglob("*")}
    assert [f for f in files if f.endswith((".db", ".env", ".pem", ".pyc"))] == []
    assert not any(f.startswith(("code/cases/web", "code/cases/commands")) for f in files)


def test_kit_is_not_packed_over_something(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    assert packing.main([str(tmp_path)]) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_damaged_urn_file_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.hall").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-m", "cases.booth.hall", str(tmp_path / "x.hall"), "--var",
         str(tmp_path / "var")],
        capture_output=True, text=True, cwd=packing.ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (
        2, "测评箱准备文件读不出,可能已损坏,请重新拷贝",
    )  # fmt: skip
    assert not (tmp_path / "var").exists()
