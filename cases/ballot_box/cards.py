"""Test cards: codes of 120 bits, their keyed fingerprints, and the print sheet in memory.

The server keeps fingerprints only. Codes live on paper; the list of codes is never written down,
and the order of printing is shuffled, so that no card tells one holder from another.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import segno

from cases.ballot_box.package import Package, Text
from cases.ballot_box.refusals import CardRefusal
from workflow.words import m

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
LENGTH = 24  # letters of 5 bits: 120 bits, above the 112 of ASVS 6.5.2
_READ = str.maketrans("OIL", "011")
_GAPS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Card:
    """One card to print. Holds the secret: never store, log or list it beside a name."""

    code: str = field(repr=False)
    url: str = field(repr=False)
    group: str
    title: Text
    colour: str
    signed: bool = False
    """Its group is too small to be anonymous, and its holder is told so (B24)."""

    @property
    def spaced(self) -> str:
        """The code for typing: six blocks of four."""
        return " ".join(self.code[i : i + 4] for i in range(0, LENGTH, 4))

    def svg(self, scale: int = 3) -> str:
        """The QR code of the card as inline SVG; the code stands in the URL's fragment only."""
        return str(segno.make_qr(self.url, error="m").svg_inline(scale=scale, border=2))


def new_code() -> str:
    """A fresh code: 24 letters of Crockford's base32, 120 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(typed: str) -> str:
    """The code as issued, from what a person typed: case, gaps, full width, o/0, i/l/1 forgiven.

    Raises CardRefusal when it cannot be a code.
    """
    text = _GAPS.sub("", unicodedata.normalize("NFKC", typed[:200])).upper().translate(_READ)
    if not _CODE.fullmatch(text):
        raise CardRefusal(m("卡上的编码是 24 位字母和数字,请对照卡片再输一次"))
    return text


def fingerprint(pepper: bytes, code: str) -> str:
    """HMAC-SHA256 of a normalised code under the booth's pepper, 64 hex letters."""
    return hmac.new(pepper, b"kaoji card/1|" + code.encode("ascii"), hashlib.sha256).hexdigest()


def card_with(code: str, package: Package, group: str, booth_url: str) -> Card:
    """A card of a group that bears this code."""
    voters = package.group(group)
    address = f"{booth_url.rstrip('/')}/#{code}"
    return Card(code, address, group, voters.title, voters.colour, voters.signed)


def make_cards(package: Package, numbers: Mapping[str, int], booth_url: str) -> list[Card]:
    """Cards for each group, shuffled. ``numbers``: group key -> how many. Raises CardRefusal."""
    unknown = sorted(set(numbers) - set(package.group_keys))
    if unknown or any(n < 0 for n in numbers.values()):
        raise CardRefusal(m("发卡数要按本次测评的参评类别填写"))
    cards = [
        card_with(new_code(), package, key, booth_url)
        for key, number in numbers.items()
        for _ in range(number)
    ]
    secrets.SystemRandom().shuffle(cards)
    return sorted(cards, key=lambda card: package.group_keys.index(card.group))


def fingerprints_by_group(pepper: bytes, cards: list[Card]) -> dict[str, list[str]]:
    """What the urn is given: group key -> fingerprints in sorted order (which hides printing)."""
    found: dict[str, list[str]] = {}
    for card in cards:
        found.setdefault(card.group, []).append(fingerprint(pepper, card.code))
    return {group: sorted(prints) for group, prints in found.items()}
