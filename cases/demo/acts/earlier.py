"""Act: the year before, its figures taken over after the system came: growth, trend, rehearsal.

Nobody is assessed in it: its sheets are made bare, entered, verified, confirmed and locked as any
other, then the year is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import yaml

from cases.commands import beside
from cases.commands.cycle import Window, create_cycle, freeze_scheme, open_cycle
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import add_rows, bare_sheet, verify_values
from cases.commands.scheme import add_version
from cases.demo.acts.collecting import grouped, verifying
from cases.demo.city.places import OFFICE, data
from cases.demo.theatre import Theatre, on
from cases.models import Cycle
from workflow.vocabulary import Stage, Thing, ThingAction

NEW = "residents"
"""An indicator that the year before did not have; its weight lay with another of its group."""
SOURCE = "按第六、第七次人口普查分县资料推算(虚构)"


def play(theatre: Theatre) -> None:
    """From last year's scheme to the closed year."""
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    year, organ = theatre.year - 1, theatre.units[OFFICE]
    when = on("roster_import", 15)
    with theatre.writing() as conn:
        version = add_version(conn, scheme_before(year), organ_id=organ, actor=office, at=when)
        cycle_id = create_cycle(
            conn, year=year, organ_id=organ, scheme_version_id=version, timetable=_timetable(year),
            actor=office, at=when, title=f"云州市(虚构){year} 年度数据(补录)",
        )  # fmt: skip
    with theatre.writing() as conn:
        freeze_scheme(conn, cycle_id, actor=lead, at=when)
        open_cycle(conn, cycle_id, actor=lead, at=when, enqueue=False)
    sheets = _sheets(theatre, cycle_id, when)
    _figures(theatre, sheets, year)
    for code, sheet in sheets.items():
        with theatre.writing() as conn:
            contact = theatre.actor(f"contact/{code}")
            confirm(conn, sheet, actor=contact, at=on("roster_import", 18))
            beside.move(
                conn, Thing.DATA_SHEET, sheet, ThingAction.FREEZE_SHEET, actor=office,
                at=on("roster_import", 19),
            )  # fmt: skip
    with theatre.writing() as conn:
        beside.move(
            conn, Thing.CYCLE, cycle_id, ThingAction.CLOSE_CYCLE, actor=lead,
            at=on("roster_import", 20),
        )  # fmt: skip


def scheme_before(year: int) -> bytes:
    """Last year's scheme: without the newest indicator and with a little other weights."""
    document = data("scheme.yaml")
    document |= {
        "code": f"yunzhou-{year}", "year": year, "issued_on": date(year, 11, 20),
        "title": {
            "zh": f"云州市{year}年度考核方案(演示)",
            "en": f"Yunzhou assessment scheme {year} (demonstration)",
        },
    }  # fmt: skip
    for group in document["indicators"]:
        group["children"] = [leaf for leaf in group["children"] if leaf["code"] != NEW]
    for weights in document["weights"]["by_class"].values():
        weights["illiteracy_pct"] += weights.pop(NEW)
        for code, more in (("innovation", 2), ("edu_years", 2)):
            weights[code] += more
        for code in ("coordination", "urban_pct"):
            weights[code] -= 2
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode()


def _timetable(year: int) -> dict[Stage, Window]:
    window = Window(date(year + 1, 1, 2), date(year + 1, 11, 28))
    return dict.fromkeys(Stage, window)


def _sheets(theatre: Theatre, cycle_id: int, when: datetime) -> dict[str, int]:
    """One sheet a county, with a row for every figure its class is asked for."""
    office = theatre.actor("office_clerk_a")
    counties = {f.unit: None for f in theatre.city.values}
    with theatre.writing() as conn:
        timetable: Mapping[str, Any] = conn.execute(
            sa.select(Cycle.timetable).where(Cycle.id == cycle_id)
        ).scalar_one()
        made = {
            code: bare_sheet(conn, cycle_id, theatre.units[code], timetable, office, when)
            for code in counties
        }
        add_rows(conn, cycle_id, actor=office, at=when, sheets=list(made.values()))
    return made


def _figures(theatre: Theatre, sheets: Mapping[str, int], year: int) -> None:
    with theatre.writing() as conn:
        for (unit, provider), some in grouped(list(theatre.city.values)).items():
            entries = [
                Entry(f.indicator, value=str(f.previous), source=SOURCE, period=str(year))
                for f in some
            ]
            clerk = theatre.actor(f"data_provider/{provider}")
            enter_values(
                conn, sheets[unit], entries, hand_in=True, actor=clerk, at=on("roster_import", 16)
            )
        for (unit, department), some in grouped(list(theatre.city.values), verifying()).items():
            checker = theatre.actor(f"data_verifier/{department}")
            codes = [f.indicator for f in some]
            verify_values(conn, sheets[unit], codes, actor=checker, at=on("roster_import", 17))
