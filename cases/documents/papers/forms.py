"""Papers about one result: registration form, notice, note on non-assessment, late signature."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cases.ballot_box.disclosure import Scope
from cases.clock import date_of
from cases.documents import boxes
from cases.documents.context import (
    FormPaper,
    Opinion,
    RegistrationForm,
    Report,
    ResultNotice,
    Section,
    Sign,
)
from cases.documents.papers.subject import NOT_ASSESSED, UNGRADED, Subject
from cases.documents.papers.tally import rate_names, rates_of, share, shown_of
from cases.documents.typography import zh_number
from cases.models import LeaderComment, Person, ReportSubmission, SelfReport, Unit
from workflow.rules import rule_count
from workflow.vocabulary import (
    CaseKind,
    EntryBasis,
    FeedbackScope,
    Grade,
    ParticipationReason,
    SignState,
)

SUMMARY = "summary"
_RIGHT = (
    f"对考核结果有异议的，可以自收到本告知书之日起{rule_count('review_apply')}日内"
    "向原考核机关申请复核；对复核结果不服的，可以自接到复核决定之日起"
    f"{rule_count('appeal_after_review')}日内提出申诉。"
)


def registration_form(subject: Subject) -> RegistrationForm:
    """The one-sheet form of a person. Raises ``Invalid`` later, when a box is too full."""
    comment = _comment(subject)
    return RegistrationForm(
        **subject.head,
        person=subject.person,
        track=subject.form_track,
        texts={
            SUMMARY: summary_text(sections_of(subject)),
            "leader_comment": comment[0],
            "organ_opinion": _organ_opinion(subject),
            "statement": _statement_text(subject),
            "unassessed_note": _unassessed(subject),
            "remark": _remark(subject),
        },
        signs={
            SUMMARY: _report_sign(subject),
            "leader_comment": comment[1],
            "organ_opinion": _organ_seal(subject),
            "statement": statement_sign(subject),
        },
    )


def sections_of(subject: Subject) -> tuple[Section, ...]:
    """The report as last handed in, section by section; empty when there is none."""
    row = subject.conn.execute(
        sa.select(ReportSubmission.content)
        .where(ReportSubmission.case_id == subject.case.id)
        .order_by(ReportSubmission.number.desc())
        .limit(1)
    ).scalar()
    if row is None:
        return ()
    texts, titles = row["sections"], row.get("titles", {})
    codes = row.get("order") or list(texts)
    return tuple(
        Section(heading=titles.get(c, c), text=texts[c]) for c in codes if (texts[c] or "").strip()
    )


def summary_text(sections: Sequence[Section]) -> str:
    """个人总结 for the box of the form.

    The whole report where it fits. Else the longest sections are left to the report, one by one,
    and a last line names them; no sentence is ever cut. What still doesn't fit is refused when the
    form is printed, with person and box.
    """
    left_out: list[Section] = []
    while True:
        text = _joined(sections, left_out)
        shown = [s for s in sections if s not in left_out]
        if len(shown) <= 1 or not boxes.fit(SUMMARY, text).over:
            return text
        left_out.append(max(shown, key=lambda s: len(s.text)))


def _joined(sections: Sequence[Section], left_out: Sequence[Section]) -> str:
    shown = [s for s in sections if s not in left_out]
    lines = [f"{zh_number(n)}、{s.heading}。{s.text.strip()}" for n, s in enumerate(shown, 1)]
    named = "、".join(f"“{s.heading}”" for s in sections if s in left_out)
    if named:
        lines.append(f"（{named}部分见述职报告。）")
    return "\n".join(lines)


def _report_sign(subject: Subject) -> Sign:
    row = subject.conn.execute(
        sa.select(ReportSubmission.submitted_at, SelfReport.basis)
        .join(SelfReport, SelfReport.case_id == ReportSubmission.case_id)
        .where(ReportSubmission.case_id == subject.case.id)
        .order_by(ReportSubmission.number.desc())
        .limit(1)
    ).first()
    if row is None:
        return Sign()
    return Sign(name=subject.case.subject_name, on=date_of(row.submitted_at))


def _comment(subject: Subject) -> tuple[str, Sign]:
    row = subject.conn.execute(
        sa.select(LeaderComment, Person.name)
        .outerjoin(Person, Person.id == LeaderComment.person_id)
        .where(LeaderComment.case_id == subject.case.id)
    ).first()
    if row is None:
        return "", Sign()
    text = row.text.strip()
    if row.grade:
        text += f"\n建议等次：{Grade(row.grade).zh}。"
    return text, Sign(name=row.name or "", on=date_of(row.written_at))


def _organ_seal(subject: Subject) -> Sign:
    """Dated as the decision: a form printed anew must not put the organ after the person."""
    made = subject.decision
    on = made.decided_on if made else subject.on
    return Sign(label="（盖章）", name=subject.organ, on=on, seal=True)


def _organ_opinion(subject: Subject) -> str:
    made = subject.decision
    if made is None:
        return ""
    day = f"{made.decided_on.year}年{made.decided_on.month}月{made.decided_on.day}日"
    by = made.organ or subject.organ
    verb = "确定为" if made.grade else ""
    text = f"经{by}{day}研究，{verb}{subject.result}{'等次' if made.grade else ''}。"
    return text + (f"（{made.document}）" if made.document else "")


def _statement_text(subject: Subject) -> str:
    row = subject.statement
    if row is None or row.agrees is None:
        return ""
    return "\n".join(t for t in ("同意。" if row.agrees else "不同意。", row.text or "") if t)


def statement_sign(subject: Subject) -> Sign:
    """The person's signature under the result, as it stands: signed, pending with its reason ..."""
    row = subject.statement
    if row is None:
        return Sign()
    state = SignState(row.sign_state)
    if state is SignState.SIGNED:
        return Sign(name=subject.case.subject_name, on=row.signed_on)
    if state is SignState.REFUSED:
        return Sign(state="refused", note=row.witnesses or "", on=row.signed_on)
    if state is SignState.IMPOSSIBLE:
        return Sign(state="impossible", note=row.reason or "")
    if state is SignState.PENDING:
        again = (
            f"，{row.review_on.year}年{row.review_on.month}月{row.review_on.day}日复查"
            if (row.review_on)
            else ""
        )
        return Sign(state="pending", note=f"{row.reason or ''}{again}")
    return Sign()


