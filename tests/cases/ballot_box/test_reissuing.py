"""One form, one card, however often it is sent."""

from __future__ import annotations

import pytest

from cases.ballot_box.cards import fingerprint, normalise
from cases.ballot_box.refusals import CardRefusal, UrnRefusal
from cases.ballot_box.reissuing import card_for, new_ticket, reissue_once
from tests.cases.ballot_box.test_urn import (  # noqa: F401
    cards,
    postgresql_urns,
    prepared,
    store,
    url,
)

PEPPER = b"pepper of the tests, 32 bytes long"
BOOTH = "http://localhost:8001"


def test_a_ticket_gives_one_card(package):
    group = package.group_keys[0]
    ticket = new_ticket()
    one, again = (card_for(package, group, BOOTH, pepper=PEPPER, ticket=ticket) for _ in range(2))
    assert one.code == again.code == normalise(one.spaced)
    assert one.url == f"{BOOTH}/#{one.code}"
    other = {
        card_for(package, group, BOOTH, pepper=PEPPER, ticket=new_ticket()).code,
        card_for(package, package.group_keys[1], BOOTH, pepper=PEPPER, ticket=ticket).code,
        card_for(package, group, BOOTH, pepper=b"another pepper", ticket=ticket).code,
    }
    assert len(other - {one.code}) == 3
    for wrong in ("", "short", "x" * 65, "Ü" * 32):
        with pytest.raises(CardRefusal):
            card_for(package, group, BOOTH, pepper=PEPPER, ticket=wrong)


@pytest.mark.parametrize("spoil", [False, True])
def test_same_card_asked_for_twice_is_made_once(store, package, cards, spoil):  # noqa: F811
    held = prepared(store, package, cards)
    old, group = held[0]
    mark = fingerprint(PEPPER, card_for(package, group, BOOTH, pepper=PEPPER, ticket="t" * 32).code)
    spoiled = old if spoil else None
    before = sum(t.printed for t in store.turnout(package.urn))
    for _ in range(3):
        reissue_once(store, package.urn, group, mark, spoiled)
    assert sum(t.printed for t in store.turnout(package.urn)) == before + 1
    assert sum(t.void for t in store.turnout(package.urn)) == int(spoil)
    with pytest.raises(UrnRefusal):
        reissue_once(store, package.urn, "X", mark)
    if spoil:
        with pytest.raises(UrnRefusal):
            reissue_once(store, package.urn, group, "ab" * 32, old)
    with pytest.raises(UrnRefusal):  # the page was gone back to: that card is in another hand
        reissue_once(store, package.urn, group, mark, held[1][0])
    assert sum(t.void for t in store.turnout(package.urn)) == int(spoil)
