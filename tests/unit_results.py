"""Results of units as an office gives them: one person records, another confirms."""

import sqlalchemy as sa

from cases.commands.unit_results import confirm_results, record_results
from cases.queries.unit_results import waiting_results
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import Role

Row = tuple[int, str, str, str]


def second(world: World) -> Actor:
    """The other person of the office."""
    return world.actor(Role.OFFICE_LEAD, person="lead")


def marks(conn: sa.Connection, world: World) -> dict[int, str]:
    """What waits, as a page shows it."""
    return {x.id: x.mark for x in waiting_results(conn, world.cycle_id, second(world))}


def give_results(conn: sa.Connection, world: World, *rows: Row, kind: str = "performance") -> None:
    """Record by the clerk and confirm by the lead."""
    office = world.actor(Role.OFFICE)
    record_results(conn, world.cycle_id, kind, rows, actor=office, at=AT)
    confirm_results(conn, world.cycle_id, marks(conn, world), actor=second(world), at=AT)
