"""Joint sessions, many sheets on one card, assemblies of peers, named opinions (M8-M12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.package import from_json
from cases.commands import beside, meeting, meeting_assembly, meeting_small, named_opinions
from cases.errors import Invalid, NotVisible, Refused
from cases.models import (
    BallotCount,
    Case,
    Cycle,
    Meeting,
    Portfolio,
    SchemeVersion,
    Unit,
    VoterGroup,
)
from cases.queries.facts_lanes import evaluation
from cases.queries.meeting import Joined, meeting_view, meetings
from cases.queries.meeting_notice import notice_of
from cases.queries.named_opinions import cases_in_charge
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.queries.tally import tally_of
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.ballots import DAY, OPENED, PLANNED, Hall, hall
from workflow.vocabulary import (
    CaseKind,
    MeetingKind,
    MeetingState,
    SheetKind,
    State,
    Thing,
    ThingAction,
)


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        yield made


def change_scheme(room: Hall, change) -> None:
    """Change the ballots of the world's scheme."""
    with room.store.transaction() as conn:
        version = conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()
        content = conn.execute(
            sa.select(SchemeVersion.content).where(SchemeVersion.id == version)
        ).scalar_one()
        change(content["ballot"])
        conn.execute(
            sa.update(SchemeVersion)
            .where(SchemeVersion.id == version)
            .values(content=content, digest=digest(content))
        )


def with_peers(ballot: dict) -> None:
    ballot["groups"].append({"code": "P", "title": "同级单位", "origin": "peer_units"})
    ballot["weights"]["body"] = {"A": 30, "B": 20, "C": 20, "P": 30}


def with_leader(ballot: dict) -> None:
    ballot["groups"].append(
        {"code": "L", "title": "分管领导", "origin": "superior_leaders", "named": True}
    )
    for position in ("chief", "deputy", "other", "body"):
        ballot["weights"][position] = {"A": 20, "B": 20, "C": 20, "L": 40}


def plan_all(room: Hall, members: dict[str, int]) -> list[int]:
    units = room.world.units
    given = {units["environment"]: members, units["county"]: members}
    with room.store.transaction() as conn:
        return meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, members=given, actor=room.office, at=PLANNED
        )


def form(room: Hall, title: str = "测评会", **more) -> meeting.MeetingForm:
    return meeting.MeetingForm(
        title, DAY, teller=room.world.people["contact"],
        supervisor=room.world.people["recorder"], **more,
    )  # fmt: skip


def edit(room: Hall, meeting_id: int, **more) -> None:
    with room.store.transaction() as conn:
        meeting.edit_meeting(conn, meeting_id, form(room, **more), actor=room.office, at=PLANNED)


def package(room: Hall, meeting_id: int):
    with room.store.reading() as conn:
        return from_json(
            conn.execute(sa.select(Meeting.package).where(Meeting.id == meeting_id)).scalar_one()
        )


def test_small_units_of_one_kind_sit_together_each_on_its_own_sheets(room: Hall) -> None:
    with room.store.transaction() as conn:
        conn.execute(sa.update(Unit).where(Unit.has_body).values(class_code="dept.economy"))
    host, other = plan_all(room, {"A": 0, "B": 2, "C": 1})
    with room.store.transaction() as conn:
        (step,) = meeting_small.arrange_small(
            conn, room.world.cycle_id, actor=room.office, at=PLANNED
        )
        states = dict(conn.execute(sa.select(Meeting.id, Meeting.state)).all())
        kinds = dict(conn.execute(sa.select(Meeting.id, Meeting.kind)).all())
        again = meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, actor=room.office, at=PLANNED
        )
    assert (step.step, step.members) == ("joint_session", 6)
    assert states == {host: MeetingState.PLANNED, other: MeetingState.CANCELLED}
    assert (kinds[host], again) == (MeetingKind.JOINT, [])
    room.make_key()
    edit(room, host)
    room.meeting_id = host
    room.freeze()
    made = package(room, host)
    county = room.world.units["county"]
    assert [s.key for s in made.sheets] == ["body", "cadre", f"body.{county}", f"cadre.{county}"]
    assert (made.sheets[0].title.zh, made.sheets[3].title.en) == (
        "云州市生态环境局 领导班子测评表", "沙溪县 Cadre",
    )  # fmt: skip
    assert {s.groups for s in made.sheets} == {("B", "C")}  # everybody rates every unit
    with room.store.reading() as conn:
        rows = {r.id: r for r in conn.execute(sa.select(Meeting))}
        joined = {i: meeting_view(conn, rows[i], room.office, DAY).joined for i in (host, other)}
    assert joined[host] is None and joined[other] == Joined(rows[host].ref, "测评会", True)
    assert made.lines == (("B", "C"),)  # 4 and 2 people: merged, and said so beforehand
    with pytest.raises(Refused) as refused, room.store.transaction() as conn:
        beside.move(
            conn, Thing.MEETING, other, ThingAction.RESTORE_MEETING, actor=room.office,
            at=PLANNED, payload={"reason": "想单独开"},
        )  # fmt: skip
    assert [str(r) for r in refused.value.reasons] == ["单位已另有测评会或联评组"]


