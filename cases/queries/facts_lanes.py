"""Facts of the lanes that run beside one another: report, data, evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import DataSheet, Meeting, MeetingUnit, ProvisionalPass, ReportSection, Talk
from cases.queries.by_ids import ByIds
from cases.scoring.shapes import Scheme
from forms.validators import count_chars
from workflow import facts
from workflow.rules import rule_count
from workflow.vocabulary import CaseKind, DataSheetState, MeetingState, ReportSectionState, Stage

Schemes = Mapping[int, Scheme]
Raw = dict[int, dict[str, Any]]

TALKS_FOR_BALLOT = rule_count("talks_for_ballot")
"""At least so many signed talks stand for a ballot; full coverage is judged by the group."""


_SECTIONS = ByIds(
    ReportSection.case_id,
    sa.select(ReportSection.case_id, ReportSection.key, ReportSection.text, ReportSection.state),
)
_SHEETS = ByIds(
    DataSheet.unit_id, sa.select(DataSheet.cycle_id, DataSheet.unit_id, DataSheet.state)
)
_PASSES = ByIds(
    ProvisionalPass.case_id,
    sa.select(ProvisionalPass.case_id, ProvisionalPass.stage).where(
        ProvisionalPass.settled_at.is_(None)
    ),
)
_MEETINGS = ByIds(
    MeetingUnit.unit_id,
    sa.select(Meeting.cycle_id, MeetingUnit.unit_id, MeetingUnit.rates, Meeting.state)
    .join(Meeting, Meeting.id == MeetingUnit.meeting_id)
    .where(Meeting.state != MeetingState.CANCELLED)
    .order_by(Meeting.id),
)
_UNSETTLED = frozenset({MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.HELD})
TALKS = ByIds(
    Talk.case_id,
    sa.select(Talk.case_id, sa.func.count())
    .where(
        Talk.replaces_ballot, Talk.first_signed_at.is_not(None), Talk.second_signed_at.is_not(None)
    )
    .group_by(Talk.case_id),
)
"""Case id, signed talks that stand for the ballot."""


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def window(timetable: Mapping[str, Any], stage: Stage) -> facts.Window:
    """The window of a stage in a cycle's timetable; empty where it has none."""
    row = timetable.get(stage.value) or {}
    return facts.Window(_day(row.get("opens")), _day(row.get("due")), _day(row.get("extended")))


def report(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Sections with their lengths, by the scheme's list; what is not written counts as empty."""
    written: dict[int, dict[str, Any]] = defaultdict(dict)
    for section in _SECTIONS.rows(conn, list(raw)):
        written[section.case_id][section.key] = section
    for row in rows:
        values = raw[row.id]
        values["report_window"] = window(row.timetable, Stage.SELF_REPORT)
        scheme = schemes.get(row.id)
        if scheme is None:
            continue
        sections = tuple(
            _section(one, written[row.id].get(one.code))
            for one in scheme.sections[CaseKind(row.kind)]
        )
        values["sections"] = sections
        values["report_length"] = sum(s.length for s in sections)
        values["report_maximum"] = scheme.total_limit[CaseKind(row.kind)]


def _section(one: Any, written: Any) -> facts.ReportSection:
    return facts.ReportSection(
        key=one.code,
        title=one.title.zh,
        length=count_chars(written.text) if written else 0,
        minimum=max(one.minimum, 1) if one.required else 0,
        maximum=one.limit,
        state=ReportSectionState(written.state) if written else ReportSectionState.EMPTY,
    )


def _units(rows: Sequence[Any]) -> list[int]:
    return sorted({r.unit_id for r in rows})


def data(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The state of the unit's data sheet; None where the scheme has no sheet for it."""
    found = _SHEETS.rows(conn, _units(rows))
    states = {(c, u): DataSheetState(s) for c, u, s in found}
    for row in rows:
        raw[row.id]["sheet_state"] = states.get((row.cycle_id, row.unit_id))


def provisional(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Which gates were passed on a recorded provisional input that is not settled yet."""
    for case_id, stage in _PASSES.rows(conn, list(raw)):
        key = "data_provisional" if stage == Stage.DATA_COLLECTION else "evaluation_provisional"
        raw[case_id][key] = True


def evaluation(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The unit's meeting (the latest not cancelled; an assembly that also rates the case and isn't
    counted yet goes before it) and whether talks stand for the ballot."""
    states: dict[tuple[int, int], MeetingState] = {}
    beside: dict[tuple[int, int, str], MeetingState] = {}
    for cycle, unit, rates, state in _MEETINGS.rows(conn, _units(rows)):
        if rates is None:
            states[cycle, unit] = MeetingState(state)
        elif state in _UNSETTLED:
            beside[cycle, unit, rates] = MeetingState(state)
    signed = {case_id: n for case_id, n in TALKS.rows(conn, list(raw))}
    for row in rows:
        own = states.get((row.cycle_id, row.unit_id))
        waits = beside.get((row.cycle_id, row.unit_id, row.kind))
        raw[row.id]["meeting_state"] = own if waits is None or own in _UNSETTLED else waits
        raw[row.id]["talks_complete"] = signed.get(row.id, 0) >= TALKS_FOR_BALLOT
