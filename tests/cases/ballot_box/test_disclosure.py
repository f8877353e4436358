from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ballot_box.counting import Line, RowCount, SheetCount
from cases.ballot_box.disclosure import Disclosure, Figure, Scope, disclose, roll_up
from cases.ballot_box.merging import merge_small
from cases.ballot_box.opening import Count
from cases.ballot_box.package import Group, Option, Package, Row, Sheet, Text

K = 5


def made(
    sizes: list[int], signed: frozenset[int] = frozenset(), base: str = "valid_ballots"
) -> tuple[Package, Count]:
    """A package and the count its opening would give, groups g0, g1, … of these sizes."""
    groups = tuple(Group(f"g{i}", Text(f"组{i}"), signed=i in signed) for i in range(len(sizes)))
    options = (Option("a", Text("优秀")), Option("b", Text("称职")))
    sheet = Sheet(
        "s", "cadre", Text("表"), options, (Row("p", "屈若水"),), tuple(g.key for g in groups)
    )
    package = Package(
        "u", "0" * 64, Text("局"), Text("测评"), (sheet,), groups, k=K, rate_base=base
    )
    named = {f"g{i}": n for i, n in enumerate(sizes)}
    parts = [
        (keys, False)
        for keys in merge_small(
            {k: n for k, n in named.items() if n and int(k[1:]) not in signed}, K
        )
    ]
    parts += [((f"g{i}",), True) for i in signed if sizes[i]]
    lines = []
    for keys, is_signed in sorted(parts, key=lambda x: int(x[0][0][1:])):
        n = sum(named[k] for k in keys)
        withheld = n < K and not is_signed
        rows = (
            ()
            if withheld
            else (RowCount("p", (("a", n // 2), ("b", n - n // 2 - (n > 1))), int(n > 1)),)
        )
        lines.append(Line(keys, is_signed, n, n, 0, withheld, rows))
    return package, Count(
        "u", "", "", "", K, sum(sizes), (), (SheetCount("s", "cadre", tuple(lines), ()),)
    )


def derivable(figures: list[Figure], groups: list[str]) -> list[set[str]]:
    """Every union of groups whose sum follows from the figures by adding and subtracting."""
    rows = [[Fraction(int(g in f.groups)) for g in groups] for f in figures]
    basis: list[list[Fraction]] = []
    for row in rows:
        basis = _grow(basis, row)
    return [
        set(pick)
        for size in range(1, len(groups) + 1)
        for pick in combinations(groups, size)
        if len(_grow(basis, [Fraction(int(g in pick)) for g in groups])) == len(basis)
    ]


def _grow(basis: list[list[Fraction]], row: list[Fraction]) -> list[list[Fraction]]:
    for b in basis:
        lead = next(i for i, v in enumerate(b) if v)
        row = [r - row[lead] / b[lead] * v for r, v in zip(row, b, strict=True)]
    return [*basis, row] if any(row) else basis


def figures(d: Disclosure) -> list[Figure]:
    return [*d.lines, *([d.total] if d.total else [])]


@given(st.lists(st.integers(0, 14), min_size=1, max_size=6), st.sampled_from(list(Scope)))
def test_no_sum_below_k_follows_from_what_is_shown(sizes, scope):
    package, count = made(sizes)
    shown = figures(disclose(package, count, "s", "p", scope))
    groups = [f"g{i}" for i, n in enumerate(sizes) if n]
    for part in derivable(shown, groups) if shown else []:
        assert sum(sizes[int(g[1:])] for g in part) >= K


@given(st.lists(st.integers(0, 14), min_size=1, max_size=5))
def test_both_readers_together_learn_no_small_group(sizes):
    package, count = made(sizes)
    shown = [f for scope in Scope for f in figures(disclose(package, count, "s", "p", scope))]
    groups = [f"g{i}" for i, n in enumerate(sizes) if n]
    for part in derivable(shown, groups) if shown else []:
        assert sum(sizes[int(g[1:])] for g in part) >= K


@given(st.lists(st.integers(0, 14), min_size=1, max_size=6), st.sets(st.integers(0, 5)))
def test_person_never_sees_a_line_below_2k_nor_a_signed_view(sizes, signed):
    package, count = made(sizes, frozenset(i for i in signed if i < len(sizes)))
    d = disclose(package, count, "s", "p", Scope.SUBJECT)
    assert all(line.ballots >= 2 * K for line in d.lines)
    assert d.total is None or d.total.ballots >= K
    assert (d.total is None) == (d.withheld is not None)
    if d.lines:
        assert sum(line.ballots for line in d.lines) == d.total.ballots
        assert [n for _, n in d.total.options] == [
            sum(c) for c in zip(*[[n for _, n in x.options] for x in d.lines], strict=True)
        ]


def test_office_sees_groups_of_k_and_the_total():
    package, count = made([6, 9, 30])
    d = disclose(package, count, "s", "p", Scope.OFFICE)
    assert [(x.groups, x.ballots) for x in d.lines] == [(("g0",), 6), (("g1",), 9), (("g2",), 30)]
    assert (d.total.ballots, d.withheld) == (45, None)


def test_person_sees_lines_merged_to_2k():
    package, count = made([6, 9, 30])
    d = disclose(package, count, "s", "p", Scope.SUBJECT)
    assert [(x.groups, x.ballots) for x in d.lines] == [(("g0", "g1"), 15), (("g2",), 30)]


def test_below_k_only_the_sentence_is_left():
    package, count = made([2, 2])
    for scope in Scope:
        d = disclose(package, count, "s", "p", scope)
        assert (d.lines, d.total, str(d.withheld)) == ((), None, "少于 5 票,不单列")


def test_signed_view_goes_to_the_office_marked_and_without_a_total_over_a_withheld_group():
    package, count = made([1, 3], frozenset({0}))
    d = disclose(package, count, "s", "p", Scope.OFFICE)
    assert [(x.groups, x.signed) for x in d.lines] == [(("g0",), True)]
    assert (d.total, str(d.withheld)) == (None, "少于 5 票,不单列")


def test_rate_prints_its_denominator():
    for base, denominator in (("valid_ballots", 40), ("marked", 39)):
        package, count = made([40], base=base)
        total = disclose(package, count, "s", "p", Scope.OFFICE).total
        assert (total.base, total.rate("a"), total.rate("a", "b")) == (
            denominator,
            Fraction(20, denominator),
            Fraction(39, denominator),
        )


def test_unknown_subject_or_sheet_is_a_key_error():
    package, count = made([9])
    for sheet, subject in (("s", "q"), ("t", "p")):
        with pytest.raises(KeyError):
            disclose(package, count, sheet, subject, Scope.OFFICE)


def test_roll_up_leaves_withheld_units_out_so_that_no_subtraction_finds_them():
    units = [disclose(*made(sizes), "s", "p", Scope.OFFICE) for sizes in ([12, 8], [3], [7])]
    total = roll_up(units, K)
    assert total.ballots == sum(d.total.ballots for d in units if d.total) == 27
    assert roll_up([units[1]], K) is None