def test_units_of_different_kinds_take_talks(room: Hall) -> None:
    both = plan_all(room, {"A": 0, "B": 2, "C": 1})
    with room.store.transaction() as conn:
        steps = meeting_small.arrange_small(
            conn, room.world.cycle_id, actor=room.office, at=PLANNED
        )
        states = set(conn.execute(sa.select(Meeting.state)).scalars())
    assert [(s.step, s.meetings) for s in steps] == [("talk", (both[0],)), ("talk", (both[1],))]
    assert states == {MeetingState.REPLACED_BY_TALKS}


def with_superiors(ballot: dict) -> None:
    ballot["groups"][0]["origin"] = "superior_leaders"


def held_with_many_sheets(room: Hall):
    """One meeting with two other sheets and items; everybody fills in all of it."""
    change_scheme(room, with_superiors)
    room.make_key()
    room.plan({"A": 6, "B": 6, "C": 8})
    edit(
        room, room.meeting_id, sheets=(SheetKind.SELECTION_WORK, SheetKind.NEWLY_PROMOTED),
        promoted="闻人朗 办公室主任\n\n柳依棠", with_items=True,
    )  # fmt: skip
    room.freeze()
    cards = room.print_cards()
    room.open()
    made = package(room, room.meeting_id)
    for card in cards:
        choices = {
            s.key: {r.subject: s.options[0].key for r in s.rows}
            for s in made.sheets_for(card.group)
        }
        room.cast(card, choices)
    room.close(due=20, present=20)
    room.reconcile()
    room.count()
    return made


def test_many_sheets_on_one_card_are_counted_apart(room: Hall) -> None:
    made = held_with_many_sheets(room)
    assert [(s.key, s.item) for s in made.sheets] == [
        ("body", ""), ("cadre", ""), ("cadre-virtue", "virtue"), ("cadre-ability", "ability"),
        ("selection_work", ""), ("newly_promoted", ""),
    ]  # fmt: skip
    other = made.sheets[-1]
    assert [(r.subject, r.name, r.post) for r in other.rows] == [
        ("r1", "闻人朗", "办公室主任"), ("r2", "柳依棠", ""),
    ]  # fmt: skip
    assert (other.groups, made.sheets[0].groups) == (("B", "C"), ("A", "B", "C"))
    with room.store.reading() as conn:
        kinds = {tuple(r) for r in conn.execute(sa.select(BallotCount.kind, BallotCount.item))}
        scheme = scheme_of_cycle(conn, room.world.cycle_id)
        scores = ballot_scores(conn, conn.execute(sa.select(Case)).all(), scheme)
        view = tally_of(conn, room.row())
    # Only what feeds the grade is stored beside the sealed result; items never enter the score.
    assert kinds == {("body", ""), ("cadre", ""), ("cadre", "virtue"), ("cadre", "ability")}
    assert {case: s.score for case, s in scores.items()} == dict.fromkeys(scores, 100)
    assert [(s.key, s.graded) for s in view.sheets][-2:] == [
        ("selection_work", False), ("newly_promoted", False),
    ]  # fmt: skip
    row = view.sheets[-1].rows[0]
    assert (row.total.figure.ballots, row.total.rates, row.score) == (14, None, None)
    assert [str(f) for f in view.sheets[0].heads[0].flags] == []


def test_notice_says_what_the_card_bears(room: Hall) -> None:
    made = held_with_many_sheets(room)
    with room.store.reading() as conn:
        found = notice_of(conn, room.row())
    assert found.digest == made.digest[:16] == room.row().package_digest[:16]
    assert [(line.members, line.signed) for line in found.lines] == [
        (6, False), (6, False), (8, False),
    ]  # fmt: skip


def test_small_leaders_are_signed_where_the_scheme_says_so_and_never_anonymous(room: Hall) -> None:
    change_scheme(room, lambda b: b["groups"][0].update(when_small="signed"))
    room.make_key()
    room.plan({"A": 2, "B": 30, "C": 50})
    room.freeze()
    made = package(room, room.meeting_id)
    assert [(g.key, g.signed) for g in made.groups] == [("A", True), ("B", False), ("C", False)]
    assert made.lines == (("B",), ("C",))
    told = {(card.group, card.signed) for card in room.print_cards()}
    assert told == {("A", True), ("B", False), ("C", False)}


