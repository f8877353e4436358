"""What stands around every page: who is signed in, the navigation, the organ, the phone.

The navigation is the registry's list, cut down to what the actor could use. Counts are asked in one
view of the database before the page is rendered.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.exc import SQLAlchemyError

from cases.clock import date_of
from cases.queries.frame import cycle_line
from cases.web.installation import kaoji, reading
from cases.web.presentation import Frame, NavItem, place, say
from cases.web.registry import NAVIGATION, Entry
from cases.web.session import current, current_actor, errand
from workflow.permissions import Actor, holds_anywhere
from workflow.words import m


def frame() -> Frame:
    """The frame of the present request."""
    house = kaoji()
    session = current()
    busy = session is None or errand() is not None
    try:
        surroundings = _NOTHING if busy else _surroundings()
    except SQLAlchemyError:  # the page that tells of a broken database needs no navigation
        surroundings = _NOTHING
    return Frame(
        organ=house.organ_name,
        person=session.display if session is not None else "",
        nav=surroundings.nav,
        cycle=surroundings.cycle,
        scheme=surroundings.scheme,
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
    for entry in _open_entries():
        return place(entry.endpoint)
    return place("account.show")


def _open_entries() -> list[Entry]:
    actor = current_actor()
    built = current_app.view_functions
    return [
        e
        for e in NAVIGATION
        if e.endpoint in built
        and holds_anywhere(actor, e.permission)
        and (e.admins or actor.admin is None)
    ]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    nav: tuple[NavItem, ...] = ()
    cycle: str = ""
    scheme: str = ""


_NOTHING = _Surroundings()


def _surroundings() -> _Surroundings:
    """Navigation with its counts and the line of the cycle, asked once per request."""
    kept: _Surroundings | None = g.get("surroundings")
    if kept is not None:
        return kept
    entries, actor = _open_entries(), current_actor()
    with reading() as conn:
        entries = _shown(conn, entries, actor)
        counts = {e.endpoint: _count(e, conn, actor) for e in entries}
        line = cycle_line(conn) if actor.admin is None else None
    nav = tuple(NavItem(e.endpoint, e.label, counts.get(e.endpoint)) for e in entries)
    if line is not None:
        day = date_of(line.frozen_at)
        told = say(m("方案第 %(n)s 版(%(day)s锁定)", n=line.scheme_number, day=day))
        kept = _Surroundings(nav, line.title, told)
    else:
        kept = _Surroundings(nav)
    g.surroundings = kept
    return kept


def _shown(conn: sa.Connection, entries: list[Entry], actor: Actor) -> list[Entry]:
    """Without those whose page would be empty; what only the database knows is one question."""
    known = {e.endpoint: e.shown(actor) for e in entries if e.shown is not None}
    asked = {name: there for name, there in known.items() if not isinstance(there, bool)}
    if asked:
        row = conn.execute(sa.select(*asked.values())).one()
        known |= dict(zip(asked, map(bool, row), strict=True))
    return [e for e in entries if known.get(e.endpoint, True)]


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
