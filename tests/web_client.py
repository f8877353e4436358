"""A client that inspects every page it fetches, and people to sign in as.

::

    site = open_site(store, tmp_path)                  # the site over a founded database, clock held
    clerk = site.sign_in_as(Role.OFFICE, organ=1)      # a Client with account, person and grant
    admin = site.sign_in_as(admin=AdminKind.SYSTEM_ADMIN)
    chief = site.sign_in_as(person_id=7)               # an existing person, no grants
    anyone = site.visitor()

    page = clerk.get("/worklist")                      # status 200 demanded; status=404 for others
    page.h1, page.title, page.text, page.links, page.headers
    page = clerk.submit(page, {"reason": "..."}, action="/return", status=303)
                                                       # the form with its hidden fields, from the page
    clerk.post("/path", {"a": "b"}, status=409)        # a bare POST; token and a fresh key are added
    clerk.follow(page)                                 # the page a 303 leads to
    site.clock.at += timedelta(minutes=31)             # time passes
    site.site_queries                                  # statements of the last request

Each HTML page must have: one h1, a title, a language, unique ids, a label on each control, a token
and a key in each POST form, no inline script or style, no outside address, no parse error, no query
while the template renders, and no transaction left open. ``faults(page)`` lists what is wrong.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, before_render_template, template_rendered
from lxml import html
from tinyhtml5.parser import HTMLParser
from werkzeug.test import TestResponse

from cases.commands import sign_in
from cases.models import Account, Person, RoleGrant, SignInSession
from cases.store import Store
from cases.web import app as web
from config import Settings, complete
from tests import quick_site
from workflow.vocabulary import AdminKind, Role

NOW = datetime(2026, 1, 12, 1, 30, tzinfo=UTC)
PATIENCE = 60.0
"""Seconds that a connection may still be out after an answer: the read log is written beside it."""
# Parse messages that a correct page of ours can cause: foreign elements inside svg are fine.
_HARMLESS = frozenset({"expected-doctype-but-got-chars"})
# Token and key of a form: letters, figures and . _ - only, never the same twice.
_SECRETS = re.compile(r'(name="(?:csrf_token|_key)" value=")[\w.-]+(?=")', re.ASCII)


@dataclass
class Clock:
    """The site's only source of time; a test moves it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Page:
    """An answer. ``tree`` is None for anything but HTML."""

    response: TestResponse
    path: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def source(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def is_html(self) -> bool:
        return self.response.mimetype == "text/html" and bool(self.response.data)

    @property
    def tree(self) -> Any:
        return html.document_fromstring(self.source) if self.is_html else None

    @property
    def h1(self) -> str:
        return squeeze(self.tree.xpath("string(//h1)"))

    @property
    def title(self) -> str:
        return squeeze(self.tree.xpath("string(//title)"))

    @property
    def text(self) -> str:
        """All text of ``main``, blanks squeezed."""
        return squeeze(self.tree.xpath("string(//main)"))

    @property
    def links(self) -> list[str]:
        """Addresses of the links in ``main``, in order."""
        return [str(a) for a in self.tree.xpath("//main//a/@href")]

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [squeeze(li.text_content()) for li in self.tree.xpath("//*[@role='alert']//li")]

    def forms(self, action: str = "") -> list[Any]:
        """POST forms in ``main``, or those whose action holds the given text."""
        found = self.tree.xpath("//main//form[translate(@method,'POST','post')='post']")
        return [f for f in found if action in (f.get("action") or self.path)]


@dataclass
class Client:
    """One browser with its cookies."""

    site: Site
    account_id: int | None = None
    person_id: int | None = None
    grants: tuple[int, ...] = ()
    inspect: bool = True
    browser: Any = field(default=None, repr=False)
    _token: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self.browser = self.site.app.test_client()

    def get(self, path: str, *, status: int = 200, **kw: Any) -> Page:
        return self._ask("GET", path, status, **kw)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, status: int = 303, **kw: Any
    ) -> Page:
        """A POST with token and fresh key, unless ``data`` brings its own."""
        body = {"csrf_token": self.token(), "_key": secrets.token_urlsafe(18)} | dict(data or {})
        return self._ask("POST", path, status, data=body, **kw)

    def submit(
        self,
        page: Page,
        data: Mapping[str, Any] | None = None,
        *,
        action: str = "",
        status: int = 303,
    ) -> Page:
        """Fill in a form of a page and send it, as a browser would."""
        forms = page.forms(action)
        assert len(forms) == 1, [f.get("action") for f in page.forms()]
        body: dict[str, Any] = dict(forms[0].form_values()) | dict(data or {})
        target = forms[0].get("action") or page.path
        upload = any(hasattr(v, "read") or isinstance(v, tuple) for v in body.values())
        kind = "multipart/form-data" if upload else None
        return self._ask("POST", target, status, data=body, content_type=kind)

    def submit_unproved(self, url: str, fields: Mapping[str, object], action: str = "") -> Page:
        """What the page of a grave act answers eleven minutes after the password: asked on itself,
        with what was filled in; returns it when the password counts as given again."""
        page = self.get(url)
        self.site.clock.at += timedelta(minutes=11)
        late = self.submit(page, fields, action=action, status=401)
        assert late.errors == ["请填写密码"]
        assert late.tree.xpath("//section[@aria-labelledby='proof']//input/@name") == ["_password"]
        self.site.prove()
        return late

    def follow(self, page: Page, *, status: int = 200) -> Page:
        """The page a redirect leads to."""
        parts = urlsplit(page.location)
        return self.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, status=status)

    def token(self) -> str:
        """A token against forged posts, as any page of this browser carries.

        It is good for as long as the browser's form cookie stays what it is.
        """
        if self._token and self._token[0] == self._form_cookie():
            return self._token[1]
        for path in ("/account", "/sign-in"):
            page = self._ask("GET", path, None)
            if page.status == 200:
                token = str(page.tree.xpath("//input[@name='csrf_token']/@value")[0])
                self._token = (self._form_cookie(), token)
                return token
        return ""

    def _form_cookie(self) -> str:
        name = self.site.app.config["SESSION_COOKIE_NAME"]
        found = self.browser.get_cookie(name, domain=urlsplit(self.site.base_url).hostname)
        return found.value if found else ""

    def _ask(self, method: str, path: str, status: int | None, **kw: Any) -> Page:
        with self.site.watched() as rendering:
            response = self.browser.open(path, method=method, base_url=self.site.base_url, **kw)
        page = Page(response, path)
        sent = response.request.environ.get("wsgi.input")
        if sent is not None:
            sent.close()  # a large upload lies in a temporary file
        if status is not None:
            assert page.status == status, (page.status, path, page.source[:3000])
        if self.inspect and page.is_html:
            assert faults(page) == []
            assert rendering == [], "a query ran while the page was rendered"
        assert self.site.open_connections() == 0, "a connection was left open"
        return page

    def keep_session(self, key: str) -> None:
        """Use a session key made by the command."""
        name = "__Host-kaoji" if self.site.settings.secure_cookies else "kaoji"
        self.browser.set_cookie(
            name, key, domain=urlsplit(self.site.base_url).hostname, path="/", secure=False
        )