def assembly(room: Hall, **more) -> int:
    units = room.world.units
    given = {
        "title": "互评会", "planned_on": DAY, "electorate": "P", "each": 3,
        "units": [units["environment"], units["county"], *more.pop("extra", ())], **more,
    }  # fmt: skip
    with room.store.transaction() as conn:
        return meeting_assembly.plan_assembly(
            conn, room.world.cycle_id, meeting_assembly.AssemblyForm(**given),
            actor=room.office, at=PLANNED,
        )  # fmt: skip


def test_two_units_cannot_rate_each_other_without_telling_who(room: Hall) -> None:
    change_scheme(room, with_peers)
    with pytest.raises(Invalid) as refused:
        assembly(room)
    assert set(refused.value.errors) == {"units"}
    with pytest.raises(Invalid) as refused:
        assembly(room, electorate="Z", each=0, title=" ", units=[])
    assert set(refused.value.errors) == {"title", "electorate", "units", "each"}
    with pytest.raises(Invalid) as refused:  # the scheme weighs them for bodies only
        assembly(room, kind=CaseKind.CADRE, extra=[room.world.units["organ"]])
    assert set(refused.value.errors) == {"electorate"}


def test_people_of_many_units_bear_their_unit_on_the_sheet(room: Hall) -> None:
    room.make_key()
    meeting_id = assembly(room, electorate="A", kind=CaseKind.CADRE, each=7)
    edit(room, meeting_id)
    with room.store.transaction() as conn:
        beside.move(
            conn, Thing.MEETING, meeting_id, ThingAction.FREEZE_MEETING, actor=room.office,
            at=PLANNED,
        )  # fmt: skip
        row = conn.execute(sa.select(Meeting).where(Meeting.id == meeting_id)).one()
        (listed,) = meeting_view(conn, row, room.office, DAY).sheets
    posts = [r.post for r in package(room, meeting_id).sheets[0].rows]
    assert posts == [r.post for r in listed.rows]
    assert all(post.startswith(("云州市生态环境局 ", "沙溪县 ")) for post in posts) and posts


def test_peers_rate_all_but_their_own_unit_and_the_cases_wait_for_it(room: Hall) -> None:
    change_scheme(room, with_peers)
    units = room.world.units
    meeting_id = assembly(room, extra=[units["organ"]])
    room.make_key()
    edit(room, meeting_id)
    with room.store.transaction() as conn:
        beside.move(
            conn, Thing.MEETING, meeting_id, ThingAction.FREEZE_MEETING, actor=room.office,
            at=PLANNED,
        )  # fmt: skip
    made = package(room, meeting_id)
    own = {f"P-{units[name]}": name for name in ("organ", "environment", "county")}
    seen = {
        own[g.key]: [r.name for s in made.sheets_for(g.key) for r in s.rows] for g in made.groups
    }
    both = ["云州市生态环境局领导班子", "沙溪县领导班子"]
    assert seen == {"organ": both, "environment": both[1:], "county": both[:1]}
    assert (made.electorate_keys, made.title_of("P").zh) == (("P",), "同级单位")
    with room.store.reading() as conn:
        rows = conn.execute(sa.select(Case, Cycle.timetable).join(Cycle)).all()
        raw = {row.id: {} for row in rows}
        evaluation(conn, rows, {}, raw)
        listed = [row.name for row in meetings(conn, room.office, room.world.cycle_id)]
    assert listed == ["测评会"]  # its own title, not the organ's name
    waits = {row.kind: raw[row.id]["meeting_state"] for row in rows}
    assert waits == {CaseKind.BODY: MeetingState.FROZEN, CaseKind.CADRE: None}


def test_second_ballot_of_the_same_people_is_refused_at_the_lock(room: Hall) -> None:
    held_with_many_sheets(room)
    room.sign()
    room.record()
    with room.store.transaction() as conn:
        second = meeting_assembly.plan_assembly(
            conn, room.world.cycle_id,
            meeting_assembly.AssemblyForm(
                "再评一次", DAY, "A", [room.world.units["environment"]], 7
            ),
            actor=room.office, at=OPENED,
        )  # fmt: skip
    edit(room, second)
    with pytest.raises(Refused) as refused, room.store.transaction() as conn:
        beside.move(
            conn, Thing.MEETING, second, ThingAction.FREEZE_MEETING, actor=room.office, at=OPENED
        )
    assert [str(r) for r in refused.value.reasons] == [
        "“云州市生态环境局领导班子”已由“上级领导”测评并计票,同一年度不能再次测评"
    ]


def test_opened_urn_is_not_run_again(room: Hall) -> None:
    held_with_many_sheets(room)
    with pytest.raises(Refused) as refused:
        room.move(ThingAction.RERUN_MEETING, room.office, OPENED, reason="不满意")
    assert [str(r) for r in refused.value.reasons] == [
        "票箱已经启封,不能重新组织测评:两次结果相减会暴露个人意见"
    ]


