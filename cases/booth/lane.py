"""The short way of an envelope: read the two fields, put it in, answer with a page made before.

A hall hands in within a minute, so this one request does without the web framework. What cannot be
answered here (a refusal, a malformed form, the first page of its kind) goes on to the app with the
outcome beside it, so that each envelope is put in once and all pages come from one place.
"""

from __future__ import annotations

import binascii
import io
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.sansio.utils import host_is_trusted

from cases.ballot_box.cards import fingerprint, normalise
from cases.ballot_box.urn import Handed, UrnStore

OUTCOME = "kaoji.booth.outcome"
PATH, MOST = "/hand-in", 512_000
_FIELDS = {"code", "envelope", "lang", "large"}
_FORM = "application/x-www-form-urlencoded"
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Page = tuple[str, list[tuple[str, str]], list[bytes]]
"""Status, headers, and the body in pieces between which the 核对码 stands."""
Kind = tuple[str, str, str, str]
"""What the answer page depends on: urn, language, large type, query."""
_ASKED = {(lang, large) for lang in ("", "zh", "en") for large in ("", "1")}
MARK = "0123456789ABCDEF"
"""Stands for it in the page that the app makes."""


class Lane:
    """WSGI: stands before the app; ``host`` is the booth's own name."""

    def __init__(self, app: App, store: UrnStore, pepper: bytes, host: str) -> None:
        self._app, self._store, self._pepper, self._host = app, store, pepper, host
        self._pages: dict[Kind, Page] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start)
        form = self._form(environ)
        if form is None or not host_is_trusted(environ.get("HTTP_HOST", ""), [self._host]):
            return self._app(environ, start)
        environ[OUTCOME] = outcome = self._put(form)
        if not isinstance(outcome, Handed):
            return self._app(environ, start)
        lang, large = form.get("lang", ""), form.get("large", "")
        kind = (outcome.urn, lang, large, environ.get("QUERY_STRING", ""))
        status, headers, pieces = self._pages.get(kind) or self._make(kind, environ)
        start(status, headers)
        return [_spaced(outcome.receipt).join(pieces)]

    def _make(self, kind: Kind, environ: dict[str, Any]) -> Page:
        """The app's own page, cut at each ``MARK``; kept for the languages that pages ask for."""
        told: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(self._app(environ, lambda *answer: told.append((answer[0], answer[1]))))
        page = *told[0], body.split(_spaced(MARK))
        if page[0] == "200 OK" and kind[1:3] in _ASKED and not kind[3]:
            self._pages[kind] = page
        return page

    def _put(self, form: dict[str, str]) -> Handed | Exception | None:
        """None for a form that no page of ours sends; the app tells what went wrong."""
        try:
            envelope = b64decode(form.get("envelope", ""), validate=True)
        except (binascii.Error, ValueError):
            return None
        try:
            card = fingerprint(self._pepper, normalise(form.get("code", "")))
            return self._store.hand_in(card, envelope)
        except Exception as error:
            return error

    def _form(self, environ: dict[str, Any]) -> dict[str, str] | None:
        """The form, once and for all; None when the app must look at it."""
        size = environ.get("CONTENT_LENGTH") or ""
        if not (size.isascii() and size.isdigit()) or int(size) > MOST:
            return None
        if environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower() != _FORM:
            return None
        sent = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = io.BytesIO(sent)
        try:
            pairs = parse_qsl(
                sent.decode("ascii"), keep_blank_values=True, max_num_fields=8, errors="strict"
            )
        except ValueError:
            return None
        form = dict(pairs)
        return form if len(form) == len(pairs) and set(form) <= _FIELDS else None


def _spaced(receipt: str) -> bytes:
    """The 核对码 as the page prints it."""
    a, b, c, d = receipt[:4], receipt[4:8], receipt[8:12], receipt[12:]
    return f"<span>{a}</span> <span>{b}</span> <span>{c}</span> <span>{d}</span> ".encode()
