"""What is asked once in a view, and what is built once in a process."""

from __future__ import annotations

import sqlalchemy as sa

from cases.models import Case
from cases.queries import kept as module
from cases.queries.kept import Same, built, kept
from cases.store import Store


def asked_twice(conn: sa.Connection) -> list[int]:
    answers = iter((1, 2))
    return [kept(conn, "number", lambda: next(answers)) for _ in range(2)]


def test_an_answer_is_kept_in_a_view_with_a_place_for_it(sqlite_store: Store) -> None:
    with sqlite_store.reading() as conn:
        assert asked_twice(conn.execution_options(kept={})) == [1, 1]


def test_an_answer_is_not_carried_into_the_next_view(sqlite_store: Store) -> None:
    found = []
    for number in (1, 2):
        with sqlite_store.reading() as conn:
            view = conn.execution_options(kept={})
            found.append(kept(view, "number", lambda number=number: number))
    assert found == [1, 2]


def test_a_writing_transaction_asks_anew(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        assert asked_twice(conn) == [1, 2]


def test_a_statement_is_built_once_and_the_number_kept_is_bounded() -> None:
    made = [built(("test_kept", n % 2), object) for n in range(4)]
    assert made[0] is made[2] and made[1] is made[3] and made[0] is not made[1]
    for n in range(module._MOST + 5):
        built(("test_kept", n), object)
    assert len(module._BUILT) <= module._MOST


def test_a_condition_as_a_key_is_equal_to_itself_only() -> None:
    first, second = Case.id == 1, Case.id == 1
    assert {Same(first): "a"}.get(Same(first)) == "a"
    assert Same(first) != Same(second)
