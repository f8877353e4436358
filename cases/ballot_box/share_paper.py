"""The papers of an opening key made offline: one page a holder, as nine lines and as a QR code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape

import segno

from cases.ballot_box.shares import KeySet, Share

_NAMES = {1: ("share-1.html", "甲"), 2: ("share-2.html", "乙"), 3: ("share-3.html", "备")}
_PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{title}</title>
<style>@page{{size:A4;margin:25mm}}body{{font:16px serif}}ol{{font:18px monospace;line-height:1.9;
list-style:none;padding:0}}</style><h1>{title}</h1><p>保管人 Holder: {holder}<br>
公钥指纹 Key fingerprint: {fingerprint}</p><ol>{lines}</ol><div>{picture}</div>
<p>没有口令打不开;任意两份可以启封。请与口令分开存放,不拍照、不录入其他系统。<br>
Useless without its passphrase; any two of the three open the urns. Keep it apart from the
passphrase, and make no photograph of it.</p></html>
"""


def holder_files() -> tuple[str, ...]:
    """Names of the three pages."""
    return tuple(name for name, _ in _NAMES.values())


def holder_pages(made: KeySet, holders: Sequence[str]) -> dict[str, str]:
    """File name -> page for 甲, 乙 and 备. ``holders``: their names, possibly empty."""
    return {
        _NAMES[share.holder][0]: _page(share, holder, made.public_key)
        for share, holder in zip(made.shares, holders, strict=True)
    }


def _page(share: Share, holder: str, public_key: str) -> str:
    picture = segno.make_qr(share.qr_text, error="m").svg_inline(scale=4, border=2)
    return _PAGE.format(
        title=f"启封密钥 {_NAMES[share.holder][1]} · Opening key, share {share.holder} of 3",
        holder=escape(holder) or "________________",
        fingerprint=_fingerprint(public_key),
        lines="".join(f"<li>{escape(line)}</li>" for line in share.lines),
        picture=picture,
    )


def public_file(made: KeySet) -> str:
    """What the office registers: the public key and its fingerprint."""
    return f"{made.public_key}\n{_fingerprint(made.public_key)}\n"


def _fingerprint(public_key: str) -> str:
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]
