"""Capacity of the boxes of the registration form, and the ladder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.documents.boxes import box, boxes, capacity, check, count_lines, fit, ladder, room
from cases.errors import Invalid
from tests.cases.documents.samples import form

KEYS = [b.key for b in boxes()]
TEXT = st.text(alphabet="云州市的工作,。；（）ab1 23%\n", max_size=400)


def test_ladder_goes_from_small_four_to_five_to_pitch() -> None:
    assert [(r.size, r.pitch) for r in ladder()] == [(12, 20), (10.5, 17.5), (10.5, 14.5)]


@pytest.mark.parametrize("key", KEYS)
def test_capacity_is_exact_for_one_paragraph(key: str) -> None:
    assert fit(key, "云" * capacity(key)).over == 0
    assert fit(key, "云" * (capacity(key) + 1)).over == 1


def test_short_text_stays_in_small_four() -> None:
    assert fit("summary", "云州" * 100).rung.size == 12


def test_longer_text_steps_down() -> None:
    steps = [fit("summary", "云" * n).rung for n in (600, 850, 1000)]
    assert steps == list(ladder())


@pytest.mark.parametrize("key", KEYS)
@given(text=TEXT)
def test_room_is_what_can_still_be_written(key: str, text: str) -> None:
    left = room(key, text)
    if left > 0:
        assert fit(key, text.rstrip() + "云" * left).over == 0


@given(text=TEXT)
def test_more_text_never_takes_fewer_lines(text: str) -> None:
    assert count_lines(text + "云", 35) >= count_lines(text, 35)


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert count_lines("x" * 200, 20) > 4


def test_closing_marks_never_begin_a_line() -> None:
    columns = 10
    assert count_lines("云" * 8 + "。", columns) == 2


def test_room_is_negative_when_too_long() -> None:
    assert room("statement", "云" * (capacity("statement") + 50)) < 0


def test_check_names_all_full_boxes_at_once() -> None:
    much = "云" * 3000
    with pytest.raises(Invalid) as refused:
        check(form(summary=much, remark=much))
    assert set(refused.value.errors) == {"summary", "remark"}


def test_leading_track_has_the_organ_box_of_the_organisation_department() -> None:
    assert box("organ_opinion").label("leading_cadre") == "组织部门意见"


def test_unknown_box() -> None:
    with pytest.raises(KeyError):
        capacity("shoe_size")
