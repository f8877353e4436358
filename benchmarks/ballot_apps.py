"""The two limits beside the booth, each a WSGI app over an urn of its own.

``bare``: no framework, two statements for a whole batch (on PostgreSQL one, its own transaction),
group commit: the same durable insert into the same tables at its cheapest, without a check of the
envelope. ``orm``:
the booth itself with an urn that works through a Session and commits in each request, as one writes
it first.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, registry

from cases.ballot_box.cards import fingerprint
from cases.ballot_box.root import envelope_hash
from cases.ballot_box.urn import Handed, UrnStore
from cases.ballot_box.urn_rows import unusable
from cases.ballot_box.urn_tables import cards, envelopes, make_urn_engine, urns
from cases.ballot_box.writer import GroupCommit
from cases.booth import create_booth
from config import from_environment

PEPPER = b"pepper of the bench, 32 bytes long"
Entry = tuple[str, str, bytes]
"""Fingerprint of the card, hash of the envelope, envelope."""


def read(form: dict[str, list[str]]) -> Entry:
    """Card and envelope of a form."""
    envelope = base64.b64decode(form["envelope"][0])
    card = fingerprint(PEPPER, form["code"][0])
    return card, hashlib.sha256(envelope).hexdigest(), envelope


def _sqlite(path: str) -> Callable[[Sequence[Entry]], list[bool]]:
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        conn.execute(f"PRAGMA {pragma}")

    def put(batch: Sequence[Entry]) -> list[bool]:
        conn.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(batch))
        used = {
            card: place
            for card, *place in conn.execute(
                "UPDATE card SET state = 'used' WHERE state = 'unused'"
                f' AND fingerprint IN ({marks}) RETURNING fingerprint, urn, "group"',
                [card for card, _, _ in batch],
            ).fetchall()
        }
        conn.executemany(
            "INSERT INTO envelope VALUES (?, ?, ?, ?)",
            [(name, *used[card], body) for card, name, body in batch if card in used],
        )
        conn.execute("COMMIT")
        return [card in used for card, _, _ in batch]

    return put


_AT_ONCE = """
WITH given AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[]) AS g(card, hash, body)),
used AS (
  UPDATE card SET state = 'used' FROM given
  WHERE card.fingerprint = given.card AND card.state = 'unused'
  RETURNING card.fingerprint, given.hash, card.urn, card."group", given.body
),
kept AS (INSERT INTO envelope SELECT hash, urn, "group", body FROM used)
SELECT fingerprint FROM used
"""


def _postgresql(url: str) -> Callable[[Sequence[Entry]], list[bool]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    conn = psycopg.connect(plain, autocommit=True, prepare_threshold=0)

    def put(batch: Sequence[Entry]) -> list[bool]:
        columns = [list(column) for column in zip(*batch, strict=True)]
        used = {card for (card,) in conn.execute(_AT_ONCE, columns, binary=True)}
        return [card in used for card, _, _ in batch]

    return put


def _bare(url: str) -> Callable[..., Iterable[bytes]]:
    address = make_url(url)
    small = address.get_backend_name() == "sqlite"
    put = _sqlite(str(address.database)) if small else _postgresql(url)
    writer: GroupCommit[Entry, bool] = GroupCommit(put)

    def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        form = parse_qs(environ["wsgi.input"].read(size).decode()) if size else {}
        if not form:
            start("200 OK", [("Content-Length", "2")])
            return [b"ok"]
        entry = read(form)
        taken = writer.submit(entry)
        body = entry[1][:16].encode()
        start(
            "200 OK" if taken else "409 Conflict",
            [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))],
        )
        return [body]

    return app


class Card:
    """A card as an object."""


class Envelope:
    """A sealed envelope as an object."""

    def __init__(self, **columns: Any) -> None:
        vars(self).update(columns)


class OneByOne(UrnStore):
    """The urn with a Session that loads, changes, adds and commits in each request."""

    def hand_in(self, card: str, envelope: bytes) -> Handed:
        """The same checks and the same rows as the booth's own."""
        name = envelope_hash(envelope)
        with self.writing() as conn, Session(conn) as session:
            found: Any = session.get(Card, card)
            box = session.get(Envelope, name)
            urn: Any = session.get(Urn, found.urn) if found else None
            if found is None or found.state != "unused" or box or urn.state != "open":
                raise unusable()
            found.state = "used"
            session.add(Envelope(hash=name, urn=found.urn, group=found.group, body=envelope))
            session.flush()
        return Handed(urn.id, name[:16].upper())


class Urn:
    """An urn as an object."""


def _orm() -> Flask:
    mapping = registry()
    for made, table in ((Card, cards), (Envelope, envelopes), (Urn, urns)):
        mapping.map_imperatively(made, table)
    settings = from_environment()
    return create_booth(settings, store=OneByOne(make_urn_engine(settings.booth_database_url)))


def __getattr__(name: str) -> object:
    if name == "bare":
        return _bare(os.environ["KAOJI_BOOTH_DATABASE_URL"])
    if name == "orm":
        return _orm()
    raise AttributeError(name)
