"""Administrative changes over HTTP: a year alone in the form, and 26 years of published events."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.files.unit_events import names_in
from cases.models import Unit, UnitChange
from cases.store import Store
from tests.golden.reference import folder, rows
from tests.journeys.data_desk import DataDesk
from tests.web_client import Page
from workflow.vocabulary import Role


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


def founded(desk: DataDesk, events: list[dict[str, str]]) -> None:
    """A roster with every unit and area that the events name."""
    lists = ("old_county_units", "new_county_units", "prefecture_names")
    told = {name for e in events for field in lists for name in names_in(e[field])}
    rows = [
        {"code": f"R{n}", "name": name, "name_key": name, "sort_no": 2000 + n}
        for n, name in enumerate(sorted(one for one in told if len(one) <= 20))
    ]
    with desk.store.transaction() as conn:
        conn.execute(sa.insert(Unit), rows)


def test_all_579_events_are_taken_or_refused_with_the_reason(desk: DataDesk) -> None:
    path = folder("divisions", within="") / "county_change_events_2000_2026.csv"
    events = rows(path)
    founded(desk, events)
    me = desk.office(Role.OFFICE_LEAD)

    def dry_run(text: bytes) -> Page:
        form = me.get("/units/changes/upload")
        sent = me.submit(form, {"file": (io.BytesIO(text), "events.csv")}, action="")
        return me.follow(sent)

    whole = dry_run(path.read_bytes())
    refused = {int(number) for number in re.findall(r"CSV!G(\d+)", whole.text)}
    assert (len(events), len(refused)) == (579, 47)
    assert "登记 " not in whole.text.split("可以登记")[-1]
    me.post(whole.path, {}, status=409)
    assert recorded(desk) == []
    good = [one for number, one in enumerate(events, 2) if number not in refused]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(events[0]))
    writer.writeheader()
    writer.writerows(good)
    me.submit(dry_run(text.getvalue().encode()), {}, action="")
    found = recorded(desk)
    assert all(year_only for _, _, year_only in found)
    assert Counter(kind for kind, _, _ in found) == {
        "replace": 209, "transfer": 190, "merge": 88, "seat": 67, "split": 45, "rename": 30,
        "found": 26, "adjust": 11, "abolish": 5,
    }  # fmt: skip
    assert "已经登记过 671 项，不能登记 0 项" in dry_run(text.getvalue().encode()).text
    with desk.store.reading() as conn:
        unit = conn.execute(sa.select(Unit.id).where(Unit.name == "泸溪县")).scalar_one()
        kept = conn.execute(sa.select(sa.func.count(sa.distinct(UnitChange.document)))).scalar()
    assert kept == 532
    history = me.get(f"/units/{unit}/history")
    assert "驻地迁移" in history.text
    assert "将湖南省泸溪县人民政府驻地由武溪镇迁至白沙镇" in history.text