def _unassessed(subject: Subject) -> str:
    if subject.result not in (UNGRADED, NOT_ASSESSED):
        return "无。"
    made = subject.decision
    reason = (made.reason if made else None) or subject.case.participation_reason or ""
    return f"{subject.result}。{_reason_word(reason)}"


def _reason_word(reason: str) -> str:
    known = {w.value: w.zh for w in ParticipationReason}
    return known.get(reason, reason)


def _remark(subject: Subject) -> str:
    lines = []
    if subject.past_line:
        lines.append(f"近三年考核结果：{subject.past_line}。")
    if subject.unit.assisting_organ_id is not None:
        name = subject.conn.execute(
            sa.select(Unit.name).where(Unit.id == subject.unit.assisting_organ_id)
        ).scalar_one()
        lines.append(f"双重管理单位：{subject.organ}主管，{name}协管并已提供书面意见。")
    return "\n".join(lines)


def result_notice(subject: Subject) -> ResultNotice:
    """The notice, saying no more than the scheme's feedback scope (M18)."""
    made, scheme = subject.decision, subject.scheme
    scope = FeedbackScope(scheme.feedback.scope) if scheme else FeedbackScope.PROBLEMS
    found = subject.synthesis
    problems = found.shortcomings if found and scope is not FeedbackScope.GRADE else ""
    grade = subject.case.decided_grade
    may_ask = bool(scheme and grade and Grade(grade) in scheme.feedback.review_grades)
    return ResultNotice(
        **subject.head,
        doc_no=made.document if made else "",
        person=subject.person,
        grade=subject.result,
        body=subject.is_body,
        decided_by=(made.organ if made else "") or subject.organ,
        decided_on=made.decided_on if made else subject.on,
        problems=problems,
        own_rates=_own_rates(subject, scope),
        review_right=_RIGHT if may_ask and not subject.is_body else "",
    )


def _own_rates(subject: Subject, scope: FeedbackScope) -> tuple[tuple[str, str], ...]:
    if scope not in (FeedbackScope.OWN_RATES, FeedbackScope.ITEMS) or subject.scheme is None:
        return ()
    shown = shown_of(subject, Scope.SUBJECT)
    if shown is None or shown.total is None:
        return ()
    kind = CaseKind(subject.case.kind)
    rates = rates_of(shown.total, subject.scheme, kind)
    return tuple(zip(rate_names(kind), map(share, rates), strict=True))


def self_report(subject: Subject) -> Report | None:
    """The report as a document of its own; None before anything was handed in."""
    sections = sections_of(subject)
    if not sections:
        return None
    held = subject.conn.execute(
        sa.select(SelfReport.basis, Person.name)
        .outerjoin(Person, Person.id == SelfReport.typed_by)
        .where(SelfReport.case_id == subject.case.id)
    ).one()
    basis = EntryBasis(held.basis)
    sign = _report_sign(subject)
    return Report(
        **subject.head,
        author=subject.name,
        post=f"{subject.case.unit_name}{subject.case.subject_post or ''}",
        is_body=subject.is_body,
        addressee=subject.organ,
        sections=sections,
        sign=Sign(label="述职人", name=subject.case.subject_name, on=sign.on),
        basis="" if basis is EntryBasis.SELF else f"{basis.zh}，由{held.name or '他人'}录入",
    )


def non_assessment_note(subject: Subject) -> FormPaper:
    """Why somebody isn't assessed this year."""
    person = subject.person
    reason = _reason_word(subject.case.participation_reason or "")
    sign = Sign(label="（盖章）", name=subject.organ, on=subject.on, seal=True)
    return FormPaper(
        **subject.head,
        title="不进行考核情况说明",
        fields=(
            ("姓名", person.name),
            ("单位及职务", f"{person.unit}{person.post}"),
            ("近三年结果", subject.past_line or "—"),
        ),
        boxes=(Opinion(label="不进行考核的原因", text=reason, signs=(sign,), height=60),),
    )


def signature_addendum(subject: Subject) -> FormPaper:
    """A signature given after the form was issued: a page of its own, the form stays (M3)."""
    person = subject.person
    return FormPaper(
        **subject.head,
        title="年度考核登记表补签页",
        fields=(
            ("姓名", person.name),
            ("单位及职务", f"{person.unit}{person.post}"),
            ("考核结果", subject.result),
        ),
        boxes=(
            Opinion(
                label="本人意见",
                text=_statement_text(subject),
                signs=(statement_sign(subject),),
                height=60,
            ),
        ),
        note="本页补入原登记表之后，原登记表不作改动。",
    )
