"""A unit without indicators: its first entry makes its sheet, which goes the usual way."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside, unit_items
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import revise
from cases.commands.synthesis import compute
from cases.commands.unit_items import Fact
from cases.documents.papers.beside import data_sheet
from cases.errors import Invalid, Refused
from cases.journal import verify
from cases.models import Case, DataSheet, Outbox, Synthesis, UnitItem
from cases.queries.committee_review import item_lines
from cases.queries.data_board import sheet_lines
from cases.queries.unit_items import item_desk
from cases.queries.worklist import worklist
from cases.store import Store
from tests.cases.commands.test_data_sheet import sheet, staff, state
from tests.unit_results import give_results
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import Permission, Role, State, Thing, ThingAction

FACT = Fact(
    "response", "7 月突发环境事件处置迟缓", date(2025, 7, 18), points="1.5",
    document="云应急通报〔2025〕31号",
)  # fmt: skip
LATER = AT + timedelta(days=30)


@dataclass
class Bureau:
    """The environment bureau, which has cases and no indicators; the organ enters its items."""

    conn: sa.Connection
    world: World
    clerk: Actor
    checker: Actor

    def enter(self, **more: Any) -> int:
        return unit_items.enter_for(
            self.conn, self.world.cycle_id, self.unit, replace(FACT, **more), actor=self.clerk,
            at=AT,
        )  # fmt: skip

    def verify(self, entry: int) -> None:
        unit_items.verify_item(self.conn, entry, actor=self.checker, at=AT)

    @property
    def unit(self) -> int:
        return self.world.units["environment"]

    @property
    def sheet_id(self) -> int:
        found = sa.select(DataSheet.id).where(DataSheet.unit_id == self.unit)
        return int(self.conn.execute(found).scalar_one())

    @property
    def state(self) -> str:
        return state(self.conn, self.sheet_id)

    def contact(self) -> Actor:
        return self.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")

    def freeze(self) -> None:
        beside.move(
            self.conn, Thing.DATA_SHEET, self.sheet_id, ThingAction.FREEZE_SHEET,
            actor=self.world.actor(Role.OFFICE), at=LATER,
        )  # fmt: skip


def bureau(conn: sa.Connection) -> Bureau:
    world, _, _ = sheet(conn)
    organ = world.units["organ"]
    clerk, checker = (staff(conn, organ, r) for r in (Role.DATA_PROVIDER, Role.DATA_VERIFIER))
    return Bureau(conn, world, clerk, checker)


def test_first_entry_makes_the_sheet_and_it_goes_to_the_lock(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        first = mine.enter()
        assert mine.state == "submitted"
        second = mine.enter(points="0.4")
        mine.verify(first)
        assert mine.state == "submitted"
        mine.verify(second)
        assert mine.state == "verified"
        confirm(conn, mine.sheet_id, actor=mine.contact(), at=AT)
        mine.freeze()
        assert mine.state == "frozen"
        _, lines = sheet_lines(conn, mine.world.actor(Role.OFFICE))
        assert [(x.unit_id, x.values, x.verified) for x in lines] == [
            (mine.unit, 0, 0), (mine.world.units["county"], 4, 0),
        ]  # fmt: skip
        assert verify(conn).ok


def test_item_of_the_indicator_score_is_refused_without_indicators(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        with pytest.raises(Invalid) as invalid:
            mine.enter(item="award", points="1")
        assert {k: str(v) for k, v in invalid.value.errors.items()} == {
            "item": "“上级表彰”计入指标得分,该单位没有指标"
        }


def test_frozen_units_and_units_past_the_gate_are_not_offered(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)

        def offered() -> list[int]:
            desk = item_desk(conn, mine.clerk, Permission.DATA_ENTER)
            assert desk is not None
            return [unit for unit, _ in desk.units]

        county = mine.world.units["county"]
        assert offered() == [mine.unit, county]
        conn.execute(sa.update(Case).values(state=State.EVALUATING))
        assert offered() == [county]
        with pytest.raises(Invalid) as invalid:
            mine.enter()
        assert list(invalid.value.errors) == ["unit"]
        conn.execute(sa.update(Case).values(state=State.COLLECTING))
        mine.verify(mine.enter())
        assert offered() == [mine.unit, county]
        mine.freeze()
        assert offered() == [county]


def test_item_of_the_case_counts_for_body_and_members(store: Store) -> None:
    """The bureau's own result 90, satisfaction 85, no ballot, 1.5 points off, cap 2.

    The chief has 50 and 20 of 100, the deputy 40 and 20, the body 60 and 20, re-weighted:
    (90 x 50 + 85 x 20) / 70 = 88.571, (90 x 40 + 85 x 20) / 60 = 88.333,
    (90 x 60 + 85 x 20) / 80 = 88.750; each less 1.5.
    """
    with store.transaction() as conn:
        mine = bureau(conn)
        office = mine.world.actor(Role.OFFICE)
        for kind, figure in (("performance", "90"), ("satisfaction", "85")):
            told = (mine.unit, figure, "考评办", "云考〔2026〕1号")
            give_results(conn, mine.world, told, kind=kind)
        mine.verify(mine.enter())
        conn.execute(sa.update(Case).values(state=State.COLLECTING))
        ids = list(conn.execute(sa.select(Case.id).where(Case.unit_id == mine.unit)).scalars())
        assert compute(conn, mine.world.cycle_id, ids, actor=office, at=AT) == 3
        rows = conn.execute(
            sa.select(Case.kind, Case.subject_name, Synthesis.composite, Synthesis.scoresheet)
            .join(Synthesis, Synthesis.case_id == Case.id)
            .where(Case.unit_id == mine.unit)
        ).all()
        found = {
            row.scoresheet["position"]: (
                f"{Decimal(row.scoresheet['before_items']):.3f}", f"{Decimal(row.composite):.2f}",
            )
            for row in rows
        }  # fmt: skip
        assert found == {
            "chief": ("88.571", "87.07"), "deputy": ("88.333", "86.83"), "body": ("88.750", "87.25"),
        }  # fmt: skip
        lines = {(i.entries, f"{i.points:.1f}") for r in rows for i in item_lines(r.scoresheet)}
        assert lines == {(1, "-1.5")}


def test_sheet_on_paper_has_the_entries(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        mine.verify(mine.enter())
        mine.enter(fact="尚未审核的另一件事")
        _, entries = data_sheet(conn, mine.sheet_id, AT.date()).groups
        assert (entries.title, entries.count) == (
            "加减分事项", "共1条。按上限计：突发事件处置不及时−1.5分。",
        )  # fmt: skip
        (row,) = entries.rows
        assert row[:5] == (
            "1", "突发事件处置不及时：7 月突发环境事件处置迟缓", "−1.5", "分",
            "云州市委组织部，云应急通报〔2025〕31号",
        )  # fmt: skip


def test_departments_find_entries_on_their_worklists(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)

        def waits(actor: Actor) -> list[tuple[str, int]]:
            keys = ("item_verify", "item_correct", "item_answer")
            found = [g for g in worklist(conn, actor, AT.date()) if g.key in keys]
            return [(g.key, row.id) for g in found for row in g.rows]

        entry = mine.enter()
        assert (waits(mine.checker), waits(mine.clerk)) == ([("item_verify", mine.sheet_id)], [])
        both = Actor(1, mine.clerk.person_id, mine.checker.grants)
        assert waits(both) == []
        unit_items.return_item(conn, entry, "分值与通报不符", actor=mine.checker, at=AT)
        assert (waits(mine.checker), waits(mine.clerk)) == ([], [("item_correct", mine.sheet_id)])
        unit_items.enter(conn, mine.sheet_id, FACT, actor=mine.clerk, at=LATER, entry_id=entry)
        mine.verify(entry)
        unit_items.object_to_item(conn, entry, "事件处置及时", actor=mine.contact(), at=AT)
        assert (waits(mine.checker), waits(mine.clerk)) == ([], [("item_answer", mine.sheet_id)])
        told = conn.execute(
            sa.select(Outbox.topic).where(Outbox.topic.like("item_%")).order_by(Outbox.id)
        ).scalars()
        assert list(told) == ["item_to_verify", "item_returned", "item_to_verify", "item_objected"]


def test_frozen_sheet_is_opened_for_entries_by_a_document(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        first = mine.enter()
        mine.verify(first)
        mine.freeze()
        with pytest.raises(Refused):
            mine.enter()
        revise(
            conn, mine.sheet_id, [], document="云应急函〔2026〕2号", reason="通报后又查明一件",
            actor=mine.world.actor(Role.OFFICE), at=LATER,
        )  # fmt: skip
        assert mine.state == "verified"  # no value is to be handed in, so nobody would move it on
        unit_items.withdraw_item(conn, first, "通报已经撤销", actor=mine.checker, at=LATER)
        assert mine.state == "verified"
        second = mine.enter()
        assert mine.state == "submitted"
        mine.verify(second)
        assert mine.state == "verified"
        left = sa.select(UnitItem.id).where(UnitItem.withdrawn_at.is_(None))
        assert len(conn.execute(left).all()) == 1
        assert verify(conn).ok
