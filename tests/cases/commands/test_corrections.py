"""Corrections: drafted, approved by another, carried out; how a grade is filled in after a hold."""

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.corrections import carry_out, draft_correction
from cases.errors import Invalid, Refused
from cases.models import Case, Correction, Decision
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of, tell, written
from tests.world import AT
from workflow.vocabulary import Grade, Role, Thing, ThingAction


def test_grade_is_filled_in_by_three_pairs_of_hands(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        written(conn, world, {"沈知远": cases["沈知远"]})
        tell(conn, cases["沈知远"].id, None)
        case = cases_of(conn)["沈知远"]
        office = world.actor(Role.OFFICE)
        both = world.actor(Role.OFFICE, Role.OFFICE_LEAD)
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        recorder = world.actor(Role.DECISION_RECORDER, person="recorder")
        made = draft_correction(
            conn, case, grade=Grade.COMPETENT, document="云组〔2026〕21号", reason="立案已结",
            actor=office, at=AT,
        )  # fmt: skip
        approve = (conn, Thing.CORRECTION, made, ThingAction.APPROVE_CORRECTION)
        with pytest.raises(Refused):
            beside.move(*approve, actor=both, at=AT)
        with pytest.raises(Refused):
            carry_out(conn, made, actor=recorder, at=AT)
        beside.move(*approve, actor=lead, at=AT)
        carry_out(conn, made, actor=recorder, at=AT)
        row = conn.execute(sa.select(Case).where(Case.id == case.id)).one()
        state = conn.execute(sa.select(Correction.state)).scalar_one()
        numbers = conn.execute(sa.select(Decision.number).order_by(Decision.number))
        assert list(numbers.scalars()) == [1, 2]
    assert (row.decided_grade, row.conclusion, row.state, state) == (
        "competent",
        "2",
        "notified",
        "applied",
    )


def test_correction_without_document_or_of_another_scale_is_invalid(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        with pytest.raises(Invalid) as invalid:
            draft_correction(
                conn, cases["沈知远"], grade=Grade.POOR, document=" ", reason="",
                actor=world.actor(Role.OFFICE), at=AT,
            )  # fmt: skip
    assert sorted(invalid.value.errors) == ["document", "grade", "reason"]
