"""What somebody filled in, as plain JSON values for the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without empty entries; dates, figures and words become text."""
    return {str(k): _value(v) for k, v in payload.items() if v is not None}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(v) for v in value]
    return value if isinstance(value, bool | int) or value is None else str(value)
