"""One canonical JSON for everything that is hashed, sealed or compared."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def text(value: Any) -> str:
    """JSON: keys sorted, no spaces, no escapes beyond JSON's own, no NaN."""
    return _ENCODER.encode(value)


def encode(value: Any) -> bytes:
    """The same in UTF-8."""
    return text(value).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hex letters."""
    return hashlib.sha256(encode(value)).hexdigest()


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def decode(data: bytes) -> Any:
    """Read JSON that must be canonical. Raises ValueError for anything else, however damaged.

    Comparing with our own encoding refuses NaN, doubled keys, odd spaces and escapes at once.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_no_repeats)
        same = encode(value) == data
    except RecursionError as e:
        raise ValueError("nested too deep") from e
    if not same:
        raise ValueError("not canonical")
    return value
