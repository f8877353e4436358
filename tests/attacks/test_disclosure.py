"""B12, B13, B15, B16, B24: what can be learned from all that is published about a ballot."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from cases.ballot_box.counting import SheetCount, count_sheets, heap_of
from cases.ballot_box.disclosure import Scope, cells_of, disclosed, repeated
from cases.ballot_box.merging import merge_small
from cases.ballot_box.opening import Count, accepted, result_json
from cases.ballot_box.package import (
    Electorate,
    Group,
    Option,
    Package,
    QualityRule,
    Row,
    Sheet,
    Text,
)
from tests.attacks.subtraction import Solver, knows_the_form, leaks, reads_all

OPTIONS = (
    Option("a", Text("优秀")),
    Option("b", Text("称职")),
    Option("u", Text("不了解"), abstain=True),
)
SAME = QualityRule("same", Text("各行同一选项"), "same", "0.8", 2)


@dataclass
class Heap:
    """Ballots of one group as they came out of their envelopes."""

    returned: int
    ballots: list[dict[str, dict[str, str]]]


def sizes(heaps: dict[str, Heap]) -> dict[str, int]:
    return {key: len(heap.ballots) for key, heap in heaps.items()}


def sheets_of(package: Package, heaps: dict[str, Heap]) -> tuple[SheetCount, ...]:
    opened = {k: heap_of(package, k, h.returned, h.ballots) for k, h in heaps.items()}
    return count_sheets(package, opened)


def counted(package: Package, heaps: dict[str, Heap]) -> Count:
    """The count of ballots as if they had just been opened."""
    total = sum(h.returned for h in heaps.values())
    return Count("u", "", "", "", package.k, total, (), sheets_of(package, heaps))


def sheet(key: str, kind: str, rows: int, groups: tuple[str, ...], **more) -> Sheet:
    subjects = tuple(Row(f"{key}-{n}", f"人{n}") for n in range(rows))
    return Sheet(key, kind, Text(key), OPTIONS, subjects, groups, **more)


def town(rng: random.Random) -> Package:
    """A meeting as it may come: several sheets, few or many groups, peers of many units who don't
    rate their own, a block of items, one signed leader, what was announced as merged."""
    units = [f"P{n}" for n in range(rng.randint(0, 4))]
    own = [f"G{n}" for n in range(rng.randint(1, 3))]
    signed = ["L"] if rng.random() < 0.4 else []
    groups = (
        *(Group(k, Text(k)) for k in own),
        *(Group(k, Text(k), electorate="P") for k in units),
        *(Group(k, Text(k), signed=True) for k in signed),
    )
    everybody = tuple(g.key for g in groups)
    some = tuple(k for k in everybody if rng.random() < 0.7) or everybody[:1]
    sheets = [
        sheet("cadre", "cadre", rng.randint(1, 3), everybody),
        replace(sheet("cadre.de", "cadre", 1, everybody), item="de"),
        sheet("party", "party_building", rng.randint(1, 2), some),
    ]
    if len(units) > 1:
        bodies = sheet("body", "body", len(units), (*units, *own[:1]))
        barred = tuple((k, f"body-{n}") for n, k in enumerate(units))
        sheets.append(replace(bodies, barred=barred))
    made = Package(
        "u", "0" * 64, Text("局"), Text("测评"), tuple(sheets), groups, k=rng.choice([3, 5]),
        electorates=(Electorate("P", Text("同级单位")),) if units else (), quality=(SAME,),
    )  # fmt: skip
    if rng.random() < 0.5:
        apart = {key: rng.randint(1, 9) for key in made.electorate_keys if key not in signed}
        made = replace(made, lines=tuple(merge_small(apart, made.k)))
    return made


def voters(package: Package, rng: random.Random) -> dict[str, Heap]:
    """Random ballots: rows and whole sheets left empty now and then, some cards that don't open."""
    heaps = {}
    for group in package.groups:
        n = 1 if group.signed else rng.choice([0, 1, 2, 3, 4, 6, 9])
        ballots = []
        for _ in range(n):
            choices = {}
            for one in package.sheets_for(group.key):
                marks = {r.subject: rng.choice("aabu") for r in one.rows if rng.random() < 0.8}
                if marks and rng.random() < 0.85:
                    choices[one.key] = marks
            ballots.append(choices)
        heaps[group.key] = Heap(n + (rng.random() < 0.1), ballots)
    return heaps


