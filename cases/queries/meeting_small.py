"""What the order for small units (M12) asks for now; the office sees it before it is done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from cases.queries.ballot_package import smallest
from cases.queries.meeting_plan import Due, members_due
from cases.queries.scheme import scheme_of_cycle


class Step(StrEnum):
    """What is done with units that have fewer people than k."""

    JOINT = "joint_session"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class SmallStep:
    """One step over one or more small units, in official order; ``members`` are due in all."""

    step: Step
    units: tuple[int, ...]
    names: tuple[str, ...]
    meetings: tuple[int, ...]
    members: int


def small_steps(conn: sa.Connection, cycle_id: int) -> list[SmallStep]:
    """Joint sessions first, then talks. Units whose merged groups reach k aren't small."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return []
    k = smallest(scheme)
    small = [due for due in members_due(conn, cycle_id) if due.members < k]
    joint: list[SmallStep] = []
    if Step.JOINT in scheme.ballot.small_units:
        kinds: dict[str, list[Due]] = defaultdict(list)
        for due in small:
            kinds[due.class_code or ""].append(due)
        together = [some for some in kinds.values() if len(some) > 1]
        joint = [_step(Step.JOINT, some) for some in together if _sum(some) >= k]
    taken = {unit for step in joint for unit in step.units}
    alone = [_step(Step.TALK, [due]) for due in small if due.unit_id not in taken]
    return joint + alone


def _sum(some: list[Due]) -> int:
    return sum(due.members for due in some)


def _step(step: Step, some: list[Due]) -> SmallStep:
    return SmallStep(
        step,
        tuple(due.unit_id for due in some),
        tuple(due.unit_name for due in some),
        tuple(due.meeting_id for due in some),
        _sum(some),
    )
