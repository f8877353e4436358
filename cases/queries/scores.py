"""The parts of a case's composite: the unit's result, the ballot, satisfaction. Set-shaped.

Regional classes are scored from verified indicator values, inside their class; other units bring
their own result. Ballot counts are read through ``cases.ballot_box.disclosure``'s rule: groups were
merged to at least k before anything was stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.stored import BLANK
from cases.models import (
    SubjectEvent,
    Unit,
    UnitResult,
)
from cases.queries.absent_figures import absent_figures, reasons
from cases.queries.ballot_counts import counts_of
from cases.queries.ballot_package import smallest
from cases.queries.named_opinions import signed_on
from cases.queries.sentences import packed, unpacked
from cases.queries.unit_figures import unit_figures
from cases.scoring.ballots import BallotScore, Tally, ballot_score, banded, rates
from cases.scoring.exact import stored
from cases.scoring.explain import explanation
from cases.scoring.months import Term, served
from cases.scoring.rule_shapes import Title
from cases.scoring.scoresheet import Scoresheet
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's result: its score, whether it is its own result, and the sheet behind it."""

    score: Decimal | None
    own: bool
    sheet: dict[str, object] | None
    document: str = ""


def unit_scores(conn: sa.Connection, cycle_id: int, scheme: Scheme) -> dict[int, UnitScore]:
    """Unit id -> result, for every unit of the cycle that has one."""
    own = conn.execute(
        sa.select(UnitResult.unit_id, UnitResult.score, UnitResult.document).where(
            UnitResult.cycle_id == cycle_id, UnitResult.kind == "performance"
        )
    )
    found = {
        unit: UnitScore(_decimal(score), True, None, document) for unit, score, document in own
    }
    data = unit_figures(conn, cycle_id, scheme)
    absent = absent_figures(conn, cycle_id, scheme, data)
    for unit, sheet in data.scores(scheme).items():
        # a part of a case counts from zero, whatever an open method makes of a figure
        score = None if sheet.total is None else max(sheet.total, Decimal(0))
        told = _with_reasons(scheme, explanation(scheme, sheet, packed), absent.get(unit, {}))
        found[int(unit)] = UnitScore(score, False, told)
    return found


def _with_reasons(
    scheme: Scheme, told: dict[str, Any], lacking: dict[str, Sentence]
) -> dict[str, object]:
    """The explanation with what each figure that is out of the scores waits for."""
    for row in told["rows"]:
        why = reasons(scheme.indicators[row["indicator"]], scheme, lacking)
        if why:
            row["absent"] = [packed(one) for one in why]
    return told


def scoresheets(conn: sa.Connection, cycle_id: int, scheme: Scheme) -> dict[int, Scoresheet]:
    """Unit id -> scoresheet over verified values, for units of classes that have indicators."""
    scored = unit_figures(conn, cycle_id, scheme).scores(scheme)
    return {int(unit): sheet for unit, sheet in scored.items()}


def terms_of(
    conn: sa.Connection, places: Mapping[int, int], year: int
) -> dict[int, tuple[Term, ...]]:
    """Person -> the units he served in the year, for those who changed units; from the transfers
    entered with their document. ``places``: person -> the unit of his case."""
    rows = conn.execute(
        sa.select(SubjectEvent.person_id, SubjectEvent.from_unit_id, SubjectEvent.happened_on)
        .where(
            SubjectEvent.person_id.in_(places),
            SubjectEvent.from_unit_id.is_not(None),
            SubjectEvent.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(SubjectEvent.happened_on, SubjectEvent.id)
    )
    left: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for person, unit, day in rows:
        if person is not None and unit is not None:
            left[person].append((unit, day))
    return {person: served(before, places[person]) for person, before in left.items()}


def names_of(conn: sa.Connection, units: Collection[int]) -> dict[int, str]:
    """Unit id -> name."""
    if not units:
        return {}
    return {u: n for u, n in conn.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(units)))}


def satisfaction(conn: sa.Connection, cycle_id: int) -> dict[int, Decimal | None]:
    """Unit id -> people's satisfaction, 0 to 100, as imported with its survey."""
    rows = conn.execute(
        sa.select(UnitResult.unit_id, UnitResult.score).where(
            UnitResult.cycle_id == cycle_id, UnitResult.kind == "satisfaction"
        )
    )
    return {unit: _decimal(score) for unit, score in rows}


