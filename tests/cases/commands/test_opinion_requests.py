"""Opinion requests at their commands: whom one may ask about, days, numbers, documents."""

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.opinion_requests import answer, ask_opinion, send
from cases.errors import Invalid, Refused
from cases.models import Case, OpinionItem, OpinionRequest
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Role


def begun(conn: sa.Connection) -> tuple[World, Sequence[int]]:
    world = found_world(conn)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    return world, conn.execute(sa.select(Case.id).order_by(Case.id)).scalars().all()


def asked(conn: sa.Connection, world: World, cases: Sequence[int], **more: Any) -> int:
    return ask_opinion(
        conn, world.cycle_id, world.units["county"], cases, actor=world.actor(Role.OFFICE), at=AT,
        **more,
    )  # fmt: skip


def test_numbers_follow_and_days_are_working_days(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = begun(conn)
        asked(conn, world, cases)
        asked(conn, world, cases[:1], days=1)
        rows = conn.execute(
            sa.select(OpinionRequest.ref, OpinionRequest.due_on).order_by(OpinionRequest.id)
        ).all()
    assert [(r.ref, r.due_on.isoformat()) for r in rows] == [
        ("2025-1-YJ001", "2025-12-24"),
        ("2025-1-YJ002", "2025-12-11"),
    ]


def test_nobody_or_too_long_is_refused(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = begun(conn)
        for chosen, days, field in (([], 10, "cases"), (cases, 0, "days"), (cases, 61, "days")):
            with pytest.raises(Invalid) as invalid:
                asked(conn, world, chosen, days=days)
            assert list(invalid.value.errors) == [field]
        with pytest.raises(Refused):
            asked(conn, world, [*cases, 10_000])


def test_answer_takes_only_the_cases_asked_about(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = begun(conn)
        letter = asked(conn, world, cases[:2])
        send(conn, letter, actor=world.actor(Role.OFFICE), at=AT)
        head = world.people["head"]
        me = Actor(7000, head, (Grant(Role.OPINION_RESPONDENT, unit_id=world.units["county"]),))
        with pytest.raises(Invalid) as invalid:
            answer(conn, letter, {cases[2]: "有意见"}, document=" ", actor=me, at=AT)
        assert sorted(invalid.value.errors) == ["document", "opinions"]
        answer(conn, letter, {cases[0]: "有意见"}, document="云纪函〔2026〕3号", actor=me, at=AT)
        said = conn.execute(
            sa.select(OpinionItem.objection, OpinionItem.text).order_by(OpinionItem.case_id)
        ).all()
    assert [tuple(r) for r in said] == [(True, "有意见"), (False, None)]
