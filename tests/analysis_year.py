"""A year with settled figures of four hill counties, and the year before it, for analyses."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, IndicatorValue, Scheme, SchemeVersion, Unit
from cases.scoring.scheme import digest
from tests.world import AT, TIMETABLE, World, found_world, scheme_document
from workflow.vocabulary import CycleState, DataSheetState, ValueState

COUNTIES = ("沙溪县", "青川县", "云岭县", "白水县")
FIGURES: dict[str, tuple[str, str, str, str]] = {
    "rd": ("2.4", "1.0", "1.8", "1.2"),
    "hightech": ("31", "12", "25", "8"),
    "pm25": ("29", "48", "36", "33"),
    "energy": ("0.41", "0.60", "0.38", "0.52"),
}
BEFORE = {**FIGURES, "hightech": ("10", "12", "40", "8"), "pm25": ("41", "52", "36", "35")}


def found_year(conn: sa.Connection) -> World:
    """The sample world with four hill counties; ``units`` holds them by name."""
    world = found_world(conn)
    world.units["沙溪县"] = world.units["county"]
    for number, name in enumerate(COUNTIES[1:], 20):
        world.units[name] = _one(
            conn, Unit, code=f"U{number}", name=name, name_key=name, class_code="county.hill",
            has_body=True, sort_no=number * 10, managing_organ_id=world.units["organ"],
        )  # fmt: skip
    world.units["统计局"] = _one(
        conn, Unit, code="P1", name="统计局", name_key="统计局", sort_no=900
    )
    settle(conn, world, world.cycle_id, FIGURES)
    return world


def settle(
    conn: sa.Connection, world: World, cycle_id: int, table: dict[str, tuple[str, ...]]
) -> None:
    """Frozen figures for the counties, all provided by the statistics office."""
    for place, name in enumerate(COUNTIES):
        sheet = _one(
            conn, DataSheet, cycle_id=cycle_id, unit_id=world.units[name],
            state=DataSheetState.FROZEN,
        )  # fmt: skip
        conn.execute(
            sa.insert(IndicatorValue),
            [
                {
                    "sheet_id": sheet,
                    "indicator": code,
                    "value": row[place],
                    "state": ValueState.FROZEN,
                    "document": f"统计〔2026〕{place + 1} 号",
                    "provider_unit_id": world.units["统计局"],
                }
                for code, row in table.items()
            ],
        )


def found_year_before(conn: sa.Connection, world: World) -> int:
    """The cycle of 2024 with figures and a scheme that weighs innovation more; returns its id."""
    content = deepcopy(scheme_document())
    content["code"], content["year"] = "sample-2024", 2024
    content["weights"]["by_class"]["county.hill"] = {
        "innovation": 60, "rd": 20, "hightech": 40, "green": 40, "pm25": 20, "energy": 20,
    }  # fmt: skip
    organ = world.units["organ"]
    scheme = _one(conn, Scheme, code="old", title="上年方案", managing_organ_id=organ)
    version = _one(
        conn, SchemeVersion, scheme_id=scheme, number=1, content=content, digest=digest(content),
        created_at=AT, frozen_at=AT,
    )  # fmt: skip
    cycle = _one(
        conn, Cycle, ref="2024-1", year=2024, title="2024 年度考核", managing_organ_id=organ,
        scheme_version_id=version, state=CycleState.CLOSED, timetable=TIMETABLE, settings={},
    )  # fmt: skip
    settle(conn, world, cycle, BEFORE)
    return cycle


def with_paths(conn: sa.Connection) -> None:
    """Let the sample scheme state a path for pm25 (from last year's figure) and rd (a sum)."""
    row = conn.execute(sa.select(SchemeVersion).where(SchemeVersion.number == 1)).first()
    assert row is not None
    content: dict[str, Any] = deepcopy(row.content)
    for group in content["indicators"]:
        for leaf in group["children"]:
            if leaf["code"] in ("pm25", "rd"):
                leaf["path"] = {"form": "level" if leaf["code"] == "pm25" else "sum"}
    conn.execute(
        sa.update(SchemeVersion)
        .where(SchemeVersion.id == row.id)
        .values(content=content, digest=digest(content))
    )


def revalue(conn: sa.Connection, world: World, county: str, code: str, value: str) -> None:
    """A later revision: a new row in the place of the old one."""
    old = conn.execute(
        sa.select(IndicatorValue)
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .where(
            DataSheet.cycle_id == world.cycle_id,
            DataSheet.unit_id == world.units[county],
            IndicatorValue.indicator == code,
            IndicatorValue.superseded.is_(False),
        )
    ).one()
    conn.execute(
        sa.update(IndicatorValue).where(IndicatorValue.id == old.id).values(superseded=True)
    )
    conn.execute(
        sa.insert(IndicatorValue).values(
            sheet_id=old.sheet_id, indicator=code, number=old.number + 1, value=value,
            state=ValueState.FROZEN, provider_unit_id=old.provider_unit_id,
        )
    )  # fmt: skip


def _one(conn: sa.Connection, table: Any, **values: Any) -> int:
    return int(conn.execute(sa.insert(table).values(**values).returning(table.id)).scalar_one())