def ballot_scores(
    conn: sa.Connection, cases: Collection[Any], scheme: Scheme
) -> dict[int, BallotScore]:
    """Case id -> ballot score (F1 and F2, or F3 where the scheme has bands), for cases that were
    counted. Several meetings may have rated a case, each with its electorates; the leader in charge
    speaks by name. Sheets that are not the grading ones never come in here (M10)."""
    tallies = counts_of(conn, [c.id for c in cases])
    if scheme.ballot.named:
        for one in signed_on(conn, list(tallies)):  # a view by name alone is no ballot score
            given = tallies[one.case_id][one.electorate]
            given[one.option] = given.get(one.option, 0) + 1
    return {
        case.id: _ballot(case, tallies[case.id], scheme) for case in cases if case.id in tallies
    }


def _ballot(case: Any, groups: Mapping[str, Mapping[str, int]], scheme: Scheme) -> BallotScore:
    options = scheme.ballot.sheets[CaseKind(case.kind)].options
    known = {o.code for o in options}
    weights = scheme.ballot.weights[position_of(case)]
    merged: list[Tally] = []
    for name, counts in groups.items():
        marks = {code: n for code, n in counts.items() if code in known}
        blank = counts.get(BLANK, 0)
        merged.append(Tally(name, marks, blank, sum(marks.values()) + blank))
    none = Fraction(0)
    joint = {t.group: sum((weights.get(g, none) for g in t.group.split("+")), none) for t in merged}
    left = {g: w for g, w in weights.items() if not any(g in t.group.split("+") for t in merged)}
    titles = {name: title_of_group(scheme, name) for name in (*joint, *left)}
    score = ballot_score(merged, options, {**joint, **left}, titles)
    bands = scheme.ballot.sheets[CaseKind(case.kind)].bands
    if not bands or score.score is None:
        return score
    points = banded(rates(merged, options, CaseKind(case.kind), scheme.ballot.rate_base), bands)
    flags = (*score.flags, m("按得票率分档计分"))
    return replace(score, score=None if points is None else stored(points), flags=flags)


def title_of_group(scheme: Scheme, name: str) -> Title:
    """What an electorate is called; a merged one (``A+B``) by all its parts."""
    titles = dict(scheme.ballot.groups)
    found = [titles.get(code, Title(code)) for code in name.split("+")]
    return Title("、".join(t.zh for t in found), ", ".join(t.en for t in found))


def is_signed(scheme: Scheme, name: str, ballots: int) -> bool:
    """Whether a line of so many ballots gives views by name: the leader in charge, and a group of
    fewer than k that the scheme has counted apart. Without a name it would be merged (B24)."""
    one = scheme.ballot.electorates.get(name)
    small = one is not None and one.when_small == "signed" and 0 < ballots < smallest(scheme)
    return small or (one is not None and one.named)


def position_of(case: Any) -> str:
    """Which share and weight row a case takes: chief, deputy, other or body."""
    return "body" if case.kind == CaseKind.BODY else str(case.post_rank or "other")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def told_unit(sheet: Mapping[str, Any] | None) -> dict[str, Any]:
    """A stored sheet with its titles and remarks as they are said; {} without one."""
    if not sheet:
        return {}
    rows = [
        {
            **row,
            "title": unpacked(row["title"]),
            "remark": unpacked(row["remark"]),
            "unadded": unpacked(row.get("unadded")),
            "absent": [unpacked(one) for one in row.get("absent", ())],
            "steps": _told_steps(row),
        }
        for row in sheet.get("rows", ())
    ]
    groups = [
        {
            **group,
            "title": unpacked(group["title"]),
            "remark": unpacked(group["remark"]),
            "steps": _told_steps(group),
        }
        for group in sheet.get("groups", ())
    ]
    whole = sheet.get("whole", {"steps": ()})
    whole = {**whole, "steps": _told_steps(whole)}
    flags = unpacked(sheet.get("flags", ()))
    return {**sheet, "rows": rows, "groups": groups, "whole": whole, "flags": flags}


def _told_steps(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**step, "title": unpacked(step["title"])} for step in row["steps"]]
