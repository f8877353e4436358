"""Act: departments enter and verify figures; results and satisfaction arrive; gates open."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import beside, unit_items
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import return_value, verify_values
from cases.commands.transition import perform_many
from cases.commands.unit_items import Fact
from cases.commands.unit_results import confirm_results, record_results
from cases.demo.acts import observing
from cases.demo.city.figures import RESIDENTS, item_cases
from cases.demo.city.places import data
from cases.demo.city.story import TURNS
from cases.demo.theatre import Theatre, at, on
from cases.models import DataSheet
from cases.queries.unit_results import waiting_results
from cases.scoring.scheme import load
from workflow.permissions import SYSTEM
from workflow.vocabulary import Action, DataSheetState, State, Thing, ThingAction


def play(theatre: Theatre) -> None:
    """All values by the deadline but the late one; its cases pass provisionally."""
    sheets = _sheets(theatre)
    figures = [f for f in theatre.city.values if not f.late]
    observing.take(theatre, figures)
    _enter(theatre, sheets, figures)
    _items(theatre)
    _verify(theatre, sheets, figures)
    _results(theatre)
    _freeze(theatre, on("data_deadline", 16))
    with theatre.writing() as conn:
        perform_many(
            conn, theatre.cases(State.COLLECTING), Action.PASS_DATA, actor=SYSTEM,
            at=on("data_deadline", 17),
        )  # fmt: skip
    _provisional(theatre)


def _sheets(theatre: Theatre) -> dict[str, int]:
    codes = {i: c for c, i in theatre.units.items()}
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(DataSheet.unit_id, DataSheet.id).where(DataSheet.cycle_id == theatre.cycle_id)
        )
        return {codes[unit]: sheet for unit, sheet in rows}


def grouped(
    figures: list[Any], charged: dict[str, str] | None = None
) -> dict[tuple[str, str], list[Any]]:
    """By unit and department: the one that enters, or the one that verifies."""
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for figure in figures:
        department = charged[figure.indicator] if charged is not None else figure.provider
        groups[figure.unit, department].append(figure)
    return groups


def verifying() -> dict[str, str]:
    """Indicator or item -> the department whose people verify it."""
    scheme = load(data("scheme.yaml"))
    return {
        code: one.verifier or one.provider
        for rows in (scheme.entered, scheme.items)
        for code, one in rows.items()
    }


def _enter(theatre: Theatre, sheets: dict[str, int], figures: list[Any]) -> None:
    groups = grouped(figures).items()
    with theatre.writing() as conn:
        for (unit, provider), some in theatre.bars.over(groups, "填报数据"):
            clerk = theatre.actor(f"data_provider/{provider}")
            entries = [
                Entry(
                    f.indicator, value=str(f.value), source=f.source, document=f.document,
                    period=str(theatre.year),
                )
                for f in some
            ]  # fmt: skip
            enter_values(
                conn, sheets[unit], entries, hand_in=True, actor=clerk,
                at=at(some[0].reported_on, 10),
            )  # fmt: skip


def _verify(theatre: Theatre, sheets: dict[str, int], figures: list[Any]) -> None:
    turn = next(t for t in TURNS if t.kind == "data_returned")
    groups = grouped(figures, verifying())
    for (unit, department), some in groups.items():
        if unit == turn.unit and turn.details["indicator"] in [f.indicator for f in some]:
            checker = theatre.actor(f"data_verifier/{department}")
            _correct(theatre, sheets[unit], some, turn, checker)
    with theatre.writing() as conn:
        for (unit, department), some in theatre.bars.over(groups.items(), "审核数据"):
            checker = theatre.actor(f"data_verifier/{department}")
            wanted = [f.indicator for f in some]
            if department == RESIDENTS[1]:
                wanted.append(RESIDENTS[0])
            verify_values(conn, sheets[unit], wanted, actor=checker, at=on("data_deadline", 11))


def _correct(theatre: Theatre, sheet: int, some: list[Any], turn: Any, checker: Any) -> None:
    figure = next(f for f in some if f.indicator == turn.details["indicator"])
    clerk = theatre.actor(f"data_provider/{figure.provider}")
    with theatre.writing() as conn:
        return_value(conn, sheet, figure.indicator, turn.what, actor=checker, at=at(turn.day, 10))
    entry = Entry(
        figure.indicator, value=str(figure.value), source=figure.source,
        document=figure.document, remark="按退回意见核对后改正",
    )  # fmt: skip
    with theatre.writing() as conn:
        enter_values(conn, sheet, [entry], hand_in=True, actor=clerk, at=at(turn.day, 16))


def _items(theatre: Theatre) -> None:
    """The year's few deductions and its bonus, each entered by one and verified by another."""
    providers = {one["code"]: one["provider"] for one in data("scheme.yaml")["items"]}
    checked_by = verifying()
    for case in item_cases():
        clerk = theatre.actor(f"data_provider/{providers[case.item]}")
        checker = theatre.actor(f"data_verifier/{checked_by[case.item]}")
        counted = case.item != "upper_praise"
        typed = Fact(
            case.item, f"依据{case.document}登记", case.on, str(case.cases) if counted else "",
            "" if counted else str(case.points), document=case.document,
        )  # fmt: skip
        with theatre.writing() as conn:
            entry = unit_items.enter_for(
                conn, theatre.cycle_id, theatre.units[case.unit], typed, actor=clerk,
                at=on("data_deadline", 9),
            )  # fmt: skip
        with theatre.writing() as conn:
            unit_items.verify_item(conn, entry, actor=checker, at=on("data_deadline", 10))


