"""复看: cases whose suggestion or bars would differ under a late value. Nothing changes a grade.

Opened when a sheet or a unit's result becomes final after a suggestion was computed. A value can
move the scores of every unit of its class, so the whole class is compared. A person closes each
row with a conclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.recording.provisional import end_passes
from cases.commands.rights import require
from cases.commands.synthesis import SUGGESTED_IN, computed
from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.journal import Draft, append, append_many
from cases.journal.kept import ADDING_BARS, written
from cases.models import Case, Relook, SubjectEvent, Synthesis, Unit
from cases.queries.relook import mark_of_relook
from cases.queries.sentences import all_kept, all_told
from cases.queries.subject_events import told_bars
from workflow.permissions import Actor
from workflow.vocabulary import CaseKind, Grade, Permission, Stage
from workflow.words import Sentence, m

CONCLUSION_CHARS = 500
NO_GRADE = m("未定")
About = Callable[[datetime], Sequence[Sentence]]
"""What changed since a moment, in words; asked only when a case is listed."""
Which = sa.ColumnElement[bool]
"""A condition on cases."""


def hold(conn: sa.Connection, cycle_id: int, unit_ids: Collection[int]) -> None:
    """Hold the cases that a late figure of these units may speak of (:func:`touched`).

    Called before anything is journalled and before the figure is written. Whoever computes
    suggestions, passes a gate on a provisional input or closes a second look holds the same rows,
    so each of them comes wholly before the figure, and is compared with it, or wholly after.
    """
    hold_these(conn, touched(cycle_id, unit_ids))


def hold_these(conn: sa.Connection, which: Which) -> list[int]:
    """Hold cases in the order of their ids; returns their years, oldest first."""
    held = sa.select(Case.id, Case.cycle_id).where(which).order_by(Case.id)
    rows = conn.execute(held.with_for_update(key_share=True)).all()
    return sorted({cycle for _, cycle in rows})


def touched(cycle_id: int, unit_ids: Collection[int]) -> Which:
    """The cases that a figure of these units may speak of: theirs and their classes', and those of
    people who came from one of these units within the year, whose months there count."""
    classes = sa.select(Unit.class_code).where(Unit.id.in_(unit_ids), Unit.class_code.is_not(None))
    alike = sa.select(Unit.id).where(
        sa.or_(Unit.id.in_(unit_ids), Unit.class_code.in_(classes.scalar_subquery()))
    )
    came = sa.select(SubjectEvent.person_id).where(SubjectEvent.from_unit_id.in_(alike))
    return sa.and_(
        Case.cycle_id == cycle_id, sa.or_(Case.unit_id.in_(alike), Case.person_id.in_(came))
    )


def settle(
    conn: sa.Connection,
    cycle_id: int,
    unit_ids: Collection[int],
    *,
    why: Sentence,
    about: About | None = None,
    actor: Actor,
    at: datetime,
) -> list[int]:
    """Take note that these units' figures are final: end their provisional passes and list the
    cases that would now be suggested otherwise. Returns the ids of the cases newly listed.

    The caller holds the cases (:func:`hold`).
    """
    affected = sa.select(Case.id).where(Case.cycle_id == cycle_id, Case.unit_id.in_(unit_ids))
    end_passes(conn, affected, Stage.DATA_COLLECTION, at)
    return compare(conn, cycle_id, unit_ids, why=why, about=about, actor=actor, at=at)


def compare(
    conn: sa.Connection,
    cycle_id: int,
    unit_ids: Collection[int],
    *,
    why: Sentence,
    about: About | None = None,
    actor: Actor,
    at: datetime,
) -> list[int]:
    """List the cases that these units' figures would now suggest otherwise; see
    :func:`compare_these`. The caller holds the cases (:func:`hold`)."""
    which = touched(cycle_id, unit_ids)
    return compare_these(conn, cycle_id, which, why=why, about=about, actor=actor, at=at)


def compare_these(
    conn: sa.Connection,
    cycle_id: int,
    which: Which,
    *,
    why: Sentence,
    about: About | None = None,
    actor: Actor,
    at: datetime,
    barring: bool = False,
) -> list[int]:
    """List the cases that would now be suggested otherwise, with the reason and what changed since
    they were suggested; returns those newly listed. The caller holds the cases.

    ``barring``: a fact was entered, and what it bars is barred from now on.
    """
    before, computed_at = _stored(conn, cycle_id, which)
    if not before:
        return []
    rows = computed(conn, cycle_id, list(before), at=at)
    now = {row["case_id"]: told(row["grade"], row["values"]["bars"]) for row in rows}
    differing = {case: after for case, after in now.items() if after != before[case]}
    if not differing:
        return []
    told_of = about(min(computed_at[i] for i in differing)) if about is not None else ()
    listed = _open(conn, before, differing, [why, *told_of], actor, at)
    if barring:
        _bar(conn, {row["case_id"]: row["values"]["bars"] for row in rows}, actor, at)
    return listed


def hold_members(conn: sa.Connection, case_ids: Collection[int]) -> list[int]:
    """Hold the bodies among some cases and their members; returns the bodies' units."""
    theirs = sa.select(Case.cycle_id, Case.unit_id).where(
        Case.id.in_(case_ids), Case.kind == CaseKind.BODY
    )
    bodies = conn.execute(theirs).all()
    units = sorted({unit for _, unit in bodies})
    if units:
        years = {cycle for cycle, _ in bodies}
        hold_these(conn, sa.and_(Case.cycle_id.in_(years), Case.unit_id.in_(units)))
    return units


