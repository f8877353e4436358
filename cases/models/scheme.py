"""Assessment schemes: documents with versions; a frozen version never changes again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Digest, Document, Id, Name, Text, When, to


class Scheme(Base):
    """A line of scheme versions of one managing organ."""

    __tablename__ = "schemes"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[Name]
    managing_organ_id: Mapped[int] = to("units.id", index=True)


class SchemeVersion(Base):
    """One version; ``content`` is the document that ``cases.scoring.scheme`` reads."""

    __tablename__ = "scheme_versions"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "number"),)

    id: Mapped[Id]
    scheme_id: Mapped[int] = to("schemes.id", index=True)
    number: Mapped[int]
    content: Mapped[Document]
    digest: Mapped[Digest]
    note: Mapped[Text | None]
    created_at: Mapped[When]
    created_by: Mapped[int | None] = to("people.id", nullable=True)
    frozen_at: Mapped[When | None]
    frozen_by: Mapped[int | None] = to("people.id", nullable=True)


class SchemeDraft(Base):
    """A scheme being worked on; every save is a revision, and any of them can be gone back to."""

    __tablename__ = "scheme_drafts"

    id: Mapped[Id]
    managing_organ_id: Mapped[int] = to("units.id", index=True)
    title: Mapped[Name]
    based_on: Mapped[int | None] = to("scheme_versions.id", nullable=True)
    version_id: Mapped[int | None] = to("scheme_versions.id", nullable=True)
    """The version the draft became; none while it is worked on."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[When]
    created_by: Mapped[int | None] = to("people.id", nullable=True)


class SchemeRevision(Base):
    """A draft as it was saved once, whether or not its checks passed."""

    __tablename__ = "scheme_revisions"
    __table_args__ = (sa.UniqueConstraint("draft_id", "number"),)

    id: Mapped[Id]
    draft_id: Mapped[int] = to("scheme_drafts.id")
    number: Mapped[int]
    content: Mapped[Document]
    part: Mapped[Document]
    """What was saved, as a packed sentence."""
    problems: Mapped[int]
    saved_at: Mapped[When]
    saved_by: Mapped[int | None] = to("people.id", nullable=True)
