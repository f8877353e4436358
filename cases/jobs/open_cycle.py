"""Opening the cases of a cycle as a job: the cases first, then what opens with them, step by step.

Payload: ``cycle_id``. Every step is a transaction of its own and running it again adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.cycle import OPENING_JOB
from cases.commands.opening import open_cases
from cases.jobs.opening_job import STEPS
from cases.jobs.work import Work
from cases.models import Case
from workflow.permissions import Actor
from workflow.words import m

KIND = OPENING_JOB


def ask(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> int:
    """Enqueue the opening; returns the job's id."""
    return jobs.enqueue(conn, KIND, m("建立考核卷"), {"cycle_id": cycle_id}, actor=actor, at=at)


def run(work: Work) -> Mapping[str, Any]:
    """Open a case for everyone who has none yet, then the rest."""
    cycle_id = int(work.payload["cycle_id"])
    total = len(STEPS) + 1
    with work.step() as conn:
        made = open_cases(conn, cycle_id, actor=work.actor(conn), at=work.now())
        kept = {
            "cadres": made.cadres + int(work.claim.kept.get("cadres", 0)),
            "bodies": made.bodies + int(work.claim.kept.get("bodies", 0)),
        }
        there = conn.execute(
            sa.select(sa.func.count()).select_from(Case).where(Case.cycle_id == cycle_id)
        ).scalar_one()
        work.report(conn, done=1, total=total, kept=kept)
    for number, step in enumerate(STEPS, 2):
        with work.step() as conn:
            step(conn, cycle_id, actor=work.actor(conn), at=work.now())
            work.report(conn, done=number, total=total)
    return {**kept, "cases": there}
