"""综合研判: what the arithmetic suggests, what a person writes, and the leader's comment.

A computation never moves a case and never sets a grade; it fills in the suggestion and the bars
found on the day. Nothing here is capped by the quota: the board warns, people decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.clock import date_of
from cases.commands.analysis import record_result
from cases.commands.rights import require, require_for_cycle
from cases.errors import Invalid, Refused
from cases.journal import Draft, append_many
from cases.journal.kept import written
from cases.models import Case, Cycle, LeaderComment, Synthesis
from cases.queries.committee_review import COMMENTED_IN
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import (
    ballot_scores,
    is_signed,
    names_of,
    position_of,
    satisfaction,
    terms_of,
    title_of_group,
    unit_scores,
)
from cases.queries.sentences import packed
from cases.queries.subject_events import Record, findings, records_of, red_lines, weak_body
from cases.queries.unit_items import entries_of
from cases.scoring.compose import Composite, compose, suggest_for
from cases.scoring.grading import bars
from cases.scoring.months import MonthsScore, months_of, weighted
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.vocabulary import GRADES, CaseKind, Grade, Permission, State, Track
from workflow.words import m

SUGGESTED_IN = (
    State.COLLECTING,
    State.EVALUATING,
    State.SYNTHESISING,
    State.PROPOSED,
    State.DECIDING,
    State.DECIDED,
    State.IN_PUBLICITY,
    State.NOTIFIED,
    State.APPLYING,
    State.CLOSED,
    State.ARCHIVED,
)
COMMENT_CHARS = 800


def compute(
    conn: sa.Connection, cycle_id: int, case_ids: Collection[int], *, actor: Actor, at: datetime
) -> int:
    """Compute score sheets, bars and suggestions of these cases as of ``at``; returns how many.

    Raises Refused for a cycle without a scheme. Cases of other cycles are left out.
    """
    of_cycle = sa.select(Case.id).where(Case.cycle_id == cycle_id, Case.id.in_(case_ids))
    conn.execute(of_cycle.order_by(Case.id).with_for_update(key_share=True)).all()
    rows = computed(conn, cycle_id, case_ids, at=at)  # a figure final meanwhile is in it
    if not rows:
        return 0
    _store(conn, rows, at)
    append_many(conn, [_computed(row, actor, at) for row in rows])
    record_result(conn, cycle_id, actor=actor, at=at)
    return len(rows)


def computed(
    conn: sa.Connection, cycle_id: int, case_ids: Collection[int], *, at: datetime
) -> list[dict[str, Any]]:
    """What ``compute`` would store (``case_id``, ``ref``, ``grade``, ``values``); writes nothing.

    Raises Refused for a cycle without a scheme.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        raise Refused([m("考核年度还没有选定方案")])
    year = conn.execute(sa.select(Cycle.year).where(Cycle.id == cycle_id)).scalar_one()
    cases = conn.execute(
        sa.select(Case)
        .where(Case.cycle_id == cycle_id, Case.id.in_(case_ids), Case.state.in_(SUGGESTED_IN))
        .order_by(Case.id)
    ).all()
    if not cases:
        return []
    inputs = _Inputs(conn, cycle_id, cases, scheme, year, date_of(at))
    return [_row(case, inputs, at) for case in cases]


def may_compute(conn: sa.Connection, cycle_id: int, *, actor: Actor) -> None:
    """Raise NotVisible or Refused unless the actor manages the cycle."""
    require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, actor)


class _Inputs:
    """Everything the computation reads, in a fixed number of queries."""

    def __init__(
        self,
        conn: sa.Connection,
        cycle_id: int,
        cases: Sequence[Any],
        scheme: Scheme,
        year: int,
        on: date,
    ) -> None:
        self.scheme, self.year, self.on = scheme, year, on
        self.units = unit_scores(conn, cycle_id, scheme)
        self.satisfaction = satisfaction(conn, cycle_id)
        self.ballots = ballot_scores(conn, cases, scheme)
        self.entries = entries_of(conn, cycle_id, scheme)["composite"]
        people = [c.person_id for c in cases if c.person_id is not None]
        units = {c.unit_id for c in cases}
        self.people, self.unit_records = records_of(conn, people, units, scheme)
        bodies = conn.execute(
            sa.select(Case.unit_id, Case.decided_grade, Case.proposed_grade).where(
                Case.cycle_id == cycle_id, Case.kind == CaseKind.BODY
            )
        )
        self.body_grades = {unit: decided or proposed for unit, decided, proposed in bodies}
        by_months = scheme.transfer == "months"
        places = {c.person_id: c.unit_id for c in cases if c.person_id is not None}
        self.terms = terms_of(conn, places, year) if by_months else {}
        self.names = names_of(conn, {t.unit for terms in self.terms.values() for t in terms})

    def by_months(self, case: Any) -> MonthsScore | None:
        """The result of a cadre who changed units, weighted by months where the scheme says so."""
        terms = self.terms.get(case.person_id, ())
        months = months_of(terms, self.year)
        if len(months) < 2:
            return None
        return weighted(months, {unit: self.score_of(unit) for unit in months})

    def score_of(self, unit_id: int) -> Decimal | None:
        unit = self.units.get(unit_id)
        return unit.score if unit else None


