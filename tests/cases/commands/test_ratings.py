"""Negative ratings: working-day clocks, proof, call-back, another person's eyes, the way back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.ratings import RatingEntry, record_ratings
from cases.errors import Invalid, Refused
from cases.models import NegativeRating, Outbox
from cases.queries.calendar import working_days
from cases.queries.due import due_groups
from cases.queries.ratings import Late, RatingView, ratings, settled_share
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.vocabulary import NegativeRatingState, ReminderKind, Role, Thing, ThingAction

RECEIVED = date(2025, 12, 8)  # a Monday
A = ThingAction


def entry(world: World, number: str = "HCP-1", **changes: Any) -> RatingEntry:
    given = {
        "number": number,
        "unit_id": world.units["environment"],
        "service": "排污许可变更",
        "content": "窗口让跑了三趟,每次缺的材料都不一样",
        "received_on": RECEIVED,
    }
    return RatingEntry(**given | changes)


def one(conn: sa.Connection, rating: int) -> Any:
    return conn.execute(sa.select(NegativeRating).where(NegativeRating.id == rating)).one()


def move(
    conn: sa.Connection,
    rating: int,
    action: ThingAction,
    actor: Any,
    at: datetime = AT,
    **payload: str,
) -> None:
    beside.move(conn, Thing.NEGATIVE_RATING, rating, action, actor=actor, at=at, payload=payload)


def test_a_rating_is_fixed_called_back_and_confirmed_in_working_days(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk, unit = (
            world.actor(Role.OFFICE),
            world.actor(Role.RESPONSIBLE_ORGAN, person="contact", unit="environment"),
        )
        (rating,) = record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)
        assert one(conn, rating).due_on == date(2025, 12, 29)  # 15 working days on
        told = conn.execute(sa.select(Outbox.id).where(Outbox.topic == "rating_received")).all()
        assert len(told) == 1
        with pytest.raises(Refused):
            move(conn, rating, A.FIX_RATING, unit, result=" ", proof="照片")
        at = datetime(2025, 12, 15, 2, tzinfo=UTC)
        move(conn, rating, A.FIX_RATING, unit, at, result="一次告知清单已上墙", proof="窗口照片")
        assert one(conn, rating).due_on == date(2025, 12, 22)  # 5 working days to call back
        move(conn, rating, A.CALL_BACK, unit, at, answer="content", note="群众认可")
        assert one(conn, rating).due_on is None
        with pytest.raises(Refused):  # never by who fixed it, be he of the office too
            both = world.actor(Role.OFFICE, person="contact")
            move(conn, rating, A.CONFIRM_RATING, both, at)
        move(conn, rating, A.CONFIRM_RATING, clerk, at)
        done = one(conn, rating)
        assert (done.state, done.confirmed_by) == ("confirmed", world.people["clerk"])
        found = ratings(conn, clerk, world.cycle_id)
        assert str(settled_share(found)) == "1/1 = 100.00%"


def test_a_returned_rating_runs_again_and_nothing_old_stands(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = world.actor(Role.OFFICE)
        unit = world.actor(Role.RESPONSIBLE_ORGAN, person="contact", unit="environment")
        (rating,) = record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)
        move(conn, rating, A.FIX_RATING, unit, result="已约谈窗口人员", proof="记录")
        late = datetime(2026, 1, 6, 2, tzinfo=UTC)  # 17 December was the last day to call
        move(conn, rating, A.CALL_BACK, unit, late, answer="not_content")
        (view,) = ratings(conn, clerk, world.cycle_id)
        assert view.late(working_days(conn)) == Late(fix=0, call=14)
        at = datetime(2025, 12, 16, 2, tzinfo=UTC)
        move(conn, rating, A.RETURN_RATING, clerk, at, reason="群众仍不满意,请重新整改")
        row = one(conn, rating)
        assert (row.state, row.answer, row.return_reason) == (
            "fixing", None, "群众仍不满意,请重新整改",
        )  # fmt: skip
        assert row.due_on == date(2026, 1, 6)
        assert not RatingView(row).late(working_days(conn))


def test_a_malicious_rating_is_excluded_by_another_person_and_taken_up_again(
    store: Store,
) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk, lead = world.actor(Role.OFFICE), world.actor(Role.OFFICE_LEAD, person="lead")
        made = record_ratings(
            conn, world.cycle_id, [entry(world), entry(world, "HCP-2")], actor=clerk, at=AT
        )
        with pytest.raises(Refused):
            move(conn, made[0], A.EXCLUDE_RATING, clerk, reason="同一人连评十次")
        move(conn, made[0], A.EXCLUDE_RATING, lead, reason="同一人连评十次,经核实")
        share = settled_share(ratings(conn, clerk, world.cycle_id))
        assert (share.count, share.of) == (0, 1)  # it is in neither part
        move(conn, made[0], A.REOPEN_RATING, lead, reason="核实有误")
        assert one(conn, made[0]).excluded_reason is None
        share = settled_share(ratings(conn, clerk, world.cycle_id))
        assert (share.count, share.of) == (0, 2)


def test_another_unit_and_the_office_cannot_answer_for_it(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = world.actor(Role.OFFICE)
        (rating,) = record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)
        other = world.actor(Role.RESPONSIBLE_ORGAN, person="mayor", unit="county")
        for actor in (other, clerk):
            with pytest.raises(Refused):
                move(conn, rating, A.FIX_RATING, actor, result="已改", proof="照片")
        with pytest.raises(Refused):
            record_ratings(conn, world.cycle_id, [entry(world, "x")], actor=other, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": " "}, "number"),
        ({"unit_id": 999_999}, "unit_id"),
        ({"content": " "}, "content"),
        ({"content": "长" * 1001}, "content"),
        ({"service": ""}, "content"),
    ],
)
def test_a_faulty_list_is_refused_whole(store: Store, changes: dict[str, Any], field: str) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        rows = [entry(world, "HCP-9"), entry(world, **changes)]
        with pytest.raises(Invalid) as wrong:
            record_ratings(conn, world.cycle_id, rows, actor=world.actor(Role.OFFICE), at=AT)
        assert list(wrong.value.errors) == [field]
        assert conn.execute(sa.select(NegativeRating.id)).all() == []


def test_a_number_is_recorded_once(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = world.actor(Role.OFFICE)
        record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)
        with pytest.raises(Invalid):
            record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)
        with pytest.raises(Invalid):
            record_ratings(conn, world.cycle_id, [], actor=clerk, at=AT)


def test_reminders_follow_the_running_clock(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        clerk = world.actor(Role.OFFICE)
        unit = world.actor(Role.RESPONSIBLE_ORGAN, person="contact", unit="environment")
        (rating,) = record_ratings(conn, world.cycle_id, [entry(world)], actor=clerk, at=AT)

        def due(today: date) -> list[int]:
            groups = [
                g for g in due_groups(conn, today=today) if g.due.kind is ReminderKind.RATING_DUE
            ]
            return [r.id for g in groups for r in conn.execute(g.rows)]

        assert due(date(2025, 12, 10)) == []
        assert due(date(2025, 12, 26)) == [rating]
        move(conn, rating, A.FIX_RATING, unit, result="已改", proof="照片")
        move(conn, rating, A.CALL_BACK, unit, answer="not_reached")
        assert due(date(2025, 12, 30)) == []


def test_a_view_knows_whether_somebody_still_has_to_act() -> None:
    class Row:
        state = NegativeRatingState.ANSWERED.value

    assert RatingView(Row()).open
    Row.state = NegativeRatingState.EXCLUDED.value
    assert not RatingView(Row()).open