def body_graded(
    conn: sa.Connection, cycle_id: int, units: Collection[int], *, actor: Actor, at: datetime
) -> None:
    """List the members whom the grade of their body bars from now on. The caller holds them."""
    if not units:
        return
    members = sa.and_(Case.unit_id.in_(units), Case.kind == CaseKind.CADRE)
    why = m("领导班子等次审定")
    compare_these(conn, cycle_id, members, why=why, actor=actor, at=at, barring=True)


def _bar(conn: sa.Connection, found: Mapping[int, Any], actor: Actor, at: datetime) -> None:
    """Add bars to the stored ones, for the guards to read; suggestions stay as they were."""
    s = Synthesis
    drafts = []
    for row in conn.execute(sa.select(s.case_id, s.bars).where(s.case_id.in_(found))).all():
        stands = list(row.bars or ())
        codes = {bar["code"] for bar in stands}
        new = [bar for bar in found[row.case_id] if bar["code"] not in codes]
        if not new:
            continue
        barred = sa.update(s).where(s.case_id == row.case_id).values(bars=[*stands, *new])
        kept = written("suggestion", conn.execute(barred.returning(s)).all())
        payload = {"bars": [bar["code"] for bar in new], **kept}
        draft = Draft("synthesis", ADDING_BARS, at, row.case_id, row.case_id, payload=payload)
        drafts.append(draft.by(actor))
    append_many(conn, drafts)


def told(grade: Any, bars: Any) -> str:
    """A suggestion as kept: the grade, then the bars' clauses in a settled order."""
    clauses = sorted((b["clause"] for b in told_bars(bars)), key=str)
    return all_kept([Grade(grade) if grade else NO_GRADE, *clauses]) or ""


def _stored(
    conn: sa.Connection, cycle_id: int, which: Which
) -> tuple[dict[int, str], dict[int, datetime]]:
    """Case id -> the suggestion as last computed, and when."""
    rows = conn.execute(
        sa.select(Case.id, Case.suggested_grade, Synthesis.bars, Synthesis.computed_at)
        .join(Synthesis, Synthesis.case_id == Case.id)
        .where(
            which,
            Case.cycle_id == cycle_id,
            Case.state.in_(SUGGESTED_IN),
            Synthesis.computed_at.is_not(None),
        )
        .order_by(Case.id)
    ).all()
    before = {case_id: told(grade, bars) for case_id, grade, bars, _ in rows}
    return before, {case_id: when for case_id, _, _, when in rows if when is not None}