def _row(case: Any, inputs: _Inputs, at: datetime) -> dict[str, Any]:
    months = inputs.by_months(case)
    result = months.score if months else inputs.score_of(case.unit_id)
    composite = _composite(case, inputs, result)
    kind, track = CaseKind(case.kind), Track(case.track)
    found = findings(
        inputs.scheme,
        _record(case, inputs),
        inputs.unit_records.get(case.unit_id),
        _more_facts(case, inputs, result),
        kind=kind,
        track=track,
        year=inputs.year,
        on=inputs.on,
    )
    unit = inputs.units.get(case.unit_id)
    ballot = inputs.ballots.get(case.id)
    suggestion = suggest_for(inputs.scheme, kind, composite)
    entries = inputs.entries.get(case.unit_id, ())
    crossed = red_lines(inputs.scheme, unit.sheet if unit else None, entries, kind)
    return {
        "case_id": case.id,
        "ref": case.ref,
        "grade": suggestion.grade,
        "values": {
            "indicator_score": _text(result),
            "ballot_score": _text(ballot.score if ballot else None),
            "composite": _text(composite.score),
            "scoresheet": {
                **_sheet(composite, unit, ballot, packed(suggestion.reason), inputs.scheme),
                "months": _months(months, inputs.names),
            },
            "bars": [*found.rows, *crossed],
            "flags": [*map(packed, composite.flags), *found.notes],
            "computed_at": at,
        },
    }


def _record(case: Any, inputs: _Inputs) -> Record | None:
    return inputs.people.get(case.person_id) if case.person_id is not None else None


def _composite(case: Any, inputs: _Inputs, result: Decimal | None) -> Composite:
    position = position_of(case)
    unit = inputs.units.get(case.unit_id)
    ballot = inputs.ballots.get(case.id)
    scores = {
        "indicators": result,
        "ballot": ballot.score if ballot else None,
        "satisfaction": inputs.satisfaction.get(case.unit_id),
    }
    known = {part: s for part, s in scores.items() if part in inputs.scheme.shares[position]}
    entries = inputs.entries.get(case.unit_id, ())
    return compose(inputs.scheme, position, known, entries, own_result=bool(unit and unit.own))


def _months(months: MonthsScore | None, names: Mapping[int, str]) -> dict[str, Any] | None:
    """The arithmetic of months-weighting as it is kept with the sheet."""
    if months is None:
        return None
    return {
        "rows": [
            {"unit": names.get(row.unit, ""), "months": row.months, "score": _text(row.score)}
            for row in months.rows
        ],
        "formula": months.formula,
        "score": _text(months.score),
    }


def _more_facts(case: Any, inputs: _Inputs, result: Decimal | None) -> tuple[bars.Fact, ...]:
    """Facts that follow from results: none or too low a result, a weak body."""
    facts: tuple[bars.Fact, ...] = ()
    if case.track != Track.CIVIL_SERVANT:
        facts += bars.result_facts(result, inputs.scheme.hqd_minimum, inputs.year)
    if case.kind == CaseKind.CADRE:
        body = inputs.body_grades.get(case.unit_id)
        facts += weak_body(Grade(body) if body else None, case.post_rank, inputs.year)
    return facts


