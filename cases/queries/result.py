"""考核结果 as the person may see it: grade, problems, own rates, by the scheme's feedback scope.

Rank, seats, other people and single leaders' views are never in it (M18). Own rates
come through the disclosure rule for the subject alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.disclosure import Disclosure, Scope
from cases.models import (
    Case,
    Cycle,
    Decision,
    Meeting,
    MeetingUnit,
    Review,
    Statement,
    Synthesis,
    Tally,
)
from cases.queries.calendar import working_days
from cases.queries.scheme import scheme_of_cycle
from cases.queries.tally import disclosures
from cases.queries.visibility import visible
from cases.scoring.ballots import Rates, rates
from cases.scoring.ballots import Tally as GroupTally
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.timetable import StatutoryClocks, statutory_clocks, working_days_between
from workflow.vocabulary import (
    CaseKind,
    FeedbackScope,
    Grade,
    Permission,
    ReviewKind,
    ReviewState,
    SignState,
)

WIDER = (FeedbackScope.OWN_RATES, FeedbackScope.ITEMS)
OPEN_REVIEWS = (ReviewState.FILED, ReviewState.ACCEPTED)
ANSWERED = (ReviewState.UPHELD, ReviewState.REJECTED)


@dataclass(frozen=True, slots=True)
class OwnRates:
    """Own ballots on lines of at least 2k, and in total; ``withheld`` stands for the rest."""

    total: Rates | None
    lines: Sequence[tuple[tuple[str, ...], int, Rates]]
    withheld: Any


@dataclass(frozen=True, slots=True)
class Result:
    """A told result with what the person may do about it until when."""

    case: Any
    cycle_ref: str
    decision: Any
    earlier: Sequence[Any]
    grade: Grade | None
    scope: FeedbackScope
    problems: str | None
    rates: OwnRates | None
    statement: Any
    statement_left: int
    clocks: StatutoryClocks
    reviews: Sequence[Any]
    reviewable: bool

    @property
    def open_review(self) -> Any:
        """The review under way, or None."""
        return next((r for r in self.reviews if r.state in OPEN_REVIEWS), None)

    @property
    def answered(self) -> Any:
        """The newest review that did not change the result: an appeal may follow it."""
        found = [r for r in self.reviews if r.kind == ReviewKind.REVIEW and r.state in ANSWERED]
        return found[-1] if found else None


def result_of(conn: sa.Connection, case: Any, on: date) -> Result | None:
    """The result of a case as its subject sees it; None before notice."""
    decisions = conn.execute(
        sa.select(Decision)
        .where(Decision.case_id == case.id, Decision.notified_on.is_not(None))
        .order_by(Decision.number)
    ).all()
    if not decisions:
        return None
    scheme = scheme_of_cycle(conn, case.cycle_id)
    scope = FeedbackScope(scheme.feedback.scope) if scheme else FeedbackScope.GRADE
    statement = conn.execute(sa.select(Statement).where(Statement.case_id == case.id)).first()
    reviews = conn.execute(
        sa.select(Review).where(Review.case_id == case.id).order_by(Review.id)
    ).all()
    last = decisions[-1]
    grade = Grade(last.grade) if last.grade else None
    open_to = {Grade.INCOMPETENT, *(scheme.feedback.review_grades if scheme else ())}
    return Result(
        case=case,
        cycle_ref=conn.execute(sa.select(Cycle.ref).where(Cycle.id == case.cycle_id)).scalar_one(),
        decision=last,
        earlier=decisions[:-1],
        grade=grade,
        scope=scope,
        problems=_problems(conn, case) if scope is not FeedbackScope.GRADE else None,
        rates=_own_rates(conn, case, scheme) if scheme and scope in WIDER else None,
        statement=statement,
        statement_left=_left(conn, on, statement),
        clocks=_clocks(last, reviews),
        reviews=reviews,
        reviewable=case.person_id is not None and grade in open_to,
    )


def _problems(conn: sa.Connection, case: Any) -> str:
    found = conn.execute(
        sa.select(Synthesis.shortcomings).where(Synthesis.case_id == case.id)
    ).scalar()
    return found or ""


def _left(conn: sa.Connection, on: date, statement: Any) -> int:
    if statement is None or statement.due_on is None:
        return 0
    return working_days_between(on, statement.due_on, working_days(conn))


def _clocks(decision: Any, reviews: Sequence[Any]) -> StatutoryClocks:
    first = next((r for r in reviews if r.kind == ReviewKind.REVIEW), None)
    return statutory_clocks(
        known_on=decision.notified_on,
        review_received_on=first.filed_on if first else None,
        review_decision_on=first.decided_on if first else None,
    )


def _own_rates(conn: sa.Connection, case: Any, scheme: Scheme) -> OwnRates | None:
    meeting = conn.execute(
        sa.select(Meeting)
        .join(Tally, Tally.meeting_id == Meeting.id)
        .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
        .where(
            Meeting.cycle_id == case.cycle_id,
            MeetingUnit.unit_id == case.unit_id,
            MeetingUnit.rates.is_(None),
        )
        .order_by(Meeting.id.desc())
        .limit(1)
    ).first()
    found = disclosures(conn, meeting, Scope.SUBJECT).get(case.id) if meeting else None
    return _shown(found[1], scheme, CaseKind(case.kind)) if found else None


def _shown(given: Disclosure, scheme: Scheme, kind: CaseKind) -> OwnRates:
    titles = {code: str(title) for code, title in scheme.ballot.groups}

    def of(figure: Any) -> Rates:
        one = GroupTally("", dict(figure.options), figure.blank, figure.ballots)
        options = scheme.ballot.sheets[kind].options
        return rates([one], options, kind, scheme.ballot.rate_base)

    return OwnRates(
        of(given.total) if given.total else None,
        [
            (tuple(titles.get(g, g) for g in line.groups), line.ballots, of(line))
            for line in given.lines
        ],
        given.withheld,
    )


def own_results(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Cases of the person that were told, newest cycle first."""
    return list(
        conn.execute(
            sa.select(Case, Cycle.title.label("cycle"), Cycle.year)
            .join(Cycle, Cycle.id == Case.cycle_id)
            .where(Case.person_id == actor.person_id, visible(conn, actor, Permission.OWN_READ))
            .order_by(Cycle.year.desc(), Case.id.desc())
        )
    )


def in_time(review_by: date | None, on: date) -> bool:
    """Whether a statutory last day has not passed."""
    return review_by is not None and on <= review_by


def days_left(day: date, on: date) -> int:
    """Calendar days to a statutory last day."""
    return (day - on) // timedelta(days=1)


def signatures_of(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Told results whose signature is not settled, official order; pending ones with their day."""
    return list(
        conn.execute(
            sa.select(Case, Statement.sign_state, Statement.due_on.label("sign_due"),
                      Statement.reason, Statement.review_on)
            .join(Statement, Statement.case_id == Case.id)
            .where(
                visible(conn, actor, Permission.SIGNATURE_RECORD),
                Statement.sign_state.in_([SignState.NONE, SignState.PENDING]),
            )
            .order_by(Case.sort_key, Case.id)
        )
    )  # fmt: skip
