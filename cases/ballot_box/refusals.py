"""The refusals of the ballot box. All are 409s with one or more sentences."""

from __future__ import annotations

from cases.errors import Refused
from workflow.words import Sentence


class BallotBoxRefusal(Refused):
    """Root of the refusals below; made from sentences."""

    def __init__(self, *reasons: Sentence) -> None:
        super().__init__(reasons)


class PackageRefusal(BallotBoxRefusal):
    """A ballot package is ill-formed or not the one that was frozen."""


class CardRefusal(BallotBoxRefusal):
    """A card code cannot be a card code."""


class EnvelopeRefusal(BallotBoxRefusal):
    """An envelope cannot be opened, or what lies in it is no ballot of this package."""


class ShareRefusal(BallotBoxRefusal):
    """A key share is mistyped, foreign, locked by another passphrase, or does not fit its peer."""


class OpeningRefusal(BallotBoxRefusal):
    """The count may not begin: export, package and key do not belong together."""


class UrnRefusal(BallotBoxRefusal):
    """The urn is not in the state that the act asks for, or knows no such thing."""
