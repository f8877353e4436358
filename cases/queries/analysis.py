"""Results and analyses of a cycle as pages read them: scored now, or kept by an earlier run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import AnalysisRun, Cycle, DataSheet, IndicatorValue, Person, Unit
from cases.queries.relations import RANKS, ties_of
from cases.queries.scheme import scheme_by_digest, scheme_of_cycle
from cases.queries.setup import CycleView, cycle_by_ref, cycles
from cases.queries.sheet_reach import sheets_within, worked_by
from cases.queries.unit_figures import USABLE, UnitFigures, UnitName, unit_figures
from cases.scoring.scoresheet import Scores
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor, Scope, forbidden_relations, scopes
from workflow.vocabulary import (
    AnalysisKind,
    CaseKind,
    FeedbackScope,
    Permission,
    PostRank,
    Relation,
    ScopeKind,
)

INTERVALS = "rank_intervals"
"""Key of a cycle's settings: whether rank intervals may be computed and shown. Off by default."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A cycle scored from its settled figures."""

    scheme: Scheme
    data: UnitFigures
    scores: Scores

    def of_class(self, class_code: str) -> list[UnitName]:
        """The scored units of a class in official order. Raises NotVisible where there are none."""
        found = [u for c, u in self.data.units.items() if c in self.scores.book.places]
        kept = [u for u in found if u.class_code == class_code]
        if not kept:
            raise NotVisible(class_code)
        return kept

    def unit(self, unit_id: int) -> UnitName:
        """A scored unit. Raises NotVisible."""
        if str(unit_id) not in self.scores.book.places:
            raise NotVisible(f"unit:{unit_id}")
        return self.data.units[str(unit_id)]


@dataclass(frozen=True, slots=True)
class RunView:
    """One kept computation; ``result`` is empty in lists."""

    id: int
    cycle_id: int
    kind: AnalysisKind
    name: str
    scheme_digest: str
    digest: str
    parameters: Mapping[str, Any]
    result: Mapping[str, Any]
    times: int
    created_at: datetime
    last_at: datetime
    who: str


def ground(conn: sa.Connection, cycle_id: int) -> Ground | None:
    """The cycle scored; None while it has no scheme. A fixed number of queries."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return None
    data = unit_figures(conn, cycle_id, scheme, states=USABLE)
    return Ground(scheme, data, data.scores(scheme))


def load_year(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, **_: Any
) -> CycleView:
    """A year of the organs where the actor holds the permission. Raises NotVisible."""
    return cycle_by_ref(conn, actor, permission, ref)


def reach(actor: Actor, permission: Permission, organ_id: int) -> set[str] | None:
    """Classes within the actor's grants at the organ; None is all of them."""
    held = [
        s for s in scopes(actor, permission)
        if s.kind is ScopeKind.ORGAN and s.organ_id == organ_id and s.unit_id is None
    ]  # fmt: skip
    classes = {s.class_code for s in held}
    return None if None in classes else {c for c in classes if c is not None}


def whole(actor: Actor, permission: Permission, organ_id: int) -> bool:
    """Whether the actor holds the permission for every class of this very organ."""
    return reach(actor, permission, organ_id) is None


def own_units(conn: sa.Connection, actor: Actor, permission: Permission) -> set[int]:
    """Units whose result is closed to the actor here because he leads or belongs to them."""
    if actor.person_id is None or Relation.MEMBER not in forbidden_relations(permission):
        return set()
    leads = RANKS[PostRank.OTHER]
    return {unit for unit, rank in ties_of(conn, actor.person_id).posts.items() if rank < leads}


def load_run(
    conn: sa.Connection, actor: Actor, permission: Permission, run_id: int, **_: Any
) -> RunView:
    """A kept computation of the actor's organs. Raises NotVisible; intervals are the office's."""
    found = _views(conn, _runs(whole=True).where(AnalysisRun.id == run_id))
    if not found:
        raise NotVisible(f"run:{run_id}")
    organ = conn.execute(
        sa.select(Cycle.managing_organ_id).where(Cycle.id == found[0].cycle_id)
    ).scalar_one()
    needed = Permission.CYCLE_MANAGE if found[0].kind is AnalysisKind.INTERVAL else permission
    if not all(whole(actor, asked, organ) for asked in (permission, needed)):
        raise NotVisible(f"run:{run_id}")
    if found[0].kind is AnalysisKind.INTERVAL and not intervals_on(conn, found[0].cycle_id):
        raise NotVisible(f"run:{run_id}")
    return found[0]


