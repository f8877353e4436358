"""The same sheet in two tabs: the later one learns of the earlier, and loses no typing (C7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.commands.data_entry import Entry, enter_values
from cases.errors import Stale
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Role

RD = "/data/indicators/rd"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def test_later_tab_is_told_and_its_typing_shown(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    first, second = me.get(RD), me.get(RD)
    me.submit(first, {**desk.typed("2.1", source="年报"), "do": "save"}, action="/data")
    typed = {**desk.typed("2.7", source="快报"), "do": "save"}
    told = me.submit(second, typed, action="/data", status=409)
    assert "2.7" in told.source
    assert "快报" in told.source
    assert (desk.value().value, desk.value().source) == ("2.1", "年报")


def test_later_tab_after_the_figure_was_handed_in_keeps_its_typing(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    first, second = me.get(RD), me.get(RD)
    me.submit(first, {**desk.typed("2.1", source="年报"), "do": "hand_in"}, action="/data")
    typed = {**desk.typed("2.7", source="快报"), "do": "save"}
    told = me.submit(second, typed, action="/data", status=409)
    assert "2.7" in told.source
    assert (desk.value().value, desk.value().state) == ("2.1", "submitted")


def test_untouched_figure_of_an_old_tab_overwrites_nothing(desk: DataDesk) -> None:
    me = desk.staff(Role.DATA_PROVIDER)
    first, second = me.get(RD), me.get(RD)
    me.submit(first, {**desk.typed("2.1", source="年报"), "do": "save"}, action="/data")
    me.submit(second, {"do": "save"}, action="/data")
    assert desk.value().value == "2.1"


def test_rival_between_reading_and_writing_is_stale(desk: DataDesk) -> None:
    grant = Grant(Role.DATA_PROVIDER, unit_id=desk.units["科技局"])
    me = desk.staff(Role.DATA_PROVIDER)
    actor = Actor(me.account_id, me.person_id, (grant,))
    (blank,) = me.get(RD).tree.xpath(f"//input[@name='base_{desk.sheet_id}']/@value")
    with desk.store.transaction() as conn:
        entry = Entry("rd", value="2.1", seen=blank)
        enter_values(
            conn, desk.sheet_id, [entry], hand_in=False, actor=actor, at=desk.site.clock.at
        )
        late = Entry("rd", value="2.7", seen=blank)
        with pytest.raises(Stale):
            enter_values(
                conn, desk.sheet_id, [late], hand_in=False, actor=actor, at=desk.site.clock.at
            )
    assert desk.value().value == "2.1"
