"""Units' own results: exact scores with source and document, the last import counts."""

import pytest
import sqlalchemy as sa

from cases.commands.unit_results import record_results
from cases.errors import Invalid, Refused
from cases.models import UnitResult
from cases.store import Store
from tests.world import AT, found_world
from workflow.vocabulary import Role


def test_last_import_counts(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office, unit = world.actor(Role.OFFICE), world.units["county"]
        for score in ("91.50", "92"):
            rows = [(unit, score, "问卷 512 份", "云考〔2026〕2号")]
            record_results(conn, world.cycle_id, "satisfaction", rows, actor=office, at=AT)
        kept = conn.execute(sa.select(UnitResult.score, UnitResult.source)).all()
    assert [tuple(r) for r in kept] == [("92", "问卷 512 份")]


@pytest.mark.parametrize(
    ("score", "source", "field"),
    [("100.1", "a", "score"), ("-1", "a", "score"), ("NaN", "a", "score"), ("90", " ", "source")],
)
def test_row_that_cannot_be_taken_is_named(
    store: Store, score: str, source: str, field: str
) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        rows = [(world.units["county"], score, source, "云考〔2026〕2号")]
        with pytest.raises(Invalid) as invalid:
            record_results(
                conn, world.cycle_id, "performance", rows, actor=world.actor(Role.OFFICE), at=AT
            )
    assert list(invalid.value.errors) == [field]


def test_only_the_office_records(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        rows = [(world.units["county"], "90", "a", "b")]
        reader = world.actor(Role.ARCHIVIST)
        with pytest.raises(Refused):
            record_results(conn, world.cycle_id, "performance", rows, actor=reader, at=AT)
