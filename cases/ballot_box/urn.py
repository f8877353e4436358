"""The urn: a database of its own, where sealed envelopes lie until the count.

It knows card fingerprints, voter groups and envelopes; no person, no time, no address, no order.
That a card and its envelope were written in one transaction cannot be hidden and is conceded: what
the envelope says stays unreadable without two key shares. SQLite by default, PostgreSQL beyond one
machine. States: prepared → open → closed → opened → in_custody → destroyed; one that comes to
nothing is given up (``giving_up``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cases.ballot_box.board import Board, Pace, grown
from cases.ballot_box.envelope import sealed_size
from cases.ballot_box.export import Export, GroupExport, root_over
from cases.ballot_box.package import Package, from_json
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.root import envelope_hash
from cases.ballot_box.urn_rows import (
    Ask,
    CardState,
    GroupTurnout,
    Seen,
    card_row,
    count_cards,
    keep_numbers,
    lock_urns,
    look,
    move,
    put_envelopes,
    receipts_shown,
    receipts_there,
    rewrite,
    sealed_bodies,
    show_receipts,
    unusable,
    used_cards,
)
from cases.ballot_box.urn_tables import (
    cards,
    envelopes,
    make_urn_engine,
    sweep,
    urn_groups,
    urns,
    writing,
)
from cases.ballot_box.writer import GroupCommit
from cases.errors import Busy, Unwritable
from workflow.words import m


@dataclass(frozen=True, slots=True)
class Admission:
    """What a card opens: the package and the voter group of the card."""

    package: Package
    group: str


@dataclass(frozen=True, slots=True)
class Handed:
    """An envelope that is in its urn, durably."""

    urn: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Closing:
    """What the tally sheet and the journal record at closing."""

    root: str
    envelopes: int
    groups: tuple[GroupTurnout, ...]


def open_urn_store(url: str) -> UrnStore:
    """A store on an existing, upgraded urn database. One per process; shared by threads."""
    return UrnStore(make_urn_engine(url))


class UrnStore:
    """All urns of one booth database. Every act is one durable transaction of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._packages: dict[str, tuple[Package, int]] = {}
        self._pace = Pace()
        self._writer: GroupCommit[Ask, Handed | UrnRefusal] = GroupCommit(self._put_all)

    def dispose(self) -> None:
        """Finish waiting envelopes and give all connections back."""
        self._writer.close()
        self.engine.dispose()

    # --- acts of the meeting -------------------------------------------------------------------

    def prepare(self, package: Package, fingerprints: Mapping[str, Sequence[str]]) -> None:
        """Lay down a frozen package and the fingerprints of its cards by group.

        Repeating it with the same package and cards changes nothing. Raises UrnRefusal.
        """
        if not set(fingerprints) <= set(package.group_keys):
            raise UrnRefusal(m("发卡数要按本次测评的参评类别填写"))
        rows = sorted((f, g) for g, prints in fingerprints.items() for f in prints)
        with self.writing() as conn:
            if self._is_same(conn, package, rows):
                return
            conn.execute(
                sa.insert(urns).values(
                    id=package.urn,
                    state="prepared",
                    package=package.to_json(),
                    package_digest=package.digest,
                )
            )
            if rows:
                conn.execute(sa.insert(cards), [card_row(f, package.urn, g) for f, g in rows])

    def open(self, urn: str) -> None:
        """prepared → open: cards can be used from now on. Raises UrnRefusal."""
        with self.writing() as conn:
            move(conn, urn, "prepared", "open")

    def close(self, urn: str) -> Closing:
        """open → closed: no more envelopes; fixes numbers and root. Raises UrnRefusal.

        All rows are written anew in sorted order, so that what lies there tells no order.
        """
        with self.writing() as conn:
            move(conn, urn, "open", "closed")
            rewrite(conn, cards, urn)
            rewrite(conn, envelopes, urn)
            show_receipts(conn, urn, ())
            groups = tuple(count_cards(conn, urn))
            keep_numbers(conn, urn, groups)
            sealed = sealed_bodies(conn, urn)
            root = root_over(sealed.items())
            conn.execute(sa.update(urns).where(urns.c.id == urn).values(root=root))
        self.sweep_later()
        return Closing(root, sum(map(len, sealed.values())), groups)

    def mark_opened(self, urn: str) -> None:
        """closed → opened: the count was made and recorded. Raises UrnRefusal."""
        with self.writing() as conn:
            move(conn, urn, "closed", "opened")

    def place_in_custody(self, urn: str) -> None:
        """opened → in_custody: sealed originals are kept until their term (K3)."""
        with self.writing() as conn:
            move(conn, urn, "opened", "in_custody")

    def destroy(self, urn: str) -> None:
        """Remove envelopes and cards for good; numbers, root and package stay. Raises UrnRefusal.

        From custody, or straight from ``opened`` where the package says ``destroy``.
        """
        with self.writing() as conn:
            early = self.package(urn).custody == "destroy" and self.state(urn) == "opened"
            move(conn, urn, "opened" if early else "in_custody", "destroyed")
            for table in (envelopes, cards):
                conn.execute(sa.delete(table).where(table.c.urn == urn))
        self.sweep()

    def reissue(self, urn: str, group: str, fingerprint: str, spoiled: str | None = None) -> None:
        """A new card for a spoiled or lost one, while the urn is prepared or open (M9).

        ``spoiled``: fingerprint of the collected card, made void; None for a lost card, which the
        reconciliation then counts as missing. Raises UrnRefusal, also when it was already used.
        """
        with self.writing() as conn:
            state = lock_urns(conn, {urn}).get(urn)
            if state not in ("prepared", "open") or group not in self.package(urn).group_keys:
                raise UrnRefusal(m("测评箱不在能补发测评卡的状态"))
            if spoiled is not None:
                done = conn.execute(
                    sa.update(cards)
                    .where(cards.c.fingerprint == spoiled, cards.c.urn == urn)
                    .where(cards.c.group == group, cards.c.state == "unused")
                    .values(state="void")
                )
                if done.rowcount != 1:
                    raise UrnRefusal(m("收回的卡已交过或不属于这一类,不能作废"))
            if conn.scalar(sa.select(cards.c.urn).where(cards.c.fingerprint == fingerprint)):
                raise UrnRefusal(m("这张测评卡已在发卡名册里"))
            conn.execute(sa.insert(cards), [card_row(fingerprint, urn, group)])

    # --- reading -------------------------------------------------------------------------------

    def state(self, urn: str) -> str:
        """One of STATES. Raises UrnRefusal when there is no such urn."""
        with self.engine.connect() as conn:
            found = conn.scalar(sa.select(urns.c.state).where(urns.c.id == urn))
        if found is None:
            raise UrnRefusal(m("没有这个测评箱"))
        return str(found)

    def package(self, urn: str) -> Package:
        """The frozen package of an urn. Raises UrnRefusal when there is no such urn."""
        return self._package(urn)[0]

    def turnout(self, urn: str) -> tuple[GroupTurnout, ...]:
        """Exact numbers by group in the package's order, for the tellers at the closing call."""
        order = self.package(urn).group_keys
        with self.engine.connect() as conn:
            kept = conn.execute(
                sa.select(
                    urn_groups.c.group, urn_groups.c.printed, urn_groups.c.void, urn_groups.c.used
                ).where(urn_groups.c.urn == urn)
            ).all()
            found = [GroupTurnout(*row) for row in kept] or list(count_cards(conn, urn))
        return tuple(sorted(found, key=lambda g: order.index(g.group)))

    def turnout_in_steps(self, urn: str, step: int = 5) -> tuple[int, int]:
        """(handed in, rounded down to ``step``; cards in play) while people still fill in (B14)."""
        groups = self.turnout(urn)
        used = sum(g.used for g in groups)
        return used - used % step, sum(g.printed - g.void for g in groups)

    def export(self, urn: str) -> Export:
        """The sealed content of a closed urn, for the count. Raises UrnRefusal."""
        order = {key: i for i, key in enumerate(self.package(urn).group_keys)}
        with self.engine.connect() as conn:
            row = conn.execute(
                sa.select(urns.c.state, urns.c.package_digest, urns.c.root).where(urns.c.id == urn)
            ).one()
            if row.state not in ("closed", "opened", "in_custody"):
                raise UrnRefusal(m("测评箱还没有封箱,或已销毁,不能导出"))
            sealed, used = sealed_bodies(conn, urn), used_cards(conn, urn)
            numbers = {g.group: g for g in count_cards(conn, urn)}
        none = GroupTurnout("", 0, 0, 0)
        groups = tuple(
            GroupExport(
                key,
                numbers.get(key, none).printed,
                numbers.get(key, none).void,
                tuple(used.get(key, ())),
                tuple(sorted(sealed.get(key, ()))),
            )
            for key in order
        )
        return Export(urn, row.package_digest, row.root, groups)

    def board(self, urn: str, now: datetime) -> Board:
        """核对码清单: all codes of a closed urn; of an open one in steps (``board``).

        Raises UrnRefusal when there is no such urn.
        """
        state = self.state(urn)
        with self.engine.connect() as conn:
            if state in ("closed", "opened", "in_custody"):
                return Board(tuple(receipts_there(conn, urn)), whole=True)
            shown, there = receipts_shown(conn, urn), receipts_there(conn, urn)
        if state != "open" or not self._pace.due(urn, now) or grown(shown, there) is None:
            return Board(shown, whole=False)
        with self.writing() as conn:
            move(conn, urn, "open", "open")  # holds the urn against a second booth
            following = grown(receipts_shown(conn, urn), there)
            if following is not None:
                show_receipts(conn, urn, following)
                self._pace.changed(urn, now)
        return Board(following or shown, whole=False)

    # --- the booth -----------------------------------------------------------------------------

    def admit(self, fingerprint: str) -> Admission | None:
        """What this card opens, or None for an unknown, used, void or closed one (one query)."""
        with self.engine.connect() as conn:
            row = conn.execute(
                sa.select(cards.c.urn, cards.c.group)
                .join(urns, urns.c.id == cards.c.urn)
                .where(cards.c.fingerprint == fingerprint)
                .where(cards.c.state == "unused", urns.c.state == "open")
            ).first()
        return Admission(self.package(row.urn), row.group) if row else None

    def cast(self, urn: str, fingerprint: str, envelope: bytes) -> str:
        """Put an envelope in; returns its 核对码 once it is durable.

        The same envelope again gives the same answer and changes nothing. Raises UrnRefusal for a
        card that cannot be used, another envelope on a used card, and a copied envelope.
        """
        return self._submit(Ask(urn, fingerprint, envelope, envelope_hash(envelope))).receipt

    def hand_in(self, fingerprint: str, envelope: bytes) -> Handed:
        """The same where only the card is known; every refusal goes the whole way, so that unknown,
        used and closed cards take the same time (B22)."""
        return self._submit(Ask("", fingerprint, envelope, envelope_hash(envelope)))

    def _submit(self, ask: Ask) -> Handed:
        outcome = self._writer.submit(ask)
        if isinstance(outcome, UrnRefusal):
            raise outcome
        return outcome

    def _put_all(self, batch: Sequence[Ask]) -> list[Handed | UrnRefusal]:
        """One transaction for a shuffled batch (called by the writer thread only)."""
        with self.writing() as conn:
            seen = look(conn, {ask.card for ask in batch}, [ask.hash for ask in batch])
            outcomes: list[Handed | UrnRefusal] = []
            fresh: dict[str, tuple[Ask, CardState]] = {}
            for ask in batch:
                card = seen.cards.get(ask.card)
                outcome = self._judge(ask, card, seen)
                if card is None or outcome is None:
                    outcomes.append(unusable())
                    continue
                outcomes.append(Handed(card.urn, ask.hash[:16].upper()))
                if outcome == "new":
                    seen.cards[ask.card] = CardState(card.urn, card.group, "used")
                    seen.there[ask.hash] = (card.urn, card.group)
                    fresh[ask.card] = (ask, card)
            if fresh:
                put_envelopes(conn, fresh)
        return outcomes

    def _judge(self, ask: Ask, card: CardState | None, seen: Seen) -> str | None:
        """'new', 'again' (a used card, an envelope of its group), or None for a refusal.

        Which card of the group sent an envelope can't be told: the urn keeps no such link.
        """
        if card is None or ask.urn not in ("", card.urn):
            return None
        if card.state == "used" and seen.there.get(ask.hash) == (card.urn, card.group):
            return "again"
        if card.state != "unused" or card.urn not in seen.open or ask.hash in seen.there:
            return None
        return "new" if len(ask.envelope) == self._package(card.urn)[1] else None

    # --- inside --------------------------------------------------------------------------------

    def _package(self, urn: str) -> tuple[Package, int]:
        """Package and envelope size; frozen, so kept after the first reading."""
        if urn not in self._packages:
            with self.engine.connect() as conn:
                text = conn.scalar(sa.select(urns.c.package).where(urns.c.id == urn))
            if text is None:
                raise UrnRefusal(m("没有这个测评箱"))
            package = from_json(text)
            self._packages[urn] = (package, sealed_size(package))
        return self._packages[urn]

    def _is_same(self, conn: sa.Connection, package: Package, rows: list[tuple[str, str]]) -> bool:
        found = conn.execute(
            sa.select(urns.c.state, urns.c.package).where(urns.c.id == package.urn)
        ).first()
        if found is None:
            return False
        kept = conn.execute(
            sa.select(cards.c.fingerprint, cards.c.group)
            .where(cards.c.urn == package.urn)
            .order_by(cards.c.fingerprint)
        )
        same = found.package == package.to_json() and [tuple(row) for row in kept] == rows
        if not same or found.state != "prepared":
            raise UrnRefusal(m("这个测评箱已经备好,内容不能再换"))
        return True

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """One durable transaction of the urn's database."""
        return writing(self.engine)

    def sweep(self) -> None:
        """Leave nothing of rewritten or removed cards and envelopes behind. Raises Unwritable."""
        sweep(self.engine, cards, envelopes)

    def sweep_later(self) -> None:
        """The same after an act that stands already: where the disk takes nothing now, or the
        process is killed first, the booth sweeps when it starts again."""
        with suppress(Busy, Unwritable):
            self.sweep()
