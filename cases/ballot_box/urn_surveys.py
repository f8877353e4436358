"""Public surveys in the booth's database: used codes and running sums. Nobody's answer is a row.

One answer marks its code used and adds one to each sum it chose, in one durable transaction; there
is no time, no person, no address, no text, no order. That a reader of the write-ahead log can tell
which code chose what is conceded: codes are handed out without names and deleted at the count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.survey_form import CODES, SurveyForm, from_json
from cases.ballot_box.urn_tables import survey_codes as codes
from cases.ballot_box.urn_tables import survey_sums as sums
from cases.ballot_box.urn_tables import surveys, sweep, writing
from workflow.words import m

TAKEN = ("", "")
"""Question and answer of the row that counts the answers taken in an area."""


@dataclass(frozen=True, slots=True)
class AreaSums:
    """One area: codes handed out (0 in open surveys), answers taken, sums by question."""

    area: str
    asked: int
    answered: int
    counts: Mapping[str, Mapping[str, int]]


class SurveyUrn:
    """All surveys of one booth database. Every act is one durable transaction of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    # --- the office -----------------------------------------------------------------------------

    def open(self, form: SurveyForm) -> None:
        """Take answers from now on; also again after ``close``. Raises UrnRefusal for a form that
        differs from the one it began with."""
        with writing(self.engine) as conn:
            row = self._row(conn, form.key)
            if row is not None and (row.form != form.to_json() or row.state == "finished"):
                raise UrnRefusal(m("这份评价问卷已经开始过,内容不能再换"))
            if row is None:
                conn.execute(
                    sa.insert(surveys).values(id=form.key, state="open", form=form.to_json())
                )
                conn.execute(sa.insert(sums), _empty(form))
            else:
                self._move(conn, form.key, "closed", "open")

    def add_codes(self, survey: str, by_area: Mapping[str, Sequence[str]]) -> None:
        """Fingerprints of codes handed out. Raises UrnRefusal unless the survey is open."""
        with writing(self.engine) as conn:
            row = self._row(conn, survey)
            if row is None or row.state != "open" or from_json(row.form).mode != CODES:
                raise UrnRefusal(m("评价不在能发码的状态"))
            rows = sorted((f, area) for area, prints in by_area.items() for f in prints)
            if rows:
                conn.execute(
                    sa.insert(codes),
                    [{"fingerprint": f, "survey": survey, "area": a, "used": 0} for f, a in rows],
                )

    def close(self, survey: str) -> tuple[AreaSums, ...]:
        """No more answers; the sums by area. Doing it again gives the same. Raises UrnRefusal."""
        with writing(self.engine) as conn:
            row = self._row(conn, survey)
            if row is None:
                raise UrnRefusal(m("没有这份评价问卷"))
            if row.state == "open":
                self._move(conn, survey, "open", "closed")
            return self._sums(conn, from_json(row.form))

    def withdraw(self, survey: str) -> None:
        """Take a survey back that nobody answered; with it goes every trace of it."""
        with writing(self.engine) as conn:
            row = self._row(conn, survey)
            if row is None:
                return
            if any(area.answered for area in self._sums(conn, from_json(row.form))):
                raise UrnRefusal(m("已有人作答,不能撤回修改,只能截止"))
            for table, column in ((codes, codes.c.survey), (sums, sums.c.survey)):
                conn.execute(sa.delete(table).where(column == survey))
            conn.execute(sa.delete(surveys).where(surveys.c.id == survey))
        sweep(self.engine, codes)

    def finish(self, survey: str) -> None:
        """The count is confirmed: codes are deleted for good, the survey never opens again."""
        with writing(self.engine) as conn:
            conn.execute(sa.delete(codes).where(codes.c.survey == survey))
            conn.execute(sa.update(surveys).where(surveys.c.id == survey).values(state="finished"))
        sweep(self.engine, codes)

    def answered_in_steps(self, survey: str, step: int = 5) -> int:
        """Answers taken so far, rounded down: all that is told while it is open (B14)."""
        with self.engine.connect() as conn:
            n = conn.scalar(
                sa.select(sa.func.sum(sums.c.n)).where(
                    sums.c.survey == survey, sums.c.question == TAKEN[0], sums.c.answer == TAKEN[1]
                )
            )
        taken = int(n or 0)
        return taken - taken % step

    # --- the booth ------------------------------------------------------------------------------

    def form(self, survey: str) -> SurveyForm | None:
        """The form of an open survey, else None."""
        with self.engine.connect() as conn:
            row = self._row(conn, survey)
        return from_json(row.form) if row is not None and row.state == "open" else None

    def admit(self, fingerprint: str) -> tuple[SurveyForm, str] | None:
        """Form and area that a code opens; None alike for unknown, used and closed (one query)."""
        with self.engine.connect() as conn:
            row = conn.execute(
                sa.select(surveys.c.form, codes.c.area)
                .join(surveys, surveys.c.id == codes.c.survey)
                .where(codes.c.fingerprint == fingerprint, codes.c.used == 0)
                .where(surveys.c.state == "open")
            ).first()
        return None if row is None else (from_json(row.form), row.area)

    def answer(
        self, form: SurveyForm, fingerprint: str, area: str, marks: Mapping[str, str]
    ) -> str:
        """Add one answer: ``taken``, ``again`` (an open page sent twice), ``full`` (the area's
        quota is met) or ``refused``. Nothing but sums changes."""
        with writing(self.engine) as conn:
            row = self._row(conn, form.key, lock=True)
            if row is None or row.state != "open":
                return "refused"
            used = conn.scalar(
                sa.select(codes.c.used).where(
                    codes.c.fingerprint == fingerprint, codes.c.survey == form.key
                )
            )
            if form.mode == CODES and used != 0:
                return "refused"
            if form.mode != CODES and used is not None:
                return "again"
            if self._full(conn, form, area):
                return "full"
            self._use(conn, form, fingerprint, area)
            for question, answer in [TAKEN, *sorted(marks.items())]:
                self._add(conn, form.key, area, question, answer)
        return "taken"

    # --- inside ---------------------------------------------------------------------------------

    def _full(self, conn: sa.Connection, form: SurveyForm, area: str) -> bool:
        quota = form.area(area).quota
        if not quota:
            return False
        taken = conn.scalar(sa.select(sums.c.n).where(*_at(form.key, area, *TAKEN)))
        return int(taken or 0) >= quota

    def _use(self, conn: sa.Connection, form: SurveyForm, fingerprint: str, area: str) -> None:
        if form.mode == CODES:
            conn.execute(sa.update(codes).where(codes.c.fingerprint == fingerprint).values(used=1))
            return
        conn.execute(
            sa.insert(codes).values(fingerprint=fingerprint, survey=form.key, area="", used=1)
        )

    def _add(self, conn: sa.Connection, survey: str, area: str, question: str, answer: str) -> None:
        where = _at(survey, area, question, answer)
        done = conn.execute(sa.update(sums).where(*where).values(n=sums.c.n + 1))
        if done.rowcount != 1:
            raise UrnRefusal(m("没有这份评价问卷"))

    def _sums(self, conn: sa.Connection, form: SurveyForm) -> tuple[AreaSums, ...]:
        asked = {
            area: int(n)
            for area, n in conn.execute(
                sa.select(codes.c.area, sa.func.count())
                .where(codes.c.survey == form.key, codes.c.area != "")
                .group_by(codes.c.area)
            )
        }
        found: dict[str, dict[str, dict[str, int]]] = {a.code: {} for a in form.areas}
        rows = conn.execute(sa.select(sums).where(sums.c.survey == form.key))
        for row in rows:
            found[row.area].setdefault(row.question, {})[row.answer] = int(row.n)
        return tuple(
            AreaSums(
                area.code,
                asked.get(area.code, 0),
                found[area.code].pop(TAKEN[0])[TAKEN[1]],
                found[area.code],
            )
            for area in form.areas
        )

    def _row(self, conn: sa.Connection, survey: str, *, lock: bool = False) -> Any:
        query = sa.select(surveys.c.state, surveys.c.form).where(surveys.c.id == survey)
        return conn.execute(query.with_for_update() if lock else query).first()

    def _move(self, conn: sa.Connection, survey: str, here: str, there: str) -> None:
        done = conn.execute(
            sa.update(surveys)
            .where(surveys.c.id == survey, surveys.c.state == here)
            .values(state=there)
        )
        if done.rowcount != 1:
            raise UrnRefusal(m("评价现在的状态不能这样办,请刷新后再看"))


def _at(survey: str, area: str, question: str, answer: str) -> list[sa.ColumnElement[bool]]:
    return [
        sums.c.survey == survey,
        sums.c.area == area,
        sums.c.question == question,
        sums.c.answer == answer,
    ]


def _empty(form: SurveyForm) -> list[dict[str, str | int]]:
    """Every sum at zero, so that answers change numbers and never add rows."""
    pairs = [TAKEN, *((q.key, a.key) for q in form.questions for a in form.answers)]
    return [
        {"survey": form.key, "area": area.code, "question": q, "answer": a, "n": 0}
        for area in form.areas
        for q, a in pairs
    ]
