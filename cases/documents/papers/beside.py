"""Papers of the things beside the case: requests, inquiries, reviews, figures, measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.documents.context import (
    FormPaper,
    Group,
    Letter,
    Listed,
    ListPaper,
    Measure,
    MeasuresList,
    Opinion,
    OpinionAnswer,
    ReviewDecision,
    Sign,
)
from cases.documents.papers.decisions import listed
from cases.documents.papers.item_rows import item_groups
from cases.documents.papers.subject import Subject, conclusion_word, result_word, subject_of
from cases.models import (
    Case,
    Correction,
    Cycle,
    DataSheet,
    IndicatorValue,
    Inquiry,
    OpinionItem,
    OpinionRequest,
    Person,
    Review,
    StoredFile,
    Unit,
)
from cases.models import Measure as MeasureRow
from cases.queries.scheme import scheme_of_cycle
from workflow.rules import rule_count
from workflow.vocabulary import MeasureChannel, MeasureState, ReviewKind, ReviewState, ValueState


def _request(conn: sa.Connection, request_id: int) -> Any:
    organ = sa.orm.aliased(Unit)
    return conn.execute(
        sa.select(
            OpinionRequest, Cycle.year, organ.name.label("organ"), Unit.name.label("body_name")
        )
        .join(Cycle, Cycle.id == OpinionRequest.cycle_id)
        .join(organ, organ.id == Cycle.managing_organ_id)
        .outerjoin(Unit, Unit.id == OpinionRequest.body_unit_id)
        .where(OpinionRequest.id == request_id)
    ).one()


def _asked(conn: sa.Connection, request_id: int) -> Sequence[Any]:
    return conn.execute(
        sa.select(Case, Person.born, OpinionItem.objection, OpinionItem.text)
        .join(OpinionItem, OpinionItem.case_id == Case.id)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(OpinionItem.request_id == request_id)
        .order_by(Case.sort_key, Case.id)
    ).all()


def _without_grade(rows: Sequence[Any]) -> tuple[Listed, ...]:
    """A letter that asks others names people, never results."""
    return tuple(Listed(name=x.name, unit=x.unit, post=x.post, born=x.born) for x in listed(rows))


def opinion_letter(conn: sa.Connection, request_id: int, on: date) -> Letter:
    """The letter that asks one body about many people."""
    row = _request(conn, request_id)
    due = row.due_on
    until = f"请于{due.year}年{due.month}月{due.day}日前书面回复。" if due else "请书面回复。"
    return Letter(
        year=row.year,
        organ=row.organ,
        issued_on=on,
        case_no=row.ref,
        doc_no=row.document or "",
        title=row.title,
        addressee=row.body_name or "",
        paragraphs=(
            f"根据年度考核工作安排，现就下列考核对象{row.year}年度有关情况征求你单位意见。",
            until,
        ),
        listed=_without_grade(_asked(conn, request_id)),
        list_title="征求意见名单",
    )


def opinion_answer(conn: sa.Connection, request_id: int, on: date) -> OpinionAnswer:
    """What the body answered, person by person."""
    row = _request(conn, request_id)
    asked = _asked(conn, request_id)
    answers = zip(_without_grade(asked), map(_opinion, asked), strict=True)
    return OpinionAnswer(
        year=row.year,
        organ=row.organ,
        issued_on=on,
        case_no=row.ref,
        answered_by=row.body_name or "",
        request_no=row.document or row.ref,
        request_on=row.sent_on or on,
        matters=row.title,
        answers=tuple(answers),
        general=row.summary or "",
    )


def _opinion(row: Any) -> str:
    if row.text:
        return str(row.text)
    return {True: "有意见。", False: "无意见。", None: "—"}[row.objection]


def _name(conn: sa.Connection, person_id: int | None) -> str:
    if person_id is None:
        return ""
    return conn.execute(sa.select(Person.name).where(Person.id == person_id)).scalar() or ""


def inquiry_report(conn: sa.Connection, inquiry_id: int, on: date) -> tuple[int, FormPaper]:
    """What was looked into and found: (case id, paper)."""
    row = conn.execute(sa.select(Inquiry).where(Inquiry.id == inquiry_id)).one()
    subject = subject_of(conn, row.case_id, on)
    boxes = [
        Opinion(label="核实事项", text=row.question),
        Opinion(
            label="核实情况",
            text=row.finding or "",
            signs=(Sign(label="核实人", name=_name(conn, row.reported_by), on=on),),
            height=60,
        ),
    ]
    if row.evidence:
        boxes.insert(1, Opinion(label="证据材料", text=row.evidence))
    return row.case_id, FormPaper(
        **subject.head, title="了解核实材料", fields=_who(subject), boxes=tuple(boxes)
    )


def _who(subject: Subject) -> tuple[tuple[str, str], ...]:
    if subject.is_body:
        return (("领导班子", subject.name),)
    return (
        ("姓名", subject.case.subject_name),
        ("单位及职务", f"{subject.case.unit_name}{subject.case.subject_post or ''}"),
    )


def review_decision(conn: sa.Connection, review_id: int, on: date) -> tuple[int, ReviewDecision]:
    """The written answer to a 复核 or 申诉: (case id, paper)."""
    row = conn.execute(sa.select(Review).where(Review.id == review_id)).one()
    subject = subject_of(conn, row.case_id, on)
    made = subject.decision
    number = f"（{made.document}）" if made and made.document else ""
    conclusion = {
        ReviewState.REJECTED: "不予受理。",
        ReviewState.UPHELD: "维持原考核结果。",
        ReviewState.REGRADED: f"撤销原考核结果，改定为{result_word(None, row.new_grade)}等次。",
    }.get(ReviewState(row.state), "")
    days = rule_count("appeal_after_review")
    further = f"对本决定不服的，可以自收到之日起{days}日内提出申诉。"
    return row.case_id, ReviewDecision(
        **subject.head,
        doc_no=row.document or "",
        applicant=subject.person,
        complained=f"{subject.year}年度考核{subject.result}结果{number}",
        request=row.request,
        findings=row.decision or "",
        conclusion=conclusion,
        further_right=further if row.kind == ReviewKind.REVIEW else "",
    )


def correction_record(subject: Subject) -> FormPaper:
    """A changed result on paper: old, new, why, under which document, what must be undone."""
    old, new = (*subject.decisions[-2:],) if len(subject.decisions) > 1 else (None, None)
    row = subject.conn.execute(
        sa.select(Correction)
        .where(Correction.case_id == subject.case.id)
        .order_by(Correction.id.desc())
        .limit(1)
    ).first()
    effects = "；".join(map(str, row.effects)) if row is not None else ""
    before = (
        result_word(old.outcome, old.grade)
        if old
        else (conclusion_word(row.old_conclusion) if row else "")
    )
    seal = Sign(label="（盖章）", name=subject.organ, on=subject.on, seal=True)
    reason = (new.reason if new else None) or (row.reason if row is not None else "")
    return FormPaper(
        **subject.head,
        doc_no=(new.document if new else "") or "",
        title="考核结果更正记录",
        fields=(*_who(subject), ("原结果", before), ("更正后", subject.result)),
        boxes=(
            Opinion(label="更正理由和依据", text=reason or "", signs=(seal,), height=60),
            Opinion(label="需要撤销的事项", text=effects or "无。"),
        ),
        note="原表保留并注明作废。",
    )


def data_sheet(conn: sa.Connection, sheet_id: int, on: date) -> ListPaper:
    """The verified values of a unit, with source and both names."""
    sheet = conn.execute(
        sa.select(DataSheet, Cycle.year, Cycle.managing_organ_id, Unit.name.label("unit_name"))
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .where(DataSheet.id == sheet_id)
    ).one()
    scheme = scheme_of_cycle(conn, sheet.cycle_id)
    entered, verified = sa.orm.aliased(Person), sa.orm.aliased(Person)
    provider = sa.orm.aliased(Unit)
    rows = conn.execute(
        sa.select(
            IndicatorValue,
            entered.name.label("entered_name"),
            verified.name.label("verified_name"),
            provider.name.label("provider_name"),
        )
        .outerjoin(entered, entered.id == IndicatorValue.entered_by)
        .outerjoin(verified, verified.id == IndicatorValue.verified_by)
        .outerjoin(provider, provider.id == IndicatorValue.provider_unit_id)
        .where(IndicatorValue.sheet_id == sheet_id, sa.not_(IndicatorValue.superseded))
    )
    held = {row.indicator: row for row in rows}
    known = scheme.entered if scheme else {}
    order = [c for c in known if c in held]
    order += sorted(held.keys() - set(order))
    titles = {c: i.title.zh for c, i in known.items()}
    lines = tuple(_value_row(n, titles.get(c, c), held[c]) for n, c in enumerate(order, 1))
    organ = conn.execute(
        sa.select(Unit.name).where(Unit.id == sheet.managing_organ_id)
    ).scalar_one()
    return ListPaper(
        year=sheet.year,
        organ=organ,
        issued_on=on,
        case_no=f"{sheet.year}-SJ-{sheet_id}",
        title="实绩数据核报表",
        columns=(
            ("序号", 1, "c"),
            ("指标", 5, "l"),
            ("数值", 2, "r"),
            ("单位", 2, "c"),
            ("来源", 4, "l"),
            ("填报", 2, "n"),
            ("审核", 2, "n"),
        ),
        groups=(
            Group(title=sheet.unit_name, rows=lines, count=f"共{len(lines)}项。"),
            *item_groups(conn, sheet_id, scheme),
        ),
        signs=(Sign(label="填报人"), Sign(label="审核人")),
    )


def _value_row(n: int, title: str, row: Any) -> tuple[str, ...]:
    value = row.value if row.value is not None else "缺"
    source = "，".join(t for t in (row.provider_name, row.document or row.source) if t)
    if row.value is None and row.missing_reason:
        source = row.missing_reason
    verified = row.verified_name if row.state in (ValueState.VERIFIED, ValueState.FROZEN) else ""
    return (
        str(n), title, value, row.measure_unit or "", source, row.entered_name or "",
        verified or "",
    )  # fmt: skip


def measures_list(subject: Subject) -> MeasuresList:
    """整改清单 and other measures of a case: owner, due day, result, who confirmed it."""
    checker = sa.orm.aliased(Person)
    rows = subject.conn.execute(
        sa.select(
            MeasureRow,
            Unit.name.label("owner"),
            checker.name.label("checker"),
            StoredFile.digest.label("file_digest"),
        )
        .outerjoin(Unit, Unit.id == MeasureRow.owner_unit_id)
        .outerjoin(checker, checker.id == MeasureRow.confirmed_by)
        .outerjoin(StoredFile, StoredFile.id == MeasureRow.file_id)
        .where(MeasureRow.case_id == subject.case.id)
        .order_by(MeasureRow.id)
    )
    return MeasuresList(
        **subject.head,
        subject=subject.name,
        grade=subject.result,
        measures=tuple(_measure(row) for row in rows),
        signs=(Sign(label="确认人"),),
    )


def _measure(row: Any) -> Measure:
    state = MeasureState(row.state)
    proof = row.proof or ""
    if row.file_digest:
        proof += f"（附件校验值 {row.file_digest.removeprefix('sha256:')[:12]}）"
    if state is MeasureState.WAIVED:
        proof = f"不再办理：{row.waived_reason or ''}"
    confirmed = row.checker or ""
    if row.confirmed_on:
        confirmed += f" {row.confirmed_on:%Y.%m.%d}"
    return Measure(
        problem=MeasureChannel(row.channel).zh,
        measure=f"{row.title}（{row.basis}）" if row.basis else row.title,
        owner=row.owner or "",
        due=row.due_on,
        result=proof or state.zh,
        verifier=confirmed,
    )
