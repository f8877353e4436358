"""A scheme names who verifies: that department's people and nobody else, of figures and entries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import unit_items
from cases.commands.data_charge import charge_anew
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_sheet import return_value, revise, verify_values
from cases.commands.unit_items import Fact
from cases.errors import NotVisible, Refused
from cases.journal import verify
from cases.journal.kept import stray_kept
from cases.models import DataSheet, IndicatorValue, Outbox, SchemeVersion, Unit, UnitItem
from cases.queries.data_sheet import columns_of_sheet, desk_of, load_sheet
from cases.queries.matters import matters
from cases.queries.unit_items import item_desk, items_of_sheet
from cases.queries.worklist import worklist
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.test_data_sheet import FIGURES, sheet, staff, state
from tests.world import AT, World, scheme_document
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Permission, Role, Thing

FACT = Fact(
    "safety", "7 月发生一般生产安全事故", date(2025, 7, 18), cases="1", document="云安委12号"
)
NOT_YOURS = ["没有“审核实绩数据”的权限"]


def scheme(**verifiers: str) -> dict[str, Any]:
    """The sample with verifier departments by indicator; ``safety`` is an item."""
    document = scheme_document()
    for group in document["indicators"]:
        for leaf in group["children"]:
            if leaf["code"] in verifiers:
                leaf["verifier"] = verifiers[leaf["code"]]
    for item in document["items"]:
        if item["code"] in verifiers:
            item |= {"provider": "科技局", "verifier": verifiers[item["code"]]}
    return document


@dataclass
class Town:
    """科技局 enters ``rd``, ``hightech`` and ``safety``; 统计局 verifies ``rd`` and ``safety``."""

    conn: sa.Connection
    world: World
    sheet_id: int
    units: dict[str, int]
    clerk: Actor
    second: Actor
    checker: Actor

    def hand_in(self, *codes: str) -> None:
        entries = [Entry(c, value=FIGURES[c], source="年报") for c in codes]
        enter_values(self.conn, self.sheet_id, entries, hand_in=True, actor=self.clerk, at=AT)

    def refused(self, actor: Actor, *codes: str) -> list[str]:
        with pytest.raises(Refused) as refused:
            verify_values(self.conn, self.sheet_id, codes, actor=actor, at=AT)
        return [str(r) for r in refused.value.reasons]

    def read(self, actor: Actor) -> list[str]:
        found = load_sheet(self.conn, actor, Permission.DATA_READ, self.sheet_id)
        return [c.code for c in columns_of_sheet(self.conn, found, actor)]


def town(conn: sa.Connection) -> Town:
    world, sheet_id, units = sheet(conn, scheme(rd="统计局", safety="统计局"))
    made = (
        staff(conn, units["科技局"], Role.DATA_PROVIDER),
        staff(conn, units["科技局"], Role.DATA_VERIFIER),
        staff(conn, units["统计局"], Role.DATA_VERIFIER),
    )
    return Town(conn, world, sheet_id, units, *made)


def test_named_department_verifies_its_figures_and_nobody_else(store: Store) -> None:
    with store.transaction() as conn:
        here = town(conn)
        here.hand_in("rd", "hightech")
        assert here.refused(here.second, "rd") == NOT_YOURS
        assert here.refused(here.checker, "hightech") == NOT_YOURS
        with pytest.raises(Refused):
            return_value(conn, here.sheet_id, "rd", "口径不符", actor=here.second, at=AT)
        return_value(conn, here.sheet_id, "rd", "口径不符", actor=here.checker, at=AT)
        both = Actor(
            here.clerk.account_id, here.clerk.person_id,
            (*here.clerk.grants, Grant(Role.DATA_VERIFIER, unit_id=here.units["统计局"])),
        )  # fmt: skip
        here.hand_in("rd")
        assert here.refused(both, "rd") == ["本人填报的数据,须由另一人审核"]
        verify_values(conn, here.sheet_id, ["rd"], actor=here.checker, at=AT)
        verify_values(conn, here.sheet_id, ["hightech"], actor=here.second, at=AT)
        seen = conn.execute(
            sa.select(IndicatorValue.indicator, IndicatorValue.state).order_by(IndicatorValue.id)
        )
        assert [row.state for row in seen] == ["verified", "verified", "draft", "draft"]
        assert verify(conn).ok


def test_reader_of_a_verifying_department_sees_just_what_it_verifies(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        here = town(conn)
        here.hand_in("rd", "hightech")
        assert (here.read(here.checker), here.read(here.second)) == (["rd", "energy"], ["hightech"])
        assert here.read(here.clerk) == ["rd", "hightech"]
        desks = [desk_of(conn, who, Permission.DATA_VERIFY) for who in (here.checker, here.second)]
        assert [[c.code for c in desk.columns] for desk in desks if desk] == [
            ["rd", "energy"],
            ["hightech"],
        ]
        stranger = staff(conn, here.units["生态环境局"], Role.DATA_VERIFIER)
        assert here.read(stranger) == ["pm25"]
        provider = staff(conn, here.units["统计局"], Role.DATA_PROVIDER)
        assert here.read(provider) == ["energy"]


def test_told_and_reminded_are_the_departments_with_something_to_verify(
    sqlite_store: Store,
) -> None:
    with sqlite_store.transaction() as conn:
        here = town(conn)
        key = (Thing.DATA_SHEET, here.sheet_id)
        here.hand_in("rd")
        told = matters(conn, [key])[key].units
        assert told[Role.DATA_VERIFIER] == (here.units["统计局"],)
        conn.execute(sa.update(DataSheet).values(state="submitted"))
        lists = [worklist(conn, who) for who in (here.checker, here.second)]
        assert [[(g.thing, g.state) for g in found] for found in lists] == [
            [(Thing.DATA_SHEET, "submitted")], [(Thing.DATA_SHEET, "submitted")],
        ]  # fmt: skip


def test_entries_of_an_item_go_to_its_verifier(store: Store) -> None:
    with store.transaction() as conn:
        here = town(conn)
        entry = unit_items.enter(conn, here.sheet_id, FACT, actor=here.clerk, at=AT)
        [told] = conn.execute(
            sa.select(Outbox.payload).where(Outbox.key.contains("item_to_verify"))
        ).scalars()
        assert told["units"] == [here.units["统计局"]]
        groups = {who: worklist(conn, who) for who in (here.checker, here.second)}
        assert [g.key for g in groups[here.checker]] == ["item_verify"]
        assert groups[here.second] == ()
        key = (Thing.DATA_SHEET, here.sheet_id)
        assert matters(conn, [key])[key].units[Role.DATA_VERIFIER] == (here.units["统计局"],)
        for act in (unit_items.verify_item, unit_items.return_item, unit_items.withdraw_item):
            said: Any = () if act is unit_items.verify_item else ("证明材料不足",)
            with pytest.raises(Refused) as refused:
                act(conn, entry, *said, actor=here.second, at=AT)
            assert [str(r) for r in refused.value.reasons] == NOT_YOURS
        desk = item_desk(conn, here.checker, Permission.DATA_VERIFY)
        assert desk is not None
        assert [r.id for r in desk.waiting(here.checker.person_id)] == [entry]
        assert items_of_sheet(conn, here.sheet_id, here.second) == []
        unit_items.verify_item(conn, entry, actor=here.checker, at=AT)
        assert [r.state for r in items_of_sheet(conn, here.sheet_id, here.checker)] == ["verified"]
        assert verify(conn).ok


def test_verifier_never_verifies_its_own_unit(sqlite_store: Store) -> None:
    """There the provider's second person stands in, and the department's own people are closed."""
    with sqlite_store.transaction() as conn:
        world, sheet_id, units = sheet(conn, scheme(rd="U3", safety="U3"))
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        second = staff(conn, units["科技局"], Role.DATA_VERIFIER)
        own = staff(conn, world.units["county"], Role.DATA_VERIFIER)
        here = Town(conn, world, sheet_id, units, clerk, second, own)
        here.hand_in("rd")
        assert here.refused(own, "rd") == ["不得办理本人所在单位的实绩数据"]
        verify_values(conn, sheet_id, ["rd"], actor=second, at=AT)
        entry = unit_items.enter(conn, sheet_id, FACT, actor=clerk, at=AT)
        unit_items.verify_item(conn, entry, actor=second, at=AT)
        row = conn.execute(sa.select(UnitItem)).one()
        assert (row.verifier_unit_id, row.provider_unit_id) == (units["科技局"],) * 2


def test_revised_figure_stays_with_its_verifier(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        here = town(conn)
        conn.execute(sa.update(DataSheet).values(state="frozen"))
        conn.execute(sa.update(IndicatorValue).values(state="frozen", value="1", entered_at=AT))
        revise(
            conn, here.sheet_id, ["rd"], document="国统函〔2026〕3号", reason="国家局修订",
            actor=here.world.actor(Role.OFFICE), at=AT + timedelta(days=1),
        )  # fmt: skip
        here.hand_in("rd")
        assert state(conn, here.sheet_id) == "submitted"
        assert here.refused(here.second, "rd") == NOT_YOURS
        verify_values(conn, here.sheet_id, ["rd"], actor=here.checker, at=AT)


def test_changed_scheme_hands_over_what_nobody_verified(
    sqlite_store: Store,
) -> None:
    with sqlite_store.transaction() as conn:
        here = town(conn)
        here.hand_in("rd", "hightech")
        verify_values(conn, here.sheet_id, ["hightech"], actor=here.second, at=AT)
        entry = unit_items.enter(conn, here.sheet_id, FACT, actor=here.clerk, at=AT)
        after = scheme(rd="生态环境局", hightech="统计局", pm25="无此部门", safety="生态环境局")
        conn.execute(sa.update(SchemeVersion).values(content=after, digest=digest(after)))
        charge_anew(conn, here.world.cycle_id, actor=here.clerk, at=AT)
        rows = conn.execute(
            sa.select(IndicatorValue.indicator, Unit.name)
            .join(Unit, Unit.id == IndicatorValue.verifier_unit_id)
            .order_by(IndicatorValue.id)
        )
        assert [tuple(r) for r in rows] == [
            ("rd", "生态环境局"), ("hightech", "科技局"), ("pm25", "生态环境局"),
            ("energy", "统计局"),
        ]  # fmt: skip
        theirs = sa.select(UnitItem.verifier_unit_id).where(UnitItem.id == entry)
        assert conn.execute(theirs).scalar_one() == here.units["生态环境局"]
        assert stray_kept(conn) is None


def test_department_that_is_no_unit_verifies_nothing(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world, sheet_id, units = sheet(conn, scheme(rd="无此部门"))
        here = Town(
            conn, world, sheet_id, units, staff(conn, units["科技局"], Role.DATA_PROVIDER),
            staff(conn, units["科技局"], Role.DATA_VERIFIER),
            staff(conn, units["统计局"], Role.DATA_VERIFIER),
        )  # fmt: skip
        here.hand_in("rd")
        assert here.refused(here.second, "rd") == NOT_YOURS
        alone = Actor(
            1, here.second.person_id, (Grant(Role.DATA_VERIFIER, unit_id=world.units["organ"]),)
        )
        with pytest.raises(NotVisible):
            here.read(alone)
