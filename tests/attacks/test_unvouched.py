"""Results, figures and papers changed in SQL past the journal: each row is named (H7, D1)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.data_objections import Answer, answer, confirm, raise_objection
from cases.commands.data_sheet import revise, verify_values
from cases.commands.opening import open_cases
from cases.commands.scoping import propose_participation, set_participation
from cases.commands.transition import perform_many
from cases.documents.issue import About, Made, keep, make_void
from cases.files.store import FileStore
from cases.journal import Draft, append, verify
from cases.journal.figures import VERIFYING, figures_said, stray_figure
from cases.journal.papers import stray_paper
from cases.journal.verify import Report
from cases.models import (
    Case,
    IndicatorValue,
    IssuedDocument,
    JournalEntry,
    JournalPayload,
    Person,
    StoredFile,
)
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.cases.commands.test_data_sheet import BY, fill, sheet, staff
from tests.notified import notified
from tests.world import AT, found_world
from workflow.vocabulary import (
    Action,
    ConclusionCode,
    DocumentKind,
    ObjectionOutcome,
    Participation,
    ParticipationReason,
    Role,
    Thing,
    ThingAction,
)

REPORT = {"reason": "年中退休", "participation_reason": "retired"}


def after(conn: sa.Connection, *edits: Any) -> Report:
    """What verify says with these edits, which are undone again."""
    nested = conn.begin_nested()
    for edit in edits:
        conn.execute(edit)
    report = verify(conn)
    nested.rollback()
    return report


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("outcome", "ungraded", "考核卷的结果与最后一次审定不符"),
        ("outcome", None, "考核卷的结果与最后一次审定不符"),
        ("conclusion", "1", "考核卷的结论代码与最后一次审定不符"),
        ("conclusion", None, "考核卷的结论代码与最后一次审定不符"),
    ],
)
def test_result_changed_in_sql_is_named(store: Store, field: str, value: Any, told: str) -> None:
    with store.transaction() as conn:
        _, cases = notified(conn)
        assert verify(conn).ok
        case = min(cases.values(), key=lambda c: c.id)
        report = after(conn, sa.update(Case).where(Case.id == case.id).values({field: value}))
        assert (report.ok, report.kind, report.case_id) == (False, field, case.id)
        assert f"(考核卷序号 {case.id}):{told}。" in str(sentence_of(report).sentence)
        conn.execute(sa.delete(JournalPayload))
        mine = sa.update(Case).where(Case.id == case.id)
        assert after(conn, mine.values({field: value})).ok


def test_outcome_and_exclusion_code_are_held_to_their_entries(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        ids = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        perform_many(conn, ids[:2], Action.EXCLUDE, actor=office, at=AT, payload=REPORT)
        perform_many(conn, ids[1:2], Action.REINSTATE, actor=office, at=AT, payload=REPORT)
        assert verify(conn).ok
        excluded = after(conn, sa.update(Case).where(Case.id == ids[0]).values(conclusion="6A"))
        early = after(conn, sa.update(Case).where(Case.id == ids[1]).values(outcome="graded"))
    assert (excluded.kind, excluded.case_id) == ("conclusion", ids[0])
    assert (early.kind, early.case_id) == ("outcome", ids[1])


def test_participation_and_its_reason_are_held_to_their_entries(store: Store) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        recruit = sa.update(Person).where(Person.id == world.people["chief"])
        conn.execute(recruit.values(probation_until=date(2026, 5, 31)))
        propose_participation(conn, world.cycle_id, actor=office, at=AT)
        found = {p: i for p, i in conn.execute(sa.select(Case.person_id, Case.id)) if p}
        proposed, settled, excluded, back = (
            found[world.people[name]] for name in ("chief", "deputy", "head", "mayor")
        )
        given = {"reason": ParticipationReason.NEW_RECRUIT, "conclusion": ConclusionCode.PROBATION}
        kind = Participation.COMMENT_ONLY
        set_participation(conn, settled, kind, actor=office, at=AT, **given)
        perform_many(conn, [excluded, back], Action.EXCLUDE, actor=office, at=AT, payload=REPORT)
        perform_many(conn, [back], Action.REINSTATE, actor=office, at=AT, payload=REPORT)
        assert verify(conn).ok
        for case_id, field, value in (
            (proposed, "participation_reason", "retired"),
            (proposed, "participation", "full"),
            (settled, "participation_reason", None),
            (excluded, "participation_reason", "long_leave"),
            (back, "participation_reason", "retired"),
        ):
            edit = sa.update(Case).where(Case.id == case_id).values({field: value})
            report = after(conn, edit)
            assert (report.kind, report.case_id) == ("participation", case_id)
            assert "参加方式或原因与最后一次确定不符" in str(sentence_of(report).sentence)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, edit).ok


def _verified(conn: sa.Connection) -> tuple[int, dict[str, Any], Any]:
    world, sheet_id, units = sheet(conn)
    verifiers = fill(conn, sheet_id, units)
    for name, actor in verifiers.items():
        verify_values(conn, sheet_id, [i for i, by in BY.items() if by == name], actor=actor, at=AT)
    return sheet_id, verifiers, world


def _value(indicator: str, **values: Any) -> Any:
    return sa.update(IndicatorValue).where(IndicatorValue.indicator == indicator).values(**values)


@pytest.mark.parametrize("frozen", [False, True])
def test_verified_figure_changed_in_sql_is_named(store: Store, frozen: bool) -> None:
    with store.transaction() as conn:
        sheet_id, _, world = _verified(conn)
        if frozen:
            confirm(conn, sheet_id, actor=world.actor(Role.UNIT_CONTACT, unit="county"), at=AT)
            office, freeze = world.actor(Role.OFFICE), ThingAction.FREEZE_SHEET
            beside.move(conn, Thing.DATA_SHEET, sheet_id, freeze, actor=office, at=AT)
        assert verify(conn).ok
        for edit in (
            _value("pm25", value="28"),
            _value("pm25", value="29.0"),
            _value("pm25", previous_value="40"),
            _value("pm25", measure_unit="kg"),
            _value("pm25", source="自报"),
            _value("pm25", value=None, missing_reason="停测"),
            _value("pm25", not_applicable=True),
            _value("pm25", number=2),
            _value("pm25", superseded=True),
            _value("pm25", state="draft"),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id, report.place[1]) == ("figure", sheet_id, "pm25")
        lost = after(conn, sa.delete(IndicatorValue).where(IndicatorValue.indicator == "pm25"))
        assert (lost.kind, lost.seq is not None) == ("figure", True)
    told = str(sentence_of(report).sentence)
    assert told.startswith(f"{report.place[0]}的实绩数据表(序号 {sheet_id})指标 pm25:")
    assert "数据与审核时的不一致。" in told


def test_figure_verified_in_sql_only_is_named(store: Store) -> None:
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        fill(conn, sheet_id, units)
        assert verify(conn).ok
        report = after(conn, _value("rd", state="verified"))
        assert (report.kind, report.place[1], report.seq) == ("figure", "rd", None)


def test_older_version_of_a_figure_put_in_force_is_named(store: Store) -> None:
    """Revised after the lock: the first version stays as it was verified, the new one counts."""
    with store.transaction() as conn:
        sheet_id, _, world = _verified(conn)
        contact = world.actor(Role.UNIT_CONTACT, unit="county")
        confirm(conn, sheet_id, actor=contact, at=AT)
        office = world.actor(Role.OFFICE)
        beside.move(conn, Thing.DATA_SHEET, sheet_id, ThingAction.FREEZE_SHEET, actor=office, at=AT)
        revise(
            conn, sheet_id, ["pm25"], document="云统〔2026〕1号", reason="公报修订", actor=office,
            at=AT,
        )  # fmt: skip
        assert verify(conn).ok
        first = IndicatorValue.number == 1
        old = sa.update(IndicatorValue).where(IndicatorValue.indicator == "pm25", first)
        brought = sa.update(IndicatorValue).where(IndicatorValue.indicator == "pm25", ~first)
        for edits in (
            [brought.values(value="35")],
            [old.values(superseded=False)],
            [_value("pm25", superseded=True), old.values(superseded=False)],
            [old.values(value="35")],
        ):
            assert after(conn, *edits).kind == "figure"


def test_disputed_and_corrected_figures_stay_vouched_for(store: Store) -> None:
    with store.transaction() as conn:
        sheet_id, _, world = _verified(conn)
        contact = world.actor(Role.UNIT_CONTACT, unit="county")
        made = raise_objection(
            conn, sheet_id, "pm25", "与国控点位公报数据不一致,请予核实", actor=contact, at=AT
        )
        assert verify(conn).ok
        assert after(conn, _value("pm25", value="28")).kind == "figure"
        unit = conn.execute(
            sa.select(IndicatorValue.provider_unit_id).where(IndicatorValue.indicator == "pm25")
        ).scalar_one()
        kept = Answer(ObjectionOutcome.KEPT, "已按国控点位公报核对,数据无误")
        clerk = staff(conn, unit, Role.DATA_PROVIDER)
        answer(conn, made, kept, actor=clerk, at=AT)
        assert verify(conn).ok


def test_destroyed_payload_of_a_verification_keeps_silent(store: Store) -> None:
    with store.transaction() as conn:
        _verified(conn)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, _value("pm25", value="28")).ok
        silent = sa.update(JournalEntry).values(action="other")
        assert not after(conn, silent, _value("pm25", value="28")).ok


def _paper(number: int = 1) -> Made:
    return Made(
        DocumentKind.RESULT_NOTICE, "考核结果告知书", f"%PDF-1.7\n{number}\n%%EOF\n".encode(), 2,
        f"KJ-{number:04}", AT.date(), number,
    )  # fmt: skip


@pytest.fixture
def issued(store: Store, tmp_path: Path) -> dict[str, int]:
    """Two papers of a case, the second void."""
    files = FileStore(tmp_path / "files")
    with store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        case = conn.execute(sa.select(Case.id).order_by(Case.id)).scalars().first()
        assert case is not None
        about = About("case", case, case)
        first = keep(conn, files, _paper(), about, at=AT)
        second = keep(conn, files, _paper(2), about, at=AT)
        make_void(conn, second.id, reason="重新出具", at=AT, account_id=None)
        assert verify(conn).ok
    return {"case": case, "first": first.id, "second": second.id, "file": second.file_id}


@pytest.mark.parametrize(
    "values",
    [
        {"digest": "0" * 64},
        {"code": "KJ-9999"},
        {"pages": 3},
        {"number": 7},
        {"kind": "circular"},
        {"case_id": None},
        {"void_at": AT},
    ],
    ids=lambda v: next(iter(v)),
)
def test_paper_changed_in_sql_is_named(
    store: Store, issued: dict[str, int], values: dict[str, Any]
) -> None:
    mine = IssuedDocument.id == issued["first"]
    with store.transaction() as conn:
        report = after(conn, sa.update(IssuedDocument).where(mine).values(**values))
    assert (report.kind, report.subject_id) == ("paper", issued["first"])
    code = values.get("code", "KJ-0001")
    told = f"文书“考核结果告知书”(序号 {issued['first']},核验码 {code}):文书与出具时的记录不符。"
    assert str(sentence_of(report).sentence).startswith(told)


def test_paper_pointed_to_another_file_or_revived_or_removed_is_named(
    store: Store, issued: dict[str, int]
) -> None:
    one = sa.update(IssuedDocument)
    with store.transaction() as conn:
        for edit, paper in (
            (
                one.where(IssuedDocument.id == issued["first"]).values(file_id=issued["file"]),
                "first",
            ),
            (
                sa.update(StoredFile).where(StoredFile.id == issued["file"]).values(digest="x"),
                "second",
            ),
            (one.where(IssuedDocument.id == issued["second"]).values(void_at=None), "second"),
            (sa.delete(IssuedDocument).where(IssuedDocument.id == issued["second"]), "second"),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id) == ("paper", issued[paper])
            assert report.seq is not None
        conn.execute(sa.delete(JournalPayload))
        assert verify(conn).ok
        assert after(conn, one.where(IssuedDocument.id == issued["first"]).values(code="KJ-8")).ok


def test_paper_without_an_entry_is_named(store: Store, issued: dict[str, int]) -> None:
    with store.transaction() as conn:
        forged = conn.execute(
            sa.insert(IssuedDocument)
            .values(
                subject="case", subject_id=issued["case"], case_id=issued["case"], number=9,
                kind="result_notice", title="考核结果告知书", file_id=issued["file"],
                digest="0" * 64, pages=1, code="KJ-0009", dated=AT.date(), issued_at=AT,
            )
            .returning(IssuedDocument.id)
        ).scalar_one()  # fmt: skip
        report = verify(conn)
    assert (report.kind, report.subject_id, report.seq) == ("paper", forged, None)


def test_changed_decision_makes_its_papers_void(store: Store, issued: dict[str, int]) -> None:
    """The entry of a new decision speaks for the older notice; one left in force is named."""
    case = issued["case"]
    with store.transaction() as conn:
        draft = Draft(
            subject="case", action="regrade", at=AT, subject_id=case, case_id=case,
            payload={"grade": "competent"},
        )  # fmt: skip
        append(conn, draft)
        found = stray_paper(conn)
        assert found is not None
        assert (found.paper_id, found.seq is not None) == (issued["first"], True)
        conn.execute(sa.update(IssuedDocument).values(void_at=AT))
        assert stray_paper(conn) is None


def test_figures_and_papers_are_read_in_sets(sqlite_store: Store, tmp_path: Path) -> None:
    """As many statements for two hundred figures and papers as for one of each."""
    files, counts = FileStore(tmp_path / "files"), []
    with sqlite_store.transaction() as conn:
        sheet_id, _, _ = _verified(conn)
        asked: list[str] = []
        sa.event.listen(conn, "before_cursor_execute", lambda *a: asked.append(a[2]))
        for first, last in ((1, 2), (2, 202)):
            _more(conn, files, sheet_id, range(first, last))
            asked.clear()
            assert (stray_figure(conn), stray_paper(conn)) == (None, None)
            counts.append(len(asked))
    assert counts == [6, 6]


def _more(conn: sa.Connection, files: FileStore, sheet_id: int, numbers: range) -> None:
    """Figures and papers with the entries that speak of them."""
    for n in numbers:
        row = conn.execute(
            sa.insert(IndicatorValue)
            .values(sheet_id=sheet_id, indicator=f"i{n}", state="verified", value=str(n))
            .returning(IndicatorValue)
        ).one()
        said = {"figures": figures_said([row])}
        entry = Draft(
            subject="data_sheet", action=VERIFYING, at=AT, subject_id=sheet_id, payload=said
        )
        append(conn, entry)
        keep(conn, files, _paper(n), About("cycle", n), at=AT)
