"""B12, B13, B24 at the real exits: pages, exports, papers and their PDFs, journal, outbox, log of
requests and of readings of a whole year.

The figures are not looked up in the code: the attacker changes one ballot at a time and sees what
moves where (``Measured``), so a figure that came by another way than the disclosure is found too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations
from pathlib import Path

import pytest

from cases.ballot_box.package import Package, Sheet
from cases.documents.compose import canonical
from cases.documents.papers.orders import orders_for
from cases.store import Store
from tests.attacks.counted_year import (
    SIGNING,
    TOLD,
    Ballots,
    Choices,
    CountedYear,
    alike,
    counted_year,
    sizes,
)
from tests.attacks.exits import DIGEST, Measured, listening, numbers, speak
from tests.attacks.printed import attached, bound_page, drawn, numbers_beside, volume_with
from tests.attacks.subtraction import Solver, Unknown, cell
from workflow.vocabulary import DocumentKind, Thing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Said = dict[int, Ballots]
PLANTED, COUNTING = "planted", "log of the counting"


@pytest.fixture
def year(sqlite_store: Store, tmp_path: Path) -> Iterator[CountedYear]:
    with counted_year(sqlite_store, tmp_path) as made:
        yield made


def base(year: CountedYear) -> Said:
    """The ballots from which one is changed at a time; the first of each group fills in no more
    than the sheets that are looked at. One cadre is refused by all, which opens an inquiry."""
    said = {}
    for i, package in year.urns.items():
        said[i] = alike(package, sizes(package))
        for mine in said[i].values():
            for ballot in mine:
                _refuse(package, ballot)
            mine[0] = {s.key: mine[0][s.key] for s in looked_at(package) if s.key in mine[0]}
    return said


def _refuse(package: Package, ballot: Choices) -> None:
    for sheet in package.sheets:
        if sheet.key == "cadre" and sheet.key in ballot:
            ballot[sheet.key][sheet.rows[1].subject] = "incompetent"


def looked_at(package: Package) -> list[Sheet]:
    """Sheets whose cells are measured, each with its first row; all rows where some are barred."""
    found = [s for s in package.sheets if s.barred or s.key in ("cadre", "selection_work")]
    return [s if s.barred else replace(s, rows=s.rows[:1]) for s in found]


def exits(year: CountedYear, said: Said, only: set[str] | None = None) -> dict[str, str]:
    """All that is said after these ballots; ``planted``: what no page may say, how many of B gave
    the best mark on the first cadre. B is nine people: the figure is harmless by itself."""
    year.back()
    with listening() as lines:
        year.goes_on(said)
    found = speak(year.site, year.readers, year.refs, only) | {COUNTING: "\n".join(lines)}
    host = min(said)
    sheet = next(s for s in year.urns[host].sheets if s.key == "cadre")
    row, best = sheet.rows[0].subject, sheet.options[0].key
    marks = [b.get("cadre", {}).get(row) for b in said[host]["B"]]
    return {**found, PLANTED: f"planted {marks.count(best)}"}


def telling(year: CountedYear, before: dict[str, str]) -> set[str]:
    """Exits that say something else when a ballot of every group is another. Of exits in which the same
    numbers changed one is kept: they say one thing to several readers."""
    other = base(year)
    for i, package in year.urns.items():
        second = {s.key: s.options[1].key for s in package.sheets}
        for mine in other[i].values():
            for key, rows in mine[0].items():
                mine[0][key] = dict.fromkeys(rows, second[key])
            _refuse(package, mine[0])
        last = other[i][package.group_keys[2]]
        last[1] = {}
        last[2].pop("cadre", None)
    after = exits(year, other, set(before))
    kept: dict[object, str] = {}
    for name in differing(before, after):
        kept.setdefault(what_changed(before.get(name, ""), after.get(name, "")), name)
    return set(kept.values())


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Exits that say different things."""
    return sorted(n for n in one | other if one.get(n) != other.get(n))


def told_of_sheet(
    year: CountedYear, i: int, sheet: Sheet, before: dict[str, str], only: set[str]
) -> set[str]:
    """Which of these exits say something else when a ballot of every group is another on this
    sheet, and another leaves it empty."""
    other = base(year)
    for group in ballot_groups(year.urns[i]):
        mine = other[i][group]
        mine[0][sheet.key] = dict.fromkeys(mine[0].get(sheet.key, {}), sheet.options[1].key)
    if not sheet.barred:
        del mine[1][sheet.key]
    return set(differing({n: t for n, t in before.items() if n in only}, exits(year, other, only)))


def ballot_groups(package: Package) -> list[str]:
    """Groups of cards whose ballots bear no name."""
    return [g.key for g in package.groups if not g.signed]


def what_changed(one: str, other: str) -> object:
    """The pairs of numbers that differ; the texts where they can't be compared number by number."""
    old, new = numbers(one), numbers(other)
    pairs = tuple((a, b) for a, b in zip(old, new, strict=False) if a != b)
    return pairs if len(old) == len(new) and pairs else (one, other)


