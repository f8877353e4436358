"""Finding people by one character, two, or more."""

import pytest
import sqlalchemy as sa

from cases.models import NameGram, Person
from cases.names import grams
from cases.queries.people import named_like, searched
from cases.store import Store

NAMES = ("王伟", "欧阳明远", "买买提·吐尔逊", "王明", "阳欧阳", "王伟")


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction() as conn:
        for number, name in enumerate(NAMES, 1):
            order = 100 - number
            conn.execute(
                sa.insert(Person).values(id=number, name=name, name_key=name, order_key=order)
            )
            rows = [{"gram": g, "order_key": order, "person_id": number} for g in grams(name)]
            conn.execute(sa.insert(NameGram), rows)
    return store


def found(store: Store, text: str, after: tuple[int, int] | None = None) -> list[int]:
    query = named_like(text, after)
    if query is None:
        return []
    with store.reading() as conn:
        return [row.person_id for row in conn.execute(query)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("王", [6, 4, 1]),
        ("王伟", [6, 1]),
        ("欧阳", [5, 2]),
        ("欧阳明", [2]),
        ("阳欧", [5]),
        ("提·吐", [3]),
        (" 王 伟 ", [6, 1]),
        ("无此人", []),
        ("·", []),
        ("", []),
        ("%", []),
    ],
)
def test_search_finds_the_piece_in_official_order(filled: Store, text: str, ids: list[int]) -> None:
    assert found(filled, text) == ids


def test_page_begins_after_the_last_row_seen(filled: Store) -> None:
    assert found(filled, "王", (94, 6)) == [4, 1]


def test_piece_is_cut_at_its_longest() -> None:
    assert len(searched("王" * 90)) == 20


def test_first_page_is_read_from_the_key_without_sorting(sqlite_store: Store) -> None:
    query = named_like("王", (5, 5))
    assert query is not None
    with sqlite_store.reading() as conn:
        text = str(query.limit(50).compile(conn, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + text)]
    assert plan == ["SEARCH name_grams USING PRIMARY KEY (gram=? AND (order_key,person_id)>(?,?))"]
