"""A telephone survey and a questionnaire about one indicator as one score (6:4 unless the scheme
says otherwise): unit by unit, with its sum.

Each part is a survey's own score, after canvassing. Several of one kind count alike. Where a unit
has only one of the two, that one stands for the whole, and the sum says so (F2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Survey
from cases.queries.meeting import current_cycle
from cases.queries.scheme import scheme_of_cycle
from cases.queries.survey_desk import providing
from cases.queries.surveys import survey_view
from cases.scoring.exact import plain, shown, stored
from cases.scoring.rule_shapes import Title
from cases.scoring.surveys import combined
from workflow.permissions import Actor
from workflow.rules import fact
from workflow.vocabulary import Permission, SurveyMode
from workflow.words import Sentence, m

TELEPHONE = (SurveyMode.TELEPHONE,)
QUESTIONNAIRE = (SurveyMode.CODES, SurveyMode.OPEN, SurveyMode.VISIT)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of survey in the combination: its share and the surveys it is taken from."""

    title: Sentence
    share: Fraction
    surveys: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class UnitCombined:
    """A unit's scores by part and what they make; ``used`` is None where neither has one."""

    unit_id: int
    name: str
    scores: tuple[Fraction | None, Fraction | None]
    used: Fraction | None
    arithmetic: Sentence

    @property
    def shown(self) -> tuple[Decimal | None, ...]:
        """Telephone, questionnaire and combined score as they are printed."""
        return tuple(None if one is None else stored(one) for one in (*self.scores, self.used))


@dataclass(frozen=True, slots=True)
class Combination:
    """The two parts of an indicator and what every unit gets."""

    cycle_id: int
    indicator: str
    title: Title
    parts: tuple[Part, Part]
    units: tuple[UnitCombined, ...]

    @property
    def surveys(self) -> tuple[Any, ...]:
        """All surveys in it, the telephone ones first."""
        return (*self.parts[0].surveys, *self.parts[1].surveys)


def both_kinds(rows: Sequence[Any]) -> frozenset[str]:
    """Indicators that these surveys ask about by telephone and by questionnaire."""
    kinds: dict[str, set[bool]] = defaultdict(set)
    for row in rows:
        if row.indicator is not None and row.mode in (*TELEPHONE, *QUESTIONNAIRE):
            kinds[row.indicator].add(row.mode in TELEPHONE)
    return frozenset(code for code, found in kinds.items() if len(found) == 2)


def load_combined(
    conn: sa.Connection, actor: Actor, permission: Permission, indicator: str, **more: Any
) -> list[Any]:
    """The confirmed surveys of the present cycle about an indicator that the actor's department
    provides. Raises NotVisible unless there are both kinds."""
    cycle = current_cycle(conn)
    rows = conn.execute(
        sa.select(Survey)
        .where(providing(actor), Survey.cycle_id == cycle.id, Survey.indicator == indicator)
        .order_by(Survey.id)
    ).all()
    if indicator not in both_kinds(rows):
        raise NotVisible(f"combined:{indicator}")
    return list(rows)


def combination(conn: sa.Connection, rows: Sequence[Any]) -> Combination:
    """What these surveys of one indicator make together; ``rows`` hold both kinds."""
    first = rows[0]
    scheme = scheme_of_cycle(conn, first.cycle_id)
    share = scheme.surveys.phone_weight if scheme else Fraction(fact("phone_weight").value)
    known = scheme.indicators if scheme else {}
    parts = (
        Part(m("电话调查"), share, tuple(r for r in rows if r.mode in TELEPHONE)),
        Part(m("问卷"), 1 - share, tuple(r for r in rows if r.mode in QUESTIONNAIRE)),
    )
    found: dict[int, tuple[list[Fraction], list[Fraction]]] = {}
    names: dict[int, str] = {}
    for place, part in enumerate(parts):
        for row in part.surveys:
            for unit in survey_view(conn, row).units:
                names[unit.unit_id] = unit.name
                scores = found.setdefault(unit.unit_id, ([], []))
                if unit.score is not None and unit.score.used is not None:
                    scores[place].append(unit.score.used)
    one = known.get(first.indicator)
    title = Title(first.indicator, "") if one is None else one.title
    units = tuple(_unit(unit, names[unit], parts, scores) for unit, scores in found.items())
    return Combination(first.cycle_id, first.indicator, title, parts, units)


def _unit(
    unit: int, name: str, parts: tuple[Part, Part], scores: tuple[list[Fraction], list[Fraction]]
) -> UnitCombined:
    phone, paper = (combined((Fraction(1), one) for one in given) for given in scores)
    used = combined(((parts[0].share, phone), (parts[1].share, paper)))
    return UnitCombined(unit, name, (phone, paper), used, _sum(parts, phone, paper, used))


def _sum(
    parts: tuple[Part, Part], phone: Fraction | None, paper: Fraction | None, used: Fraction | None
) -> Sentence:
    if used is None:
        return m("没有可用的得分")
    if phone is None or paper is None:
        one = parts[0] if paper is None else parts[1]
        return m("只有%(part)s得分,全按 %(score)s 计", part=one.title, score=shown(used))
    return m(
        "%(phone)s × %(a)s%% + %(paper)s × %(b)s%% = %(score)s",
        phone=shown(phone),
        a=plain(parts[0].share * 100),
        paper=shown(paper),
        b=plain(parts[1].share * 100),
        score=shown(used),
    )
