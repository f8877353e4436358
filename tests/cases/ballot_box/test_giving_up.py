"""An urn that comes to nothing admits no card any more, for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ballot_box.cards import fingerprint, fingerprints_by_group
from cases.ballot_box.giving_up import give_up, is_given_up, remove, under_key
from cases.ballot_box.refusals import UrnRefusal
from tests.cases.ballot_box.test_urn import (  # noqa: F401
    PEPPER,
    cards,
    postgresql_urns,
    prepared,
    store,
    url,
    votes,
)


@pytest.fixture
def package(package):
    """The package under a number as meetings give it."""
    return replace(package, urn="2025-1-CP001-1")


def meeting_of(package) -> str:
    return package.urn.rsplit("-", 1)[0]


@pytest.mark.parametrize("opened", [False, True])
def test_given_up_urn_takes_no_card_and_cannot_be_opened(store, package, cards, choose, opened):  # noqa: F811
    store.prepare(package, fingerprints_by_group(PEPPER, cards))
    held = [(fingerprint(PEPPER, c.code), c.group) for c in cards]
    if opened:
        store.open(package.urn)
    assert give_up(store, meeting_of(package)) == (package.urn,)
    assert give_up(store, meeting_of(package)) == ()
    assert is_given_up(store, package.urn)
    with pytest.raises(UrnRefusal):
        store.open(package.urn)
    (print_, _, box) = next(iter(votes(package, held[:1], choose)))
    assert store.admit(print_) is None
    with pytest.raises(UrnRefusal):
        store.cast(package.urn, print_, box)
    with pytest.raises(UrnRefusal):
        store.export(package.urn)


def test_urn_with_ballots_and_the_kept_one_stay(store, package, cards, choose):  # noqa: F811
    held = prepared(store, package, cards)
    ((print_, _, box),) = votes(package, held[:1], choose)
    assert give_up(store, meeting_of(package), keep=package.urn) == ()
    assert give_up(store, "another-meeting") == ()
    store.cast(package.urn, print_, box)
    with pytest.raises(UrnRefusal, match="已有人交卡"):
        give_up(store, meeting_of(package))
    assert store.state(package.urn) == "open"


def test_urns_under_a_key_are_found_and_emptied(store, package, cards, choose):  # noqa: F811
    held = prepared(store, package, cards)
    for print_, _, box in votes(package, held[:3], choose):
        store.cast(package.urn, print_, box)
    store.close(package.urn)
    assert under_key(store, "00" * 32) == {}
    assert under_key(store, package.public_key) == {package.urn: "closed"}
    with pytest.raises(UrnRefusal):
        remove(store, package.urn, "given_up")
    assert remove(store, package.urn, "closed") == 3
    assert under_key(store, package.public_key) == {package.urn: "destroyed"}
