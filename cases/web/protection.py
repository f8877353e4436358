"""What stands around every request: limits, hosts, proxies, tokens against forgery, headers.

Flask-WTF is used for its ``CSRFProtect`` only.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request, session
from flask_wtf import CSRFProtect
from werkzeug.http import parse_options_header
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from cases.web.access import stated
from cases.web.installation import kaoji
from config import Settings

BODY = 2_000_000
FORM_MEMORY = 500_000
FORM_PARTS = 1_000
_YEAR = 365 * 86_400
LARGEST_ID = 2**53
"""A larger number in an address is no id; handed on, it would overflow the database's integer."""


class IdConverter(IntegerConverter):
    """``<int:...>`` of all addresses, bounded."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


def configure(app: Flask, settings: Settings) -> None:
    """Limits, cookies and hosts, before anything else is registered."""
    secure = settings.secure_cookies
    app.url_map.converters["int"] = IdConverter
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=BODY,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
        MAX_FORM_PARTS=FORM_PARTS,
        TRUSTED_HOSTS=list(settings.hosts),
        SESSION_COOKIE_NAME="__Host-kaoji_form" if secure else "kaoji_form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long report must not lose its form
        WTF_CSRF_SSL_STRICT=True,
    )
    proxies = settings.trusted_proxies
    if proxies:
        # Host is never taken from a header a client could have sent: only the peer's address and
        # whether it spoke TLS to the outermost listed proxy.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0
        )


def install(app: Flask) -> None:
    """Body limits per route, then the token check, then headers on every answer."""

    @app.before_request
    def allow_uploads() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        said = stated(view)
        if said is not None and said.uploads:
            request.max_content_length = kaoji().settings.upload_megabytes * 1_000_000 + BODY

    CSRFProtect(app)
    app.after_request(_headers)


def fresh_token() -> None:
    """Forget the token against forged posts: a new one is made for the session that begins."""
    session.clear()
    g.pop("csrf_token", None)


def _headers(response: Response) -> Response:
    h = response.headers
    h["Content-Security-Policy"] = POLICY
    h["X-Content-Type-Options"] = "nosniff"
    h["Referrer-Policy"] = "same-origin"
    h["X-Frame-Options"] = "DENY"
    h["Cross-Origin-Opener-Policy"] = "same-origin"
    h["Cross-Origin-Resource-Policy"] = "same-origin"
    h["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if kaoji().settings.secure_cookies:
        h["Strict-Transport-Security"] = f"max-age={_YEAR}"
    if request.endpoint != "static" or response.status_code >= 400:
        h["Cache-Control"] = "no-store"
    named = h.get("Content-Disposition", "")
    if not named.isascii():
        h["Content-Disposition"] = _in_ascii(named)
    return response


def _in_ascii(disposition: str) -> str:
    """A file's name in the form headers may carry (RFC 6266): they hold no Chinese as such."""
    way, options = parse_options_header(disposition)
    name = options.get("filename", "")
    ending = name.rpartition(".")[2]
    plain = f"kaoji.{ending}" if ending.isascii() and ending != name else "kaoji"
    return f"{way}; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
