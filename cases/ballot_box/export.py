"""What leaves a closed urn: sealed envelopes in sorted order, the root over them, and numbers.

The export is useless without the key. It carries the fingerprints of the cards handed in, sorted,
so that the count can refuse an envelope whose card was never used.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from cases import canonical
from cases.ballot_box.refusals import OpeningRefusal
from cases.ballot_box.root import envelope_hash, root_of
from workflow.words import m

FORMAT = "kaoji-urn-export/1"


@dataclass(frozen=True, slots=True)
class GroupExport:
    """One group: ``envelopes`` and used ``cards`` sorted; ``printed`` counts all cards made."""

    group: str
    printed: int
    void: int
    cards: tuple[str, ...]
    envelopes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """The sealed content of a closed urn."""

    urn: str
    package_digest: str
    root: str
    groups: tuple[GroupExport, ...]

    @property
    def count(self) -> int:
        """Number of envelopes."""
        return sum(len(g.envelopes) for g in self.groups)

    def computed_root(self) -> str:
        """The root over the envelopes that are really here."""
        return root_over((g.group, g.envelopes) for g in self.groups)

    def receipts(self) -> tuple[str, ...]:
        """核对码清单: the first 16 letters of every envelope's hash, sorted."""
        return tuple(
            sorted(envelope_hash(e)[:16].upper() for g in self.groups for e in g.envelopes)
        )

    def to_json(self) -> str:
        """The export as canonical JSON, for removable media."""
        groups = [
            {
                "cards": g.cards,
                "envelopes": [base64.b64encode(e).decode() for e in g.envelopes],
                "group": g.group,
                "printed": g.printed,
                "void": g.void,
            }
            for g in self.groups
        ]
        return canonical.encode(
            {
                "format": FORMAT,
                "groups": groups,
                "package_digest": self.package_digest,
                "root": self.root,
                "urn": self.urn,
            }
        ).decode()


def root_over(groups: Iterable[tuple[str, Iterable[bytes]]]) -> str:
    """Root over (group, envelopes) pairs; 64 hex letters."""
    return root_of((key, envelope_hash(e)) for key, envelopes in groups for e in envelopes)


def from_json(text: str) -> Export:
    """Read an export back. Raises OpeningRefusal when it is not one."""
    try:
        d = canonical.decode(text.encode())
        if d["format"] != FORMAT:
            raise ValueError("format")
        groups = tuple(
            GroupExport(
                g["group"],
                int(g["printed"]),
                int(g["void"]),
                tuple(g["cards"]),
                tuple(base64.b64decode(e, validate=True) for e in g["envelopes"]),
            )
            for g in d["groups"]
        )
        return Export(d["urn"], d["package_digest"], d["root"], groups)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as e:
        raise OpeningRefusal(m("测评箱导出件读不出,可能已损坏")) from e
