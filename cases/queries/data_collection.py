"""What the case page shows of the data, talks, inquiries and opinions beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.models import DataSheet, ProvisionalPass, Synthesis, Talk
from cases.queries.data_sheet import Column, columns_of_sheet, load_sheet
from cases.queries.inquiry import InquiryRow, inquiries
from cases.queries.opinions import opinions_of_case
from cases.queries.scheme import scheme_of_cycle
from cases.queries.unit_items import EntryRow, items_of_sheet
from cases.queries.visibility import context_of, resource_for
from workflow.permissions import Actor, permits
from workflow.vocabulary import DataSheetState, Permission, Stage

P = Permission


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of the unit; its score, what it contributes, its share of the whole (0 to 1),
    where the reader may see it.
    """

    column: Column
    score: Decimal | None
    points: Decimal | None
    of: Decimal | None

    @property
    def lost(self) -> Decimal | None:
        """What the total lacks because of this indicator."""
        return None if self.of is None or self.points is None else self.of * 100 - self.points


@dataclass(frozen=True, slots=True)
class Beside:
    """The parts beside the case; a part the reader may not see is None."""

    sheet: Any
    state: DataSheetState | None
    figures: tuple[Figure, ...]
    total: Decimal | None
    entries: tuple[tuple[EntryRow, Any], ...]
    """Deductions and bonuses of the unit, each with its item of the scheme (None: no more)."""
    provisional: Any
    talks: tuple[int, int] | None
    inquiries: list[InquiryRow] | None
    opinions: list[Any] | None

    @property
    def most_lost(self) -> Decimal:
        """The longest bar of points lost."""
        return max((f.lost for f in self.figures if f.lost is not None), default=Decimal(0))


_PASSED = (
    sa.select(ProvisionalPass)
    .where(
        ProvisionalPass.case_id == sa.bindparam("case", type_=sa.BigInteger),
        ProvisionalPass.stage == Stage.DATA_COLLECTION,
    )
    .order_by(ProvisionalPass.id.desc())
    .limit(1)
)
_SHEET = sa.select(DataSheet.id).where(
    DataSheet.cycle_id == sa.bindparam("cycle", type_=sa.BigInteger),
    DataSheet.unit_id == sa.bindparam("unit", type_=sa.BigInteger),
)


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """What ``stages/data_collection/case_section.html`` needs, cut down to the actor's rights."""
    context, resource = context_of(conn, actor, case), resource_for(conn, actor, case)
    may = {
        p: bool(permits(actor, p, resource, context))
        for p in (P.DATA_READ, P.SYNTHESIS_READ, P.TALK_READ, P.INQUIRY_CONDUCT, P.OPINION_ASK)
    }
    sheet = _sheet(conn, case, actor) if may[P.DATA_READ] else None
    explained = _explained(conn, case) if may[P.SYNTHESIS_READ] and sheet is not None else {}
    columns = columns_of_sheet(conn, sheet, actor) if sheet is not None else ()
    passed = conn.execute(_PASSED, {"case": case.id}).first()
    beside = Beside(
        sheet=sheet,
        state=DataSheetState(sheet.state) if sheet is not None else None,
        figures=tuple(_figure(c, explained) for c in columns),
        total=_number(explained.get("total")),
        entries=_entries(conn, case, sheet, actor),
        provisional=passed if may[P.DATA_READ] else None,
        talks=_talks(conn, case) if may[P.TALK_READ] else None,
        inquiries=inquiries(conn, actor, case_id=case.id) if may[P.INQUIRY_CONDUCT] else None,
        opinions=opinions_of_case(conn, case.id) if may[P.OPINION_ASK] else None,
    )
    return {"case": case, "beside": beside, "records_talks": may[P.TALK_READ]}


def _sheet(conn: sa.Connection, case: Any, actor: Actor) -> Any:
    sheet_id = conn.execute(_SHEET, {"cycle": case.cycle_id, "unit": case.unit_id}).scalar()
    return load_sheet(conn, actor, P.DATA_READ, sheet_id) if sheet_id is not None else None


def _explained(conn: sa.Connection, case: Any) -> dict[str, Any]:
    """The unit's scoresheet as the synthesis kept it."""
    stored = conn.execute(
        sa.select(Synthesis.scoresheet).where(Synthesis.case_id == case.id)
    ).scalar()
    unit = (stored or {}).get("unit")
    return dict(unit) if unit else {}


def _entries(
    conn: sa.Connection, case: Any, sheet: Any, actor: Actor
) -> tuple[tuple[EntryRow, Any], ...]:
    rows = [] if sheet is None else items_of_sheet(conn, sheet.id, actor)
    standing = [row for row in rows if row.withdrawn_at is None]
    scheme = scheme_of_cycle(conn, case.cycle_id) if standing else None
    items = {} if scheme is None else scheme.items
    return tuple((row, items.get(row.item)) for row in standing)


def _figure(column: Column, explained: dict[str, Any]) -> Figure:
    listed = (*explained.get("groups", ()), *explained.get("rows", ()))
    row = {row["indicator"]: row for row in listed}.get(column.code, {})
    return Figure(
        column,
        _number(row.get("points") or row.get("score")),
        _number(row.get("contribution")),
        _number(row.get("effective")),
    )


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _talks(conn: sa.Connection, case: Any) -> tuple[int, int]:
    """How many talks were recorded, and how many both talkers signed."""
    row = conn.execute(
        sa.select(sa.func.count(), sa.func.count(Talk.second_signed_at)).where(
            Talk.case_id == case.id
        )
    ).one()
    return row[0], row[1]
