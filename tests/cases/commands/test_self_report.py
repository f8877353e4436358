"""Writing, handing in, taking back, returning and accepting a self-report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.self_report import Entry, Uploaded, keep_scan, save_draft, submit, take_uploaded
from cases.commands.transition import perform
from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.files.store import FileStore
from cases.journal import verify
from cases.models import Attachment, Case, JournalEntry, ReportSection
from cases.queries.self_report import Report, moves_of, report_of
from cases.store import Store
from forms.self_report import report_form
from tests.world import AT, World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import Action, EntryBasis, ReportSectionState, Role, State

TEXTS = {
    "politics": "坚持集体学习。",
    "results": "牵头完成 23 个断面上游的排口复查,新发现并整治混接排口 57 处,全年优良断面比例为 92.9%,比目标高。",
    "party": "落实一岗双责。",
    "integrity": "按时报告个人有关事项。",
    "problems": "应急能力有待提高。",
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Desk:
    """A world with its cases open and the reports started."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn = conn
        self.world: World = found_world(conn)
        office = self.world.actor(Role.OFFICE)
        open_cases(conn, self.world.cycle_id, actor=office, at=AT)
        rows = conn.execute(sa.select(Case.subject_name, Case.kind, Case.id)).all()
        self.cases = {r.subject_name if r.kind == "cadre" else "body": r.id for r in rows}
        for case_id in [r.id for r in rows]:
            perform(conn, case_id, Action.OPEN_SELF_REPORT, actor=office, at=AT)
        self.deputy = self.world.subject("deputy")
        self.contact = self.world.actor(Role.UNIT_CONTACT, person="contact", unit="environment")
        self.head = self.world.actor(Role.UNIT_HEAD, person="chief", unit="environment")
        self.case_id = self.cases["欧阳明远"]

    def report(self, case_id: int | None = None) -> Report:
        case = self.conn.execute(sa.select(Case).where(Case.id == (case_id or self.case_id))).one()
        return report_of(self.conn, case)

    def save(self, version: int, actor: Actor | None = None, **texts: str) -> int:
        return save_draft(
            self.conn, self.case_id, {**TEXTS, **texts}, actor=actor or self.deputy, at=AT, version=version,
        )  # fmt: skip

    def submit(self, version: int, **texts: str) -> Any:
        return submit(
            self.conn, self.case_id, {**TEXTS, **texts}, actor=self.deputy, at=AT, version=version
        )

    def do(self, action: Action, actor: Actor, **payload: Any) -> Any:
        return perform(self.conn, self.case_id, action, actor=actor, at=AT, payload=payload)

    def states(self) -> dict[str, str]:
        return {s.code: s.state.value for s in self.report().sections}


@pytest.fixture
def desk(store: Store) -> Any:
    with store.transaction() as conn:
        yield Desk(conn)
        assert verify(conn).ok


def test_draft_rises_in_version_and_keeps_texts(desk: Desk) -> None:
    assert desk.save(1) == 2
    report = desk.report()
    assert (report.draft_version, report.texts, report.saved_at) == (2, TEXTS, AT)
    assert (report.typed_by, report.basis) == ("欧阳明远", EntryBasis.SELF)
    assert set(desk.states().values()) == {"written"}


def test_draft_is_not_journaled(desk: Desk) -> None:
    count = sa.select(sa.func.count()).select_from(JournalEntry)
    before = desk.conn.execute(count).scalar()
    desk.save(1)
    assert desk.conn.execute(count).scalar() == before


def test_second_editor_is_told_and_nothing_is_lost(desk: Desk) -> None:
    desk.save(1)
    with pytest.raises(Stale):
        desk.save(1, politics="另一台设备上的内容")
    assert desk.report().texts == TEXTS


def test_same_texts_again_are_no_conflict(desk: Desk) -> None:
    assert (desk.save(1), desk.save(1)) == (2, 2)


def test_empty_first_draft_writes_nothing(desk: Desk) -> None:
    assert save_draft(desk.conn, desk.case_id, {}, actor=desk.deputy, at=AT, version=1) == 1
    assert desk.report().saved_at is None


def test_draft_of_another_is_not_visible(desk: Desk) -> None:
    with pytest.raises(NotVisible):
        desk.save(1, actor=desk.world.subject("mayor"))
    with pytest.raises(NotVisible):
        desk.save(1, actor=desk.contact)


def test_draft_with_secret_mark_is_not_kept(desk: Desk) -> None:
    with pytest.raises(Invalid) as invalid:
        desk.save(1, party="机密★10年")
    assert list(invalid.value.errors) == ["party"]


