"""The file that carries a closed urn on removable media: package, sealed envelopes, card states.

It needs no database on either side. The office imports it, an offline machine opens it. Its digest
is written on the closing slip by hand, so that an altered file is told from the one that left the
hall. Nothing in it can be read without two key shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cases import canonical
from cases.ballot_box import export as sealed
from cases.ballot_box import package as packages
from cases.ballot_box.export import Export
from cases.ballot_box.formats import other_than
from cases.ballot_box.package import Package
from cases.ballot_box.refusals import OpeningRefusal, PackageRefusal
from workflow.words import m

FORMAT = "kaoji-urn-file/1"
SUFFIX = ".urn"
SHORT = 16
"""Letters of the digest that people copy by hand."""


@dataclass(frozen=True, slots=True)
class Spare:
    """Cards of one group that carry no envelope: not used, or collected as spoiled."""

    unused: tuple[str, ...] = ()
    void: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Carrier:
    """A closed urn on its way. ``surplus_noted``: both tellers signed for cards that don't add up.

    ``spare`` is there when the urn comes from a hall, whose office doesn't know its reissued cards.
    """

    package: Package
    export: Export
    spare: Mapping[str, Spare] = field(default_factory=dict)
    surplus_noted: bool = False

    def to_bytes(self) -> bytes:
        """The file. The same urn always gives the same bytes."""
        spare = {g: {"unused": s.unused, "void": s.void} for g, s in self.spare.items()}
        body = {
            "export": self.export.to_json(),
            "format": FORMAT,
            "package": self.package.to_json(),
            "spare": spare,
            "surplus_noted": self.surplus_noted,
        }
        return canonical.encode({**body, "checksum": canonical.digest(body)})


def digest_of(content: bytes) -> str:
    """SHA-256 of the file as it lies on the medium (what ``sha256sum`` says), 64 hex letters."""
    return hashlib.sha256(content).hexdigest()


def blocks(digest: str) -> str:
    """The part of a digest that people copy, in blocks of four: ``3F2A 91BC 0D11 77E0``."""
    short = digest[:SHORT].upper()
    return " ".join(short[i : i + 4] for i in range(0, SHORT, 4))


def same_digest(typed: str, digest: str) -> bool:
    """Whether the letters copied by hand are those of the digest; gaps and case don't matter."""
    letters = "".join(typed.split()).lower()
    return len(letters) >= SHORT and digest.startswith(letters)


def read(content: bytes) -> Carrier:
    """A carrier from its file. Raises OpeningRefusal unless every part is whole and fits."""
    try:
        d = canonical.decode(content)
        if d.pop("checksum") != canonical.digest(d):
            raise ValueError("checksum")  # damage only: a forger makes a new one
        if d["format"] != FORMAT or type(d["surplus_noted"]) is not bool:
            raise ValueError("format")
        package = packages.from_json(d["package"])
        spare = {
            str(group): Spare(tuple(map(str, s["unused"])), tuple(map(str, s["void"])))
            for group, s in d["spare"].items()
        }
        export = sealed.from_json(d["export"])
    except (ValueError, TypeError, KeyError, AttributeError, PackageRefusal) as e:
        damaged = m("测评箱文件读不出,可能已损坏,请从原介质重新拷贝")
        raise OpeningRefusal(other_than(content, FORMAT) or damaged) from e
    _check(package, export)
    return Carrier(package, export, spare, d["surplus_noted"])


def _check(package: Package, export: Export) -> None:
    if export.urn != package.urn or export.package_digest != package.digest:
        raise OpeningRefusal(m("导出件和测评包不是同一个测评箱的"))
    if export.root != export.computed_root():
        raise OpeningRefusal(m("密封件的总指纹与封箱时不符,有增减或改动"))
