"""Sealing single values (identity numbers, token secrets) and searching them without opening.

Pure functions: the installation's data key is an argument. A sealed value begins with the id of its
algorithm, so that another one (SM4) can stand beside it: ``a1:`` is AES-256-GCM under a key derived
by HKDF-SHA-256 for one purpose. The purpose and the place it belongs to are authenticated: a value
moved to another row or another column does not open.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALGORITHM = "a1"
IDENTITY = "identity-number"
PAPER = "paper-ballot"
TOKEN = "sign-in-token"  # noqa: S105  a purpose, not a secret
_NONCE = 12


class CannotOpen(ValueError):
    """Another key, another place, or bytes that were changed."""


@lru_cache(maxsize=16)
def _key(key: str, use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"kaoji/{use}".encode()).derive(
        key.encode()
    )


@lru_cache(maxsize=16)
def _box(key: str, purpose: str) -> AESGCM:
    return AESGCM(_key(key, f"seal/{purpose}"))


def _bound(purpose: str, place: str) -> bytes:
    return f"{purpose}\n{place}".encode()


def seal(key: str, purpose: str, text: str, *, place: str = "") -> str:
    """The text sealed for one purpose and place (such as ``people/17``); differs each time."""
    nonce = secrets.token_bytes(_NONCE)
    box = _box(key, purpose).encrypt(nonce, text.encode(), _bound(purpose, place))
    return f"{ALGORITHM}:{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(key: str, purpose: str, sealed: str, *, place: str = "") -> str:
    """The text again. Raises :class:`CannotOpen`."""
    algorithm, _, body = sealed.partition(":")
    if algorithm != ALGORITHM:
        raise CannotOpen(algorithm)
    try:
        raw = base64.urlsafe_b64decode(body.encode("ascii"))
        plain = _box(key, purpose).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(purpose, place))
    except (InvalidTag, ValueError) as e:
        raise CannotOpen(purpose) from e
    return plain.decode()


def search_mac(key: str, purpose: str, text: str) -> str:
    """What a value is found by: HMAC-SHA-256 under a key of its own, 64 hex characters."""
    return hmac.digest(_key(key, f"search/{purpose}"), text.encode(), "sha256").hex()
