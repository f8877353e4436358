"""Who may open what. Every view states it; an app with an unstated rule does not start.

::

    @blueprint.get("/cases/<ref>")
    @access(Permission.CASE_READ, load=case_by_ref)      # the right, and how the thing is found
    def show(case, ref): ...

    @access(Permission.CYCLE_MANAGE)          # a page without a thing: 403 without the right
    @access(Permission.DATA_ENTER, load=..., uploads=True)    # bodies up to the upload limit
    @signed_in                                # any account
    @public                                   # nobody signed in; only the names in PUBLIC

``load(conn, actor, permission, **url_values)`` returns the thing, filtered in SQL, or raises
NotVisible: foreign and missing look the same (404). The view gets it first, then the URL's values.
``@stepped_up`` and ``@asks_proof`` of ``cases.web.proof`` below ``@access`` ask for the password
again where it was given more than ten minutes ago (grave acts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from cases.errors import Misconfigured
from cases.web.installation import at, reading
from cases.web.session import current, current_actor, errand
from workflow.permissions import holds_anywhere
from workflow.vocabulary import Permission
from workflow.words import m

View = Callable[..., ResponseReturnValue]
Loader = Callable[..., Any]

PUBLIC = frozenset(
    {
        "static",
        "operations.health",
        "operations.ready",
        "account.sign_in",
        "account.second_factor",
        "account.enrol",
        "demonstration.accounts",
        "demonstration.enter",
    }
)
STEP_UP_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a view says about itself: a permission, or none for ``public`` and ``signed_in``."""

    permission: Permission | None
    public: bool = False
    loads: bool = False
    uploads: bool = False
    step_up: bool = False


class SignInNeeded(Exception):
    """Nobody is signed in (any more); GET goes to the sign-in page, others get it as an answer."""


class StepUpNeeded(Exception):
    """The act is grave and the password was asked for too long ago."""


def stated(view: Any) -> Stated | None:
    """What a view states, None when it states nothing."""
    return getattr(view, "kaoji_access", None)


def access(
    permission: Permission, *, load: Loader | None = None, uploads: bool = False
) -> Callable[[View], View]:
    """State the permission a view needs, and how its thing is found."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            detour = _detour()
            if detour is not None:
                return detour
            actor = current_actor()
            if not holds_anywhere(actor, permission):
                abort(404 if load is not None else 403)
            if load is None:
                return view(**values)
            with reading() as conn:
                thing = load(conn, actor, permission, **values)
            return view(thing, **values)

        return _state(guarded, view, Stated(permission, loads=load is not None, uploads=uploads))

    return decorate


def signed_in(view: View) -> View:
    """State that any signed-in account may open this."""

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        detour = _detour()
        return detour if detour is not None else view(**values)

    return _state(guarded, view, Stated(Permission.SIGNED_IN))


def public(view: View) -> View:
    """State that a visitor may open this. The endpoint must also stand in ``PUBLIC``."""

    @wraps(view)
    def open_view(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return _state(open_view, view, Stated(None, public=True))


def may_open(address: str) -> bool:
    """Whether the reader's rights reach the page at an address of ours. A way back that ends in a
    refusal is none; whether a single thing may be seen, its page decides."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(address).path)
    except HTTPException:
        return True  # not one of ours: nothing is said about it
    said = stated(current_app.view_functions[endpoint])
    return (
        said is None or said.permission is None or holds_anywhere(current_actor(), said.permission)
    )


def proved_lately() -> bool:
    """Whether the password was given within the last ten minutes."""
    session = current()
    if session is None or session.stepped_up_at is None:
        return False
    return at() - session.stepped_up_at <= STEP_UP_LASTS


def _state(guarded: View, view: View, said: Stated) -> View:
    step_up = bool(getattr(view, "kaoji_step_up", False))
    guarded.kaoji_access = Stated(  # type: ignore[attr-defined]
        said.permission, said.public, said.loads, said.uploads, step_up
    )
    return guarded


def _detour() -> ResponseReturnValue | None:
    if current() is None:
        raise SignInNeeded
    first = errand()
    if first is None or request.endpoint in (first, "account.sign_out"):
        return None
    return redirect(url_for(first), 303)


def unstated(app: Flask) -> list[str]:
    """Endpoints of the app that state no permission, or call themselves public without leave."""
    wrong = []
    for rule in app.url_map.iter_rules():
        said = stated(app.view_functions[rule.endpoint])
        if said is None and rule.endpoint == "static":
            continue
        if said is None or (said.public and rule.endpoint not in PUBLIC):
            wrong.append(rule.endpoint)
    return sorted(set(wrong))


def check(app: Flask) -> None:
    """Refuse to start with an unstated rule. Raises Misconfigured."""
    wrong = unstated(app)
    if wrong:
        raise Misconfigured(m("这些地址没有写明权限,系统不启动:%(names)s", names=", ".join(wrong)))


__all__ = [
    "PUBLIC",
    "SignInNeeded",
    "Stated",
    "StepUpNeeded",
    "access",
    "check",
    "current_actor",
    "proved_lately",
    "public",
    "signed_in",
    "stated",
    "unstated",
]
