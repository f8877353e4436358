"""What a notice or reminder is about: the few facts of a case or thing that may be told.

Never a grade, never a score, never a reason: a message says what waits and where.
A fixed number of queries per kind of thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.models import (
    CanvassingReport,
    Case,
    Correction,
    Cycle,
    DataSheet,
    Filing,
    Hold,
    IndicatorValue,
    Inquiry,
    Measure,
    Meeting,
    NegativeRating,
    OpinionRequest,
    Pool,
    PublicityObjection,
    Review,
    Survey,
    Unit,
    UnitItem,
)
from cases.queries.by_ids import ByIds
from workflow.vocabulary import CaseKind, Role, Thing, ValueState

Key = tuple[Thing, int]
_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Matter:
    """A case or thing as messages name it, and the places whose roles are told of it.

    ``units`` name other units than ``unit_id`` for a role (provider, addressed body, responsible
    organ); ``people`` name persons who hold a role by the matter itself.
    """

    thing: Thing
    id: int
    label: str
    unit_name: str
    cycle: str
    state: str
    cycle_id: int
    organ_id: int
    unit_id: int | None = None
    class_code: str | None = None
    case_id: int | None = None
    case_ref: str | None = None
    person_id: int | None = None
    body_unit_id: int | None = None
    due_on: date | None = None
    entered_at: datetime | None = None
    units: Mapping[Role, tuple[int, ...]] = field(default_factory=dict)
    people: Mapping[Role, tuple[int, ...]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """How others ask for it."""
        return (self.thing, self.id)


_CASE = (
    Case.id.label("case_id"), Case.ref, Case.kind, Case.subject_name, Case.unit_name,
    Case.unit_id, Case.managing_organ_id, Case.class_code, Case.person_id, Case.body_unit_id,
    Case.commenter_id, Case.cycle_id, Cycle.title.label("cycle"),
)  # fmt: skip

_CASES = ByIds(
    Case.id,
    sa.select(*_CASE, Case.state, Case.due_on, Case.entered_at).join(
        Cycle, Cycle.id == Case.cycle_id
    ),
)

_HANGING: dict[Thing, tuple[Any, ...]] = {
    # thing -> model, due day, role held by the matter itself, person, unit
    Thing.INQUIRY: (Inquiry, Inquiry.due_on, Role.ASSESSMENT_GROUP, Inquiry.owner_id, None),
    Thing.OBJECTION: (PublicityObjection, None, None, None, None),
    Thing.REVIEW: (Review, Review.due_on, None, None, None),
    Thing.MEASURE: (
        Measure, Measure.due_on, Role.RESPONSIBLE_ORGAN, Measure.owner_id, Measure.owner_unit_id,
    ),
    Thing.FILING: (Filing, Filing.due_on, None, None, None),
    Thing.HOLD: (Hold, Hold.review_on, None, None, None),
    Thing.CORRECTION: (Correction, None, None, None, None),
}  # fmt: skip


def matters(conn: sa.Connection, keys: Collection[Key]) -> dict[Key, Matter]:
    """The matters that exist among the keys."""
    wanted: dict[Thing, list[int]] = defaultdict(list)
    for thing, number in dict.fromkeys(keys):
        wanted[thing].append(number)
    found: dict[Key, Matter] = {}
    for thing, ids in wanted.items():
        for start in range(0, len(ids), _CHUNK):
            for matter in _read(conn, thing, ids[start : start + _CHUNK]):
                found[matter.key] = matter
    return found


def _read(conn: sa.Connection, thing: Thing, ids: list[int]) -> list[Matter]:
    if thing is Thing.CASE:
        return _cases(conn, ids)
    if thing in _HANGING:
        return _hanging(conn, thing, ids)
    if thing is Thing.DATA_SHEET:
        return _sheets(conn, ids)
    return [_shared(thing, row) for row in conn.execute(_SHARED[thing].where(_ID[thing].in_(ids)))]


def _cases(conn: sa.Connection, ids: list[int]) -> list[Matter]:
    return [
        _of_case(Thing.CASE, r.case_id, r, due_on=r.due_on, entered_at=r.entered_at)
        for r in _CASES.rows(conn, ids)
    ]


def _hanging(conn: sa.Connection, thing: Thing, ids: list[int]) -> list[Matter]:
    model, due, role, person, unit = _HANGING[thing]
    key = model.case_id if thing is Thing.FILING else model.id
    extra = [
        (sa.null() if column is None else column).label(name)
        for name, column in (("due", due), ("owner", person), ("owner_unit", unit))
    ]
    query = (
        sa.select(*_CASE, key.label("id"), model.state, *extra)
        .join(Case, Case.id == model.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(key.in_(ids))
    )
    found = []
    for r in conn.execute(query):
        units = {role: (r.owner_unit,)} if role and r.owner_unit else {}
        people = {role: (r.owner,)} if role and r.owner else {}
        found.append(_of_case(thing, r.id, r, due_on=r.due, units=units, people=people))
    return found


def _of_case(
    thing: Thing,
    number: int,
    r: Any,
    *,
    due_on: date | None = None,
    entered_at: datetime | None = None,
    units: Mapping[Role, tuple[int, ...]] | None = None,
    people: Mapping[Role, tuple[int, ...]] | None = None,
) -> Matter:
    named = dict(people or {})
    if r.commenter_id is not None:
        named[Role.SUPERVISING_LEADER] = (r.commenter_id,)
    if r.kind == CaseKind.CADRE and r.person_id is not None:
        named[Role.SUBJECT] = (r.person_id,)
    return Matter(
        thing=thing, id=number, label=r.subject_name, unit_name=r.unit_name, cycle=r.cycle,
        state=r.state, cycle_id=r.cycle_id, organ_id=r.managing_organ_id, unit_id=r.unit_id,
        class_code=r.class_code, case_id=r.case_id, case_ref=r.ref, person_id=r.person_id,
        body_unit_id=r.body_unit_id, due_on=due_on, entered_at=entered_at, units=units or {},
        people=named,
    )  # fmt: skip


def _sheets(conn: sa.Connection, ids: list[int]) -> list[Matter]:
    rows = conn.execute(_SHARED[Thing.DATA_SHEET].where(DataSheet.id.in_(ids)))
    providers: dict[int, set[int]] = defaultdict(set)
    verifying: dict[int, set[int]] = defaultdict(set)
    for sheet, provider, verifier, waits in conn.execute(_charged(ids)):
        if provider is not None:
            providers[sheet].add(provider)
        if waits and verifier is not None:
            verifying[sheet].add(verifier)
    return [
        _shared(Thing.DATA_SHEET, r, tuple(sorted(providers[r.id])), tuple(sorted(verifying[r.id])))
        for r in rows
    ]


def _charged(ids: list[int]) -> sa.CompoundSelect[Any]:
    """(sheet, provider, verifier, whether something waits for him) of figures and entries."""
    v, i = IndicatorValue, UnitItem
    waits: dict[Any, Any] = {
        v: sa.and_(sa.not_(v.superseded), v.state == ValueState.SUBMITTED),
        i: sa.and_(i.withdrawn_at.is_(None), i.state == ValueState.SUBMITTED),
    }
    return sa.union_all(
        *(
            sa.select(
                of.sheet_id,
                of.provider_unit_id,
                of.verifier_unit_id,
                sa.func.max(sa.case((waiting, 1), else_=0)),
            )
            .where(of.sheet_id.in_(ids))
            .group_by(of.sheet_id, of.provider_unit_id, of.verifier_unit_id)
            for of, waiting in waits.items()
        )
    )


def _shared(
    thing: Thing, r: Any, providers: tuple[int, ...] = (), verifying: tuple[int, ...] = ()
) -> Matter:
    units: dict[Role, tuple[int, ...]] = {}
    if thing is Thing.OPINION_REQUEST and r.unit_id is not None:
        units[Role.OPINION_RESPONDENT] = (r.unit_id,)
    if providers:
        units[Role.DATA_PROVIDER] = providers
        units[Role.DATA_VERIFIER] = verifying
    return Matter(
        thing=thing, id=r.id, label=r.label, unit_name=r.unit_name or "", cycle=r.cycle,
        state=r.state, cycle_id=r.cycle_id, organ_id=r.managing_organ_id, unit_id=r.unit_id,
        due_on=r.due, units=units,
    )  # fmt: skip


def _of_cycle(model: Any, label: Any, unit: Any, due: Any) -> sa.Select[Any]:
    """Things of a cycle that many cases share."""
    no_unit = unit is None
    query = sa.select(
        model.id, model.state, label.label("label"), Cycle.id.label("cycle_id"),
        Cycle.title.label("cycle"), Cycle.managing_organ_id,
        (sa.null() if no_unit else unit).label("unit_id"),
        (sa.null() if no_unit else Unit.name).label("unit_name"),
        (sa.null() if due is None else due).label("due"),
    )  # fmt: skip
    if model is Cycle:
        return query
    query = query.join(Cycle, Cycle.id == model.cycle_id)
    return query if no_unit else query.outerjoin(Unit, Unit.id == unit)


_SHARED: dict[Thing, sa.Select[Any]] = {
    Thing.CYCLE: _of_cycle(Cycle, Cycle.title, None, None),
    Thing.DATA_SHEET: _of_cycle(
        DataSheet,
        Unit.name,
        DataSheet.unit_id,
        sa.func.coalesce(DataSheet.verify_due_on, DataSheet.due_on),
    ),
    Thing.MEETING: _of_cycle(Meeting, Meeting.title, Meeting.unit_id, Meeting.planned_on),
    Thing.POOL: _of_cycle(Pool, Pool.title, None, None),
    Thing.OPINION_REQUEST: _of_cycle(
        OpinionRequest, OpinionRequest.title, OpinionRequest.body_unit_id, OpinionRequest.due_on
    ),
    Thing.SURVEY: _of_cycle(Survey, Survey.title, None, Survey.ended_on),
    Thing.CANVASSING: _of_cycle(CanvassingReport, Unit.name, CanvassingReport.unit_id, None),
    Thing.NEGATIVE_RATING: _of_cycle(
        NegativeRating, NegativeRating.service, NegativeRating.unit_id, NegativeRating.due_on
    ),
}
_ID: dict[Thing, Any] = {
    Thing.CYCLE: Cycle.id,
    Thing.MEETING: Meeting.id,
    Thing.POOL: Pool.id,
    Thing.OPINION_REQUEST: OpinionRequest.id,
    Thing.SURVEY: Survey.id,
    Thing.CANVASSING: CanvassingReport.id,
    Thing.NEGATIVE_RATING: NegativeRating.id,
}
