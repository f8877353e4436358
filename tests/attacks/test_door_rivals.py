"""Rivals at the door: exactly one wins, the quota holds, nobody waits for ever (C7, C9)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside, recording
from cases.commands.holds import place_hold
from cases.commands.opening import open_cases
from cases.commands.pools import record_step
from cases.commands.transition import perform, perform_many
from cases.errors import KaojiError, NotVisible, Refused, Stale
from cases.journal import verify
from cases.models import Case, Decision, JournalHead, Outbox, Pool
from cases.store import Store
from tests.decision_desk import Desk, crowd, open_desk
from tests.world import AT, World, found_world
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Action, Grade, HoldKind, Role, State, Thing, ThingAction

RIVALS = 20


def race(store: Store, acts: list[Callable[[sa.Connection], Any]]) -> list[Any]:
    """Run the acts at once, each in a transaction of its own; a refusal is its result."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[sa.Connection], Any]) -> Any:
        barrier.wait()
        try:
            with store.transaction() as conn:
                return act(conn)
        except KaojiError as e:
            return e

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts, timeout=60))


def opened(store: Store) -> tuple[World, list[int]]:
    with store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        return world, list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())


def test_twenty_rivals_on_one_case_have_one_winner(store: Store) -> None:
    world, ids = opened(store)
    office = world.actor(Role.OFFICE)

    def act(conn: sa.Connection) -> Any:
        return perform(
            conn, ids[0], Action.OPEN_SELF_REPORT, actor=office, at=AT, expected_version=1
        )

    results = race(store, [act] * RIVALS)
    assert sum(not isinstance(r, KaojiError) for r in results) == 1
    assert {type(r) for r in results if isinstance(r, KaojiError)} == {Stale}
    with store.reading() as conn:
        row = conn.execute(sa.select(Case.version, Case.state).where(Case.id == ids[0])).one()
        assert (row.version, row.state) == (2, State.DRAFTING)
        assert verify(conn).ok


def test_rivals_with_sets_in_opposite_order_do_not_lock_one_another(store: Store) -> None:
    world, ids = opened(store)
    office = world.actor(Role.OFFICE)
    orders = [ids if n % 2 else ids[::-1] for n in range(RIVALS)]
    acts = [
        lambda conn, o=order: perform_many(conn, o, Action.OPEN_SELF_REPORT, actor=office, at=AT)
        for order in orders
    ]
    results = race(store, acts)
    won = [sum(o.done for o in r) for r in results]
    assert sorted(won) == [0] * (RIVALS - 1) + [len(ids)]


def deciding(store: Store, tmp_path: Path, seats: int) -> tuple[Desk, int, list[int]]:
    """Ten chiefs of one pool, all proposed 优秀, before the organ; the pool has ``seats``."""
    desk = open_desk(store, tmp_path)
    crowd(store, desk)
    pool = desk.pool_of("沈知远")
    drafter = desk.world.actor(Role.DRAFTING_DIVISION)
    recorder = desk.world.actor(Role.DECISION_RECORDER, person="recorder")
    with store.transaction() as conn:
        rows = conn.execute(sa.select(Case).where(Case.pool_id == pool).order_by(Case.id)).all()
        ids = [row.id for row in rows]
        conn.execute(sa.update(Pool).where(Pool.id == pool).values(seats=len(ids)))
        payload = {"outcome": "graded", "grade": Grade.EXCELLENT, "deviation": "synthesis",
                   "deviation_text": "研判意见"}  # fmt: skip
        made = perform_many(conn, ids, Action.PROPOSE, actor=drafter, at=AT, payload=payload)
        assert [str(r) for o in made for r in o.reasons] == []
        beside.move(conn, Thing.POOL, pool, ThingAction.BALANCE_POOL, actor=drafter, at=AT)
        sent = perform_many(conn, ids, Action.SEND_TO_DECIDING, actor=drafter, at=AT)
        assert [str(r) for o in sent for r in o.reasons] == []
        for number in range(3):
            record_step(
                conn, pool, meeting_no=f"第{number}次", held_on=AT.date(), actor=recorder, at=AT
            )
        conn.execute(sa.update(Pool).where(Pool.id == pool).values(seats=seats))
    return desk, pool, ids


def decide(actor: Actor, case_id: int) -> Callable[[sa.Connection], Any]:
    payload = {"outcome": "graded", "grade": Grade.EXCELLENT, "document_no": "云组〔2026〕9号",
               "deviation": "synthesis", "deviation_text": "研判意见"}  # fmt: skip
    return lambda conn: perform(conn, case_id, Action.DECIDE, actor=actor, at=AT, payload=payload)