Change = tuple[str, Unknown, int, list[Unknown], Said]
"""Sheet (empty: all of them), unknown, its sign, what else changes, the ballots."""


def changes(year: CountedYear, i: int, package: Package, group: str) -> Iterator[Change]:
    """What one ballot of the group can do otherwise, and which unknown that counts."""
    left = []
    for sheet in looked_at(package):
        mine = sheet.for_group(group)
        for row in mine.rows:
            said = base(year)
            said[i][group][0][sheet.key][row.subject] = sheet.options[1].key
            unknown = ("n", str(i), group, sheet.key, row.subject, sheet.options[1].key)
            yield sheet.key, unknown, 1, [], said
        if not sheet.barred:
            said = base(year)
            del said[i][group][0][sheet.key]
            left.append(("v", str(i), group, sheet.key))
            yield sheet.key, left[-1], -1, [], said
    said = base(year)
    said[i][group][0] = {}
    yield "", ("w", str(i), group), 1, left, said


@dataclass
class Attack:
    """What the attacker measured, and what he knows of the form itself."""

    year: CountedYear
    measured: Measured

    def solver(self, exits: set[str]) -> Solver:
        """Knows the cards and what these exits say."""
        solver = Solver()
        for i, package in self.year.urns.items():
            for sheet in looked_at(package):
                for row in sheet.rows:
                    for group in open_to(package, sheet, row.subject):
                        marks = self.marks(i, [group], sheet, row.subject)
                        handed_in: Unknown = ("v", str(i), group, sheet.key)
                        marks[("w", str(i), group) if sheet.barred else handed_in] = Fraction(
                            1 if sheet.barred else -1
                        )
                        solver.learn(marks)
        self.measured.teach(solver, exits)
        return solver

    def marks(self, i: int, groups: Collection[str], sheet: Sheet, subject: str) -> dict:
        """All marks of these groups on a subject."""
        return {
            u: c
            for option in sheet.options[:2]
            for u, c in cell(groups, sheet.key, subject, option.key, str(i)).items()
        }

    def recovered(self, solver: Solver) -> list[tuple[object, ...]]:
        """Sums over fewer than k voters that have one value only."""
        found: list[tuple[object, ...]] = []
        for i, package in self.year.urns.items():
            size = {g: sizes(package)[g] for g in ballot_groups(package)}
            for n in range(1, len(size) + 1):
                for few in combinations(size, n):
                    if sum(size[g] for g in few) < package.k:
                        found += self._of(solver, i, package, few)
        return found

    def _of(
        self, solver: Solver, i: int, package: Package, few: tuple[str, ...]
    ) -> Iterator[tuple[object, ...]]:
        if solver.follows({("w", str(i), g): Fraction(1) for g in few}):
            yield few, "handed in blank"
        for sheet in looked_at(package):
            if not sheet.barred and solver.follows(
                {("v", str(i), g, sheet.key): Fraction(1) for g in few}
            ):
                yield few, sheet.key, "left empty"
            for row in sheet.rows:
                there = [g for g in few if g in open_to(package, sheet, row.subject)]
                for option in sheet.options[:2]:
                    if there and solver.follows(
                        cell(there, sheet.key, row.subject, option.key, str(i))
                    ):
                        yield few, sheet.key, row.subject, option.key


def open_to(package: Package, sheet: Sheet, subject: str) -> list[str]:
    """Groups whose cards show the row and bear no name. What the signed view says he is told."""
    mine = [g for g in ballot_groups(package) if g in sheet.groups]
    return [g for g in mine if (g, subject) not in sheet.barred]


def attack(year: CountedYear) -> tuple[Attack, set[str]]:
    """One ballot changed at a time, in every group of every urn; and the exits that tell of it."""
    before = exits(year, base(year))
    only = telling(year, before)
    found = Measured({n: t for n, t in before.items() if n in only}, exits(year, base(year), only))
    for i, package in year.urns.items():
        tell = {s.key: told_of_sheet(year, i, s, before, only) for s in looked_at(package)}
        for group in ballot_groups(package):
            for key, unknown, sign, less, said in changes(year, i, package, group):
                mine = tell.get(key, only)
                found.change(unknown, sign, less, exits(year, said, mine), mine)
    return Attack(year, found), only


def test_no_union_of_exits_gives_a_small_group_back(year: CountedYear) -> None:
    made, only = attack(year)
    assert made.measured.noisy <= {"audit_admin /journal", "audit_admin /journal/reads"}
    told = made.measured.telling()
    open_exits = made.solver(told - {PLANTED})
    host, peers = year.urns
    cadre = next(s for s in year.urns[host].sheets if s.key == "cadre")
    row, second = cadre.rows[0].subject, cadre.options[1].key
    # What is published he does find: each line of at least k, and the peers as one.
    for line in (["A", "B"], ["C", "D"]):
        assert open_exits.follows(cell(line, "cadre", row, second, str(host)))
        assert open_exits.follows({("v", str(host), g, "cadre"): Fraction(1) for g in line})
    bodies = looked_at(year.urns[peers])[0]
    for one in bodies.rows:
        there = open_to(year.urns[peers], bodies, one.subject)
        assert open_exits.follows(
            cell(there, "body", one.subject, bodies.options[1].key, str(peers))
        )
    assert made.recovered(open_exits) == []
    # The control: one figure of nine people more, and two people's marks are known.
    assert made.recovered(made.solver(told)) == [
        (("A",), "cadre", row, cadre.options[0].key),
    ]
    nothing_is_told_below_k(year, only)
    signed_view_is_called_signed(year, only)
    person_learns_less_than_the_office(year)
    printed_papers_say_no_more(year)


