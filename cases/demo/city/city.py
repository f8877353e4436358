"""The whole city in one value."""

from __future__ import annotations

from dataclasses import dataclass

from cases.demo.city.figures import Figure, Rating, figures, performance, satisfaction
from cases.demo.city.people import DEFAULT_SUBJECTS, CityPerson, people
from cases.demo.city.places import Place, places
from cases.demo.city.story import CityGrant, grants, person_of

DEFAULT_SEED = 2025


@dataclass(frozen=True, slots=True)
class City:
    """Places, people and figures; deterministic in (seed, cadres)."""

    seed: int
    places: tuple[Place, ...]
    people: tuple[CityPerson, ...]
    values: tuple[Figure, ...]
    own_results: tuple[Rating, ...]
    ratings: tuple[Rating, ...]

    @property
    def subjects(self) -> tuple[CityPerson, ...]:
        """The assessed people in official order."""
        return tuple(person for person in self.people if person.subject)

    @property
    def bodies(self) -> tuple[Place, ...]:
        """The places whose leading body is assessed."""
        return tuple(place for place in self.places if place.has_body)

    @property
    def grants(self) -> tuple[CityGrant, ...]:
        """Who may do what."""
        return grants(self.people)

    def person(self, role_or_key: str) -> CityPerson:
        """By the part in the story or by key. KeyError when there is nobody."""
        for one in self.people:
            if one.key == role_or_key:
                return one
        return person_of(self.people, role_or_key)


def build(seed: int = DEFAULT_SEED, cadres: int = DEFAULT_SUBJECTS) -> City:
    """Make the city. At least 80 cadres are made, so that every part of the story is there."""
    return City(
        seed=seed,
        places=places(),
        people=people(seed, cadres),
        values=figures(),
        own_results=performance(seed),
        ratings=satisfaction(seed),
    )
