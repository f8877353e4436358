"""What stands around every page: who is signed in, the navigation, the organ, the phone.

The navigation is the registry's list, cut down to what the actor could use; more than ``MOST``
places are gathered by their groups, whose places stand on a second line of every page within.
Counts are asked in one view of the database before the page is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, request
from sqlalchemy.exc import SQLAlchemyError

from cases.clock import date_of
from cases.queries.frame import cycle_line
from cases.queries.kept import built
from cases.web.installation import kaoji, reading
from cases.web.presentation import Frame, NavItem, place, say
from cases.web.presentation import current as language
from cases.web.registry import NAVIGATION, Entry
from cases.web.session import current, current_actor, errand
from workflow.permissions import Actor, holds_anywhere
from workflow.words import Sentence, m

DOORS = frozenset({"account"})
"""Where somebody signs in; other pages without a session ask the database nothing."""
MOST = 6
"""Places on the first line of the navigation."""


def frame() -> Frame:
    """The frame of the present request."""
    house = kaoji()
    session = current()
    busy = session is None or errand() is not None
    try:
        surroundings = _at_the_door() if busy else _surroundings()
    except SQLAlchemyError:  # the page that tells of a broken database needs no navigation
        surroundings = _NOTHING
    return Frame(
        organ=house.organ_name,
        person=session.display if session is not None else "",
        nav=surroundings.nav,
        cycle=surroundings.cycle,
        scheme=surroundings.scheme,
        door=surroundings.door,
        phone=house.settings.organ_phone,
        home_url=home_url(),
        account_url="" if busy else place("account.show"),
        trust_url="" if busy else place("trust.index"),
        sign_out_url=place("account.sign_out") if session is not None else "",
        rules_url="" if busy else place("basis.show"),
        demonstration=house.settings.mode == "demo",
    )


def home_url() -> str:
    """Where the reader's work begins: the first place of the navigation open to him."""
    if current() is None:
        return place("account.sign_in")
    for entry in _places().entries:
        return place(entry.endpoint)
    return place("account.show")


@dataclass(frozen=True, slots=True)
class _Places:
    """The entries of the navigation that a reader's rights open. ``shown`` tells of some whether
    their page would hold anything; for those ``asked`` only the database knows, in one question."""

    entries: tuple[Entry, ...]
    shown: Mapping[str, bool]
    asked: tuple[str, ...]
    question: Any


def _places() -> _Places:
    """The present reader's. They follow from his grants alone, which are read on every request."""
    actor = current_actor()
    return built(("places", actor), lambda: _opened_to(actor))


def _opened_to(actor: Actor) -> _Places:
    entries = tuple(
        e
        for e in NAVIGATION
        if holds_anywhere(actor, e.permission) and (e.admins or actor.admin is None)
    )
    told = {e.endpoint: e.shown(actor) for e in entries if e.shown is not None}
    asked = {name: there for name, there in told.items() if not isinstance(there, bool)}
    shown = {name: there for name, there in told.items() if isinstance(there, bool)}
    return _Places(entries, shown, tuple(asked), sa.select(*asked.values()) if asked else None)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    nav: tuple[NavItem, ...] = ()
    cycle: str = ""
    scheme: str = ""
    door: tuple[str, str] | None = None


_NOTHING = _Surroundings()


def _surroundings() -> _Surroundings:
    """Navigation with its counts and the line of the cycle, asked once per request."""
    kept: _Surroundings | None = g.get("surroundings")
    if kept is not None:
        return kept
    actor = current_actor()
    with reading() as conn:
        entries = _shown(conn, _places())
        counts = {e.endpoint: _count(e, conn, actor) for e in entries}
        line = cycle_line(conn) if actor.admin is None else None
    nav = _gathered(entries, counts)
    if line is not None:
        day = language().date(date_of(line.frozen_at), weekday=False)
        told = say(m("方案第 %(n)s 版(%(day)s锁定)", n=line.scheme_number, day=day))
        kept = _Surroundings(nav, line.title, told)
    else:
        kept = _Surroundings(nav)
    g.surroundings = kept
    return kept


def _at_the_door() -> _Surroundings:
    """The year and its scheme, for the pages before somebody is signed in: published anyhow."""
    if (request.blueprint or "") not in DOORS:
        return _NOTHING
    with reading() as conn:
        line = cycle_line(conn)
    if line is None:
        return _NOTHING
    day = language().date(date_of(line.frozen_at), weekday=False)
    told = m("第 %(n)s 版,%(day)s锁定", n=line.scheme_number, day=day)
    return _Surroundings(door=(line.title, say(told)))


def _gathered(entries: list[Entry], counts: Mapping[str, int | None]) -> tuple[NavItem, ...]:
    """The first line: every place where they are few, else each group by its first place."""
    items = [(e, NavItem(e.endpoint, e.label, counts.get(e.endpoint))) for e in entries]
    if len(items) <= MOST:
        return tuple(item for _, item in items)
    lines: dict[object, list[NavItem]] = {}
    for entry, item in items:
        lines.setdefault(entry.group or entry.endpoint, []).append(item)
    return tuple(
        NavItem(parts[0].endpoint, key, parts=tuple(parts))
        if isinstance(key, Sentence) and len(parts) > 1
        else parts[0]
        for key, parts in lines.items()
    )


def _shown(conn: sa.Connection, places: _Places) -> list[Entry]:
    """Without those whose page would be empty."""
    known = dict(places.shown)
    if places.asked:
        row = conn.execute(places.question).one()
        known |= dict(zip(places.asked, map(bool, row), strict=True))
    return [e for e in places.entries if known.get(e.endpoint, True)]


def _count(entry: Entry, conn: sa.Connection, actor: Actor) -> int | None:
    """How many things wait at a place; the page itself may have counted them."""
    known: dict[str, int] = g.get("counted", {})
    if entry.endpoint in known:
        return known[entry.endpoint] or None
    return None if entry.count is None else entry.count(conn, actor)


def reader_locale() -> str | None:
    """The language kept on the account, where nothing else was asked for."""
    session = current()
    return session.locale if session is not None else None
