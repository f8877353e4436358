"""Builds the booth: settings in, a Flask app out. It shares no session and no table with the site.

Nothing is logged: no request, no address, no error text (K2). What a page may load comes from this
host only, and no page may be kept.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.utils import host_is_trusted

from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_tables import urns_are_ready
from cases.booth import pages, speech, surveys
from cases.booth.lane import PATH, Lane
from cases.errors import FAULTY, Busy, KaojiError, Misconfigured, Unwritable
from config import Settings
from workflow.words import m

ROOT = Path(__file__).resolve().parents[2]
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}
_FORM_BYTES, _FORM_PARTS = 512_000, 4_000


def create_booth(settings: Settings, *, store: UrnStore | None = None) -> Flask:
    """The booth over an upgraded urn database (``upgrade_urns``); opens its store by default.

    Raises Misconfigured when that database is not there, not at the newest schema or takes no
    connection.
    """
    if store is None and not _ready(settings.booth_database_url):
        raise Misconfigured(m("测评箱数据库还没有建好或不是最新结构,请先运行 ./kaoji init"))
    app = Flask(
        "kaoji-booth", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.update(
        MAX_CONTENT_LENGTH=_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=_FORM_BYTES,
        MAX_FORM_PARTS=_FORM_PARTS,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.logger.disabled = True
    urns = store or open_urn_store(settings.booth_database_url)
    urns.sweep_later()  # what a kill left behind
    pages.keep(app, urns, settings)
    surveys.keep(app, urns, settings)
    speech.install(app)
    app.register_blueprint(pages.booth)
    app.register_blueprint(surveys.survey)
    _answer_errors(app)
    name = urlsplit(settings.booth_url).hostname or "localhost"
    _guard_host(app, name)
    _guard_answers(app, https=urlsplit(settings.booth_url).scheme == "https")
    lane = Lane(app.wsgi_app, urns, settings.booth_pepper.encode(), name)
    app.wsgi_app = lane  # type: ignore[method-assign,assignment]
    return app


def _ready(url: str) -> bool:
    try:
        return urns_are_ready(url)
    except Unwritable as e:
        raise Misconfigured(e.sentence) from e


def _guard_host(app: Flask, name: str) -> None:
    # Flask's own TRUSTED_HOSTS leaves a request without addresses, so no page could be rendered.
    @app.before_request
    def check_host() -> None:
        if not host_is_trusted(request.host, [name]):
            abort(400)


def _guard_answers(app: Flask, *, https: bool) -> None:
    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"  # unknown to plain http
        if not response.direct_passthrough:
            response.headers["Cache-Control"] = "no-store"
        return response


def _answer_errors(app: Flask) -> None:
    """One plain page for whatever goes wrong; it repeats nothing that was sent."""

    @app.errorhandler(Busy)
    @app.errorhandler(Unwritable)
    def unwritten(error: Busy | Unwritable) -> tuple[str, int]:
        # What a faulty disk did with a transaction that it broke off is known to nobody.
        sure = getattr(error, "sentence", None) is not FAULTY
        return _told(503 if sure else 500, sure)

    @app.errorhandler(KaojiError)
    def refused(error: KaojiError) -> tuple[str, int]:
        return render_template("booth/refused.html"), 409

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> tuple[str, int]:
        return _told(error.code or 500)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        return _told(500)


def _told(status: int, sure: bool = False) -> tuple[str, int]:
    """The page of an error. ``sure``: whether nothing can have been kept of what was sent; so it is
    wherever nothing is kept at all."""
    survey = request.path.startswith("/survey")
    sends = request.path in (PATH, "/survey/answer")
    page = render_template("booth/error.html", status=status, sure=sure or not sends, survey=survey)
    return page, status