@pytest.mark.parametrize("seed", range(60))
def test_no_cell_below_k_has_one_solution(seed: int) -> None:
    rng = random.Random(seed)
    package = town(rng)
    heaps = voters(package, rng)
    solver = Solver()
    knows_the_form(solver, package)
    reads_all(solver, package, counted(package, heaps))
    assert leaks(solver, package, sizes(heaps)) == []


def test_the_attacker_finds_a_small_group_that_is_published() -> None:
    """The proof above can fail: with merging switched off the same attacker succeeds."""
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet("cadre", "cadre", 2, ("A", "B")),),
        (Group("A", Text("甲")), Group("B", Text("乙"))), k=5,
    )  # fmt: skip
    heaps = {
        "A": Heap(2, [{"cadre": {"cadre-0": "a"}}] * 2),
        "B": Heap(9, [{"cadre": {"cadre-0": "b"}}] * 9),
    }
    careless = replace(package, groups=(replace(package.groups[0], signed=True), package.groups[1]))
    solver = Solver()
    knows_the_form(solver, package)
    reads_all(solver, careless, counted(careless, heaps))
    assert leaks(solver, package, sizes(heaps))[0] == (("A",), "cadre", "cadre-0", "a")


def test_sheets_merged_one_by_one_would_give_a_group_back() -> None:
    """Why there is one partition for the urn: C left the second sheet empty, A and B did not."""
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"),
        (sheet("cadre", "cadre", 1, ("A", "C")), sheet("party", "party_building", 1, ("A", "C"))),
        (Group("A", Text("甲")), Group("C", Text("丙"))), k=5,
    )  # fmt: skip
    both = {"cadre": {"cadre-0": "a"}, "party": {"party-0": "b"}}
    only = {"cadre": {"cadre-0": "b"}}
    heaps = {"A": Heap(6, [both] * 6), "C": Heap(6, [only] * 4 + [both] * 2)}
    lines = [[x.groups for x in s.lines] for s in sheets_of(package, heaps)]
    assert lines == [[("A", "C")], [("A", "C")]]


def test_second_ballot_with_one_voter_added_is_refused_and_would_leak() -> None:
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet("cadre", "cadre", 1, ("A",)),),
        (Group("A", Text("班子成员")),), k=5,
    )  # fmt: skip
    before = set(cells_of(package))
    assert [str(s) for s in repeated(package, before)] == [
        "“人0”已由“班子成员”测评并计票,同一年度不能再次测评"
    ]
    assert repeated(package, {("body", "", "cadre-0", "A"), ("cadre", "", "cadre-0", "B")}) == []
    # The figures of both rounds, subtracted, are the added voter's: nothing else protects him.
    later = replace(package, groups=(*package.groups, Group("new", Text("新到"), electorate="A")))
    later = replace(
        later, sheets=(replace(later.sheets[0], groups=("A", "new")),),
        electorates=(Electorate("A", Text("班子成员")),),
    )  # fmt: skip
    assert repeated(later, before) != []
    mark = {"cadre": {"cadre-0": "a"}}
    heaps = {"A": Heap(9, [mark] * 9), "new": Heap(1, [{"cadre": {"cadre-0": "b"}}])}
    solver = Solver()
    knows_the_form(solver, later)
    reads_all(solver, package, counted(package, heaps))
    reads_all(solver, later, counted(later, heaps))
    assert leaks(solver, later, sizes(heaps))[0][0] == ("new",)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_below_k_the_count_itself_holds_nothing(size: int) -> None:
    """B12: what is stored is already safe, whoever reads it."""
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet("cadre", "cadre", 2, ("A", "B")),),
        (Group("A", Text("甲")), Group("B", Text("乙"))), k=5, quality=(SAME,),
    )  # fmt: skip
    marks = {"cadre": {"cadre-0": "b", "cadre-1": "b"}}
    heaps = {"A": Heap(size, [marks] * size), "B": Heap(0, [])}
    count = counted(package, heaps)
    (one,) = count.sheets
    assert [(x.returned, x.valid, x.invalid, x.rows, x.flags) for x in one.lines] == (
        [(size, 0, 0, (), ())] if size else []
    )
    for scope in Scope:
        for shown in disclosed(package, count, scope):
            assert [(r.lines, r.total, str(r.withheld)) for r in shown.rows] == [
                ((), None, "少于 5 票,不单列")
            ] * 2


