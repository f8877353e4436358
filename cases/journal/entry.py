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
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from cases.canonical import text as canonical_text
from workflow.permissions import Actor

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

    def by(self, actor: Actor) -> Draft:
        """The same, said by the actor in the request he acts in."""
        return replace(
            self,
            account_id=actor.account_id,
            person_id=actor.person_id,
            request=actor.request,
        )


def canonical(value: object) -> str:
    """The one JSON text of a value. Raises ValueError for NaN and infinities."""
    return canonical_text(value)


def digest_of(algorithm: str, previous: str, body: str) -> str:
    """The entry's digest, hex."""
    text = f"{algorithm}\n{previous}\n{body}"
    return ALGORITHMS[algorithm](b"\x00" + text.encode()).hexdigest()


def payload_digest(algorithm: str, salt: str, payload: str) -> str:
    """Digest of a payload under its salt, hex."""
    return ALGORITHMS[algorithm](bytes.fromhex(salt) + payload.encode()).hexdigest()


@lru_cache(maxsize=64)
def instant_text(at: datetime) -> str:
    """An instant as written in the body: UTC, microseconds, trailing Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body_of(seq: int, draft: Draft, payload: str | None) -> str:
    """The canonical body. ``payload`` is its salted digest, None without a payload.

    Written out key by key, because a hundred thousand entries are appended at once; the keys stand
    in the order ``canonical`` would sort them into, and a test holds the two equal.
    """
    return (
        f'{{"account":{_number(draft.account_id)},"action":{_text(draft.action)},'
        f'"at":"{instant_text(draft.at)}","behalf":{_number(draft.behalf_id)},'
        f'"case":{_number(draft.case_id)},"from":{_text(draft.state_from)},'
        f'"payload":{_text(payload)},"person":{_number(draft.person_id)},'
        f'"process":{_text(draft.process)},"request":{_text(draft.request)},"seq":{seq},'
        f'"subject":{_text(draft.subject)},"subject_id":{_number(draft.subject_id)},'
        f'"to":{_text(draft.state_to)},"v":{FORMAT},"version":{_number(draft.case_version)}}}'
    )


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _text(value: str | None) -> str:
    return "null" if value is None else str(encode_basestring(value))
