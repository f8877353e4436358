"""Merkle tree over entry digests (RFC 6962, section 2.1): roots, inclusion and consistency proofs.

Leaves are the entries' own digests, which already begin with 0x00; inner nodes hash 0x01 | left |
right. All digests are hex strings; sizes are numbers of leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").hexdigest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def _root(leaves: Sequence[bytes]) -> bytes:
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while stack and stack[-1][0] == size:
            _, left = stack.pop()
            size, node = size * 2, _node(left, node)
        stack.append((size, node))
    _, node = stack.pop()
    while stack:
        _, left = stack.pop()
        node = _node(left, node)
    return node


def root(leaves: Sequence[str]) -> str:
    """The tree's root over the leaves in order."""
    return _root([bytes.fromhex(x) for x in leaves]).hex() if leaves else EMPTY


def inclusion_proof(leaves: Sequence[str], index: int) -> list[str]:
    """The audit path of one leaf. Raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    raw = [bytes.fromhex(x) for x in leaves]
    path: list[bytes] = []
    while len(raw) > 1:
        k = _split(len(raw))
        if index < k:
            path.append(_root(raw[k:]))
            raw = raw[:k]
        else:
            path.append(_root(raw[:k]))
            raw, index = raw[k:], index - k
    return [x.hex() for x in reversed(path)]


def check_inclusion(leaf: str, index: int, size: int, path: Sequence[str], expected: str) -> bool:
    """Whether the path leads from the leaf to the expected root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, bytes.fromhex(leaf)
    for step in path:
        if sn == 0:
            return False
        p = bytes.fromhex(step)
        if fn & 1 or fn == sn:
            r = _node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = _node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r.hex() == expected
