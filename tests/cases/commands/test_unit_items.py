"""Deductions and bonuses: two people, rules at the field, caps in the score, frozen with the sheet."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside, unit_items
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import verify_values
from cases.commands.unit_items import Fact
from cases.errors import Invalid, Refused
from cases.journal import verify
from cases.models import DataSheet, JournalEntry, UnitItem
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import scoresheets
from cases.queries.unit_items import item_desk, items_of_sheet
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff, state
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import ObjectionOutcome, Permission, Role, Thing, ThingAction

ACCIDENT = Fact(
    "safety", "7 月某企业发生一般生产安全事故", date(2025, 7, 18), cases="1",
    document="云安委〔2025〕12号",
)  # fmt: skip


@dataclass
class Desk:
    """The county's sheet with all values in; the organ itself enters its items."""

    conn: sa.Connection
    world: World
    sheet_id: int
    clerk: Actor
    checker: Actor
    verifiers: dict[str, Actor]

    def enter(self, **more: Any) -> int:
        return unit_items.enter(
            self.conn, self.sheet_id, replace(ACCIDENT, **more), actor=self.clerk, at=AT
        )

    def verify_values(self) -> None:
        for name, actor in self.verifiers.items():
            mine = [i for i, by in BY.items() if by == name]
            verify_values(self.conn, self.sheet_id, mine, actor=actor, at=AT)

    def verify(self, entry: int) -> None:
        unit_items.verify_item(self.conn, entry, actor=self.checker, at=AT)

    @property
    def state(self) -> str:
        return state(self.conn, self.sheet_id)

    @property
    def contact(self) -> Actor:
        return self.world.actor(Role.UNIT_CONTACT, person="mayor", unit="county")

    def total(self) -> str:
        scheme = scheme_of_cycle(self.conn, self.world.cycle_id)
        assert scheme is not None
        found = scoresheets(self.conn, self.world.cycle_id, scheme)
        return f"{found[self.world.units['county']].total:.2f}"

    def row(self, entry: int) -> Any:
        return self.conn.execute(sa.select(UnitItem).where(UnitItem.id == entry)).one()

    def freeze(self) -> None:
        beside.move(
            self.conn, Thing.DATA_SHEET, self.sheet_id, ThingAction.FREEZE_SHEET,
            actor=self.world.actor(Role.OFFICE), at=AT + timedelta(days=30),
        )  # fmt: skip


def opened(conn: sa.Connection) -> Desk:
    world, sheet_id, units = sheet(conn)
    verifiers = fill(conn, sheet_id, units)
    organ = world.units["organ"]
    clerk, checker = (staff(conn, organ, r) for r in (Role.DATA_PROVIDER, Role.DATA_VERIFIER))
    return Desk(conn, world, sheet_id, clerk, checker, verifiers)


def test_verified_fact_takes_its_points_off_and_is_frozen_with_the_sheet(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        entry = desk.enter()
        desk.verify_values()
        assert (desk.state, desk.total()) == ("submitted", "96.00")
        desk.verify(entry)
        assert (desk.state, desk.total()) == ("verified", "95.00")
        confirm(conn, desk.sheet_id, actor=desk.contact, at=AT)
        desk.freeze()
        assert (desk.state, desk.row(entry).state) == ("frozen", "frozen")
        with pytest.raises(Refused) as refused:
            desk.enter()
        assert [str(r) for r in refused.value.reasons] == [
            "数据表已锁定;有新的依据的,先按文件修订数据"
        ]
        acts = conn.execute(
            sa.select(JournalEntry.action).where(JournalEntry.action.like("%_item"))
        ).scalars()
        assert list(acts) == ["enter_item", "verify_item"]
        assert verify(conn).ok


def test_cap_holds_however_many_cases(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        for _ in range(2):
            desk.verify(desk.enter(cases="3"))
        desk.verify_values()
        cap = scheme_of_cycle(conn, desk.world.cycle_id).items["safety"].cap  # type: ignore[union-attr]
        assert desk.total() == f"{96 - float(cap):.2f}"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"item": "nothing"}, "item", "方案里没有这个加减分事项"),
        ({"cases": ""}, "cases", "请填写起数,1 至 999"),
        ({"cases": "-1"}, "cases", "请填写起数,1 至 999"),
        ({"cases": "一"}, "cases", "请填写起数,1 至 999"),
        ({"cases": "0001" + "9" * 30}, "cases", "请填写起数,1 至 999"),
        ({"points": "1"}, "points", "“安全生产”按起数计分,不填分值"),
        ({"fact": "事"}, "fact", "请写明事实,5 至 500 个字"),
        ({"happened_on": None}, "happened_on", "请填写发生日期"),
        ({"happened_on": date(2024, 12, 31)}, "happened_on", "发生日期应在 2025 年内"),
        ({"happened_on": date(2025, 12, 11)}, "happened_on", "日期在今天之后"),
        ({"document": " "}, "document", "“安全生产”须有佐证:填写文号或者上传材料"),
        ({"item": "award", "cases": "", "points": "1.5"}, "points", "超过上限 1 分"),
        ({"item": "award", "cases": "", "points": "-1"}, "points", "分值不带正负号,应大于零"),
        ({"item": "award", "points": "1"}, "cases", "“上级表彰”按分值计分,不填起数"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    store: Store, wrong: dict[str, Any], field: str, said: str
) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        with pytest.raises(Invalid) as invalid:
            desk.enter(**wrong)
        assert list(invalid.value.errors) == [field]
        assert str(invalid.value.errors[field]) == said
        assert items_of_sheet(conn, desk.sheet_id, desk.clerk) == []


