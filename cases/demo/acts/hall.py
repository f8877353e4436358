"""What happens in a hall: a card spoiled, a card lost, everybody's ballot sealed and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from cases.ballot_box.cards import Card, fingerprint
from cases.ballot_box.envelope import seal
from cases.ballot_box.package import Package
from cases.ballot_box.reissuing import new_ticket
from cases.commands.meeting_day import reissue_card
from cases.demo.city.draw import Draw
from cases.demo.city.story import TURNS
from cases.demo.theatre import Theatre, at

SPOILED = next(t for t in TURNS if t.kind == "card_spoiled")
LOST = next(t for t in TURNS if t.kind == "card_lost")
PHONES = 24
"""Handing in side by side, as a hall does: one durable write then serves several ballots."""


def cards_in_hand(
    theatre: Theatre, row: Any, unit: str, cards: list[Card], day: date
) -> list[Card]:
    """The cards people hold: a spoiled one is collected, a lost one stays missing; both are made
    anew."""
    if unit not in (SPOILED.unit, LOST.unit):
        return cards
    old = cards[-1]
    with theatre.writing() as conn:
        new = reissue_card(
            conn, theatre.urns, row.id, old.group, ticket=new_ticket(),
            spoiled=old.code if unit == SPOILED.unit else None,
            pepper=theatre.settings.booth_pepper.encode(), booth_url=theatre.settings.booth_url,
            actor=theatre.actor("group1_lead"), at=at(day, 9, 40),
        )  # fmt: skip
    return [*cards[:-1], new]


def cast(theatre: Theatre, package: Package, cards: list[Card], ref: str) -> int:
    """Everybody present fills in a card; one in thirty stays away. Returns how many handed in."""
    pepper = theatre.settings.booth_pepper.encode()
    sealed: list[tuple[str, bytes]] = []
    for number, card in enumerate(cards):
        draw = Draw(theatre.city.seed, "ballot", ref, number)
        if draw.chance(3):
            continue
        print_ = fingerprint(pepper, card.code)
        sealed.append(
            (print_, seal(package, card.group, print_, _choices(package, card.group, draw)))
        )
    with ThreadPoolExecutor(PHONES) as phones:
        done = [phones.submit(theatre.urns.cast, package.urn, *one) for one in sealed]
    return sum(bool(one.result()) for one in done)


def _choices(package: Package, group: str, draw: Draw) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for sheet in package.sheets_for(group):
        marks: dict[str, str] = {}
        options = [o.key for o in sheet.options]
        excellent = 0
        for row in sheet.rows:
            if draw.chance(3):
                continue
            best = draw.below(100)
            index = 0 if best < 62 else 1 if best < 92 else 2 if best < 98 else 3
            limit = next((x.most for x in sheet.limits if x.option == options[0]), None)
            if index == 0 and limit is not None and excellent >= limit:
                index = 1
            excellent += index == 0
            marks[row.subject] = options[index]
        found[sheet.key] = marks
    return found
