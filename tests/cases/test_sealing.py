"""Sealed values open only where they belong; search marks are keyed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.sealing import IDENTITY, TOKEN, CannotOpen, seal, search_mac, unseal

KEY = "a data key of at least thirty-two characters"
NUMBER = "11010519491231002X"


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=20))
def test_sealed_text_opens_again(text: str, place: str) -> None:
    assert unseal(KEY, IDENTITY, seal(KEY, IDENTITY, text, place=place), place=place) == text


def test_sealing_differs_each_time_and_says_its_algorithm() -> None:
    one, two = seal(KEY, IDENTITY, NUMBER), seal(KEY, IDENTITY, NUMBER)
    assert one != two
    assert one.startswith("a1:")
    assert NUMBER not in one


@pytest.mark.parametrize(
    ("key", "purpose", "place"),
    [("another key", IDENTITY, "people/1"), (KEY, TOKEN, "people/1"), (KEY, IDENTITY, "people/2")],
)
def test_another_key_purpose_or_place_does_not_open(key: str, purpose: str, place: str) -> None:
    sealed = seal(KEY, IDENTITY, NUMBER, place="people/1")
    with pytest.raises(CannotOpen):
        unseal(key, purpose, sealed, place=place)


@pytest.mark.parametrize("sealed", ["", "a1:", "a1:AAAA", "b7:AAAA", "a1:é", NUMBER])
def test_what_is_no_sealed_value_does_not_open(sealed: str) -> None:
    with pytest.raises(CannotOpen):
        unseal(KEY, IDENTITY, sealed)


def test_changed_byte_does_not_open() -> None:
    sealed = seal(KEY, IDENTITY, NUMBER)
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(CannotOpen):
        unseal(KEY, IDENTITY, changed)


def test_search_mark_is_the_same_for_the_same_text_under_the_same_key_only() -> None:
    mark = search_mac(KEY, IDENTITY, NUMBER)
    assert mark == search_mac(KEY, IDENTITY, NUMBER)
    assert len(mark) == 64
    others = {
        search_mac("another key", IDENTITY, NUMBER),
        search_mac(KEY, TOKEN, NUMBER),
        search_mac(KEY, IDENTITY, NUMBER[:-1]),
    }
    assert len(others | {mark}) == 4
