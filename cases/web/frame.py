"""What stands around every page: who is signed in, the navigation, the organ, the phone.

The navigation is the registry's list, cut down to what the actor could use. Counts are asked in one
view of the database before the page is rendered.
"""

from __future__ import annotations

from flask import current_app, g, url_for

from cases.web.installation import kaoji, reading
from cases.web.presentation import Frame, NavItem
from cases.web.registry import NAVIGATION, Entry
from cases.web.session import current, current_actor, errand
from workflow.permissions import holds_anywhere


def frame() -> Frame:
    """The frame of the present request."""
    house = kaoji()
    session = current()
    busy = session is None or errand() is not None
    return Frame(
        organ=house.organ_name,
        person=session.display if session is not None else "",
        nav=() if busy else _navigation(),
        phone=house.settings.organ_phone,
        home_url=home_url(),
        account_url="" if busy else url_for("account.show"),
        sign_out_url=url_for("account.sign_out") if session is not None else "",
        demonstration=house.settings.mode == "demo",
    )


def home_url() -> str:
    """Where the reader's work begins: the first place of the navigation open to him."""
    if current() is None:
        return url_for("account.sign_in")
    for entry in _open_entries():
        return url_for(entry.endpoint)
    return url_for("account.show")


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


def _navigation() -> tuple[NavItem, ...]:
    kept: tuple[NavItem, ...] | None = g.get("navigation")
    if kept is None:
        entries = _open_entries()
        counts: dict[str, int | None] = {}
        if any(e.count is not None for e in entries):
            actor = current_actor()
            with reading() as conn:
                counts = {e.endpoint: e.count(conn, actor) for e in entries if e.count}
        kept = tuple(NavItem(e.endpoint, e.label, counts.get(e.endpoint)) for e in entries)
        g.navigation = kept
    return kept


def reader_locale() -> str | None:
    """The language kept on the account, where nothing else was asked for."""
    session = current()
    return session.locale if session is not None else None