def _results(theatre: Theatre) -> None:
    """One clerk records what units were given elsewhere, the other confirms it."""
    office, other = theatre.actor("office_clerk_a"), theatre.actor("office_clerk_b")
    document = f"云考办〔{theatre.year + 1}〕5号(虚构)"
    for kind, ratings in (
        ("performance", theatre.city.own_results),
        ("satisfaction", theatre.city.ratings),
    ):
        with theatre.writing() as conn:
            record_results(
                conn,
                theatre.cycle_id,
                kind,
                [(theatre.units[r.unit], str(r.score), r.source, document) for r in ratings],
                actor=office,
                at=on("data_deadline", 14),
            )  # fmt: skip
    with theatre.writing() as conn:
        waits = {x.id: x.mark for x in waiting_results(conn, theatre.cycle_id, other)}
        confirm_results(conn, theatre.cycle_id, waits, actor=other, at=on("data_deadline", 15))


def _freeze(theatre: Theatre, when: datetime) -> None:
    """Each unit's contact confirms the verified figures, then the office freezes them."""
    office = theatre.actor("office_clerk_a")
    codes = {i: c for c, i in theatre.units.items()}
    with theatre.store.reading() as conn:
        ready = [
            (sheet, codes[unit])
            for sheet, unit in conn.execute(
                sa.select(DataSheet.id, DataSheet.unit_id).where(
                    DataSheet.cycle_id == theatre.cycle_id,
                    DataSheet.state == DataSheetState.VERIFIED,
                )
            )
        ]
    with theatre.writing() as conn:
        for sheet, code in ready:
            contact = "contact_environment" if code == "YZ-C01" else f"contact/{code}"
            confirm(conn, sheet, actor=theatre.actor(contact), at=when - timedelta(hours=1))
            beside.move(
                conn, Thing.DATA_SHEET, sheet, ThingAction.FREEZE_SHEET, actor=office,
                at=when,
            )  # fmt: skip


def _provisional(theatre: Theatre) -> None:
    turn = next(t for t in TURNS if t.kind == "data_provisional")
    left = theatre.cases(State.COLLECTING)
    with theatre.writing() as conn:
        outcomes = perform_many(
            conn, left, Action.PASS_DATA_PROVISIONAL, actor=theatre.actor("office_clerk_b"),
            at=at(turn.day, 17),
            payload={"document_no": turn.details["document"], "reason": turn.what},
        )  # fmt: skip
    theatre.refused(outcomes, "按暂用数据通过")


def late_figure(theatre: Theatre) -> None:
    """The late statistic arrives; the cases it touches are listed for a second look."""
    turn = next(t for t in TURNS if t.kind == "data_late")
    figure = next(f for f in theatre.city.values if f.late)
    sheet = _sheets(theatre)[figure.unit]
    clerk = theatre.actor(f"data_provider/{figure.provider}")
    checker = theatre.actor(f"data_verifier/{verifying()[figure.indicator]}")
    entry = Entry(
        figure.indicator, value=str(figure.value), source=figure.source, document=figure.document
    )
    with theatre.writing() as conn:
        enter_values(conn, sheet, [entry], hand_in=True, actor=clerk, at=at(turn.day, 10))
        verify_values(conn, sheet, [figure.indicator], actor=checker, at=at(turn.day, 11))
    _freeze(theatre, at(turn.day, 15))
