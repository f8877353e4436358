"""Leaders in charge: whose units, on which days, and what a named opinion then asks."""

import json
from datetime import date

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.portfolios import assign, end, withdraw
from cases.errors import Invalid, KaojiError, NotVisible, Refused
from cases.journal import verify
from cases.models import Case, JournalEntry, JournalPayload, NamedOpinion, Person, Portfolio, Unit
from cases.queries.portfolios import charges, counted, units_kept, units_without
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.cases.commands.test_unit_changes import second_organ
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Role

SINCE = date(2025, 3, 1)


def told(error: KaojiError) -> dict[str, str] | list[str]:
    if isinstance(error, Invalid):
        return {field: str(one) for field, one in error.errors.items()}
    return [str(one) for one in error.reasons] if isinstance(error, Refused) else []


def put(
    conn: sa.Connection,
    world: World,
    unit: str = "environment",
    person: str = "lead",
    since: date = SINCE,
    until: date | None = None,
    actor: Actor | None = None,
) -> int:
    return assign(
        conn, world.units[unit], world.people.get(person, 0), since=since, until=until,
        actor=actor or world.actor(Role.OFFICE), at=AT,
    )  # fmt: skip


def entries(conn: sa.Connection) -> list[tuple[str, int, dict[str, object]]]:
    rows = conn.execute(
        sa.select(JournalEntry.action, JournalEntry.subject_id, JournalPayload.payload)
        .join(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == "portfolio")
        .order_by(JournalEntry.seq)
    )
    return [(a, i, json.loads(p)) for a, i, p in rows]


def test_a_leader_is_put_in_charge_and_leaves(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office, u = world.actor(Role.OFFICE), world.units
        assert units_without(conn, office) == [
            (u["environment"], "云州市生态环境局"), (u["county"], "沙溪县"),
        ]  # fmt: skip
        assert units_kept(conn, office) == units_without(conn, office)
        made = put(conn, world)
        assert [(c.unit, c.leader, c.post, c.since, c.until) for c in charges(conn, office)] == [
            ("云州市生态环境局", "陆明晖", "副部长", SINCE, None)
        ]
        assert counted(conn, office) == type(counted(conn, office))(now=1, without=1)
        end(conn, made, until=date(2025, 12, 10), actor=office, at=AT)
        assert charges(conn, office) == []
        (past,) = charges(conn, office, ended=True)
        assert past.until == date(2025, 12, 10)
        who = {"unit": u["environment"], "person": world.people["lead"]}
        assert entries(conn) == [
            ("assign_leader", made, {**who, "since": "2025-03-01", "until": None}),
            ("end_leader", made, {**who, "until": "2025-12-10"}),
        ]
        with pytest.raises(Refused) as twice:
            end(conn, made, until=date(2025, 12, 9), actor=office, at=AT)
        assert told(twice.value) == ["分管已经结束,没有再改"]


def test_search_finds_unit_or_leader_in_official_order(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        for unit, person in (("county", "lead"), ("environment", "recorder"), ("county", "clerk")):
            put(conn, world, unit, person)

        def found(find: str) -> list[tuple[str, str]]:
            return [(c.unit, c.leader) for c in charges(conn, office, find=find)]

        own = ("云州市生态环境局", "秦望舒")
        assert found("") == [own, ("沙溪县", "方若谷"), ("沙溪县", "陆明晖")]
        assert found("生态") == [own]
        assert found("陆明") == [("沙溪县", "陆明晖")]
        assert found("%") == []
        assert [c.leader for c in charges(conn, office, start=2)] == ["陆明晖"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"person": "nobody"}, {"leader": "名册中没有此人,请核对姓名和单位"}),
        ({"person": "deputy"}, {"leader": "欧阳明远是这个单位的人,不能分管本单位"}),
        ({"since": date(2025, 12, 11)}, {"since": "开始日期在今天之后,到那一天再登记"}),
        ({"until": date(2025, 12, 11)}, {"until": "结束日期在今天之后,到那一天再登记"}),
        ({"until": date(2025, 2, 28)}, {"until": "结束日期在开始日期之前"}),
        ({"unit": "organ"}, []),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(store: Store, changes, expected) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        with pytest.raises((Invalid, NotVisible)) as refused:
            put(conn, world, **changes)
        assert told(refused.value) == expected
        assert conn.execute(sa.select(sa.func.count()).select_from(Portfolio)).scalar() == 0
        assert entries(conn) == []


@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [
        (date(2025, 6, 30), None, True),
        (date(2025, 7, 1), None, False),
        (date(2024, 1, 1), date(2025, 3, 1), True),
        (date(2024, 1, 1), date(2025, 2, 28), False),
        (date(2024, 1, 1), None, True),
        (date(2025, 4, 1), date(2025, 5, 1), True),
    ],
)
def test_periods_of_one_leader_and_unit_do_not_overlap(
    store: Store, since, until, overlaps
) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        put(conn, world, until=date(2025, 6, 30))
        put(conn, world, unit="county")
        put(conn, world, person="recorder")
        if not overlaps:
            assert put(conn, world, since=since, until=until) == 4
            return
        with pytest.raises(Invalid) as refused:
            put(conn, world, since=since, until=until)
        assert told(refused.value) == {"since": "陆明晖在这段时间已经分管这个单位"}