def nothing_is_told_below_k(year: CountedYear, only: set[str]) -> None:
    """Fewer ballots than k in an urn: whatever they say, every exit says the same (B12)."""
    kinds = []
    for place in (0, 1):
        said = {}
        for i, package in year.urns.items():
            few = {"A": 1, "B": 1, "C": 2, "D": 0}
            said[i] = alike(package, {g: few.get(g, 1) for g in package.group_keys})
            for ballot in (b for g in ballot_groups(package) for b in said[i][g]):
                for sheet in package.sheets:
                    if sheet.key in ballot:
                        marks = dict.fromkeys(ballot[sheet.key], sheet.options[place].key)
                        ballot[sheet.key] = marks
            if place:
                said[i][package.group_keys[0]] = [{}]
        kinds.append(
            {n: DIGEST.sub("", t) for n, t in exits(year, said, only).items() if n != PLANTED}
        )
    one, other = kinds
    assert {n: (one.get(n), other.get(n)) for n in one | other if one.get(n) != other.get(n)} == {}


def signed_view_is_called_signed(year: CountedYear, only: set[str]) -> None:
    """The same totals, but who is signed marked otherwise: every exit that tells says whose view
    it is, and that it is signed (B24)."""
    host = min(year.urns)
    said = [marked_second(year, group) for group in ("L", "C")]
    one, other = (exits(year, ballots, only) for ballots in said)
    named = [n for n in differing(one, other) if SIGNING in one[n]]
    assert f"paper tally_sheet {host}" in named and any("/explanation" in n for n in named)
    assert [n for n in named if "具名" not in one[n]] == []


def person_learns_less_than_the_office(year: CountedYear) -> None:
    """Lines of fewer than 2k are one line to him, and so is the signed view: who in them said what
    changes nothing on his pages and on his notice."""
    told = {r.name: r for r in year.readers}
    tally = "assessment_group /meetings/2025-1-CP001/tally"
    persons, offices = [], []
    only: set[str] | None = None
    for group in ("B", "C", "L"):
        year.back()
        year.goes_on(marked_second(year, group))
        pages = speak(year.site, [told["chief"], told["unit_head"]], year.refs, only)
        offices.append(speak(year.site, [told["assessment_group"]], year.refs, {tally})[tally])
        persons.append({n: t for n, t in pages.items() if his(year, n)})
        only = set(persons[0])
    own = persons[0]["chief /cases/2025-1-ZG0001/result"]
    assert "21 / 26" in own and "班子成员" not in own and SIGNING not in own
    assert persons[0] == persons[1] == persons[2]
    assert len(set(offices)) == 3


def printed_papers_say_no_more(year: CountedYear) -> None:
    """The numbers of each PDF are those of its page, which is made of the context read above; its
    pages and data go into the dossier as they are."""
    asked = [(DocumentKind.TALLY_SHEET, Thing.MEETING, i) for i in year.urns]
    asked.append((DocumentKind.GRADE_APPROVAL, Thing.CASE, year.room.case(None)))
    asked.append((DocumentKind.RESULT_NOTICE, Thing.CASE, year.room.case("chief")))
    with year.store.reading() as conn:
        orders = [orders_for(conn, *one, TOLD.date())[0] for one in asked]
    made, volume = volume_with(orders)
    beside = [numbers_beside(one, year.folder) for one in made]
    pages = [drawn(one.pdf) for one in made]
    assert beside == [Counter(str(n + 1) for n in range(len(each))) for each in pages]
    whole = [bound_page(page, n) for n, page in enumerate(chain.from_iterable(pages), 3)]
    assert drawn(volume)[2:-1] == whole
    assert attached(volume) == [canonical(one.order.paper) for one in made]


def his(year: CountedYear, name: str) -> bool:
    """Whether a person rated, or the head of his unit, reads it."""
    return " /" in name or name == f"paper result_notice {year.room.case('chief')}"


def marked_second(year: CountedYear, group: str) -> Said:
    """Seven people in the first line, eighteen in the second, one more of ``group`` with the
    second option on each sheet that is looked at."""
    said = {}
    for i, package in year.urns.items():
        fewer = {"B": 5} if "B" in package.group_keys else {}
        said[i] = alike(package, sizes(package) | fewer)
        for sheet in looked_at(package):
            if not sheet.barred:
                said[i][group][0][sheet.key][sheet.rows[0].subject] = sheet.options[1].key
    return said
