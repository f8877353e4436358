"""Setting up one's own token for the second factor."""

from __future__ import annotations

import io

import segno
from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cases.commands import second_factor as tokens
from cases.commands import sign_in as commands
from cases.errors import Invalid, NotVisible, Refused
from cases.web import session
from cases.web.access import signed_in
from cases.web.account import blueprint, enter_session
from cases.web.installation import at, kaoji, request_id
from cases.web.presentation import render, say
from cases.web.writing import checked
from forms.account import ConfirmToken


@blueprint.route("/account/token", methods=["GET", "POST"])
@signed_in
def token() -> ResponseReturnValue:
    """A picture to scan, the secret to type, and the first code as proof."""
    me = session.current()
    if me is None or me.has_token:
        raise NotVisible
    key = kaoji().settings.data_key
    with kaoji().store.transaction() as conn:
        secret, uri = tokens.prepare(conn, me.account_id, data_key=key)
    form = ConfirmToken(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render(
            "pages/token.html",
            form=form,
            secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            picture=_picture(uri),
            owed=session.errand() is not None,
        )

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), 422
    try:
        with kaoji().store.transaction() as conn:
            tokens.confirm(
                conn,
                me.account_id,
                str(form.code.data),
                data_key=key,
                at=at(),
                request=request_id(),
            )
            new = commands.open_session(
                conn,
                me.account_id,
                at=at(),
                hours=kaoji().settings.session_hours,
                second_factor=True,
                replaces=me.digest,
                journal=False,
            )
    except (Invalid, Refused) as e:
        form.take(e.errors if isinstance(e, Invalid) else {"": e.reasons[0]})
        return page(), 422
    return enter_session(new, url_for("account.show"))


def _picture(uri: str) -> Markup:
    """The QR code as an SVG element: no style, no address."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out,
        kind="svg",
        scale=5,
        border=2,
        xmldecl=False,
        svgns=False,
        omitsize=False,
        svgclass=None,
        lineclass=None,
    )
    return Markup(out.getvalue().decode())  # noqa: S704  made by segno from our own URI


__all__ = ["blueprint", "token"]
