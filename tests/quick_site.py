"""What a site compiles when it is built, kept for the next site of the same process.

Every test opens a site and a database of its own. Templates, routes and statements are the same in
all of them, and compiling them anew took most of the time of a test. What is kept is what the
libraries compile from the same source, looked up by that source, so that no site can get another's.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from flask import Config, Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from cases.web import app as web
from cases.web import protection
from config import Settings


class Compiled(BytecodeCache):
    """Compiled templates in memory; Jinja checks each against the digest of its source."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get(f"{bucket.key}{bucket.checksum}")
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


TEMPLATES = Compiled()
_compile_builder: Callable[..., Callable[..., tuple[str, str]]] = Rule._compile_builder
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """A rule's function from values to address; it takes the rule itself as its first argument.

    The key is all that the library compiles it from: the parts of the rule and its defaults.
    """
    defaults = tuple(sorted((rule.defaults or {}).items()))
    key = (tuple(rule._trace), defaults, append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def keep_routes() -> None:
    """From now on routes are compiled once in this process."""
    Rule._compile_builder = _kept_builder  # type: ignore[method-assign]


def keep_templates(app: Flask) -> Flask:
    """The app with the templates that were compiled for an earlier one."""
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


_first: list[Flask] = []


def furnished(settings: Settings) -> Flask:
    """A site like the first one of this process, with settings and extensions of its own.

    Pages, handlers and templates are shared: nobody may add any to it. A site behind a proxy is
    wrapped when it is configured, so it is made from nothing.
    """
    if settings.trusted_proxies:
        return from_nothing(settings)
    if not _first:
        _first.append(from_nothing(settings))
    app = copy(_first[0])
    app.config = Config(app.root_path, _first[0].config)
    app.extensions = dict(app.extensions)
    protection.configure(app, settings)
    return app


def from_nothing(settings: Settings) -> Flask:
    """A site that a test may add pages to."""
    keep_routes()
    return keep_templates(web.furnished(settings))


STATEMENTS = 4000
_engines: dict[str, Engine] = {}


def keep_statements(engine: Engine) -> None:
    """Compile this engine's statements once in this process, whichever database they run on.

    SQLAlchemy keeps what it compiled by the dialect and the statement's own key; a test's database
    has the dialect of its template, which has asked the same server all there is to ask.
    """
    first = _engines.setdefault(engine.dialect.name, engine)
    engine.dialect = engine.pool._dialect = first.dialect
    if first is engine:
        engine._compiled_cache = LRUCache(STATEMENTS)
    else:
        engine._compiled_cache = first._compiled_cache
