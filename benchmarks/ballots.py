"""Counting opened ballots: five million marks of three groups against a second, and plain loops."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from benchmarks.rounds import alternate, result, seconds
from cases.ballot_box.counting import Heap, count_sheets, heap_of
from cases.ballot_box.package import Group, Option, Package, QualityRule, Row, Sheet, Text

PERSONS = 30
OPTIONS = ("excellent", "competent", "basically", "incompetent", "unknown")
GROUPS = ("A", "B", "C")


def _package() -> Package:
    people = tuple(Row(str(n), f"人{n}") for n in range(PERSONS))
    options = tuple(Option(key, Text(key), key == "unknown") for key in OPTIONS)
    return Package(
        urn="bench",
        public_key="0" * 64,
        organ=Text("局"),
        title=Text("测评"),
        sheets=(Sheet("cadre", "cadre", Text("表"), options, people, GROUPS),),
        groups=tuple(Group(key, Text(key)) for key in GROUPS),
        quality=(QualityRule("same", Text("同"), "same", "0.9", 5),),
    )


Ballots = dict[str, list[dict[str, dict[str, str]]]]


def _ballots(number: int) -> Ballots:
    """Ballots as they come out of their envelopes; every hundredth row left empty."""
    rng = random.Random(4)
    people = sorted(str(n) for n in range(PERSONS))
    kinds = [
        {"cadre": {n: rng.choice(OPTIONS) for n in people if rng.random() > 0.01}}
        for _ in range(20_000)
    ]
    return {group: rng.choices(kinds, k=number // len(GROUPS)) for group in GROUPS}


def _heaps(package: Package, ballots: Ballots) -> dict[str, Heap]:
    return {group: heap_of(package, group, len(b), b) for group, b in ballots.items()}


def _plain(ballots: Ballots) -> dict[tuple[str, str], Counter[str]]:
    """The same sums without blanks, checks or rules, as one would write them first."""
    found: dict[tuple[str, str], Counter[str]] = {
        (group, str(n)): Counter() for group in GROUPS for n in range(PERSONS)
    }
    for group, mine in ballots.items():
        for ballot in mine:
            for subject, option in ballot["cadre"].items():
                found[group, subject][option] += 1
    return found


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: 5,000,000 marks counted within a second; from choices on, faster than plain loops."""
    marks, rounds = (500_000, 3) if quick else (5_000_000, 5)
    package, ballots = _package(), _ballots(marks // PERSONS)
    heaps = _heaps(package, ballots)
    counted = sum(
        n
        for line in count_sheets(package, heaps)[0].lines
        for row in line.rows
        for _, n in row.options
    )
    assert counted == sum(sum(c.values()) for c in _plain(ballots).values())
    medians = alternate(
        {
            "count": lambda: seconds(lambda: count_sheets(package, heaps)),
            "both": lambda: seconds(lambda: count_sheets(package, _heaps(package, ballots))),
            "loops": lambda: seconds(lambda: _plain(ballots)),
        },
        rounds,
    )
    items = sum(h.accepted for h in heaps.values()) * PERSONS
    second = items / 5_000_000
    return [
        result("count/second", medians["count"], second, 1.0, items=items),
        result(
            "encode_count/loops", medians["both"], medians["loops"], 2.0, at_least=True, items=items
        ),
    ]
