"""What opening a year makes besides the cases: proposals of participation, sheets, pools.

A new kind of thing that opens with the year is one line in ``STEPS``. Each step may be run again
and then adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from cases.commands.data_sheet import make_sheets
from cases.commands.opening import Opened, open_cases
from cases.commands.pools import make_pools
from cases.commands.scoping import propose_participation
from workflow.permissions import Actor

Step = Callable[..., object]

STEPS: tuple[Step, ...] = (propose_participation, make_sheets, make_pools)
"""Called in order as ``step(conn, cycle_id, actor=, at=)`` after the cases are there."""


def open_everything(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> Opened:
    """The cases of a cycle and all that opens with them, in the caller's transaction."""
    made = open_cases(conn, cycle_id, actor=actor, at=at)
    for step in STEPS:
        step(conn, cycle_id, actor=actor, at=at)
    return made
