"""Deductions and bonuses as rows of the data sheet on paper."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from cases.documents.context import Group
from cases.queries.unit_items import EntryRow, counted_on, settled
from cases.scoring.exact import plain
from cases.scoring.shapes import Item, Scheme


def item_groups(conn: sa.Connection, sheet_id: int, scheme: Scheme | None) -> tuple[Group, ...]:
    """The verified entries of a sheet as a group of its own; none without any."""
    rows = counted_on(conn, sheet_id)
    if scheme is None or not rows:
        return ()
    lines = tuple(_row(n, scheme.items.get(r.item), r) for n, r in enumerate(rows, 1))
    sums = "，".join(
        f"{scheme.items[code].title.zh}{_signed(one.points)}分"
        for code, one in settled(scheme, rows).items()
    )
    return (Group(title="加减分事项", rows=lines, count=f"共{len(lines)}条。按上限计：{sums}。"),)


def _row(n: int, item: Item | None, row: EntryRow) -> tuple[str, ...]:
    title = item.title.zh if item is not None else row.item
    bonus = item is not None and item.kind == "bonus"
    amount = str(row.cases) if row.cases is not None else f"{'+' if bonus else '−'}{row.points}"
    source = "，".join(t for t in (row.provider, row.document or row.source) if t)
    return (
        str(n), f"{title}：{row.fact}", amount, "分" if row.cases is None else "起", source,
        row.entered, row.verified,
    )  # fmt: skip


def _signed(points: Decimal) -> str:
    return plain(points).replace("-", "−")
