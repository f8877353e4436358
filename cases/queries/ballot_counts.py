"""The stored counts: what the disclosure rule gave the office when the urn was opened.

Scores and the refusal of a second ballot read them here; nothing else does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from cases.ballot_box.disclosure import Cell
from cases.models import BallotCount
from workflow.vocabulary import CaseKind

Counts = dict[str, dict[str, int]]
"""Merged electorates (``A+B``) -> option -> ballots."""


def counts_of(conn: sa.Connection, case_ids: Collection[int]) -> dict[int, Counts]:
    """Case id -> counts of the overall grade. Sheets beside body and cadre, and single items,
    never feed a score (M10)."""
    found: dict[int, Counts] = defaultdict(lambda: defaultdict(dict))
    rows = conn.execute(
        sa.select(
            BallotCount.case_id, BallotCount.groups, BallotCount.option, BallotCount.count
        ).where(
            BallotCount.case_id.in_(case_ids),
            BallotCount.kind.in_([CaseKind.BODY.value, CaseKind.CADRE.value]),
            BallotCount.item == "",
        )
    )
    for case_id, groups, option, count in rows:
        found[case_id][groups][option] = count
    return found


def counted_before(conn: sa.Connection, case_ids: Collection[int], urn_id: str | None) -> set[Cell]:
    """What was counted of these cases by other urns than this one."""
    rows = conn.execute(
        sa.select(BallotCount.kind, BallotCount.item, BallotCount.case_id, BallotCount.groups)
        .where(BallotCount.case_id.in_(case_ids), BallotCount.urn_id != (urn_id or ""))
        .distinct()
    )
    return {
        (kind, item, str(case_id), electorate)
        for kind, item, case_id, groups in rows
        for electorate in groups.split("+")
    }
