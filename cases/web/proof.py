"""Proof of oneself: the password again, and the token where there is one, before a grave act.

A page whose ticks and answers must not be lost asks for it beside its own button::

    proof = None if proved_lately() else asked_beside(request.form)
    ...
    if proof is not None and not prove(proof): return page(), 422
"""

from __future__ import annotations

from typing import Any

from flask import request

from cases.commands import second_factor as tokens
from cases.commands import sign_in as commands
from cases.errors import Invalid, NotVisible, Refused
from cases.web import session
from cases.web.installation import at, kaoji, request_id
from cases.web.presentation import say
from forms.account import ChangePassword
from forms.administration import StepUp

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
