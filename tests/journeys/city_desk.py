"""A site where one department provides many indicators for many cities, with checks among them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, FigureConflict, IndicatorValue, SchemeVersion, Unit
from cases.scoring.scheme import digest
from cases.store import Store
from tests.journeys.data_desk import WORK
from tests.web_client import Client, Page, Site, open_site
from tests.world import World, found_world, scheme_document
from workflow.vocabulary import DataSheetState, Role, ValueState

Metric = tuple[str, str]
"""Code and unit of measure."""
OWN: tuple[Metric, ...] = (("gdp", "亿元"), ("people", "人"), ("per_head", "元"))
PER_HEAD = {
    "code": "per_head", "title": "人均产出", "ratio": ["gdp", "people"], "equals": "per_head",
    "times": 100_000_000, "low": "0.95", "high": "1.05",
}  # fmt: skip


def city_scheme(metrics: Sequence[Metric], checks: list[dict[str, Any]], year: int) -> Any:
    """The sample scheme with other indicators; each counts alike."""
    content = scheme_document()
    leaves = [
        {
            "code": code, "title": code, "unit": unit, "direction": "positive",
            "method": "minmax", "missing": "renormalise", "provider": "统计局",
        }
        for code, unit in metrics
    ]  # fmt: skip
    content["indicators"] = [{"code": "all", "title": "全部", "children": leaves}]
    weights = {"all": "100"} | {code: f"100/{len(metrics)}" for code, _ in metrics}
    content["weights"] = {
        "total": 100, "basis": "points",
        "by_class": {"county.plain": weights, "county.hill": weights},
    }  # fmt: skip
    content["checks"] = checks
    content["year"] = year
    return content


class CityDesk:
    """``units`` the cities by name, ``sheets`` their data sheets."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        cities: Sequence[str],
        *,
        metrics: Sequence[Metric] = OWN,
        checks: list[dict[str, Any]] | None = None,
        year: int = 2025,
        other: Sequence[str] = (),
    ) -> None:
        self.store, self.sheets = store, dict[str, int]()
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            content = city_scheme(metrics, [PER_HEAD] if checks is None else checks, year)
            new = {"content": content, "digest": digest(content)}
            conn.execute(sa.update(SchemeVersion).values(**new))
            conn.execute(sa.update(Cycle).values(year=year))
            self.provider = self._unit(conn, "P1", "统计局", 900)
            self.other = self._unit(conn, "P2", "公安局", 901)
            for number, city in enumerate(cities):
                unit = self._unit(conn, f"C{number:02}", city, 1000 + number)
                self._sheet(conn, city, unit, metrics, other)
        self.site: Site = open_site(store, folder)
        self.site.clock.at = WORK

    def _unit(self, conn: sa.Connection, code: str, name: str, sort: int) -> int:
        made = sa.insert(Unit).values(
            code=code, name=name, name_key=name, sort_no=sort, class_code="county.hill"
        )
        return int(conn.execute(made.returning(Unit.id)).scalar_one())

    def _sheet(
        self,
        conn: sa.Connection,
        city: str,
        unit: int,
        metrics: Sequence[Metric],
        other: Sequence[str],
    ) -> None:
        made = sa.insert(DataSheet).values(
            cycle_id=self.world.cycle_id, unit_id=unit, state=DataSheetState.OPEN
        )
        self.sheets[city] = int(conn.execute(made.returning(DataSheet.id)).scalar_one())
        conn.execute(
            sa.insert(IndicatorValue),
            [
                {
                    "sheet_id": self.sheets[city], "indicator": code, "measure_unit": unit,
                    "state": ValueState.DRAFT,
                    "provider_unit_id": by,
                    "verifier_unit_id": by,
                }
                for code, unit in metrics
                for by in (self.other if code in other else self.provider,)
            ],
        )  # fmt: skip

    def clerk(self, name: str = "填报甲") -> Client:
        return self.site.sign_in_as(Role.DATA_PROVIDER, unit=self.provider, name=name)

    def checker(self) -> Client:
        return self.site.sign_in_as(Role.DATA_VERIFIER, unit=self.provider, name="审核乙")

    def stands(self, city: str, code: str) -> tuple[str | None, str | None, str | None]:
        """Figure, last year's figure and source of one value."""
        v = IndicatorValue
        with self.store.reading() as conn:
            row = conn.execute(
                sa.select(v.value, v.previous_value, v.source).where(
                    v.sheet_id == self.sheets[city], v.indicator == code
                )
            ).one()
        return row.value, row.previous_value, row.source

    def conflicts(self) -> list[tuple[str, str, str, str, str | None]]:
        """Indicator, period, kind, the new figure and the standing one, in the order found."""
        f = FigureConflict
        with self.store.reading() as conn:
            rows = conn.execute(
                sa.select(f.indicator, f.period, f.kind, f.value, f.other_value).order_by(f.id)
            )
            return [tuple(row) for row in rows]  # type: ignore[misc]


def given(client: Client, data: bytes, name: str = "list.csv") -> Page:
    """The dry run of a list."""
    form = client.get("/data/observations/upload")
    sent = client.submit(form, {"file": (io.BytesIO(data), name)}, action="")
    return client.follow(sent)
