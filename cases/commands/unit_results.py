"""A unit's own performance result and people's satisfaction, with document and source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.commands import relook
from cases.errors import Invalid, Refused
from cases.journal import Draft, append
from cases.journal.bases import results_said
from cases.models import Cycle, UnitResult
from cases.scoring.plausibility import NoFigure, read_figure
from workflow.permissions import Actor, Resource, permits
from workflow.vocabulary import Permission
from workflow.words import m

KINDS = ("performance", "satisfaction")
LONGEST = 200


def record_results(
    conn: sa.Connection,
    cycle_id: int,
    kind: str,
    rows: Sequence[tuple[int, str, str, str]],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Record (unit id, score 0–100, source, document) rows; a unit's earlier row is replaced.

    Raises Refused without the right, Invalid naming the first row that can't be taken.
    """
    if kind not in KINDS:
        raise Invalid({"kind": m("没有这种结果")})
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    ).scalar_one()
    permit = permits(actor, Permission.GATE_PASS, Resource(organ_id=organ))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    clean = [_row(number, *row) for number, row in enumerate(rows, 1)]
    _once(clean)
    conn.execute(
        sa.delete(UnitResult).where(
            UnitResult.cycle_id == cycle_id,
            UnitResult.kind == kind,
            UnitResult.unit_id.in_([r["unit_id"] for r in clean]),
        )
    )
    more = {"cycle_id": cycle_id, "kind": kind, "entered_by": actor.person_id, "entered_at": at}
    conn.execute(sa.insert(UnitResult), [{**row, **more} for row in clean])
    append(
        conn,
        Draft(
            subject="unit_results",
            subject_id=cycle_id,
            action=f"record_{kind}",
            at=at,
            payload={"units": len(clean), "results": results_said(clean)},
        ).by(actor),
    )
    units = [row[0] for row in rows]
    relook.settle(conn, cycle_id, units, why=m("单位结果导入或更正"), actor=actor, at=at)
    return len(clean)


def _once(rows: Sequence[dict[str, object]]) -> None:
    seen: dict[object, int] = {}
    for number, row in enumerate(rows, 1):
        first = seen.setdefault(row["unit_id"], number)
        if first != number:
            said = m("第 %(n)s 行与第 %(first)s 行是同一个单位", n=number, first=first)
            raise Invalid({"unit": said})


def _row(number: int, unit_id: int, score: str, source: str, document: str) -> dict[str, object]:
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
