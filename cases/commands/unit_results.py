"""A unit's own performance result and people's satisfaction, with document and source.

One person of the office records them, another confirms them; nobody confirms his own unit's. Only
what is confirmed counts, and an earlier confirmed result counts until then.
Source: rules of practice M1 and M8; a step done by the same person is closed to him.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import relook
from cases.errors import Invalid, Refused, Stale
from cases.journal import note
from cases.journal.bases import (
    CONFIRMING,
    RECORDING,
    RETURNING,
    confirmed_said,
    pending_said,
)
from cases.models import Cycle, UnitResult, UnitResultEntry
from cases.queries.late_figures import results_said
from cases.queries.unit_results import Waiting, waiting_results
from cases.scoring.plausibility import NoFigure, read_figure
from cases.scoring.rule_shapes import Title
from workflow.permissions import Actor, Resource, permits
from workflow.vocabulary import Permission
from workflow.words import m

KINDS = ("performance", "satisfaction")
TITLES = {
    "performance": Title("绩效（目标责任）结果", "performance (target) result"),
    "satisfaction": Title("群众满意度", "public satisfaction"),
}
LONGEST = 200
LEAST_REASON = 5
MOST_REASON = 500


def record_results(
    conn: sa.Connection,
    cycle_id: int,
    kind: str,
    rows: Sequence[tuple[int, str, str, str]],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Record (unit id, score 0–100, source, document) rows, to be confirmed by another person; what
    waits of a unit already is replaced. Returns how many.

    Raises Refused without the right, Invalid naming the first row that can't be taken.
    """
    if kind not in KINDS:
        raise Invalid({"kind": m("没有这种结果")})
    permit = permits(actor, Permission.GATE_PASS, Resource(organ_id=_organ(conn, cycle_id)))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    clean = [_row(number, *row) for number, row in enumerate(rows, 1)]
    _once(clean)
    e = UnitResultEntry
    units = [r["unit_id"] for r in clean]
    conn.execute(sa.delete(e).where(e.cycle_id == cycle_id, e.kind == kind, e.unit_id.in_(units)))
    more = {"cycle_id": cycle_id, "kind": kind, "entered_by": actor.person_id, "entered_at": at}
    made = [{**row, **more, "return_reason": None} for row in clean]
    conn.execute(sa.insert(e), made)
    said = {"units": len(clean), "results": pending_said(made)}
    note(conn, "unit_results", cycle_id, RECORDING + kind, said, actor, at)
    return len(clean)


def confirm_results(
    conn: sa.Connection,
    cycle_id: int,
    chosen: Mapping[int, str],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Confirm recorded results, all or none: id -> its mark as the page showed it.

    Raises Refused with every reason: recorded by oneself, one's own unit's, without the right;
    Stale for a result recorded anew, returned or confirmed since.
    """
    lines = _chosen(conn, cycle_id, chosen, actor)
    units = sorted({line.unit_id for line in lines})
    relook.hold(conn, cycle_id, units)
    e, r = UnitResultEntry, UnitResult
    for kind, found in _by_kind(lines).items():
        theirs = [line.unit_id for line in found]
        of_kind = (r.cycle_id == cycle_id, r.kind == kind, r.unit_id.in_(theirs))
        conn.execute(sa.delete(r).where(*of_kind))
        made = [_in_force(line, actor, at) for line in found]
        conn.execute(sa.insert(r), made)
        said = {"units": len(theirs), "results": confirmed_said(made)}
        note(conn, "unit_results", cycle_id, CONFIRMING + kind, said, actor, at)
    conn.execute(sa.delete(e).where(e.id.in_([line.id for line in lines])))
    told = results_said((x.unit, TITLES[x.kind], x.score, x.document) for x in lines)
    relook.settle(
        conn, cycle_id, units, why=m("单位结果导入或更正"), about=lambda _: told, actor=actor, at=at
    )
    return len(lines)


def return_results(
    conn: sa.Connection,
    cycle_id: int,
    chosen: Mapping[int, str],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Give recorded results back with the reason; they are recorded anew. Raises as confirming,
    Invalid for the reason."""
    said = reason.strip()
    if not LEAST_REASON <= len(said) <= MOST_REASON:
        told = m("退回理由要写 %(least)s 至 %(most)s 个字", least=LEAST_REASON, most=MOST_REASON)
        raise Invalid({"reason": told})
    lines = _chosen(conn, cycle_id, chosen, actor)
    e = UnitResultEntry
    ids = [line.id for line in lines]
    back = conn.execute(
        sa.update(e).where(e.id.in_(ids)).values(return_reason=said).returning(e)
    ).mappings()
    by_kind = _by_kind(list(back))
    for kind, found in by_kind.items():
        payload = {"units": len(found), "reason": said, "results": pending_said(found)}
        note(conn, "unit_results", cycle_id, RETURNING + kind, payload, actor, at)
    return len(lines)


def _organ(conn: sa.Connection, cycle_id: int) -> int:
    """The cycle's organ; its row is held, so that two who record or confirm wait for each other."""
    organ = sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    return int(conn.execute(organ.with_for_update(key_share=True)).scalar_one())


def _chosen(
    conn: sa.Connection, cycle_id: int, chosen: Mapping[int, str], actor: Actor
) -> list[Waiting]:
    """The results chosen, as they wait. Raises Refused, Stale, Invalid for none."""
    if not chosen:
        raise Invalid({"take": m("至少选一项")})
    _organ(conn, cycle_id)
    waits = {line.id: line for line in waiting_results(conn, cycle_id, actor)}
    lines = [waits[one] for one in sorted(chosen) if one in waits]
    if len(lines) < len(chosen) or any(line.mark != chosen[line.id] for line in lines):
        raise Stale("unit_results")
    refused = list(dict.fromkeys(line.closed for line in lines if line.closed is not None))
    if refused:
        raise Refused(refused)
    return lines


def _by_kind(lines: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        found[line["kind"] if isinstance(line, Mapping) else line.kind].append(line)
    return found


def _in_force(line: Waiting, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "cycle_id": line.cycle_id, "unit_id": line.unit_id, "kind": line.kind,
        "score": line.score, "source": line.source, "document": line.document,
        "entered_by": line.entered_by, "entered_at": line.entered_at,
        "confirmed_by": actor.person_id, "confirmed_at": at,
    }  # fmt: skip


def _once(rows: Sequence[dict[str, Any]]) -> None:
    seen: dict[object, int] = {}
    for number, row in enumerate(rows, 1):
        first = seen.setdefault(row["unit_id"], number)
        if first != number:
            said = m("第 %(n)s 行与第 %(first)s 行是同一个单位", n=number, first=first)
            raise Invalid({"unit": said})


def _row(number: int, unit_id: int, score: str, source: str, document: str) -> dict[str, Any]:
    try:
        value = read_figure(score)
    except NoFigure as bad:
        said = m("第 %(n)s 行的得分有误:%(text)s", n=number, text=bad.sentence)
        raise Invalid({"score": said}) from bad
    if not 0 <= value <= 100:
        raise Invalid({"score": m("第 %(n)s 行的得分要在 0 至 100 之间", n=number)})
    if not source.strip() or not document.strip():
        raise Invalid({"source": m("第 %(n)s 行要写明来源和文号", n=number)})
    if max(len(source.strip()), len(document.strip())) > LONGEST:
        said = m("第 %(n)s 行的来源和文号各不超过 %(most)s 个字", n=number, most=LONGEST)
        raise Invalid({"source": said})
    return {
        "unit_id": unit_id,
        "score": f"{value:f}",
        "source": source.strip(),
        "document": document.strip(),
    }
