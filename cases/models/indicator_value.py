"""Indicator values on the unit's data sheet, entered by one person and verified by another."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Day, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import DataSheetState, ObjectionOutcome, ValueState


class DataSheet(Base):
    """The values of one unit in one cycle. Its state follows from its values."""

    __tablename__ = "data_sheets"
    __table_args__ = (one_of("state", DataSheetState), sa.UniqueConstraint("cycle_id", "unit_id"))

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    state: Mapped[Word]
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[Day | None]
    verify_due_on: Mapped[Day | None]
    """The last day to verify it; set when it is handed in, none while it is with anybody else."""
    confirm_due_on: Mapped[Day | None]
    """The unit's last day to confirm or object; set when the sheet is verified."""
    answer_due_on: Mapped[Day | None]
    """The provider's last day for the first open objection; none while there is none."""
    confirmed_at: Mapped[When | None]
    confirmed_by: Mapped[int | None] = to("people.id", nullable=True)


class IndicatorValue(Base):
    """A value with unit, period and source. A revision is a new row, never an edit."""

    __tablename__ = "indicator_values"
    __table_args__ = (
        one_of("state", ValueState),
        sa.UniqueConstraint("sheet_id", "indicator", "number"),
        sa.CheckConstraint("verified_by IS NULL OR verified_by <> entered_by", name="four_eyes"),
        sa.CheckConstraint("value IS NULL OR missing_reason IS NULL", name="value_or_reason"),
    )

    id: Mapped[Id]
    sheet_id: Mapped[int] = to("data_sheets.id", index=True)
    indicator: Mapped[Word]
    number: Mapped[int] = mapped_column(default=1)
    provider_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    verifier_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    """Whose people verify it: the department the scheme names for that, else the provider."""
    value: Mapped[str | None] = mapped_column(sa.String(40))
    missing_reason: Mapped[Text | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    """The reason says why the indicator does not apply, not why a figure is lacking."""
    previous_value: Mapped[str | None] = mapped_column(sa.String(40))
    """Last year's comparable figure as the provider gives it, where units merged or split."""
    measure_unit: Mapped[Word | None]
    period: Mapped[Word | None]
    source: Mapped[Name | None]
    document: Mapped[Name | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    remark: Mapped[Text | None]
    state: Mapped[Word]
    entered_by: Mapped[int | None] = to("people.id", nullable=True)
    entered_at: Mapped[When | None]
    verified_by: Mapped[int | None] = to("people.id", nullable=True)
    verified_at: Mapped[When | None]
    return_reason: Mapped[Text | None]
    superseded: Mapped[bool] = mapped_column(default=False)


class ValueObjection(Base):
    """What the assessed unit holds against one verified figure, and the provider's answer."""

    __tablename__ = "value_objections"
    __table_args__ = (one_of("outcome", ObjectionOutcome, nullable=True),)

    id: Mapped[Id]
    sheet_id: Mapped[int] = to("data_sheets.id", index=True)
    value_id: Mapped[int] = to("indicator_values.id", index=True)
    reason: Mapped[Text]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    raised_by: Mapped[int | None] = to("people.id", nullable=True)
    raised_at: Mapped[When]
    due_on: Mapped[Day]
    outcome: Mapped[Word | None]
    answer: Mapped[Text | None]
    answered_by: Mapped[int | None] = to("people.id", nullable=True)
    answered_at: Mapped[When | None]


class UnitItem(Base):
    """A deduction or bonus of a unit: one fact under an item of the scheme, with its proof.

    It stands on the unit's data sheet and is frozen with it. An objection of the unit and its
    answer stand in the same row: a fact is either kept or withdrawn.
    """

    __tablename__ = "unit_items"
    __table_args__ = (
        one_of("state", ValueState),
        one_of("outcome", ObjectionOutcome, nullable=True),
        sa.CheckConstraint("verified_by IS NULL OR verified_by <> entered_by", name="four_eyes"),
        sa.CheckConstraint("(cases IS NULL) <> (points IS NULL)", name="cases_or_points"),
    )

    id: Mapped[Id]
    sheet_id: Mapped[int] = to("data_sheets.id", index=True)
    item: Mapped[Word]
    provider_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    verifier_unit_id: Mapped[int | None] = to("units.id", nullable=True, index=True)
    """Whose people verify it: the department the scheme names for that, else the provider."""
    cases: Mapped[int | None]
    points: Mapped[str | None] = mapped_column(sa.String(40))
    fact: Mapped[Text]
    happened_on: Mapped[Day]
    source: Mapped[Name | None]
    document: Mapped[Name | None]
    file_id: Mapped[int | None] = to("files.id", nullable=True)
    state: Mapped[Word]
    entered_by: Mapped[int] = to("people.id")
    entered_at: Mapped[When]
    verified_by: Mapped[int | None] = to("people.id", nullable=True)
    verified_at: Mapped[When | None]
    return_reason: Mapped[Text | None]
    withdrawn_by: Mapped[int | None] = to("people.id", nullable=True)
    withdrawn_at: Mapped[When | None]
    withdraw_reason: Mapped[Text | None]
    objection: Mapped[Text | None]
    objected_by: Mapped[int | None] = to("people.id", nullable=True)
    objected_at: Mapped[When | None]
    objection_due_on: Mapped[Day | None]
    outcome: Mapped[Word | None]
    answer: Mapped[Text | None]
    answered_by: Mapped[int | None] = to("people.id", nullable=True)
    answered_at: Mapped[When | None]


class UnitResultEntry(Base):
    """A unit's result as one person recorded it; it counts once another has confirmed it."""

    __tablename__ = "unit_result_entries"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "unit_id", "kind"),)

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    kind: Mapped[Word]
    score: Mapped[str] = mapped_column(sa.String(40))
    document: Mapped[Name]
    source: Mapped[Name]
    entered_by: Mapped[int] = to("people.id")
    entered_at: Mapped[When]
    return_reason: Mapped[Text | None]


class UnitResult(Base):
    """A unit's own performance or high-quality-development result, with its document; confirmed."""

    __tablename__ = "unit_results"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "unit_id", "kind"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by", name="four_eyes"),
    )

    id: Mapped[Id]
    cycle_id: Mapped[int] = to("cycles.id")
    unit_id: Mapped[int] = to("units.id", index=True)
    kind: Mapped[Word]
    score: Mapped[str | None] = mapped_column(sa.String(40))
    level: Mapped[Word | None]
    document: Mapped[Name]
    source: Mapped[Name]
    entered_by: Mapped[int | None] = to("people.id", nullable=True)
    entered_at: Mapped[When]
    confirmed_by: Mapped[int | None] = to("people.id", nullable=True)
    confirmed_at: Mapped[When | None]
