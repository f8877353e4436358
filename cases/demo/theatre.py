"""What the acts of the demonstration share: databases, the city, who is who, and the dates.

The demonstration acts through commands, jobs and the ballot box, each with the date it would have
had; it writes no table of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.clock import at_local
from cases.commands.transition import Outcome
from cases.demo.bars import Bars
from cases.demo.city.city import City
from cases.demo.city.story import DAYS, YEAR
from cases.models import Account, Case, Person, Unit
from cases.queries.accounts import actor_of
from cases.sealing import IDENTITY, search_mac
from cases.store import Store
from config import Settings
from workflow.permissions import Actor
from workflow.vocabulary import State


@dataclass
class Theatre:
    """One demonstration being played."""

    settings: Settings
    store: Store
    city: City
    bars: Bars
    papers: Path
    cycle_id: int = 0
    year: int = YEAR
    admins: dict[str, Actor] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)

    @cached_property
    def urns(self) -> UrnStore:
        """The booth's database."""
        return open_urn_store(self.settings.booth_database_url)

    @cached_property
    def units(self) -> dict[str, int]:
        """Unit code -> id."""
        with self.store.reading() as conn:
            return {code: i for code, i in conn.execute(sa.select(Unit.code, Unit.id))}

    @cached_property
    def people(self) -> dict[str, int]:
        """Key of a person of the city -> id, by the keyed digest of the identity number."""
        with self.store.reading() as conn:
            rows = conn.execute(sa.select(Person.id_number_mac, Person.id))
            by_mac = {mac: i for mac, i in rows}
        key = self.settings.data_key
        return {
            p.key: by_mac[search_mac(key, IDENTITY, p.id_number)]
            for p in self.city.people
            if search_mac(key, IDENTITY, p.id_number) in by_mac
        }

    def person_id(self, role_or_key: str) -> int:
        """The id of a person by story role or key."""
        return self.people[self.city.person(role_or_key).key]

    def actor(self, role_or_key: str) -> Actor:
        """The person acting with the rights the account has."""
        key = self.city.person(role_or_key).key
        if key not in self._actors:
            with self.store.reading() as conn:
                account = conn.execute(
                    sa.select(Account.id).where(Account.person_id == self.people[key])
                ).scalar_one()
                self._actors[key] = actor_of(conn, account)
        return self._actors[key]

    def actor_of_person(self, person_id: int) -> Actor:
        """The actor behind a person's id."""
        key = {i: k for k, i in self.people.items()}[person_id]
        return self.actor(key)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One durable unit of work."""
        with self.store.transaction() as conn:
            yield conn

    def refused(self, outcomes: Iterable[Outcome], what: str) -> None:
        """Name what the door refused; a demonstration hides nothing."""
        for outcome in outcomes:
            if not outcome.done:
                reasons = "; ".join(str(r) for r in outcome.reasons)
                self.bars.say(f"  ! {what} {outcome.ref}: {reasons}")

    def cases(self, *states: State) -> list[int]:
        """Ids of the cycle's cases in these states, in official order."""
        with self.store.reading() as conn:
            query = sa.select(Case.id).where(Case.cycle_id == self.cycle_id)
            if states:
                query = query.where(Case.state.in_(states))
            return list(conn.execute(query.order_by(Case.sort_key, Case.id)).scalars())

    def case_of(self, role_or_key: str) -> int:
        """The id of the case of a person of the story."""
        with self.store.reading() as conn:
            found: int = conn.execute(
                sa.select(Case.id).where(
                    Case.cycle_id == self.cycle_id,
                    Case.person_id == self.person_id(role_or_key),
                )
            ).scalar_one()
        return found


def on(name: str, hour: int = 9, minute: int = 0) -> datetime:
    """The instant of a key day of the story."""
    return at_local(DAYS[name], hour, minute)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The instant of any day of the story."""
    return at_local(day, hour, minute)
