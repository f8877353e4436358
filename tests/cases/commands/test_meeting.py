"""Planning, keys, cards and the day of a meeting, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.package import from_json
from cases.ballot_box.refusals import UrnRefusal
from cases.commands import keys, meeting, meeting_day, meeting_small
from cases.errors import Invalid, Refused, Stale
from cases.models import Case, Meeting, MeetingSheet, SheetRow, VoterGroup
from cases.queries.meeting import meeting_view, meetings
from cases.store import Store
from tests.cases.commands.ballots import (
    BOOTH,
    DAY,
    HELD,
    PASSPHRASES,
    PEPPER,
    PLANNED,
    Hall,
    hall,
)
from workflow.vocabulary import MeetingState, Role, ThingAction


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
def small(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        yield made


def test_plan_proposes_one_meeting_per_unit_in_official_order(room: Hall) -> None:
    with room.store.transaction() as conn:
        made = meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, actor=room.office, at=PLANNED
        )
        again = meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, actor=room.office, at=PLANNED
        )
    with room.store.reading() as conn:
        listed = meetings(conn, room.office, room.world.cycle_id)
        rows = conn.execute(
            sa.select(MeetingSheet.kind, Case.subject_name)
            .join(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
            .join(Case, Case.id == SheetRow.case_id)
            .where(MeetingSheet.meeting_id == made[0])
            .order_by(MeetingSheet.id, SheetRow.sort_no)
        ).all()
        groups = conn.execute(
            sa.select(VoterGroup.code, VoterGroup.members)
            .where(VoterGroup.meeting_id == made[0])
            .order_by(VoterGroup.code)
        ).all()
    assert (len(made), again) == (2, [])
    assert [(r.ref, r.name, r.rated) for r in listed] == [
        ("2025-1-CP001", "云州市生态环境局", 3),
        ("2025-1-CP002", "沙溪县", 3),
    ]
    assert [tuple(r) for r in rows] == [
        ("body", "云州市生态环境局"),
        ("cadre", "沈知远"),
        ("cadre", "欧阳明远"),
    ]
    assert [tuple(g) for g in groups] == [("A", 0), ("B", 2), ("C", 58)]


def test_plan_needs_the_right(small: Hall) -> None:
    with pytest.raises(Refused), small.store.transaction() as conn:
        meeting.plan_meetings(
            conn, small.world.cycle_id, planned_on=DAY, actor=small.teller, at=PLANNED
        )


def test_small_unit_takes_talks_with_the_reason(small: Hall) -> None:
    small.plan({"A": 0, "B": 2, "C": 2})
    with small.store.transaction() as conn:
        done = meeting_small.replace_small(
            conn, small.world.cycle_id, actor=small.office, at=PLANNED
        )
    assert done == (small.meeting_id,)
    row = small.row()
    assert row.state == MeetingState.REPLACED_BY_TALKS
    assert row.replaced_reason == "参评人员 4 人,少于最少人数 5 人"


def test_large_unit_holds_its_ballot(small: Hall) -> None:
    small.plan()
    with small.store.transaction() as conn:
        assert (
            meeting_small.replace_small(conn, small.world.cycle_id, actor=small.office, at=PLANNED)
            == ()
        )
    with pytest.raises(Refused):
        small.move(ThingAction.REPLACE_BY_TALKS, small.office, PLANNED, reason="想省事")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"members": {"A": -1}}, {"members_A"}),
        ({"members": {"Z": 3}}, {"members_Z"}),
        ({"teller": "chief"}, {"teller"}),
        ({"supervisor": "contact"}, {"supervisor"}),
    ],
)
def test_edit_names_the_field_that_is_wrong(small: Hall, change, fields) -> None:
    small.plan()
    people = {
        k: small.world.people[v] if k in ("teller", "supervisor") else v for k, v in change.items()
    }
    form = meeting.MeetingForm("测评会", DAY, teller=small.world.people["contact"])
    with pytest.raises(Invalid) as refused, small.store.transaction() as conn:
        meeting.edit_meeting(
            conn, small.meeting_id, replace(form, **people), actor=small.office, at=PLANNED
        )
    assert set(refused.value.errors) == fields


def test_edit_of_an_older_page_is_stale(small: Hall) -> None:
    small.plan()
    with pytest.raises(Stale), small.store.transaction() as conn:
        meeting.edit_meeting(
            conn, small.meeting_id, meeting.MeetingForm("测评会", DAY),
            actor=small.office, at=PLANNED, expected_version=1,
        )  # fmt: skip


def test_freeze_needs_a_key_that_was_tested(small: Hall) -> None:
    small.plan()
    with pytest.raises(Refused) as refused:
        small.freeze()
    assert [str(r) for r in refused.value.reasons] == [
        "启封密钥还没有制作,或没有经两位保管人试还原"
    ]


def test_freeze_needs_sheets_that_show_the_present_cases(small: Hall) -> None:
    small.make_key()
    small.plan()
    with small.store.transaction() as conn:
        conn.execute(sa.delete(SheetRow).where(SheetRow.case_id == small.case("deputy")))
    with pytest.raises(Refused) as refused:
        small.freeze()
    assert [str(r) for r in refused.value.reasons] == ["还有 1 张测评表样没有核对"]


def test_package_says_what_the_scheme_says(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    package = from_json(small.row().package)
    assert [s.key for s in package.sheets] == ["body", "cadre"]
    assert [r.name for r in package.sheets[0].rows] == ["云州市生态环境局领导班子"]
    assert [o.key for o in package.sheets[1].options] == [
        "excellent", "competent", "basically", "incompetent", "unknown",
    ]  # fmt: skip
    assert [o.abstain for o in package.sheets[1].options] == [False] * 4 + [True]
    assert (package.k, package.rate_base, package.custody) == (
        5, "valid_ballots", "sealed_custody",
    )  # fmt: skip
    assert package.digest == small.row().package_digest


def test_second_key_is_refused_once_a_ballot_is_frozen(small: Hall) -> None:
    small.make_key()
    small.make_key()
    small.plan()
    small.freeze()
    with pytest.raises(Refused) as refused:
        small.make_key()
    assert [str(r) for r in refused.value.reasons] == ["已有 1 场测评会锁定了表样,不能再换启封密钥"]


@pytest.mark.parametrize(
    ("words", "field"),
    [(("短", *PASSPHRASES[1:]), "passphrase_1"), ((PASSPHRASES[0],) * 3, "passphrase_1")],
)
def test_weak_passphrases_are_refused(words, field) -> None:
    with pytest.raises(Invalid) as refused:
        keys.make_shares(words, rehearsal=True)
    assert set(refused.value.errors) == {field}


def test_holders_are_three_different_people(small: Hall) -> None:
    with pytest.raises(Invalid) as refused, small.store.transaction() as conn:
        keys.register_key_set(
            conn, small.world.cycle_id, public_key="00" * 32, holders=("甲", "甲", "乙"),
            actor=small.office, at=PLANNED,
        )  # fmt: skip
    assert set(refused.value.errors) == {"holder_1"}


def test_cards_printed_again_void_the_lost_ones(room: Hall) -> None:
    room.make_key()
    room.plan()
    room.freeze()
    lost = room.print_cards()
    fresh = room.print_cards()
    room.open()
    body = str(room.case(None))
    with pytest.raises(UrnRefusal):
        room.cast(lost[0], {"body": {body: "good"}})
    room.cast(fresh[0], {"body": {body: "good"}})
    assert (len(lost), len(fresh)) == (89, 89)
    assert room.row().urn_id == "2025-1-CP001-2"
    assert from_json(room.row().package).digest == room.row().package_digest


def test_cards_left_by_a_crash_are_passed_over(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    with pytest.raises(RuntimeError), small.store.transaction() as conn:
        meeting.print_cards(
            conn, small.urns, small.meeting_id, pepper=PEPPER, booth_url=BOOTH,
            actor=small.office, at=PLANNED,
        )  # fmt: skip
        raise RuntimeError("power cut after the urn was prepared")
    assert small.row().urn_id is None
    small.print_cards()
    assert small.row().urn_id == "2025-1-CP001-2"
    assert small.urns.state("2025-1-CP001-1") == "given_up"


def test_urn_stays_shut_before_the_day_and_without_cards(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    with pytest.raises(Refused):
        small.open()
    small.print_cards()
    with pytest.raises(Refused) as refused, small.store.transaction() as conn:
        meeting_day.open_urn(conn, small.urns, small.meeting_id, actor=small.group, at=PLANNED)
    assert [str(r) for r in refused.value.reasons] == ["还没有到会议日期"]


def test_opened_urn_cannot_be_thawed(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    small.print_cards()
    small.open()
    small.open()
    with pytest.raises(Refused) as refused:
        small.move(ThingAction.UNFREEZE_MEETING, small.office, HELD, reason="改表样")
    assert [str(r) for r in refused.value.reasons] == ["已有人交卡,不能再改表样"]


def test_thawed_meeting_gets_other_cards(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    small.print_cards()
    small.move(ThingAction.UNFREEZE_MEETING, small.office, PLANNED, reason="人数有变")
    assert (small.row().urn_id, small.row().package) == (None, None)
    small.freeze()
    small.print_cards()
    assert small.row().urn_id == "2025-1-CP001-2"


def test_spoiled_card_is_replaced_and_admits_nobody(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    old = small.print_cards()[0]
    small.open()
    with small.store.transaction() as conn:
        new = meeting_day.reissue_card(
            conn, small.urns, small.meeting_id, "A", ticket="t" * 32, spoiled=old.spaced.lower(),
            pepper=PEPPER, booth_url=BOOTH, actor=small.group, at=HELD,
        )  # fmt: skip
    body = str(small.case(None))
    with pytest.raises(UrnRefusal):
        small.cast(old, {"body": {body: "good"}})
    small.cast(new, {"body": {body: "good"}})
    with small.store.reading() as conn:
        view = meeting_view(conn, small.row(), small.group, DAY)
    assert {g.code: g.printed for g in view.groups} == {"A": 10, "B": 30, "C": 50}


def test_closing_checks_people_before_the_urn_is_sealed(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    small.print_cards()
    small.open()
    with pytest.raises(Invalid) as refused:
        small.close(due=10, present=11)
    assert set(refused.value.errors) == {"present"}
    assert small.urns.state(small.row().urn_id) == "open"


def test_void_meeting_runs_again_with_a_new_urn(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    small.print_cards()
    small.open()
    small.close(due=92, present=30)
    small.move(ThingAction.RERUN_MEETING, small.office, HELD, reason="参测不足三分之二")
    assert small.row().state == MeetingState.PLANNED
    small.freeze()
    small.print_cards()
    assert small.row().urn_id == "2025-1-CP001-2"
    with small.store.reading() as conn:
        assert conn.execute(sa.select(Meeting.held_on)).scalar_one() is None


def test_meeting_page_offers_what_the_reader_may_do(small: Hall) -> None:
    small.plan()
    with small.store.reading() as conn:
        office = meeting_view(conn, small.row(), small.office, DAY)
        teller = meeting_view(conn, small.row(), small.teller, DAY)
    assert set(office.moves) == {
        ThingAction.FREEZE_MEETING, ThingAction.REPLACE_BY_TALKS, ThingAction.CANCEL_MEETING,
    }  # fmt: skip
    assert dict(teller.moves) == {}
    assert office.tellers == {
        Role.TELLER: (small.world.people["contact"], "路明晞"),
        Role.TALLY_SUPERVISOR: (small.world.people["recorder"], "秦望舒"),
    }


def test_teller_lists_only_his_meetings(room: Hall) -> None:
    room.plan()
    with room.store.transaction() as conn:
        meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, actor=room.office, at=PLANNED
        )
    with room.store.reading() as conn:
        mine = meetings(conn, room.teller, room.world.cycle_id)
        stranger = meetings(conn, room.world.subject("mayor"), room.world.cycle_id)
    assert [r.ref for r in mine] == ["2025-1-CP001"]
    assert stranger == []
