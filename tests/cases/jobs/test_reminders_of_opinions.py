"""A letter asking for opinions: its body is reminded before the day and after it, then the office."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opinion_requests import answer, ask_opinion, send
from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.models import Case, Message, OpinionRequest, Outbox, Person
from cases.store import Store
from config import Settings
from tests.cases.jobs.test_reminders_of_things import told
from tests.decision_desk import at_synthesis
from tests.staff import account
from tests.world import AT, World
from workflow.timetable import add_working_days
from workflow.vocabulary import Role

DAYS = 10
DUE = date(2025, 12, 24)  # ten working days after 10 December


@pytest.fixture
def tools(store: Store, tmp_path: Path) -> Tools:
    settings = Settings(mode="test", var=tmp_path)
    return Tools(store, FileStore(tmp_path / "files"), settings, now=lambda: AT)


@pytest.fixture
def letter(store: Store) -> tuple[World, int]:
    """Sent to the environment bureau, whose clerk answers; the office's clerk sent it."""
    with store.transaction() as conn:
        world, _ = at_synthesis(conn)
        account(conn, world, "clerk", Role.OFFICE)
        account(conn, world, "contact", Role.OPINION_RESPONDENT, unit="environment")
        office = world.actor(Role.OFFICE)
        ids = list(conn.execute(sa.select(Case.id)).scalars())
        request_id = ask_opinion(
            conn, world.cycle_id, world.units["environment"], ids, days=DAYS, actor=office, at=AT
        )
        send(conn, request_id, actor=office, at=AT)
        conn.execute(sa.update(Outbox).values(done_at=AT))
    return world, request_id


def day(offset: int) -> date:
    return add_working_days(DUE, offset, {}) if offset else DUE


def reached(tools: Tools, on: date) -> list[str]:
    """Names of those whom the reminders of a day brought something about the letter."""
    texts = told(tools, on, "征求意见")
    with tools.store.reading() as conn:
        rows = conn.execute(
            sa.select(Person.name, Message.text)
            .join(Person, Person.id == Message.person_id)
            .order_by(Message.id.desc())
            .limit(len(texts))
        ).all()
    return sorted(name for name, text in rows if text in texts)


def test_letter_is_reminded_of_before_its_day_and_after_it(
    tools: Tools, letter: tuple[World, int]
) -> None:
    with tools.store.reading() as conn:
        assert conn.execute(sa.select(OpinionRequest.due_on)).scalar_one() == DUE
    seen = {offset: reached(tools, day(offset)) for offset in (-4, -3, -2, -1, 0, 1, 2, 3, 4)}
    assert seen == {
        -4: [],
        -3: ["路明晞"],
        -2: [],
        -1: ["路明晞"],
        0: ["路明晞"],
        1: ["路明晞"],
        2: [],
        3: ["方若谷"],
        4: [],
    }


def test_answered_letter_is_not_reminded_of(tools: Tools, letter: tuple[World, int]) -> None:
    world, request_id = letter
    assert reached(tools, day(-3)) == ["路明晞"]
    respondent = world.actor(Role.OPINION_RESPONDENT, person="contact", unit="environment")
    with tools.store.transaction() as conn:
        answer(conn, request_id, {}, document="云环函〔2025〕8号", actor=respondent, at=AT)
    later = [reached(tools, DUE + timedelta(days=n)) for n in range(-1, 8)]
    assert later == [["方若谷"], *[[]] * 8]  # told once that the answer has come, and no more