def test_rivals_for_the_last_seat_have_one_winner(store: Store, tmp_path: Path) -> None:
    desk, pool, ids = deciding(store, tmp_path, seats=1)
    recorder = desk.world.actor(Role.DECISION_RECORDER, person="recorder")
    acts = [decide(recorder, ids[n % len(ids)]) for n in range(RIVALS)]
    results = race(store, acts)
    losers = [r for r in results if isinstance(r, KaojiError)]
    assert len(results) - len(losers) == 1, [
        str(x) for r in losers for x in getattr(r, "reasons", [])
    ]
    assert {type(r) for r in losers} == {Refused}
    with store.reading() as conn:
        excellent = conn.execute(
            sa.select(sa.func.count()).where(
                Case.pool_id == pool, Case.decided_grade == Grade.EXCELLENT
            )
        ).scalar()
        assert excellent == 1
        assert conn.execute(sa.select(sa.func.count()).select_from(Decision)).scalar() == 1


def test_one_batch_over_the_quota_takes_no_seat(store: Store, tmp_path: Path) -> None:
    desk, _, ids = deciding(store, tmp_path, seats=2)
    recorder = desk.world.actor(Role.DECISION_RECORDER, person="recorder")
    with store.transaction() as conn:
        made = perform_many(
            conn, ids, Action.DECIDE, actor=recorder, at=AT,
            payload={"outcome": "graded", "grade": Grade.EXCELLENT, "deviation": "synthesis",
                     "deviation_text": "研判意见"},
        )  # fmt: skip
    assert [o.done for o in made] == [False] * len(ids)


def test_recorder_that_raises_rolls_everything_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, ids = opened(store)
    real = recording.RECORDERS[Action.OPEN_SELF_REPORT]

    def broken(conn: sa.Connection, *given: Any) -> None:
        real(conn, *given)
        raise ZeroDivisionError

    monkeypatch.setitem(recording.RECORDERS, Action.OPEN_SELF_REPORT, broken)
    before = _standing(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as conn:
        perform_many(conn, ids, Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT)
    assert _standing(store) == before


def _standing(store: Store) -> tuple[Any, ...]:
    with store.reading() as conn:
        assert verify(conn).ok
        return (
            conn.execute(sa.select(Case).order_by(Case.id)).all(),
            conn.execute(sa.select(Outbox.key).order_by(Outbox.id)).scalars().all(),
            conn.execute(sa.select(JournalHead.seq, JournalHead.digest)).one(),
        )


def test_ids_of_a_foreign_organ_move_nothing(store: Store) -> None:
    world, ids = opened(store)
    stranger = Actor(1, world.people["clerk"], (Grant(Role.OFFICE, world.units["county"]),))
    before = _standing(store)
    with store.transaction() as conn:
        made = perform_many(conn, ids, Action.OPEN_SELF_REPORT, actor=stranger, at=AT)
    assert [o.done for o in made] == [False] * len(ids)
    assert _standing(store) == before
    with pytest.raises(NotVisible), store.transaction() as conn:
        perform_many(
            conn, [*ids, 10**9], Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT
        )
    assert _standing(store) == before


@pytest.mark.postgresql
def test_hold_waits_for_the_decision_that_is_being_written(
    postgresql_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, _, ids = deciding(postgresql_store, tmp_path, seats=1)
    recorder = desk.world.actor(Role.DECISION_RECORDER, person="recorder")
    office = desk.world.actor(Role.OFFICE)

    def hold() -> int:
        with postgresql_store.transaction() as conn:
            case = conn.execute(sa.select(Case).where(Case.id == ids[0])).one()
            return place_hold(
                conn, case, kind=next(iter(HoldKind)), since=AT.date(), document="立案〔2025〕1号",
                actor=office, at=AT,
            )  # fmt: skip

    real, placed = recording.RECORDERS[Action.DECIDE], []

    def slow(conn: sa.Connection, *given: Any) -> None:
        placed.append(pool.submit(hold))  # the guards have looked for holds, nothing is written
        with pytest.raises(TimeoutError):
            placed[0].result(timeout=0.5)
        real(conn, *given)

    monkeypatch.setitem(recording.RECORDERS, Action.DECIDE, slow)
    with ThreadPoolExecutor(1) as pool:
        with postgresql_store.transaction() as conn:
            decide(recorder, ids[0])(conn)
            head = conn.execute(sa.select(JournalHead.seq)).scalar_one()
        assert placed[0].result(timeout=60) > 0
    with postgresql_store.reading() as conn:
        assert conn.execute(sa.select(JournalHead.seq)).scalar() == head + 1
