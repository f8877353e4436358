"""Sealing a ballot and opening it: HPKE (RFC 9180 base mode), one length for all ballots of an urn.

Suite DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; ``enc(32) || ciphertext || tag(16)``.
``info`` binds urn, voter group, form and key, so a moved envelope does not open. The plaintext
carries the card's fingerprint, so a copied envelope is recognised at the count.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from cases import canonical
from cases.ballot_box.package import Package, Sheet
from cases.ballot_box.refusals import EnvelopeRefusal
from workflow.words import Sentence, m

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
OVERHEAD = 48  # encapsulated key 32, tag 16
_LENGTH = 4  # bytes that tell how much of the padded plaintext is ballot
_STEP = 512
_HEX64 = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")

Choices = Mapping[str, Mapping[str, str]]
"""sheet key -> subject -> option key; a row that is not there was left empty (未填)."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """An opened ballot. Lives in memory during the count and is never stored or returned."""

    card: str
    choices: dict[str, dict[str, str]]


def sealed_size(package: Package) -> int:
    """Bytes of every envelope of this urn: the widest ballot, rounded up to 512, plus 48."""
    choices = {
        s.key: {r.subject: max((o.key for o in s.options), key=len) for r in s.rows}
        for s in package.sheets
    }
    widest = len(_plain("f" * 64, choices, "f" * 32)) + _LENGTH
    return -(-widest // _STEP) * _STEP + OVERHEAD


def faults(package: Package, group: str, choices: Choices) -> list[Sentence]:
    """Why these choices are no ballot for this group; empty when they are one.

    Checks sheets, subjects, options, limits and ``require_all``. Used by the booth before sealing
    and again by the count, so both say the same.
    """
    sheets = {s.key: s for s in package.sheets_for(group)}
    found = [m("这张卡不能填这张测评表") for key in choices if key not in sheets]
    for key, sheet in sheets.items():
        found += sheet_faults(sheet, choices.get(key, {}))
    return found


def sheet_faults(sheet: Sheet, rows: Mapping[str, str]) -> list[Sentence]:
    """The same for one sheet; ``rows``: subject -> option key."""
    subjects, options = {r.subject for r in sheet.rows}, {o.key for o in sheet.options}
    if not set(rows) <= subjects or not set(rows.values()) <= options:
        return [m("“%(sheet)s”里有不在表上的人或选项", sheet=sheet.title.word)]
    taken = Counter(rows.values())
    titles = {o.key: o.title.word for o in sheet.options}
    found = [
        m(
            "“%(sheet)s”的%(option)s最多 %(most)s 个,现在选了 %(n)s 个",
            sheet=sheet.title.word,
            option=titles[x.option],
            most=x.most,
            n=taken[x.option],
        )
        for x in sheet.limits
        if taken[x.option] > x.most
    ]
    gap = len(sheet.rows) - len(rows)
    if sheet.require_all and gap:
        found.append(m("“%(sheet)s”还有 %(n)s 项没有选", sheet=sheet.title.word, n=gap))
    return found


def info_for(package: Package, group: str) -> bytes:
    """The context an envelope is bound to: urn, group, form digest, digest of the public key."""
    key = hashlib.sha256(bytes.fromhex(package.public_key)).hexdigest()
    return f"kaoji ballot/1|{package.urn}|{group}|{package.form_digest}|{key}".encode()


def _plain(card: str, choices: Choices, salt: str) -> bytes:
    return canonical.encode({"card": card, "choices": choices, "salt": salt, "v": 1})


def seal(package: Package, group: str, card: str, choices: Choices) -> bytes:
    """Seal choices in memory; ``card`` is the card's fingerprint. Always ``sealed_size`` bytes.

    Raises EnvelopeRefusal with every fault of the choices.
    """
    wrong = faults(package, group, choices)
    if wrong:
        raise EnvelopeRefusal(*wrong)
    return _seal(package, group, card, choices)


def seal_invalid(package: Package, group: str, card: str) -> bytes:
    """Seal an empty ballot for an invalid one on paper: handed in, and counted as invalid."""
    return _seal(package, group, card, {})


def _seal(package: Package, group: str, card: str, choices: Choices) -> bytes:
    kept = {key: dict(rows) for key, rows in choices.items() if rows}
    body = _plain(card, kept, secrets.token_hex(16))
    room = sealed_size(package) - OVERHEAD - _LENGTH
    padded = len(body).to_bytes(_LENGTH, "big") + body.ljust(room, b"\0")
    key = X25519PublicKey.from_public_bytes(bytes.fromhex(package.public_key))
    return bytes(SUITE.encrypt(padded, key, info=info_for(package, group)))


@dataclass(frozen=True, slots=True)
class Mould:
    """What all envelopes of one group have in common, worked out once for a whole count."""

    size: int
    info: bytes


def mould_of(package: Package, group: str) -> Mould:
    """The common size and context of a group's envelopes."""
    return Mould(sealed_size(package), info_for(package, group))


def open_envelope(
    package: Package,
    group: str,
    envelope: bytes,
    private_key: X25519PrivateKey,
    mould: Mould | None = None,
) -> Ballot:
    """Open one envelope of one group and check it strictly against the package.

    ``mould``: that of this package and group, where many are opened. Raises EnvelopeRefusal for
    wrong size, any flipped bit, another urn, group, form or key, padding that is not zero, JSON
    that is not canonical, and choices that are no ballot.
    """
    mould = mould or mould_of(package, group)
    if len(envelope) != mould.size:
        raise EnvelopeRefusal(m("密封件长度不对"))
    try:
        plain = bytes(SUITE.decrypt(envelope, private_key, info=mould.info))
    except (InvalidTag, ValueError) as e:
        raise EnvelopeRefusal(m("密封件打不开:已损坏,或不属于这个测评箱")) from e
    return _read(package, group, plain)


def _read(package: Package, group: str, plain: bytes) -> Ballot:
    length = int.from_bytes(plain[:_LENGTH], "big")
    body, padding = plain[_LENGTH : _LENGTH + length], plain[_LENGTH + length :]
    try:
        if length > len(plain) - _LENGTH or any(padding):
            raise ValueError("padding")
        d = canonical.decode(body)
        ballot = _ballot(d)
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise EnvelopeRefusal(m("密封件里的内容不是测评表")) from e
    wrong = faults(package, group, ballot.choices)
    if wrong:
        raise EnvelopeRefusal(*wrong)
    return ballot


def _ballot(d: Any) -> Ballot:
    if set(d) != {"card", "choices", "salt", "v"} or type(d["v"]) is not int or d["v"] != 1:
        raise ValueError("keys")
    if not _HEX64.fullmatch(d["card"]) or not _SALT.fullmatch(d["salt"]):
        raise ValueError("card")
    rows = [row for row in d["choices"].values()]
    if any(not isinstance(v, str) for row in rows for v in row.values()):
        raise ValueError("option")
    return Ballot(d["card"], d["choices"])
