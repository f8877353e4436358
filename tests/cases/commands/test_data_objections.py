"""The unit confirms or objects within its days; the provider keeps or corrects the figure."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_objections import Answer, answer, confirm, raise_objection
from cases.commands.data_sheet import verify_values
from cases.errors import Invalid, Refused, Stale
from cases.journal import verify
from cases.models import (
    DataSheet,
    IndicatorValue,
    Message,
    Outbox,
    Relook,
    Unit,
    ValueObjection,
)
from cases.notices.deliver import deliver_notices
from cases.queries.late_figures import late_figures
from cases.queries.worklist import worklist
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff, state
from tests.staff import account
from tests.world import AT, World
from workflow.permissions import Actor
from workflow.vocabulary import ObjectionOutcome, Role, Thing, ThingAction

REASON = "与统计公报的数不一致"


@dataclass
class Verified:
    """A county's sheet, verified on 10 December 2025 (a Wednesday)."""

    conn: sa.Connection
    world: World
    sheet_id: int
    units: dict[str, int]
    verifiers: dict[str, Actor]

    @property
    def unit(self) -> Actor:
        return self.world.actor(Role.UNIT_CONTACT, person="mayor", unit="county")

    def object_to(self, indicator: str = "pm25") -> int:
        return raise_objection(self.conn, self.sheet_id, indicator, REASON, actor=self.unit, at=AT)

    def answer(self, objection: int, said: Answer) -> Actor:
        clerk = staff(self.conn, self.units["生态环境局"], Role.DATA_PROVIDER)
        answer(self.conn, objection, said, actor=clerk, at=AT)
        return clerk

    def days(self) -> tuple[date | None, date | None]:
        row = self.conn.execute(
            sa.select(DataSheet.confirm_due_on, DataSheet.answer_due_on).where(
                DataSheet.id == self.sheet_id
            )
        ).one()
        return row[0], row[1]

    def values(self, indicator: str = "pm25") -> list[tuple[int, str | None, str, bool]]:
        v = IndicatorValue
        return [
            (r[0], r[1], r[2], r[3])
            for r in self.conn.execute(
                sa.select(v.number, v.value, v.state, v.superseded)
                .where(v.indicator == indicator, v.sheet_id == self.sheet_id)
                .order_by(v.number)
            )
        ]

    def freeze(self, days: int = 0) -> None:
        office = self.world.actor(Role.OFFICE)
        beside.move(
            self.conn, Thing.DATA_SHEET, self.sheet_id, ThingAction.FREEZE_SHEET, actor=office,
            at=AT + timedelta(days=days),
        )  # fmt: skip


def verified(conn: sa.Connection) -> Verified:
    world, sheet_id, units = sheet(conn)
    verifiers = fill(conn, sheet_id, units)
    for name, actor in verifiers.items():
        mine = [i for i, by in BY.items() if by == name]
        verify_values(conn, sheet_id, mine, actor=actor, at=AT)
    return Verified(conn, world, sheet_id, units, verifiers)


def to_answer(conn: sa.Connection, actor: Actor) -> list[tuple[int, date | None]]:
    """What the worklist of a department asks it to answer: sheet and day."""
    groups = [g for g in worklist(conn, actor, AT.date()) if g.key == "figure_answer"]
    return [(row.id, row.due_on) for g in groups for row in g.rows]


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(r) for r in refused.value.reasons]


