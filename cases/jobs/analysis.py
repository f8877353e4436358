"""Analyses of a cycle as jobs with progress; what they find is kept and read on a page.

Payload: ``cycle_id``, ``kind``, ``name``, ``parameters``. Nothing is kept before the last step,
so a job that is taken up again begins again and keeps one result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

import sqlalchemy as sa

from cases.commands import analysis, jobs
from cases.commands.rights import require_for_cycle
from cases.errors import Refused
from cases.jobs.work import Work
from cases.models import AnalysisRun, Job
from cases.queries.analysis import Ground, ground, intervals_on
from cases.queries.scheme import scheme_of_cycle
from cases.queries.sentences import packed
from cases.queries.unit_figures import TO_DATE, UnitFigures, unit_figures
from cases.scoring.analysis import results
from cases.scoring.analysis.noise import tree_intervals
from cases.scoring.analysis.scenario import Scenario
from cases.scoring.analysis.variants import scored, variants
from cases.scoring.sensitivity import DRAWS
from cases.scoring.shapes import Scheme
from workflow.permissions import Actor
from workflow.vocabulary import AnalysisKind, Permission
from workflow.words import m

KIND = "analysis"
Step = Callable[[int, int], None]
_NO_SCHEME = m("考核年度还没有选定方案")
_OFF = m("名次区间没有启用")


def ask(
    conn: sa.Connection,
    cycle_id: int,
    kind: AnalysisKind,
    *,
    name: str = "",
    parameters: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Enqueue an analysis; returns the job's id.

    Raises NotVisible and Refused: without the right, without a scheme, with intervals switched off.
    """
    require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, actor)
    if scheme_of_cycle(conn, cycle_id) is None:
        raise Refused([_NO_SCHEME])
    if kind is AnalysisKind.INTERVAL and not intervals_on(conn, cycle_id):
        raise Refused([_OFF])
    title = m("%(kind)s：%(name)s", kind=kind, name=name) if name else kind
    body = {
        "cycle_id": cycle_id,
        "kind": kind.value,
        "name": name,
        "parameters": dict(parameters or {}),
    }
    return jobs.enqueue(conn, KIND, title, body, actor=actor, at=at)


def run(work: Work) -> Mapping[str, Any]:
    """Compute and keep; returns the number of the kept run. Raises Refused for a missing right."""
    kind, cycle_id = AnalysisKind(work.payload["kind"]), int(work.payload["cycle_id"])
    parameters: Mapping[str, Any] = work.payload.get("parameters") or {}
    with work.step() as conn:
        require_for_cycle(conn, cycle_id, Permission.CYCLE_MANAGE, work.actor(conn))
        read = _read(conn, cycle_id, kind, parameters)

    def tell(done: int, total: int) -> None:
        with work.step() as conn:
            work.report(conn, done=done, total=total)

    result = _FUNCTIONS[kind](read, parameters, tell)
    with work.step() as conn:
        actor, at = work.actor(conn), work.now()
        kept = analysis.keep(
            conn, cycle_id, kind, str(work.payload.get("name") or ""),
            read.scheme.document_digest, parameters, result, actor=actor, at=at,
        )  # fmt: skip
        if kind is AnalysisKind.WATCH:
            behind = {int(row["unit"]) for row in result["behind"]}
            analysis.warn(conn, cycle_id, kept, behind, at=at)
        return work.end(conn, {"run": kept})


class _Read:
    """What an analysis works on, read once."""

    def __init__(self, now: Ground, before: Ground | None, to_date: UnitFigures | None) -> None:
        self.now, self.before, self.to_date = now, before, to_date

    @property
    def scheme(self) -> Scheme:
        return self.now.scheme


