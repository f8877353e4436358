"""Units' own results: exact scores with document; one records, another confirms, then they count."""

import pytest
import sqlalchemy as sa

from cases.commands.unit_results import confirm_results, record_results, return_results
from cases.errors import Invalid, Refused, Stale
from cases.journal import verify
from cases.models import JournalEntry, UnitResult
from cases.queries.unit_results import waiting_results
from cases.queries.worklist import worklist
from cases.store import Store
from tests.unit_results import marks, second
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Role


def record(conn: sa.Connection, world: World, score: str, unit: str = "county") -> None:
    rows = [(world.units[unit], score, "目标责任考核", "云考〔2026〕2号")]
    office = world.actor(Role.OFFICE)
    record_results(conn, world.cycle_id, "performance", rows, actor=office, at=AT)


def in_force(conn: sa.Connection) -> list[str]:
    return list(conn.execute(sa.select(UnitResult.score).order_by(UnitResult.id)).scalars())


def waits(conn: sa.Connection, actor: Actor) -> list[str]:
    return [g.key for g in worklist(conn, actor) if g.key.startswith("result_")]


def test_result_counts_once_another_person_confirms_it(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        cycle, clerk, lead = world.cycle_id, world.actor(Role.OFFICE), second(world)
        record(conn, world, "91.50")
        assert (in_force(conn), waits(conn, clerk), waits(conn, lead)) == (
            [], [], ["result_confirm"],
        )  # fmt: skip
        with pytest.raises(Refused) as refused:
            confirm_results(conn, cycle, marks(conn, world), actor=clerk, at=AT)
        assert [str(r) for r in refused.value.reasons] == ["本人登记的结果,须由另一人确认"]
        old = marks(conn, world)
        record(conn, world, "92")
        with pytest.raises(Stale):
            confirm_results(conn, cycle, old, actor=lead, at=AT)
        assert confirm_results(conn, cycle, marks(conn, world), actor=lead, at=AT) == 1
        with pytest.raises(Stale):
            confirm_results(conn, cycle, old, actor=lead, at=AT)
        record(conn, world, "60")
        assert (in_force(conn), waits(conn, lead)) == (["92"], ["result_confirm"])
        acts = conn.execute(
            sa.select(JournalEntry.action)
            .where(JournalEntry.subject == "unit_results")
            .order_by(JournalEntry.seq)
        ).scalars()
        did = ["record_performance"] * 2 + ["confirm_performance", "record_performance"]
        assert list(acts) == did


def test_returned_result_goes_back_to_who_recorded_it(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        cycle, clerk, lead = world.cycle_id, world.actor(Role.OFFICE), second(world)
        record(conn, world, "91.50")
        with pytest.raises(Invalid):
            return_results(conn, cycle, marks(conn, world), "不对", actor=lead, at=AT)
        return_results(conn, cycle, marks(conn, world), "文号与通报不符", actor=lead, at=AT)
        assert (waits(conn, clerk), waits(conn, lead)) == (["result_correct"], [])
        with pytest.raises(Refused):
            confirm_results(conn, cycle, marks(conn, world), actor=lead, at=AT)
        assert verify(conn).ok
        record(conn, world, "91.5")
        assert (waits(conn, clerk), waits(conn, lead)) == ([], ["result_confirm"])


def test_nobody_confirms_the_result_of_his_own_unit(store: Store) -> None:
    """On the roster there, by a post there, or speaking for it; the office's own goes to others."""
    with store.transaction() as conn:
        world = found_world(conn)
        lead = second(world)
        record(conn, world, "90", unit="organ")
        record(conn, world, "88")
        for actor in (lead, world.actor(Role.OFFICE, person="recorder")):
            closed = {x.unit: x.closed for x in waiting_results(conn, world.cycle_id, actor)}
            assert closed["沙溪县"] is None
            assert str(closed["云州市委组织部"]) == "不得办理本人所在单位的实绩数据"
            with pytest.raises(Refused):
                confirm_results(conn, world.cycle_id, marks(conn, world), actor=actor, at=AT)
        sent = world.actor(Role.OFFICE, person="contact")
        assert confirm_results(conn, world.cycle_id, marks(conn, world), actor=sent, at=AT) == 2
        record(conn, world, "95", unit="environment")
        assert waits(conn, sent) == []
        assert waits(conn, lead) == ["result_confirm"]


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
