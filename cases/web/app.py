"""Builds the site: settings in, a Flask app out. Called by ``wsgi.py`` and by tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa
from flask import Flask, g, redirect
from flask.typing import ResponseReturnValue

from cases import schema
from cases.clock import now
from cases.errors import Misconfigured
from cases.journal.read_log import ReadLogWriter
from cases.models import Installation
from cases.store import Store
from cases.web import access, frame, log, presentation, protection, refusals, session
from cases.web.installation import Kaoji, kaoji
from cases.web.registry import BLUEPRINTS, COMMANDS
from config import Settings
from workflow.words import m

ROOT = Path(__file__).resolve().parents[2]


def build(
    settings: Settings, *, store: Store | None = None, clock: Callable[[], datetime] = now
) -> Flask:
    """The site over a ready database.

    Raises Misconfigured for a database that is missing, not at the newest revision or made for
    another mode, and for a rule without a stated permission.
    """
    opened = store or Store(settings.database_url)
    organ = check_database(opened, settings)
    app = _bare(settings)
    app.extensions["kaoji"] = Kaoji(settings, opened, ReadLogWriter(opened.transaction), organ, clock)
    log.configure()
    app.before_request(_begin)
    presentation.install(app, frame=frame.frame, locale=frame.reader_locale)
    protection.install(app)
    log.install(app)
    refusals.install(app)
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


def check_database(store: Store, settings: Settings) -> str:
    """The organ's name of an installation that this code and these settings may run.

    Raises Misconfigured, with the command to run.
    """
    revision = schema.revision_of(store.engine)
    if revision is None:
        raise Misconfigured(m("数据库还是空的,请先运行 ./kaoji init --organ 机关名称"))
    if revision != schema.newest():
        raise Misconfigured(
            m("数据库版本是 %(has)s,请先备份,再运行 ./kaoji flask migrate", has=revision)
        )
    with store.reading() as conn:
        row = conn.execute(sa.select(Installation.mode, Installation.organ_name)).first()
    if row is None:
        raise Misconfigured(m("数据库还没有开户,请先运行 ./kaoji init --organ 机关名称"))
    if row.mode != settings.mode:
        raise Misconfigured(
            m("数据库是为 %(has)s 建的,不能按 %(want)s 启动", has=row.mode, want=settings.mode)
        )
    return str(row.organ_name)