def test_who_entered_neither_verifies_nor_withdraws(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        entry = desk.enter()
        both = Actor(1, desk.clerk.person_id, desk.checker.grants)
        with pytest.raises(Refused):
            unit_items.verify_item(conn, entry, actor=both, at=AT)
        with pytest.raises(Refused):
            unit_items.withdraw_item(conn, entry, "登记的有误", actor=both, at=AT)
        with pytest.raises(Refused):
            unit_items.verify_item(conn, entry, actor=desk.verifiers["统计局"], at=AT)


def test_own_unit_and_other_departments_enter_nothing(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        mayor = Actor(2, desk.world.people["mayor"], desk.clerk.grants)
        with pytest.raises(Refused) as refused:
            unit_items.enter(conn, desk.sheet_id, ACCIDENT, actor=mayor, at=AT)
        assert [str(r) for r in refused.value.reasons] == ["不得办理本人所在单位的实绩数据"]
        with pytest.raises(Refused):
            unit_items.enter(conn, desk.sheet_id, ACCIDENT, actor=desk.verifiers["统计局"], at=AT)
        mine = item_desk(conn, desk.clerk, Permission.DATA_ENTER)
        assert mine is not None
        assert [i for i, _ in mine.units] == [
            desk.world.units["environment"], desk.world.units["county"],
        ]  # fmt: skip
        assert item_desk(conn, desk.verifiers["统计局"], Permission.DATA_VERIFY) is None


def test_returned_fact_is_entered_anew(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        entry = desk.enter()
        unit_items.return_item(conn, entry, "起数与通报不符", actor=desk.checker, at=AT)
        assert (desk.row(entry).state, desk.row(entry).return_reason) == (
            "returned", "起数与通报不符",
        )  # fmt: skip
        again = unit_items.enter(
            conn, desk.sheet_id, replace(ACCIDENT, cases="2"), actor=desk.clerk, at=AT,
            entry_id=entry,
        )  # fmt: skip
        assert (again, desk.row(entry).cases, desk.row(entry).state) == (entry, 2, "submitted")


def test_new_fact_gives_a_verified_sheet_back(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        desk.verify_values()
        assert desk.state == "verified"
        entry = desk.enter()
        assert desk.state == "submitted"
        desk.verify(entry)
        assert desk.state == "verified"


def test_unit_objects_and_the_fact_is_kept_or_withdrawn(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        first, second = desk.enter(), desk.enter()
        desk.verify_values()
        for entry in (first, second):
            desk.verify(entry)
        for entry in (first, second):
            unit_items.object_to_item(conn, entry, "事故不在本县", actor=desk.contact, at=AT)
        due = conn.execute(sa.select(DataSheet.answer_due_on)).scalar_one()
        assert due == desk.row(first).objection_due_on
        with pytest.raises(Refused):
            confirm(conn, desk.sheet_id, actor=desk.contact, at=AT)
        with pytest.raises(Refused):
            desk.freeze()
        said = {first: ObjectionOutcome.KEPT, second: ObjectionOutcome.CORRECTED}
        for entry, outcome in said.items():
            unit_items.answer_item(conn, entry, outcome, "经核实答复", actor=desk.clerk, at=AT)
        assert desk.row(first).withdrawn_at is None
        assert desk.row(second).withdraw_reason == "经核实答复"
        assert desk.total() == "95.00"
        confirm(conn, desk.sheet_id, actor=desk.contact, at=AT)


def test_withdrawn_fact_counts_nothing_and_stays_readable(store: Store) -> None:
    with store.transaction() as conn:
        desk = opened(conn)
        entry = desk.enter()
        desk.verify_values()
        desk.verify(entry)
        unit_items.withdraw_item(conn, entry, "通报已撤销", actor=desk.checker, at=AT)
        (row,) = items_of_sheet(conn, desk.sheet_id, desk.clerk)
        assert (row.counts, row.withdraw_reason, desk.total()) == (False, "通报已撤销", "96.00")
