"""One case row for papers to hang on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases.models import Case
from tests.world import found_world


def one_case(conn: sa.Connection, at: datetime) -> int:
    world = found_world(conn)
    return int(
        conn.execute(
            sa.insert(Case)
            .values(
                ref="2025-T-0001",
                cycle_id=world.cycle_id,
                kind="cadre",
                track="leading_cadre",
                person_id=world.people["chief"],
                unit_id=world.units["organ"],
                managing_organ_id=world.units["organ"],
                sort_key=1,
                subject_name="王䶮",
                unit_name="云州市生态环境局",
                state="applying",
                entered_at=at,
            )
            .returning(Case.id)
        ).scalar_one()
    )
