"""A change of the scheme after opening: asked with reason and paper, approved by another person.

A change may only lighten; a superior's directive may add, with its paper, its organ and at least
five working days (M19). On approval the draft becomes a frozen version and the year runs on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import relook
from cases.commands.data_charge import charge_anew
from cases.commands.data_sheet import add_rows, hold_sheets
from cases.commands.scheme import SchemeFaults, keep_version, may_edit
from cases.commands.scheme_draft import content, settle, start
from cases.errors import Invalid, NotVisible, Refused
from cases.journal import note
from cases.journal.kept import written
from cases.models import (
    Amendment,
    Case,
    Cycle,
    DataSheet,
    Scheme,
    SchemeDraft,
    SchemeVersion,
)
from cases.queries.calendar import working_days
from cases.scoring import scheme as documents
from cases.scoring.drafting.burden import heavier, kind_fault
from cases.scoring.drafting.difference import NAMES
from cases.scoring.drafting.merge import merged
from workflow.permissions import SYSTEM, Actor, Resource, permits
from workflow.rules import rule_count
from workflow.timetable import add_working_days, working_days_between
from workflow.vocabulary import AmendmentKind, CycleState, Permission
from workflow.words import Sentence, m

TERM = "directive_notice"
"""The rule that says how many working days before its first day a superior's new requirement is
announced (M19)."""


def ask(
    conn: sa.Connection,
    cycle_id: int,
    draft_id: int,
    *,
    kind: AmendmentKind,
    reason: str,
    document: str,
    organ_name: str,
    effective_on: date,
    actor: Actor,
    at: datetime,
) -> int:
    """Ask for a draft to take the place of an open year's scheme; returns the amendment's id.

    Raises Invalid by field, SchemeFaults while checks fail, Refused where a change can't be asked.
    """
    cycle = _cycle(conn, cycle_id)
    may_edit(actor, cycle.managing_organ_id)
    draft = conn.execute(
        sa.select(SchemeDraft).where(
            SchemeDraft.id == draft_id,
            SchemeDraft.managing_organ_id == cycle.managing_organ_id,
            SchemeDraft.version_id.is_(None),
        )
    ).first()
    if draft is None:
        raise Invalid({"draft": m("请选择一份未存为正式版本的草稿")})
    after = content(conn, draft.id, draft.revision)
    before = _version_content(conn, cycle.scheme_version_id)
    _sound(before, after)
    _allowed(conn, before, after, kind, organ_name, effective_on, at)
    change = {"draft": draft.id, "revision": draft.revision, "from": cycle.scheme_version_id}
    made = sa.insert(Amendment).values(
        cycle_id=cycle_id,
        kind=kind,
        organ_name=organ_name or None,
        document=document,
        reason=reason,
        change=change,
        effective_on=effective_on,
        requested_by=actor.person_id,
    )
    amendment_id = int(conn.execute(made.returning(Amendment.id)).scalar_one())
    _tell(conn, amendment_id, "ask_amendment", actor, at,
          {"kind": kind.value, "document": document, **change})  # fmt: skip
    return amendment_id


def _sound(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    problems = documents.check(after)[1]
    if problems:
        raise SchemeFaults(problems)
    if documents.canonical(before) == documents.canonical(after):
        raise Invalid({"draft": m("草稿与现行方案相同,没有要变更的内容")})
    if (before.get("code"), before.get("year")) != (after.get("code"), after.get("year")):
        raise Invalid({"draft": m("草稿的方案代码和年度应与现行方案相同")})


def _allowed(
    conn: sa.Connection,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    kind: AmendmentKind,
    organ_name: str,
    effective_on: date,
    at: datetime,
) -> None:
    """Raises Invalid: the effective day, and what asks more than before."""
    today = date_of(at)
    if effective_on < today:
        raise Invalid({"effective_on": m("生效日期不能早于今天")})
    if kind is AmendmentKind.UPPER_DIRECTIVE:
        if not organ_name:
            raise Invalid({"organ_name": m("请填写发文机关")})
        days = working_days_between(today, effective_on, working_days(conn))
        if days < rule_count(TERM):
            raise Invalid({"effective_on": m("至少留出 %(n)s 个工作日", n=rule_count(TERM))})
        return
    more = heavier(before, after)
    if more:
        told: object = more[0]
        for one in more[1:20]:
            told = m("%(first)s；%(second)s", first=told, second=one)
        raise Invalid({"draft": m("启动后的变更只能减轻,下列内容加重了负担:%(list)s", list=told)})
    fault = kind_fault(before, after, kind)
    if fault is not None:
        raise Invalid({"kind": fault})


def rebase(conn: sa.Connection, amendment_id: int, *, actor: Actor, at: datetime) -> int:
    """Bring a change that waits onto the scheme the year runs on now; returns the new draft's id.

    The change is asked anew by the actor, so another person approves it. Raises Refused: nothing
    to bring over, nothing left of it, or what both changed, by name; SchemeFaults, Invalid as
    ``ask``.
    """
    row = conn.execute(
        sa.select(Amendment).where(Amendment.id == amendment_id).with_for_update()
    ).first()
    if row is None:
        raise NotVisible(f"amendment {amendment_id}")
    cycle = _cycle(conn, row.cycle_id)
    may_edit(actor, cycle.managing_organ_id)
    if row.approved_at is not None or row.declined_at is not None:
        raise Refused([m("这项变更已经办结")])
    if cycle.scheme_version_id == row.change["from"]:
        raise Refused([m("这项变更就是按现行方案提出的")])
    now = _version_content(conn, cycle.scheme_version_id)
    after = _brought_over(conn, row, now)
    kind, day = AmendmentKind(row.kind), first_day(conn, row, date_of(at))
    _sound(now, after)
    _allowed(conn, now, after, kind, row.organ_name or "", day, at)
    draft_id = start(
        conn, after, organ_id=cycle.managing_organ_id, actor=actor, at=at,
        based_on=cycle.scheme_version_id,
    )  # fmt: skip
    change = {"draft": draft_id, "revision": 1, "from": cycle.scheme_version_id}
    conn.execute(
        sa.update(Amendment)
        .where(Amendment.id == amendment_id)
        .values(change=change, effective_on=day, requested_by=actor.person_id)
    )
    _tell(conn, amendment_id, "rebase_amendment", actor, at, change)
    return draft_id


def _brought_over(conn: sa.Connection, row: Any, now: Mapping[str, Any]) -> dict[str, Any]:
    """The scheme of now with what a change asks. Raises Refused naming what both changed."""
    base = _version_content(conn, row.change["from"])
    asked = content(conn, row.change["draft"], row.change["revision"])
    after, clashes = merged(base, asked, now)
    if clashes:
        said = [
            m("%(part)s“%(path)s”两边都有变更", part=NAMES.get(path.split(".")[0], NAMES[""]),
              path=path)
            for path in clashes[:20]
        ]  # fmt: skip
        raise Refused([m("这项变更与现行方案有冲突,请按现行方案另建草稿"), *said])
    if documents.canonical(after) == documents.canonical(now):
        raise Refused([m("现行方案已经包含这项变更的内容")])
    return after


def approve(conn: sa.Connection, amendment_id: int, *, actor: Actor, at: datetime) -> int:
    """Approve a change; the year runs on it from its day on. Returns the new version's id.

    The day is put off where the approval came so late that the announcement would be too short.
    Raises Refused: the same person, no right, decided already, the scheme changed meanwhile, or
    another change waits for its day.
    """
    row = _deciding(conn, amendment_id, actor)
    cycle = _cycle(conn, row.cycle_id)
    if cycle.scheme_version_id != row.change["from"]:
        raise Refused([m("方案在提出之后又有变更,请按现行方案重新提出")])
    if _waits(conn, row.cycle_id):
        raise Refused([m("另有一项已批准的变更尚未生效,待其生效后按新方案重新提出")])
    day = first_day(conn, row, date_of(at))
    if day <= date_of(at):
        _hold(conn, row.cycle_id)
    draft = sa.select(SchemeDraft.id).where(SchemeDraft.id == row.change["draft"])
    conn.execute(draft.with_for_update()).all()
    version_id = _version(conn, row, cycle.managing_organ_id, actor, at)
    change = {**row.change, "to": version_id}
    conn.execute(
        sa.update(Amendment)
        .where(Amendment.id == amendment_id)
        .values(approved_by=actor.person_id, approved_at=at, change=change, effective_on=day)
    )
    payload = {**change, "effective_on": day.isoformat()}
    _tell(conn, amendment_id, "approve_amendment", actor, at, payload)
    if day <= date_of(at):
        put_in_force(conn, amendment_id, actor=actor, at=at)
    return version_id


def first_day(conn: sa.Connection, row: Any, today: date) -> date:
    """The day a change takes effect if approved today: never before the announced term is over."""
    day: date = max(row.effective_on, today)
    if row.kind == AmendmentKind.UPPER_DIRECTIVE:
        day = max(day, add_working_days(today, rule_count(TERM), working_days(conn)))
    return day


def put_in_force(
    conn: sa.Connection, amendment_id: int, *, actor: Actor = SYSTEM, at: datetime
) -> None:
    """Let the year run on an approved change whose day has come; open sheets get its rows.

    Cases that the changed scheme would suggest otherwise are listed for a second look.

    Raises NotVisible for one that isn't approved, is in force, or is not due yet.
    """
    row = conn.execute(
        sa.select(Amendment).where(Amendment.id == amendment_id).with_for_update()
    ).first()
    due = row is not None and row.approved_at is not None and row.in_force_at is None
    if row is None or not due or row.effective_on > date_of(at):
        raise NotVisible(f"amendment {amendment_id}")
    conn.execute(
        sa.update(Cycle).where(Cycle.id == row.cycle_id).values(scheme_version_id=row.change["to"])
    )
    assessed, sheets = _hold(conn, row.cycle_id)
    conn.execute(sa.update(Amendment).where(Amendment.id == amendment_id).values(in_force_at=at))
    rows = add_rows(conn, row.cycle_id, actor=actor, at=at, sheets=sheets)
    charge_anew(conn, row.cycle_id, actor=actor, at=at)
    why = m("启动后变更生效")
    looked = relook.compare(conn, row.cycle_id, assessed, why=why, actor=actor, at=at)
    payload = {"to": row.change["to"], "rows": rows, "relooks": len(looked)}
    _tell(conn, amendment_id, "put_amendment_in_force", actor, at, payload)


def _hold(conn: sa.Connection, cycle_id: int) -> tuple[list[int], list[int]]:
    """Hold the year's sheets and cases, before anything is journalled; returns units and sheets.

    Frozen sheets too: one that is being revised at this moment is open by the time it gets rows.
    """
    sheets = hold_sheets(conn, DataSheet.cycle_id == cycle_id)
    units = sa.select(Case.unit_id).where(Case.cycle_id == cycle_id).distinct()
    assessed = list(conn.execute(units).scalars())
    relook.hold(conn, cycle_id, assessed)
    return assessed, sheets


def due_today(conn: sa.Connection, on: date) -> list[int]:
    """Approved changes whose day has come and that are not in force yet, oldest first."""
    rows = conn.execute(
        sa.select(Amendment.id)
        .join(Cycle, Cycle.id == Amendment.cycle_id)
        .where(_WAITING, Amendment.effective_on <= on, Cycle.state == CycleState.OPEN.value)
        .order_by(Amendment.id)
    )
    return list(rows.scalars())


_WAITING = sa.and_(Amendment.approved_at.is_not(None), Amendment.in_force_at.is_(None))


def _waits(conn: sa.Connection, cycle_id: int) -> bool:
    found = sa.select(Amendment.id).where(Amendment.cycle_id == cycle_id, _WAITING).limit(1)
    return conn.execute(found).first() is not None


def _version(conn: sa.Connection, row: Any, organ_id: int, actor: Actor, at: datetime) -> int:
    """The frozen version with the asked content: one published meanwhile, or a new one."""
    document = content(conn, row.change["draft"], row.change["revision"])
    published = conn.execute(
        sa.select(SchemeVersion.id)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(
            SchemeVersion.digest == documents.digest(document),
            Scheme.code == str(document.get("code")),
        )
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).scalar()
    if published is None:
        why = str(m("启动后变更:%(reason)s", reason=row.reason))[:200]
        published = keep_version(conn, document, organ_id=organ_id, actor=actor, at=at, note=why)
        settle(conn, row.change["draft"], published)
    conn.execute(
        sa.update(SchemeVersion)
        .where(SchemeVersion.id == published, SchemeVersion.frozen_at.is_(None))
        .values(frozen_at=at, frozen_by=actor.person_id)
    )
    return int(published)


def decline(
    conn: sa.Connection, amendment_id: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Say no to a change, with the reason. Raises Refused as ``approve``."""
    _deciding(conn, amendment_id, actor)
    conn.execute(
        sa.update(Amendment)
        .where(Amendment.id == amendment_id)
        .values(declined_by=actor.person_id, declined_at=at, decline_reason=reason)
    )
    _tell(conn, amendment_id, "decline_amendment", actor, at, {"reason": reason})


