"""The list of cases at a thousand and at a million: the same queries, the same time."""

from __future__ import annotations

import statistics
from typing import Any

import sqlalchemy as sa

from benchmarks import city
from benchmarks.rounds import database, result, seconds
from cases.models import Case
from cases.models.units import official_order
from cases.queries import case_list
from cases.queries.case_list import Asked
from cases.store import Store
from workflow.vocabulary import CaseKind, State, Track

SMALL, LARGE, FEW = 1_000, 1_000_000, 100_000
FAR = 25_000
ROUNDS = 21
BATCH = 20_000
GOAL = 2.0


def fill(store: Store, count: int) -> int:
    """A city of ``count`` people with a case each; returns the cycle's id."""
    states = list(State)
    with store.transaction() as conn:
        cycle = city.found(conn, count)
    names = city.names(count)
    for start in range(0, count, BATCH):
        rows = []
        for number, name in enumerate(names[start : start + BATCH], start + 1):
            unit = min(2 + (number - 1) // city.PER_UNIT, max(1, count // city.PER_UNIT) + 1)
            rows.append(
                {
                    "ref": f"2025-ZG-{number:07}",
                    "cycle_id": cycle,
                    "kind": CaseKind.CADRE.value,
                    "track": Track.LEADING_CADRE.value,
                    "person_id": number,
                    "unit_id": unit,
                    "managing_organ_id": 1,
                    "sort_key": official_order(unit, number % city.PER_UNIT),
                    "subject_name": name,
                    "unit_name": f"单位{unit}",
                    "state": states[number % len(states)].value,
                    "entered_at": city.AT,
                }
            )
        with store.transaction() as conn:
            conn.execute(sa.insert(Case), rows)
    with store.transaction() as conn:
        conn.execute(sa.text("ANALYZE"))
    return cycle


def _measured(count: int, far: int) -> dict[str, tuple[float, int]]:
    """Page -> (median seconds, statements)."""
    with database() as store:
        asked = Asked(fill(store, count))
        with store.reading() as conn:
            key = conn.execute(
                sa.select(Case.sort_key, Case.id)
                .order_by(Case.sort_key, Case.id).offset(far).limit(1)
            ).one()  # fmt: skip
            pages = {
                "first page": lambda: case_list.page(conn, city.CLERK, asked),
                "page after many rows": lambda: case_list.page(
                    conn, city.CLERK, asked, (key[0], key[1])
                ),
                "counts": lambda: case_list.counts(conn, city.CLERK, asked),
            }
            found = {}
            for name, read in pages.items():
                statements = _statements(store, read)
                found[name] = (statistics.median(seconds(read) for _ in range(ROUNDS)), statements)
    return found


def _statements(store: Store, read: Any) -> int:
    ran: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)
    return len(ran)


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: as many statements, and at most twice the time, at a thousand times the cases."""
    count = FEW if quick else LARGE
    small, large = _measured(SMALL, SMALL // 2), _measured(count, FAR)
    lines = []
    for name, (taken, statements) in large.items():
        before, few = small[name]
        line = result(
            f"{name}: {count}/{SMALL} cases", taken, before, GOAL,
            statements=statements, statements_small=few,
        )  # fmt: skip
        line["met"] = line["met"] and statements == few
        lines.append(line)
    return lines
