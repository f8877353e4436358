"""Filing at once: every volume has a number of its own, and nobody meets an error (C9)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cases.commands import filing
from cases.errors import KaojiError
from cases.journal import verify
from cases.models import Case, Filing
from cases.store import Store
from tests.attacks.test_door_rivals import race
from tests.cases.commands.test_filing import LATE, archivist, with_papers
from workflow.vocabulary import Grade


@pytest.mark.parametrize("batches", [[[0], [1], [2]], [[0, 1, 2], [2, 1], [1], [2], [0]]])
def test_rivals_file_under_numbers_of_their_own(store: Store, batches: list[list[int]]) -> None:
    with store.transaction() as conn:
        # One term for all: they want the next number of the same row of numbers.
        world, cases = with_papers(conn, deputy=Grade.COMPETENT)
        ids = [row.id for row in cases.values()]
    who = archivist(world)
    acts = [
        lambda conn, mine=[ids[i] for i in batch]: filing.file_volumes(
            conn, mine, actor=who, at=LATE
        )
        for batch in batches
    ]
    results = race(store, acts)
    assert [r for r in results if isinstance(r, KaojiError)] == []
    assert sorted(f.case_id for r in results for f in r if f.done) == sorted(ids)
    with store.reading() as conn:
        numbers = conn.execute(
            sa.select(Filing.archive_no).where(Filing.archive_no.is_not(None))
        ).scalars()
        assert sorted(numbers) == [f"U1-WS·2025-D30-KH-0000{n}" for n in (1, 2, 3)]
        assert verify(conn).ok


def test_number_after_the_last_of_five_digits(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = with_papers(conn)
        first, second, *_ = [row.id for row in cases.values()]
        conn.execute(sa.update(Case).values(decided_grade="competent", outcome="graded"))
        last = "U1-WS·2025-D30-KH-100000"
        conn.execute(sa.update(Filing).where(Filing.case_id == first).values(archive_no=last))
        (filed,) = filing.file_volumes(conn, [second], actor=archivist(world), at=LATE)
        assert filed.done
        number = conn.execute(
            sa.select(Filing.archive_no).where(Filing.case_id == second)
        ).scalar_one()
    assert number == "U1-WS·2025-D30-KH-100001"
