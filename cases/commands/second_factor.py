"""The second factor: time-based one-time codes (RFC 6238), their secret sealed with the data key.

A code is used once: the step of the last accepted code is kept and no step up to it is taken again.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
import sqlalchemy as sa

from cases.commands.account_journal import enter
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Account
from cases.sealing import TOKEN, seal, unseal
from workflow.permissions import Actor
from workflow.vocabulary.administration import AccountAct
from workflow.words import m

STEP_SECONDS = 30
WRONG_CODE = m("动态口令不对,请等下一个口令再填")
_ISSUER = "Kaoji"


def _place(account_id: int) -> str:
    return f"accounts/{account_id}"


def prepare(conn: sa.Connection, account_id: int, *, data_key: str) -> tuple[str, str]:
    """The secret of a token not yet confirmed, made when there is none: (secret, otpauth URI).

    Raises Refused when a confirmed token exists; it has to be removed first.
    """
    row = conn.execute(
        sa.select(Account.login, Account.totp_sealed, Account.totp_confirmed_at)
        .where(Account.id == account_id, Account.active)
        .with_for_update()
    ).first()
    if row is None:
        raise NotVisible
    if row.totp_confirmed_at is not None:
        raise Refused([m("动态口令已经启用")])
    if row.totp_sealed is None:
        secret = pyotp.random_base32()
        sealed = seal(data_key, TOKEN, secret, place=_place(account_id))
        conn.execute(sa.update(Account).where(Account.id == account_id).values(totp_sealed=sealed))
    else:
        secret = unseal(data_key, TOKEN, row.totp_sealed, place=_place(account_id))
    uri = pyotp.TOTP(secret).provisioning_uri(name=row.login, issuer_name=_ISSUER)
    return secret, uri


def confirmed(conn: sa.Connection, account_id: int) -> bool:
    """Whether the account has a token in use."""
    found = sa.select(Account.totp_confirmed_at).where(Account.id == account_id)
    return conn.execute(found).scalar() is not None


def confirm(
    conn: sa.Connection,
    account_id: int,
    code: str,
    *,
    data_key: str,
    at: datetime,
    request: str | None = None,
) -> None:
    """Prove that a prepared token works. Raises Invalid on ``code``."""
    _use(conn, account_id, code, data_key=data_key, at=at, confirmed=False)
    conn.execute(sa.update(Account).where(Account.id == account_id).values(totp_confirmed_at=at))
    act = AccountAct.TOKEN_CONFIRMED
    enter(conn, act, account_id, at=at, account_id=account_id, request=request)


def use(conn: sa.Connection, account_id: int, code: str, *, data_key: str, at: datetime) -> None:
    """Take a code of a confirmed token; each once. Raises Invalid on ``code``."""
    _use(conn, account_id, code, data_key=data_key, at=at, confirmed=True)


def _use(
    conn: sa.Connection,
    account_id: int,
    code: str,
    *,
    data_key: str,
    at: datetime,
    confirmed: bool,
) -> None:
    row = conn.execute(
        sa.select(Account.totp_sealed, Account.totp_confirmed_at, Account.totp_last_step)
        .where(Account.id == account_id, Account.active)
        .with_for_update()
    ).first()
    if row is None or row.totp_sealed is None:
        raise NotVisible
    if (row.totp_confirmed_at is not None) is not confirmed:
        raise NotVisible
    secret = unseal(data_key, TOKEN, row.totp_sealed, place=_place(account_id))
    step = _step_of(secret, code, at)
    if step is None or step <= (row.totp_last_step or 0):
        raise Invalid({"code": WRONG_CODE})
    conn.execute(sa.update(Account).where(Account.id == account_id).values(totp_last_step=step))


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step a code belongs to: the present one, the one before or after; None if none."""
    token, here = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in (here - 1, here, here + 1):
        if pyotp.utils.strings_equal(token.generate_otp(step), code):
            found = step
    return found


def remove(conn: sa.Connection, account_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a lost token away; the next sign-in sets up a new one where that is required."""
    conn.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(totp_sealed=None, totp_confirmed_at=None, totp_last_step=None)
    )
    act, by = AccountAct.TOKEN_REMOVED, actor.account_id
    enter(conn, act, account_id, at=at, account_id=by, request=actor.request)
