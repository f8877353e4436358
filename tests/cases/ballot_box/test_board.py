"""核对码清单 in steps: what a watcher of the list may learn, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cases.ballot_box.board import PAUSE, Pace, grown

NOON = datetime(2025, 12, 20, 4, 0, tzinfo=UTC)
CODES = [f"{i:016X}" for i in range(40)]


@pytest.mark.parametrize(("there", "listed"), [(0, 0), (4, 0), (5, 5), (9, 5), (23, 20), (40, 40)])
def test_number_listed_is_a_multiple_of_five(there, listed):
    found = grown([], CODES[:there])
    assert (found is None) == (listed == 0)
    assert found is None or (len(found), list(found)) == (listed, sorted(found))


def test_fewer_than_five_new_codes_change_nothing():
    assert grown(CODES[:10], CODES[:14]) is None
    assert len(grown(CODES[:10], CODES[:15]) or ()) == 15


def test_codes_once_listed_stay_and_latecomers_are_drawn_by_lot():
    seen = set()
    for _ in range(60):
        found = set(grown(CODES[:10], CODES[:19]) or ())
        assert set(CODES[:10]) < found and len(found) == 15
        seen |= found
    assert seen == set(CODES[:19])


def test_first_list_and_every_further_one_wait_five_minutes():
    pace = Pace()
    assert not pace.due("u", NOON)
    assert not pace.due("u", NOON + PAUSE - timedelta(seconds=1))
    assert pace.due("u", NOON + PAUSE)
    pace.changed("u", NOON + PAUSE)
    assert not pace.due("u", NOON + PAUSE * 2 - timedelta(seconds=1))
    assert not pace.due("other", NOON + PAUSE * 2)


def test_clock_set_back_begins_the_five_minutes_anew():
    pace, noon = Pace(), datetime(2026, 1, 12, 4, 0, tzinfo=UTC)
    assert not pace.due("u", noon)
    assert not pace.due("u", noon - timedelta(hours=1))
    assert pace.due("u", noon - timedelta(hours=1) + PAUSE)
