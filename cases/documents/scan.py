"""Signed papers come back as one scanned stack: the reader's process, and what it found.

The file is opened by :mod:`cases.documents.scan_reader` alone. A page carries the codes printed at
its foot; whose they are is not known here.
"""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import pikepdf

from cases.documents.codes import read_page_code
from cases.documents.wire import read_message, write_message
from cases.errors import KaojiError
from workflow.words import Sentence, m

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 20, 1024


class Unreadable(KaojiError):
    """A stack can't be taken apart; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of a stack. ``marks``: (code, page) of each page code on it, without repeats;
    ``thumb`` a small JPEG, ``pdf`` the page alone."""

    number: int
    total: int
    marks: tuple[tuple[str, int], ...]
    thumb: bytes
    pdf: bytes


def read_stack(
    path: Path, media_type: str, *, first: int = 1, seconds: int = SECONDS
) -> Iterator[ScannedPage]:
    """The pages from ``first`` on (1 is the first). ``seconds`` of CPU are allowed for each.

    Raises :class:`Unreadable` for a file with a password, a damaged one, one with too many pages
    or one that takes too long.
    """
    with _process(seconds) as (into, out):
        write_message(into, {"path": str(path.resolve()), "kind": media_type, "first": first})
        while "end" not in (message := _next(out)):
            marks = filter(None, map(read_page_code, message["texts"]))
            yield ScannedPage(
                message["number"],
                message["total"],
                tuple(dict.fromkeys(marks)),
                base64.b64decode(message["thumb"]),
                base64.b64decode(message["pdf"]),
            )


def joined(pages: Sequence[bytes]) -> bytes:
    """Pages as one file, in the order given: signed pages to read, issued papers to print."""
    with pikepdf.new() as whole:
        for data in pages:
            with pikepdf.open(io.BytesIO(data)) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _next(out: BinaryIO) -> dict[str, Any]:
    message = read_message(out)
    if message is None:
        raise Unreadable(m("读取这份扫描件超出了允许的时间或内存,请分成几份再上传"))
    if "error" in message:
        raise Unreadable(_why(message))
    return message


def _why(message: dict[str, Any]) -> Sentence:
    if message["error"] == "locked":
        return m("这份 PDF 设有打开密码,请取消密码后再上传")
    if message["error"] == "long":
        return m("这份扫描件有 %(n)s 页,一次最多 2000 页,请分成几份再上传", n=message["total"])
    if message["told"]:
        page = int(message["told"]) + 1
        return m("第 %(n)s 页读不出来,从这一页起没有读,请去掉这一页再上传", n=page)
    return m("这份文件已损坏或不是扫描件,没有读出任何一页")


@contextmanager
def _process(seconds: int) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "cases.documents.scan_reader", str(MEGABYTES), str(seconds)],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    # A hung child ends at the latest after this; its CPU limit ends a busy one much earlier.
    timer = threading.Timer(1_800, child.kill)
    timer.start()
    try:
        yield cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        cast(BinaryIO, child.stdin).close()
        cast(BinaryIO, child.stdout).close()