def test_retired_people_and_abolished_units_are_refused(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        lead, unit = world.people["lead"], world.units["environment"]
        gone = date(2025, 9, 30)
        conn.execute(sa.update(Person).where(Person.id == lead).values(retired_on=gone))
        with pytest.raises(Invalid) as retired:
            put(conn, world)
        assert told(retired.value) == {"leader": "陆明晖已经退休"}
        assert put(conn, world, until=gone) == 1
        conn.execute(sa.update(Unit).where(Unit.id == unit).values(active=False))
        with pytest.raises(Invalid) as abolished:
            put(conn, world, person="recorder")
        assert told(abolished.value) == {"unit": "“云州市生态环境局”已经撤销"}


def test_only_the_office_of_the_units_own_organ(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        other = second_organ(conn, world)
        made = put(conn, world)
        for actor in (world.actor(Role.ASSESSMENT_GROUP), world.subject("lead")):
            for act in (
                lambda a=actor: put(conn, world, unit="county", actor=a),
                lambda a=actor: end(conn, made, until=SINCE, actor=a, at=AT),
                lambda a=actor: withdraw(conn, made, actor=a, at=AT),
            ):
                with pytest.raises(Refused) as refused:
                    act()
                assert told(refused.value) == ["没有办理这一步的权限"]
        for act in (
            lambda: put(conn, world, actor=other),
            lambda: end(conn, made, until=SINCE, actor=other, at=AT),
            lambda: withdraw(conn, made, actor=other, at=AT),
        ):
            with pytest.raises(NotVisible):
                act()
        assert charges(conn, other) == []
        town = put(conn, world, unit="town", actor=other)
        assert [c.id for c in charges(conn, other)] == [town]


def test_a_mistake_is_taken_back_until_he_spoke(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office, made = world.actor(Role.OFFICE), put(conn, world)
        withdraw(conn, made, actor=office, at=AT)
        assert charges(conn, office) == []
        assert [action for action, _, _ in entries(conn)] == ["assign_leader", "withdraw_leader"]
        again = put(conn, world)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        own = sa.select(Case.id).where(Case.unit_id == world.units["environment"]).limit(1)
        case = conn.execute(own).scalar_one()
        said = {"electorate": "L", "option": "good", "given_at": AT}
        conn.execute(
            sa.insert(NamedOpinion).values(case_id=case, person_id=world.people["lead"], **said)
        )
        with pytest.raises(Refused) as refused:
            withdraw(conn, again, actor=office, at=AT)
        assert told(refused.value) == ["已经作过具名评价的分管不能撤销,只能登记结束日期"]
        assert [c.id for c in charges(conn, office)] == [again]


@pytest.mark.parametrize(
    ("change", "seq_of"),
    [
        (
            sa.update(Portfolio).where(Portfolio.id == 1).values(until=date(2025, 12, 1)),
            "end_leader",
        ),
        (sa.delete(Portfolio).where(Portfolio.id == 1), "end_leader"),
        (sa.update(Portfolio).where(Portfolio.id == 2).values(person_id=1), "assign_leader"),
    ],
)
def test_verify_names_a_charge_changed_past_the_journal(
    sqlite_store: Store, change, seq_of
) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        first = put(conn, world)
        end(conn, first, until=date(2025, 11, 30), actor=office, at=AT)
        withdraw(conn, put(conn, world, unit="county"), actor=office, at=AT)
        second = put(conn, world, unit="county")  # takes the number of the one taken back
        assert verify(conn).ok
        conn.execute(change)
        report = verify(conn)
        last = {(a, i): s for s, a, i in conn.execute(
            sa.select(JournalEntry.seq, JournalEntry.action, JournalEntry.subject_id)
        )}  # fmt: skip
    number = first if seq_of == "end_leader" else second
    assert (report.ok, report.kind, report.subject_id) == (False, "portfolio", number)
    assert report.seq == last[seq_of, number]
    assert report.place == ("陆明晖", "云州市生态环境局") or number == second
    assert "分管登记与记录的不一致" in str(sentence_of(report).sentence)


def test_verify_names_a_charge_that_nobody_recorded(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        u, p = world.units, world.people
        conn.execute(
            sa.insert(Portfolio).values(unit_id=u["county"], person_id=p["lead"], since=SINCE)
        )
        report = verify(conn)
    assert (report.kind, report.seq) == ("portfolio", None)
    assert report.place == ("陆明晖", "沙溪县")