def test_submission_is_kept_with_a_digest_and_read_back(desk: Desk) -> None:
    outcome = desk.submit(1)
    report = desk.report()
    last = report.last
    assert (outcome.state, len(report.submissions)) == (State.SUBMITTED, 1)
    assert last is not None
    assert (last.number, last.by, last.ended) == (1, "欧阳明远", None)
    made = report_form(report.specs, report.total_limit)
    assert made.read_back(last.content).texts() == TEXTS
    entry = desk.conn.execute(
        sa.select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)
    ).one()
    assert entry.action == "submit"


def test_unfinished_report_is_refused_and_stays_a_draft(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.submit(1, results="太短")
    assert [str(r) for r in refused.value.reasons] == ["以下部分未填写或字数不符:履职实绩"]


def test_report_in_other_hands_is_not_rewritten(desk: Desk) -> None:
    desk.submit(1)
    with pytest.raises(Refused) as refused:
        desk.save(2, politics="改了")
    assert [r.msgid for r in refused.value.reasons] == ["述职报告%(state)s,现在不能改写"]


def test_withdrawn_submission_stays_in_the_history(desk: Desk) -> None:
    desk.submit(1)
    assert desk.do(Action.WITHDRAW, desk.deputy).state is State.DRAFTING
    assert [s.ended for s in desk.report().submissions] == [Action.WITHDRAW]
    desk.submit(2, problems="改写后再报送。")
    assert [(s.number, s.ended) for s in desk.report().submissions] == [
        (1, Action.WITHDRAW),
        (2, None),
    ]


def test_contact_returns_sections_for_form(desk: Desk) -> None:
    desk.submit(1)
    desk.do(
        Action.RETURN_FOR_FORM,
        desk.contact,
        sections=["problems"],
        reasons={"problems": "缺整改措施和完成时间"},
        reason="问题和打算:缺整改措施和完成时间",
    )
    report = desk.report()
    (back,) = report.returned
    assert (back.code, back.reason, back.returned_by, back.return_kind) == (
        "problems", "缺整改措施和完成时间", "路明晞", "form",
    )  # fmt: skip
    assert back.before == TEXTS["problems"]
    assert desk.states() == {
        "politics": "accepted", "results": "accepted", "party": "accepted",
        "integrity": "accepted", "problems": "returned",
    }  # fmt: skip


def test_contact_may_not_return_on_content(desk: Desk) -> None:
    desk.submit(1)
    with pytest.raises(Refused) as refused:
        desk.do(Action.RETURN_ON_CONTENT, desk.contact, reason="内容空泛,请写具体事例")
    assert [str(r) for r in refused.value.reasons] == ["不得对上级作出评语、核实或审定"]
    assert desk.do(Action.RETURN_ON_CONTENT, desk.head, reason="内容空泛,请写具体事例").done


def test_return_without_sections_is_about_all(desk: Desk) -> None:
    desk.submit(1)
    desk.do(Action.RETURN_ON_CONTENT, desk.head, reason="全文与岗位职责不符,请重写")
    assert set(desk.states().values()) == {"returned"}


def test_returned_section_stays_returned_until_handed_in(desk: Desk) -> None:
    desk.submit(1)
    desk.do(Action.RETURN_FOR_FORM, desk.contact, sections=["problems"], reason="缺完成时间,请补")
    desk.save(2, problems="三月底前演练一次。", politics="也改了这一节。")
    assert (desk.states()["problems"], desk.states()["politics"]) == ("returned", "written")
    desk.submit(3, problems="三月底前演练一次。", politics="也改了这一节。")
    section = {s.code: s for s in desk.report().sections}["problems"]
    assert (section.state, section.reason) == (ReportSectionState.WRITTEN, "缺完成时间,请补")


def test_accepting_ends_the_stage_and_reopening_returns(desk: Desk) -> None:
    desk.submit(1)
    assert desk.do(Action.ACCEPT, desk.contact).state is State.COLLECTING
    assert (set(desk.states().values()), desk.report().last.ended) == ({"accepted"}, Action.ACCEPT)  # type: ignore[union-attr]
    office = desk.world.actor(Role.OFFICE)
    desk.do(Action.REOPEN_REPORT, office, sections=["party"], reason="发现与核实情况不一致,请说明")
    report = desk.report()
    assert ([s.code for s in report.returned], report.last.ended) == (  # type: ignore[union-attr]
        ["party"],
        Action.REOPEN_REPORT,
    )
    assert report.returned[0].before == TEXTS["party"]


def test_entry_for_another_tells_its_basis(desk: Desk) -> None:
    entry = Entry(EntryBasis.DICTATED)
    submit(desk.conn, desk.case_id, TEXTS, actor=desk.contact, at=AT, version=1, entry=entry)
    report = desk.report()
    assert (report.basis, report.typed_by, report.on_behalf_of) == (
        EntryBasis.DICTATED, "路明晞", "欧阳明远",
    )  # fmt: skip
    last = desk.conn.execute(
        sa.select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)
    ).one()
    assert json.loads(last.body)["behalf"] == desk.world.people["deputy"]
    with pytest.raises(Refused) as refused:
        desk.do(Action.ACCEPT, desk.contact)
    assert [r.msgid for r in refused.value.reasons] == ["本人办理过“%(step)s”,须由另一人办理"]


