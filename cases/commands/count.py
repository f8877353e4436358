"""启封计票 at the office: two holders restore the key, sealed envelopes go in, totals come out.

Order: cards on the table → key from two shares → open in memory → invariants → counts and tally in
one transaction → two signatures → record the count, open inquiries, custody. Opening again gives
the same bytes and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases import canonical
from cases.ballot_box import opening, package
from cases.ballot_box.disclosure import Scope
from cases.ballot_box.opening import Count
from cases.ballot_box.urn import UrnStore
from cases.commands import beside, relook
from cases.commands.count_rows import write_tally
from cases.commands.inquiries import open_inquiry
from cases.commands.keys import ShareEntry, restore
from cases.commands.meeting import note
from cases.commands.rights import require_for_thing
from cases.commands.synthesis import computed
from cases.errors import Refused
from cases.models import (
    Case,
    KeySet,
    Meeting,
    MeetingSheet,
    ProvisionalPass,
    Relook,
    SheetRow,
    Synthesis,
    Tally,
)
from cases.queries.scheme import scheme_of_cycle
from cases.queries.sentences import all_kept
from cases.queries.tally import disclosures, head_of, rates_of
from cases.queries.things import row_of
from cases.queries.things.meeting import turnout_is_enough
from cases.scoring.ballots import triggered
from workflow.permissions import SYSTEM, Actor
from workflow.rules import rule_count
from workflow.vocabulary import (
    CaseKind,
    Grade,
    MeetingState,
    Permission,
    Role,
    Stage,
    Thing,
    ThingAction,
)
from workflow.words import m

LATE_BALLOT = m("测评已有正式结果,参考意见或不得确定为优秀的情形有变化")


@dataclass(frozen=True, slots=True)
class Opened:
    """The result of an opening; ``fresh`` is False when it only confirmed an earlier one."""

    count: Count
    fresh: bool


def open_count(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    entries: Sequence[ShareEntry],
    *,
    rehearsal: bool,
    actor: Actor,
    at: datetime,
) -> Opened:
    """Open the urn of a held meeting with two shares and write its totals, once.

    Raises Refused (right, state, cards not reconciled, root or key that don't fit, figures that
    don't add up, a result unlike the first one), Invalid as ``keys.restore``.
    """
    row = openable(conn, meeting_id, actor)
    public = conn.execute(
        sa.select(KeySet.public_key).where(KeySet.id == row.key_set_id)
    ).scalar_one()
    key, holders = restore(entries, public, rehearsal=rehearsal)
    return open_with_key(conn, urns, meeting_id, key, holders, actor=actor, at=at)


def openable(conn: sa.Connection, meeting_id: int, actor: Actor) -> Any:
    """The locked row of a meeting whose urn this actor may open now. Raises NotVisible, Refused.

    A ballot void for its turnout is never opened: it will be held again, and the two results
    subtracted would tell what the others said.
    """
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, Permission.URN_OPEN, actor)
    surplus_noted(row)
    if not turnout_is_enough(conn, row):
        raise Refused([m("参测人数没有达到规定比例,须重新组织测评")])
    return row


def open_with_key(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    key: X25519PrivateKey,
    holders: Sequence[int],
    *,
    actor: Actor,
    at: datetime,
    opened: Callable[[int], None] = lambda _: None,
) -> Opened:
    """The same with a key restored already, for urns opened in a batch. Raises Refused."""
    row = openable(conn, meeting_id, actor)
    export = urns.export(row.urn_id)
    if export.root != row.urn_root:
        raise Refused([m("密封件的总指纹与封箱时不符,有增减或改动")])
    count = opening.open_urn(
        export,
        package.from_json(row.package),
        key,
        surplus_noted=surplus_noted(row),
        opened=opened,
    )
    return keep_count(conn, urns, row, count, {"holders": list(holders)}, actor=actor, at=at)


def keep_count(
    conn: sa.Connection,
    urns: UrnStore,
    row: Any,
    count: Count,
    how: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> Opened:
    """Write the totals once; a second result must be the same. ``how`` goes into the journal.

    Raises Refused: a result unlike the first one, figures that don't add up.
    """
    text = opening.result_json(count)
    before = conn.execute(sa.select(Tally.result).where(Tally.meeting_id == row.id)).scalar()
    if before is not None and before != text:
        raise Refused([m("这次启封的结果与第一次不同,没有写入;请停止计票,保全两份结果")])
    fresh = before is None
    if fresh:
        write_tally(conn, row, package.from_json(row.package), count, text, at)
    digest = canonical.digest(text)
    found = {"root": count.root, "result": digest, "first": fresh, **how}
    note(conn, row.id, "open_count", found, actor, at)
    if urns.state(row.urn_id) == "closed":
        urns.mark_opened(row.urn_id)
    return Opened(count, fresh)


def surplus_noted(row: Any) -> bool:
    """Whether both tellers noted a surplus. Raises Refused unless the urn may be opened."""
    if row.state not in (MeetingState.HELD, MeetingState.COUNTED) or row.urn_root is None:
        raise Refused([m("测评箱还没有封箱")])
    table = row.reconciliation
    if table is None:
        raise Refused([m("计票人还没有核对测评卡")])
    noted = len(set(table["noted_by"])) >= rule_count("tellers")
    if not table["balanced"] and not noted:
        raise Refused([m("测评卡合计不符的说明须由计票人和监票人都确认")])
    return noted


def sign_tally(conn: sa.Connection, meeting_id: int, *, actor: Actor, at: datetime) -> Role:
    """The teller or the supervisor signs the tally sheet; two different people. Raises Refused."""
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    require_for_thing(conn, Thing.MEETING, row, Permission.TALLY, actor)
    tally = conn.execute(sa.select(Tally).where(Tally.meeting_id == meeting_id)).first()
    if tally is None or row.state != MeetingState.HELD:
        raise Refused([m("票箱还没有启封,或计票结果已经登记")])
    mine = [Role(r) for r, person in (row.tellers or {}).items() if person == actor.person_id]
    if not mine:
        raise Refused([m("只有本场的计票人、监票人签名")])
    signed = {**tally.tellers, mine[0].value: actor.person_id}
    conn.execute(sa.update(Tally).where(Tally.meeting_id == meeting_id).values(tellers=signed))
    seen = {"role": mine[0].value, "root": tally.root, "result": tally.result_digest}
    note(conn, meeting_id, "sign_tally", seen, actor, at)
    return mine[0]


def record_count(
    conn: sa.Connection, urns: UrnStore, meeting_id: int, *, actor: Actor, at: datetime
) -> int:
    """COUNT_MEETING after both signatures; figures that call for it open inquiries (never a grade).

    Returns how many inquiries were opened. Cases that had passed on a provisional result are
    settled (``settle``). The sealed originals go into custody. Raises Refused
    with everything that is missing.
    """
    beside.move(conn, Thing.MEETING, meeting_id, ThingAction.COUNT_MEETING, actor=actor, at=at)
    row = conn.execute(sa.select(Meeting).where(Meeting.id == meeting_id)).one()
    opened = _inquire(conn, row, at)
    settle(conn, row, at)
    if urns.state(row.urn_id) == "opened":
        urns.place_in_custody(row.urn_id)
    return opened


def _inquire(conn: sa.Connection, row: Any, at: datetime) -> int:
    scheme = scheme_of_cycle(conn, row.cycle_id)
    if scheme is None or not scheme.rules.triggers:
        return 0
    head = head_of(conn, row)
    found = disclosures(conn, row, Scope.OFFICE)
    cases = conn.execute(
        sa.select(Case).where(Case.id.in_(list(found))).order_by(Case.sort_key, Case.id)
    ).all()
    # Turnout is the meeting's affair: asked once, of the body.
    rules = [rule for rule in scheme.rules.triggers if rule.figure != "turnout"]
    turnout = [rule for rule in scheme.rules.triggers if rule.figure == "turnout"]
    opened = 0
    for case in cases:
        kind, shown = found[case.id]
        if shown.total is None:
            continue
        asked = [*rules, *turnout] if kind is CaseKind.BODY else rules
        for hit in triggered(asked, kind, rates_of(shown.total, scheme, kind), head):
            open_inquiry(
                conn, case, question=str(hit.sentence), origin=hit.rule.code, actor=SYSTEM, at=at
            )
            opened += 1
    return opened


def settle(conn: sa.Connection, row: Any, at: datetime) -> int:
    """A final ballot ends the provisional passes of its cases; returns how many are looked at anew.

    Only cases whose suggestion or bars would differ are put on the re-look list, and no grade moves
    by itself (M1).
    """
    mine = (
        sa.select(SheetRow.case_id)
        .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
        .where(MeetingSheet.meeting_id == row.id)
    )
    settled = conn.execute(
        sa.update(ProvisionalPass)
        .where(
            ProvisionalPass.case_id.in_(mine),
            ProvisionalPass.stage == Stage.PUBLIC_EVALUATION,
            ProvisionalPass.settled_at.is_(None),
        )
        .values(settled_at=at)
        .returning(ProvisionalPass.case_id)
    ).scalars()
    waiting = sorted(set(settled))
    if not waiting:
        return 0
    before = {
        old.case_id: old
        for old in conn.execute(
            sa.select(Synthesis.case_id, Synthesis.bars, Case.suggested_grade)
            .join(Case, Case.id == Synthesis.case_id)
            .where(Synthesis.case_id.in_(waiting), Synthesis.computed_at.is_not(None))
        )
    }
    rows = [
        _relook(before[new["case_id"]], new, at)
        for new in computed(conn, row.cycle_id, list(before), at=at)
        if _differs(before[new["case_id"]], new)
    ]
    if rows:
        conn.execute(sa.insert(Relook), rows)
        relook.tell(conn, [one["case_id"] for one in rows], SYSTEM, at)
    return len(rows)


def _differs(old: Any, new: dict[str, Any]) -> bool:
    same: bool = old.suggested_grade == new["grade"] and (old.bars or []) == new["values"]["bars"]
    return not same


def _relook(old: Any, new: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "case_id": new["case_id"],
        "reason": all_kept([LATE_BALLOT]),
        "before": _named(old.suggested_grade, old.bars or []),
        "after": _named(new["grade"], new["values"]["bars"]),
        "opened_at": at,
    }


def _named(grade: str | None, bars: Sequence[Any]) -> str:
    word = Grade(grade) if grade else m("没有参考意见")
    return all_kept([m("%(grade)s,不得确定为优秀的情形 %(n)s 项", grade=word, n=len(bars))]) or ""
