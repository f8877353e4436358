"""Signing in and keeping one's account."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import own_password
from cases.commands import second_factor as tokens
from cases.commands import sign_in as commands
from cases.errors import Invalid, NotVisible, Refused
from cases.queries import accounts
from cases.web import session
from cases.web.access import public, signed_in
from cases.web.installation import at, kaoji, reading, request_id
from cases.web.presentation import render, say
from cases.web.proof import address, password_fits, prove
from cases.web.protection import fresh_token
from cases.web.writing import checked
from forms.account import ChangePassword, Enrol, SecondFactor, SignIn
from forms.administration import StepUp

blueprint = Blueprint("account", __name__)


def safe_next(target: str | None) -> str:
    """A path of our own to go on to; the home page for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("home")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return url_for("home")
    return target


def _remembered() -> int:
    return own_password.REMEMBERED if kaoji().settings.remembers_passwords else 0


def enter_session(key: str, target: str) -> Response:
    """Answer a sign-in: new session id, new token against forged posts, 303."""
    fresh_token()
    response = redirect(target, 303)
    session.keep(response, key)  # type: ignore[arg-type]
    return response  # type: ignore[return-value]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Account and password. One text for every failure."""
    target = request.args.get("next")
    if request.method == "GET":
        if session.current() is not None and session.errand() is None:
            return redirect(safe_next(target), 303)
        return _sign_in_page(SignIn(say=say))
    form = SignIn(request.form, say=say)
    if not checked(form):
        return _sign_in_page(form), 422
    login, password = str(form.account.data), str(form.password.data)
    try:
        with kaoji().store.transaction() as conn:
            attempt = commands.begin_attempt(conn, login, address(), at=at(), request=request_id())
    except Refused as e:
        form.take({"": e.reasons[0]})
        return _sign_in_page(form), 429
    if not attempt.fits(password) or attempt.account_id is None:
        form.take({"account": commands.WRONG})
        return _sign_in_page(form), 422
    return _open(attempt.account_id, login, safe_next(target), attempt.has_token)


def _open(account_id: int, login: str, target: str, has_token: bool) -> Response:
    """A session; with a token it is good for nothing but showing the second factor."""
    with kaoji().store.transaction() as conn:
        if not has_token:
            commands.forgive(conn, login, address())
        old = session.current()
        key = commands.open_session(
            conn,
            account_id,
            at=at(),
            hours=kaoji().settings.session_hours,
            replaces=old.digest if old is not None else None,
            journal=not has_token,
            request=request_id(),
        )
    if has_token:
        return enter_session(key, url_for("account.second_factor", next=target))
    return enter_session(key, target)


def _sign_in_page(form: SignIn) -> str:
    return render("pages/login.html", form=form, target=request.args.get("next"))


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def second_factor() -> ResponseReturnValue:
    """The code of the token, after the password. The session gets a new id here."""
    pending = session.current()
    if pending is None or session.errand() != session.SECOND_FACTOR:
        return redirect(url_for("account.sign_in"), 303)
    form = SecondFactor(request.form if request.method == "POST" else None, say=say)
    if request.method == "GET":
        return render("pages/second_factor.html", form=form)
    if not checked(form):
        return render("pages/second_factor.html", form=form), 422
    try:
        with kaoji().store.transaction() as conn:
            commands.begin_attempt(conn, pending.login, address(), at=at(), request=request_id())
    except Refused as e:
        form.take({"": e.reasons[0]})
        return render("pages/second_factor.html", form=form), 429
    try:
        key = _second_session(pending, str(form.code.data))
    except Invalid as e:
        form.take(e.errors)
        return render("pages/second_factor.html", form=form), 422
    return enter_session(key, safe_next(request.args.get("next")))


