"""One sheet over many units: their bodies rated by people of peer units, or by superior leaders.

Peers hold cards of their unit's own group, so that these cards don't show their own unit; all such
groups are counted as one electorate, and no figure is ever given for a single unit's people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.meeting import found, last_number, scheme_for
from cases.commands.meeting_layout import COLOURS, group_row, list_many
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid
from cases.models import Cycle, MeetingUnit, Unit, VoterGroup
from cases.queries.meeting_plan import ratable
from cases.scoring.ballots_shapes import Electorate
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.vocabulary import (
    CaseKind,
    MeetingKind,
    MeetingState,
    Permission,
    Thing,
    VoterOrigin,
)
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class AssemblyForm:
    """An assembly to plan. ``units`` are rated; ``each``: people from every one of them where the
    electorate is one of peers, else people due in all."""

    title: str
    planned_on: date
    electorate: str
    units: Collection[int]
    each: int
    kind: CaseKind = CaseKind.BODY
    place: str = ""


def plan_assembly(
    conn: sa.Connection, cycle_id: int, form: AssemblyForm, *, actor: Actor, at: datetime
) -> int:
    """Plan an assembly at the managing organ; returns its id.

    Raises Refused without the right or a scheme, Invalid by field.
    """
    cycle = require_for_cycle(conn, cycle_id, Permission.MEETING_PLAN, actor, lock=True)
    scheme = scheme_for(conn, cycle_id)
    one = scheme.ballot.electorates.get(form.electorate)
    rows = [r for r in ratable(conn, cycle_id, form.units) if r.kind == form.kind]
    faults = _faults(form, one, len(rows))
    if one is not None and "electorate" not in faults and not _weighed(scheme, form):
        faults["electorate"] = m("方案里“%(group)s”在这里没有权重,评了不计分", group=one.title)
    if faults or one is None:
        raise Invalid(faults)
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)
    ).scalar_one()
    values = {
        "ref": f"{cycle.ref}-CP{last_number(conn, cycle_id) + 1:03d}",
        "cycle_id": cycle_id,
        "unit_id": organ,
        "kind": MeetingKind.ASSEMBLY,
        "with_items": False,
        "title": form.title.strip(),
        "place": form.place.strip() or None,
        "planned_on": form.planned_on,
        "state": MeetingState.PLANNED,
    }
    meeting_id = found(conn, values)
    rated = sorted({row.unit_id for row in rows})
    conn.execute(
        sa.insert(MeetingUnit),
        [{"meeting_id": meeting_id, "unit_id": unit, "rates": form.kind} for unit in rated],
    )
    place = list(scheme.ballot.electorates).index(one.code)
    conn.execute(sa.insert(VoterGroup), _groups(conn, meeting_id, place, one, form))
    list_many(conn, scheme, meeting_id, form.kind, rows)
    beside.created(
        conn, Thing.MEETING, meeting_id, actor=actor, at=at,
        payload={"ref": values["ref"], "planned_on": form.planned_on},
    )  # fmt: skip
    return meeting_id


def _weighed(scheme: Scheme, form: AssemblyForm) -> bool:
    """Whether what the electorate says counts for any of those rated."""
    places = ("body",) if form.kind is CaseKind.BODY else ("chief", "deputy", "other")
    return any(scheme.ballot.weights.get(p, {}).get(form.electorate, 0) > 0 for p in places)


def _faults(form: AssemblyForm, one: Electorate | None, rows: int) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not form.title.strip():
        faults["title"] = m("请填写会议名称")
    if one is None or one.named:
        faults["electorate"] = m("请选择参评类别")
    if not rows:
        faults["units"] = m("请选择要测评的单位")
    elif one is not None and one.exclude_own_unit and len(set(form.units)) < 3:
        faults["units"] = m("互评至少要有 3 个单位:只有两个单位时,就能知道是谁评的")
    if form.each < 1:
        faults["each"] = m("人数至少为 1")
    return faults


def _groups(
    conn: sa.Connection, meeting_id: int, place: int, one: Electorate, form: AssemblyForm
) -> list[Mapping[str, object]]:
    """One group of cards for each unit's people where they come from peers, else one for all."""
    if one.origin is not VoterOrigin.PEER_UNITS:
        return [group_row(meeting_id, place, one, form.each, typed=True)]
    units = conn.execute(
        sa.select(Unit.id, Unit.name, Unit.short_name)
        .where(Unit.id.in_(form.units))
        .order_by(Unit.sort_no, Unit.id)
    )
    plain = group_row(meeting_id, place, one, form.each, typed=True)
    return [
        {
            **plain,
            "code": f"{one.code}-{unit.id}",
            "title": f"{one.title.zh}（{unit.short_name or unit.name}）",
            "unit_id": unit.id,
            "colour": COLOURS[place % len(COLOURS)],
        }
        for unit in units
    ]
