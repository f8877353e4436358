"""Whose figures are whose after a change of the scheme: providers and verifiers anew."""

from __future__ import annotations

import sqlalchemy as sa

from cases.models import DataSheet, IndicatorValue
from cases.queries.contradictions import chunks
from cases.queries.providers import departments_of
from cases.queries.scheme import scheme_of_cycle
from workflow.vocabulary import DataSheetState, ValueState

UNSEEN = (ValueState.DRAFT, ValueState.RETURNED, ValueState.SUBMITTED)
"""States of a value that no verifier has vouched for."""


def charge_anew(conn: sa.Connection, cycle_id: int) -> None:
    """Figures that nobody has verified yet follow the scheme's departments, where it changed them.

    One that the scheme has no more, and a department that is no unit, are left as they are.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    named = departments_of(conn, cycle_id)
    value = IndicatorValue
    sheets = sa.select(DataSheet.id).where(
        DataSheet.cycle_id == cycle_id, DataSheet.state != DataSheetState.FROZEN
    )
    open_ones = sa.and_(
        value.sheet_id.in_(sheets), value.superseded.is_(False), value.state.in_(UNSEEN)
    )
    rows = conn.execute(
        sa.select(
            value.id, value.indicator, value.provider_unit_id, value.verifier_unit_id,
            DataSheet.unit_id,
        )
        .join(DataSheet, DataSheet.id == value.sheet_id)
        .where(open_ones)
    )  # fmt: skip
    changed: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        leaf = scheme.entered.get(row.indicator) if scheme is not None else None
        provider = named.unit(leaf.provider) if leaf is not None else None
        if leaf is None or provider is None:
            continue
        verifier = named.verifying(leaf.verifier, provider, row.unit_id)
        if verifier and (provider, verifier) != (row.provider_unit_id, row.verifier_unit_id):
            changed.setdefault((provider, verifier), []).append(row.id)
    for (provider, verifier), ids in changed.items():
        for part in chunks(ids):
            conn.execute(
                sa.update(value)
                .where(value.id.in_(part))
                .values(provider_unit_id=provider, verifier_unit_id=verifier)
            )
