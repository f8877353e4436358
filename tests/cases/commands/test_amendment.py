"""A change of an open year's scheme: its day, its announced term, its rows, and ways out."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import amendment, beside, scheme_draft
from cases.commands.data_entry import Entry, enter_values
from cases.commands.data_objections import confirm
from cases.commands.data_sheet import verify_values
from cases.commands.synthesis import compute
from cases.errors import NotVisible, Refused
from cases.models import (
    Amendment,
    Case,
    Cycle,
    DataSheet,
    IndicatorValue,
    JournalEntry,
    Outbox,
    Relook,
    SchemeVersion,
)
from cases.queries.scheme import scheme_of_cycle
from cases.store import Store
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff, state
from tests.unit_results import give_results
from tests.world import AT, World, scheme_document
from workflow.permissions import Actor
from workflow.vocabulary import AmendmentKind, CycleState, Role, State, Thing, ThingAction

TERM = timedelta(days=7)
"""Five working days from a Wednesday."""


def office(world: World) -> Actor:
    return world.actor(Role.OFFICE)


def lead(world: World) -> Actor:
    return world.actor(Role.OFFICE, Role.OFFICE_LEAD, person="lead")


def with_indicator(document: dict[str, Any]) -> dict[str, Any]:
    """A new indicator for the county's class, at the cost of another's weight."""
    after = deepcopy(document)
    group = next(g for g in after["indicators"] if any(c["code"] == "rd" for c in g["children"]))
    group["children"].append(
        {
            "code": "patents", "title": "发明专利", "unit": "件", "method": "minmax",
            "provider": "科技局", "direction": "positive", "missing": "renormalise",
        }
    )  # fmt: skip
    for weights in after["weights"]["by_class"].values():
        if weights.get("rd", 0) > 1:
            weights["rd"] -= 1
            weights["patents"] = 1
    return after


def lighter(document: dict[str, Any]) -> dict[str, Any]:
    after = deepcopy(document)
    row = after["timetable"][0]
    row["due"] = row.get("due", 0) + 3
    return after


def drafted(conn: sa.Connection, world: World, edit: Any) -> int:
    version = conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()
    draft = scheme_draft.start_from(conn, version, actor=office(world), at=AT)
    scheme_draft.save(
        conn, draft, edit, part=scheme_draft.m("改"), expected_version=1, actor=office(world),
        at=AT,
    )  # fmt: skip
    return draft


def asked(
    conn: sa.Connection,
    world: World,
    edit: Any,
    on: date,
    kind: AmendmentKind = AmendmentKind.UPPER_DIRECTIVE,
) -> tuple[int, int]:
    """(amendment, draft) of an open year."""
    conn.execute(sa.update(Cycle).values(state=CycleState.OPEN))
    draft = drafted(conn, world, edit)
    made = amendment.ask(
        conn, world.cycle_id, draft, kind=kind, reason="上级要求", document="省函〔2025〕1号",
        organ_name="省委组织部", effective_on=on, actor=office(world), at=AT,
    )  # fmt: skip
    return made, draft


def indicators(conn: sa.Connection, sheet_id: int) -> set[str]:
    rows = conn.execute(
        sa.select(IndicatorValue.indicator).where(IndicatorValue.sheet_id == sheet_id)
    )
    return set(rows.scalars())


def runs_on(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one())


def test_change_does_nothing_before_its_day_and_brings_rows_on_it(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        on = AT.date() + TERM
        made, _ = asked(conn, world, with_indicator, on)
        version = amendment.approve(conn, made, actor=lead(world), at=AT)
        assert (runs_on(conn), amendment.due_today(conn, on - timedelta(days=1))) == (1, [])
        assert "patents" not in indicators(conn, sheet_id)
        with pytest.raises(NotVisible):
            amendment.put_in_force(conn, made, at=AT)
        assert amendment.due_today(conn, on) == [made]
        amendment.put_in_force(conn, made, at=AT + TERM)
        assert (runs_on(conn), amendment.due_today(conn, on)) == (version, [])
        assert indicators(conn, sheet_id) == {"rd", "hightech", "pm25", "energy", "patents"}
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        assert "patents" in scheme.indicators
        acts = conn.execute(sa.select(JournalEntry.action)).scalars().all()
        assert {"add_value_rows", "put_amendment_in_force"} <= set(acts)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        entry = Entry("patents", value="12", source="年报")
        enter_values(conn, sheet_id, [entry], hand_in=True, actor=clerk, at=AT + TERM)


def test_late_approval_puts_the_first_day_off(store: Store) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        made, _ = asked(conn, world, with_indicator, AT.date() + TERM)
        late: datetime = AT + timedelta(days=5)
        amendment.approve(conn, made, actor=lead(world), at=late)
        on = conn.execute(sa.select(Amendment.effective_on)).scalar_one()
        assert on == date(2025, 12, 22)
        assert runs_on(conn) == 1


def test_lighter_change_of_today_holds_at_once(store: Store) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        made, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        version = amendment.approve(conn, made, actor=lead(world), at=AT)
        assert runs_on(conn) == version


def test_draft_published_meanwhile_is_approved_as_that_version(store: Store) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        made, draft = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        published = scheme_draft.publish(
            conn, draft, note="", expected_version=2, actor=office(world), at=AT
        )
        assert amendment.approve(conn, made, actor=lead(world), at=AT) == published
        frozen = conn.execute(
            sa.select(SchemeVersion.frozen_at).where(SchemeVersion.id == published)
        ).scalar_one()
        assert (runs_on(conn), frozen) == (published, AT)


def test_one_change_waits_for_its_day_at_a_time(store: Store) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        first, _ = asked(conn, world, with_indicator, AT.date() + TERM)
        second, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        amendment.approve(conn, first, actor=lead(world), at=AT)
        with pytest.raises(Refused) as refused:
            amendment.approve(conn, second, actor=lead(world), at=AT)
        assert [str(r) for r in refused.value.reasons] == [
            "另有一项已批准的变更尚未生效,待其生效后按新方案重新提出"
        ]
        amendment.put_in_force(conn, first, at=AT + TERM)
        with pytest.raises(Refused):
            amendment.approve(conn, second, actor=lead(world), at=AT + TERM)
        amendment.decline(conn, second, reason="按新方案重提", actor=lead(world), at=AT + TERM)


def test_new_row_on_a_verified_sheet_restarts_the_units_days(store: Store) -> None:
    with store.transaction() as conn:
        world, sheet_id, units = sheet(conn)
        for name, actor in fill(conn, sheet_id, units).items():
            mine = [i for i, by in BY.items() if by == name]
            verify_values(conn, sheet_id, mine, actor=actor, at=AT)
        contact = world.actor(Role.UNIT_CONTACT, unit="county")
        confirm(conn, sheet_id, actor=contact, at=AT)
        made, _ = asked(conn, world, with_indicator, AT.date() + TERM)
        amendment.approve(conn, made, actor=lead(world), at=AT)
        amendment.put_in_force(conn, made, at=AT + TERM)
        days = sa.select(DataSheet.state, DataSheet.confirm_due_on, DataSheet.confirmed_at)
        assert tuple(conn.execute(days).one()) == ("verified", None, None)
        rows = conn.execute(sa.select(Outbox.payload).where(Outbox.topic == "sheet_rows_added"))
        (payload,) = rows.scalars()
        assert (payload["to"], payload["units"]) == (["data_provider"], [units["科技局"]])
        clerk, checker = (
            staff(conn, units["科技局"], r) for r in (Role.DATA_PROVIDER, Role.DATA_VERIFIER)
        )
        entry = Entry("patents", value="12", source="年报")
        enter_values(conn, sheet_id, [entry], hand_in=True, actor=clerk, at=AT + TERM)
        verify_values(conn, sheet_id, ["patents"], actor=checker, at=AT + TERM)
        assert tuple(conn.execute(days).one()) == ("verified", date(2025, 12, 24), None)

        def freeze(at: datetime) -> None:
            beside.move(
                conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office(world),
                at=at,
            )  # fmt: skip

        with pytest.raises(Refused) as refused:
            freeze(AT + TERM)
        assert [str(r) for r in refused.value.reasons] == ["单位还在确认期内,没有确认数据"]
        freeze(AT + timedelta(days=30))
        assert state(conn, sheet_id) == "frozen"


def capped(document: dict[str, Any]) -> dict[str, Any]:
    after = deepcopy(document)
    after["items"][0]["cap"] = 2
    return after


def later(document: dict[str, Any]) -> dict[str, Any]:
    after = lighter(document)
    after["timetable"][0]["due"] += 1
    return after


def test_stale_change_is_brought_onto_the_scheme_of_now_and_approved_by_another(
    store: Store,
) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        first, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        second, _ = asked(conn, world, capped, AT.date(), AmendmentKind.LIGHTEN)
        with pytest.raises(Refused):
            amendment.rebase(conn, second, actor=office(world), at=AT)
        now = amendment.approve(conn, first, actor=lead(world), at=AT)
        at = AT + timedelta(days=1)
        draft = amendment.rebase(conn, second, actor=lead(world), at=at)
        row = conn.execute(sa.select(Amendment).where(Amendment.id == second)).one()
        assert row.change == {"draft": draft, "revision": 1, "from": now}
        assert (row.effective_on, row.requested_by) == (at.date(), world.people["lead"])
        with pytest.raises(Refused):
            amendment.approve(conn, second, actor=lead(world), at=at)
        other = world.actor(Role.OFFICE, Role.OFFICE_LEAD, person="recorder")
        version = amendment.approve(conn, second, actor=other, at=at)
        assert runs_on(conn) == version
        both = conn.execute(
            sa.select(SchemeVersion.content).where(SchemeVersion.id == version)
        ).scalar_one()
        base = conn.execute(
            sa.select(SchemeVersion.content).where(SchemeVersion.id == 1)
        ).scalar_one()
        assert both["items"][0]["cap"] == 2
        assert both["timetable"][0]["due"] == base["timetable"][0]["due"] + 3


def test_what_both_changed_is_named_and_nothing_moves(store: Store) -> None:
    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        first, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        second, draft = asked(conn, world, later, AT.date(), AmendmentKind.EXTEND)
        third, _ = asked(conn, world, lighter, AT.date(), AmendmentKind.EXTEND)
        amendment.approve(conn, first, actor=lead(world), at=AT)
        code = scheme_document()["timetable"][0]["code"]
        for made, said in (
            (second, ["这项变更与现行方案有冲突,请按现行方案另建草稿",
                      f"时间安排“timetable.{code}.due”两边都有变更"]),
            (third, ["现行方案已经包含这项变更的内容"]),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                amendment.rebase(conn, made, actor=office(world), at=AT)
            assert [str(r) for r in refused.value.reasons] == said
        change = sa.select(Amendment.change).where(Amendment.id == second)
        assert conn.execute(change).scalar_one()["draft"] == draft


def test_cases_the_changed_scheme_would_suggest_otherwise_are_listed(store: Store) -> None:
    """Nothing is regraded: what was suggested before stays, with a row for a second look."""

    def stricter(document: dict[str, Any]) -> dict[str, Any]:
        edited = deepcopy(document)
        for scale in edited["suggestion"].values():
            scale["excellent"] = 97
        return edited

    with store.transaction() as conn:
        world, _, _ = sheet(conn)
        conn.execute(sa.update(Case).values(state=State.EVALUATING))
        give_results(conn, world, (world.units["environment"], "92", "年报", "云考〔2026〕1号"))
        ids = list(conn.execute(sa.select(Case.id)).scalars())
        compute(conn, world.cycle_id, ids, actor=office(world), at=AT)
        before = list(conn.execute(sa.select(Case.suggested_grade).order_by(Case.id)).scalars())
        made, _ = asked(conn, world, stricter, (AT + TERM).date())
        amendment.approve(conn, made, actor=lead(world), at=AT)
        assert conn.execute(sa.select(Relook.id)).all() == []
        amendment.put_in_force(conn, made, at=AT + TERM)
        listed = conn.execute(sa.select(Relook.reason)).scalars().all()
        after = list(conn.execute(sa.select(Case.suggested_grade).order_by(Case.id)).scalars())
    assert after == before
    assert len(listed) > 0
    assert all("启动后变更生效" in str(reason) for reason in listed)
