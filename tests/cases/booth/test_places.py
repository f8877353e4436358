"""A laptop started again with another folder makes no second, empty urn of the same meeting."""

from __future__ import annotations

import pytest

from cases.ballot_box.refusals import UrnRefusal
from cases.booth.places import check, remember

NOTE = "M-1-0123456789abcdef.place"


def begun(folder):
    folder.mkdir(parents=True)
    (folder / "booth.db").write_bytes(b"")
    return folder


@pytest.mark.parametrize("noted", ["kit", "home"])
def test_urn_begun_elsewhere_is_named_and_not_begun_again(tmp_path, noted):
    registers = [tmp_path / "kit", tmp_path / "home"]
    there = begun(tmp_path / "first" / "M-1")
    check(there, NOTE, registers)
    remember(there, NOTE, [tmp_path / noted])
    check(there, NOTE, registers)
    with pytest.raises(UrnRefusal) as refused:
        check(tmp_path / "second" / "M-1", NOTE, registers)
    assert str(refused.value) == (
        f"这个测评箱在 {there} 里,已交的卡都在那里;请用 --var {tmp_path / 'first'} 启动"
    )
    check(tmp_path / "second" / "M-1", "M-1-of-another-office.place", registers)


def test_urn_on_a_medium_that_is_gone_is_asked_for(tmp_path):
    gone = begun(tmp_path / "stick" / "M-1")
    remember(gone, NOTE, [tmp_path / "kit"])
    (gone / "booth.db").unlink()
    for folder in (gone, tmp_path / "second" / "M-1"):
        with pytest.raises(UrnRefusal, match="现在那里没有了;请接回那个介质"):
            check(folder, NOTE, [tmp_path / "kit"])


def test_register_that_takes_nothing_is_passed_over(tmp_path):
    (tmp_path / "kit").write_text("a file, no folder")
    there = begun(tmp_path / "var" / "M-1")
    remember(there, NOTE, [tmp_path / "kit", tmp_path / "home"])
    assert (tmp_path / "home" / NOTE).read_text() == f"{there}\n"
