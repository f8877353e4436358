"""The one way for a signed-in POST that writes: form, key, transaction, 303.

::

    def post(case, ref):
        form = ReturnReport(request.form, say=say)
        def work(conn):
            commands.give_back(conn, case.id, form.payload(), actor=current_actor(), at=at())
            return url_for("case_file.show", ref=ref)
        return save(form, work, lambda: render("...", form=form))    # 422 with the page, or 303

    return write(work)                                               # a plain move without a form

Every form carries ``hidden()`` (csrf token, ``_key``, ``_version``). The same key with the same
content leads to the same place again and writes nothing; with other content it is a 409 that keeps
the text. A 422 or a refusal uses no key. Autosave has no key: use ``kaoji().store.transaction()``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue

from cases.commands import idempotency
from cases.errors import Invalid, KaojiError, Refused
from cases.queries.idempotency import CarriedOut, carried_out
from cases.web.access import StepUpNeeded
from cases.web.installation import at, kaoji
from cases.web.session import current_actor
from forms.base import Form
from workflow.words import m

Work = Callable[[sa.Connection], str]
Page = Callable[[], ResponseReturnValue]
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_OUTSIDE = frozenset({"csrf_token", "_key", "_password", "_code"})


class Repeated(KaojiError):
    """The key was used for other content before; ``location`` is where that stands."""

    def __init__(self, location: str) -> None:
        super().__init__("repeated")
        self.location = location


@dataclass(frozen=True, slots=True)
class Written:
    """Where a POST led, and whether it was carried out now or earlier."""

    location: str
    fresh: bool


def carry_out(work: Work) -> Written:
    """Run ``work`` in one transaction under the request's key. It returns where to go next.

    Raises what the command raises (nothing is written then), Repeated for a used key, StepUpNeeded
    where the act asks for the password and it wasn't given.
    """
    account_id, key = current_actor().account_id, request.form.get("_key", "")
    if account_id is None or not _KEY.fullmatch(key):
        abort(400)
    if unproved():
        raise StepUpNeeded
    route, digest = _route(), payload_digest()
    with kaoji().store.transaction() as conn:
        if not idempotency.claim(conn, account_id, key, route=route, digest=digest, at=at()):
            return _before(carried_out(conn, account_id, key), route, digest)
        location = work(conn)
        idempotency.settle(conn, account_id, key, location)
    return Written(location, fresh=True)


def write(work: Work) -> ResponseReturnValue:
    """Carry out and answer with 303."""
    return redirect(carry_out(work).location, 303)


def save(
    form: Form, work: Work, page: Page, *, beside: frozenset[str] = frozenset()
) -> ResponseReturnValue:
    """Check the form, carry out, answer with 303; otherwise the page again with 422.

    Fields that the form does not have are answered with 400 (mass assignment), but for those of
    another form that stands ``beside`` it.
    """
    if not checked(form, beside):
        return page(), unproved() or 422  # type: ignore[return-value]
    try:
        return write(work)
    except Invalid as e:
        Form.take(form, e.errors)  # a field of the form may bear that name
        return page(), 422  # type: ignore[return-value]


def checked(form: Form, beside: frozenset[str] = frozenset()) -> bool:
    """Whether the posted form can be taken; leaves it in ``g.form`` for refusal pages."""
    g.form = form
    if form.unknown_fields({*request.form, *request.files} - beside - g.get("beside", set())):
        abort(400)
    return bool(form.validate()) and not unproved()


def unproved() -> int:
    """The status of a POST that must prove who presses and doesn't (``asks_proof``); else 0."""
    status: int = g.get("unproved", 0)
    return status


def posted_version() -> int:
    """The version the reader saw (``_version``). Raises Refused when the form carried none."""
    text = request.form.get("_version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Refused([m("页面不完整,请重新打开后再办")])
    return int(text)


def _before(found: CarriedOut | None, route: str, digest: str) -> Written:
    if found is None:  # the rival that held the key was rolled back
        abort(503)
    if (found.route, found.payload_digest) != (route, digest):
        raise Repeated(found.location)
    return Written(found.location, fresh=False)


def _route() -> str:
    return f"{request.endpoint} {request.path}"[:200]


def payload_digest() -> str:
    """SHA-256 over what was posted, files included, without token, key and proof of oneself. Order
    counts."""
    h = hashlib.sha256()
    for name, text in request.form.items(multi=True):
        if name not in _OUTSIDE:
            h.update(_framed(name) + _framed(text))
    for name, file in request.files.items(multi=True):
        content = hashlib.file_digest(file.stream, "sha256").digest()  # type: ignore[arg-type]
        file.stream.seek(0)
        h.update(_framed(name) + _framed(file.filename or "") + content)
    return h.hexdigest()


def _framed(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "big") + raw
