"""How pages speak and look: the reader's language, the frame, icons, and what templates may call.

Globals for templates::

    _('还差 %(n)s 项', n=3)   the sentence in the reader's language; Markup params stay markup
    say(sentence)  word(w)    a Sentence or a word of the vocabulary
    date(d) instant(t)        text: 1月5日 周一, 今天 09:12;   day(d) moment(t)   the same as <time>
    span(a, b)  deadline(d, left, working=True)  distance(left)
    score(x) integer(n) percent(r) size(octets) listing(items)
    icon('printer')           one of the sprite, 1 em, hidden from readers' software
    asset('css/tokens.css')   address of a static file with its digest
    switch_language()         {'url', 'label', 'lang'} of the other language
    form_key()                a fresh key for the hidden field ``_key`` of a POST
    rule('review_apply')      a row of workflow/rules: .count for sentences, word(...) for its name
    amount('filing')          its number with the unit: 1 个月, 1 month
    may_open(url)             whether the reader's rights reach that page (crumbs ask it)
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, render_template, request, url_for
from markupsafe import Markup, escape

from cases.clock import date_of, now
from cases.language import EN, HTML_LANG, LOCALES, ZH, Language, bend, language
from cases.queries.sentences import all_told
from cases.web.access import may_open
from workflow.rules import fact
from workflow.words import Sentence, m

LANGUAGE_COOKIE = "kaoji_language"
_HERE = "4806219375064128"
"""Stands for a row's value in an address: digits, because some addresses take numbers only."""
_SHORT = {"zh": ZH, "en": EN}
_SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)"')


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation: an endpoint, its word, the number of open things.

    ``parts``: the places of a group, which opens at the first of them; none for a single place.
    """

    endpoint: str
    label: Sentence
    count: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[NavItem, ...] = ()

    @property
    def url(self) -> str:
        """Its address in this request."""
        return url_for(self.endpoint, **self.values) if self.values else place(self.endpoint)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page. Empty addresses have no link: what is not there has no button."""

    organ: str = ""
    person: str = ""
    nav: tuple[NavItem, ...] = ()
    cycle: str = ""
    scheme: str = ""
    door: tuple[str, str] | None = None
    """Year and version of its scheme, where the page is one before signing in."""
    phone: str = ""
    home_url: str = "/"
    help_url: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    reads_url: str = ""
    trust_url: str = ""
    rules_url: str = ""
    demonstration: bool = False


FrameSource = Callable[[], Frame]
LocaleSource = Callable[[], str | None]


def current() -> Language:
    """The language of the present request: asked for, kept in the cookie, or Chinese."""
    kept = g._get_current_object()  # a page asks a hundred times; the proxy costs more than it
    if "language" not in kept:
        kept.language = _chosen_language()
    chosen: Language = kept.language
    return chosen


def _chosen_language() -> Language:
    asked = _SHORT.get(request.args.get("lang", "")) or _SHORT.get(
        request.cookies.get(LANGUAGE_COOKIE, "")
    )
    return language(asked or g.get("account_locale") or ZH)


def say(thing: Sentence | str) -> str:
    """A sentence or word in the reader's language; hand this to forms as ``say=``."""
    return current().say(thing)


def today() -> Date:
    """The page's date in Asia/Shanghai: of ``g.now`` when the request carries its time."""
    kept = g._get_current_object()
    if "today" not in kept:
        kept.today = date_of(kept.get("now") or now())
    here: Date = kept.today
    return here


def render(template: str, **context: Any) -> str:
    """A page in the reader's language inside the frame."""
    return render_template(template, **context)


