"""Statements on the urn's rows; each takes a connection inside a transaction of ``urn``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.urn_tables import at_once, boards, cards, envelopes, urn_groups, urns
from workflow.words import m


@dataclass(frozen=True, slots=True)
class GroupTurnout:
    """Cards of one group: made, made void (spoiled and replaced), handed in."""

    group: str
    printed: int
    void: int
    used: int


@dataclass(frozen=True, slots=True)
class CardState:
    """A card as the writer sees it under its lock."""

    urn: str
    group: str
    state: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One envelope waiting for the writer."""

    urn: str
    card: str
    envelope: bytes
    hash: str
    group: str = ""


def unusable() -> UrnRefusal:
    """One refusal for unknown, used, void and closed: nobody learns which it was."""
    return UrnRefusal(m("这张测评卡现在不能用"))


def card_row(fingerprint: str, urn: str, group: str, state: str = "unused") -> dict[str, str]:
    """A card as a row; a fresh one by default."""
    return {"fingerprint": fingerprint, "urn": urn, "group": group, "state": state}


def move(conn: sa.Connection, urn: str, here: str, there: str) -> None:
    """One step of the urn's state. Raises UrnRefusal when it stands elsewhere."""
    done = conn.execute(
        sa.update(urns).where(urns.c.id == urn, urns.c.state == here).values(state=there)
    )
    if done.rowcount != 1:
        raise UrnRefusal(m("测评箱现在的状态不能这样办,请刷新后再看"))


def rewrite(conn: sa.Connection, table: sa.Table, urn: str) -> None:
    """Write an urn's rows of a table anew in the order of their keys."""
    key = next(iter(table.primary_key.columns))
    rows = conn.execute(sa.select(table).where(table.c.urn == urn).order_by(key)).mappings().all()
    if rows:
        conn.execute(sa.delete(table).where(table.c.urn == urn))
        conn.execute(sa.insert(table), [dict(row) for row in rows])


def count_cards(conn: sa.Connection, urn: str) -> list[GroupTurnout]:
    """Cards of an urn by group; void and used ones among them."""
    per = sa.select(
        cards.c.group,
        sa.func.count(),
        sa.func.count().filter(cards.c.state == "void"),
        sa.func.count().filter(cards.c.state == "used"),
    )
    rows = conn.execute(per.where(cards.c.urn == urn).group_by(cards.c.group))
    return [GroupTurnout(*row) for row in rows.all()]


def keep_numbers(conn: sa.Connection, urn: str, groups: Sequence[GroupTurnout]) -> None:
    """Fix the numbers of a closed urn; they replace earlier ones (paper ballots joined later)."""
    conn.execute(sa.delete(urn_groups).where(urn_groups.c.urn == urn))
    if groups:
        conn.execute(
            sa.insert(urn_groups),
            [
                {
                    "urn": urn,
                    "group": g.group,
                    "printed": g.printed,
                    "void": g.void,
                    "used": g.used,
                }
                for g in groups
            ],
        )


def sealed_bodies(conn: sa.Connection, urn: str) -> dict[str, list[bytes]]:
    """Envelopes of an urn by group, in the order of their hashes."""
    found: dict[str, list[bytes]] = {}
    rows = conn.execute(
        sa.select(envelopes.c.group, envelopes.c.body)
        .where(envelopes.c.urn == urn)
        .order_by(envelopes.c.hash)
    )
    for group, body in rows:
        found.setdefault(group, []).append(bytes(body))
    return found


def used_cards(conn: sa.Connection, urn: str) -> dict[str, list[str]]:
    """Fingerprints of used cards by group, sorted."""
    found: dict[str, list[str]] = {}
    rows = conn.execute(
        sa.select(cards.c.group, cards.c.fingerprint)
        .where(cards.c.urn == urn, cards.c.state == "used")
        .order_by(cards.c.fingerprint)
    )
    for group, fingerprint in rows:
        found.setdefault(group, []).append(fingerprint)
    return found


def lock_urns(conn: sa.Connection, ids: set[str]) -> dict[str, str]:
    """State of these urns, held against closing until the transaction ends."""
    rows = conn.execute(
        sa.select(urns.c.id, urns.c.state)
        .where(urns.c.id.in_(sorted(ids)))
        .order_by(urns.c.id)
        .with_for_update(read=True)
    )
    return {row.id: row.state for row in rows}


