"""Opening an urn through the real sealing: figures by hand, wrong shares, opening again, late cards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.disclosure import Scope
from cases.ballot_box.refusals import UrnRefusal
from cases.commands import meeting_day, synthesis
from cases.commands.keys import ShareEntry, make_shares
from cases.commands.transition import perform_many
from cases.errors import Invalid, Refused
from cases.models import (
    BallotCount,
    Case,
    Inquiry,
    JournalEntry,
    ProvisionalPass,
    Relook,
    Tally,
)
from cases.queries.committee_review import study_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.queries.sentences import all_told
from cases.queries.tally import disclosures, tally_of
from cases.store import Store
from tests.cases.commands.ballots import HELD, MARKS, PASSPHRASES, Hall, hall
from workflow.vocabulary import Action, MeetingState, Role, Stage, State
from workflow.words import m


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
def small(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    with hall(sqlite_store, tmp_path) as made:
        yield made


def ready(room: Hall, marks=MARKS, numbers=None) -> None:
    """A held meeting whose cards lie on the table."""
    room.make_key()
    room.plan({g: sum(n) for g, n in marks.items()})
    room.freeze()
    room.print_cards(numbers)
    room.open()
    room.vote(marks)
    room.close()
    room.reconcile()


def scores(room: Hall) -> dict[int, Decimal | None]:
    with room.store.reading() as conn:
        scheme = scheme_of_cycle(conn, room.world.cycle_id)
        assert scheme is not None
        cases = conn.execute(sa.select(Case)).all()
        return {i: s.score for i, s in ballot_scores(conn, cases, scheme).items()}


def test_whole_meeting_gives_the_score_computed_by_hand(room: Hall) -> None:
    ready(room)
    opened = room.count()
    room.sign()
    inquiries = room.record()
    found = scores(room)
    # A 95.5556, B 88, C 87.2: chief and body 40/30/30, deputy 20/40/40 (weights of the scheme).
    assert opened.fresh
    assert inquiries == 0
    assert round(found[room.case("chief")], 2) == Decimal("90.78")
    assert round(found[room.case("deputy")], 2) == Decimal("89.19")
    assert round(found[room.case(None)], 2) == Decimal("90.78")
    with room.store.reading() as conn:
        tally = conn.execute(sa.select(Tally)).one()
        view = tally_of(conn, room.row())
    assert (tally.issued, tally.returned, tally.valid, tally.invalid) == (89, 89, 89, 0)
    assert room.row().state == MeetingState.COUNTED
    assert room.urns.state(room.row().urn_id) == "in_custody"
    assert view is not None
    chief = view.sheets[1].rows[0]
    assert str(chief.total.rates.excellent) == "55/89 = 61.80%"
    assert str(chief.total.rates.ec) == "80/89 = 89.89%"
    assert view.signed == {Role.TELLER: "路明晞", Role.TALLY_SUPERVISOR: "秦望舒"}


def test_explanation_names_the_groups_by_their_titles(small: Hall) -> None:
    ready(small)
    small.count()
    small.sign()
    small.record()
    with small.store.transaction() as conn:
        chief = conn.execute(sa.select(Case).where(Case.id == small.case("chief"))).one()
        conn.execute(sa.update(Case).where(Case.id == chief.id).values(state=State.SYNTHESISING))
        synthesis.compute(conn, small.world.cycle_id, [chief.id], actor=small.office, at=HELD)
        rows = study_of(conn, chief).sheet["ballot_groups"]
    assert [(str(r["title"]), r["valid"], round(Decimal(r["contribution"]), 2)) for r in rows] == [
        ("上级领导", 9, Decimal("38.22")),
        ("班子成员与同级", 30, Decimal("26.40")),
        ("下属与代表", 50, Decimal("26.16")),
    ]


def test_counts_are_stored_sorted_and_nothing_else(room: Hall) -> None:
    ready(room)
    room.count()
    with room.store.reading() as conn:
        rows = conn.execute(sa.select(BallotCount).order_by(BallotCount.id)).all()
    places = [(r.sheet, r.case_id, r.groups, r.option) for r in rows]
    assert places == sorted(places)
    assert sum(r.count for r in rows if r.case_id == room.case("chief")) == 89


def test_opening_again_writes_nothing(room: Hall) -> None:
    ready(room)
    first = room.count()
    with room.store.reading() as conn:
        before = conn.execute(sa.select(BallotCount.id)).scalars().all()
    second = room.count(room.entries(3, 1))
    with room.store.reading() as conn:
        after = conn.execute(sa.select(BallotCount.id)).scalars().all()
        entries = conn.execute(
            sa.select(sa.func.count()).where(JournalEntry.action == "open_count")
        ).scalar_one()
    assert (first.fresh, second.fresh) == (True, False)
    assert first.count == second.count
    assert before == after
    assert entries == 2


def test_second_result_unlike_the_first_is_refused(small: Hall) -> None:
    ready(small)
    small.count()
    with small.store.transaction() as conn:
        conn.execute(sa.update(Tally).values(result="{}"))
    with pytest.raises(Refused) as refused:
        small.count()
    assert [str(r) for r in refused.value.reasons] == [
        "这次启封的结果与第一次不同,没有写入;请停止计票,保全两份结果"
    ]


def test_wrong_shares_and_passphrases_are_told_at_their_field(small: Hall) -> None:
    ready(small)
    one, two = small.entries(1, 2)
    foreign = make_shares(PASSPHRASES, rehearsal=True).shares[1]
    mistyped = "\n".join([*one.text.splitlines()[:-1], "09 AAAAA-AAAAA-AAAAA-AAAAA AA"])
    cases = [
        ([one, ShareEntry(two.text, "别人的 四个 词 呀")], {"passphrase_2": "口令不对"}),
        ([one, one], {"share_2": "要两份不同的密钥,现在是同一份"}),
        ([ShareEntry("\n".join(foreign.lines), "别人的 四个 词 呀"), two],
         {"share_1": "这份密钥属于另一把启封密钥,请核对纸上的公钥指纹"}),
        ([one, ShareEntry("\n".join(foreign.lines), PASSPHRASES[1])],
         {"share_2": "这份密钥属于另一把启封密钥,请核对纸上的公钥指纹"}),
        ([ShareEntry(mistyped, PASSPHRASES[0]), two],
         {"share_1": "第 9 行有错字、漏字,或行序不对"}),
        ([one], {"share_1": "要两位保管人各输入一份密钥"}),
    ]  # fmt: skip
    for entries, expected in cases:
        with pytest.raises(Invalid) as refused:
            small.count(entries)
        assert {k: str(v) for k, v in refused.value.errors.items()} == expected
    assert small.urns.state(small.row().urn_id) == "closed"


def test_share_may_be_given_as_the_text_of_its_qr_code(small: Hall) -> None:
    ready(small)
    entries = [ShareEntry(small.shares[n].qr_text, PASSPHRASES[n]) for n in (0, 2)]
    assert small.count(entries).fresh


def test_late_card_finds_the_urn_closed(small: Hall) -> None:
    small.make_key()
    small.plan({"A": 9, "B": 30, "C": 50})
    small.freeze()
    small.print_cards({"A": 10, "B": 30, "C": 50})
    small.open()
    late = next(card for card in small.cards if card.group == "A")
    small.cards.remove(late)
    small.vote()
    small.close()
    with pytest.raises(UrnRefusal):
        small.cast(late, {"body": {str(small.case(None)): "good"}})
    small.reconcile({"A": (1, 0)})
    assert small.count().count.envelopes == 89
    with small.store.reading() as conn:
        assert conn.execute(sa.select(Tally.issued)).scalar_one() == 89


def test_cards_that_do_not_add_up_need_both_tellers(small: Hall) -> None:
    ready_without_table(small)
    with pytest.raises(Invalid) as refused:
        small.reconcile({"A": (1, 0)})
    assert set(refused.value.errors) == {"remark"}
    small.reconcile({"A": (1, 0)}, remark="多回收一张空白卡,经核对为上次会议余卡")
    with pytest.raises(Refused, match="须由计票人和监票人都确认"):  # B19: a surplus blocks it
        small.count()
    with pytest.raises(Refused), small.store.transaction() as conn:
        meeting_day.confirm_remark(conn, small.meeting_id, actor=small.teller, at=HELD)
    with small.store.transaction() as conn:
        meeting_day.confirm_remark(conn, small.meeting_id, actor=small.supervisor, at=HELD)
    assert small.count().fresh


def ready_without_table(room: Hall) -> None:
    room.make_key()
    room.plan()
    room.freeze()
    room.print_cards()
    room.open()
    room.vote()
    room.close()


def test_urn_is_not_opened_before_the_cards_are_on_the_table(small: Hall) -> None:
    ready_without_table(small)
    with pytest.raises(Refused) as refused:
        small.count()
    assert [str(r) for r in refused.value.reasons] == ["计票人还没有核对测评卡"]


def test_only_a_key_holder_opens_and_only_tellers_sign(small: Hall) -> None:
    ready(small)
    small.count()
    with pytest.raises(Refused):
        small.sign(small.office)
    small.sign(small.teller)
    with pytest.raises(Refused) as refused:
        small.record()
    assert [str(r) for r in refused.value.reasons] == ["计票人、监票人还没有都签名"]


def test_turnout_below_the_floor_voids_the_count(small: Hall) -> None:
    small.make_key()
    small.plan()
    small.freeze()
    small.print_cards()
    small.open()
    small.vote()
    small.close(due=200, present=89)
    small.reconcile()
    with pytest.raises(Refused) as refused:
        small.count()
    assert [str(r) for r in refused.value.reasons] == ["参测人数没有达到规定比例,须重新组织测评"]


def test_small_groups_merge_and_their_weights_add_up(small: Hall) -> None:
    marks = {"A": (2, 1, 0, 0), "B": (18, 9, 2, 1), "C": (30, 14, 4, 2)}
    ready(small, marks)
    small.count()
    with small.store.reading() as conn:
        groups = set(conn.execute(sa.select(BallotCount.groups)).scalars())
        scope = disclosures(conn, small.row(), Scope.SUBJECT)
    # A+B: (20·100 + 10·80 + 2·60)/33 = 88.4848; C 87.2; weights 70 and 30.
    assert groups == {"A+B", "C"}
    assert round(scores(small)[small.case("chief")], 2) == Decimal("88.10")
    own = scope[small.case("chief")][1]
    assert own.total is not None
    assert all(line.ballots >= 10 for line in own.lines)


def test_fewer_than_k_ballots_leave_no_rows_for_ever(small: Hall) -> None:
    marks = {"A": (1, 1, 0, 0), "B": (1, 1, 0, 0), "C": (0, 0, 0, 0)}
    small.make_key()
    small.plan({"A": 2, "B": 2, "C": 3})
    small.freeze()
    small.print_cards()
    small.open()
    small.cards = [card for card in small.cards if card.group != "C"]
    small.vote(marks)
    small.close(due=7, present=6)
    small.reconcile({"C": (3, 0)})
    small.count()
    with small.store.reading() as conn:
        assert conn.execute(sa.select(BallotCount)).all() == []
        view = tally_of(conn, small.row())
    assert view is not None
    assert str(view.sheets[1].rows[0].withheld) == "少于 5 票,不单列"
    assert scores(small) == {}


def test_low_rates_open_inquiries_and_never_a_grade(small: Hall) -> None:
    marks = {"A": (1, 2, 3, 3), "B": (3, 7, 10, 10), "C": (5, 10, 15, 20)}
    ready(small, marks)
    small.count()
    small.sign()
    opened = small.record()
    with small.store.reading() as conn:
        rows = conn.execute(sa.select(Inquiry.case_id, Inquiry.origin, Inquiry.question)).all()
        graded = conn.execute(
            sa.select(sa.func.count()).where(Case.suggested_grade.is_not(None))
        ).scalar_one()
    assert opened == len(rows)
    assert {r.case_id for r in rows} == {
        small.case("chief"),
        small.case("deputy"),
        small.case(None),
    }
    assert graded == 0


def pass_provisionally(small: Hall) -> None:
    """All cases of the bureau passed on last year's figures and have a suggestion by now."""
    cases = [small.case(None), small.case("chief"), small.case("deputy")]
    with small.store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id.in_(cases)).values(state=State.EVALUATING))
        outcomes = perform_many(
            conn, cases, Action.PASS_EVALUATION_PROVISIONAL, actor=small.office, at=HELD,
            payload={"document_no": "云组考〔2026〕3号", "reason": "按上年度测评结果"},
        )  # fmt: skip
        synthesis.compute(conn, small.world.cycle_id, cases, actor=small.office, at=HELD)
    assert [o.done for o in outcomes] == [True] * 3, outcomes


def test_provisional_pass_is_recorded_and_settled_by_the_count(small: Hall) -> None:
    small.make_key()
    small.plan()
    pass_provisionally(small)
    small.freeze()
    small.print_cards()
    small.open()
    small.vote()
    small.close()
    small.reconcile()
    small.count()
    small.sign()
    small.record()
    with small.store.reading() as conn:
        passes = conn.execute(sa.select(ProvisionalPass)).all()
        relooks = conn.execute(sa.select(Relook.case_id, Relook.before, Relook.after)).all()
        changed = (
            conn.execute(sa.select(Case.id).where(Case.suggested_grade.is_not(None)))
            .scalars()
            .all()
        )
    assert [(p.stage, p.document, p.basis) for p in passes] == [
        (Stage.PUBLIC_EVALUATION, "云组考〔2026〕3号", "按上年度测评结果")
    ] * 3
    assert all(p.settled_at is not None for p in passes)
    assert len(relooks) == 3
    assert {all_told(r.before) for r in relooks} == {
        (m("%(grade)s,不得确定为优秀的情形 %(n)s 项", grade=m("没有参考意见"), n=1),)
    }
    assert changed == []
