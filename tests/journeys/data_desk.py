"""A site where a county's figures are collected: providers, verifiers, last year's sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from cases.commands.data_sheet import make_sheets
from cases.commands.opening import open_cases
from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.store import Store
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import DataSheetState, Role, ValueState

PROVIDERS = ("科技局", "生态环境局", "统计局")
WORK = datetime(2026, 1, 14, 2, 5, tzinfo=UTC)


class DataDesk:
    """14 January 2026; ``units`` the providing departments by name; ``sheet_id`` the county's."""

    def __init__(self, store: Store, folder: Path, *, last_year: str | None = "2.0") -> None:
        self.store, self.units = store, dict[str, int]()
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            for number, name in enumerate(PROVIDERS):
                self.units[name] = conn.execute(
                    sa.insert(Unit)
                    .values(code=f"P{number}", name=name, name_key=name, sort_no=900 + number)
                    .returning(Unit.id)
                ).scalar_one()
            office = self.world.actor(Role.OFFICE)
            open_cases(conn, self.world.cycle_id, actor=office, at=AT)
            make_sheets(conn, self.world.cycle_id, actor=office, at=AT)
            self.sheet_id: int = conn.execute(sa.select(DataSheet.id)).scalar_one()
            if last_year is not None:
                self._last_year(conn, last_year)
        self.site: Site = open_site(store, folder)
        self.site.clock.at = WORK

    def _last_year(self, conn: sa.Connection, figure: str) -> None:
        this = conn.execute(sa.select(Cycle)).one()
        before = this._asdict() | {"id": None, "ref": "2024-1", "year": 2024, "title": "2024"}
        del before["id"]
        cycle = conn.execute(sa.insert(Cycle).values(**before).returning(Cycle.id)).scalar_one()
        sheet = conn.execute(
            sa.insert(DataSheet)
            .values(cycle_id=cycle, unit_id=self.world.units["county"], state=DataSheetState.FROZEN)
            .returning(DataSheet.id)
        ).scalar_one()
        conn.execute(
            sa.insert(IndicatorValue).values(
                sheet_id=sheet, indicator="rd", value=figure, state=ValueState.FROZEN,
                provider_unit_id=self.units["科技局"],
                verifier_unit_id=self.units["科技局"],
            )
        )  # fmt: skip

    def staff(self, role: Role, unit: str = "科技局", *more: Role, name: str = "") -> Client:
        return self.site.sign_in_as(
            role, *more, unit=self.units[unit], name=name or f"{unit}{role}"
        )

    def office(self, *more: Role, key: str = "clerk") -> Client:
        return self.site.sign_in_as(
            Role.OFFICE, *more, organ=self.world.units["organ"], person_id=self.world.people[key]
        )

    def value(self, indicator: str = "rd") -> IndicatorValue:
        with self.store.reading() as conn:
            return conn.execute(
                sa.select(IndicatorValue)
                .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
                .where(
                    IndicatorValue.indicator == indicator,
                    IndicatorValue.superseded.is_(False),
                    DataSheet.id == self.sheet_id,
                )
            ).one()  # type: ignore[return-value]

    def sheet_state(self) -> str:
        with self.store.reading() as conn:
            return str(
                conn.execute(
                    sa.select(DataSheet.state).where(DataSheet.id == self.sheet_id)
                ).scalar_one()
            )

    def typed(self, value: str = "", **more: str) -> dict[str, str]:
        """Fields of the county's row."""
        row = {"value": value, **more}
        return {f"{k}_{self.sheet_id}": v for k, v in row.items()}