def _deciding(conn: sa.Connection, amendment_id: int, actor: Actor) -> Any:
    row = conn.execute(
        sa.select(Amendment, Cycle.managing_organ_id)
        .join(Cycle, Cycle.id == Amendment.cycle_id)
        .where(Amendment.id == amendment_id)
        .with_for_update(of=Amendment)
    ).first()
    if row is None:
        raise NotVisible(f"amendment {amendment_id}")
    permit = permits(actor, Permission.SCHEME_FREEZE, Resource(organ_id=row.managing_organ_id))
    reasons: list[Sentence] = []
    if not permit:
        reasons.append(permit.reason or m("没有办理这一步的权限"))
    if actor.person_id is None or actor.person_id == row.requested_by:
        reasons.append(m("提出变更的人不能自己批准"))
    if row.approved_at is not None or row.declined_at is not None:
        reasons.append(m("这项变更已经办结"))
    if reasons:
        raise Refused(reasons)
    return row


def _cycle(conn: sa.Connection, cycle_id: int) -> Any:
    cycle = sa.select(Cycle).where(Cycle.id == cycle_id)
    row = conn.execute(cycle.with_for_update(key_share=True)).first()  # new rows of it don't wait
    if row is None:
        raise NotVisible(f"cycle {cycle_id}")
    if row.state != CycleState.OPEN or row.scheme_version_id is None:
        raise Refused([m("只有已启动的考核年度才走变更;启动前直接改方案")])
    return row


def _version_content(conn: sa.Connection, version_id: int) -> dict[str, Any]:
    found: dict[str, Any] = conn.execute(
        sa.select(SchemeVersion.content).where(SchemeVersion.id == version_id)
    ).scalar_one()
    return found


def _tell(
    conn: sa.Connection,
    amendment_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any],
) -> None:
    row = conn.execute(sa.select(Amendment).where(Amendment.id == amendment_id)).one()
    told = {**payload, **written("amendment", [row])}
    note(conn, "amendment", amendment_id, action, told, actor, at)