def _hand_in_entry(desk: Desk, entry: Entry) -> Callable[[], Any]:
    return lambda: submit(
        desk.conn, desk.case_id, TEXTS, actor=desk.contact, at=AT, version=1, entry=entry
    )


def test_entry_without_basis_is_invalid(desk: Desk) -> None:
    with pytest.raises(Invalid) as invalid:
        _hand_in_entry(desk, Entry())()
    assert list(invalid.value.errors) == ["basis"]


def test_entry_from_signed_paper_needs_its_scan(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as invalid:
        _hand_in_entry(desk, Entry(EntryBasis.SIGNED_PAPER))()
    assert list(invalid.value.errors) == ["scan"]
    kept = keep_scan(
        desk.conn, FileStore(tmp_path), desk.case_id, PDF, name="签字件.pdf", actor=desk.contact, at=AT,
    )  # fmt: skip
    entry = desk.conn.execute(sa.select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert (entry.action, entry.case_id, entry.case_version) == ("keep_scan", desk.case_id, None)
    assert entry.actor_person_id == desk.contact.person_id
    assert _hand_in_entry(desk, Entry(EntryBasis.SIGNED_PAPER, kept.id))().done
    assert desk.report().basis_file_id == kept.id
    assert desk.conn.execute(sa.select(Attachment.kind)).scalars().all() == ["report_basis"]


def test_body_report_is_written_by_head_or_contact(desk: Desk) -> None:
    ref = sa.select(Case).where(
        Case.kind == "body", Case.unit_id == desk.world.units["environment"]
    )
    case = desk.conn.execute(ref).one()
    text = {"report": "领导班子全年工作总结。"}
    submit(desk.conn, case.id, text, actor=desk.head, at=AT, version=1)
    case = desk.conn.execute(ref).one()
    assert (case.state, report_of(desk.conn, case).texts) == ("submitted", text)


def test_moves_are_those_of_the_reader(desk: Desk) -> None:
    desk.submit(1)
    case = desk.conn.execute(sa.select(Case).where(Case.id == desk.case_id)).one()
    day = AT.date()
    assert set(moves_of(desk.conn, case, desk.contact, day)) == {
        Action.WITHDRAW, Action.RETURN_FOR_FORM, Action.ACCEPT,
    }  # fmt: skip
    assert set(moves_of(desk.conn, case, desk.deputy, day)) == {Action.WITHDRAW}


def test_uploaded_texts_don_t_cover_newer_ones(desk: Desk) -> None:
    one = Uploaded(desk.case_id, 1, "欧阳明远.docx", {"politics": "读入的内容"})
    entry = Entry(EntryBasis.DICTATED)
    (taken,) = take_uploaded(desk.conn, [one], actor=desk.contact, at=AT, entry=entry)
    assert (taken.version, desk.report().texts["politics"]) == (2, "读入的内容")
    late = Uploaded(desk.case_id, 1, "欧阳明远.docx", {"politics": "又一份"}, replace=True)
    (left,) = take_uploaded(desk.conn, [late], actor=desk.contact, at=AT, entry=entry)
    assert (left.version, str(left.reason)) == (None, "预览以后草稿又改动过,没有覆盖")
    kept = Uploaded(desk.case_id, 2, "欧阳明远.docx", {"politics": "又一份"})
    (left,) = take_uploaded(desk.conn, [kept], actor=desk.contact, at=AT, entry=entry)
    assert str(left.reason) == "已有草稿,没有选择覆盖"


def test_uploaded_report_of_a_stranger_is_left(desk: Desk) -> None:
    one = Uploaded(desk.cases["张伟"], 1, "张伟.docx", {"politics": "读入"})
    (left,) = take_uploaded(desk.conn, [one], actor=desk.contact, at=AT, entry=Entry())
    assert str(left.reason) == "没有为其录入的权限"
    assert desk.conn.execute(sa.select(ReportSection.key)).scalars().all() == []


def test_many_pairs_of_editors_lose_no_update(desk: Desk) -> None:
    version, refused = 1, 0
    for n in range(200):
        kept = desk.save(version, politics=f"第 {n} 稿")
        try:
            desk.save(version, politics=f"另一稿 {n}")
        except Stale:
            refused += 1
        version = kept
    assert (refused, desk.report().texts["politics"]) == (200, "第 199 稿")
