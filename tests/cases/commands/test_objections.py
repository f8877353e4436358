"""Objections while results are public."""

import pytest
import sqlalchemy as sa

from cases.commands.objections import receive_objection
from cases.errors import Invalid, Refused
from cases.models import Case, Outbox
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of
from tests.world import AT
from workflow.vocabulary import Role, State


def test_objection_in_publicity_is_registered_and_told(store: Store) -> None:
    with store.transaction() as conn:
        world, _ = at_synthesis(conn)
        conn.execute(sa.update(Case).values(state=State.IN_PUBLICITY))
        office = world.actor(Role.OFFICE)
        row = cases_of(conn)["沈知远"]
        receive_objection(conn, row, content="反映数据不实", real_name=True, actor=office, at=AT)
        topics = conn.execute(sa.select(Outbox.topic)).scalars().all()
    assert "objection_received" in topics


def test_objection_outside_publicity_or_empty_is_refused(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        office = world.actor(Role.OFFICE)
        with pytest.raises(Refused):
            receive_objection(
                conn, cases["沈知远"], content="x", real_name=False, actor=office, at=AT
            )
        conn.execute(sa.update(Case).values(state=State.IN_PUBLICITY))
        row = cases_of(conn)["沈知远"]
        with pytest.raises(Invalid) as invalid:
            receive_objection(conn, row, content=" ", real_name=False, actor=office, at=AT)
    assert list(invalid.value.errors) == ["content"]
