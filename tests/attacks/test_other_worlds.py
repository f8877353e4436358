"""B13 with whole numbers: each figure of a small group could be otherwise, and nothing published
would be different by a byte.

Linear equations (``subtraction``) leave out that ballots are whole and never fewer than none. Here
the attacker may reckon as he likes: for every few voters who are fewer than k another meeting is
shown in which they marked otherwise and whose result, from which every page, export, paper and log
is made, is the same. What remains are marks on which all agree, exposed by any count (B15).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from cases.ballot_box.disclosure import Scope, disclosed
from cases.ballot_box.opening import result_json
from cases.ballot_box.package import Package, Sheet
from tests.attacks.test_disclosure import Heap, counted, sizes, town

Heaps = dict[str, Heap]
Place = tuple[str, int]
"""Group and number of a ballot."""
TRIES = 40
EMPTY = ""


def hall(package: Package, rng: random.Random) -> Heaps:
    """Ballots of groups of 1 to 12, some groups absent, some cards unreadable; marks lean to one
    option now and then, rows and sheets are left empty, papers come late and lie with the rest."""
    heaps: Heaps = {}
    for group in package.groups:
        number = 1 if group.signed else rng.choice([0, *range(1, 13)])
        late = rng.choice([0, 0, 1, 2]) if number else 0
        lean = rng.choice(["aabu", "aaaaab", "ab", "bbbu"])
        ballots = [_ballot(package, group.key, lean, rng) for _ in range(number + late)]
        heaps[group.key] = Heap(len(ballots) + (rng.random() < 0.1), ballots)
    return heaps


def _ballot(
    package: Package, group: str, lean: str, rng: random.Random
) -> dict[str, dict[str, str]]:
    choices = {}
    for one in package.sheets_for(group):
        marks = {r.subject: rng.choice(lean) for r in one.rows if rng.random() < 0.9}
        if marks and rng.random() < 0.9:
            choices[one.key] = marks
    return choices


def said(package: Package, heaps: Heaps) -> tuple[object, ...]:
    """All that is published: the result itself, both readers' tables, cards by group."""
    count = counted(package, heaps)
    shown = tuple(disclosed(package, count, scope) for scope in Scope)
    return result_json(count), shown, tuple((k, h.returned) for k, h in heaps.items())


def mark_at(heaps: Heaps, place: Place, sheet: str, subject: str) -> str | None:
    return heaps[place[0]].ballots[place[1]].get(sheet, {}).get(subject)


def with_swapped(heaps: Heaps, one: Place, two: Place, sheet: str, subjects: set[str]) -> Heaps:
    """The same ballots, but for two that changed what they say in these rows."""
    made = {k: replace(h, ballots=list(h.ballots)) for k, h in heaps.items()}
    for mine, other in ((one, two), (two, one)):
        marks = dict(heaps[mine[0]].ballots[mine[1]].get(sheet, {}))
        for subject in subjects:
            marks.pop(subject, None)
            there = mark_at(heaps, other, sheet, subject)
            if there is not None:
                marks[subject] = there
        _put(made, mine, sheet, marks)
    return made


def _put(heaps: Heaps, place: Place, sheet: str, marks: dict[str, str]) -> None:
    group, number = place
    rest = {key: told for key, told in heaps[group].ballots[number].items() if key != sheet}
    heaps[group].ballots[number] = {**rest, sheet: marks} if marks else rest


def changed(heaps: Heaps, place: Place, sheet: Sheet, subject: str) -> Iterator[Heaps]:
    """One ballot that says something else in one row, or nothing on the sheet."""
    there = heaps[place[0]].ballots[place[1]].get(sheet.key, {})
    for marks in ({}, *({**there, subject: option.key} for option in sheet.options)):
        made = {k: replace(h, ballots=list(h.ballots)) for k, h in heaps.items()}
        _put(made, place, sheet.key, marks)
        yield made


def cells(package: Package, heaps: Heaps) -> Iterator[tuple[tuple[str, ...], Sheet, str, str]]:
    """Groups of fewer than k voters together, with each mark they could have given; ``EMPTY``: how
    many of them left the whole sheet so."""
    size = sizes(heaps)
    for sheet in package.sheets:
        for row in sheet.rows:
            there = [
                g.key
                for g in package.groups
                if g.key in sheet.groups
                and not g.signed
                and size[g.key]
                and (g.key, row.subject) not in sheet.barred
            ]
            for n in range(1, len(there) + 1):
                for few in combinations(there, n):
                    if sum(size[g] for g in few) < package.k:
                        for option in sheet.options:
                            yield few, sheet, row.subject, option.key
                        cards = sum(heaps[g].returned for g in few)
                        if not sheet.barred and row is sheet.rows[0] and cards < package.k:
                            yield few, sheet, row.subject, EMPTY


