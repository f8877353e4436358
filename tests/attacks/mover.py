"""A process that moves cases through the door until it is killed; sends an ack after each commit.

``keep_moving(url, acks)``: case id and version, one pair a committed move.
"""

from __future__ import annotations

import random
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa

from cases.commands.transition import Outcome, perform_many
from cases.errors import KaojiError
from cases.models import Case, Cycle
from cases.store import Store
from tests.world import AT
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Action, Role, State

REASON = {"reason": "核对名册后的处理", "participation_reason": "retired"}
NEXT = {
    State.SCOPED: Action.OPEN_SELF_REPORT,
    State.DRAFTING: Action.EXCLUDE,
    State.NOT_ASSESSED: Action.REINSTATE,
}


def step(conn: sa.Connection, office: Actor, number: int) -> list[Outcome]:
    """Move a random part of the cases that stand in one state, as one set."""
    rows = conn.execute(sa.select(Case.id, Case.state)).all()
    chosen = random.choice(rows)
    ids = [r.id for r in rows if r.state == chosen.state]
    some = random.sample(ids, random.randint(1, len(ids)))
    action, at = NEXT[State(chosen.state)], AT + timedelta(seconds=number)
    return perform_many(conn, some, action, actor=office, at=at, payload=REASON)


def keep_moving(url: str, acks: Connection) -> None:
    store = Store(url)
    with store.reading() as conn:
        organ: Any = conn.execute(sa.select(Cycle.managing_organ_id)).scalar()
    office = Actor(1, 1, (Grant(Role.OFFICE, organ_id=organ),))
    number = 0
    while True:
        number += 1
        try:
            with store.transaction() as conn:
                made = step(conn, office, number)
        except KaojiError:
            continue
        for outcome in made:
            if outcome.done:
                acks.send((outcome.case_id, outcome.version))
