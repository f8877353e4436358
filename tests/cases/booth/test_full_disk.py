"""The urn's disk takes nothing: the voter hears that her card is still good, and so it is."""

from __future__ import annotations

import base64
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.cards import fingerprint
from cases.ballot_box.envelope import seal
from cases.booth.desk import create_desk
from tests.attacks.test_booth import used
from tests.cases.booth.test_journey import page

STILL_GOOD = "没有存入任何内容，也没有用掉测评卡"
ROOM = 1_200_000


@pytest.fixture
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest):
    """A small file system of its own where this machine lets us mount one, else a usual folder."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(tmp_path)]
    mounted = request.param == "disk" and not subprocess.run(mount, capture_output=True).returncode
    if request.param == "disk" and not mounted:
        pytest.skip("no file system can be mounted here")
    yield tmp_path
    if mounted:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def fill(booth, folder: Path, how: str) -> None:
    """Leave no page to the urn's database."""
    if how == "disk":
        free = os.statvfs(folder)
        (folder / "ballast").write_bytes(b"x" * (free.f_bavail * free.f_frsize))
    else:
        booth.store.engine.dispose()
        sa.event.listen(booth.store.engine, "connect", least)


def least(connection, _record) -> None:
    connection.execute("PRAGMA max_page_count = 1")


def make_room(booth, folder: Path, how: str) -> None:
    if how == "disk":
        (folder / "ballast").unlink()
    else:
        sa.event.remove(booth.store.engine, "connect", least)
        booth.store.engine.dispose()


@pytest.mark.parametrize("tmp_path", ["disk", "pages"], indirect=True, ids=["disk", "pages"])
def test_full_disk_keeps_cards_good_and_says_so(make_booth, tmp_path, request):
    how = request.node.callspec.id
    booth = make_booth()
    folder = tmp_path / booth.package.urn
    folder.mkdir()
    desk = create_desk(replace(booth.settings, var=folder), store=booth.store)

    def form(card) -> dict[str, str]:
        mark = fingerprint(booth.settings.booth_pepper.encode(), card.code)
        box = seal(booth.package, card.group, mark, {"cadre": {"p0": "a"}})
        return {"code": card.code, "envelope": base64.b64encode(box).decode()}

    forms = [form(card) for cards in booth.cards.values() for card in cards]
    page(booth.client.post("/hand-in", data=forms[0]))
    fill(booth, tmp_path, how)
    acks, told = 1, None
    for one in forms[1:]:  # what room is left inside the database's own pages may be used
        told = booth.client.post("/hand-in", data=one)
        acks += told.status_code == 200
    assert STILL_GOOD in page(told, 503).text
    assert used(booth) == acks
    page(booth.client.post("/hand-in", data=forms[0]))  # what lies there already is there
    if how == "disk":
        closing = desk.test_client().post("/close")
        assert (closing.status_code, "这一步没有办成；请清出空间" in closing.text) == (503, True)
    assert booth.store.state(booth.package.urn) == "open"
    make_room(booth, tmp_path, how)
    for one in forms:
        page(booth.client.post("/hand-in", data=one))
    assert used(booth) == len(forms)
