"""Holds and data sheets: reminded by the day their moves set, silent when it is done."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_sheet import make_sheets, return_value, verify_values
from cases.commands.holds import look_again, place_hold
from cases.commands.opening import open_cases
from cases.errors import Invalid, Refused
from cases.files.store import FileStore
from cases.jobs.handlers import handlers
from cases.jobs.outbox import drain
from cases.jobs.reminders import remind
from cases.jobs.tools import Tools
from cases.models import DataSheet, Hold, IndicatorValue, JournalEntry, Message, Outbox, Unit
from cases.notices.deliver import Mailer
from cases.store import Store
from config import Settings
from tests.decision_desk import at_synthesis
from tests.staff import account
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import CycleState, HoldKind, Role, Thing, ThingAction

PLACED = AT.date()
REVIEW = PLACED + timedelta(days=rule_count("hold_review"))


@pytest.fixture
def tools(store: Store, tmp_path: Path) -> Tools:
    settings = Settings(mode="test", var=tmp_path)
    return Tools(store, FileStore(tmp_path / "files"), settings, now=lambda: AT)


@pytest.fixture
def desk(store: Store) -> tuple[World, dict[str, Any]]:
    with store.transaction() as conn:
        world, cases = at_synthesis(conn)
        account(conn, world, "clerk", Role.OFFICE)
        conn.execute(sa.update(Outbox).values(done_at=AT))
    return world, cases


def morning(day: date) -> datetime:
    """09:05 in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, 5, tzinfo=UTC)


def told(tools: Tools, day: date, word: str) -> list[str]:
    """Tick and drain on a day; texts of the messages with this word that it brought."""
    with tools.store.reading() as conn:
        known = conn.execute(sa.select(sa.func.coalesce(sa.func.max(Message.id), 0))).scalar_one()
    remind(tools, at=morning(day))
    drain(tools.store, handlers(tools, Mailer(tools.settings)), now=lambda: morning(day))
    with tools.store.reading() as conn:
        texts = conn.execute(
            sa.select(Message.text).where(Message.id > known).order_by(Message.id)
        ).scalars()
        return [text for text in texts if word in text]


def hold_of(tools: Tools, desk: tuple[World, dict[str, Any]], **given: Any) -> int:
    world, cases = desk
    with tools.store.transaction() as conn:
        return place_hold(
            conn, cases["沈知远"], kind=HoldKind.INVESTIGATION, since=PLACED,
            document="云纪〔2025〕7号", actor=world.actor(Role.OFFICE), at=AT, **given,
        )  # fmt: skip


def row_of(tools: Tools, table: Any, number: int) -> Any:
    with tools.store.reading() as conn:
        return conn.execute(sa.select(table).where(table.id == number)).one()


