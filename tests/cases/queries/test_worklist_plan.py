"""What waits is found by an index, for every role: no part of the statement walks all cases.

The planner is told of a large table, as ``ANALYZE`` would tell it; nothing else of it is needed.
"""

import pytest
import sqlalchemy as sa

from cases.queries import worklist
from cases.store import Store
from tests.world import found_world
from workflow.vocabulary import Role

CASES = 1_000_000
LARGE = {
    # index of cases -> rows of it, and for each column how many rows share a value
    "ix_cases_due": f"{CASES} 333333 5556",
    "ix_cases_organ_order": f"{CASES} 1000000 1000000 1 1",
    "ix_cases_cycle_order": f"{CASES} 1000000 1 1",
    "ix_cases_board": f"{CASES} 1000000 50 17",
    "ix_cases_unit_id": f"{CASES} 50",
    "ix_cases_person_id": f"{CASES} 1",
    "ix_cases_commenter_id": f"{CASES} 200",
}


def tell_of_a_large_table(conn: sa.Connection) -> None:
    conn.exec_driver_sql("ANALYZE")
    conn.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE tbl = 'cases'")
    for index, numbers in LARGE.items():
        conn.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES ('cases', ?, ?)", (index, numbers))


def plan(conn: sa.Connection, statement: sa.Select[tuple[object, ...]]) -> list[str]:
    text = statement.compile(conn, compile_kwargs={"literal_binds": True})
    return [str(row[3]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]


@pytest.mark.parametrize("role", list(Role))
def test_no_part_of_what_waits_walks_all_cases(sqlite_store: Store, role: Role) -> None:
    with sqlite_store.transaction() as conn:
        actor = found_world(conn).actor(role)
        tell_of_a_large_table(conn)
    sqlite_store.engine.dispose()  # a connection reads the numbers when it is opened
    with sqlite_store.reading() as conn:
        question = worklist._question(conn, actor)
        assert question is not None
        plans = {
            key: plan(conn, source.rows.limit(worklist.MOST))
            for key, source in question.sources.items()
        }
    assert [key for key, steps in plans.items() if "SCAN cases" in steps] == []
    assert "SEARCH cases USING INTEGER PRIMARY KEY (rowid=?)" in plans["comment"]
