"""Last year's figure reaches the desk and the score through mergers and renames."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Cycle, UnitChange
from cases.queries.previous_figures import previous_figures
from cases.queries.scheme import scheme_of_cycle
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.world import AT


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def changed(desk: DataDesk, kind: str, day: date, origin: str, successor: str) -> None:
    units = desk.world.units
    with desk.store.transaction() as conn:
        conn.execute(
            sa.insert(UnitChange).values(
                kind=kind, day=day, from_unit_id=units[origin], from_name=origin,
                to_unit_id=units[successor], to_name=successor, document="云政〔2025〕1号",
                recorded_at=AT,
            )
        )  # fmt: skip


def figure(desk: DataDesk, unit: str) -> tuple[Decimal | None, bool]:
    with desk.store.reading() as conn:
        cycle = conn.execute(sa.select(Cycle).where(Cycle.id == desk.world.cycle_id)).one()
        scheme = scheme_of_cycle(conn, desk.world.cycle_id)
        assert scheme is not None
        unit_id = desk.world.units[unit]
        found = previous_figures(conn, cycle, {unit_id}, scheme).get((unit_id, "rd"))
    return (found.value, found.asked) if found else (None, False)


def test_a_successor_under_another_code_has_the_origin_s_figure(desk: DataDesk) -> None:
    assert figure(desk, "county") == (Decimal("2.0"), False)
    assert figure(desk, "environment") == (None, False)
    changed(desk, "recode", date(2025, 3, 1), "county", "environment")
    assert figure(desk, "environment") == (Decimal("2.0"), False)


def test_changes_before_last_year_s_end_count_no_more(desk: DataDesk) -> None:
    changed(desk, "split", date(2024, 12, 31), "environment", "county")
    assert figure(desk, "county") == (Decimal("2.0"), False)
    changed(desk, "split", date(2025, 1, 1), "environment", "county")
    assert figure(desk, "county") == (None, True)
