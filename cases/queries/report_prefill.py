"""What the office already holds about the writer of a report: shown above the text, never counted.

Data that are asked for twice are a burden; each line says its source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import Assignment, Cycle, DataSheet, IndicatorValue, PastResult, Post, Unit
from cases.scoring.shapes import Scheme
from workflow.vocabulary import CaseKind, ConclusionCode, Grade, ValueState, Word
from workflow.words import Sentence, m

MAIN_FIGURES = 6


@dataclass(frozen=True, slots=True)
class Held:
    """One thing the office holds, with where it comes from."""

    label: Sentence | str
    value: Sentence | str
    source: Sentence | str = ""


@dataclass(frozen=True, slots=True)
class Prefill:
    """About the writer, and the unit's main figures (only verified or frozen ones)."""

    person: tuple[Held, ...]
    figures: tuple[Held, ...]


def prefill_of(conn: sa.Connection, case: Any, scheme: Scheme) -> Prefill:
    """What is held for a row of ``cases``: four queries."""
    return Prefill(tuple(_person(conn, case)), tuple(_figures(conn, case, scheme)))


def _person(conn: sa.Connection, case: Any) -> Iterable[Held]:
    roster = m("考核对象名册")
    if case.kind == CaseKind.CADRE:
        row = conn.execute(
            sa.select(Assignment.duties, Assignment.held_since)
            .join(Post, Post.id == Assignment.post_id)
            .where(
                Assignment.person_id == case.person_id,
                Assignment.is_primary,
            )
        ).first()
        yield Held(m("现任职务"), f"{case.unit_name}{case.subject_post or ''}", roster)
        if row is not None and row.held_since:
            yield Held(m("任现职时间"), str(row.held_since), roster)
        if row is not None and row.duties:
            yield Held(m("分工"), str(row.duties), roster)
    yield from _last_year(conn, case)


def _last_year(conn: sa.Connection, case: Any) -> Iterable[Held]:
    year = conn.execute(sa.select(Cycle.year).where(Cycle.id == case.cycle_id)).scalar_one() - 1
    mine = (
        PastResult.person_id == case.person_id
        if case.kind == CaseKind.CADRE
        else sa.and_(PastResult.unit_id == case.body_unit_id, PastResult.person_id.is_(None))
    )
    row = conn.execute(
        sa.select(PastResult.conclusion, PastResult.document).where(PastResult.year == year, mine)
    ).first()
    if row is not None:
        label = m("%(year)s 年度考核结果", year=str(year))
        yield Held(label, _word(row.conclusion), row.document or m("历年考核结果"))


def _word(value: str) -> str:
    """The word behind a stored conclusion, which speaks both languages."""
    kinds: tuple[type[Word], ...] = (Grade, ConclusionCode)
    for kind in kinds:
        if value in {w.value for w in kind}:
            return kind(value)
    return value


def _figures(conn: sa.Connection, case: Any, scheme: Scheme) -> Iterable[Held]:
    rows = conn.execute(
        sa.select(
            IndicatorValue.indicator,
            IndicatorValue.value,
            IndicatorValue.measure_unit,
            IndicatorValue.state,
            Unit.name,
        )
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .outerjoin(Unit, Unit.id == IndicatorValue.provider_unit_id)
        .where(
            DataSheet.cycle_id == case.cycle_id,
            DataSheet.unit_id == case.unit_id,
            IndicatorValue.state.in_([ValueState.VERIFIED.value, ValueState.FROZEN.value]),
            IndicatorValue.value.is_not(None),
            sa.not_(IndicatorValue.superseded),
        )
    )
    held = {row.indicator: row for row in rows}
    shown = [code for code in scheme.indicators if code in held][:MAIN_FIGURES]
    for code in shown:
        row, one = held[code], scheme.indicators[code]
        unit = row.measure_unit or one.unit or ""
        source = m("%(unit)s,%(state)s", unit=row.name or one.provider, state=ValueState(row.state))
        yield Held(one.title, f"{row.value}{' ' if unit and unit != '%' else ''}{unit}", source)
