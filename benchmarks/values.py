"""Importing a workbook of 100,000 figures with all checks: read, compare, warn, write as drafts.

400 units × 250 indicators with last year's figures, ranges and sum checks; the goal is the issue's
60 seconds. The bare update of the same rows is measured beside it.
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.rounds import database, seconds
from cases.commands.data_import import Figure, read_figures, table_of, take
from cases.commands.observation_plan import plan
from cases.commands.observations import take_list
from cases.files.table_sheet import write_tables
from cases.files.workbook import open_workbook
from cases.models import (
    CalendarDay,
    Cycle,
    DataSheet,
    IndicatorValue,
    Person,
    Scheme,
    SchemeVersion,
    StoredFile,
    Unit,
)
from cases.queries.data_sheet import Desk, desk_of
from cases.scoring.scheme import digest
from cases.store import Store
from tests.world import TIMETABLE, scheme_document
from workflow.permissions import Actor, Grant
from workflow.vocabulary import CycleState, DataSheetState, Permission, Role, ValueState

AT = datetime(2026, 1, 14, 2, tzinfo=UTC)
SECONDS = 60.0
INDICATORS = 250


def _document() -> dict[str, Any]:
    """One class, ``INDICATORS`` leaves of one provider, every tenth checked by a sum."""
    codes = [f"i{n:03d}" for n in range(INDICATORS)]
    leaf = {
        "direction": "positive", "method": "minmax", "missing": "renormalise",
        "provider": "统计局", "range": {"low": 0, "high": 10_000_000},
    }  # fmt: skip
    checks = [
        {
            "code": f"c{n}", "title": f"合计{n}", "sum": codes[n : n + 3],
            "equals": codes[n + 3], "tolerance": 1,
        }
        for n in range(0, INDICATORS - 3, 10)
    ]  # fmt: skip
    share = [100 - (INDICATORS - 1) * 0.4, *[0.4] * (INDICATORS - 1)]
    weights = {code: f"{weight:.4g}" for code, weight in zip(codes, share, strict=True)}
    return {
        **scheme_document(),
        "classes": [{"code": "county", "title": "县"}],
        "indicators": [{"code": code, "title": f"指标{code}", **leaf} for code in codes],
        "weights": {"total": 100, "basis": "points", "by_class": {"county": weights}},
        "checks": checks,
    }


def _founded(conn: sa.Connection, units: int) -> Actor:
    """Units, two years' sheets, this year's values empty; returns the provider's clerk."""
    content = _document()
    rows = [{"code": "P", "name": "统计局", "name_key": "统计局", "sort_no": 1}]
    rows += [
        {"code": f"U{n:04d}", "name": f"第{n}县", "name_key": f"第{n}县", "sort_no": n + 2}
        for n in range(units)
    ]
    conn.execute(sa.insert(Unit), rows)
    conn.execute(sa.insert(CalendarDay), [{"day": date(2026, 1, 14), "working": True}])
    conn.execute(sa.insert(Person).values(id=1, name="方若谷", name_key="方若谷", unit_id=1))
    conn.execute(sa.insert(Scheme).values(id=1, code="b", title="b", managing_organ_id=1))
    conn.execute(
        sa.insert(SchemeVersion).values(
            id=1, scheme_id=1, number=1, content=content, digest=digest(content), created_at=AT
        )
    )
    chance = random.Random(2026)
    for cycle, year in ((1, 2024), (2, 2025)):
        conn.execute(
            sa.insert(Cycle).values(
                id=cycle, ref=f"{year}-1", year=year, title=f"{year}", managing_organ_id=1,
                scheme_version_id=1, state=CycleState.OPEN, timetable=TIMETABLE, settings={},
            )
        )  # fmt: skip
        _sheets(conn, cycle, units, chance, filled=cycle == 1)
    return Actor(1, 1, (Grant(Role.DATA_PROVIDER, unit_id=1),))


def _sheets(
    conn: sa.Connection, cycle: int, units: int, chance: random.Random, *, filled: bool
) -> None:
    first = (cycle - 1) * units
    state = DataSheetState.FROZEN if filled else DataSheetState.OPEN
    conn.execute(
        sa.insert(DataSheet),
        [
            {"id": first + n + 1, "cycle_id": cycle, "unit_id": n + 2, "state": state}
            for n in range(units)
        ],
    )
    for n in range(units):
        conn.execute(
            sa.insert(IndicatorValue),
            [
                {
                    "sheet_id": first + n + 1,
                    "indicator": f"i{i:03d}",
                    "provider_unit_id": 1,
                    "value": f"{chance.uniform(1, 99_999):.2f}" if filled else None,
                    "state": ValueState.FROZEN if filled else ValueState.DRAFT,
                }
                for i in range(INDICATORS)
            ],
        )


