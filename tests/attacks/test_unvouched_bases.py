"""Schemes, the year's choice of one, units' own results and changes: changed in SQL, named (H7)."""

import sqlalchemy as sa

from cases.commands.cycle import create_cycle
from cases.commands.scheme import keep_version
from cases.commands.unit_changes import plan, record
from cases.commands.unit_results import record_results
from cases.journal import verify
from cases.models import (
    Cycle,
    JournalPayload,
    SchemeVersion,
    UnitChange,
    UnitResult,
    UnitResultEntry,
)
from cases.scoring.scheme import digest
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.attacks.test_unvouched import after
from tests.cases.commands.test_unit_changes import TODAY, row
from tests.unit_results import give_results
from tests.world import AT, found_world, scheme_document
from workflow.vocabulary import Role, UnitChangeKind


def test_scheme_changed_in_sql_is_named(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        document = scheme_document() | {"code": "next-2026", "year": 2026}
        organ, office = world.units["organ"], world.actor(Role.OFFICE)
        version = keep_version(conn, document, organ_id=organ, actor=office, at=AT)
        assert verify(conn).ok
        softer = document | {"item_caps": {"deduction": 1, "bonus": 1}}
        row = sa.update(SchemeVersion).where(SchemeVersion.id == version)
        for values in (
            {"content": softer},
            {"content": softer, "digest": digest(softer)},
            {"digest": digest(softer)},
        ):
            report = after(conn, row.values(**values))
            assert (report.kind, report.subject_id) == ("scheme", version)
        told = str(sentence_of(report).sentence)
    assert told.startswith(f"2025年度考核方案(样例) 1(序号 {version}):方案内容与存入时的不一致。")


def test_year_put_on_another_scheme_in_sql_is_named(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        organ, office = world.units["organ"], world.actor(Role.OFFICE)
        old = conn.execute(sa.select(SchemeVersion.id)).scalar_one()
        document = scheme_document() | {"code": "next-2026", "year": 2026}
        version = keep_version(conn, document, organ_id=organ, actor=office, at=AT)
        cycle = create_cycle(
            conn, year=2026, organ_id=organ, scheme_version_id=version, timetable={}, actor=office,
            at=AT,
        )  # fmt: skip
        assert verify(conn).ok
        swapped = sa.update(Cycle).where(Cycle.id == cycle).values(scheme_version_id=old)
        report = after(conn, swapped)
        assert (report.kind, report.subject_id) == ("choice", cycle)
        assert sentence_of(report).ok is False


def test_units_own_result_changed_in_sql_is_named(store: Store) -> None:
    """What counts is held to its confirmation, what still waits to its record."""
    with store.transaction() as conn:
        world = found_world(conn)
        told = {
            name: (world.units[name], score, "目标责任考核", "云考〔2026〕1号")
            for name, score in (("environment", "70"), ("county", "81.5"))
        }
        give_results(conn, world, *told.values())
        give_results(conn, world, (told["environment"][0], "72", *told["environment"][2:]))
        office = world.actor(Role.OFFICE)
        rows = [told["county"]]
        record_results(conn, world.cycle_id, "performance", rows, actor=office, at=AT)
        assert verify(conn).ok
        one = UnitResult.unit_id == world.units["environment"]
        counts, waits = sa.update(UnitResult).where(one), sa.update(UnitResultEntry)
        more = {"cycle_id": world.cycle_id, "unit_id": world.units["organ"], "kind": "performance"}
        more |= {"score": "99", "document": "x", "source": "x", "entered_at": AT}
        mover = world.people["recorder"]
        for edit in (
            counts.values(score="95"),
            counts.values(document="云考〔2026〕9号"),
            counts.values(confirmed_by=mover),
            sa.delete(UnitResult).where(one),
            sa.insert(UnitResult).values(more),
            waits.values(score="95"),
            waits.values(entered_by=mover),
            waits.values(return_reason="来源不实"),
            sa.delete(UnitResultEntry),
            sa.insert(UnitResultEntry).values(more | {"entered_by": mover}),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id) == ("unit_result", world.cycle_id)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, edit).ok


def test_change_of_a_unit_changed_in_sql_is_named(store: Store) -> None:
    with store.transaction() as conn:
        office = found_world(conn).actor(Role.OFFICE)
        rows = [row("沙溪县", "沙溪市"), row("城关县", "沙溪县", UnitChangeKind.MERGE)]
        record(conn, plan(conn, rows, actor=office, today=TODAY), actor=office, at=AT)
        assert verify(conn).ok
        change = conn.execute(sa.select(sa.func.min(UnitChange.id))).scalar_one()
        one = sa.update(UnitChange).where(UnitChange.id == change)
        copy = dict(conn.execute(sa.select(UnitChange)).mappings().first() or {})
        for edit in (
            one.values(kind="merge"),
            one.values(day=AT.date()),
            one.values(year_only=True),
            one.values(from_unit_id=None),
            one.values(from_name="沙县"),
            one.values(to_code="130999"),
            one.values(document="民函〔2025〕9号"),
            sa.delete(UnitChange).where(UnitChange.id == change),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id) == ("unit_change", change)
            assert report.seq is not None
        told = f"沙溪县→沙溪市 更名(序号 {change}):单位变更与登记时的不一致。"
        assert str(sentence_of(report).sentence).startswith(told)
        forged = sa.insert(UnitChange).values(copy | {"id": 99, "to_name": "沙溪区"})
        report = after(conn, forged)
        assert (report.kind, report.subject_id, report.seq) == ("unit_change", 99, None)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, edit).ok