def without(run: RunView, own: Collection[int]) -> RunView:
    """The run without the rows of some units: nobody reads the result of his own unit here."""
    codes = {str(unit) for unit in own}
    return replace(run, result=_others(run.result, codes)) if codes else run


def _others(result: Mapping[str, Any], codes: Collection[str]) -> dict[str, Any]:
    told = dict(result)
    for key in ("units", "figures", "why"):
        if isinstance(told.get(key), Mapping):
            told[key] = {unit: one for unit, one in told[key].items() if unit not in codes}
        elif key in told:
            told[key] = [row for row in told[key] if row[0] not in codes]
    if "moves" in told:
        told["moves"] = [row for row in told["moves"] if row["unit"] not in codes]
    if "variants" in told:
        told["variants"] = [_others(one, codes) for one in told["variants"]]
    return told


def runs(
    conn: sa.Connection, cycle_id: int, kinds: Sequence[AnalysisKind], *, limit: int = 50
) -> list[RunView]:
    """Kept computations of a cycle, the newest first, without their results."""
    query = _runs().where(AnalysisRun.cycle_id == cycle_id, AnalysisRun.kind.in_(kinds))
    return _views(conn, query.order_by(AnalysisRun.id.desc()).limit(limit))


def newest_run(conn: sa.Connection, cycle_id: int, kind: AnalysisKind) -> RunView | None:
    """The newest computation of a kind with its result."""
    query = _runs(whole=True).where(AnalysisRun.cycle_id == cycle_id, AnalysisRun.kind == kind)
    found = _views(conn, query.order_by(AnalysisRun.id.desc()).limit(1))
    return found[0] if found else None


def run_before(conn: sa.Connection, run: RunView) -> RunView | None:
    """The computation of the same kind and cycle before this one."""
    query = _runs(whole=True).where(
        AnalysisRun.cycle_id == run.cycle_id,
        AnalysisRun.kind == run.kind,
        AnalysisRun.id < run.id,
    )
    found = _views(conn, query.order_by(AnalysisRun.id.desc()).limit(1))
    return found[0] if found else None


def _runs(*, whole: bool = False) -> Any:
    r = AnalysisRun
    result = r.result if whole else sa.null()
    query: Any = sa.select(
        r.id, r.cycle_id, r.kind, r.name, r.scheme_digest, r.digest, r.parameters,
        result.label("result"), r.times, r.created_at, r.last_at, Person.name.label("who"),
    ).outerjoin(Person, Person.id == r.created_by)  # fmt: skip
    return query


def _views(conn: sa.Connection, query: Any) -> list[RunView]:
    return [
        RunView(
            r.id, r.cycle_id, AnalysisKind(r.kind), r.name or "", r.scheme_digest, r.digest,
            r.parameters, r.result or {}, r.times, r.created_at, r.last_at, r.who or "",
        )
        for r in conn.execute(query)
    ]  # fmt: skip


def intervals_on(conn: sa.Connection, cycle_id: int) -> bool:
    """Whether the office switched rank intervals on for the cycle."""
    settings = conn.execute(sa.select(Cycle.settings).where(Cycle.id == cycle_id)).scalar()
    return bool((settings or {}).get(INTERVALS))


def scheme_with(conn: sa.Connection, digest: str) -> Scheme | None:
    """The scheme of a kept result, None when it is no longer there."""
    try:
        return scheme_by_digest(conn, digest)
    except sa.exc.NoResultFound:
        return None


def unit_names(conn: sa.Connection, codes: Sequence[str]) -> dict[str, str]:
    """Unit code -> name, for kept results."""
    ids = [int(code) for code in codes]
    rows = conn.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    found = {str(i): name for i, name in rows}
    return {code: found.get(code, code) for code in codes}