def _filled(desk: Desk, path: Path) -> int:
    """The desk's own workbook with a figure in every row; returns how many rows."""
    chance = random.Random(7)
    sheet = table_of(desk)
    rows = [[*row[:6], f"{chance.uniform(1, 99_999):.2f}", "年报", *row[8:]] for row in sheet.rows]
    whole = type(sheet)(sheet.name, sheet.title, sheet.columns, rows, sheet.note, sheet.locked)
    return write_tables(path, [whole])


def _imported(store: Store, actor: Actor, path: Path) -> tuple[float, list[Figure]]:
    found: list[Figure] = []

    def act() -> None:
        with store.reading() as conn:
            desk = desk_of(conn, actor, Permission.DATA_ENTER)
            assert desk is not None
            book = open_workbook(path.read_bytes())
            problems, figures = read_figures(conn, book, desk, AT.date())
        assert problems == []
        with store.transaction() as conn:
            take(conn, figures, actor=actor, at=AT)
        found.extend(figures)

    return seconds(act), found


def _listed(desk: Desk, path: Path) -> int:
    """A list of observations with a figure and its source for every value; returns how many."""
    chance = random.Random(11)
    with path.open("w", encoding="utf-8") as file:
        file.write("单位,所属期,指标,数值,来源,来源地址,提取方式,是否官方来源\n")
        for number, cell in enumerate(desk.cells):
            file.write(
                f"{cell.unit_code},2025,{cell.indicator},{chance.uniform(1, 99_999):.2f},统计年鉴,"
                f"https://example.org/{number},人工摘录,是\n"
            )
    return len(desk.cells)


def _taken(store: Store, actor: Actor, path: Path) -> tuple[float, int]:
    """Seconds to read, compare, check and write a list, and how many contradictions it had."""
    found: list[int] = []

    def act() -> None:
        with store.reading() as conn:
            desk = desk_of(conn, actor, Permission.DATA_ENTER)
            assert desk is not None
            book = open_workbook(path.read_bytes(), filename=path.name)
            made = plan(conn, book, desk, AT.date())
        assert not made.problems
        assert not made.refused
        with store.transaction() as conn:
            kept = conn.execute(
                sa.insert(StoredFile)
                .values(digest="0" * 64, size=1, media_type="text/csv", stored_at=AT)
                .returning(StoredFile.id)
            ).scalar_one()
            take_list(conn, made, desk, file_id=kept, name=path.name, actor=actor, at=AT)
        found.append(len(made.clashes))

    return seconds(act), found[0]


def _bare(store: Store) -> float:
    """The same rows updated without any look at them."""
    with store.reading() as conn:
        ids = list(conn.execute(sa.select(IndicatorValue.id)).scalars())
    rows = [{"b": i, "value": "1.5"} for i in ids[len(ids) // 2 :]]
    statement = sa.update(IndicatorValue).where(IndicatorValue.id == sa.bindparam("b"))

    def act() -> None:
        with store.transaction() as conn:
            conn.execute(statement.values(value=sa.bindparam("value")), rows)

    return seconds(act)


_EMPTY: dict[str, Any] = {"value": None, "source": None, "period": None}


def _this_year() -> Any:
    cycles = sa.select(DataSheet.id).where(DataSheet.cycle_id == 2)
    return IndicatorValue.sheet_id.in_(cycles)


def run(quick: bool) -> list[dict[str, Any]]:
    """Goal: 100,000 figures read, checked and written within 60 s."""
    units = 40 if quick else 400
    with database() as store, tempfile.TemporaryDirectory(prefix="kaoji-bench-") as folder:
        with store.transaction() as conn:
            actor = _founded(conn, units)
        with store.reading() as conn:
            desk = desk_of(conn, actor, Permission.DATA_ENTER)
        assert desk is not None
        path = Path(folder) / "figures.xlsx"
        listed = Path(folder) / "list.csv"
        sources = _listed(desk, listed)
        listing, clashes = _taken(store, actor, listed)
        with store.transaction() as conn:
            conn.execute(sa.update(IndicatorValue).values(_EMPTY).where(_this_year()))
        rows = _filled(desk, path)
        taken, figures = _imported(store, actor, path)
        plain = _bare(store)
    return [
        {
            "what": "values/import",
            "ours_s": round(taken, 2),
            "limit_s": SECONDS,
            "plain_update_s": round(plain, 2),
            "goal": f"<= {SECONDS:g} s",
            "met": taken <= SECONDS,
            "values": rows,
            "with_findings": sum(bool(f.findings) for f in figures),
        },
        {
            "what": "values/observation list",
            "ours_s": round(listing, 2),
            "limit_s": SECONDS,
            "goal": f"<= {SECONDS:g} s",
            "met": listing <= SECONDS,
            "values": sources,
            "contradictions": clashes,
        },
    ]
