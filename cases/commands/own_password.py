"""A password of one's own: set with a one-time slip, or changed.

Hashing costs a tenth of a second, and a rule against old passwords costs it several times over, so
no lock is held meanwhile::

    with reading() as conn:
        before = standing(conn, account_id, remembered=5)
    new = chosen(before, password)               # seconds, no database
    with store.transaction() as conn:
        change_password(conn, new, at=at)        # refused if the account moved meanwhile
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import passwords
from cases.commands.account_journal import enter
from cases.commands.sign_in import end_all_sessions
from cases.errors import Invalid, NotVisible, Stale
from cases.models import Account, PastPassword
from workflow.vocabulary.administration import AccountAct
from workflow.words import m

REMEMBERED = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as it stood before the work began: names, present hash and slip, past hashes."""

    account_id: int
    login: str
    display: str
    present: str | None = field(repr=False)
    slip: str | None = field(repr=False)
    past: tuple[str, ...] = field(repr=False)
    barred: int
    """How many of the past ones may not be taken again."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was checked and hashed, and what it was checked against."""

    before: Standing
    made: str = field(repr=False)


def standing(conn: sa.Connection, account_id: int, *, remembered: int = 0) -> Standing:
    """The account before its password changes; at most ``REMEMBERED`` past ones. Two queries.

    Raises NotVisible for an unknown or disabled one.
    """
    row = conn.execute(_ROW.where(Account.id == account_id, Account.active)).first()
    if row is None:
        raise NotVisible
    return _standing(conn, row, remembered)


def standing_by_slip(
    conn: sa.Connection, login: str, slip: str, *, at: datetime, remembered: int = 0
) -> Standing:
    """The account that a valid slip was issued for.

    Raises Invalid, with one sentence for a wrong name, a wrong, used or expired slip, and a
    disabled account.
    """
    row = conn.execute(_ROW.where(Account.login == login.strip())).first()
    given = passwords.slip_digest(slip)
    good = (
        row is not None
        and row.slip_digest is not None
        and secrets.compare_digest(row.slip_digest, given)
        and row.slip_expires_at is not None
        and row.slip_expires_at > at
        and row.active
    )
    if row is None or not good:
        raise Invalid({"slip": WRONG_SLIP})
    return _standing(conn, row, remembered)


WRONG_SLIP = m("账号或领取码不对,或者领取码已经过期")
_ROW = sa.select(
    Account.id,
    Account.login,
    Account.display,
    Account.password_hash,
    Account.slip_digest,
    Account.slip_expires_at,
    Account.active,
)


def _standing(conn: sa.Connection, row: Any, remembered: int) -> Standing:
    past = conn.execute(_past(row.id)).scalars().all()
    return Standing(
        row.id, row.login, row.display, row.password_hash, row.slip_digest, tuple(past), remembered
    )


def _past(account_id: int) -> sa.Select[Any]:
    return (
        sa.select(PastPassword.password_hash)
        .where(PastPassword.account_id == account_id)
        .order_by(PastPassword.id.desc())
        .limit(REMEMBERED)
    )


def chosen(before: Standing, password: str) -> NewPassword:
    """Check and hash a new password: up to six hashes, so hold no transaction.

    Raises Invalid for one that guessers try first or that was used lately, Busy.
    """
    passwords.check_new(password, before.login, before.display)
    if any(passwords.fits(old, password) for old in before.past[: before.barred]):
        raise Invalid({"new_password": m("最近用过的密码不能再用,请换一个")})
    return NewPassword(before, passwords.make_hash(password))


def enrol(
    conn: sa.Connection, new: NewPassword, *, at: datetime, request: str | None = None
) -> int:
    """Use a one-time slip to set a first or new password; returns the account.

    A token that was confirmed stays: a slip never goes around the second factor. Raises Invalid
    when the slip was used or replaced meanwhile.
    """
    account_id = new.before.account_id
    if new.before.slip is None or not _unmoved(conn, new.before):
        raise Invalid({"slip": WRONG_SLIP})
    _set_password(conn, new, at)
    act = AccountAct.SLIP_USED
    enter(conn, act, account_id, at=at, account_id=account_id, request=request)
    return account_id


def change_password(
    conn: sa.Connection, new: NewPassword, *, at: datetime, request: str | None = None
) -> None:
    """Replace one's own password; every session of the account ends.

    The old one was checked through ``sign_in.Attempt``. Raises Stale when the account or its
    password changed since it was read.
    """
    account_id = new.before.account_id
    if not _unmoved(conn, new.before):
        raise Stale("account")
    _set_password(conn, new, at)
    act = AccountAct.PASSWORD_CHANGED
    enter(conn, act, account_id, at=at, account_id=account_id, request=request)


def _unmoved(conn: sa.Connection, before: Standing) -> bool:
    """Lock the account; whether all that the new password was checked against still stands."""
    mine = _ROW.where(Account.id == before.account_id, Account.active).with_for_update()
    row = conn.execute(mine).first()
    return row is not None and _standing(conn, row, before.barred) == before


def _remember(conn: sa.Connection, account_id: int, password_hash: str) -> None:
    """Kept whether or not the rule is on, so that it holds from the day it is turned on."""
    mine = PastPassword.account_id == account_id
    conn.execute(sa.insert(PastPassword).values(account_id=account_id, password_hash=password_hash))
    kept = sa.select(PastPassword.id).where(mine).order_by(PastPassword.id.desc()).limit(REMEMBERED)
    ids = conn.execute(kept).scalars().all()
    conn.execute(sa.delete(PastPassword).where(mine, PastPassword.id.not_in(ids)))


def _set_password(conn: sa.Connection, new: NewPassword, at: datetime) -> None:
    account_id = new.before.account_id
    _remember(conn, account_id, new.made)
    conn.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(
            password_hash=new.made,
            password_set_at=at,
            slip_digest=None,
            slip_expires_at=None,
        )
    )
    end_all_sessions(conn, account_id, at=at)