def working(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def test_hold_is_reminded_on_its_day_and_not_once_lifted(
    tools: Tools, desk: tuple[World, dict[str, Any]]
) -> None:
    hold = hold_of(tools, desk)
    assert row_of(tools, Hold, hold).review_on == REVIEW
    assert told(tools, working(REVIEW - timedelta(days=7)), "暂缓事项复查") == []
    assert len(told(tools, working(REVIEW), "暂缓事项复查")) == 1
    with tools.store.transaction() as conn:
        beside.move(
            conn, Thing.HOLD, hold, ThingAction.LIFT_HOLD, actor=desk[0].actor(Role.OFFICE_LEAD),
            at=morning(working(REVIEW)), payload={"conclusion": "已结案,不予处分"},
        )  # fmt: skip
    assert row_of(tools, Hold, hold).review_on is None
    assert told(tools, working(REVIEW + timedelta(days=10)), "暂缓事项复查") == []


def test_hold_lifted_between_tick_and_drain_is_not_reminded(
    tools: Tools, desk: tuple[World, dict[str, Any]]
) -> None:
    hold = hold_of(tools, desk)
    day = working(REVIEW)
    assert remind(tools, at=morning(day)) > 0
    with tools.store.transaction() as conn:
        beside.move(
            conn, Thing.HOLD, hold, ThingAction.LIFT_HOLD, actor=desk[0].actor(Role.OFFICE_LEAD),
            at=morning(day), payload={"conclusion": "已结案,不予处分"},
        )  # fmt: skip
    assert told(tools, day, "暂缓事项复查") == []


def test_look_at_a_hold_moves_its_day_and_is_journaled(
    tools: Tools, desk: tuple[World, dict[str, Any]]
) -> None:
    hold = hold_of(tools, desk, review_on=date(2026, 1, 20))
    office, next_on = desk[0].actor(Role.OFFICE), date(2026, 3, 20)
    at = morning(date(2026, 1, 20))
    assert len(told(tools, at.date(), "暂缓事项复查")) == 1
    with tools.store.transaction() as conn:
        look_again(conn, hold, finding="尚未结案", next_on=next_on, actor=office, at=at)
        kept = conn.execute(
            sa.select(JournalEntry.subject, JournalEntry.subject_id).where(
                JournalEntry.action == "look_at_hold"
            )
        ).all()
    assert [tuple(row) for row in kept] == [("hold", hold)]
    assert told(tools, date(2026, 2, 10), "暂缓事项复查") == []
    assert len(told(tools, next_on, "暂缓事项复查")) == 1


def test_look_at_a_hold_asks_for_a_finding_a_day_to_come_and_the_right(
    tools: Tools, desk: tuple[World, dict[str, Any]]
) -> None:
    world = desk[0]
    hold = hold_of(tools, desk)
    office, late = world.actor(Role.OFFICE), {"finding": "尚未结案"}
    with tools.store.transaction() as conn:
        with pytest.raises(Invalid):
            look_again(conn, hold, finding=" ", actor=office, at=AT)
        with pytest.raises(Invalid):
            past = PLACED - timedelta(days=1)
            look_again(conn, hold, next_on=past, actor=office, at=AT, **late)
        with pytest.raises(Refused):
            look_again(conn, hold, actor=world.actor(Role.ARCHIVIST), at=AT, **late)
        beside.move(
            conn, Thing.HOLD, hold, ThingAction.LIFT_HOLD, actor=world.actor(Role.OFFICE_LEAD),
            at=AT, payload={"conclusion": "已结案,不予处分"},
        )  # fmt: skip
        with pytest.raises(Refused):
            look_again(conn, hold, actor=office, at=AT, **late)
    assert row_of(tools, Hold, hold).review_on is None


def collecting(store: Store) -> tuple[World, int, dict[str, Actor]]:
    """A county's sheet of one providing department, with its clerk and its verifier."""
    with store.transaction() as conn:
        world = found_world(conn, state=CycleState.OPEN)
        unit = world.units["environment"]
        for number, name in enumerate(("科技局", "生态环境局", "统计局")):
            conn.execute(
                sa.insert(Unit).values(code=f"P{number}", name=name, name_key=name, sort_no=900)
            )
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        make_sheets(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        sheet = conn.execute(sa.select(DataSheet.id)).scalar_one()
        both = {"provider_unit_id": unit, "verifier_unit_id": unit}
        conn.execute(sa.update(IndicatorValue).values(**both))
        account(conn, world, "contact", Role.DATA_PROVIDER, unit="environment")
        account(conn, world, "deputy", Role.DATA_VERIFIER, unit="environment")
        conn.execute(sa.update(Outbox).values(done_at=AT))
    people = {
        "clerk": world.actor(Role.DATA_PROVIDER, person="contact", unit="environment"),
        "verifier": world.actor(Role.DATA_VERIFIER, person="deputy", unit="environment"),
    }
    return world, sheet, people


FIGURES = {"rd": "2.4", "hightech": "31", "pm25": "29", "energy": "0.41"}
HANDED_IN = morning(date(2026, 1, 12))
VERIFY_BY = date(2026, 1, 15)


def hand_in(tools: Tools, sheet: int, clerk: Actor) -> None:
    entries = [Entry(i, value=figure, source="年报") for i, figure in FIGURES.items()]
    with tools.store.transaction() as conn:
        enter_values(conn, sheet, entries, hand_in=True, actor=clerk, at=HANDED_IN)


def test_verifier_is_reminded_by_the_day_of_handing_in(tools: Tools) -> None:
    _, sheet, people = collecting(tools.store)
    assert row_of(tools, DataSheet, sheet).verify_due_on is None
    hand_in(tools, sheet, people["clerk"])
    assert row_of(tools, DataSheet, sheet).verify_due_on == VERIFY_BY
    assert told(tools, date(2026, 1, 13), "数据审核到期") == []
    assert len(told(tools, VERIFY_BY, "数据审核到期")) == 1
    with tools.store.transaction() as conn:
        verify_values(conn, sheet, list(FIGURES), actor=people["verifier"], at=morning(VERIFY_BY))
    done = row_of(tools, DataSheet, sheet)
    assert (done.state, done.verify_due_on) == ("verified", None)
    assert told(tools, date(2026, 1, 16), "数据审核到期") == []


def test_returned_sheet_has_no_day_and_a_second_look_counts_anew(tools: Tools) -> None:
    world, sheet, people = collecting(tools.store)
    hand_in(tools, sheet, people["clerk"])
    with tools.store.transaction() as conn:
        return_value(conn, sheet, "pm25", "与公报不一致", actor=people["verifier"], at=HANDED_IN)
    assert row_of(tools, DataSheet, sheet).verify_due_on is None
    again = morning(date(2026, 1, 19))
    with tools.store.transaction() as conn:
        entry = Entry("pm25", value="29", source="年报")
        enter_values(conn, sheet, [entry], hand_in=True, actor=people["clerk"], at=again)
    assert row_of(tools, DataSheet, sheet).verify_due_on == date(2026, 1, 22)
    with tools.store.transaction() as conn:
        verify_values(conn, sheet, list(FIGURES), actor=people["verifier"], at=again)
        beside.move(
            conn, Thing.DATA_SHEET, sheet, ThingAction.UNVERIFY_SHEET,
            actor=world.actor(Role.OFFICE), at=morning(date(2026, 1, 26)),
            payload={"reason": "口径有误,请再核"},
        )  # fmt: skip
    assert row_of(tools, DataSheet, sheet).verify_due_on == date(2026, 1, 29)
