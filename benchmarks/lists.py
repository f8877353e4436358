"""Worklist, list of cases and case page at a thousand and at a million: as many statements, the
same time, and never far from bare Core and Jinja."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import city
from benchmarks.rounds import database, result
from benchmarks.site import Measured, enter, leave, measure
from cases.journal import Draft, append_many
from cases.models import Case
from cases.models.rows import Row, insert_rows
from cases.models.units import official_order
from cases.store import Store
from workflow.vocabulary import CaseKind, Participation, State, Track

SMALL, LARGE, FEW = 1_000, 1_000_000, 100_000
NEAR, FAR = 400, 25_000
"""Where the later page begins; the case there is in the same state in both cities."""
BATCH = 20_000
GROWS, BARE = 1.5, 4.0
STATES = (State.SUBMITTED, State.SYNTHESISING, State.DECIDED)
"""Few, so that a group of the worklist is as full among a thousand cases as among a million."""
COLUMNS = (
    "id", "ref", "cycle_id", "kind", "track", "person_id", "unit_id", "managing_organ_id",
    "sort_key", "subject_name", "subject_post", "unit_name", "post_rank", "state", "version",
    "entered_at", "due_on", "participation",
)  # fmt: skip


def fill(store: Store, count: int) -> int:
    """A city of ``count`` people with a case each, opened in the journal; the cycle's id."""
    with store.transaction() as conn:
        cycle = city.found(conn, count)
    names = city.names(count)
    for start in range(0, count, BATCH):
        rows = [
            _case(cycle, number, name, count)
            for number, name in enumerate(names[start : start + BATCH], start + 1)
        ]
        with store.transaction() as conn:
            insert_rows(conn, Case, COLUMNS, rows)
            append_many(conn, [_opened(row[0], row[13]) for row in rows])
    with store.transaction() as conn:
        conn.execute(sa.text("ANALYZE"))
    return cycle


def _case(cycle: int, number: int, name: str, count: int) -> Row:
    unit = min(2 + (number - 1) // city.PER_UNIT, max(1, count // city.PER_UNIT) + 1)
    state = STATES[number % len(STATES)].value
    due = (city.AT + timedelta(days=number % 60)).date()
    return (
        number, f"2025-ZG-{number:07}", cycle, CaseKind.CADRE.value, Track.LEADING_CADRE.value,
        number, unit, 1, official_order(unit, number % city.PER_UNIT), name, f"职务{number}",
        f"单位{unit}", "deputy", state, 1, city.AT, due, Participation.FULL.value,
    )  # fmt: skip


def _opened(case_id: int, state: str) -> Draft:
    return Draft(
        subject="case",
        subject_id=case_id,
        case_id=case_id,
        case_version=1,
        action="open_case",
        at=city.AT,
        account_id=city.CLERK.account_id,
        person_id=city.CLERK.person_id,
        state_to=state,
        payload={"ref": f"2025-ZG-{case_id:07}"},
    )


def _measured(count: int, far: int) -> dict[str, Measured]:
    with database() as store, tempfile.TemporaryDirectory(prefix="kaoji-bench-") as folder:
        fill(store, count)
        with store.reading() as conn:
            key = conn.execute(
                sa.select(Case.sort_key, Case.id, Case.ref)
                .order_by(Case.sort_key, Case.id).offset(far).limit(1)
            ).one()  # fmt: skip
        client = enter(store, Path(folder))
        pages = {
            "worklist": "/worklist",
            "list, first page": "/cases",
            "list, page after many rows": f"/cases?after={key.sort_key}-{key.id}",
            "case page": f"/cases/{key.ref}",
        }
        found = {name: measure(client, path) for name, path in pages.items()}
        leave(client)
        return found


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: as many statements and at most 1.5 times the time at a thousand times the cases; the
    whole page at most 4 times its rows by bare Core and its words by bare Jinja. Beside that stands
    the ratio to the same statements handed to the driver as text."""
    count = FEW if quick else LARGE
    small, large = _measured(SMALL, NEAR), _measured(count, FAR)
    lines = []
    for name, now in large.items():
        before = small[name]
        counted = {
            "statements": now.statements,
            "statements_small": before.statements,
            "cpu_ratio": round(now.page_cpu / before.page_cpu, 3),
        }
        line = result(f"{name}: {count}/{SMALL} cases", now.page, before.page, GROWS, **counted)
        line["met"] = line["met"] and now.statements == before.statements
        cpu = {
            "cpu_ratio": round(now.page_cpu / now.core_cpu, 3),
            "page_cpu_s": round(now.page_cpu, 5),
            "text_ratio": round(now.page / now.text, 3),
            "text_cpu_ratio": round(now.page_cpu / now.text_cpu, 3),
        }
        lines += [
            line,
            result(f"{name}/core", now.page, now.core, BARE, cases=count, **cpu),
        ]
    return lines
