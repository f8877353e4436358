"""The log of results, the switch of intervals, warnings through the outbox."""

import pytest
import sqlalchemy as sa

from cases.commands.analysis import record_result, switch_intervals, warn
from cases.errors import Refused
from cases.journal.verify import verify_recent
from cases.models import AnalysisRun, Message, Outbox
from cases.notices.deliver import deliver_notices
from cases.queries.analysis import intervals_on, run_before, runs, scheme_with
from cases.scoring.analysis.record import difference
from cases.store import Store
from tests.analysis_year import found_year, revalue
from tests.staff import account
from tests.world import AT, found_world
from workflow.permissions import SYSTEM
from workflow.vocabulary import AnalysisKind, Role


def test_record_result_counts_what_is_equal_and_keeps_what_differs(store: Store) -> None:
    with store.transaction() as conn:
        world = found_year(conn)
        first = record_result(conn, world.cycle_id, actor=SYSTEM, at=AT)
        assert record_result(conn, world.cycle_id, actor=SYSTEM, at=AT) == first
        revalue(conn, world, "青川县", "hightech", "60")
        second = record_result(conn, world.cycle_id, actor=SYSTEM, at=AT)
    with store.reading() as conn:
        kept = runs(conn, world.cycle_id, [AnalysisKind.RESULT])
        assert [(r.id, r.times) for r in kept] == [(second, 1), (first, 2)]
        assert kept[0].digest != kept[1].digest
        row = conn.execute(sa.select(AnalysisRun).where(AnalysisRun.id == second)).one()
        before = run_before(conn, kept[0])
        assert before is not None
        scheme = scheme_with(conn, row.scheme_digest)
        found = difference(before.result, row.result, scheme, scheme)
        county = str(world.units["青川县"])
        assert [
            (c.unit, c.indicator, c.before, c.after, c.version_before, c.version_after)
            for c in found.figures
        ] == [(county, "hightech", "12", "60", 1, 2)]
        assert {t.unit: str(t.why[0]) for t in found.totals}[county] == "本单位 1 项数据有变动"
        assert verify_recent(conn).ok


def test_record_result_without_figures_keeps_nothing(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        assert record_result(conn, world.cycle_id, actor=SYSTEM, at=AT) is None


def test_switch_intervals_is_the_offices(store: Store) -> None:
    with store.transaction() as conn:
        world = found_year(conn)
        assert not intervals_on(conn, world.cycle_id)
        for role in (Role.DRAFTING_DIVISION, Role.COMMITTEE_MEMBER, Role.DECISION_RECORDER):
            with pytest.raises(Refused):
                switch_intervals(conn, world.cycle_id, True, actor=world.actor(role), at=AT)
        switch_intervals(conn, world.cycle_id, True, actor=world.actor(Role.OFFICE), at=AT)
        assert intervals_on(conn, world.cycle_id)


def test_warn_tells_each_unit_once(store: Store) -> None:
    with store.transaction() as conn:
        world = found_year(conn)
        units = [world.units["青川县"], world.units["白水县"]]
        assert warn(conn, world.cycle_id, 7, units, at=AT) == 2
        warn(conn, world.cycle_id, 7, units, at=AT)
        rows = conn.execute(sa.select(Outbox).order_by(Outbox.id)).all()
        roles = ["unit_contact", "unit_head"]
        assert [(r.kind, r.topic, r.payload["to"], r.payload["units"]) for r in rows] == [
            ("notice", "path_behind", roles, [unit]) for unit in units
        ]


def test_warn_reaches_the_units_own_people_only(store: Store) -> None:
    """Neither who provides the figures nor the people of a unit on its path are told."""
    with store.transaction() as conn:
        world = found_year(conn)
        account(conn, world, "mayor", Role.UNIT_CONTACT, unit="county")
        account(conn, world, "contact", Role.UNIT_CONTACT, unit="青川县")
        account(conn, world, "recorder", Role.DATA_PROVIDER, unit="统计局")
        warn(conn, world.cycle_id, 7, [world.units["county"]], at=AT)
        rows = conn.execute(sa.select(Outbox).order_by(Outbox.id)).all()
        deliver_notices(conn, rows, at=AT)
        told = conn.execute(sa.select(Message.person_id)).scalars().all()
    assert told == [world.people["mayor"]]
