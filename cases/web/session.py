"""Server-side sessions: the cookie holds a random key, the table its digest.

A session ends after 30 idle minutes, 12 hours, sign-out, a new password, or with its account. The
account and its grants are read again on every request, so a right taken back is gone at once.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask import Response, g, request

from cases.commands import sign_in
from cases.errors import Busy, Unwritable
from cases.queries.accounts import SignedIn, session_by_key
from cases.web.installation import at, kaoji, reading
from workflow.permissions import Actor

_TOUCH_AFTER = timedelta(minutes=1)
SECOND_FACTOR = "account.second_factor"
TOKEN = "account.token"  # noqa: S105  an endpoint
PASSWORD = "account.password"  # noqa: S105  an endpoint


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host and to TLS; without TLS browsers refuse it."""
    return "__Host-kaoji" if kaoji().settings.secure_cookies else "kaoji"


def current() -> SignedIn | None:
    """The session of this request, even one that still owes its second factor."""
    found: SignedIn | None = g.get("signed_in")
    return found


def current_actor() -> Actor:
    """Who acts in this request; an Actor without account for visitors."""
    found: Actor | None = g.get("actor")
    return found if found is not None else Actor()


def errand() -> str | None:
    """The endpoint this session must visit first: second factor, own token or a new password."""
    session = current()
    if session is None:
        return None
    if session.has_token and session.second_factor_at is None:
        return SECOND_FACTOR
    settings = kaoji().settings
    if settings.second_factor_required and not session.has_token:
        return TOKEN
    if settings.password_days and session.password_set_at is not None:
        age = at() - session.password_set_at
        if age > timedelta(days=settings.password_days):
            return PASSWORD
    return None


def begin() -> None:
    """Find the session of the request's cookie. Registered before everything that asks for it."""
    g.signed_in = g.actor = None
    key = request.cookies.get(cookie_name())
    if not key or request.endpoint == "static":
        return
    with reading() as conn:
        session = session_by_key(conn, key)
    if session is None or not _alive(session):
        return
    g.signed_in = session
    if errand() != SECOND_FACTOR:
        g.actor = session.actor(g.request_id)
    if at() - session.seen_at > _TOUCH_AFTER:
        _touch(session)


def _touch(session: SignedIn) -> None:
    """Write that the session is in use. A database that takes no write must not turn a
    reader away for this."""
    with suppress(Busy, Unwritable), kaoji().store.transaction() as conn:
        sign_in.touch(conn, session.digest, at=at())


def _alive(session: SignedIn) -> bool:
    idle = timedelta(minutes=kaoji().settings.session_idle_minutes)
    return session.active and at() < session.expires_at and at() - session.seen_at <= idle


def keep(response: Response, key: str) -> None:
    """Give the browser a new session key. It ends with the browser, or earlier on our side."""
    response.set_cookie(
        cookie_name(),
        key,
        httponly=True,
        secure=kaoji().settings.secure_cookies,
        samesite="Lax",
        path="/",
    )


def drop(response: Response) -> None:
    """Take the key back."""
    response.delete_cookie(
        cookie_name(),
        httponly=True,
        secure=kaoji().settings.secure_cookies,
        samesite="Lax",
        path="/",
    )
