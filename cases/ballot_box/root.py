"""The root over an urn's sealed envelopes (RFC 6962, section 2.1: 0x00 leaf, 0x01 node).

Leaves are sorted, so the root tells nothing about the order of handing in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def envelope_hash(envelope: bytes) -> str:
    """SHA-256 of a sealed envelope, 64 hex letters; its first 16 are the 核对码."""
    return hashlib.sha256(envelope).hexdigest()


def receipt_of(envelope: bytes) -> str:
    """The 核对码 of an envelope: 16 hex letters in capitals."""
    return envelope_hash(envelope)[:16].upper()


def root_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Root over (group, envelope hash) pairs in any order; 64 hex letters."""
    level = [
        hashlib.sha256(b"\x00" + f"{group}|{name}".encode()).digest()
        for group, name in sorted(pairs)
    ]
    return _merge(level).hex() if level else hashlib.sha256(b"").hexdigest()


def _merge(nodes: list[bytes]) -> bytes:
    while len(nodes) > 1:
        paired = [
            hashlib.sha256(b"\x01" + nodes[i] + nodes[i + 1]).digest()
            for i in range(0, len(nodes) - 1, 2)
        ]
        # An odd last node moves up unhashed; for a left-filled tree that is RFC 6962's own split.
        nodes = paired + nodes[len(nodes) - len(nodes) % 2 :]
    return nodes[0]