def in_charge(room: Hall, person: str, since: date, until: date | None = None) -> None:
    with room.store.transaction() as conn:
        conn.execute(
            sa.insert(Portfolio).values(
                person_id=room.world.people[person],
                unit_id=room.world.units["environment"], since=since, until=until,
            )
        )  # fmt: skip


def give(room: Hall, person: str, marks: dict[int, str]) -> int:
    with room.store.transaction() as conn:
        return named_opinions.give_opinions(
            conn, room.world.cycle_id, marks, actor=room.world.subject(person), at=OPENED
        )


def test_leader_in_charge_speaks_by_name_and_counts_with_his_weight(room: Hall) -> None:
    change_scheme(room, with_leader)
    in_charge(room, "lead", date(2024, 3, 1))
    chief = room.case("chief")
    made = held_with_many_sheets(room)
    assert "L" not in made.group_keys  # no card for a single person
    assert give(room, "lead", {chief: "competent"}) == 1
    assert give(room, "lead", {chief: "competent"}) == 0
    with room.store.reading() as conn:
        scheme = scheme_of_cycle(conn, room.world.cycle_id)
        cases = {c.id: c for c in conn.execute(sa.select(Case))}
        scores = ballot_scores(conn, list(cases.values()), scheme)
        sheet = next(s for s in tally_of(conn, room.row()).sheets if s.key == "cadre")
    # 20/20/20 at 100 and 40 at 80: 92. Where he said nothing the rest is renormalised and flagged.
    assert scores[chief].score == 92
    assert [str(f) for f in scores[room.case("deputy")].flags] == [
        "分管领导没有有效票,其余权重按比例放大"
    ]
    rows = {row.case_id: row for row in sheet.rows}
    assert [(who, str(what)) for who, what in rows[chief].named] == [("陆明晖", "称职")]
    assert rows[chief].total.figure.ballots == 20  # his view is in no ballot figure


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        (date(2025, 11, 1), None, 3),
        (date(2024, 1, 1), date(2025, 2, 1), 3),
        (date(2024, 1, 1), date(2024, 12, 31), 0),
        (date(2026, 1, 1), None, 0),
    ],
)
def test_only_who_was_in_charge_in_the_year_is_asked(room: Hall, since, until, seen) -> None:
    in_charge(room, "lead", since, until)
    with room.store.reading() as conn:
        found = cases_in_charge(conn, room.world.subject("lead"), room.world.cycle_id)
    assert len(found) == seen


def test_named_opinion_is_refused_to_others_after_the_proposal_and_without_the_scheme(
    room: Hall,
) -> None:
    chief = room.case("chief")
    in_charge(room, "lead", date(2024, 3, 1))
    with pytest.raises(Refused):
        give(room, "lead", {chief: "competent"})
    change_scheme(room, with_leader)
    with pytest.raises(NotVisible):
        give(room, "clerk", {chief: "competent"})
    with pytest.raises(Invalid) as refused:
        give(room, "lead", {chief: "unknown"})
    assert set(refused.value.errors) == {f"mark_{chief}"}
    with room.store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id == chief).values(state=State.PROPOSED))
    with pytest.raises(Refused):
        give(room, "lead", {chief: "competent"})


def test_chief_is_not_asked_about_himself_or_his_own_body(room: Hall) -> None:
    in_charge(room, "chief", date(2024, 3, 1))
    with room.store.reading() as conn:
        found = cases_in_charge(conn, room.world.subject("chief"), room.world.cycle_id)
    assert [row.case.subject_name for row in found] == ["欧阳明远"]


def test_groups_without_people_have_no_cards(room: Hall) -> None:
    room.make_key()
    room.plan({"A": 0, "B": 6, "C": 9})
    room.freeze()
    assert package(room, room.meeting_id).group_keys == ("B", "C")
    assert len(room.print_cards()) == 15
    with room.store.reading() as conn:
        origins = dict(
            conn.execute(
                sa.select(VoterGroup.code, VoterGroup.origin).order_by(VoterGroup.id)
            ).all()
        )
    assert origins == dict.fromkeys("ABC", "own_unit")


def test_receipts_are_shown_where_the_scheme_turns_them_on(room: Hall) -> None:
    room.make_key()
    room.plan({"A": 6, "B": 6, "C": 7})
    with room.store.reading() as conn:
        assert scheme_of_cycle(conn, room.world.cycle_id).ballot.receipts is False
    change_scheme(room, lambda ballot: ballot.update(receipts=True))
    room.freeze()
    assert from_json(room.row().package).receipt is True
