"""The file that brings a prepared urn to the laptop of a hall: package, cards, the hall's pepper.

It holds fingerprints, never codes. The pepper is made for this one meeting, so that the laptop
learns nothing about the cards of any other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cases import canonical
from cases.ballot_box import package as packages
from cases.ballot_box.formats import other_than
from cases.ballot_box.package import Package
from cases.ballot_box.refusals import PackageRefusal, UrnRefusal
from workflow.words import m

FORMAT = "kaoji-hall-urn/1"
SUFFIX = ".hall"
_HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class HallUrn:
    """A prepared urn on its way to a hall. ``cards``: group -> fingerprints, sorted."""

    package: Package
    cards: Mapping[str, tuple[str, ...]]
    pepper: str = field(repr=False)
    address: str

    def to_bytes(self) -> bytes:
        """The file; the same urn always gives the same bytes."""
        body = {
            "address": self.address,
            "cards": {group: sorted(marks) for group, marks in self.cards.items()},
            "format": FORMAT,
            "package": self.package.to_json(),
            "pepper": self.pepper,
        }
        return canonical.encode({**body, "checksum": canonical.digest(body)})


def read(content: bytes) -> HallUrn:
    """A prepared urn from its file. Raises UrnRefusal when it is damaged or another file."""
    try:
        d = canonical.decode(content)
        if d.pop("checksum") != canonical.digest(d) or d["format"] != FORMAT:
            raise ValueError("checksum")
        cards = {str(group): tuple(marks) for group, marks in d["cards"].items()}
        if not all(_HEX64.fullmatch(mark) for marks in cards.values() for mark in marks):
            raise ValueError("cards")
        return HallUrn(packages.from_json(d["package"]), cards, str(d["pepper"]), str(d["address"]))
    except (ValueError, TypeError, KeyError, AttributeError, PackageRefusal) as e:
        damaged = m("测评箱准备文件读不出,可能已损坏,请重新拷贝")
        raise UrnRefusal(other_than(content, FORMAT) or damaged) from e


def hall_pepper(pepper: bytes, ref: str) -> str:
    """The pepper of one meeting's cards, from the booth's own; 64 hex letters."""
    return hmac.new(pepper, b"kaoji hall/1|" + ref.encode(), hashlib.sha256).hexdigest()
