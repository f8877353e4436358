"""Papers of the decision: approval form, list for the meeting, publicity notice, circular."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.disclosure import Scope
from cases.clock import date_of
from cases.documents.context import (
    GradeApproval,
    Group,
    Letter,
    Listed,
    ListPaper,
    Opinion,
    PublicityNotice,
    Sign,
    Step,
)
from cases.documents.papers.subject import (
    UNGRADED,
    Subject,
    conclusion_word,
    day_of,
    figure,
    result_word,
)
from cases.documents.papers.tally import shown_of
from cases.models import (
    Case,
    Cycle,
    DecisionItem,
    DecisionStep,
    GradeMove,
    PastResult,
    Person,
    Pool,
    Publicity,
    Unit,
)
from cases.queries.calendar import working_days
from cases.queries.subject_events import told_bars
from workflow.timetable import working_days_between
from workflow.vocabulary import CaseKind, DecisionResult, DeviationCode, Grade, State


def grade_approval(subject: Subject) -> GradeApproval:
    """The form on which one grade is approved: scores, ballot, bars, proposal, meetings, result."""
    case, found, made = subject.case, subject.synthesis, subject.decision
    votes, no_ballot = _votes(subject)
    return GradeApproval(
        **subject.head,
        doc_no=made.document if made else "",
        subject=subject.name,
        post="" if subject.is_body else f"{case.unit_name}{case.subject_post or ''}",
        is_body=subject.is_body,
        scores=_scores(found),
        votes=votes,
        no_ballot=no_ballot,
        bars=_bars(found),
        recent=f"{subject.past_line}。" if subject.past_line else "没有登记。",
        proposed=result_word(case.proposed_outcome, case.proposed_grade) or "—",
        reason=_reason(subject),
        opinions=_opinions(subject, found),
        steps=_steps(subject),
        decided=subject.result,
        ungraded_reason=(made.reason or "") if made and subject.result == UNGRADED else "",
    )


def _scores(found: Any) -> tuple[tuple[str, str], ...]:
    if found is None:
        return ()
    parts = (
        ("实绩", found.indicator_score),
        ("测评", found.ballot_score),
        ("综合", found.composite),
    )
    return tuple((name, figure(value)) for name, value in parts if value is not None)


def _votes(subject: Subject) -> tuple[tuple[tuple[str, str], ...], str]:
    shown = shown_of(subject, Scope.OFFICE)
    if shown is None or subject.scheme is None:
        replaced = subject.meeting is not None and subject.meeting.replaced_reason
        return (), "谈话代测评，无测评得分。" if replaced else "无测评得分。"
    if shown.total is None:
        return (), str(shown.withheld)
    kind = CaseKind(subject.case.kind)
    titles = {o.code: o.title.zh for o in subject.scheme.ballot.sheets[kind].options}
    pairs = [("有效票", str(shown.total.ballots))]
    pairs += [(titles.get(code, code), str(n)) for code, n in shown.total.options]
    return (*pairs, ("未填", str(shown.total.blank)))[:8], ""


def _bars(found: Any) -> str:
    if found is None or found.bars is None:
        return "没有核对记录。"
    named = [str(b["clause"] or b.get("code")) for b in told_bars(found.bars)]
    when = found.computed_at
    day = f"{when.year}年{when.month}月{when.day}日" if when else ""
    if not named:
        return f"{day}核对，无不得确定为优秀的情形。"
    return f"{day}核对：{'；'.join(named)}。"


def _reason(subject: Subject) -> str:
    row = subject.conn.execute(
        sa.select(GradeMove.reason_code, GradeMove.reason)
        .where(GradeMove.case_id == subject.case.id)
        .order_by(GradeMove.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return ""
    known = {w.value: w.zh for w in DeviationCode}
    same = subject.case.suggested_grade == subject.case.proposed_grade
    code = "" if same or not row.reason_code else f"{known.get(row.reason_code, '')}。"
    return f"{code}{row.reason or ''}"


def _opinions(subject: Subject, found: Any) -> tuple[Opinion, ...]:
    seal = Sign(label="（盖章）", name=subject.organ, seal=True)
    if found is None:
        return (Opinion(label="考核机关意见", signs=(seal,)),)
    if found.written_at is not None:
        seal = replace(seal, on=date_of(found.written_at))
    text = f"主要表现：{found.performance}\n主要不足：{found.shortcomings}"
    if found.grade_opinion:
        text += f"\n建议等次：{Grade(found.grade_opinion).zh}。"
    return (Opinion(label="综合研判意见", text=text, signs=(seal,), height=30),)


def _steps(subject: Subject) -> tuple[Step, ...]:
    if subject.case.pool_id is None:
        return ()
    rows = subject.conn.execute(
        sa.select(
            DecisionStep,
            DecisionItem.result.label("own"),
            DecisionItem.grade.label("own_grade"),
            DecisionItem.reason.label("own_reason"),
        )
        .outerjoin(
            DecisionItem,
            sa.and_(
                DecisionItem.step_id == DecisionStep.id, DecisionItem.case_id == subject.case.id
            ),
        )
        .where(DecisionStep.pool_id == subject.case.pool_id)
        .order_by(DecisionStep.order_no)
    )
    return tuple(_step(row) for row in rows)


def _step(row: Any) -> Step:
    text = f"调整为{Grade(row.own_grade).zh}。" if row.own_grade else ""
    votes = ""
    if row.votes_for is not None:
        votes = f"到会{row.present or '—'}人，同意{row.votes_for}票"
        votes += f"，不同意{row.votes_against or 0}票，弃权{row.abstained or 0}票。"
    return Step(
        body=row.body,
        meeting_no=row.meeting_no,
        on=row.held_on,
        result=DecisionResult(row.own or row.result).zh,
        text=text + (row.own_reason or ""),
        votes=votes,
    )


def _members(conn: sa.Connection, pool_id: int, *more: sa.ColumnElement[bool]) -> Sequence[Any]:
    return conn.execute(
        sa.select(Case, Person.born)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(Case.pool_id == pool_id, *more)
        .order_by(Case.sort_key, Case.id)
    ).all()


def _pool(conn: sa.Connection, pool_id: int) -> Any:
    return conn.execute(
        sa.select(Pool, Cycle.year, Unit.name.label("organ"))
        .join(Cycle, Cycle.id == Pool.cycle_id)
        .join(Unit, Unit.id == Cycle.managing_organ_id)
        .where(Pool.id == pool_id)
    ).one()


def _head(pool: Any, on: date) -> dict[str, Any]:
    return {"year": pool.year, "organ": pool.organ, "issued_on": on}


def deciding_paper(conn: sa.Connection, pool_id: int, on: date) -> ListPaper:
    """The list for the deciding meeting: by unit, in official order, last year beside."""
    pool = _pool(conn, pool_id)
    rows = _members(conn, pool_id, Case.state != State.NOT_ASSESSED)
    last = _last_year(conn, rows, pool.year - 1)
    groups = []
    for unit in dict.fromkeys(row.unit_name for row in rows):
        mine = [row for row in rows if row.unit_name == unit]
        groups.append(Group(title=unit, rows=tuple(_deciding_row(r, last) for r in mine)))
    best = sum(1 for r in rows if r.proposed_grade == Grade.EXCELLENT)
    return ListPaper(
        **_head(pool, on),
        title=f"{pool.title}年度考核等次建议",
        columns=(
            ("姓名或班子", 4, "n"),
            ("职务", 6, "l"),
            ("上年结果", 2, "c"),
            ("建议等次", 2, "c"),
            ("变化", 2, "c"),
            ("审定意见", 3, "l"),
        ),
        groups=tuple(groups),
        total=f"共{len(rows)}件，建议优秀{best}件。",
        signs=(Sign(label="（盖章）", name=pool.organ, on=on, seal=True),),
        size="A3 landscape",
    )


def _deciding_row(row: Any, last: dict[int, str]) -> tuple[str, ...]:
    before, now = last.get(row.id, "—"), result_word(row.proposed_outcome, row.proposed_grade)
    changed = "△" if before not in ("—", now) else ""
    return (_name(row), row.subject_post or "", before, now or "—", changed, "")


def _name(row: Any) -> str:
    return f"{row.subject_name}领导班子" if row.kind == CaseKind.BODY else str(row.subject_name)


def _last_year(conn: sa.Connection, rows: Iterable[Any], year: int) -> dict[int, str]:
    people = {r.person_id: r.id for r in rows if r.person_id is not None}
    units = {r.body_unit_id: r.id for r in rows if r.body_unit_id is not None}
    found = conn.execute(
        sa.select(PastResult).where(
            PastResult.year == year,
            sa.or_(
                PastResult.person_id.in_(people),
                sa.and_(PastResult.person_id.is_(None), PastResult.unit_id.in_(units)),
            ),
        )
    )
    return {
        (people[r.person_id] if r.person_id is not None else units[r.unit_id]): conclusion_word(
            r.conclusion
        )
        for r in found
    }


def listed(rows: Sequence[Any]) -> tuple[Listed, ...]:
    """Lines of a name list; people of one name in one unit are told apart by their birth month."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.unit_name, row.subject_name)
        seen[key] = seen.get(key, 0) + 1
    return tuple(
        Listed(
            name=_name(row),
            unit=row.unit_name,
            post=row.subject_post or "",
            grade=result_word(row.outcome, row.decided_grade),
            born=day_of(row.born) if seen[row.unit_name, row.subject_name] > 1 else None,
        )
        for row in rows
    )


