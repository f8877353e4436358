"""本人意见 and the signature: agreeing needs no words, a pending signature needs reason and day."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.statements import record_signature, write_statement
from cases.errors import Invalid, Refused
from cases.models import Statement
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of, tell
from tests.world import AT, World
from workflow.vocabulary import Grade, Role, SignState


def told_chief(conn: sa.Connection) -> tuple[World, Any]:
    world, cases = at_synthesis(conn)
    tell(conn, cases["沈知远"].id, Grade.COMPETENT)
    return world, cases_of(conn)["沈知远"]


def test_disagreeing_needs_words_and_agreeing_none(store: Store) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn)
        chief = world.subject("chief")
        with pytest.raises(Invalid):
            write_statement(conn, case, agrees=False, actor=chief, at=AT)
        write_statement(conn, case, agrees=True, actor=chief, at=AT)
        row = conn.execute(sa.select(Statement).where(Statement.case_id == case.id)).one()
    assert (row.agrees, row.text, row.sign_state) == (True, None, "signed")


def test_nobody_writes_for_another_nor_before_notice(store: Store) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn)
        with pytest.raises(Refused):
            write_statement(conn, case, agrees=True, actor=world.subject("deputy"), at=AT)
        early = cases_of(conn)["欧阳明远"]
        with pytest.raises(Refused):
            write_statement(conn, early, agrees=True, actor=world.subject("deputy"), at=AT)


@pytest.mark.parametrize(
    ("state", "given", "missing"),
    [
        (SignState.PENDING, {}, ["reason", "review_on"]),
        (SignState.IMPOSSIBLE, {}, ["reason"]),
        (SignState.REFUSED, {"witnesses": "甲"}, ["witnesses"]),
        (SignState.REFUSED, {"witnesses": "甲、乙"}, []),
        (SignState.PENDING, {"reason": "出国", "review_on": date(2026, 2, 1)}, []),
        (SignState.SIGNED, {}, []),
    ],
)
def test_signature_state_names_what_is_missing(
    store: Store, state: SignState, given: dict[str, Any], missing: list[str]
) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn)
        contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        found: list[str] = []
        try:
            record_signature(conn, case, state=state, actor=contact, at=AT, **given)
        except Invalid as invalid:
            found = sorted(invalid.errors)
    assert found == missing
