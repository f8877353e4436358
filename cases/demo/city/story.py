"""What is special in the city's year, as data: who, what, when, by which paper. All invented.

``EVENTS`` are facts that rules read; ``TURNS`` are things that happen in the process itself. The
player walks them in order of their dates; ``DAYS`` are the key days of the cycle.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cases.demo.city.people import CityPerson
from cases.demo.city.places import OFFICE, data
from workflow.vocabulary import Role

YEAR = 2025


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a person (``role`` in the story) or a unit. ``kind`` is a word of the rules:

    a situation, a fact of a bar, a sanction code, ``relation``, ``hold`` or ``post``.
    """

    kind: str
    role: str
    unit: str
    day: datetime.date
    what: str
    until: datetime.date | None = None
    days: int = 0
    document: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happens in the process: ``kind`` is the act, ``details`` its data."""

    kind: str
    role: str
    unit: str
    day: datetime.date
    what: str
    details: Mapping[str, str] = field(default_factory=dict)


_DOCUMENT = data("story.yaml")
DAYS: Mapping[str, datetime.date] = MappingProxyType(_DOCUMENT["days"])
EVENTS: tuple[Event, ...] = tuple(Event(**row) for row in _DOCUMENT["events"])
TURNS: tuple[Turn, ...] = tuple(
    sorted((Turn(**row) for row in _DOCUMENT["turns"]), key=lambda turn: turn.day)
)


@dataclass(frozen=True, slots=True)
class CityGrant:
    """A right of a person: the role with the organ, unit or class it reaches; None: not bound."""

    person: str
    role: Role
    organ: str | None = None
    unit: str | None = None


UNIT_ROLES = frozenset(
    {Role.UNIT_CONTACT, Role.RESPONSIBLE_ORGAN, Role.DATA_PROVIDER, Role.DATA_VERIFIER,
     Role.OPINION_RESPONDENT}
)  # fmt: skip


def grants(people: tuple[CityPerson, ...]) -> tuple[CityGrant, ...]:
    """Every person's rights: subjects their own case, chiefs their unit, staff their roles."""
    found: list[CityGrant] = []
    for person in people:
        if person.subject:
            found.append(CityGrant(person.key, Role.SUBJECT, unit=person.unit))
            if person.post.sort == 1:
                found.append(CityGrant(person.key, Role.UNIT_HEAD, unit=person.unit))
        for role in person.roles:
            if role in UNIT_ROLES:
                found.append(CityGrant(person.key, role, unit=person.unit))
            else:
                found.append(CityGrant(person.key, role, organ=OFFICE))
    return tuple(found)


def person_of(people: tuple[CityPerson, ...], role: str) -> CityPerson:
    """The person with that part in the story. KeyError when nobody has it."""
    for person in people:
        if person.role == role:
            return person
    raise KeyError(role)
