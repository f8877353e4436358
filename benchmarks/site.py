"""Whole pages of the real site against the same rows by bare Core and the same words by bare Jinja.

A page is asked of the WSGI application as a server would, signed in: session, rights, navigation,
queries, template. What a test client spends on either side of that is not the page's. The bare
side runs the statements that the view itself ran, already compiled, and prints every word of the
page's ``main`` with a template of one loop; it knows no reader, no right, no navigation, no
language. Beside it, for comparison, the same statements go through SQLAlchemy Core, ready built
(``core``), where the bare side hands their text to the driver.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import Environment

from benchmarks import city
from benchmarks.rounds import alternate, seconds
from cases.models import Installation
from cases.store import Store
from tests.web_client import Client, Site, open_site, with_settings
from workflow.vocabulary import Role

ROUNDS = 7
VISITS = 9
"""Requests in one round; a round counts as their median."""
PLAIN = Environment(autoescape=True).from_string(
    "<table>{% for word in words %}<tr><td>{{ word }}</td></tr>{% endfor %}</table>"
)
FRAME = "_surroundings"
Ran = list[tuple[Any, Any]]
"""Statements with their parameters: text for the driver, or as Core built them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Median seconds, by the clock and of the processor, of the page, of its bare twin by Core and
    of the twin that hands ready text to the driver; and the statements of one request."""

    page: float
    core: float
    text: float
    statements: int
    page_cpu: float
    core_cpu: float
    text_cpu: float


def enter(store: Store, folder: Path) -> Client:
    """A browser in which the assessment office is signed in."""
    with store.transaction() as conn:
        conn.execute(
            sa.insert(Installation).values(
                id=1, mode="test", organ_name="基准市委组织部", created_at=city.AT
            )
        )
    client = open_site(store, folder).sign_in_as(Role.OFFICE, organ=1)
    client.inspect = False
    return client


def leave(client: Client) -> None:
    """Write what the read log still holds, before the database goes away."""
    client.site.app.extensions["kaoji"].read_log.flush()


def measure(client: Client, path: str) -> Measured:
    """The page and its bare twin in alternated rounds, after a few requests to warm both."""
    client.get(path)
    every, own, built, words = _watched(client, path)
    environ = _environ(client, path)
    with _unheard(client.site) as site:
        return _timed(site.app, site.store, environ, every, own, built, words)


@contextmanager
def _unheard(site: Site) -> Iterator[Site]:
    """The same site over an engine that nobody ever listened to, as in service: one that was
    listened to goes on asking for listeners at every statement."""
    store = Store(site.store.url)
    same = with_settings(replace(site, store=store))
    try:
        yield same
    finally:
        same.app.extensions["kaoji"].read_log.flush()
        store.close()


def _timed(
    app: Flask, store: Store, environ: dict[str, Any], every: int, own: Ran, built: Ran,
    words: list[str],
) -> Measured:  # fmt: skip
    def visit() -> None:
        answer = app(dict(environ), lambda *_: print)
        b"".join(answer)
        answer.close()

    def text() -> None:
        with store.reading() as conn:
            for statement, parameters in own:
                conn.exec_driver_sql(statement, parameters).all()
        PLAIN.render(words=words)

    def core() -> None:
        with store.reading() as conn:
            for statement, parameters in built:
                ask = conn.exec_driver_sql if isinstance(statement, str) else conn.execute
                ask(statement, parameters).all()
        PLAIN.render(words=words)

    acts = {"page": visit, "core": core, "text": text}
    for act in (*acts.values(), *acts.values()):
        act()
    spent: dict[str, list[float]] = {name: [] for name in acts}

    def round_of(name: str, act: Any) -> float:
        start = time.thread_time()
        middle = statistics.median(seconds(act) for _ in range(VISITS))
        spent[name].append((time.thread_time() - start) / VISITS)
        return middle

    taken = alternate({n: partial(round_of, n, act) for n, act in acts.items()}, ROUNDS)
    cpu = {name: statistics.median(times) for name, times in spent.items()}
    return Measured(
        taken["page"], taken["core"], taken["text"], every, cpu["page"], cpu["core"], cpu["text"]
    )


def _environ(client: Client, path: str) -> dict[str, Any]:
    """What a server would hand over for this request of the browser."""
    seen: dict[str, Any] = {}

    def note(environ: dict[str, Any], start: Any) -> Any:
        seen.update(environ)
        return inner(environ, start)

    app, inner = client.site.app, client.site.app.wsgi_app
    app.wsgi_app = note
    try:
        client.get(path)
    finally:
        app.wsgi_app = inner
    return {k: v for k, v in seen.items() if not k.startswith(("flask.", "werkzeug."))}


def _watched(client: Client, path: str) -> tuple[int, Ran, Ran, list[str]]:
    """How many statements a request runs, those of its view (as text for the driver, and as the
    view ran them), and the words it shows."""
    app = client.site.app
    endpoint = app.url_map.bind("localhost").match(path.partition("?")[0])[0]
    with _recorded(client.site.store, app.view_functions[endpoint]) as (every, own, built):
        page = client.get(path)
    words = [" ".join(str(t).split()) for t in page.tree.xpath("//main//text()")]
    return len(every), own, built, [word for word in words if word]


@contextmanager
def _recorded(store: Store, view: Any) -> Iterator[tuple[Ran, Ran, Ran]]:
    every: Ran = []
    own: Ran = []
    built: Ran = []
    code = view.__wrapped__.__code__

    def is_own() -> bool:
        frames = set(_frames())
        # What access found for the view (the case of the address) is the view's own as well.
        mine = code in frames or view.__code__ in frames
        return mine and FRAME not in {frame.co_name for frame in frames}

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, how: Any, _many: bool) -> None:
        every.append((statement, parameters))
        if is_own():
            own.append((statement, parameters))
            if how.compiled is None:  # the view itself hands this text to the driver
                built.append((statement, parameters))

    def note_built(_c: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        if is_own():
            built.append((statement, many or one))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    sa.event.listen(store.engine, "before_execute", note_built)
    try:
        yield every, own, built
    finally:
        sa.event.remove(store.engine, "before_execute", note_built)
        sa.event.remove(store.engine, "before_cursor_execute", note)


def _frames() -> Iterator[Any]:
    frame: Any = sys._getframe(2)
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back
