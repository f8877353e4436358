"""The print shop: processes of :mod:`cases.documents.render`, fed with sheets.

The site never imports WeasyPrint. A paper that takes too long, needs too much memory or breaks the
printer costs that one process; the next sheet gets a fresh one.
"""

from __future__ import annotations

import base64
import ctypes
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from queue import LifoQueue
from typing import IO, Any
from xml.sax.saxutils import escape

from cases.documents.boxes import fullest, ladder
from cases.documents.compose import DATA_NAME, MARKED, Sheet, compose
from cases.documents.context import GradeApproval, Paper, RegistrationForm
from cases.documents.fonts import FONTS
from cases.documents.kinds import AnyKind
from cases.documents.wire import read_message, write_message
from cases.errors import Invalid, KaojiError
from workflow.words import Sentence, m

ROOT = Path(__file__).resolve().parents[2]
INSTALL = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
    "libharfbuzz-subset.so.0",
)
_PAPERS_PER_PROCESS = 200
_APPROVAL_RUNGS = 3
"""Settings of the approval form: wide, close, closest (``grade_approval.html``)."""


class Unprinted(KaojiError):
    """A sheet could not be printed; the sentence says why. Nothing was kept."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class WrongPages(Unprinted):
    """A sheet came out with another number of pages than its kind allows."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as a PDF/A-3b file. ``refused`` lists addresses the sheet asked for in vain."""

    pdf: bytes
    pages: int
    refused: tuple[str, ...] = ()


@cache
def _absent() -> tuple[str, ...]:
    found = []
    for name in _LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            found.append(name)
    return tuple(found)


def available() -> Sentence | None:
    """None when papers can be printed here, else a sentence with the line that installs it."""
    absent = _absent()
    if not absent:
        return None
    return m(
        "暂时不能打印文书:缺少系统库 %(names)s。安装命令:%(line)s",
        names="、".join(absent),
        line=INSTALL,
    )


