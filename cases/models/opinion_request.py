"""Opinion requests to discipline, audit, petitions, safety ... with working-day clocks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import OpinionRequestState


class OpinionRequest(Base):
    """One letter to one body about many cases."""

    __tablename__ = "opinion_requests"
    __table_args__ = (one_of("state", OpinionRequestState),)

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = to("cycles.id", index=True)
    body: Mapped[Word]
    body_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    title: Mapped[Name]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    sent_on: Mapped[Day | None]
    due_on: Mapped[Day | None]
    answered_on: Mapped[Day | None]
    answered_by: Mapped[int | None] = to("people.id", nullable=True)
    document: Mapped[Name | None]
    summary: Mapped[Text | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    created_by: Mapped[int | None] = to("people.id", nullable=True)
    created_at: Mapped[When]


class OpinionItem(Base):
    """What the body says about one case."""

    __tablename__ = "opinion_items"
    __table_args__ = (sa.UniqueConstraint("request_id", "case_id"),)

    id: Mapped[Id]
    request_id: Mapped[int] = to("opinion_requests.id", index=True)
    case_id: Mapped[int] = to("cases.id", index=True)
    objection: Mapped[bool | None]
    text: Mapped[Text | None]
