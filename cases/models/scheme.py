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
