"""Public surveys by area, reports of canvassing, negative ratings. Sums only: nobody's answer."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Document, Id, Listing, Name, Text, When, Word, one_of, to
from workflow.vocabulary import (
    CallBack,
    CanvassingState,
    NegativeRatingState,
    SurveyMode,
    SurveyState,
)


class Survey(Base):
    """One survey of a cycle: who asked whom, how, when. ``key`` names it in the booth's database;
    ``indicator`` is the item of the data sheet its score is for."""

    __tablename__ = "surveys"
    __table_args__ = (
        one_of("mode", SurveyMode),
        one_of("state", SurveyState),
        sa.CheckConstraint("started_on <= ended_on", name="days"),
    )

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title: Mapped[Name]
    title_en: Mapped[Name]
    mode: Mapped[Word]
    scale: Mapped[Word]
    questions: Mapped[Listing]
    indicator: Mapped[Word | None]
    provider: Mapped[Name]
    source: Mapped[Name]
    started_on: Mapped[Day]
    ended_on: Mapped[Day]
    pace: Mapped[int]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    created_by: Mapped[int | None] = to("people.id", nullable=True)
    created_at: Mapped[When]


class SurveyArea(Base):
    """One area that speaks about one unit: quota, people asked, answers, and sums by question and
    option. Read by one function only (``cases.queries.surveys``), which keeps the k rule."""

    __tablename__ = "survey_areas"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "code"),
        sa.CheckConstraint("answered >= 0 AND asked >= 0 AND quota >= 0", name="numbers"),
        sa.CheckConstraint("fixed IS NULL OR fixed <= bad", name="fixed"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = to("surveys.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    code: Mapped[Word]
    name: Mapped[Name]
    name_en: Mapped[Name | None]
    quota: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    counts: Mapped[Document | None]
    bad: Mapped[int | None]
    fixed: Mapped[int | None]


class CanvassingReport(Base):
    """A report that answers about a unit were asked for; another person decides on it."""

    __tablename__ = "canvassing_reports"
    __table_args__ = (
        one_of("state", CanvassingState),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> created_by", name="four_eyes"),
    )

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    survey_id: Mapped[int] = to("surveys.id", index=True)
    unit_id: Mapped[int] = to("units.id", index=True)
    content: Mapped[Text]
    channel: Mapped[Name]
    reported_on: Mapped[Day]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    finding: Mapped[Text | None]
    created_by: Mapped[int | None] = to("people.id", nullable=True)
    decided_by: Mapped[int | None] = to("people.id", nullable=True)
    decided_at: Mapped[When | None]


class NegativeRating(Base):
    """A negative rating of a service with its clocks. It names the matter, never the citizen."""

    __tablename__ = "negative_ratings"
    __table_args__ = (
        one_of("state", NegativeRatingState),
        one_of("answer", CallBack, nullable=True),
        sa.UniqueConstraint("cycle_id", "number"),
        sa.Index("ix_negative_ratings_worklist", "state", "due_on"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> fixed_by", name="four_eyes"),
    )

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    number: Mapped[Name]
    service: Mapped[Name]
    content: Mapped[Text]
    received_on: Mapped[Day]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[Day | None]
    result: Mapped[Text | None]
    proof: Mapped[Name | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    fixed_by: Mapped[int | None] = to("people.id", nullable=True)
    fixed_on: Mapped[Day | None]
    fix_due_on: Mapped[Day | None]
    """The day that held when it was fixed; ``call_due_on`` likewise for the call-back."""
    answer: Mapped[Word | None]
    answer_note: Mapped[Text | None]
    called_by: Mapped[int | None] = to("people.id", nullable=True)
    called_on: Mapped[Day | None]
    call_due_on: Mapped[Day | None]
    confirmed_by: Mapped[int | None] = to("people.id", nullable=True)
    confirmed_on: Mapped[Day | None]
    excluded_reason: Mapped[Text | None]
    return_reason: Mapped[Text | None]
    created_by: Mapped[int | None] = to("people.id", nullable=True)
