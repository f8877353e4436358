from __future__ import annotations

import hashlib

import pytest

from cases.ballot_box.root import receipt_of, root_of


def reference(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + reference(leaves[:k]) + reference(leaves[k:])).digest()


@pytest.mark.parametrize("size", [*range(0, 34), 63, 64, 65, 200])
def test_root_agrees_with_rfc_6962(size):
    pairs = [("A", hashlib.sha256(bytes([i])).hexdigest()) for i in range(size)]
    assert (
        root_of(reversed(pairs)) == reference([f"A|{h}".encode() for _, h in sorted(pairs)]).hex()
    )


def test_root_changes_when_an_envelope_moves_to_another_group():
    assert root_of([("A", "00"), ("B", "01")]) != root_of([("B", "00"), ("A", "01")])


def test_receipt_is_the_first_sixteen_letters_of_the_hash():
    assert receipt_of(b"x") == hashlib.sha256(b"x").hexdigest()[:16].upper()