def _second_session(pending: accounts.SignedIn, code: str) -> str:
    settings = kaoji().settings
    with kaoji().store.transaction() as conn:
        tokens.use(conn, pending.account_id, code, data_key=settings.data_key, at=at())
        commands.forgive(conn, pending.login, address())
        return commands.open_session(
            conn,
            pending.account_id,
            at=at(),
            hours=settings.session_hours,
            second_factor=True,
            replaces=pending.digest,
            request=request_id(),
        )


@blueprint.route("/enrol", methods=["GET", "POST"])
@public
def enrol() -> ResponseReturnValue:
    """First use of an account, or a new password, with a one-time slip."""
    form = Enrol(request.form if request.method == "POST" else None, say=say)
    if request.method == "GET":
        return render("pages/enrol.html", form=form)
    if not checked(form):
        return render("pages/enrol.html", form=form), 422
    try:
        with reading() as conn:
            before = own_password.standing_by_slip(
                conn,
                str(form.account.data),
                str(form.slip.data),
                at=at(),
                remembered=_remembered(),
            )
        new = own_password.chosen(before, str(form.new_password.data))
        with kaoji().store.transaction() as conn:
            account_id = own_password.enrol(conn, new, at=at(), request=request_id())
            has_token = tokens.confirmed(conn, account_id)
    except Invalid as e:
        form.take(e.errors)
        return render("pages/enrol.html", form=form), 422
    return _open(account_id, str(form.account.data), url_for("home"), has_token)


@blueprint.get("/account")
@signed_in
def show() -> ResponseReturnValue:
    """Who I am here, what I was granted, my sessions."""
    me = session.current()
    if me is None:
        raise NotVisible
    with reading() as conn:
        grants = [g for g in accounts.grants_by_account(conn, me.account_id) if g.state == "valid"]
        open_sessions = accounts.sessions_of(conn, me.account_id, at=at())
    return render("pages/account.html", me=me, grants=grants, sessions=open_sessions)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password; all sessions end, and one new begins here."""
    me = session.current()
    if me is None:
        raise NotVisible
    form = ChangePassword(request.form if request.method == "POST" else None, say=say)
    if request.method == "GET":
        return render("pages/password.html", form=form, old=session.errand() is not None)
    if not checked(form) or not password_fits(form, "password"):
        return render("pages/password.html", form=form, old=False), 422
    try:
        with reading() as conn:
            before = own_password.standing(conn, me.account_id, remembered=_remembered())
        new = own_password.chosen(before, str(form.new_password.data))
        with kaoji().store.transaction() as conn:
            commands.forgive(conn, me.login, address())
            own_password.change_password(conn, new, at=at(), request=request_id())
            key = commands.open_session(
                conn,
                me.account_id,
                at=at(),
                hours=kaoji().settings.session_hours,
                second_factor=me.second_factor_at is not None,
                journal=False,
            )
    except Invalid as e:
        form.take(e.errors)
        return render("pages/password.html", form=form, old=False), 422
    return enter_session(key, url_for("account.show"))


@blueprint.route("/account/step-up", methods=["GET", "POST"])
@signed_in
def step_up() -> ResponseReturnValue:
    """The password again, and the token where there is one, before a grave act."""
    me = session.current()
    if me is None:
        raise NotVisible
    form = StepUp(request.form if request.method == "POST" else None, say=say)
    if request.method == "GET":
        return render("pages/step_up.html", form=form, me=me)
    if not checked(form) or not prove(form):
        return render("pages/step_up.html", form=form, me=me), 422
    return redirect(safe_next(request.args.get("next")), 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session."""
    me = session.current()
    if me is not None:
        with kaoji().store.transaction() as conn:
            commands.end_session(conn, me.digest)
    return _out()


@blueprint.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the account, this one too."""
    me = session.current()
    if me is not None:
        with kaoji().store.transaction() as conn:
            commands.end_all_sessions(
                conn, me.account_id, at=at(), by=me.account_id, request=request_id()
            )
    return _out()


def _out() -> ResponseReturnValue:
    fresh_token()
    response = redirect(url_for("account.sign_in"), 303)
    session.drop(response)  # type: ignore[arg-type]
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