def _sheet(
    composite: Composite, unit: Any, ballot: Any, reason: Any, scheme: Scheme
) -> dict[str, Any]:
    return {
        "position": composite.position,
        "parts": [
            {
                "part": p.part,
                "score": _text(p.score),
                "share": _text(p.share),
                "effective": _text(p.effective),
                "contribution": _text(p.contribution),
            }
            for p in composite.parts
        ],
        "before_items": _text(composite.before_items),
        "items": [
            {
                "item": i.item,
                "title": packed(scheme.items[i.item].title),
                "entries": i.entries,
                "asked": _text(i.asked),
                "points": _text(i.points),
                "remark": None if i.remark is None else packed(i.remark),
            }
            for i in composite.items
        ],
        "score": _text(composite.score),
        "reason": reason,
        "unit": unit.sheet if unit else None,
        "unit_document": unit.document if unit else "",
        "ballot_groups": [
            {
                "group": g.group,
                "title": packed(title_of_group(scheme, g.group)),
                "signed": is_signed(scheme, g.group, g.valid),
                "score": _text(g.score),
                "weight": _text(g.weight),
                "contribution": _text(g.contribution),
                "valid": g.valid,
            }
            for g in (ballot.groups if ballot else ())
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def _store(conn: sa.Connection, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    ids = [row["case_id"] for row in rows]
    there = set(
        conn.execute(sa.select(Synthesis.case_id).where(Synthesis.case_id.in_(ids))).scalars()
    )
    new = [i for i in ids if i not in there]
    if new:
        blank = {"performance": "", "shortcomings": ""}
        conn.execute(sa.insert(Synthesis), [{"case_id": i, **blank} for i in new])
    conn.execute(
        sa.update(Synthesis)
        .where(Synthesis.case_id == sa.bindparam("b_case"))
        .values({k: sa.bindparam(f"b_{k}") for k in rows[0]["values"]}),
        [
            {"b_case": row["case_id"], **{f"b_{k}": v for k, v in row["values"].items()}}
            for row in rows
        ],
    )
    conn.execute(
        sa.update(Case)
        .where(Case.id == sa.bindparam("b_case"))
        .values(suggested_grade=sa.bindparam("b_grade")),
        [{"b_case": row["case_id"], "b_grade": row["grade"]} for row in rows],
    )


def _computed(row: dict[str, Any], actor: Actor, at: datetime) -> Draft:
    values = row["values"]
    return Draft(
        subject="synthesis",
        subject_id=row["case_id"],
        case_id=row["case_id"],
        action="compute_suggestion",
        at=at,
        payload={
            "composite": values["composite"],
            "grade": str(row["grade"]) if row["grade"] else None,
            "bars": [b["code"] for b in values["bars"]],
            **written("suggestion", [{"case_id": row["case_id"], **values}]),
        },
    ).by(actor)


def write_synthesis(
    conn: sa.Connection,
    case: Any,
    *,
    performance: str,
    shortcomings: str,
    grade_opinion: Grade | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Record main performance, main shortcomings and the opinion on the grade (M7).

    Raises Refused without the right, Invalid for a grade of the other scale or an empty text.
    """
    require(conn, case, Permission.PROPOSE_GRADE, actor)
    held = sa.select(Case.id).where(Case.id == case.id)
    conn.execute(held.with_for_update(key_share=True)).all()  # a computation writes the same row
    errors = {}
    if not performance.strip():
        errors["performance"] = m("请写主要表现")
    if not shortcomings.strip():
        errors["shortcomings"] = m("请写主要不足")
    if grade_opinion is not None and grade_opinion not in GRADES[CaseKind(case.kind)]:
        errors["grade_opinion"] = m("“%(grade)s”不适用于这一考核对象", grade=grade_opinion)
    if errors:
        raise Invalid(errors)
    values = {
        "performance": performance.strip(),
        "shortcomings": shortcomings.strip(),
        "grade_opinion": grade_opinion,
        "written_by": actor.person_id,
        "written_at": at,
    }
    mine = Synthesis.case_id == case.id
    if not conn.execute(sa.update(Synthesis).where(mine).values(**values)).rowcount:
        conn.execute(sa.insert(Synthesis).values(case_id=case.id, **values))
    kept = written("synthesis", [{"case_id": case.id, **values}])
    _note(conn, case, "write_synthesis", actor, at, {"grade": grade_opinion}, kept)


def write_comment(
    conn: sa.Connection, case: Any, *, text: str, grade: Grade | None, actor: Actor, at: datetime
) -> None:
    """The comment and suggested grade of the one who comments; writing again replaces it.

    Raises Refused without the right or after the proposal, Invalid for an empty or overlong text.
    """
    require(conn, case, Permission.COMMENT_WRITE, actor)
    if case.state not in COMMENTED_IN:
        raise Refused([m("等次建议已经提出,评语不再修改")], case.ref)
    if not text.strip():
        raise Invalid({"text": m("请写评语")})
    if len(text) > COMMENT_CHARS:
        raise Invalid({"text": m("评语最多 %(n)s 个字", n=COMMENT_CHARS)})
    conn.execute(sa.delete(LeaderComment).where(LeaderComment.case_id == case.id))
    conn.execute(
        sa.insert(LeaderComment).values(
            case_id=case.id,
            text=text.strip(),
            grade=grade,
            person_id=actor.person_id,
            written_at=at,
        )
    )
    _note(conn, case, "write_comment", actor, at, {"grade": grade})


def _note(
    conn: sa.Connection, case: Any, action: str, actor: Actor, at: datetime,
    payload: dict[str, Any], kept: Mapping[str, Any] = MappingProxyType({}),
) -> None:  # fmt: skip
    said = {k: str(v) for k, v in payload.items() if v is not None}
    journal.note(conn, "case", case.id, action, {**said, **kept}, actor, at, case_id=case.id)
