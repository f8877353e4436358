"""An attacker with paper and pencil: every published table as linear equations, solved exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations

from cases.ballot_box.disclosure import Figure, Scope, disclosed
from cases.ballot_box.opening import Count
from cases.ballot_box.package import Package, Sheet

Unknown = tuple[str, ...]
Equation = Mapping[Unknown, Fraction]
BLANK = ""


class Solver:
    """Equations in reduced echelon form; tells which sums of unknowns follow from them."""

    def __init__(self) -> None:
        self.rows: dict[Unknown, dict[Unknown, Fraction]] = {}

    def _reduced(self, equation: Equation) -> dict[Unknown, Fraction]:
        left = {u: Fraction(c) for u, c in equation.items() if c}
        while True:
            lead = next((u for u in left if u in self.rows), None)
            if lead is None:
                return left
            factor = left[lead]
            for u, c in self.rows[lead].items():
                value = left.get(u, Fraction(0)) - factor * c
                if value:
                    left[u] = value
                else:
                    left.pop(u, None)

    def learn(self, equation: Equation) -> None:
        """Add a published sum (its value doesn't matter for what can be derived)."""
        left = self._reduced(equation)
        if not left:
            return
        lead = min(left)
        scale = left[lead]
        row = {u: c / scale for u, c in left.items()}
        for known in self.rows.values():
            factor = known.get(lead, Fraction(0))
            if factor:
                for u, c in row.items():
                    value = known.get(u, Fraction(0)) - factor * c
                    if value:
                        known[u] = value
                    else:
                        known.pop(u, None)
        self.rows[lead] = row

    def follows(self, equation: Equation) -> bool:
        """Whether this sum has one value only."""
        return not self._reduced(equation)


def _codes(sheet: Sheet) -> list[str]:
    return [*(o.key for o in sheet.options), BLANK]


def _open_to(package: Package, sheet: Sheet, subject: str, electorates: Iterable[str]) -> list[str]:
    return [
        g.key
        for e in electorates
        for g in package.counted_in(e)
        if g.key in sheet.groups and (g.key, subject) not in sheet.barred
    ]


def cell(groups: Iterable[str], sheet: str, subject: str, code: str, round_: str = "1") -> Equation:
    """How many ballots of these groups gave this mark to this subject."""
    return {("n", round_, g, sheet, subject, code): Fraction(1) for g in groups}


def _figure(
    solver: Solver, package: Package, sheet: Sheet, subject: str, figure: Figure, round_: str
) -> None:
    groups = _open_to(package, sheet, subject, figure.groups)
    for code in _codes(sheet):
        solver.learn(cell(groups, sheet.key, subject, code, round_))


def knows_the_form(solver: Solver, package: Package, round_: str = "1") -> None:
    """What needs no publication: each valid ballot has one mark or a blank in each row, and how
    many cards of each group were handed in (the reconciliation says so)."""
    for sheet in package.sheets:
        for row in sheet.rows:
            for group in _open_to(package, sheet, row.subject, package.electorate_keys):
                marks: dict[Unknown, Fraction] = {}
                for code in _codes(sheet):
                    marks |= cell([group], sheet.key, row.subject, code, round_)
                if not sheet.barred:  # there every accepted ballot is valid: a known number
                    marks["v", round_, group, sheet.key] = Fraction(-1)
                solver.learn(marks)


def reads_all(solver: Solver, package: Package, count: Count, round_: str = "1") -> None:
    """Every table that any reader gets: office and person together."""
    for scope in Scope:
        for sheet, shown in zip(package.sheets, disclosed(package, count, scope), strict=True):
            for head in shown.heads:
                if head.withheld or sheet.barred:
                    continue
                groups = [
                    g.key
                    for e in head.groups
                    for g in package.counted_in(e)
                    if g.key in sheet.groups
                ]
                solver.learn({("v", round_, g, sheet.key): Fraction(1) for g in groups})
            for row in shown.rows:
                for figure in (*row.lines, *([row.total] if row.total else [])):
                    _figure(solver, package, sheet, row.subject, figure, round_)


def leaks(
    solver: Solver, package: Package, ballots: Mapping[str, int], round_: str = "1"
) -> list[tuple[tuple[str, ...], str, str, str]]:
    """Cells of fewer than k unsigned voters that have one solution only."""
    size = {g.key: ballots[g.key] for g in package.groups if not g.signed}
    found = []
    for sheet in package.sheets:
        for row in sheet.rows:
            there = [
                g
                for g in _open_to(package, sheet, row.subject, package.electorate_keys)
                if size.get(g)
            ]
            for n in range(1, len(there) + 1):
                for few in combinations(there, n):
                    if sum(size[g] for g in few) >= package.k:
                        continue
                    for code in _codes(sheet):
                        if solver.follows(cell(few, sheet.key, row.subject, code, round_)):
                            found.append((few, sheet.key, row.subject, code))
                    left_empty = {("v", round_, g, sheet.key): Fraction(1) for g in few}
                    if not sheet.barred and solver.follows(left_empty):
                        found.append((few, sheet.key, row.subject, "sheet left empty"))
    return found
