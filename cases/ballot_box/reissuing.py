"""A card made anew in the hall, once for each form that asked for it.

The code follows from the form's ticket, a random number the form carried and nobody keeps: the same
form sent twice (a double click, an answer lost on the way) shows the same card, and the urn knows
one card more, not two.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from cases.ballot_box.cards import ALPHABET, LENGTH, Card, card_with
from cases.ballot_box.package import Package
from cases.ballot_box.refusals import CardRefusal, UrnRefusal
from cases.ballot_box.urn import UrnStore
from cases.ballot_box.urn_rows import card_stands
from workflow.words import m

_TICKET = re.compile(r"[A-Za-z0-9_-]{32,64}")


def new_ticket() -> str:
    """A fresh ticket for a form: 192 random bits. Store it nowhere, the code follows from it."""
    return secrets.token_urlsafe(24)


def card_for(package: Package, group: str, booth_url: str, *, pepper: bytes, ticket: str) -> Card:
    """The card that belongs to a form's ticket. Raises CardRefusal for what is no ticket."""
    if not _TICKET.fullmatch(ticket):
        raise CardRefusal(m("页面不完整,请重新打开后再办"))
    said = f"kaoji reissue/1|{package.urn}|{group}|{ticket}"
    drawn = hmac.new(pepper, said.encode(), hashlib.sha256).digest()
    return card_with(
        "".join(ALPHABET[byte % 32] for byte in drawn[:LENGTH]), package, group, booth_url
    )


def reissue_once(
    store: UrnStore, urn: str, group: str, fingerprint: str, spoiled: str | None = None
) -> None:
    """``UrnStore.reissue``; a card that stands in the urn already stays as it is.

    Raises UrnRefusal as that does, also when the card was made for another collected one: the
    form's page was gone back to, and its card is in somebody's hand.
    """
    try:
        store.reissue(urn, group, fingerprint, spoiled)
    except UrnRefusal:
        with store.engine.connect() as conn:
            made = card_stands(conn, urn, group, fingerprint)
            if not made or (
                spoiled is not None and not card_stands(conn, urn, group, spoiled, "void")
            ):
                raise
