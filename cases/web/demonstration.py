"""Ready accounts of the demonstration, entered without a password.

Only a database founded as a demonstration opens this page: production and demonstration never share
one (``installation.mode`` is compared at start). Elsewhere it is not found.
"""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cases.commands import sign_in as commands
from cases.errors import NotVisible
from cases.queries.ready_accounts import demonstration_accounts
from cases.web import session
from cases.web.access import public
from cases.web.account import enter_session, safe_next
from cases.web.installation import at, kaoji, reading, request_id
from cases.web.presentation import render

blueprint = Blueprint("demonstration", __name__, url_prefix="/demonstration")


def _only_here() -> None:
    if kaoji().settings.mode != "demo":
        raise NotVisible


@blueprint.get("")
@public
def accounts() -> ResponseReturnValue:
    """The ready accounts with their roles."""
    _only_here()
    with reading() as conn:
        found = demonstration_accounts(conn)
    return render("pages/demonstration.html", accounts=found)


@blueprint.post("/enter")
@public
def enter() -> ResponseReturnValue:
    """Sign in as one of them."""
    _only_here()
    wanted = request.form.get("account", "")
    with reading() as conn:
        known = {str(a.id): a.id for a in demonstration_accounts(conn)}
    if wanted not in known:
        raise NotVisible
    before = session.current()
    with kaoji().store.transaction() as conn:
        key = commands.open_session(
            conn,
            known[wanted],
            at=at(),
            hours=kaoji().settings.session_hours,
            second_factor=True,
            replaces=before.digest if before is not None else None,
            request=request_id(),
        )
    return enter_session(key, safe_next(None))