@dataclass
class Site:
    """The app under test with its store, settings and clock."""

    app: Flask
    store: Store
    settings: Settings
    clock: Clock
    site_queries: list[str] = field(default_factory=list)
    _next: int = 0

    @property
    def base_url(self) -> str:
        return self.settings.site_url

    def visitor(self) -> Client:
        """Nobody signed in."""
        return Client(self)

    def sign_in_as(
        self,
        *roles: Role,
        organ: int | None = None,
        unit: int | None = None,
        class_code: str | None = None,
        admin: AdminKind | None = None,
        person_id: int | None = None,
        name: str | None = None,
    ) -> Client:
        """A new account with grants in force, signed in. ``person_id`` None makes a person."""
        self._next += 1
        with self.store.transaction() as conn:
            if person_id is None and admin is None:
                person_id = make_person(conn, name or f"人员{self._next}")
            account_id = make_account(
                conn, f"user{self._next}", person_id=person_id, admin=admin, at=self.clock.at
            )
            grants = tuple(
                make_grant(
                    conn,
                    account_id,
                    role,
                    organ=organ,
                    unit=unit,
                    class_code=class_code,
                    at=self.clock.at,
                )
                for role in roles
            )
        return self.sign_in(account_id, person_id=person_id, grants=grants)

    def prove(self) -> None:
        """As if everybody signed in had just given the password."""
        with self.store.transaction() as conn:
            conn.execute(sa.update(SignInSession).values(stepped_up_at=self.clock.at))

    def sign_in(
        self, account_id: int, *, person_id: int | None = None, grants: tuple[int, ...] = ()
    ) -> Client:
        """A browser with a fresh session of an existing account."""
        with self.store.transaction() as conn:
            key = sign_in.open_session(
                conn, account_id, at=self.clock.at, second_factor=True, journal=False
            )
        client = Client(self, account_id, person_id, grants)
        client.keep_session(key)
        return client

    def revoke(self, grant_id: int) -> None:
        """Take a grant back behind the browser's back."""
        with self.store.transaction() as conn:
            conn.execute(
                sa.update(RoleGrant)
                .where(RoleGrant.id == grant_id)
                .values(revoked_at=self.clock.at)
            )

    def open_connections(self) -> int:
        """Connections that nobody gives back; the read log's writer has his for a moment only."""
        pool: Any = self.store.engine.pool
        if not hasattr(pool, "checkedout"):
            return 0
        end = monotonic() + PATIENCE
        while pool.checkedout() and monotonic() < end:
            sleep(0.02)
        return int(pool.checkedout())

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Statements that run while a template renders (the list); all go to ``site_queries``."""
        rendering: list[str] = []
        inside = [0]
        self.site_queries = []

        def started(_app: Any, **_: Any) -> None:
            inside[0] += 1

        def ended(_app: Any, **_: Any) -> None:
            inside[0] -= 1

        def ran(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            if "INSERT INTO read_log" in statement:
                return  # the read log's own writer, in its own thread and time
            self.site_queries.append(statement)
            if inside[0] > 0:
                rendering.append(statement)

        before_render_template.connect(started, self.app)
        template_rendered.connect(ended, self.app)
        sa.event.listen(self.store.engine, "before_cursor_execute", ran)
        try:
            yield rendering
        finally:
            sa.event.remove(self.store.engine, "before_cursor_execute", ran)
            before_render_template.disconnect(started, self.app)
            template_rendered.disconnect(ended, self.app)


def settings_for(tmp_path: Path, **changes: Any) -> Settings:
    """Test settings; ``changes`` are fields of Settings."""
    return complete(Settings(**{"mode": "test", "var": tmp_path, **changes}))


def open_site(store: Store, tmp_path: Path, *, own_pages: bool = False, **changes: Any) -> Site:
    """The site over a founded database (the fixtures ``store`` and ``sqlite_store``).

    ``own_pages`` for a test that adds pages to it; else it shares those of the first site.
    """
    clock = Clock()
    settings = settings_for(tmp_path, **changes)
    app = _built(settings, store, clock, own_pages=own_pages)
    app.config["RAISE_FAILURES"] = True
    return Site(app, store, settings, clock)


def _built(settings: Settings, store: Store, clock: Clock, *, own_pages: bool = False) -> Flask:
    empty = quick_site.from_nothing(settings) if own_pages else quick_site.furnished(settings)
    app = web.settle(empty, settings, store, clock)
    app.testing = True
    return app


def with_settings(site: Site, **changes: Any) -> Site:
    """Another process over the same database with other settings."""
    settings = replace(site.settings, **changes)
    app = _built(settings, site.store, site.clock)
    return Site(app, site.store, settings, site.clock, _next=site._next + 100)


def make_person(conn: sa.Connection, name: str) -> int:
    """A person on the roster."""
    statement = sa.insert(Person).values(name=name, name_key=name, order_key=0)
    return int(conn.execute(statement.returning(Person.id)).scalar_one())


def make_account(
    conn: sa.Connection,
    login: str,
    *,
    person_id: int | None = None,
    admin: AdminKind | None = None,
    at: datetime = NOW,
) -> int:
    """An enrolled account without a usable password (tests of sign-in enrol by command)."""
    statement = sa.insert(Account).values(
        login=login,
        display=login,
        person_id=person_id,
        admin_kind=admin.value if admin else None,
        password_hash="!",
        password_set_at=at,
        active=True,
        created_at=at,
    )
    return int(conn.execute(statement.returning(Account.id)).scalar_one())


def make_grant(
    conn: sa.Connection,
    account_id: int,
    role: Role,
    *,
    organ: int | None = None,
    unit: int | None = None,
    class_code: str | None = None,
    at: datetime = NOW,
) -> int:
    """A grant in force."""
    statement = sa.insert(RoleGrant).values(
        account_id=account_id,
        role=role.value,
        organ_id=organ,
        unit_id=unit,
        class_code=class_code,
        requested_at=at,
        approved_at=at,
    )
    return int(conn.execute(statement.returning(RoleGrant.id)).scalar_one())


def squeeze(text: str) -> str:
    """Runs of blanks as one blank."""
    return " ".join(str(text).split())


def faults(page: Page) -> list[str]:
    """What is wrong with a page, in words."""
    tree = page.tree
    found = [*_parse_faults(page.source), *_frame_faults(tree), *_form_faults(tree)]
    found += _inline_faults(tree)
    return found


def _parse_faults(source: str) -> list[str]:
    """Parse errors; secrets of one page hold no mark-up, so pages that differ in them alone are one."""
    return list(_parse_errors(_SECRETS.sub(r"\1s", source)))


@lru_cache(maxsize=600)
def _parse_errors(source: str) -> tuple[str, ...]:
    parser = HTMLParser()
    parser.parse(source)
    return tuple(
        f"line {place[0]}: {kind} {data}"
        for place, kind, data in parser.errors
        if kind not in _HARMLESS
    )


def _frame_faults(tree: Any) -> list[str]:
    found = []
    if len(tree.xpath("//h1")) != 1:
        found.append(f"{len(tree.xpath('//h1'))} h1")
    if not squeeze(tree.xpath("string(//title)")).removesuffix("- 考绩").removesuffix("- Kaoji"):
        found.append("no title")
    if not tree.get("lang"):
        found.append("no lang")
    ids = [str(i) for i in tree.xpath("//@id")]
    found += [f"id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    known = set(ids)
    for name in ("aria-labelledby", "aria-describedby", "for"):
        for value in tree.xpath(f"//@{name}"):
            found += [f"{name} names no {i}" for i in str(value).split() if i not in known]
    return found


def _form_faults(tree: Any) -> list[str]:
    found = []
    labelled = {str(i) for i in tree.xpath("//label/@for")}
    for control in tree.xpath("//input | //select | //textarea"):
        if control.get("type") in ("hidden", "submit", "button"):
            continue
        own = control.get("id") in labelled or control.get("aria-label")
        if not own and not control.get("aria-labelledby"):
            found.append(f"no label: {control.get('name')}")
    for button in tree.xpath("//button"):
        if not squeeze(button.text_content()) and not button.get("aria-label"):
            found.append("a button without words")
    for form in tree.xpath("//form"):
        method = (form.get("method") or "get").lower()
        names = [str(n) for n in form.xpath(".//input/@name")]
        if method == "post" and "csrf_token" not in names:
            found.append(f"no token: {form.get('action')}")
        if method == "get" and "csrf_token" in names:
            found.append(f"token in a GET form: {form.get('action')}")
    return found


def _inline_faults(tree: Any) -> list[str]:
    found = [f"inline {e.tag}" for e in tree.xpath("//style | //script[not(@src)]")]
    found += [f"style= on {e.tag}" for e in tree.xpath("//*[@style]")]
    for e in tree.xpath("//*[@*[starts-with(name(), 'on')]]"):
        found.append(f"handler on {e.tag}")
    for value in tree.xpath("//@href | //@src | //@action"):
        if re.match(r"(?i)(https?:)?//|javascript:|data:", str(value)):
            found.append(f"outside address {value}")
    return found
