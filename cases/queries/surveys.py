"""Public surveys as pages, papers and scoring read them: the only reader of the sums by area.

Every figure goes through ``survey_disclosure``: areas and units short of k are merged or withheld,
and each rate keeps its numerator, denominator and response.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.survey_disclosure import Heard, Voice, VoiceLine, over_all, voice_of
from cases.errors import NotVisible
from cases.models import CanvassingReport, Cycle, Person, Survey, SurveyArea, Unit
from cases.queries.ballot_package import smallest
from cases.queries.scheme import scheme_of_cycle
from cases.queries.survey_form import SCORING
from cases.queries.things import resource_of_thing, row_of
from cases.scoring.ballots import Rate
from cases.scoring.rule_shapes import Title
from cases.scoring.surveys import (
    Scale,
    SurveyScore,
    fixed_share,
    good_share,
    response,
    scales,
    survey_score,
)
from workflow.permissions import Actor, permits, scopes
from workflow.vocabulary import (
    COLLECTED,
    CanvassingState,
    Permission,
    SurveyMode,
    SurveyState,
    Thing,
)


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question over one line: what was answered, and the mean."""

    title: Title
    answers: tuple[tuple[Any, int], ...]
    score: SurveyScore


@dataclass(frozen=True, slots=True)
class LineView:
    """One line that may be shown: areas, sample, response, rates, every question."""

    line: VoiceLine
    areas: tuple[Title, ...]
    response: Rate
    good: Rate
    score: SurveyScore
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class UnitVoice:
    """One unit: what may be shown of it, and its score; None where too few answered."""

    unit_id: int
    name: str
    voice: Voice
    score: SurveyScore | None
    total: LineView | None
    lines: tuple[LineView, ...]
    upheld: int
    fixed: Rate | None


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey with its units. Before it is confirmed it has figures only of an imported table,
    and only for those who check it; ``questions`` and ``title`` in both languages."""

    row: Any
    state: SurveyState
    mode: SurveyMode
    scale: Scale
    cycle: str
    k: int
    provider: str
    areas: tuple[Any, ...]
    units: tuple[UnitVoice, ...]
    whole: LineView | None
    canvassing: str

    @property
    def title(self) -> Title:
        """Its title in both languages."""
        return Title(self.row.title, self.row.title_en)

    @property
    def questions(self) -> tuple[Title, ...]:
        """What is asked, the scored question first."""
        return tuple(Title(q["zh"], q["en"]) for q in self.row.questions)

    @property
    def places(self) -> tuple[tuple[str, Title, int], ...]:
        """(unit, area, most answers or 0) in official order."""
        return tuple((a.unit, Title(a.name, a.name_en or ""), a.quota) for a in self.areas)

    @property
    def collected(self) -> bool:
        """Whether its answers come in through the booth."""
        return self.mode in COLLECTED

    @property
    def unchecked(self) -> bool:
        """Whether every figure carries the label of an open survey."""
        return self.mode is SurveyMode.OPEN


def survey_view(conn: sa.Connection, row: Any, *, checking: bool = False) -> SurveyView:
    """One survey; figures only of a confirmed one. ``checking``: also of an imported table that
    waits for another person's confirmation; nobody can compare what a page doesn't show."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    k, scale = smallest(scheme), scales()[row.scale]
    areas = conn.execute(
        sa.select(SurveyArea, Unit.name.label("unit"), Unit.sort_no)
        .join(Unit, Unit.id == SurveyArea.unit_id)
        .where(SurveyArea.survey_id == row.id)
        .order_by(Unit.sort_no, Unit.id, SurveyArea.id)
    ).all()
    cycle = conn.execute(sa.select(Cycle.title).where(Cycle.id == row.cycle_id)).scalar_one()
    upheld = _upheld(conn, row.id)
    rules = scheme.surveys if scheme else None
    units: tuple[UnitVoice, ...] = ()
    whole = None
    imported = row.state == SurveyState.DRAFTED and SurveyMode(row.mode) not in COLLECTED
    if row.state == SurveyState.COUNTED or (checking and imported):
        units = tuple(_unit(row, scale, mine, k, upheld, rules) for mine in _by_unit(areas))
        line = over_all([unit.voice for unit in units], k)
        whole = None if line is None else _line(row, scale, line, {})
    return SurveyView(
        row=row,
        state=SurveyState(row.state),
        mode=SurveyMode(row.mode),
        scale=scale,
        cycle=cycle,
        k=k,
        provider=row.provider,
        areas=tuple(areas),
        units=units,
        whole=whole,
        canvassing=rules.canvassing if rules else "void",
    )


