"""What a decision or an exclusion comes to: the outcome, the grade and the national code.

Read twice: when the move is recorded, and when the journal is read again beside what stands now.
"""

from dataclasses import dataclass

from workflow.grade_guards import grade_of, outcome_of
from workflow.grammar import Payload
from workflow.vocabulary import (
    Action,
    CaseKind,
    ConclusionCode,
    Grade,
    Outcome,
    ParticipationReason,
    StaffKind,
    UngradedReason,
    conclusion_code,
)

REGRADING = frozenset({Action.REGRADE, Action.CORRECT_GRADE})
UNGRADED_CODES = {
    UngradedReason.PROBATION: ConclusionCode.PROBATION,
    UngradedReason.INVESTIGATION: ConclusionCode.INVESTIGATION,
    UngradedReason.SANCTION: ConclusionCode.SANCTION,
}
EXCLUSION_CODES = {ParticipationReason.LONG_LEAVE.value: ConclusionCode.LONG_LEAVE}
"""The national code of a reason for not being assessed; others are plainly 6."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The three words a case bears of its decision."""

    outcome: Outcome
    grade: Grade | None
    code: str


def decided(kind: CaseKind, action: Action, payload: Payload) -> Conclusion:
    """What a grade-setting move with this payload leaves on the case."""
    outcome = outcome_of(payload) or Outcome.UNGRADED
    if action in REGRADING and outcome is Outcome.GRADED:
        outcome = Outcome.REGRADED
    return Conclusion(outcome, grade_of(payload), _code(kind, payload))


def _code(kind: CaseKind, payload: Payload) -> str:
    """The national code of a person's conclusion; a body's is its grade."""
    grade = grade_of(payload)
    if grade is None:
        reason = payload.get("ungraded_reason")
        known = UngradedReason(str(reason)) if reason else UngradedReason.OTHER
        return UNGRADED_CODES.get(known, ConclusionCode.UNGRADED).value
    if kind is CaseKind.BODY:
        return grade.value
    return conclusion_code(grade, StaffKind.CIVIL_SERVANT).value


def excluded(payload: Payload) -> str:
    """The national code of an exclusion: the one given, or the one of its reason."""
    reason = str(payload["participation_reason"])
    given = payload.get("conclusion") or EXCLUSION_CODES.get(reason, ConclusionCode.NOT_ASSESSED)
    return str(given)