def years_before(conn: sa.Connection, cycle: CycleView) -> list[tuple[int, str]]:
    """(id, title) of earlier years of the organ with a scheme, the newest first."""
    rows = conn.execute(
        sa.select(Cycle.id, Cycle.title)
        .where(
            Cycle.managing_organ_id == cycle.organ_id,
            Cycle.year < cycle.year,
            Cycle.scheme_version_id.is_not(None),
        )
        .order_by(Cycle.year.desc())
    )
    return [(i, title) for i, title in rows]


def trend(
    conn: sa.Connection, cycle: CycleView, unit_id: int, indicators: Sequence[str]
) -> dict[str, list[tuple[int, str]]]:
    """Indicator -> (year, figure) of the unit, this year last; only settled figures."""
    v = IndicatorValue
    rows = conn.execute(
        sa.select(v.indicator, Cycle.year, v.value)
        .join(DataSheet, DataSheet.id == v.sheet_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .where(
            DataSheet.unit_id == unit_id,
            Cycle.managing_organ_id == cycle.organ_id,
            Cycle.year.between(cycle.year - 4, cycle.year),
            v.superseded.is_(False),
            v.state.in_(USABLE),
            v.value.is_not(None),
            v.indicator.in_(indicators),
        )
        .order_by(v.indicator, Cycle.year)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for code, year, value in rows:
        found.setdefault(code, []).append((year, value or ""))
    return found


def own_sheet(conn: sa.Connection, case: Any) -> bool:
    """Whether the unit of a told case reads its own indicators: a body, where the scheme says so.

    The right to the result is asked before.
    """
    scheme = scheme_of_cycle(conn, case.cycle_id)
    if case.kind != CaseKind.BODY or scheme is None or scheme.feedback.scope != FeedbackScope.ITEMS:
        return False
    code = conn.execute(
        sa.select(Unit.class_code)
        .join(DataSheet, DataSheet.unit_id == Unit.id)
        .where(DataSheet.cycle_id == case.cycle_id, Unit.id == case.unit_id)
    ).scalar()
    return code is not None and code in scheme.classes and bool(scheme.leaves(code))


def warned(actor: Actor, organ_id: int) -> bool:
    """Whether the page of warnings is for the actor at all; assigned groups have none."""
    return whole(actor, Permission.DATA_READ, organ_id) or any(
        s.kind in (ScopeKind.UNIT, ScopeKind.WORKING) for s in scopes(actor, Permission.DATA_READ)
    )


def watched_units(conn: sa.Connection, actor: Actor, cycle: CycleView) -> set[int] | None:
    """Units of the year whose warnings the actor may read whole; None is all of them.

    The office reads all, a division those of its classes, a unit its own.
    """
    if whole(actor, Permission.DATA_READ, cycle.organ_id):
        return None
    rows = conn.execute(
        sa.select(DataSheet.unit_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .where(
            DataSheet.cycle_id == cycle.id,
            sheets_within(s for s in scopes(actor, Permission.DATA_READ) if not _working(s)),
        )
    )
    return set(rows.scalars())


def _working(scope: Scope) -> bool:
    return scope.kind is ScopeKind.WORKING


def provided(conn: sa.Connection, actor: Actor, cycle_id: int) -> set[tuple[str, str]]:
    """(unit, indicator) of the figures the actor's departments provide or verify."""
    mine = [
        worked_by(IndicatorValue, s) for s in scopes(actor, Permission.DATA_READ) if _working(s)
    ]
    rows = conn.execute(
        sa.select(DataSheet.unit_id, IndicatorValue.indicator)
        .join(IndicatorValue, IndicatorValue.sheet_id == DataSheet.id)
        .where(DataSheet.cycle_id == cycle_id, sa.or_(sa.false(), *mine))
    )
    return {(str(unit), code) for unit, code in rows}


def year_of(conn: sa.Connection, cycle_id: int) -> CycleView:
    """A year without asking who reads it; the page asked for the case before."""
    organ = conn.execute(sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)).scalar()
    return next(one for one in cycles(conn, [organ or 0]) if one.id == cycle_id)


def year_by_ref(conn: sa.Connection, ref: str) -> CycleView:
    """A year by its number, whoever reads it: the page shows only what is the reader's own.

    Raises NotVisible.
    """
    found = conn.execute(sa.select(Cycle.id).where(Cycle.ref == ref)).scalar()
    if found is None:
        raise NotVisible(ref)
    return year_of(conn, found)
