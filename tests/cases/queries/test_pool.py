"""The board: recusal, seats, ties, order; the quota sheet; a preview that moves nobody."""

import pytest
import sqlalchemy as sa

from cases.commands.analysis import switch_intervals
from cases.commands.pools import move_seats
from cases.errors import NotVisible
from cases.models import Case, Pool, Relation, UnitResult
from cases.queries.deciding import preview
from cases.queries.pool import board_of, load_pool, pools_of
from cases.queries.pool_sheet import quota_sheet, recusals_of
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of, written
from tests.world import AT, World
from workflow.vocabulary import Action, Grade, Permission, Role


def pool_row(conn: sa.Connection, pool_id: int) -> Pool:
    return conn.execute(sa.select(Pool).where(Pool.id == pool_id)).one()


def kin_of_head(conn: sa.Connection, world: World) -> None:
    conn.execute(
        sa.insert(Relation).values(
            person_id=world.people["clerk"], other_id=world.people["head"], kind="kin",
            declared_on=AT.date(),
        )
    )  # fmt: skip


def test_recused_reader_finds_neither_row_nor_its_grade(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        kin_of_head(conn, world)
        head = cases["买买提·吐尔逊"]
        conn.execute(
            sa.update(Case).where(Case.id == head.id).values(proposed_grade=Grade.EXCELLENT)
        )
        pool = pool_row(conn, head.pool_id)
        clerk = board_of(conn, pool, world.actor(Role.DRAFTING_DIVISION))
        lead = board_of(conn, pool, world.actor(Role.OFFICE_LEAD, person="lead"))
    assert (head.id in {r.case.id for r in clerk.rows}, clerk.used, clerk.hidden) == (False, 0, 1)
    assert (head.id in {r.case.id for r in lead.rows}, lead.used, lead.hidden) == (True, 1, 0)


def test_recusals_name_the_one_who_reads_the_board(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        kin_of_head(conn, world)
        assert recusals_of(conn, pool_row(conn, cases["买买提·吐尔逊"].pool_id)) == []


def test_equal_scores_at_the_edge_are_tied(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        conn.execute(sa.update(UnitResult).values(score="90"))
        pool_id = cases["沈知远"].pool_id
        conn.execute(sa.update(Case).where(Case.kind == "cadre").values(pool_id=pool_id))
        conn.execute(sa.update(Pool).where(Pool.id == pool_id).values(seats=1))
        written(conn, world, cases)
        board = board_of(conn, pool_row(conn, pool_id), world.actor(Role.OFFICE_LEAD))
    assert {r.cut for r in board.rows} == {"tied"}
    assert [r.case.sort_key for r in board.rows] == sorted(r.case.sort_key for r in board.rows)
    assert board.suggested == len(board.rows) > board.seats


def test_interval_is_for_those_who_balance(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        written(conn, world, cases)
        pool = pool_row(conn, cases["沈知远"].pool_id)
        switch_intervals(conn, world.cycle_id, True, actor=world.actor(Role.OFFICE), at=AT)
        drafter = board_of(conn, pool, world.actor(Role.DRAFTING_DIVISION))
        member = board_of(conn, pool, world.actor(Role.COMMITTEE_MEMBER))
    assert all(r.interval for r in drafter.rows)
    assert not any(r.interval for r in member.rows)


def test_quota_sheet_counts_moves_with_their_document(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        pools = [cases["沈知远"].pool_id, cases["欧阳明远"].pool_id]
        conn.execute(sa.update(Pool).where(Pool.id == pools[0]).values(seats=2))
        move_seats(
            conn, world.cycle_id, source=pools[0], target=pools[1], seats=1,
            document="云组〔2026〕4号", actor=world.actor(Role.OFFICE), at=AT,
        )  # fmt: skip
        sheet = quota_sheet(conn, pool_row(conn, pools[0]))
    net = {line.pool.id: line.moved for line in sheet.lines if line.moved}
    assert net == {pools[0]: -1, pools[1]: 1}
    assert [m.document for m in sheet.moves] == ["云组〔2026〕4号"]


def test_preview_answers_like_the_door_and_moves_nobody(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        chief = cases["沈知远"]
        (answer,) = preview(
            conn, [chief.id], Action.PROPOSE, actor=world.actor(Role.DRAFTING_DIVISION),
            on=AT.date(), payloads={chief.id: {"outcome": "graded", "grade": "competent"}},
        )  # fmt: skip
        assert len(answer.reasons) >= 2
        assert cases_of(conn)["沈知远"].state == "synthesising"


def test_pools_of_another_organ_are_not_listed(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        drafter = world.actor(Role.DRAFTING_DIVISION)
        assert len(pools_of(conn, drafter)) == len({c.pool_id for c in cases.values()})
        found = load_pool(conn, drafter, Permission.POOL_READ, cases["沈知远"].pool_id)
        assert found.id == cases["沈知远"].pool_id
        assert pools_of(conn, world.actor(Role.DRAFTING_DIVISION, unit="county")) == []


def test_pool_is_closed_to_who_is_assessed_in_it(store: Store) -> None:
    """Granted or not: nobody handles his own case, and seats and totals would tell of it."""
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        own = cases["沈知远"].pool_id
        drafter = world.actor(Role.DRAFTING_DIVISION, person="chief")
        for permission in (Permission.POOL_READ, Permission.PROPOSE_GRADE, Permission.POOL_BALANCE):
            with pytest.raises(NotVisible):
                load_pool(conn, drafter, permission, own)
        listed = {line.id for line in pools_of(conn, drafter)}
        others = {c.pool_id for c in cases.values()} - {own}
        assert listed == others
        assert load_pool(conn, world.actor(Role.DRAFTING_DIVISION), Permission.POOL_READ, own)
