"""Proof of oneself: the password again, and the token where there is one, before a grave act.

A page with a form asks for it beside its own button, so that ticks and answers stay::

    @access(...)
    @asks_proof            # GET shows the field, ``own_proof()`` of components/form.html; what a
    def destroy(): ...     # POST leaves unproved, ``cases.web.writing`` does not carry out

    @access(...)
    @stepped_up            # a button without a page: the refusal itself asks, and repeats the press
    def approve(): ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from cases.commands import second_factor as tokens
from cases.commands import sign_in as commands
from cases.errors import Invalid, NotVisible, Refused
from cases.web import session
from cases.web.access import StepUpNeeded, proved_lately
from cases.web.installation import at, kaoji, request_id
from cases.web.presentation import say
from forms.account import ChangePassword
from forms.administration import StepUp

View = Callable[..., ResponseReturnValue]
PREFIX = "_"
BESIDE = frozenset({"_password", "_code"})
"""Fields of a proof that stand in another page's form; they are never part of what is posted."""


def address() -> str:
    """Where the request comes from, for counting attempts."""
    return request.remote_addr or ""


def asked_beside(posted: Any = None) -> StepUp:
    """The fields of a proof, for the form of another page."""
    return StepUp(posted, prefix=PREFIX, say=say)


def password_fits(form: ChangePassword | StepUp, field: str) -> bool:
    """Whether the present password was given; wrong ones count as sign-in attempts."""
    me = session.current()
    if me is None:
        raise NotVisible
    try:
        with kaoji().store.transaction() as conn:
            attempt = commands.begin_attempt(
                conn, me.login, address(), at=at(), request=request_id()
            )
    except Refused as e:
        form.take({field: e.reasons[0]})
        return False
    if not attempt.fits(str(form[field].data)):
        form.take({field: commands.WRONG_OWN})
        return False
    return True


def has_token() -> bool:
    """Whether the account has a token, so that its figures are asked for beside the password."""
    me = session.current()
    return me is not None and bool(me.has_token)


def prove(form: StepUp) -> bool:
    """Take the proof; it lasts ten minutes. False with the error at its field."""
    me = session.current()
    if me is None:
        raise NotVisible
    if not form.validate() or not password_fits(form, "password"):
        return False
    try:
        with kaoji().store.transaction() as conn:
            if me.has_token:
                code = str(form.code.data or "")
                tokens.use(conn, me.account_id, code, data_key=kaoji().settings.data_key, at=at())
            commands.forgive(conn, me.login, address())
            commands.step_up(conn, me.digest, at=at())
    except Invalid as e:
        form.take(e.errors)
        return False
    return True


def stepped_up(view: View) -> View:
    """For acts without a page of their own, and for reading what is grave.

    A POST may carry the proof; without it, StepUpNeeded is raised, whose page repeats the press.
    """

    @wraps(view)
    def guarded(*things: Any, **values: Any) -> ResponseReturnValue:
        if not proved_lately() and not _proved_now():
            raise StepUpNeeded
        return view(*things, **values)

    return _marked(guarded)


def asks_proof(view: View) -> View:
    """For acts on a page with a form, where ``own_proof()`` stands."""

    @wraps(view)
    def guarded(*things: Any, **values: Any) -> ResponseReturnValue:
        g.beside = BESIDE
        if not proved_lately() and not _proved_now():
            g.proof = g.get("proof") or asked_beside(request.form if _posting() else None)
            if _posting():
                g.proof.validate()
                g.unproved = 422 if "_password" in request.form else 401
        return view(*things, **values)

    return _marked(guarded)


def _marked(guarded: View) -> View:
    guarded.kaoji_step_up = True  # type: ignore[attr-defined]
    return guarded


def _posting() -> bool:
    return request.method == "POST"


def _proved_now() -> bool:
    """Whether this very POST carries the proof; a wrong one keeps its error in ``g.proof``."""
    if not _posting() or "_password" not in request.form:
        return False
    g.proof = asked_beside(request.form)
    if not prove(g.proof):
        return False
    g.proof = None
    return True


def proof_asked() -> StepUp | None:
    """The fields that the present page asks for beside its own; None where nothing is asked."""
    asked: StepUp | None = g.get("proof")
    return asked