def _open(
    conn: sa.Connection,
    before: Mapping[int, str],
    differing: Mapping[int, str],
    why: Sequence[Sentence],
    actor: Actor,
    at: datetime,
) -> list[int]:
    """One open row a case; a later value replaces what it would be now and adds its reason."""
    mine = (Relook.case_id.in_(differing), Relook.closed_at.is_(None))
    listed = {row.case_id: row for row in conn.execute(sa.select(Relook).where(*mine))}
    reasons = {i: _added(row.reason, why) for i, row in listed.items()}
    there = [
        i for i, row in listed.items() if (row.after, row.reason) != (differing[i], reasons[i])
    ]
    if there:
        conn.execute(
            sa.update(Relook)
            .where(Relook.case_id == sa.bindparam("b_case"), Relook.closed_at.is_(None))
            .values(after=sa.bindparam("b_after"), reason=sa.bindparam("b_reason")),
            [{"b_case": i, "b_after": differing[i], "b_reason": reasons[i]} for i in sorted(there)],
        )
    new = [i for i in differing if i not in listed]
    if new:
        conn.execute(
            sa.insert(Relook),
            [
                {
                    "case_id": i,
                    "reason": all_kept(why) or "",
                    "before": before[i],
                    "after": differing[i],
                    "opened_at": at,
                }
                for i in new
            ],
        )
    tell(conn, [*there, *new], actor, at)
    return new


def _added(reason: str, why: Sequence[Sentence]) -> str:
    """The reasons that stand there and the new ones, each once."""
    stands = all_told(reason)
    return all_kept([*stands, *(one for one in why if one not in stands)]) or ""


def tell(conn: sa.Connection, cases: Collection[int], actor: Actor, at: datetime) -> None:
    """Journal that these cases are on the list, with what the list says of each now."""
    mine = sa.select(Relook).where(Relook.case_id.in_(cases), Relook.closed_at.is_(None))
    rows = conn.execute(mine.order_by(Relook.id)).all()
    said = [(row.case_id, {"after": row.after, **written("relook", [row])}) for row in rows]
    append_many(conn, [_draft(i, "open_relook", told, actor, at) for i, told in said])


def close(
    conn: sa.Connection,
    relook_id: int,
    conclusion: str,
    *,
    actor: Actor,
    at: datetime,
    seen: str | None = None,
) -> None:
    """Close a row with what was concluded; ``seen`` is its mark as the page showed it.

    Raises NotVisible, Refused, Invalid without words, Stale where a later value changed the row.
    """
    one = sa.select(Relook).where(Relook.id == relook_id)
    found = conn.execute(one).first()
    if found is None:
        raise NotVisible(f"relook:{relook_id}")
    whole = sa.select(Case).where(Case.id == found.case_id)
    case = conn.execute(whole.with_for_update(key_share=True)).one()
    row = conn.execute(one).one()
    require(conn, case, Permission.PROPOSE_GRADE, actor)
    if row.closed_at is not None:
        raise Refused([m("这项复看已经办结")], case.ref)
    if seen is not None and seen != mark_of_relook(row):
        raise Stale("relook", case.state, case.version)
    if not conclusion.strip():
        raise Invalid({"conclusion": m("请写明复看结论")})
    if len(conclusion) > CONCLUSION_CHARS:
        raise Invalid({"conclusion": m("复看结论最多 %(n)s 个字", n=CONCLUSION_CHARS)})
    closed = conn.execute(
        sa.update(Relook)
        .where(Relook.id == relook_id)
        .values(closed_at=at, closed_by=actor.person_id, conclusion=conclusion.strip())
        .returning(Relook)
    ).all()
    payload = {"relook": relook_id, "conclusion": conclusion.strip(), **written("relook", closed)}
    append(conn, _draft(case.id, "close_relook", payload, actor, at))


def _draft(case_id: int, action: str, payload: dict[str, Any], actor: Actor, at: datetime) -> Draft:
    return Draft(
        subject="case",
        subject_id=case_id,
        case_id=case_id,
        action=action,
        at=at,
        payload=payload,
    ).by(actor)