def lines_with(package: Package, heaps: Heaps, sheet: Sheet, few: tuple[str, ...]) -> set[str]:
    """Groups that are counted on one line with one of ``few``."""
    count = counted(package, heaps)
    (found,) = (s for s in count.sheets if s.sheet == sheet.key)
    mine = {package.group(g).counted_as for g in few}
    return {
        g.key
        for line in found.lines
        if mine & set(line.groups)
        for key in line.groups
        for g in package.counted_in(key)
    }


def fixed(package: Package, heaps: Heaps) -> list[tuple[tuple[str, ...], str, str, str]]:
    """Figures of fewer than k that no other meeting found has otherwise."""
    before, found = said(package, heaps), []
    for few, sheet, subject, option in cells(package, heaps):
        mine = _many(heaps, few, sheet, subject, option)
        worlds = _worlds(package, heaps, few, sheet, subject, option)
        if worlds is not None and not any(
            _many(world, few, sheet, subject, option) != mine and said(package, world) == before
            for world in worlds
        ):
            found.append((few, sheet.key, subject, option))
    return found


def _many(heaps: Heaps, few: tuple[str, ...], sheet: Sheet, subject: str, option: str) -> int:
    return sum(
        _gave(heaps, (g, n), sheet, subject, option)
        for g in few
        for n in range(len(heaps[g].ballots))
    )


def _gave(heaps: Heaps, place: Place, sheet: Sheet, subject: str, option: str) -> bool:
    if option == EMPTY:
        return sheet.key not in heaps[place[0]].ballots[place[1]]
    return mark_at(heaps, place, sheet.key, subject) == option


def _worlds(
    package: Package, heaps: Heaps, few: tuple[str, ...], sheet: Sheet, subject: str, option: str
) -> Iterator[Heaps] | None:
    """Meetings that may look alike; None where all on the line agree about this mark (B15)."""
    inside = [(g, n) for g in few for n in range(len(heaps[g].ballots))]
    outside = [
        (g, n)
        for g in lines_with(package, heaps, sheet, few) - set(few)
        if g in sheet.groups and (g, subject) not in sheet.barred
        for n in range(len(heaps[g].ballots))
    ]
    pairs = [
        (i, o)
        for i in inside
        for o in outside
        if _gave(heaps, i, sheet, subject, option) != _gave(heaps, o, sheet, subject, option)
    ]
    if outside and not pairs:
        return None
    return _tried(package, heaps, sheet, subject, inside, pairs)


def _tried(
    package: Package, heaps: Heaps, sheet: Sheet, subject: str, inside: list[Place],
    pairs: list[tuple[Place, Place]],
) -> Iterator[Heaps]:  # fmt: skip
    for place in inside:
        yield from changed(heaps, place, sheet, subject)
    for i, o in sorted(pairs, key=lambda pair: _upset(heaps, pair, sheet.key))[:TRIES]:
        common = {r.subject for r in sheet.rows} - {s for g, s in sheet.barred if g in (i[0], o[0])}
        yield with_swapped(heaps, i, o, sheet.key, {subject})
        yield with_swapped(heaps, i, o, sheet.key, common)


def _upset(heaps: Heaps, pair: tuple[Place, Place], sheet: str) -> tuple[int, Place, Place]:
    """Pairs first that both filled the sheet in well: swapping a row then empties none."""
    filled = [len(heaps[g].ballots[n].get(sheet, {})) for g, n in pair]
    return (-min(filled), *pair)


@pytest.mark.parametrize("seed", [47, 301, 1081])
def test_no_figure_of_fewer_than_k_is_fixed_by_what_is_published(seed: int) -> None:
    """In 47 and 1081 a flag told of one or two among barred peers what they had marked; in 301 the
    lines themselves told that none of two had left the sheet empty."""
    rng = random.Random(seed)
    package = town(rng)
    heaps = hall(package, rng)
    assert fixed(package, heaps) == []
