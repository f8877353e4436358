"""Reports accepted against an even plan over the working days of the stage."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from cases.clock import at_local
from cases.commands.opening import open_cases
from cases.models import Case, ReportSubmission
from cases.queries.acceptance import Curve, curve
from cases.queries.calendar import working_days
from cases.queries.progress import reach_of
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Action, Role

OPENS, DUE = date(2025, 12, 15), date(2025, 12, 26)


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        return made


def accepted(store: Store, n: int, day: date, ended: Action = Action.ACCEPT) -> None:
    with store.transaction() as conn:
        ids = conn.execute(sa.select(Case.id).order_by(Case.id)).scalars().all()
        known = conn.execute(sa.select(ReportSubmission.case_id)).scalars().all()
        rows = [
            {
                "case_id": i, "number": 1, "content": {}, "digest": "x", "submitted_at": AT,
                "ended": ended.value, "ended_at": at_local(day, 23, 59),
            }
            for i in [i for i in ids if i not in known][:n]
        ]  # fmt: skip
        conn.execute(sa.insert(ReportSubmission), rows)


def drawn(store: Store, world: World, today: date, actor: Actor | None = None) -> Curve | None:
    window: dict[str, Any] = {"opens": OPENS.isoformat(), "due": DUE.isoformat()}
    cycle = SimpleNamespace(id=world.cycle_id, timetable={"self_report": window})
    with store.reading() as conn:
        reach = reach_of(conn, actor or world.actor(Role.OFFICE))
        return curve(conn, reach, cycle, today=today, calendar=working_days(conn))


def test_plan_is_even_over_working_days_and_counts_stand_at_the_end_of_the_day(
    store: Store, world: World
) -> None:
    accepted(store, 2, date(2025, 12, 16))
    found = drawn(store, world, date(2025, 12, 19))
    assert found is not None
    by_day = {p.day: (p.plan, p.real) for p in found.points}
    total = found.total
    assert by_day[date(2025, 12, 15)][1] == 0
    assert by_day[date(2025, 12, 16)][1] == 2
    assert by_day[date(2025, 12, 19)] == (round(total / 2), 2)
    assert by_day[DUE] == (total, None)
    assert found.behind == round(total / 2) - 2


def test_returned_report_is_not_accepted(store: Store, world: World) -> None:
    accepted(store, 2, date(2025, 12, 16), Action.RETURN_FOR_FORM)
    found = drawn(store, world, date(2025, 12, 19))
    assert found is not None and found.now is not None
    assert found.now.real == 0


def test_late_stage_is_drawn_on_and_a_finished_one_ends_at_its_last_day(
    store: Store, world: World
) -> None:
    late = drawn(store, world, DUE + timedelta(days=5))
    assert late is not None and late.points[-1].day == DUE + timedelta(days=5)
    accepted(store, 99, date(2025, 12, 17))
    done = drawn(store, world, DUE + timedelta(days=5))
    assert done is not None and done.points[-1].day == DUE
    assert done.behind == 0


def test_nothing_is_drawn_before_the_stage_or_without_reach(store: Store, world: World) -> None:
    bare = Actor(None, world.people["clerk"], ())
    assert drawn(store, world, OPENS - timedelta(days=1)) is None
    assert drawn(store, world, DUE, bare) is None