class _Written:
    """A Core statement as text on the driver's own cursor; kept for each number of keys.

    The writer runs the same few for every batch while a whole hall waits. Core's binding and
    reading cost several times what the database needs, so only its text for the dialect is used.
    """

    def __init__(self, make: Callable[[int], sa.Executable]) -> None:
        self._make = make
        self._texts: dict[tuple[str, int], str] = {}

    def run(self, conn: sa.Connection, keys: Collection[str] = ()) -> DBAPICursor:
        """Execute once for all these keys."""
        cursor = conn.connection.cursor()
        cursor.execute(self._text(conn.dialect, len(keys)), tuple(keys))
        return cursor

    def run_each(self, conn: sa.Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Execute for each row, values in the order of the columns."""
        conn.connection.cursor().executemany(self._text(conn.dialect, 1), rows)

    def _text(self, dialect: sa.Dialect, keys: int) -> str:
        text = self._texts.get((dialect.name, keys))
        if text is None:
            made: Any = self._make(keys)
            how = {"render_postcompile": True}
            text = str(made.compile(dialect=dialect, compile_kwargs=how))
            self._texts[dialect.name, keys] = text
        return text


def _word(word: str) -> sa.BindParameter[str]:
    """A state as part of a text: only keys and rows have marks."""
    return sa.literal(word, literal_execute=True)


_OPEN = _Written(
    lambda _: (
        sa.select(urns.c.id)
        .where(urns.c.state == _word("open"))
        .order_by(urns.c.id)
        .with_for_update(read=True)
    )
)
_CARDS = _Written(
    lambda n: (
        sa.select(cards.c.fingerprint, cards.c.urn, cards.c.group, cards.c.state)
        .where(cards.c.fingerprint.in_([""] * n))
        .order_by(cards.c.fingerprint)
        .with_for_update()
    )
)
_THERE = _Written(
    lambda n: sa.select(envelopes.c.hash, envelopes.c.urn, envelopes.c.group).where(
        envelopes.c.hash.in_([""] * n)
    )
)
_USE = _Written(
    lambda n: (
        sa.update(cards)
        .where(cards.c.fingerprint.in_([""] * n), cards.c.state == _word("unused"))
        .values(state=_word("used"))
    )
)
_KEEP = _Written(lambda _: sa.insert(envelopes))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a batch finds: open urns, its cards by fingerprint, where its envelopes lie already."""

    open: set[str]
    cards: dict[str, CardState]
    there: dict[str, tuple[str, str]]


def look(conn: sa.Connection, prints: set[str], hashes: Sequence[str]) -> Seen:
    """Open urns and these cards, held against closing and rivals until the transaction ends."""
    with at_once(conn):
        urns_now = _OPEN.run(conn)
        cards_now = _CARDS.run(conn, sorted(prints))
        there = _THERE.run(conn, hashes)
    return Seen(
        {urn for (urn,) in urns_now.fetchall()},
        {name: CardState(urn, group, state) for name, urn, group, state in cards_now.fetchall()},
        {name: (urn, group) for name, urn, group in there.fetchall()},
    )


def put_envelopes(conn: sa.Connection, fresh: Mapping[str, tuple[Ask, CardState]]) -> None:
    """Use the cards, keep the envelopes; refuses the batch unless every card was unused.

    ``fresh``: what lies at each card's fingerprint.
    """
    rows = [(ask.hash, card.urn, card.group, ask.envelope) for ask, card in fresh.values()]
    with at_once(conn):
        used = _USE.run(conn, fresh)
        _KEEP.run_each(conn, rows)
    if used.rowcount != len(fresh):
        raise unusable()


@dataclass(frozen=True, slots=True)
class UrnRow:
    """An urn as it stands, locked until the transaction ends."""

    state: str
    package_digest: str
    root: str | None


def urn_row(conn: sa.Connection, urn: str) -> UrnRow:
    """The locked row of an urn. Raises UrnRefusal when there is no such urn."""
    row = conn.execute(
        sa.select(urns.c.state, urns.c.package_digest, urns.c.root)
        .where(urns.c.id == urn)
        .with_for_update()
    ).first()
    if row is None:
        raise UrnRefusal(m("没有这个测评箱"))
    return UrnRow(row.state, row.package_digest, row.root)


def card_rows(conn: sa.Connection, urn: str) -> dict[str, CardState]:
    """All cards of an urn by fingerprint."""
    rows = conn.execute(
        sa.select(cards.c.fingerprint, cards.c.urn, cards.c.group, cards.c.state).where(
            cards.c.urn == urn
        )
    )
    return {row.fingerprint: CardState(row.urn, row.group, row.state) for row in rows}


def taken_elsewhere(conn: sa.Connection, urn: str, prints: Iterable[str]) -> bool:
    """Whether one of these fingerprints belongs to another urn."""
    found = conn.scalar(
        sa.select(sa.func.count())
        .select_from(cards)
        .where(cards.c.urn != urn, cards.c.fingerprint.in_(sorted(prints)))
    )
    return bool(found)


def replace_cards(conn: sa.Connection, urn: str, rows: Sequence[dict[str, str]]) -> None:
    """All cards of an urn anew, in the order of their fingerprints."""
    conn.execute(sa.delete(cards).where(cards.c.urn == urn))
    if rows:
        conn.execute(sa.insert(cards), sorted(rows, key=lambda r: r["fingerprint"]))


def add_cards(conn: sa.Connection, rows: Sequence[dict[str, str]]) -> None:
    """More cards."""
    if rows:
        conn.execute(sa.insert(cards), list(rows))


def add_envelopes(conn: sa.Connection, asks: Sequence[Ask]) -> None:
    """Envelopes whose cards are used already, in the order of their hashes."""
    rows = [{"hash": a.hash, "urn": a.urn, "group": a.group, "body": a.envelope} for a in asks]
    if rows:
        conn.execute(sa.insert(envelopes), sorted(rows, key=lambda r: str(r["hash"])))


def set_root(conn: sa.Connection, urn: str, root: str, *, state: str = "closed") -> None:
    """The root over the urn's envelopes; the urn is closed by it."""
    conn.execute(sa.update(urns).where(urns.c.id == urn).values(root=root, state=state))


def receipts_there(conn: sa.Connection, urn: str) -> list[str]:
    """核对码 of every envelope of an urn, sorted."""
    found = sa.select(envelopes.c.hash).where(envelopes.c.urn == urn).order_by(envelopes.c.hash)
    return [name[:16].upper() for name in conn.scalars(found)]


def receipts_shown(conn: sa.Connection, urn: str) -> tuple[str, ...]:
    """核对码清单 of an urn as last shown."""
    text = conn.scalar(sa.select(boards.c.receipts).where(boards.c.urn == urn))
    return tuple(text.split()) if text else ()


def show_receipts(conn: sa.Connection, urn: str, receipts: Sequence[str]) -> None:
    """Replace the list; the one shown before is not kept."""
    conn.execute(sa.delete(boards).where(boards.c.urn == urn))
    if receipts:
        conn.execute(sa.insert(boards).values(urn=urn, receipts=" ".join(receipts)))


def card_stands(
    conn: sa.Connection, urn: str, group: str, fingerprint: str, state: str = ""
) -> bool:
    """Whether the urn knows this card in this group, and in this state where one is asked for."""
    query = sa.select(cards.c.state).where(
        cards.c.fingerprint == fingerprint, cards.c.urn == urn, cards.c.group == group
    )
    found = conn.scalar(query)
    return found is not None and state in ("", found)


def live_urns(conn: sa.Connection, prefix: str) -> dict[str, str]:
    """Prepared and open urns whose number begins so, locked: urn -> state."""
    rows = conn.execute(
        sa.select(urns.c.id, urns.c.state)
        .where(urns.c.id.startswith(prefix, autoescape=True))
        .where(urns.c.state.in_(("prepared", "open")))
        .order_by(urns.c.id)
        .with_for_update()
    )
    return {row.id: row.state for row in rows}


def all_urns(conn: sa.Connection) -> list[tuple[str, str, str]]:
    """(number, state, package) of every urn, by number."""
    rows = conn.execute(sa.select(urns.c.id, urns.c.state, urns.c.package).order_by(urns.c.id))
    return [(row.id, row.state, row.package) for row in rows]


def urn_states(conn: sa.Connection) -> dict[str, str]:
    """Every urn -> its state, by number."""
    rows = conn.execute(sa.select(urns.c.id, urns.c.state).order_by(urns.c.id))
    return {row.id: row.state for row in rows}


def state_of(conn: sa.Connection, urn: str) -> str | None:
    """The state of an urn, None where there is no such urn."""
    found: str | None = conn.scalar(sa.select(urns.c.state).where(urns.c.id == urn))
    return found


def empty_urn(conn: sa.Connection, urn: str) -> None:
    """Take its envelopes and cards out of an urn."""
    for table in (envelopes, cards):
        conn.execute(sa.delete(table).where(table.c.urn == urn))
