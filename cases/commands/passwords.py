"""Passwords: hashing with Argon2id, what may not be chosen, and one-time slips.

At most two hashes are computed at a time in a process (64 MiB each); who waits longer than five
seconds gets Busy. A test may lower the cost through ``hasher``; the parameters stand in each hash.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from cases.errors import Busy, Invalid
from workflow.words import m

LEAST = 8
MOST = 128
_SLOTS = threading.BoundedSemaphore(2)
_PATIENCE = 5.0
_SLIP_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_BLOCKED = Path(__file__).with_name("blocked_passwords.txt")

hasher = PasswordHasher()


def make_hash(password: str) -> str:
    """The Argon2id hash of a password. Raises Busy."""
    with _slot():
        return hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether a password fits its hash. Without a hash the same work is done in vain."""
    with _slot():
        try:
            hasher.verify(stored or _nobody(), password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return stored is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hasher.hash(secrets.token_urlsafe(16))


class _slot:
    def __enter__(self) -> None:
        if not _SLOTS.acquire(timeout=_PATIENCE):
            raise Busy

    def __exit__(self, *_: object) -> None:
        _SLOTS.release()


@lru_cache(maxsize=1)
def blocked() -> frozenset[str]:
    """Passwords that guessers try first, in lower case."""
    return frozenset(_BLOCKED.read_text(encoding="utf-8").split())


def check_new(password: str, *names: str, field: str = "new_password") -> None:
    """Refuse what guessers try first. Raises Invalid on ``field``.

    No rule on kinds of characters; 8 at least, 128 at most; ``names`` are the account's own.
    """
    flat = password.casefold()
    if len(password) < LEAST:
        raise Invalid({field: m("密码至少 %(n)s 个字符", n=LEAST)})
    if len(password) > MOST:
        raise Invalid({field: m("密码最多 %(n)s 个字符", n=MOST)})
    if {flat, flat.strip("!@#.*?"), flat.strip("!@#.*?1234567890")} & blocked():
        raise Invalid({field: m("这个密码太常见,容易被人试出来,请换一个")})
    if any(name and len(name) >= 3 and name.casefold() in flat for name in names):
        raise Invalid({field: m("密码里不要有账号或姓名,请换一个")})


def make_slip() -> str:
    """A one-time slip of 120 bits, in six groups of four: printed once, never stored."""
    letters = "".join(secrets.choice(_SLIP_LETTERS) for _ in range(24))
    return "-".join(letters[i : i + 4] for i in range(0, 24, 4))


def slip_digest(slip: str) -> str:
    """What is stored of a slip. Blanks, dashes and small letters don't matter."""
    flat = "".join(c for c in slip.upper() if c.isalnum())
    return hashlib.sha256(b"kaoji-slip\n" + flat.encode()).hexdigest()
