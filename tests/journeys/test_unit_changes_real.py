"""Administrative changes over HTTP: a year alone in the form, and 26 years of published events."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Unit, UnitChange
from cases.store import Store
from tests.golden.reference import folder, rows
from tests.journeys.data_desk import DataDesk
from workflow.vocabulary import Role

HEADS = "变更类型,生效日期,原代码,原名称,新代码,新名称,依据文号,备注"
KINDS = {
    "rename": "rename",
    "merge": "merge",
    "abolish_or_merge": "merge",
    "jurisdiction_transfer": "transfer",
}


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def recorded(desk: DataDesk) -> list[tuple[str, str, bool]]:
    c = UnitChange
    with desk.store.reading() as conn:
        found = conn.execute(sa.select(c.kind, c.day, c.year_only).order_by(c.id))
        return [(kind, str(day), year_only) for kind, day, year_only in found]


def test_the_form_takes_a_year_alone(desk: DataDesk) -> None:
    me = desk.office(Role.OFFICE_LEAD)
    typed = {
        "kind": "merge", "day": "2016年", "from_name": "老沙溪县", "to_name": "沙溪县",
        "document": "民发〔2016〕12号",
    }  # fmt: skip
    page = me.get("/units/changes")
    wrong = me.submit(page, {**typed, "day": "16年"}, action="", status=422)
    assert wrong.errors == ["生效日期：日期写成 2026-1-5 或 2026年1月5日"]
    done = me.follow(me.submit(page, typed, action=""))
    assert "2016 年" in done.text
    assert recorded(desk) == [("merge", "2016-01-01", True)]


def test_real_events_of_26_years_come_in_by_the_page(desk: DataDesk) -> None:
    path = folder("divisions", within="") / "county_change_events_2000_2026.csv"
    events = rows(path)
    assert len(events) == 579
    lines = [
        (KINDS[e["event_type"]], e["year"], "", old, "", new, e["event_id"], "")
        for e in events
        if e["event_type"] in KINDS
        for old in filter(None, e["old_county_units"].split("、"))
        for new in filter(None, e["new_county_units"].split("、"))
        if (e["event_type"] == "rename") <= (old != new)
    ]
    once = list({(line[0], line[1], line[3], line[5]): line for line in lines}.values())
    once = [x for x in once if x[1] <= "2025" and not (x[0] == "transfer" and x[3] == x[5])]
    names = sorted({x[3] for x in once} | {x[5] for x in once})
    with desk.store.transaction() as conn:
        conn.execute(
            sa.insert(Unit),
            [
                {"code": f"R{n}", "name": name, "name_key": name, "sort_no": 2000 + n}
                for n, name in enumerate(names)
            ],
        )
    me = desk.office(Role.OFFICE_LEAD)
    text = "\n".join([HEADS, *(",".join(line) for line in once)])
    form = me.get("/units/changes/upload")
    sent = me.submit(form, {"file": (io.BytesIO(text.encode()), "events.csv")}, action="")
    page = me.follow(sent)
    me.submit(page, {}, action="")
    found = recorded(desk)
    assert len(found) == len(once) > 300
    assert all(year_only for _, _, year_only in found)