def _by_unit(areas: Any) -> list[list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for area in areas:
        found[area.unit_id].append(area)
    return list(found.values())


def _upheld(conn: sa.Connection, survey_id: int) -> Mapping[int, int]:
    rows = conn.execute(
        sa.select(CanvassingReport.unit_id, sa.func.count())
        .where(
            CanvassingReport.survey_id == survey_id,
            CanvassingReport.state == CanvassingState.UPHELD,
        )
        .group_by(CanvassingReport.unit_id)
    )
    return {unit: int(n) for unit, n in rows}


def _unit(
    row: Any, scale: Scale, areas: list[Any], k: int, upheld: Mapping[int, int], rules: Any
) -> UnitVoice:
    voice = voice_of(
        [Heard(a.code, a.name, a.quota, a.asked, a.answered, a.counts or {}) for a in areas], k
    )
    first = areas[0]
    times = upheld.get(first.unit_id, 0)
    score = None
    if voice.total is not None:
        how = {} if rules is None else {"canvassing": rules.canvassing, "discount": rules.discount}
        score = survey_score(voice.total.counts.get(SCORING, {}), scale, upheld=times, **how)
    bad = [a for a in areas if a.bad is not None]
    shares = voice.total is not None and bad
    names = {a.name: Title(a.name, a.name_en or a.name) for a in areas}
    return UnitVoice(
        unit_id=first.unit_id,
        name=first.unit,
        voice=voice,
        score=score,
        total=None if voice.total is None else _line(row, scale, voice.total, names),
        lines=tuple(_line(row, scale, line, names) for line in voice.lines),
        upheld=times,
        fixed=fixed_share(sum(a.fixed for a in bad), sum(a.bad for a in bad)) if shares else None,
    )


def _line(row: Any, scale: Scale, line: VoiceLine, names: Mapping[str, Title]) -> LineView:
    questions = tuple(
        QuestionLine(
            Title(q["zh"], q["en"]),
            tuple((o, line.counts.get(f"q{n}", {}).get(o.code, 0)) for o in scale.options),
            survey_score(line.counts.get(f"q{n}", {}), scale),
        )
        for n, q in enumerate(row.questions, 1)
    )
    counts = line.counts.get(SCORING, {})
    return LineView(
        line=line,
        areas=tuple(names.get(name, Title(name, name)) for name in line.names),
        response=response(line.answered, line.asked),
        good=good_share(counts, scale),
        score=questions[0].score,
        questions=questions,
    )


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey in the list."""

    id: int
    key: str
    title: Title
    mode: SurveyMode
    state: SurveyState
    provider: str
    started_on: Any
    ended_on: Any
    units: int
    reports: int


def surveys(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[SurveyLine]:
    """Surveys of a cycle within the actor's reach, the newest first."""
    organs = {s.organ_id for s in scopes(actor, Permission.SURVEY_READ) if s.organ_id is not None}
    units = (
        sa.select(SurveyArea.survey_id, sa.func.count(sa.distinct(SurveyArea.unit_id)).label("n"))
        .group_by(SurveyArea.survey_id)
        .subquery()
    )
    waiting = (
        sa.select(CanvassingReport.survey_id, sa.func.count().label("n"))
        .where(CanvassingReport.state == CanvassingState.REPORTED)
        .group_by(CanvassingReport.survey_id)
        .subquery()
    )
    rows = conn.execute(
        sa.select(Survey, units.c.n.label("units"), waiting.c.n.label("reports"))
        .join(Cycle, Cycle.id == Survey.cycle_id)
        .outerjoin(units, units.c.survey_id == Survey.id)
        .outerjoin(waiting, waiting.c.survey_id == Survey.id)
        .where(Survey.cycle_id == cycle_id, Cycle.managing_organ_id.in_(organs))
        .order_by(Survey.id.desc())
    )
    return [
        SurveyLine(
            r.id, r.key, Title(r.title, r.title_en), SurveyMode(r.mode), SurveyState(r.state),
            r.provider, r.started_on, r.ended_on, int(r.units or 0), int(r.reports or 0),
        )
        for r in rows
    ]  # fmt: skip


def load_survey(
    conn: sa.Connection, actor: Actor, permission: Permission, survey_id: int, **more: Any
) -> Any:
    """The row of ``surveys``. Raises NotVisible alike for absent and foreign."""
    row = row_of(conn, Thing.SURVEY, survey_id)
    if not permits(actor, permission, resource_of_thing(conn, Thing.SURVEY, row)):
        raise NotVisible(f"survey:{survey_id}")
    return row


_RECORDER = sa.orm.aliased(Person)
_DECIDER = sa.orm.aliased(Person)


def _reports() -> Any:
    return (
        sa.select(
            CanvassingReport,
            Unit.name.label("unit"),
            Survey.title.label("survey"),
            Survey.key,
            _RECORDER.name.label("recorder"),
            _DECIDER.name.label("decider"),
        )
        .join(Unit, Unit.id == CanvassingReport.unit_id)
        .join(Survey, Survey.id == CanvassingReport.survey_id)
        .outerjoin(_RECORDER, _RECORDER.id == CanvassingReport.created_by)
        .outerjoin(_DECIDER, _DECIDER.id == CanvassingReport.decided_by)
    )


def canvassing_reports(conn: sa.Connection, survey_id: int) -> list[Any]:
    """Reports of canvassing about a survey, in the order they came."""
    query = _reports().where(CanvassingReport.survey_id == survey_id)
    return list(conn.execute(query.order_by(CanvassingReport.id)))


def load_report(
    conn: sa.Connection, actor: Actor, permission: Permission, report_id: int, **more: Any
) -> Any:
    """One report with the names of those who acted. Raises NotVisible."""
    row = row_of(conn, Thing.CANVASSING, report_id)
    if not permits(actor, permission, resource_of_thing(conn, Thing.CANVASSING, row)):
        raise NotVisible(f"canvassing:{report_id}")
    return conn.execute(_reports().where(CanvassingReport.id == report_id)).one()
