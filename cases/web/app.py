"""Builds the site: settings in, a Flask app out. Called by ``wsgi.py`` and by tests."""

from __future__ import annotations

import atexit
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter

from flask import Flask, g, redirect
from flask.typing import ResponseReturnValue

from cases.clock import now
from cases.journal.read_log import ReadLogWriter
from cases.store import Store
from cases.web import access, frame, log, presentation, proof, protection, refusals, session
from cases.web.database import check_database, check_journal
from cases.web.installation import Kaoji, kaoji
from cases.web.registry import BLUEPRINTS, COMMANDS
from cases.web.templating import PageEnvironment
from config import Settings

ROOT = Path(__file__).resolve().parents[2]


def build(
    settings: Settings, *, store: Store | None = None, clock: Callable[[], datetime] = now
) -> Flask:
    """The site over a ready database.

    Raises Misconfigured for a database that is missing, not at the newest revision or made for
    another mode, and for a rule without a stated permission.
    """
    opened = store or Store(settings.database_url)
    return settle(furnished(settings), settings, opened, clock)


def settle(
    app: Flask, settings: Settings, store: Store, clock: Callable[[], datetime] = now
) -> Flask:
    """A furnished site over its database; raises Misconfigured as ``build`` does."""
    organ = check_database(store, settings)
    log.configure()
    sound = check_journal(store)
    app.extensions["kaoji"] = Kaoji(
        settings, store, ReadLogWriter(store.transaction), organ, clock, sound
    )
    if settings.mode != "test":
        atexit.register(app.extensions["kaoji"].read_log.flush)
    return app


def furnished(settings: Settings) -> Flask:
    """The site with all its pages over no database yet; of the settings only limits and hosts."""
    app = _bare(settings)
    app.before_request(_begin)
    presentation.install(app, frame=frame.frame, locale=frame.reader_locale)
    protection.install(app)
    log.install(app)
    refusals.install(app)
    app.jinja_env.globals.update(proof_asked=proof.proof_asked, has_token=proof.has_token)
    _add_pages(app)
    access.check(app)
    return app


def _add_pages(app: Flask) -> None:
    app.add_url_rule("/", "home", access.signed_in(_home))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _home() -> ResponseReturnValue:
    """The first place of the navigation that is open to the reader."""
    return redirect(frame.home_url(), 303)


def terminal(settings: Settings) -> Flask:
    """An app for commands only: it opens no database by itself, so ``init`` can make one."""
    app = _bare(settings)
    app.config["KAOJI_SETTINGS"] = settings
    _add_pages(app)  # for ``flask routes``; nothing is served from here
    return app


def _bare(settings: Settings) -> Flask:
    app = Flask(
        "kaoji",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.jinja_environment = PageEnvironment
    protection.configure(app, settings)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _begin() -> None:
    house = kaoji()
    g.now = house.clock()
    g.request_id = secrets.token_hex(6)
    g.started = perf_counter()
    session.begin()
