"""Search for people by one or two characters of their names among a million, in official order."""

from __future__ import annotations

import statistics
from typing import Any

import sqlalchemy as sa

from benchmarks import city
from benchmarks.rounds import database, seconds
from cases.models import NameGram, Person
from cases.models.units import official_order
from cases.names import grams
from cases.queries.people import named_like
from cases.store import Store

PEOPLE = 1_000_000
FEW = 100_000
PAGE = 50
GOAL_MS = 5.0
BATCH = 20_000
SEARCHED = ("王", "伟", "王伟", "诸葛", "欧阳明", "㐂")
"""A frequent surname, a frequent character, a frequent name, rare ones, and none at all."""


def fill(store: Store, count: int) -> None:
    """People with their grams, by Core inserts."""
    names = city.names(count)
    for start in range(0, count, BATCH):
        people: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        for number, name in enumerate(names[start : start + BATCH], start + 1):
            order = official_order(number // city.PER_UNIT, number % city.PER_UNIT)
            people.append({"id": number, "name": name, "name_key": name, "order_key": order})
            for gram in grams(name):
                rows.append({"gram": gram, "order_key": order, "person_id": number})
        with store.transaction() as conn:
            conn.execute(sa.insert(Person), people)
            conn.execute(sa.insert(NameGram), rows)


def _first_page(conn: sa.Connection, text: str) -> int:
    query = named_like(text)
    return 0 if query is None else len(conn.execute(query.limit(PAGE)).all())


def run(quick: bool) -> list[dict[str, Any]]:
    """Goal: the first page of 50 within 5 ms, whatever is searched."""
    count, results = FEW if quick else PEOPLE, []
    with database() as store:
        fill(store, count)
        with store.reading() as conn:
            for text in SEARCHED:
                found = _first_page(conn, text)
                taken = [seconds(lambda t=text: _first_page(conn, t)) for _ in range(15)]  # type: ignore[misc]
                ms = statistics.median(taken) * 1000
                results.append(
                    {
                        "what": f"first page of {text}",
                        "people": count,
                        "found": found,
                        "ms": round(ms, 3),
                        "goal": f"< {GOAL_MS} ms",
                        "met": ms < GOAL_MS,
                    }
                )
    return results