def test_freezing_waits_for_the_unit_or_its_days(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        assert found.days() == (date(2025, 12, 17), None)
        with pytest.raises(Refused) as early:
            found.freeze(7)
        assert reasons(early) == ["单位还在确认期内,没有确认数据"]
        found.freeze(8)
        assert state(conn, found.sheet_id) == "frozen"


def test_a_confirmed_sheet_freezes_at_once_and_takes_no_objection(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        confirm(conn, found.sheet_id, actor=found.unit, at=AT)
        with pytest.raises(Refused) as late:
            found.object_to()
        found.freeze()
        assert (reasons(late), state(conn, found.sheet_id)) == (["本单位已经确认数据"], "frozen")
        assert verify(conn).ok


def test_only_the_unit_itself_confirms_within_its_days(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        foreign = found.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        for actor in (foreign, found.world.actor(Role.OFFICE)):
            with pytest.raises(Refused):
                confirm(conn, found.sheet_id, actor=actor, at=AT)
        with pytest.raises(Refused) as late:
            confirm(conn, found.sheet_id, actor=found.unit, at=AT + timedelta(days=8))
        assert reasons(late) == ["确认期限已过,需要更正的请联系干部考核机构"]


def test_a_kept_figure_stands_with_its_reason(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        objection = found.object_to()
        assert found.values() == [(1, "29", "disputed", False)]
        assert found.days() == (date(2025, 12, 17), date(2025, 12, 15))
        with pytest.raises(Refused) as held:
            found.freeze(8)
        with pytest.raises(Refused) as unanswered:
            confirm(conn, found.sheet_id, actor=found.unit, at=AT)
        found.answer(objection, Answer(ObjectionOutcome.KEPT, "以国控点位数据为准"))
        assert reasons(held) == ["还有 1 项单位异议没有答复"]
        assert reasons(unanswered) == ["还有异议没有答复,答复后再确认"]
        assert (found.values(), found.days()[1]) == ([(1, "29", "verified", False)], None)
        confirm(conn, found.sheet_id, actor=found.unit, at=AT)
        found.freeze()
        row = conn.execute(sa.select(ValueObjection.outcome, ValueObjection.answer)).one()
        assert tuple(row) == ("kept", "以国控点位数据为准")


def test_a_corrected_figure_is_a_new_version_verified_by_another(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        objection = found.object_to()
        said = Answer(ObjectionOutcome.CORRECTED, "核对后更正", "31", document="云环〔2026〕2号")
        asked = staff(conn, found.units["生态环境局"], Role.DATA_PROVIDER)
        other = staff(conn, found.units["统计局"], Role.DATA_PROVIDER)
        due = conn.execute(sa.select(ValueObjection.due_on)).scalar_one()
        assert (to_answer(conn, asked), to_answer(conn, other)) == ([(found.sheet_id, due)], [])
        clerk = found.answer(objection, said)
        assert to_answer(conn, asked) == []
        assert state(conn, found.sheet_id) == "submitted"
        assert found.values() == [(1, "29", "disputed", True), (2, "31", "submitted", False)]
        with pytest.raises(Refused):
            answer(conn, objection, said, actor=clerk, at=AT)
        checker = found.verifiers["生态环境局"]
        verify_values(conn, found.sheet_id, ["pm25"], actor=checker, at=AT + timedelta(days=1))
        assert state(conn, found.sheet_id) == "verified"
        assert found.days() == (date(2025, 12, 18), None)
        assert conn.execute(sa.select(sa.func.count()).select_from(Relook)).scalar() == 0
        cycle_id, unit_id = conn.execute(sa.select(DataSheet.cycle_id, DataSheet.unit_id)).first()
        told = late_figures(conn, cycle_id, [unit_id], AT)
        unit = conn.execute(sa.select(Unit.name).where(Unit.id == unit_id)).scalar_one()
        assert [str(x) for x in told] == [f"{unit}的细颗粒物年均浓度由 29 到 31，云环〔2026〕2号"]


def test_an_answer_needs_its_department_and_its_words(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        objection = found.object_to()
        other = staff(conn, found.units["统计局"], Role.DATA_PROVIDER)
        kept = Answer(ObjectionOutcome.KEPT, "以国控点位数据为准")
        with pytest.raises(Refused):
            answer(conn, objection, kept, actor=other, at=AT)
        with pytest.raises(Invalid) as short:
            found.answer(objection, Answer(ObjectionOutcome.KEPT, "不"))
        with pytest.raises(Invalid) as bare:
            found.answer(objection, Answer(ObjectionOutcome.CORRECTED, "核对后更正", "１２"))
        with pytest.raises(Invalid) as empty:
            found.answer(objection, Answer(ObjectionOutcome.CORRECTED, "核对后更正"))
        assert str(empty.value.errors["value"]) == "请填写更正后的数值"
        assert (list(short.value.errors), list(bare.value.errors)) == (["reason"], ["value"])


def test_an_objection_tells_the_one_department_it_is_for(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        conn.execute(sa.delete(Outbox))
        objection = found.object_to("pm25")
        row = conn.execute(sa.select(Outbox)).one()
        assert (row.topic, row.key.split(":")[2]) == ("figure_objected", str(objection))
        provider = found.units["生态环境局"]
        assert row.payload["units"] == [provider]
        found.world.units.update(found.units)
        account(conn, found.world, "clerk", Role.DATA_PROVIDER, unit="生态环境局")
        account(conn, found.world, "lead", Role.DATA_PROVIDER, unit="统计局")
        deliver_notices(conn, [row], at=AT)
        told = conn.execute(sa.select(Message.person_id, Message.title)).all()
    assert [tuple(one) for one in told] == [
        (found.world.people["clerk"], "单位对数据有异议：沙溪县")
    ]


def test_a_confirmation_of_figures_reopened_since_is_stale(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        with pytest.raises(Stale):
            confirm(conn, found.sheet_id, expected_version=1, actor=found.unit, at=AT)
        version = conn.execute(sa.select(DataSheet.version)).scalar_one()
        confirm(conn, found.sheet_id, expected_version=version, actor=found.unit, at=AT)
