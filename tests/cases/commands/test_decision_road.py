"""From synthesis to notice: suggestion, bars, quota under the pool's lock, the deciding chain."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.analysis import switch_intervals
from cases.commands.opening import open_cases
from cases.commands.pools import make_pools, record_step
from cases.commands.scoping import Event, add_event
from cases.commands.synthesis import compute, write_comment, write_synthesis
from cases.commands.transition import perform, perform_many
from cases.errors import Invalid, Refused
from cases.journal import verify
from cases.models import (
    Case,
    Decision,
    Filing,
    JournalEntry,
    Pool,
    SchemeVersion,
    Statement,
    SubjectEvent,
    Synthesis,
    UnitResult,
)
from cases.queries.pool import board_of
from cases.queries.sentences import packed
from cases.scoring.scheme import digest
from cases.store import Store
from tests.world import AT, World, found_world, scheme_document
from workflow.vocabulary import Action, Grade, Role, State, Thing, ThingAction
from workflow.words import m


def at_synthesis(conn: sa.Connection) -> tuple[World, dict[str, int]]:
    """Everybody stands at synthesising, put there in SQL: the road before is tested elsewhere."""
    world = found_world(conn)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    make_pools(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    conn.execute(sa.update(Case).values(state=State.SYNTHESISING))
    for unit in ("environment", "county"):
        conn.execute(
            sa.insert(UnitResult).values(
                cycle_id=world.cycle_id, unit_id=world.units[unit], kind="performance",
                score="92.5", document="云绩〔2026〕3号", source="市考评办", entered_at=AT,
            )
        )  # fmt: skip
    rows = conn.execute(sa.select(Case.subject_name, Case.id))
    return world, {name: case_id for name, case_id in rows}


def case(conn: sa.Connection, case_id: int) -> Any:
    return conn.execute(sa.select(Case).where(Case.id == case_id)).one()


def prepared(conn: sa.Connection, world: World, ids: list[int]) -> None:
    drafter = world.actor(Role.DRAFTING_DIVISION)
    leader = world.actor(person="lead")
    compute(conn, world.cycle_id, ids, actor=drafter, at=AT)
    for i in ids:
        row = case(conn, i)
        write_synthesis(
            conn, row, performance="实绩突出", shortcomings="统筹不够", grade_opinion=None,
            actor=drafter, at=AT,
        )  # fmt: skip
        if row.commenter_id:
            write_comment(conn, row, text="表现好", grade=None, actor=leader, at=AT)


def propose(conn: sa.Connection, world: World, case_id: int, grade: Grade, **more: Any) -> None:
    payload = {"outcome": "graded", "grade": grade, "deviation": "synthesis", **more}
    actor = world.actor(Role.DRAFTING_DIVISION)
    perform(conn, case_id, Action.PROPOSE, actor=actor, at=AT, payload=payload)


def test_compute_suggests_without_a_ballot_and_says_so(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        assert compute(conn, world.cycle_id, [chief], actor=world.actor(Role.OFFICE), at=AT) == 1
        row = conn.execute(sa.select(Synthesis).where(Synthesis.case_id == chief)).one()
        assert (row.indicator_score, row.ballot_score, row.composite) == ("92.5", None, "92.5") or (
            row.composite.startswith("92.5")
        )
        assert packed(m("无测评得分")) in row.flags
        assert case(conn, chief).suggested_grade == Grade.EXCELLENT


def test_sanction_in_the_year_bars_excellent(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        conn.execute(
            sa.insert(SubjectEvent).values(
                person_id=world.people["chief"], kind="P1", happened_on=AT.date(),
                document="云纪〔2025〕7号", source="市纪委",
            )
        )  # fmt: skip
        prepared(conn, world, [chief])
        with pytest.raises(Refused) as refused:
            propose(conn, world, chief, Grade.EXCELLENT)
    (reason,) = refused.value.reasons
    assert str(reason).startswith("存在“不得确定为优秀”的情形")


def test_whole_chain_to_notice(store: Store) -> None:
    recorder_at = AT + timedelta(days=1)
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        pool = case(conn, chief).pool_id
        others = conn.execute(sa.select(Case.id).where(Case.pool_id == pool)).scalars().all()
        prepared(conn, world, list(others))
        for i in others:
            propose(conn, world, i, Grade.COMPETENT)
        drafter = world.actor(Role.DRAFTING_DIVISION)
        recorder = world.actor(Role.DECISION_RECORDER, person="recorder")
        beside.move(conn, Thing.POOL, pool, ThingAction.BALANCE_POOL, actor=drafter, at=AT)
        perform_many(conn, others, Action.SEND_TO_DECIDING, actor=drafter, at=AT)
        for number in range(3):
            record_step(
                conn, pool, meeting_no=f"第{number + 1}次", held_on=AT.date(), actor=recorder, at=AT
            )
        compute(conn, world.cycle_id, others, actor=drafter, at=recorder_at)
        payload = {"outcome": "graded", "grade": Grade.COMPETENT, "document_no": "云组〔2026〕9号"}
        done = perform_many(
            conn, others, Action.DECIDE, actor=recorder, at=recorder_at, payload=payload
        )
        assert [str(r) for o in done for r in o.reasons] == []
        beside.move(conn, Thing.POOL, pool, ThingAction.DECIDE_POOL, actor=recorder, at=recorder_at)
        beside.move(
            conn, Thing.POOL, pool, ThingAction.RELEASE_POOL, actor=recorder, at=recorder_at
        )
        perform_many(conn, others, Action.NOTIFY, actor=recorder, at=recorder_at)
        row = case(conn, chief)
        decision = conn.execute(sa.select(Decision).where(Decision.case_id == chief)).one()
        assert (row.state, row.decided_grade, row.conclusion) == ("notified", "competent", "2")
        assert decision.notified_on == recorder_at.date()
        assert conn.execute(sa.select(Filing).where(Filing.case_id == chief)).one().state == "due"
        assert conn.execute(sa.select(Statement).where(Statement.case_id == chief)).one()
        conn.execute(sa.update(Case).where(Case.state == "synthesising").values(state="scoped"))
        assert verify(conn).ok


def test_decide_over_the_quota_refuses_every_excellent_of_the_pool(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chiefs = [cases["欧阳明远"]]
        pool = case(conn, chiefs[0]).pool_id
        conn.execute(sa.update(Pool).where(Pool.id == pool).values(seats=0, state="balanced"))
        prepared(conn, world, chiefs)
        propose(conn, world, chiefs[0], Grade.EXCELLENT)
        drafter = world.actor(Role.DRAFTING_DIVISION)
        recorder = world.actor(Role.DECISION_RECORDER, person="recorder")
        perform_many(conn, chiefs, Action.SEND_TO_DECIDING, actor=drafter, at=AT)
        for number in range(3):
            record_step(
                conn, pool, meeting_no=str(number), held_on=AT.date(), actor=recorder, at=AT
            )
        (outcome,) = perform_many(
            conn, chiefs, Action.DECIDE, actor=recorder, at=AT,
            payload={"outcome": "graded", "grade": Grade.EXCELLENT},
        )  # fmt: skip
    assert [str(r) for r in outcome.reasons] == ["组别优秀名额 0 个,已用 0 个,本次 1 个,超过名额"]


def test_transfer_within_the_year_weighs_results_by_months(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        by_months = scheme_document()
        by_months["shares"]["transfer"] = "months"
        conn.execute(sa.update(SchemeVersion).values(content=by_months, digest=digest(by_months)))
        there = world.units["county"]
        conn.execute(sa.update(UnitResult).where(UnitResult.unit_id == there).values(score="80.5"))
        office = world.actor(Role.OFFICE)
        moved = Event(
            "transferred_in", date(2025, 8, 1), source="干部科", person_id=world.people["chief"],
            document="云组干〔2025〕61号", from_unit_id=there,
        )  # fmt: skip
        for wrong, said in (
            (replace(moved, kind="secondment"), "只有年度内调入的填原单位"),
            (replace(moved, from_unit_id=case(conn, chief).unit_id), "原单位与现单位相同"),
        ):
            with pytest.raises(Invalid) as invalid:
                add_event(conn, wrong, actor=office, at=AT)
            assert {k: str(v) for k, v in invalid.value.errors.items()} == {"from_unit_id": said}
        add_event(conn, moved, actor=office, at=AT)
        compute(conn, world.cycle_id, [chief], actor=world.actor(Role.OFFICE), at=AT)
        row = conn.execute(sa.select(Synthesis).where(Synthesis.case_id == chief)).one()
        months = row.scoresheet["months"]
    assert (months["formula"], row.indicator_score) == (
        "(80.50 × 7 + 92.50 × 5) ÷ 12",
        "85.500000000000",
    )
    assert [(r["months"], r["score"]) for r in months["rows"]] == [
        (7, "80.500000000000"),
        (5, "92.500000000000"),
    ]


def test_pool_is_closed_to_whoever_is_assessed_in_it(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        pool = case(conn, chief).pool_id
        others = conn.execute(sa.select(Case.id).where(Case.pool_id == pool)).scalars().all()
        prepared(conn, world, list(others))
        for i in others:
            propose(conn, world, i, Grade.COMPETENT)
        himself = world.actor(Role.DRAFTING_DIVISION, person="chief")
        with pytest.raises(Refused) as refused:
            beside.move(conn, Thing.POOL, pool, ThingAction.BALANCE_POOL, actor=himself, at=AT)
    assert [str(reason) for reason in refused.value.reasons] == ["不得办理本人的考核事项"]


def test_entry_names_the_request_it_was_made_in(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        drafter = replace(world.actor(Role.DRAFTING_DIVISION), request="0f3a9c")
        leader = world.actor(person="lead")
        row = case(conn, cases["沈知远"])
        write_synthesis(
            conn, row, performance="好", shortcomings="无", grade_opinion=None,
            actor=drafter, at=AT,
        )  # fmt: skip
        write_comment(conn, row, text="表现好", grade=None, actor=leader, at=AT)
        bodies = conn.execute(
            sa.select(JournalEntry.body).order_by(JournalEntry.seq.desc()).limit(2)
        ).scalars()
        assert [json.loads(body)["request"] for body in bodies] == [None, "0f3a9c"]


def test_board_shows_rank_intervals_only_where_the_office_switched_them_on(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        drafter = world.actor(Role.DRAFTING_DIVISION)
        pool_id = case(conn, cases["沈知远"]).pool_id
        others = conn.execute(sa.select(Case.id).where(Case.pool_id == pool_id)).scalars().all()
        prepared(conn, world, list(others))
        pool = conn.execute(sa.select(Pool).where(Pool.id == pool_id)).one()
        before = board_of(conn, pool, drafter)
        switch_intervals(conn, world.cycle_id, True, actor=world.actor(Role.OFFICE), at=AT)
        after = board_of(conn, pool, drafter)
    assert (before.intervals, {row.interval for row in before.rows}) == (False, {None})
    assert (after.intervals, [row.interval is None for row in after.rows if row.rank]) == (
        True,
        [False] * sum(1 for row in after.rows if row.rank),
    )
