"""Base of all tables, and the few column types that are ours.

Tables are declared once and used through SQLAlchemy Core; there is no ORM session in the house, so
nothing loads lazily and nothing writes behind one's back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, stored as microseconds since 1970 on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


_BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

Id = Annotated[int, mapped_column(_BigInt, primary_key=True)]
Ref = Annotated[int, mapped_column(_BigInt)]
Word = Annotated[str, mapped_column(sa.String(40))]
Name = Annotated[str, mapped_column(sa.String(200))]
Text = Annotated[str, mapped_column(sa.Text())]
Digest = Annotated[str, mapped_column(sa.String(80))]
Count = Annotated[int, mapped_column(sa.Integer())]
Order = Annotated[int, mapped_column(sa.BigInteger())]
When = Annotated[datetime, mapped_column(Instant())]
Day = Annotated[date, mapped_column(sa.Date())]
Document = Annotated[dict[str, Any], mapped_column(sa.JSON())]
Listing = Annotated[list[Any], mapped_column(sa.JSON())]
Amount = Annotated[str, mapped_column(sa.String(40))]
"""A decimal figure written out exactly; arithmetic reads it with ``Decimal``."""


class Base(DeclarativeBase):
    """Metadata with one naming rule, so that migrations can name what they drop."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def to(
    target: str, *, nullable: bool = False, index: bool = False, primary_key: bool = False
) -> Any:
    """A foreign key column to ``table.column``."""
    return mapped_column(
        _BigInt,
        sa.ForeignKey(target),
        nullable=nullable,
        index=index or None,
        primary_key=primary_key,
    )


def one_of(column: str, words: Any, *, nullable: bool = False) -> sa.CheckConstraint:
    """A CHECK that a column holds a word of the vocabulary."""
    listed = ", ".join(f"'{w.value}'" for w in words)
    rule = f"{column} IN ({listed})"
    return sa.CheckConstraint(f"{column} IS NULL OR {rule}" if nullable else rule, name=column)