def install(app: Flask, *, frame: FrameSource = Frame, locale: LocaleSource | None = None) -> None:
    """Give an app its language, its frame and what templates may call. Once, at composition."""
    static = Path(str(app.static_folder))
    digests, folder = _digests(static), app.static_url_path
    icons = frozenset(_SYMBOL.findall((static / "img" / "icons.svg").read_text("utf-8")))

    def asset(path: str) -> str:
        return f"{request.script_root}{folder}/{path}?v={digests[path]}"

    def icon(name: str, css: str = "") -> Markup:
        if name not in icons:
            raise LookupError(f"icon {name} is not in the sprite")
        return _drawn(name, css, asset("img/icons.svg"))

    app.jinja_env.globals.update(
        _globals(), asset=asset, icon=icon, url_for=address, may_open=may_open
    )
    app.jinja_env.filters.update(
        {"say": say, "word": lambda thing: current().word(thing), "kept": _kept}
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {"frame": frame(), "reader": current(), "is_current": _is_current}

    @app.before_request
    def settle_language() -> None:
        if locale is not None:
            g.account_locale = locale()

    @app.after_request
    def keep_language(response: Response) -> Response:
        asked = request.args.get("lang", "")
        if asked in _SHORT:
            response.set_cookie(
                LANGUAGE_COOKIE,
                asked,
                max_age=365 * 86400,
                httponly=True,
                samesite="Lax",
                secure=bool(app.config.get("SESSION_COOKIE_SECURE")),
            )
        response.vary.add("Cookie")
        return response


@lru_cache(maxsize=512)
def _drawn(name: str, css: str, sprite: str) -> Markup:
    return Markup(
        '<svg class="k-ico{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
    ).format(f" {css}" if css else "", sprite, name)


def place(endpoint: str) -> str:
    """The address of a page that takes no values, as the frame of every page names a dozen of;
    ``url_for`` is asked once for each path that the app is mounted on."""
    known = _known()
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    found: str = known[endpoint]
    return found


def address(endpoint: str, /, **values: Any) -> str:
    """What pages call as ``url_for``: Flask is asked once for a page, and once for the place that
    a single value has in its address."""
    if endpoint.startswith(".") or len(values) > 1:
        return url_for(endpoint, **values)
    if not values:
        return place(endpoint)
    [(name, value)] = values.items()
    if name.startswith("_") or not isinstance(value, str | int) or value == "":
        return url_for(endpoint, **values)
    known = _known()
    if (endpoint, name) not in known:
        known[endpoint, name] = addresses(endpoint, name)
    found: str = known[endpoint, name](value)
    return found


def _known() -> dict[Any, Any]:
    """Addresses told before, for the path that the app is mounted on."""
    kept = g._get_current_object()
    if "places" not in kept:
        everywhere: dict[str, dict[Any, Any]] = current_app.extensions.setdefault("places", {})
        kept.places = everywhere.setdefault(request.script_root, {})
    found: dict[Any, Any] = kept.places
    return found


def addresses(endpoint: str, name: str, **values: Any) -> Callable[[object], str]:
    """What makes the addresses of a page's rows: ``url_for`` is asked once, not for every row.

    ``name`` is the value that differs from row to row; it stands once in the address.
    """
    known: dict[str, Any] = {**values, name: _HERE}
    before, _, after = url_for(endpoint, **known).rpartition(_HERE)
    return lambda value: f"{before}{quote(str(value), safe='')}{after}"


def translate(msgid: str, /, **params: Any) -> str:
    """The template global ``_``: a sentence by its msgid; Markup among the params stays markup."""
    spoken = current()
    if not params:
        return spoken.template(msgid)
    if not any(hasattr(value, "__html__") for value in params.values()):
        return spoken.gettext(msgid, **params)
    text = Markup(bend(str(escape(spoken.template(msgid))), params))  # noqa: S704  escaped above
    shown = {k: v if hasattr(v, "__html__") else spoken.value(v) for k, v in params.items()}
    return text % shown


def _globals() -> dict[str, Any]:
    """Language-bound callables; each asks for the request's language when it is called."""
    return {
        "_": translate,
        "say": say,
        "word": lambda thing: current().word(thing),
        "date": lambda day, weekday=True: current().date(day, today=today(), weekday=weekday),
        "full_date": lambda day, weekday=True: current().date(day, weekday=weekday),
        "instant": lambda at: current().instant(at, today=today()),
        "day": day,
        "moment": _moment,
        "span": lambda first, last: current().span(first, last, today=today()),
        "distance": lambda left, working=True: current().distance(left, working=working),
        "deadline": _deadline,
        "score": lambda value, places=2: current().number(value, places),
        "integer": lambda value: current().integer(value),
        "percent": lambda ratio, places=2: current().percent(ratio, places),
        "size": lambda octets: current().size(octets),
        "listing": lambda items: current().listing(items),
        "switch_language": _switch_language,
        "form_key": lambda: secrets.token_urlsafe(18),
        "today": today,
        "rule": fact,
        "amount": lambda code: fact(code).amount(HTML_LANG[current().locale]),
    }


def _kept(text: str | None) -> str:
    """Sentences of a text column (``cases.queries.sentences``), one after the other."""
    return say(m("；")).join(say(one) for one in all_told(text))


def day(day: Date) -> Markup:
    """A day as people read it, with its date for machines."""
    return _dated(current(), day, today())


@lru_cache(maxsize=2048)
def _dated(spoken: Language, day: Date, here: Date) -> Markup:
    text = spoken.date(day, today=here)
    return Markup('<time class="k-d" datetime="{}">{}</time>').format(day.isoformat(), text)


def _moment(at: datetime) -> Markup:
    text = current().instant(at, today=today())
    return Markup('<time class="k-d" datetime="{}">{}</time>').format(at.isoformat(), text)


def _deadline(day: Date, left: int, working: bool = True) -> str:
    return current().deadline(day, left, today=today(), working=working)


def _switch_language() -> dict[str, str]:
    other, label = ("en", "English") if current().chinese else ("zh", "中文")
    query = {k: v for k, v in request.args.items() if k != "lang"} | {"lang": other}
    tag = "en" if other == "en" else "zh-CN"
    return {
        "url": f"{request.script_root}{request.path}?{urlencode(query)}",
        "label": label,
        "lang": tag,
    }


def _is_current(item: NavItem, section: str | None = None) -> bool:
    if item.parts:
        return any(_is_current(part, section) for part in item.parts)
    if section is not None:
        return item.endpoint == section
    here = request.endpoint or ""
    return here == item.endpoint or (
        "." in here and here.rsplit(".", 1)[0] == item.endpoint.rsplit(".", 1)[0]
    )


def _digests(static: Path) -> dict[str, str]:
    files = (path for path in static.rglob("*") if path.is_file())
    return {
        path.relative_to(static).as_posix(): sha256(path.read_bytes()).hexdigest()[:10]
        for path in files
    }


__all__ = ["LOCALES", "Frame", "NavItem", "current", "day", "install", "render", "say", "today"]
