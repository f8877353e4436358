"""What the person may see, and until when."""

from datetime import date

from cases.queries.result import result_of, signatures_of
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of, tell, written
from tests.world import AT
from workflow.vocabulary import FeedbackScope, Grade, Role


def test_result_before_notice_is_none(store: Store) -> None:
    with store.transaction() as conn:
        _, cases = at_synthesis(conn)
        assert result_of(conn, cases["沈知远"], AT.date()) is None


def test_result_carries_grade_problems_and_clocks(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        written(conn, world, cases)
        tell(conn, cases["沈知远"].id, Grade.INCOMPETENT)
        found = result_of(conn, cases_of(conn)["沈知远"], date(2025, 12, 12))
    assert found is not None
    assert (found.scope, found.grade, found.problems, found.rates) == (
        FeedbackScope.PROBLEMS,
        Grade.INCOMPETENT,
        "统筹不够。",
        None,
    )
    assert found.clocks.review_by == date(2026, 1, 9)
    assert (found.reviewable, found.statement_left) == (True, 3)


def test_review_is_statutory_for_the_lowest_grade_only(store: Store) -> None:
    with store.transaction() as conn:
        _, cases = at_synthesis(conn)
        tell(conn, cases["沈知远"].id, Grade.COMPETENT)
        found = result_of(conn, cases_of(conn)["沈知远"], AT.date())
    assert found is not None
    assert found.reviewable is False


def test_signatures_list_the_contacts_own_unit(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        for name in ("沈知远", "张伟"):
            tell(conn, cases[name].id, Grade.COMPETENT)
        contact = world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        names = [row.subject_name for row in signatures_of(conn, contact)]
    assert names == ["沈知远"]
