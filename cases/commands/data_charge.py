"""Whose figures and entries are whose after a change of the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.data_values import note_many
from cases.journal.kept import written
from cases.models import Cycle, DataSheet, IndicatorValue, UnitItem
from cases.queries.contradictions import chunks
from cases.queries.providers import Departments, departments
from cases.queries.scheme import scheme_of_cycle
from workflow.permissions import Actor
from workflow.vocabulary import DataSheetState, ValueState

UNSEEN = (ValueState.DRAFT, ValueState.RETURNED, ValueState.SUBMITTED)
"""States of a value or an entry that no verifier has vouched for."""


def charge_anew(conn: sa.Connection, cycle_id: int, *, actor: Actor, at: datetime) -> None:
    """What nobody has verified yet follows the scheme's departments, where it changed them:
    figures, deductions and bonuses.

    One that the scheme has no more, and a department that is no unit, are left as they are.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    ).scalar_one()
    named = departments(conn, organ)
    v, i = IndicatorValue, UnitItem
    _charge(conn, cycle_id, named, v, v.indicator, sa.not_(v.superseded), scheme.entered, None)
    moved = _charge(conn, cycle_id, named, i, i.item, i.withdrawn_at.is_(None), scheme.items, organ)
    by_sheet: dict[int, list[Any]] = {}
    for part in chunks(moved):
        for row in conn.execute(sa.select(i).where(i.id.in_(part)).order_by(i.id)):
            by_sheet.setdefault(row.sheet_id, []).append(row)
    said = {
        sheet: {"indicators": [row.item for row in rows], **written("item_kept", rows)}
        for sheet, rows in by_sheet.items()
    }
    note_many(conn, "charge_item", said, actor, at)


def _charge(
    conn: sa.Connection, cycle_id: int, named: Departments, of: Any, code: Any, current: Any,
    charged: Mapping[str, Any], otherwise: int | None,
) -> list[int]:  # fmt: skip
    """Rows of one table; ``otherwise`` provides where the scheme names nobody. Returns whose."""
    rows = conn.execute(
        sa.select(of.id, code, of.provider_unit_id, of.verifier_unit_id, DataSheet.unit_id)
        .join(DataSheet, DataSheet.id == of.sheet_id)
        .where(
            DataSheet.cycle_id == cycle_id,
            DataSheet.state != DataSheetState.FROZEN,
            current,
            of.state.in_(UNSEEN),
        )
    )
    changed: dict[tuple[int, int], list[int]] = {}
    for row_id, told, provided, verified, assessed in rows:
        one = charged.get(told)
        if one is None:
            continue
        provider = named.unit(one.provider) if one.provider else otherwise
        verifier = named.verifying(one.verifier, provider, assessed)
        if provider and verifier and (provider, verifier) != (provided, verified):
            changed.setdefault((provider, verifier), []).append(row_id)
    for (provider, verifier), ids in changed.items():
        for part in chunks(ids):
            conn.execute(
                sa.update(of)
                .where(of.id.in_(part))
                .values(provider_unit_id=provider, verifier_unit_id=verifier)
            )
    return [row_id for ids in changed.values() for row_id in ids]
