"""The tellers' desk of a hall: begin, replace spoiled cards, closing call, the file to take away.

It answers on the laptop itself only, has no sign-in and shows no content of a ballot. While people
fill in, hand-ins are shown in steps of five; the exact number stands at the closing call.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.utils import host_is_trusted

from cases.ballot_box import carrier
from cases.ballot_box.arrivals import carrier_of
from cases.ballot_box.cards import fingerprint, normalise
from cases.ballot_box.refusals import BallotBoxRefusal
from cases.ballot_box.reissuing import card_for, new_ticket, reissue_once
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.booth import speech
from cases.errors import Busy, Unwritable
from config import Settings
from workflow.words import Sentence, m

desk = Blueprint("desk", __name__)
_KEY = "kaoji-desk"
_HERE = ("127.0.0.1", "localhost")
_ROOT = Path(__file__).resolve().parents[2]
NO_ROOM = m("这台机器的磁盘写不进去,这一步没有办成;请清出空间,或解除只读,再按一次")
_LEAST = 50
"""Megabytes left on the disk below which the tellers are warned."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_desk(settings: Settings, *, store: UrnStore | None = None) -> Flask:
    """The desk over the one urn of a hall's database; ``settings.var`` is the urn's folder."""
    app = Flask(
        "kaoji-desk", template_folder=str(_ROOT / "templates"), static_folder=str(_ROOT / "static")
    )
    app.config.update(MAX_CONTENT_LENGTH=20_000, PROPAGATE_EXCEPTIONS=False)
    app.logger.disabled = True
    app.extensions[_KEY] = (store or open_urn_store(settings.booth_database_url), settings)
    speech.install(app)
    app.register_blueprint(desk)
    _guard(app)
    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def only_from_here() -> None:
        # Another page open in the same browser must not press a button here.
        strange = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        if not host_is_trusted(request.host, list(_HERE)) or strange:
            abort(400)

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if not response.direct_passthrough:
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> tuple[str, int]:
        return render_template("booth/desk_error.html"), error.code or 500


def _store() -> UrnStore:
    store: UrnStore = current_app.extensions[_KEY][0]
    return store


def _settings() -> Settings:
    settings: Settings = current_app.extensions[_KEY][1]
    return settings


def _urn() -> str:
    return _settings().var.name


def _page(problem: Sentence | None = None, **more: Any) -> str:
    store, urn = _store(), _urn()
    package, state = store.package(urn), store.state(urn)
    left = shutil.disk_usage(_settings().var).free // 10**6
    turnout = store.turnout(urn)
    return render_template(
        "booth/desk.html",
        package=package,
        state=state,
        groups=[(package.group(t.group).title, t) for t in turnout],
        steps=store.turnout_in_steps(urn) if state == "open" else (0, 0),
        due=sum(t.printed - t.void for t in turnout),
        used=sum(t.used for t in turnout),
        address=_settings().booth_url,
        ticket=new_ticket(),
        problem=problem,
        warning=_low(left) if left < _LEAST else None,
        **more,
    )


def _low(left: int) -> Sentence:
    return m("这台机器的磁盘只剩 %(n)s MB,快存不进去了;请清出空间", n=left)


@desk.get("/")
def show() -> ResponseReturnValue:
    """Where the meeting stands and what comes next."""
    store, urn = _store(), _urn()
    if store.state(urn) not in ("closed", "opened"):
        return _page()
    content = carrier_of(store, urn).to_bytes()
    path: Path | None = None
    target = _settings().var / (urn + carrier.SUFFIX)
    problem = None
    try:
        _keep(target, content)
        path = target
    except OSError:  # the urn is closed and whole; only the copy beside it is missing
        problem = m("本机磁盘写不进文件;请直接取走测评箱文件,不要关机")
    digest = carrier.digest_of(content)
    return _page(problem, blocks=carrier.blocks(digest), file=path, root=store.export(urn).root)


def _keep(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; one that lies there stays as it is until then."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@desk.post("/open")
def begin() -> ResponseReturnValue:
    """Cards can be used from now on."""
    return _done(lambda: _store().open(_urn()))


@desk.get("/closing-call")
def closing_call() -> ResponseReturnValue:
    """The exact number handed in, to be told in the hall before the urn is closed."""
    if _store().state(_urn()) != "open":
        return redirect(url_for(".show"), 303)
    return _page(calling=True)


@desk.post("/close")
def close() -> ResponseReturnValue:
    """No more cards; the file to take away is made."""
    return _done(lambda: _store().close(_urn()))


def _done(act: Any) -> ResponseReturnValue:
    try:
        act()
    except BallotBoxRefusal as e:
        return _page(problem=e.reasons[0]), 409
    except (Busy, Unwritable):
        return _page(problem=NO_ROOM), 503
    return redirect(url_for(".show"), 303)


@desk.post("/reissue")
def reissue() -> ResponseReturnValue:
    """A new card for a spoiled one (its code) or a lost one; shown once."""
    store, urn, pepper = _store(), _urn(), _settings().booth_pepper.encode()
    group, typed = request.form.get("group", ""), request.form.get("spoiled", "")
    if group not in store.package(urn).group_keys:
        return _page(problem=m("请选择参评类别")), 422
    try:
        card = card_for(
            store.package(urn), group, _settings().booth_url,
            pepper=pepper, ticket=request.form.get("ticket", ""),
        )  # fmt: skip
        old = fingerprint(pepper, normalise(typed)) if typed.strip() else None
        reissue_once(store, urn, group, fingerprint(pepper, card.code), old)
    except BallotBoxRefusal as e:
        return _page(problem=e.reasons[0]), 422
    except (Busy, Unwritable):
        return _page(problem=NO_ROOM), 503
    picture = Markup(card.svg())  # noqa: S704  drawn here from a fresh code
    return _page(card=card, picture=picture)


@desk.get("/file")
def take_away() -> ResponseReturnValue:
    """The closed urn for removable media; the same bytes each time."""
    if _store().state(_urn()) not in ("closed", "opened"):
        return redirect(url_for(".show"), 303)
    response = Response(
        carrier_of(_store(), _urn()).to_bytes(), mimetype="application/octet-stream"
    )
    name = _urn() + carrier.SUFFIX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
