"""Whose work what is, by role and state; counts; queries."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.data_objections import confirm
from cases.commands.opening import open_cases
from cases.models import Case, Hold, Measure
from cases.queries import worklist as queries
from cases.queries.worklist import named, waiting, worklist
from cases.store import Store
from tests.cases.commands.test_data_objections import verified
from tests.world import AT, World, found_world
from workflow.permissions import SYSTEM, Actor
from workflow.vocabulary import AdminKind, Role, State, Thing


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        found = found_world(conn)
        open_cases(conn, found.cycle_id, actor=found.actor(Role.OFFICE), at=AT)
    return found


def put(store: Store, state: State, *names: str, **values: Any) -> None:
    with store.transaction() as conn:
        change = sa.update(Case)
        if names:
            change = change.where(Case.subject_name.in_(names))
        conn.execute(change.values(state=state, **values))


def keys(store: Store, actor: Actor) -> dict[str, int]:
    """Group -> how many wait."""
    with store.reading() as conn:
        groups = worklist(conn, actor)
        assert waiting(conn, actor) == (sum(g.total for g in groups) or None)
    return {g.key: g.total for g in groups}


@pytest.mark.parametrize(
    ("role", "state", "total"),
    [
        (Role.OFFICE, State.SCOPED, 6),
        (Role.OFFICE, State.DRAFTING, 0),
        (Role.ARCHIVIST, State.SCOPED, 0),
    ],
)
def test_state_waits_for_the_roles_it_names(
    store: Store, world: World, role: Role, state: State, total: int
) -> None:
    put(store, state)
    assert keys(store, world.actor(role)).get(f"case-{state}", 0) == total


def test_report_waits_for_its_subject_alone(store: Store, world: World) -> None:
    put(store, State.DRAFTING)
    assert keys(store, world.subject("mayor")) == {"case-drafting": 1}
    assert keys(store, world.subject("contact")) == {}


def test_comment_waits_for_the_leader_it_was_given_to(store: Store, world: World) -> None:
    put(store, State.SYNTHESISING, "张伟", commenter_id=world.people["lead"])
    put(store, State.SYNTHESISING, "沈知远", commenter_id=world.people["recorder"])
    assert keys(store, world.actor(Role.SUPERVISING_LEADER, person="lead"))["comment"] == 1


def test_statement_waits_for_the_person_told(store: Store, world: World) -> None:
    put(store, State.NOTIFIED)
    assert keys(store, world.subject("mayor")) == {"statement": 1}


def test_own_case_and_own_body_are_not_ones_work(store: Store, world: World) -> None:
    put(store, State.SCOPED)
    assert keys(store, world.actor(Role.OFFICE, person="mayor"))["case-scoped"] == 4


def test_things_wait_for_those_who_reach_them(store: Store, world: World) -> None:
    with store.transaction() as conn:
        case_id = conn.execute(sa.select(Case.id).where(Case.subject_name == "张伟")).scalar_one()
        for row in (
            sa.insert(Measure).values(
                case_id=case_id, channel="training", kind="training", title="培训", basis="依据",
                mandatory=False, state="assigned", owner_unit_id=world.units["county"],
                created_at=AT,
            ),
            sa.insert(Hold).values(
                case_id=case_id, kind="investigation", state="placed", since=AT.date(),
                document="文号",
            ),
        ):  # fmt: skip
            conn.execute(row)
    owner = world.actor(Role.RESPONSIBLE_ORGAN, person="clerk", unit="county")
    assert keys(store, owner) == {"measure-assigned": 1}
    other = world.actor(Role.RESPONSIBLE_ORGAN, person="contact", unit="environment")
    assert keys(store, other) == {}
    assert keys(store, world.actor(Role.OFFICE_LEAD, person="lead"))["hold-placed"] == 1
    with store.reading() as conn:
        group = worklist(conn, owner)[0]
        (name,) = named(conn, group.rows).values()
    assert (name.matter.label, name.note) == ("张伟", "培训")


def test_groups_are_ordered_by_the_nearest_day(store: Store, world: World) -> None:
    put(store, State.SCOPED, due_on=date(2026, 1, 20))
    put(store, State.COLLECTING, "张伟", due_on=date(2026, 1, 9))
    with store.reading() as conn:
        groups = worklist(conn, world.actor(Role.OFFICE))
    assert [g.first_due for g in groups] == sorted(g.first_due for g in groups)


def test_administrators_and_jobs_have_no_list(store: Store, world: World) -> None:
    put(store, State.SCOPED)
    admin = Actor(5, None, (), AdminKind.SYSTEM_ADMIN)
    with store.reading() as conn:
        assert (worklist(conn, SYSTEM), waiting(conn, SYSTEM)) == ((), None)
        assert worklist(conn, admin) == ()


def test_group_is_cut_at_its_limit(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    put(store, State.SCOPED)
    with store.reading() as conn:
        (group,) = [g for g in worklist(conn, world.actor(Role.OFFICE)) if g.state == State.SCOPED]
    assert (group.total, group.more) == (2, True)


def test_two_queries_for_all_groups_whatever_the_rows(store: Store, world: World) -> None:
    ran: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    actor = world.actor(Role.OFFICE)
    counts = []
    for names in (("张伟",), ("张伟", "沈知远", "欧阳明远")):
        put(store, State.CLOSED)
        put(store, State.SCOPED, *names)
        with store.reading() as conn:
            sa.event.listen(store.engine, "before_cursor_execute", note)
            groups = worklist(conn, actor)
            named(conn, (r for g in groups for r in g.rows))
            sa.event.remove(store.engine, "before_cursor_execute", note)
        counts.append(len(ran))
        ran.clear()
        assert sum(g.total for g in groups if g.thing is Thing.CASE) == len(names)
    assert counts == [3, 3]


def test_contact_confirms_the_figures_of_the_unit_by_its_day(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        contact = found.unit
        due = found.days()[0]
        assert due is not None
        head = found.world.actor(Role.UNIT_HEAD, person="head", unit="county")
        others = found.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")

        def told(actor: Actor, on: date) -> list[tuple[str, str, int, date | None]]:
            groups = worklist(conn, actor, on)
            assert waiting(conn, actor, on) == (sum(g.total for g in groups) or None)
            return [
                (g.key, str(g.verbs[0]), r.id, r.due_on)
                for g in groups
                if g.thing is Thing.DATA_SHEET
                for r in g.rows
            ]

        row = ("confirm", "确认本单位数据", found.sheet_id, due)
        assert told(contact, AT.date()) == told(contact, due) == [row]
        assert told(contact, due + timedelta(days=1)) == []
        assert told(head, due) == told(others, due) == []
        confirm(conn, found.sheet_id, actor=contact, at=AT)
        assert told(contact, AT.date()) == []