class _Worker:
    def __init__(self, folder: Path, seconds: int, megabytes: int) -> None:
        self._seconds = seconds
        self.papers = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cases.documents.render", str(megabytes), str(seconds)],
            cwd=ROOT,
            env={
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "FONTCONFIG_FILE": str(folder / "fonts.conf"),
                "HOME": str(folder),
                "XDG_CACHE_HOME": str(folder),
                "TMPDIR": str(folder),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        answer = self._read()
        if answer is None or not answer["ready"]:
            self.close()
            why = answer["why"] if answer else ""
            raise Unprinted(m("打印程序没有启动:%(why)s。安装命令:%(line)s", why=why, line=INSTALL))

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise RuntimeError("printer started without pipes")
        return into, out

    def _read(self) -> dict[str, Any] | None:
        timer = threading.Timer(self._seconds * 2 + 30, self._process.kill)
        timer.start()
        try:
            return read_message(self._pipes()[1])  # type: ignore[arg-type]
        finally:
            timer.cancel()

    def print(self, job: dict[str, Any]) -> dict[str, Any] | None:
        """The answer, or None when the process died of its limits."""
        self.papers += 1
        try:
            write_message(self._pipes()[0], job)  # type: ignore[arg-type]
        except BrokenPipeError:
            return None
        return self._read()

    def close(self) -> None:
        into, out = self._pipes()
        into.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        out.close()


class Press:
    """A few printing processes. Use as a context manager; start is lazy, one process a worker.

    ``workers`` run side by side in :meth:`print_all`; ``seconds`` of CPU and ``megabytes`` of data
    are allowed per sheet and process. ``font_dir`` is the folder of the office's own fonts.
    """

    def __init__(
        self, *, workers: int = 1, font_dir: str = "", seconds: int = 30, megabytes: int = 512
    ) -> None:
        self.font_dir = font_dir
        self._workers = workers
        self._limits = (seconds, megabytes)
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._folder = tempfile.TemporaryDirectory(prefix="kaoji-press-")
        (Path(self._folder.name) / "fonts.conf").write_text(_fonts_conf(font_dir), "utf-8")

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for _ in range(self._workers):
            worker = self._idle.get()
            if worker is not None:
                worker.close()
        self._folder.cleanup()

    def print(self, sheet: Sheet) -> Printed:
        """Print one sheet.

        Raises :class:`Unprinted` when the printer is missing, fails or exceeds its limits,
        :class:`WrongPages` when the sheet has another number of pages than its kind allows.
        """
        worker = self._idle.get()
        keep: _Worker | None = None
        try:
            worker = worker or _Worker(Path(self._folder.name), *self._limits)
            answer = worker.print(_job(sheet))
            if answer is None:
                worker.close()
                raise Unprinted(
                    m("“%(title)s”没有打印出来:超出了允许的时间或内存", title=sheet.title)
                )
            if worker.papers < _PAPERS_PER_PROCESS:
                keep = worker
            else:
                worker.close()
        finally:
            self._idle.put(keep)
        return _printed(sheet, answer)

    def print_all(self, sheets: Iterable[Sheet]) -> Iterator[Printed | Unprinted]:
        """Print many side by side, answers in the order of the sheets; a failure stays its own."""

        def one(sheet: Sheet) -> Printed | Unprinted:
            try:
                return self.print(sheet)
            except Unprinted as error:
                return error

        with ThreadPoolExecutor(self._workers) as pool:
            yield from pool.map(one, sheets)


def print_paper(
    press: Press, kind: AnyKind, paper: Paper, *, number: int = 1
) -> tuple[Sheet, Printed]:
    """Compose and print a context.

    A registration form that spills over is tried again on the next rung of its ladder; it is never
    longer than its sheet. An approval form is set closer to stay on one page, and grows when even
    that is too little. A paper with more pages than marks is printed again with a mark for each.
    Raises :class:`cases.errors.Invalid` for text that doesn't fit or can't
    be printed, :class:`Unprinted` otherwise.
    """
    if isinstance(paper, GradeApproval):
        return _on_one_page(press, kind, paper, number)
    rungs = len(ladder()) if isinstance(paper, RegistrationForm) else 1
    for rung in range(rungs):
        sheet = compose(kind, paper, font_dir=press.font_dir, number=number, rung=rung)
        try:
            return _marked(press, sheet, kind, paper, number)
        except WrongPages:
            if rung < rungs - 1:
                continue
            if isinstance(paper, RegistrationForm):
                raise Invalid(fullest(paper)) from None
            raise
    raise AssertionError("a ladder has at least one rung")


def _on_one_page(
    press: Press, kind: AnyKind, paper: GradeApproval, number: int
) -> tuple[Sheet, Printed]:
    """The widest setting that needs one page; else the widest of all, on as many as it needs."""
    for rung in range(_APPROVAL_RUNGS):
        sheet = compose(kind, paper, font_dir=press.font_dir, number=number, rung=rung)
        with suppress(WrongPages):
            return sheet, press.print(replace(sheet, pages=1))
    widest = compose(kind, paper, font_dir=press.font_dir, number=number)
    return _marked(press, widest, kind, paper, number)


def _marked(
    press: Press, sheet: Sheet, kind: AnyKind, paper: Paper, number: int
) -> tuple[Sheet, Printed]:
    """Print a sheet; every page bears its mark, however many there are."""
    printed = press.print(sheet)
    if not MARKED <= sheet.marks < printed.pages:
        return sheet, printed
    sheet = compose(kind, paper, font_dir=press.font_dir, number=number, marks=printed.pages)
    return sheet, press.print(sheet)


def _job(sheet: Sheet) -> dict[str, Any]:
    files = ((DATA_NAME, sheet.data), *sheet.attachments) if sheet.data else sheet.attachments
    return {
        "html": sheet.html,
        "on": sheet.on.isoformat(),
        "rare": sheet.rare,
        "tagged": sheet.tagged,
        "pages": sheet.pages,
        "pictures": {name: base64.b64encode(data).decode() for name, data in sheet.pictures},
        "attachments": [(name, base64.b64encode(data).decode()) for name, data in files],
    }


def _printed(sheet: Sheet, answer: dict[str, Any]) -> Printed:
    if "error" in answer:
        raise Unprinted(
            m("“%(title)s”没有打印出来:%(why)s", title=sheet.title, why=answer["error"])
        )
    if sheet.pages is not None and answer["pages"] != sheet.pages:
        raise WrongPages(
            m(
                "“%(title)s”应为 %(want)s 页,排出来是 %(got)s 页",
                title=sheet.title,
                want=sheet.pages,
                got=answer["pages"],
            )
        )
    return Printed(base64.b64decode(answer["pdf"]), answer["pages"], tuple(answer["refused"]))


def _fonts_conf(font_dir: str) -> str:
    """Only our fonts and the office's own: the same paper looks the same on every machine."""
    folders = "".join(f"<dir>{escape(str(d))}</dir>" for d in (FONTS, font_dir) if str(d))
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f'<fontconfig>{folders}<cachedir prefix="xdg">fontconfig</cachedir>'
        "</fontconfig>"
    )