def _read(
    conn: sa.Connection, cycle_id: int, kind: AnalysisKind, parameters: Mapping[str, Any]
) -> _Read:
    if kind is AnalysisKind.INTERVAL and not intervals_on(conn, cycle_id):
        raise Refused([_OFF])  # switched off since it was asked for
    now = ground(conn, cycle_id)
    if now is None:
        raise Refused([_NO_SCHEME])
    before = to_date = None
    if kind is AnalysisKind.REHEARSAL:
        before = ground(conn, int(parameters["from"]))
        if before is None:
            raise Refused([_NO_SCHEME])
    if kind is AnalysisKind.WATCH:
        to_date = unit_figures(conn, cycle_id, now.scheme, states=TO_DATE)
    return _Read(now, before, to_date)


def _intervals(read: _Read, parameters: Mapping[str, Any], tell: Step) -> dict[str, Any]:
    """Class by class: units -> rank, low, high while every weight of the tree is drawn anew."""
    found: dict[str, list[int]] = {}
    every = list(read.now.scores.runs.values())
    draws = int(parameters.get("draws", DRAWS))
    for number, one in enumerate(every):
        drawn = tree_intervals(
            read.now.scores, one, seed=int(parameters.get("seed", 0)), draws=draws,
            tell=partial(_drawn, tell, number * draws, draws * len(every)),
        )  # fmt: skip
        found |= {unit: [i.rank, i.low, i.high] for unit, i in drawn.items()}
        tell((number + 1) * draws, draws * len(every))
    return {"units": found}


def _drawn(tell: Step, before: int, every: int, done: int) -> None:
    tell(before + done, every)


def _methods(read: _Read, parameters: Mapping[str, Any], tell: Step) -> dict[str, Any]:
    rows, every = [], variants(read.scheme)
    for number, one in enumerate(every, 1):
        other = scored(one, read.now.scores.book)
        rows.append(
            {
                "code": one.code,
                "title": packed(one.title),
                "changed": one.changed.value,
                **results.compared(read.now.scores, other),
            }
        )
        tell(number, len(every))
    return {"variants": rows}


def _what_if(read: _Read, parameters: Mapping[str, Any], tell: Step) -> dict[str, Any]:
    result = results.imagined(
        read.scheme,
        read.now.data.classes(read.scheme),
        read.now.data.fitting(read.scheme),
        scenario_of(parameters),
        read.now.data.counted(read.scheme),
        read.now.data.attributes(read.scheme),
    )
    tell(1, 1)
    return result


def _rehearsal(read: _Read, parameters: Mapping[str, Any], tell: Step) -> dict[str, Any]:
    assert read.before is not None
    result = results.rehearsed(read.before.scores, read.before.data.scores(read.scheme))
    tell(1, 1)
    return result


def _watch(read: _Read, parameters: Mapping[str, Any], tell: Step) -> dict[str, Any]:
    data = read.to_date
    assert data is not None
    result = results.watched(
        read.scheme, data.classes(read.scheme), data.figures, int(parameters["month"])
    )
    tell(1, 1)
    return result


_FUNCTIONS: Mapping[AnalysisKind, Callable[[_Read, Mapping[str, Any], Step], dict[str, Any]]] = {
    AnalysisKind.INTERVAL: _intervals,
    AnalysisKind.METHODS: _methods,
    AnalysisKind.WHAT_IF: _what_if,
    AnalysisKind.REHEARSAL: _rehearsal,
    AnalysisKind.WATCH: _watch,
}


def scenario_of(parameters: Mapping[str, Any]) -> Scenario:
    """The scenario of a payload: rows [class, indicator, weight] and [unit, indicator, figure]."""
    return Scenario(
        weights={(c, code): Fraction(weight) for c, code, weight in parameters.get("weights", ())},
        figures={
            (unit, code): None if value is None else Fraction(value)
            for unit, code, value in parameters.get("figures", ())
        },
    )


def run_of_job(conn: sa.Connection, job_id: int) -> int | None:
    """The run that a finished job kept."""
    result = conn.execute(sa.select(Job.result).where(Job.id == job_id)).scalar()
    kept = (result or {}).get("run")
    found = conn.execute(sa.select(AnalysisRun.id).where(AnalysisRun.id == kept)).scalar()
    return None if found is None else int(found)
