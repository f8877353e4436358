"""The open reports that an uploaded document may go into."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.models import Case, ReportSection, SelfReport
from cases.queries.self_report import EDITABLE
from cases.queries.visibility import visible
from forms.validators import count_chars
from workflow.permissions import Actor
from workflow.vocabulary import Permission, State


@dataclass(frozen=True, slots=True)
class DraftState:
    """Where one draft stands before an upload."""

    version: int
    saved_at: datetime | None
    texts: Mapping[str, str]

    @property
    def length(self) -> int:
        """Characters written so far."""
        return sum(count_chars(text) for text in self.texts.values())

    def holds(self, texts: Mapping[str, str]) -> bool:
        """Whether the draft already has these texts."""
        return all(self.texts.get(code) == text for code, text in texts.items())


def upload_targets(conn: sa.Connection, actor: Actor) -> list[Any]:
    """Rows of ``cases`` the actor may enter reports for and that have begun, in official order.

    Also those not open for writing any more: an upload for them is refused by name.
    """
    begun = [s for s in State if s not in (State.SCOPED, State.NOT_ASSESSED)]
    return list(
        conn.execute(
            sa.select(Case)
            .where(visible(conn, actor, Permission.REPORT_ENTER), Case.state.in_(begun))
            .order_by(Case.cycle_id.desc(), Case.sort_key, Case.id)
        )
    )


def drafts_of(conn: sa.Connection, case_ids: Collection[int]) -> dict[int, DraftState]:
    """Case id -> its draft; 1 and no text where nobody has written yet."""
    texts: dict[int, dict[str, str]] = {}
    for case_id, key, text in conn.execute(
        sa.select(ReportSection.case_id, ReportSection.key, ReportSection.text).where(
            ReportSection.case_id.in_(case_ids)
        )
    ):
        texts.setdefault(case_id, {})[key] = text
    heads = {
        row.case_id: row
        for row in conn.execute(sa.select(SelfReport).where(SelfReport.case_id.in_(case_ids)))
    }
    return {
        case_id: DraftState(
            heads[case_id].draft_version if case_id in heads else 1,
            heads[case_id].saved_at if case_id in heads else None,
            texts.get(case_id, {}),
        )
        for case_id in case_ids
    }


def is_open(case: Any) -> bool:
    """Whether a report may still be written into."""
    return case.state in EDITABLE
