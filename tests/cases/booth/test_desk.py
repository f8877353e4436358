"""The tellers' desk of a hall: the urn file beside the database, and a disk that takes none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cases.ballot_box import carrier
from cases.booth.desk import create_desk
from tests.cases.booth.conftest import Booth


@pytest.fixture
def folder(booth: Booth, tmp_path: Path) -> Path:
    found = tmp_path / booth.package.urn
    found.mkdir()
    return found


@pytest.fixture
def desk(booth: Booth, folder: Path) -> FlaskClient:
    settings = replace(booth.settings, var=folder)
    return create_desk(settings, store=booth.store).test_client()


def test_closed_urn_lies_whole_beside_the_database(
    desk: FlaskClient, booth: Booth, folder: Path
) -> None:
    assert desk.post("/close", follow_redirects=True).status_code == 200
    file = folder / (booth.package.urn + carrier.SUFFIX)
    taken = desk.get("/file").data
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert file.read_bytes() == taken
    assert carrier.read(taken).package == booth.package


def test_disk_that_takes_no_file_leaves_the_former_one_and_says_so(
    desk: FlaskClient, booth: Booth, folder: Path
) -> None:
    file = folder / (booth.package.urn + carrier.SUFFIX)
    file.write_bytes(b"former")
    file.with_name(file.name + ".part").mkdir()  # no file can be opened there
    page = desk.post("/close", follow_redirects=True)
    assert page.status_code == 200
    assert "本机磁盘写不进文件" in page.text
    assert "文件也在本机" not in page.text
    assert file.read_bytes() == b"former"
    assert carrier.read(desk.get("/file").data).package == booth.package


def test_card_asked_for_twice_with_one_form_is_one_card(desk: FlaskClient, booth: Booth) -> None:
    group = booth.package.group_keys[0]
    before = sum(t.printed for t in booth.store.turnout(booth.package.urn))
    form = {"group": group, "spoiled": "", "ticket": "t" * 32}
    first, second = (desk.post("/reissue", data=form).text for _ in range(2))
    assert first == second
    assert 'class="bo-qr"' in first
    assert sum(t.printed for t in booth.store.turnout(booth.package.urn)) == before + 1
    assert desk.post("/reissue", data={"group": group}).status_code == 422
