"""Planning the assemblies: bodies of one kind of unit rated by people of its peers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.commands.meeting_assembly import AssemblyForm, plan_assembly
from cases.demo.city.story import TURNS
from cases.demo.theatre import Theatre, on
from cases.models import Meeting

PEERS = "P"
"""The scheme's electorate of peer units."""
TITLES = {"department": "市直部门领导班子互评大会", "county": "县(市、区)领导班子互评大会"}


def plan(theatre: Theatre) -> list[tuple[Any, Any]]:
    """The meetings planned, each with the turn of the story that tells its day."""
    office = theatre.actor("office_clerk_a")
    found = []
    for turn in TURNS:
        if turn.kind != "assembly":
            continue
        kind = turn.details["places"]
        units = [theatre.units[p.code] for p in theatre.city.bodies if p.kind == kind]
        form = AssemblyForm(
            TITLES[kind], turn.day, PEERS, units, int(turn.details["each"]), place="市委礼堂"
        )
        with theatre.writing() as conn:
            made = plan_assembly(
                conn, theatre.cycle_id, form, actor=office, at=on("meeting_first", 10, 30)
            )
            row = conn.execute(sa.select(Meeting).where(Meeting.id == made)).one()
        found.append((row, turn))
    return found
