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
BOUND_DPI = 200
MOST_LOST = 10
"""Pages that may end the reader by their time or memory before the stack is given up."""


class Unreadable(KaojiError):
    """A stack can't be taken apart; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of a stack. ``marks``: (code, page) of each page code on it, without repeats;
    ``thumb`` a small JPEG, ``pdf`` the page alone; both are empty where they could not be made."""

    number: int
    total: int
    marks: tuple[tuple[str, int], ...]
    thumb: bytes
    pdf: bytes


def read_stack(
    path: Path, media_type: str, *, first: int = 1, seconds: int = SECONDS
) -> Iterator[ScannedPage]:
    """The pages from ``first`` on (1 is the first). ``seconds`` of CPU are allowed for each.

    A page that can't be drawn, or that ends the reader by the time or memory it takes, comes
    without a picture, and the reading goes on behind it. Raises :class:`Unreadable` for a file with
    a password, a damaged one, one with too many pages, or one with too many such pages.
    """
    at, total, lost = first, 0, 0
    while True:
        with _process(seconds) as (into, out):
            write_message(into, {"path": str(path.resolve()), "kind": media_type, "first": at})
            while (message := read_message(out)) is not None and "end" not in message:
                if "error" in message:
                    raise Unreadable(_why(message))
                total = message["total"]
                if "number" in message:
                    yield _page(message)
                    at = message["number"] + 1
        if message is not None or (total and at > total):
            return
        lost += 1
        if not total or lost > MOST_LOST:
            raise Unreadable(m("读取这份扫描件超出了允许的时间或内存,请分成几份再上传"))
        yield ScannedPage(at, total, (), b"", b"")
        at += 1


def _page(message: dict[str, Any]) -> ScannedPage:
    marks = filter(None, map(read_page_code, message["texts"]))
    return ScannedPage(
        message["number"],
        message["total"],
        tuple(dict.fromkeys(marks)),
        base64.b64decode(message["thumb"]),
        base64.b64decode(message["pdf"]),
    )


def picture_of(path: Path, *, seconds: int = SECONDS) -> bytes:
    """A page that was kept alone, as a grey JPEG for the volume. Raises :class:`Unreadable`."""
    job = {"path": str(path.resolve()), "kind": "application/pdf", "draw": BOUND_DPI, "first": 1}
    with _process(seconds) as (into, out):
        write_message(into, job)
        message = read_message(out)
    if message is None or "picture" not in message:
        raise Unreadable(m("签字扫描件里有一页打不开,没有装订,请取出这一页重新扫描"))
    return base64.b64decode(message["picture"])


def joined(pages: Sequence[bytes]) -> bytes:
    """Pages as one file, in the order given: signed pages to read, issued papers to print."""
    with pikepdf.new() as whole:
        for data in pages:
            with pikepdf.open(io.BytesIO(data)) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _why(message: dict[str, Any]) -> Sentence:
    if message["error"] == "locked":
        return m("这份 PDF 设有打开密码,请取消密码后再上传")
    if message["error"] == "long":
        return m("这份扫描件有 %(n)s 页,一次最多 2000 页,请分成几份再上传", n=message["total"])
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
