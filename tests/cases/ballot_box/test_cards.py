from __future__ import annotations

import io
from collections import Counter

import pytest

from cases.ballot_box import cards as c
from cases.ballot_box.refusals import CardRefusal

PEPPER = b"p" * 32


def test_code_has_120_bits_in_crockford_letters():
    codes = {c.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {24}
    assert set("".join(codes)) <= set(c.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "abcd efgh jkmn pqrs tvwx yz01",
        "ABCD-EFGH-JKMN-PQRS-TVWX-YZoI",
        " abcdefghjkmnpqrstvwxyzol ",
        "ABCDEFGHJKMNPQRSTVWXYZ01",
    ],
)
def test_typed_code_reads_as_issued(typed):
    assert c.normalise(typed) == "ABCDEFGHJKMNPQRSTVWXYZ01"


@pytest.mark.parametrize("typed", ["", "abc", "U" * 24, "A" * 25, "测" * 24, "A" * 100_000])
def test_text_that_is_no_code_is_refused(typed):
    with pytest.raises(CardRefusal):
        c.normalise(typed)


def test_fingerprint_depends_on_code_and_pepper():
    one = c.fingerprint(PEPPER, "A" * 24)
    assert len(one) == 64
    assert one not in (c.fingerprint(PEPPER, "B" * 24), c.fingerprint(b"q" * 32, "A" * 24))


def test_cards_are_made_per_group_with_code_in_fragment_only(package):
    made = c.make_cards(package, {"C": 7, "A": 3}, "https://booth.example/")
    assert Counter(card.group for card in made) == {"A": 3, "C": 7}
    assert all(card.url == f"https://booth.example/#{card.code}" for card in made)
    assert made[0].code not in repr(made[0])
    assert c.normalise(made[0].spaced) == made[0].code
    prints = c.fingerprints_by_group(PEPPER, made)
    assert {g: len(p) for g, p in prints.items()} == {"A": 3, "C": 7}
    assert all(p == sorted(p) for p in prints.values())


def test_cards_for_unknown_group_are_refused(package):
    with pytest.raises(CardRefusal):
        c.make_cards(package, {"X": 1}, "https://booth.example")


def test_card_qr_is_inline_svg_without_the_code_in_clear(package):
    (card,) = c.make_cards(package, {"A": 1}, "https://booth.example")
    svg = card.svg()
    assert svg.startswith("<svg") and card.code not in svg
    assert len(io.StringIO(svg).read()) < 20_000
