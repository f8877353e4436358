"""The bytes of a journal entry. Fixed for ever: entries of the first day must verify on the last.

``body``     canonical JSON (keys sorted, no blanks, UTF-8, no ASCII escapes) of the fields below.
``digest``   H(0x00 | algorithm | LF | previous digest | LF | body), hex, where H is the algorithm.
``payload``  stays outside the body: the body carries H(salt | payload), so that payload and salt
             may lawfully be destroyed while the chain still verifies (K4).

The leading 0x00 makes an entry's digest an RFC 6962 leaf hash; inner nodes begin with 0x01.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.canonical import encode

FORMAT = 1
ALGORITHMS = {"sha256": hashlib.sha256}
DEFAULT_ALGORITHM = "sha256"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer says; the chain adds seq, previous digest and its own digest."""

    subject: str
    action: str
    at: datetime
    subject_id: int | None = None
    case_id: int | None = None
    case_version: int | None = None
    account_id: int | None = None
    person_id: int | None = None
    behalf_id: int | None = None
    state_from: str | None = None
    state_to: str | None = None
    process: str | None = None
    request: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


def canonical(value: object) -> str:
    """The one JSON text of a value. Raises ValueError for NaN and infinities."""
    return encode(value).decode()


def digest_of(algorithm: str, previous: str, body: str) -> str:
    """The entry's digest, hex."""
    text = f"{algorithm}\n{previous}\n{body}"
    return ALGORITHMS[algorithm](b"\x00" + text.encode()).hexdigest()


def payload_digest(algorithm: str, salt: str, payload: str) -> str:
    """Digest of a payload under its salt, hex."""
    return ALGORITHMS[algorithm](bytes.fromhex(salt) + payload.encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """An instant as written in the body: UTC, microseconds, trailing Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body_of(seq: int, draft: Draft, payload: str | None) -> str:
    """The canonical body. ``payload`` is its salted digest, None without a payload."""
    return canonical(
        {
            "v": FORMAT,
            "seq": seq,
            "at": instant_text(draft.at),
            "subject": draft.subject,
            "subject_id": draft.subject_id,
            "case": draft.case_id,
            "version": draft.case_version,
            "account": draft.account_id,
            "person": draft.person_id,
            "behalf": draft.behalf_id,
            "action": draft.action,
            "from": draft.state_from,
            "to": draft.state_to,
            "process": draft.process,
            "request": draft.request,
            "payload": payload,
        }
    )
