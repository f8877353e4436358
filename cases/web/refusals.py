"""Each refusal has one page: NotVisible 404, Invalid 422, Refused and Stale 409, Busy 503 and
Unwritable 503, and what Flask itself turns away. No page shows a stack or an inner message."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from cases.errors import Busy, Invalid, NotVisible, Refused, Stale, Unwritable
from cases.queries import case_file
from cases.queries.visibility import load_case
from cases.web import log
from cases.web.access import SignInNeeded, StepUpNeeded
from cases.web.installation import reading
from cases.web.presentation import render, say
from cases.web.proof import BESIDE, asked_beside, has_token, proof_asked
from cases.web.session import current_actor
from cases.web.writing import Repeated
from forms.base import CARRIED
from workflow.vocabulary import Permission, State
from workflow.words import m

_PAGES = {400: "400", 403: "403", 404: "404", 413: "413"}
_SECRET = ("password", "passphrase", "share", "again", "slip", "code", "pin")


def install(app: Flask) -> None:
    """Register a page for every way a request can end without its own."""
    app.register_error_handler(NotVisible, _not_visible)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(Repeated, _repeated)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Unwritable, _unwritable)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(StepUpNeeded, _step_up)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def secret(name: str) -> bool:
    """Whether a field of this name holds what must never be shown again."""
    return any(word in name for word in _SECRET)


def typed() -> list[tuple[str, str]]:
    """(label, text) of what was typed into the refused POST; secrets and our own fields left out.

    A view that made a form leaves it in ``g.form`` (``cases.web.writing.save`` does), so that the
    labels are the form's own.
    """
    if request.method != "POST":
        return []
    form = g.get("form")
    found = []
    for name, text in request.form.items():
        if name in CARRIED or name.startswith("_") or not text.strip() or secret(name):
            continue
        field = form._fields.get(name) if form is not None else None
        if form is not None and (field is None or field.type in ("HiddenField", "Password")):
            continue
        label = field.label.text if field is not None else say(m("填写的内容"))
        found.append((label, text))
    return found


def _page(name: str, status: int, **context: Any) -> ResponseReturnValue:
    context.setdefault("reference", g.get("request_id"))
    context.setdefault("back_url", _came_from())
    return render(f"errors/{name}.html", **context), status


def _came_from() -> str | None:
    """The page of ours that sent the reader here; none where that is this very address."""
    came = urlsplit(request.referrer or "")
    here = (request.path, request.query_string.decode("utf-8", "replace"))
    if came.netloc != request.host or not came.path.startswith("/") or came.path.startswith("//"):
        return None
    if request.method in ("GET", "HEAD") and (came.path, came.query) == here:
        return None
    return came.path + (f"?{came.query}" if came.query else "")


def case_url(ref: str | None) -> str | None:
    """The case page's address, where that page is built."""
    if ref and "case_file.show" in current_app.view_functions:
        return url_for("case_file.show", ref=ref)
    return None


def _not_visible(_error: NotVisible) -> ResponseReturnValue:
    return _page("404", 404, reference=None)


def _invalid(error: Invalid) -> ResponseReturnValue:
    problems = [("", say(sentence)) for sentence in error.errors.values()]
    return _page("422", 422, problems=problems, typed=typed())


def _refused(error: Refused) -> ResponseReturnValue:
    return _page(
        "409_refused",
        409,
        reasons=list(error.reasons),
        case_url=case_url(error.case_ref),
        typed=typed(),
    )


def _stale(error: Stale) -> ResponseReturnValue:
    """What happened to the case since the reader opened the page; of other things that it did."""
    ref = (request.view_args or {}).get("ref") if _of_a_case() else None
    of_case = error.what == ref
    entries, seen, now = _since(ref) if ref is not None and of_case else ([], None, None)
    return _page(
        "409_stale",
        409,
        done=None,
        entries=entries,
        seen=seen,
        now=now,
        of_case=of_case,
        case_url=case_url(ref),
        typed=typed(),
    )


def _since(ref: str) -> tuple[list[Any], Any, Any]:
    """The moves of a case since the posted version, its state then and now."""
    version = request.form.get("_version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 13):
        return [], None, None
    actor = current_actor()
    try:
        with reading() as conn:
            case = load_case(conn, actor, Permission.CASE_READ, ref)
            entries, then = case_file.moved_since(conn, case, actor, int(version))
    except NotVisible:
        return [], None, None
    back = entries[0].kind == "back" if entries else False
    now = ("back" if back else "now", say(State(case.state)))
    return entries, ("wait", say(then)) if then is not None else None, now


def _of_a_case() -> bool:
    """Whether the address is one of a case: meetings and cycles carry a ``ref`` too."""
    return request.path.startswith("/cases/")


def _repeated(error: Repeated) -> ResponseReturnValue:
    return _page("409_repeated", 409, location=error.location, typed=typed())


def _busy(_error: Busy) -> ResponseReturnValue:
    return _page("503", 503, typed=typed())


def _unwritable(error: Unwritable) -> ResponseReturnValue:
    """Trying again helps nobody: the reader is told whom to tell, and the log has the cause."""
    log.failure(error)
    return _page("503_unwritable", 503, why=error.sentence, typed=typed())


def _sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    if request.method in ("GET", "HEAD"):
        here = request.full_path.rstrip("?")
        return redirect(url_for("account.sign_in", next=here if here != "/" else None), 303)
    return _page("401", 401, reference=None, typed=typed())


def _step_up(_error: StepUpNeeded) -> ResponseReturnValue:
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    if back is not None:
        return redirect(url_for("account.step_up", next=back), 303)
    asked = proof_asked()
    again = [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in BESIDE and (name == "_version" or name not in CARRIED) and not secret(name)
    ]
    return _page(
        "401_step_up",
        422 if asked is not None else 401,
        reference=None,
        typed=typed(),
        again=again,
        form=asked or asked_beside(),
        has_token=has_token(),
    )


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _page("400_token", 400, typed=typed())


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    """A host name that is not ours: no page, because no address of ours can be built for it."""
    return "400", 400, {"Content-Type": "text/plain"}


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    if error.code >= 500:
        log.failure(error)
        return _page("500", error.code)
    name = _PAGES.get(error.code, "400")
    answer = _page(name, error.code)
    kept = [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After")]
    return (*answer, dict(kept)) if isinstance(answer, tuple) and kept else answer


def _broken(error: Exception) -> ResponseReturnValue:
    log.failure(error)
    if current_app.testing and current_app.config.get("RAISE_FAILURES"):
        raise error
    return _page("500", 500)
