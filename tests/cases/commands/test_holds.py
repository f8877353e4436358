"""Holds: dated, with a document, lifted by the head of the office."""

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.holds import place_hold
from cases.errors import Invalid, Refused
from cases.models import Hold
from cases.store import Store
from tests.decision_desk import at_synthesis
from tests.world import AT
from workflow.vocabulary import HoldKind, Role, Thing, ThingAction


def test_hold_is_placed_and_lifted_with_its_ground(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        office, lead = world.actor(Role.OFFICE), world.actor(Role.OFFICE_LEAD)
        given = {"kind": HoldKind.INVESTIGATION, "since": AT.date()}
        with pytest.raises(Invalid):
            place_hold(conn, cases["沈知远"], document=" ", actor=office, at=AT, **given)
        hold = place_hold(
            conn, cases["沈知远"], document="云纪〔2025〕7号", actor=office, at=AT, **given
        )
        lift = (conn, Thing.HOLD, hold, ThingAction.LIFT_HOLD)
        with pytest.raises(Refused):
            beside.move(*lift, actor=office, at=AT, payload={"conclusion": "已结案"})
        with pytest.raises(Refused):
            beside.move(*lift, actor=lead, at=AT, payload={"conclusion": ""})
        beside.move(*lift, actor=lead, at=AT, payload={"conclusion": "已结案,不予处分"})
        row = conn.execute(sa.select(Hold).where(Hold.id == hold)).one()
    assert (row.state, row.note, row.lifted_on) == ("lifted", "已结案,不予处分", AT.date())
