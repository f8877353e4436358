from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.ranking import Edge, edge, ranks

SCORES = {"a": Decimal(90), "b": Decimal(90), "c": Decimal(80), "d": None, "e": Decimal(70)}


def test_ranks_ties_share_the_better_one() -> None:
    assert ranks(SCORES) == {"a": 1, "b": 1, "c": 3, "d": None, "e": 4}


def test_edge_tie_is_flagged_never_broken() -> None:
    assert edge(SCORES, 1) == Edge((), ("a", "b"))
    assert edge(SCORES, 2) == Edge(("a", "b"), ())
    assert edge(SCORES, 3) == Edge(("a", "b", "c"), ())
    assert edge(SCORES, 0) == Edge((), ())


@given(
    st.dictionaries(st.text(max_size=3), st.none() | st.decimals(0, 9, places=0), max_size=12),
    st.integers(0, 12),
)
def test_edge_never_more_inside_than_seats(scores: dict[str, Decimal | None], seats: int) -> None:
    found = edge(scores, seats)
    assert len(found.inside) <= seats
    assert not found.tied or len(found.inside) + len(found.tied) > seats
