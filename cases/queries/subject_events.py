"""What the rules make of recorded facts: bars, sanctions, investigations, special situations.

``SubjectEvent.kind`` is one word: a sanction code, ``under_investigation``, a situation of the
participation table, or a kind of fact that bars read. This room sorts the rows; the rules stand in
``cases.scoring.grading`` and the scheme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import SubjectEvent
from cases.queries.sentences import packed, unpacked
from cases.scoring.grading import bars, participation, sanctions
from cases.scoring.grading.sanctions import Investigation, SanctionEvent
from cases.scoring.items import ItemEntry
from cases.scoring.red_lines import caps_of_items
from cases.scoring.rule_shapes import SanctionRule
from cases.scoring.shapes import RedLine, Scheme
from workflow.vocabulary import (
    GRADES,
    BarEffect,
    CaseKind,
    ConclusionCode,
    Grade,
    PostRank,
    Track,
)
from workflow.words import Sentence, m


@dataclass(slots=True)
class Record:
    """The events of one subject, sorted by what reads them."""

    facts: list[bars.Fact] = field(default_factory=list)
    sanctions: list[SanctionEvent] = field(default_factory=list)
    investigations: list[Investigation] = field(default_factory=list)
    situations: list[participation.Situation] = field(default_factory=list)


def records_of(
    conn: sa.Connection, people: Collection[int], units: Collection[int], scheme: Scheme
) -> tuple[dict[int, Record], dict[int, Record]]:
    """Records by person id and by unit id; a subject without events is left out."""
    rows = conn.execute(
        sa.select(SubjectEvent)
        .where(SubjectEvent.person_id.in_(people) | SubjectEvent.unit_id.in_(units))
        .order_by(SubjectEvent.happened_on, SubjectEvent.id)
    )
    codes = {rule.event for rule in scheme.rules.sanctions}
    by_person: dict[int, Record] = defaultdict(Record)
    by_unit: dict[int, Record] = defaultdict(Record)
    for row in rows:
        record = by_person[row.person_id] if row.person_id is not None else by_unit[row.unit_id]
        _sort(record, row, codes)
    return dict(by_person), dict(by_unit)


def _sort(record: Record, row: Any, codes: Collection[str]) -> None:
    if row.kind == sanctions.INVESTIGATION:
        record.investigations.append(
            Investigation(row.happened_on, row.ended_on, document=row.document or "")
        )
    elif row.kind in codes:
        record.sanctions.append(
            SanctionEvent(row.kind, row.happened_on, row.days, row.document or "")
        )
    elif row.kind in participation.SITUATIONS:
        record.situations.append(
            participation.Situation(row.kind, row.happened_on, row.ended_on, row.days or 0)
        )
    else:
        record.facts.append(
            bars.Fact(
                row.kind,
                row.happened_on,
                title=row.note or "",
                evidence=(row.document,) if row.document else (),
                attributes={"responsible": "yes" if row.case_related else "no"},
            )
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """Bars of one case as they stand on a day, as plain rows; clauses and notes are packed."""

    rows: tuple[dict[str, Any], ...]
    notes: tuple[Any, ...]
    code: ConclusionCode | None
    under_investigation: bool


NOTHING = Findings((), (), None, False)


def findings(
    scheme: Scheme,
    record: Record | None,
    unit_record: Record | None,
    more: Sequence[bars.Fact],
    *,
    kind: CaseKind,
    track: Track,
    year: int,
    on: date,
) -> Findings:
    """Evaluate all rules for one case. A body's facts are its unit's; a chief answers for both."""
    facts = [*(record.facts if record else ()), *more]
    if kind is CaseKind.BODY and unit_record:
        facts += unit_record.facts
    hits = bars.evaluate(scheme.rules.bars, facts, kind=kind, track=track, year=year, on=on)
    rows = [_bar_row(hit, kind) for hit in hits if hit.in_force]
    notes = [packed(hit.sentence) for hit in hits if not hit.in_force]
    if record is None or kind is CaseKind.BODY:
        return Findings(tuple(rows), tuple(notes), None, False)
    joint = sanctions.combined(
        record.sanctions,
        year,
        on=on,
        investigations=record.investigations,
        rules=scheme.rules.sanctions,
        basis=scheme.sanction_basis,
    )
    for effect in joint.effects:
        if effect.effect is not BarEffect.NONE:
            rows.append(_sanction_row(effect))
    late = sanctions.after_year(record.sanctions, year, on)
    notes += [packed(_told_late(one, scheme.rules.sanctions)) for one in late]
    return Findings(tuple(rows), tuple(notes), joint.code, joint.under_investigation)


def _told_late(event: sanctions.SanctionEvent, rules: Iterable[SanctionRule]) -> Sentence:
    title = next((rule.title for rule in rules if rule.event == event.kind), event.kind)
    day = event.decided_on
    return m("%(title)s（%(day)s）:发生在考核年度之后,由会议研究", title=title, day=day)


def _bar_row(hit: bars.BarHit, kind: CaseKind) -> dict[str, Any]:
    cap = hit.rule.body_ceiling if kind is CaseKind.BODY else None
    return {
        **({} if cap is None else {"cap": cap.value}),
        "code": hit.rule.code,
        "effect": hit.rule.effect.value,
        "clause": packed(hit.sentence),
        "source": f"{hit.source}",
    }


def red_lines(
    scheme: Scheme,
    sheet: Mapping[str, Any] | None,
    entries: Iterable[ItemEntry],
    kind: CaseKind,
) -> list[dict[str, Any]]:
    """The red lines that a case's unit crossed, as rows of bars with the best grade they leave.

    ``sheet`` is the unit's score explained, ``entries`` those of the composite. A line whose grade
    is of the other scale is not about this kind of case.
    """
    crossed = [
        (c["code"], Grade(c["cap"]), unpacked(c["reason"])) for c in (sheet or {}).get("caps", ())
    ]
    crossed += [(c.code, c.cap, c.reason) for c in caps_of_items(scheme, entries)]
    return [
        _red_line(scheme.red_lines[code], cap, reason)
        for code, cap, reason in crossed
        if cap in GRADES[kind] and cap is not Grade.EXCELLENT
    ]


def _red_line(line: RedLine, cap: Grade, reason: Any) -> dict[str, Any]:
    said = m("触及底线“%(title)s”:%(reason)s", title=line.title, reason=reason)
    return {
        "code": line.code,
        "effect": BarEffect.NO_EXCELLENT.value,
        "cap": cap.value,
        "clause": packed(said),
        "source": line.source,
    }


def _sanction_row(effect: sanctions.GradeEffect) -> dict[str, Any]:
    day = effect.event.decided_on
    return {
        "code": effect.event.kind,
        "effect": effect.effect.value,
        "clause": packed(m("%(title)s（%(day)s）", title=effect.rule.title, day=day)),
        "source": f"{effect.rule.source}",
    }


def told_bars(rows: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Stored rows with their clauses as sentences, for a page or a paper."""
    return [{**row, "clause": unpacked(row.get("clause", ""))} for row in rows or ()]


def weak_body(grade: Any, rank: str | None, year: int) -> tuple[bars.Fact, ...]:
    """The fact that the body was graded 一般 or 较差, for its members."""
    return bars.weak_body_fact(grade, str(rank or PostRank.OTHER), year)