def test_unanimity_is_exposed_to_the_office_and_can_be_hidden_from_the_person() -> None:
    """B15: arithmetic tells it in any system; the option keeps the distribution from the person."""
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet("cadre", "cadre", 1, ("A", "B")),),
        (Group("A", Text("甲")), Group("B", Text("乙"))), k=5,
    )  # fmt: skip
    alike = {g: Heap(10, [{"cadre": {"cadre-0": "b"}}] * 10) for g in "AB"}
    half = {**alike, "B": Heap(10, [{"cadre": {"cadre-0": "a"}}] * 10)}

    def person(option: str, heaps: dict[str, Heap]):
        made = replace(package, unanimous=option)
        (row,) = disclosed(made, counted(made, heaps), Scope.SUBJECT)[0].rows
        return len(row.lines), row.total is not None, str(row.withheld or "")

    assert person("show", alike) == (2, True, "")
    assert person("hide", alike) == (0, False, "意见完全一致,不列分布")
    assert person("hide", half) == (0, True, "")
    (row,) = disclosed(package, counted(package, alike), Scope.OFFICE)[0].rows
    assert row.total is not None
    assert dict(row.total.options) == {"a": 0, "b": 20, "u": 0}


@pytest.mark.parametrize("seed", range(10))
def test_whole_ballots_leave_no_trace(seed: int) -> None:
    """B16: marks dealt anew among the ballots of a group, subject by subject, give the same bytes;
    so nothing in the result tells a whole-ballot pattern or a self-vote."""
    rng = random.Random(seed)
    subjects = [f"cadre-{n}" for n in range(15)]
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet("cadre", "cadre", 15, ("A", "B")),),
        (Group("A", Text("甲")), Group("B", Text("乙"))), k=5,
    )  # fmt: skip
    heaps, dealt = {}, {}
    for group, n in (("A", 7), ("B", 20)):
        marks = {s: [rng.choice("abu") for _ in range(n)] for s in subjects}
        mixed = {s: rng.sample(column, n) for s, column in marks.items()}
        for there, columns in ((heaps, marks), (dealt, mixed)):
            there[group] = Heap(
                n, [{"cadre": {s: columns[s][i] for s in subjects}} for i in range(n)]
            )
    assert dealt["B"].ballots != heaps["B"].ballots
    assert result_json(counted(package, dealt)) == result_json(counted(package, heaps))


@pytest.mark.parametrize("unit", ["P0", "P1", "P2"])
def test_blank_cards_of_peers_do_not_tell_their_unit(unit: str) -> None:
    """Where nobody rates his own unit, each row stands for other units: were blank cards left out,
    rows and the number of valid cards would be three sums of three units' blank cards."""
    units = ("P0", "P1", "P2")
    bodies = sheet("body", "body", 3, units)
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"),
        (replace(bodies, barred=tuple((k, f"body-{n}") for n, k in enumerate(units))),),
        tuple(Group(k, Text(k), electorate="P") for k in units), k=5,
        electorates=(Electorate("P", Text("同级单位")),),
    )  # fmt: skip
    full = {
        k: {"body": {f"body-{n}": "a" for n in range(3) if n != place}}
        for place, k in enumerate(units)
    }
    cards = {k: [full[k]] * 3 for k in units}
    cards[unit] = [full[unit]] * 2 + [{}]
    assert [len(accepted(package, mine)) for mine in cards.values()] == [3, 3, 3]
    heaps = {k: Heap(3, accepted(package, mine)) for k, mine in cards.items()}
    (one,) = sheets_of(package, heaps)
    (line,) = one.lines
    assert (line.valid, [row.ballots for row in line.rows]) == (9, [6, 6, 6])
    plain = replace(package, sheets=(bodies,))
    assert len(accepted(plain, cards[unit])) == 2


def test_group_below_k_by_membership_is_signed_or_merged_never_alone() -> None:
    """B24 in the data model: a lone line of fewer than k ballots is always a signed one."""
    for seed in range(200):
        rng = random.Random(1000 + seed)
        package = town(rng)
        for one in sheets_of(package, voters(package, rng)):
            for line in one.lines:
                assert line.signed or line.withheld or line.valid >= package.k
                assert line.signed == all(
                    g.signed for key in line.groups for g in package.counted_in(key)
                )
