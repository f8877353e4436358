"""RFC 6962 trees against a second, recursive implementation."""

import hashlib

import pytest

from cases.journal.merkle import EMPTY, check_inclusion, inclusion_proof, root


def leaf(i: int) -> str:
    return hashlib.sha256(b"\x00" + str(i).encode()).hexdigest()


def slow(leaves: list[str]) -> str:
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    pair = bytes.fromhex(slow(leaves[:k])) + bytes.fromhex(slow(leaves[k:]))
    return hashlib.sha256(b"\x01" + pair).hexdigest()


def test_root_of_nothing_is_the_empty_hash() -> None:
    assert root([]) == EMPTY


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 33, 100])
def test_root_and_proofs_agree_with_the_definition(n: int) -> None:
    leaves = [leaf(i) for i in range(n)]
    top = root(leaves)
    assert top == slow(leaves)
    for i in range(n):
        path = inclusion_proof(leaves, i)
        assert check_inclusion(leaves[i], i, n, path, top)
        assert not check_inclusion(leaf(-1), i, n, path, top)
        assert not check_inclusion(leaves[i], (i + 1) % n, n, path, top) or n == 1