def publicity_notice(conn: sa.Connection, pool_id: int, on: date) -> PublicityNotice | None:
    """The public list of 优秀 of a pool; None where no publicity was opened."""
    pool = _pool(conn, pool_id)
    shown = conn.execute(
        sa.select(Publicity)
        .where(Publicity.pool_id == pool_id)
        .order_by(Publicity.id.desc())
        .limit(1)
    ).first()
    if shown is None:
        return None
    rows = _members(conn, pool_id, Case.decided_grade == Grade.EXCELLENT)
    days = working_days_between(shown.starts_on, shown.ends_on, working_days(conn)) + 1
    return PublicityNotice(
        **_head(pool, on),
        range=shown.range,
        groups=((pool.title, listed(rows)),),
        starts=shown.starts_on,
        ends=shown.ends_on,
        working_days=days,
        phone=shown.phone,
        address=shown.address or "",
    )


def circular(conn: sa.Connection, pool_id: int, on: date) -> Letter:
    """The circular on the results of a pool: numbers, and the names of 优秀 only."""
    pool = _pool(conn, pool_id)
    rows = _members(conn, pool_id, Case.outcome.is_not(None))
    counts: dict[str, int] = {}
    for row in rows:
        word = result_word(row.outcome, row.decided_grade)
        counts[word] = counts.get(word, 0) + 1
    numbers = "，".join(f"{word}{n}件" for word, n in counts.items())
    best = [r for r in rows if r.decided_grade == Grade.EXCELLENT]
    return Letter(
        **_head(pool, on),
        title=f"关于{pool.title}{pool.year}年度考核结果的通报",
        addressee="各有关单位",
        paragraphs=(
            f"{pool.year}年度考核工作已经完成。{pool.title}共{len(rows)}件确定结果：{numbers}。",
            "现将优秀等次名单予以通报。" if best else "本组没有确定为优秀等次的。",
        ),
        listed=tuple(replace(x, grade="") for x in listed(best)),
        list_title="优秀等次名单" if best else "",
    )
