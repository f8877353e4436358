"""Accounts, their roles, sessions, and the keys that make a repeated POST harmless."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base, Count, Digest, Id, Name, Text, When, Word, one_of, to
from workflow.vocabulary import AdminKind, Role


class Installation(Base):
    """One row, written by init: which mode this database was made for, for ever."""

    __tablename__ = "installation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[Id]
    mode: Mapped[Word]
    organ_name: Mapped[Name]
    created_at: Mapped[When]


class Account(Base):
    """A sign-in. ``person_id`` ties it to a person: four eyes are people, not accounts."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("admin_kind", AdminKind, nullable=True),)

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(sa.String(80), unique=True)
    display: Mapped[Name]
    person_id: Mapped[int | None] = to("people.id", nullable=True, index=True)
    admin_kind: Mapped[Word | None]
    password_hash: Mapped[Text | None]
    password_set_at: Mapped[When | None]
    slip_digest: Mapped[Digest | None]
    slip_expires_at: Mapped[When | None]
    totp_sealed: Mapped[Text | None]
    totp_confirmed_at: Mapped[When | None]
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger())
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    mail: Mapped[Name | None]
    created_at: Mapped[When]


class PastPassword(Base):
    """Hashes of the last passwords of an account, the present one among them (K1)."""

    __tablename__ = "past_passwords"

    id: Mapped[Id]
    account_id: Mapped[int] = to("accounts.id", index=True)
    password_hash: Mapped[Text]


class RoleGrant(Base):
    """A role at an organ or a unit. Takes effect when a second person has approved it."""

    __tablename__ = "role_grants"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[Id]
    account_id: Mapped[int] = to("accounts.id", index=True)
    role: Mapped[Word]
    organ_id: Mapped[int | None] = to("units.id", nullable=True)
    unit_id: Mapped[int | None] = to("units.id", nullable=True)
    class_code: Mapped[Word | None]
    requested_by: Mapped[int | None] = to("accounts.id", nullable=True)
    requested_at: Mapped[When]
    approved_by: Mapped[int | None] = to("accounts.id", nullable=True)
    approved_at: Mapped[When | None]
    revoked_at: Mapped[When | None]


class SignInSession(Base):
    """A server-side session; the cookie holds a random key, the table its digest."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    account_id: Mapped[int] = to("accounts.id", index=True)
    created_at: Mapped[When]
    seen_at: Mapped[When]
    expires_at: Mapped[When]
    second_factor_at: Mapped[When | None]
    stepped_up_at: Mapped[When | None]


class SignInThrottle(Base):
    """Failures counted per account and per address, in the database and not per process."""

    __tablename__ = "sign_in_throttles"

    scope: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    failures: Mapped[Count]
    last_at: Mapped[When]
    closed_until: Mapped[When | None]


class IdempotencyKey(Base):
    """A signed-in POST that has been carried out, and where it led."""

    __tablename__ = "idempotency_keys"
    __table_args__ = {"sqlite_with_rowid": False}

    account_id: Mapped[int] = to("accounts.id", primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    route: Mapped[Name]
    payload_digest: Mapped[Digest]
    location: Mapped[Text]
    created_at: Mapped[When] = mapped_column(index=True)
