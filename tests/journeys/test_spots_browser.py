"""The weak-spot sheet of a scheme as large as the largest published: 44 indicators in 7 groups."""

import os
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from pypdf import PdfReader

from cases.models import DataSheet, IndicatorValue, SchemeVersion
from cases.scoring.scheme import digest
from cases.store import Store
from tests.analysis_year import COUNTIES, found_year
from tests.browsing import chromium, served
from tests.web_client import open_site
from tests.world import World
from workflow.vocabulary import Role, ValueState

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
GROUPS = 7
INDICATORS = 44
NAMES = ("一般公共预算收入增长率", "规模以上工业增加值增长率", "万元产值能耗下降率", "森林覆盖率")


def large(content: dict[str, Any]) -> dict[str, Any]:
    """The sample scheme with 44 indicators in 7 groups, all of one weight."""
    found = deepcopy(content)
    leaves = [
        {
            "code": f"i{n}", "title": f"{NAMES[n % len(NAMES)]}({n + 1})", "direction": "positive",
            "method": "minmax", "missing": "renormalise", "provider": "统计局", "unit": "%",
        }
        for n in range(INDICATORS)
    ]  # fmt: skip
    found["indicators"] = [
        {"code": f"g{n}", "title": f"第{n + 1}组", "children": leaves[n::GROUPS]}
        for n in range(GROUPS)
    ]
    found["weights"] = {"method": "equal"}
    for name in ("red_lines", "checks"):
        found.pop(name, None)
    return found


def found_large(conn: sa.Connection) -> World:
    world = found_year(conn)
    row = conn.execute(sa.select(SchemeVersion)).one()
    content = large(row.content)
    conn.execute(
        sa.update(SchemeVersion)
        .where(SchemeVersion.id == row.id)
        .values(content=content, digest=digest(content))
    )
    conn.execute(sa.delete(IndicatorValue))
    source = Random(44)
    sheets = {
        unit: sheet for sheet, unit in conn.execute(sa.select(DataSheet.id, DataSheet.unit_id))
    }
    conn.execute(
        sa.insert(IndicatorValue),
        [
            {
                "sheet_id": sheets[world.units[county]], "indicator": f"i{n}",
                "value": f"{source.randrange(1000) / 10}", "state": ValueState.FROZEN,
                "provider_unit_id": world.units["统计局"],
            }
            for county in COUNTIES
            for n in range(INDICATORS)
        ],
    )  # fmt: skip
    return world


def test_44_indicators_print_on_one_a4(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    with sqlite_store.transaction() as conn:
        world = found_large(conn)
    site = open_site(sqlite_store, tmp_path)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    path = f"/analysis/2025-1/units/{world.units['沙溪县']}/spots"
    assert office.get(path).h1 == "沙溪县强项和弱项"
    printed = tmp_path / "spots.pdf"
    with served(site.app) as address:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        cookie = office.browser.get_cookie("kaoji", domain="127.0.0.1")
        assert cookie is not None
        context.add_cookies([{"name": "kaoji", "value": cookie.value, "url": address}])
        tab = context.new_page()
        tab.goto(address + path)
        tab.pdf(path=str(printed), format="A4", print_background=True)
        context.close()
    if "KAOJI_SHOTS" in os.environ:
        Path(os.environ["KAOJI_SHOTS"], "spots.pdf").write_bytes(printed.read_bytes())
    pages = PdfReader(printed).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert [n + 1 for n in range(INDICATORS) if f"({n + 1})" not in text] == []
    assert len(pages) == 1
