"""What papers say of an assessed person or body: read once, printed in many places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from cases.documents.context import Person
from cases.errors import NotVisible
from cases.models import (
    Assignment,
    Case,
    Cycle,
    Decision,
    Meeting,
    MeetingSheet,
    PastResult,
    SheetRow,
    Statement,
    Synthesis,
    Unit,
)
from cases.models import Person as PersonRow
from cases.models import Post as PostRow
from cases.queries.public_evaluation import own_meeting
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.shapes import Scheme
from workflow.rules import rule_count
from workflow.vocabulary import CaseKind, ConclusionCode, Grade, MeetingState, Outcome

UNGRADED = "不确定等次"
NOT_ASSESSED = "不进行考核"


def day_of(text: str | None) -> date | None:
    """A day from what rosters hold: 1975-03, 1975-03-12 or 1975; None for anything else."""
    parts = (text or "").replace(".", "-").split("-")
    if not parts[0].isdigit():
        return None
    numbers = [int(p) for p in parts if p.isdigit()] + [1, 1]
    try:
        return date(*numbers[:3])
    except ValueError:
        return None


def month_of(text: str | None) -> str:
    """1975-03 as forms write months; what can't be read stays as written."""
    day = day_of(text)
    return f"{day:%Y.%m}" if day else str(text or "")


def figure(text: str | None) -> str:
    """A stored figure with two decimals; — for none."""
    return "—" if text is None else f"{Decimal(text):.2f}".replace("-", "−")


def result_word(outcome: str | None, grade: str | None) -> str:
    """The result in words: a grade, or that none was set."""
    if grade:
        return Grade(grade).zh
    return UNGRADED if outcome == Outcome.UNGRADED else ""


def conclusion_word(value: str) -> str:
    """A conclusion of an earlier year in words."""
    for kind in (ConclusionCode, Grade):
        if value in {w.value for w in kind}:
            return kind(value).zh
    return value


@dataclass(frozen=True)
class Subject:
    """One case with what its papers need; each part is read when it is asked for."""

    conn: sa.Connection
    case: Any
    year: int
    organ: str
    on: date

    @property
    def head(self) -> dict[str, Any]:
        """What every paper of the case carries."""
        return {
            "year": self.year,
            "organ": self.organ,
            "issued_on": self.on,
            "case_no": self.case.ref,
        }

    @property
    def is_body(self) -> bool:
        """A leading body, not a person."""
        return bool(self.case.kind == CaseKind.BODY)

    @property
    def name(self) -> str:
        """The name as titles write it."""
        return f"{self.case.subject_name}领导班子" if self.is_body else str(self.case.subject_name)

    @property
    def form_track(self) -> str:
        """Which labels the registration form bears."""
        return str(self.case.track)

    @cached_property
    def scheme(self) -> Scheme | None:
        """The frozen scheme of the cycle."""
        return scheme_of_cycle(self.conn, self.case.cycle_id)

    @cached_property
    def unit(self) -> Any:
        """The unit's row, with the organs that manage it."""
        return self.conn.execute(sa.select(Unit).where(Unit.id == self.case.unit_id)).one()

    @cached_property
    def synthesis(self) -> Any:
        """The synthesis' row, or None."""
        return self.conn.execute(
            sa.select(Synthesis).where(Synthesis.case_id == self.case.id)
        ).first()

    @cached_property
    def decisions(self) -> Sequence[Any]:
        """Decisions, oldest first; the last is in force."""
        return self.conn.execute(
            sa.select(Decision).where(Decision.case_id == self.case.id).order_by(Decision.number)
        ).all()

    @property
    def decision(self) -> Any:
        """The decision in force, or None."""
        return self.decisions[-1] if self.decisions else None

    @property
    def result(self) -> str:
        """The result in words; empty before the decision."""
        if self.case.state == "not_assessed":
            return NOT_ASSESSED
        return result_word(self.case.outcome, self.case.decided_grade)

    @cached_property
    def statement(self) -> Any:
        """The person's own opinion and signature, or None."""
        return self.conn.execute(
            sa.select(Statement).where(Statement.case_id == self.case.id)
        ).first()

    @cached_property
    def meeting(self) -> Any:
        """The meeting of the subject's unit, as on its page, else one that rated it; or None."""
        rated = (
            sa.select(MeetingSheet.meeting_id)
            .join(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
            .where(SheetRow.case_id == self.case.id)
        )
        return (
            own_meeting(self.conn, self.case)
            or self.conn.execute(
                sa.select(Meeting)
                .where(Meeting.id.in_(rated), Meeting.state != MeetingState.CANCELLED)
                .order_by(Meeting.id.desc())
            ).first()
        )

    @cached_property
    def past(self) -> tuple[tuple[int, str], ...]:
        """(year, result) of the three years before, newest first; absent years are left out."""
        mine = (
            sa.and_(PastResult.unit_id == self.case.body_unit_id, PastResult.person_id.is_(None))
            if self.is_body
            else PastResult.person_id == self.case.person_id
        )
        rows = self.conn.execute(
            sa.select(PastResult.year, PastResult.conclusion)
            .where(
                mine, PastResult.year.between(self.year - rule_count("past_years"), self.year - 1)
            )
            .order_by(PastResult.year.desc())
        )
        return tuple((year, conclusion_word(value)) for year, value in rows)

    @property
    def past_line(self) -> str:
        """近三年考核结果 on one line; empty where nothing is held."""
        return "，".join(f"{year}年{word}" for year, word in self.past)

    @cached_property
    def person(self) -> Person:
        """The person as forms name him; a body has only its name and unit."""
        case = self.case
        if self.is_body:
            return Person(name=self.name, unit=case.unit_name)
        row = self.conn.execute(sa.select(PersonRow).where(PersonRow.id == case.person_id)).one()
        held = self._held()
        return Person(
            name=case.subject_name,
            gender=row.gender or "",
            born=day_of(row.born),
            politics=row.party or "",
            unit=case.unit_name,
            post=case.subject_post or "",
            post_since=day_of(held.held_since) if held else None,
            duties=(held.duties or "") if held else "",
            birth_month_shown=self._namesakes() > 1,
        )

    def _held(self) -> Any:
        """The primary post, else the one held longest: a paper shows the year, not today."""
        return self.conn.execute(
            sa.select(Assignment.held_since, Assignment.duties)
            .join(PostRow, PostRow.id == Assignment.post_id)
            .where(Assignment.person_id == self.case.person_id)
            .order_by(
                sa.case((PostRow.unit_id == self.case.unit_id, 0), else_=1),
                Assignment.is_primary.desc(),
                Assignment.id,
            )
        ).first()

    def _namesakes(self) -> int:
        return self.conn.execute(
            sa.select(sa.func.count()).where(
                Case.cycle_id == self.case.cycle_id,
                Case.unit_id == self.case.unit_id,
                Case.kind == CaseKind.CADRE,
                Case.subject_name == self.case.subject_name,
            )
        ).scalar_one()


def subject_of(conn: sa.Connection, case_id: int, on: date) -> Subject:
    """The subject of a case, for papers dated ``on``. Raises NotVisible for an unknown case."""
    row = conn.execute(
        sa.select(Case, Cycle.year, Unit.name.label("organ_name"))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.managing_organ_id)
        .where(Case.id == case_id)
    ).first()
    if row is None:
        raise NotVisible(str(case_id))
    return Subject(conn, row, row.year, row.organ_name, on)
