"""The printer: the only importer of WeasyPrint, run as a process of its own.

``python -m cases.documents.render`` reads jobs on standard input and answers on standard output,
each message a length and a JSON body. The process has limits on CPU, memory and file size, no
environment, and a fetcher that knows our QR pictures, the JPEGs that came with the job and the font
of rare characters and nothing else: no file, no network, no data address. Without pango only this
module is unusable.
"""

from __future__ import annotations

import base64
import gc
import logging
import resource
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from cases.documents.codes import qr_at
from cases.documents.finish import finish
from cases.documents.fonts import RARE_FAMILY, rare_font
from cases.documents.wire import read_message, write_message

try:
    import weasyprint
    from weasyprint.text.ffi import harfbuzz_subset
    from weasyprint.text.fonts import FontConfiguration
except OSError as missing:  # pango or another library of the system is absent
    weasyprint = None
    _WHY = str(missing).splitlines()[0]

RARE_ADDRESS = "kaoji:font/rare"
_VARIANT = "pdf/a-3b"
_RARE_CSS = f'@font-face {{ font-family: "{RARE_FAMILY}"; src: url("{RARE_ADDRESS}"); }}'
_COLLECT_EVERY = 10


class Forbidden(ValueError):
    """A paper asked for something that is not ours to serve."""


if weasyprint is not None:

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Serves QR pictures, the job's own pictures and our own font; refuses every other address
        and notes it."""

        def __init__(self, pictures: Mapping[str, str]) -> None:
            super().__init__(allowed_protocols={"kaoji"}, allow_redirects=False)
            self._pictures = pictures
            self.refused: list[str] = []

        def fetch(self, url: str, headers: object = None) -> Any:
            """The asset behind an address. Raises :class:`Forbidden` for all others."""
            answer = weasyprint.urls.URLFetcherResponse
            if url == RARE_ADDRESS:
                return answer(url, rare_font(), {"Content-Type": "font/ttf"})
            if url in self._pictures:
                jpeg = base64.b64decode(self._pictures[url])
                return answer(url, jpeg, {"Content-Type": "image/jpeg"})
            picture = qr_at(url)
            if picture is None:
                self.refused.append(url[:200])
                raise Forbidden(f"not one of our assets: {url[:80]}")
            return answer(url, picture, {"Content-Type": "image/svg+xml"})


class Printer:
    """Prints jobs one after the other with fonts loaded once."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._rare: Any = None
        self._done = 0

    def print(self, job: dict[str, Any]) -> dict[str, Any]:
        """One job -> ``{"pdf", "pages", "refused"}``; the PDF in base64.

        A paper laid out on another number of pages than it must have is not written at all.
        """
        fetcher = Fetcher(job["pictures"])
        gc.disable()
        try:
            document = weasyprint.HTML(string=job["html"], url_fetcher=fetcher).render(
                font_config=self._fonts, stylesheets=self._sheets(job, fetcher)
            )
            pages = len(document.pages)
            if job["pages"] not in (None, pages):
                return {"pdf": "", "pages": pages, "refused": fetcher.refused}
            when = datetime.fromisoformat(job["on"]).replace(tzinfo=UTC)
            document.metadata.attachments = [
                weasyprint.Attachment(
                    string=base64.b64decode(text),
                    name=name,
                    relationship="Data",
                    created=when,
                    modified=when,
                )
                for name, text in job["attachments"]
            ]
            raw = document.write_pdf(pdf_variant=_VARIANT, pdf_tags=job["tagged"])
        finally:
            gc.enable()
            self._done += 1
            if self._done % _COLLECT_EVERY == 0:
                gc.collect()
        data, pages = finish(raw)
        return {"pdf": base64.b64encode(data).decode(), "pages": pages, "refused": fetcher.refused}

    def _sheets(self, job: dict[str, Any], fetcher: Any) -> list[Any]:
        if not job["rare"]:
            return []
        if self._rare is None:
            self._rare = weasyprint.CSS(
                string=_RARE_CSS, font_config=self._fonts, url_fetcher=fetcher
            )
        return [self._rare]


def _limit(megabytes: int) -> None:
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024 * 1024, 256 * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def work(source: BinaryIO, sink: BinaryIO, megabytes: int, seconds: int) -> None:
    """Answer jobs until the stream ends. A job that fails is answered with its error."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    if weasyprint is None or harfbuzz_subset is None:
        why = "libharfbuzz-subset0" if weasyprint is not None else _WHY
        write_message(sink, {"ready": False, "why": why})
        return
    _limit(megabytes)
    printer = Printer()
    gc.freeze()
    write_message(sink, {"ready": True})
    while (job := read_message(source)) is not None:
        _allow_cpu(seconds)
        try:
            answer = printer.print(job)
        except Exception as error:  # the parent turns it into a refusal of this one paper
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        write_message(sink, answer)


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))
