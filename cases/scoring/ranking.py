"""Ranks (1, 1, 3) and ties at the edge of a quota; nothing here ever breaks a tie."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Edge:
    """Who lies safely within ``seats`` places, who is tied across the edge."""

    inside: tuple[str, ...]
    tied: tuple[str, ...]


def ranks(scores: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """Competition ranks, best first, ties sharing the better one; None without a score."""
    ordered = sorted((score for score in scores.values() if score is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, score in enumerate(ordered, start=1):
        first.setdefault(score, place)
    return {code: None if score is None else first[score] for code, score in scores.items()}


def edge(scores: Mapping[str, Decimal | None], seats: int) -> Edge:
    """Codes surely within the seats and codes tied over the last seat, each sorted by code."""
    places = ranks(scores)
    size: dict[int, int] = {}
    for place in places.values():
        if place is not None:
            size[place] = size.get(place, 0) + 1
    inside: list[str] = []
    tied: list[str] = []
    for code in sorted(places):
        place = places[code]
        if place is None or place > seats:
            continue
        (inside if place + size[place] - 1 <= seats else tied).append(code)
    return Edge(tuple(inside), tuple(tied))
