"""Verification codes, page codes and QR pictures.

The verification code (核验码) of a paper is drawn from the data it carries, so the same data always
bears the same code and a changed figure another one. It is an address for looking a paper up, not a
proof; the proof is the digest kept for it.
"""

from __future__ import annotations

import hashlib
import io
import re
from urllib.parse import unquote

import segno

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}")

MARK = re.compile(rf"KAOJI/({CODE.pattern})/(\d{{1,3}})")
"""What :func:`page_code` writes: the paper's code and the page."""

QR_SCHEME = "kaoji:qr/"
"""Addresses of QR pictures inside a template: ``kaoji:qr/<millimetres>/<quoted text>``."""
_QR_ADDRESS = re.compile(r"kaoji:qr/(\d{1,2})/([^?#]{1,600})")


def verification_code(kind: str, data: bytes) -> str:
    """Twelve signs in three groups (60 bits) of SHA-256 over kind and data: K7QM-2R9T-04HD."""
    digest = hashlib.sha256(kind.encode() + b"\0" + data).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    signs = "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return "-".join(signs[i : i + 4] for i in (0, 4, 8))


def page_code(code: str, page: int) -> str:
    """What the QR picture of one printed page says; a scanned stack is sorted by it (M5)."""
    return f"KAOJI/{code}/{page}"


def read_page_code(text: str) -> tuple[str, int] | None:
    """Code and page of a QR picture read back, or None: not one of ours."""
    found = MARK.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def qr_at(address: str) -> bytes | None:
    """The QR picture a template's address stands for; None for any other address."""
    found = _QR_ADDRESS.fullmatch(address)
    return qr_svg(unquote(found[2]), int(found[1])) if found else None


def qr_svg(text: str, millimetres: float) -> bytes:
    """A QR picture as SVG of a fixed size in millimetres, without quiet zone."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=0, xmldecl=False, omitsize=True)
    size = f'width="{millimetres}mm" height="{millimetres}mm" '.encode()
    return out.getvalue().replace(b"<svg ", b"<svg " + size, 1)
