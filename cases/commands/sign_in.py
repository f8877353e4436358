"""Signing in: counted attempts, sessions, one-time slips, passwords of one's own.

An attempt is counted before the password is looked at, so that rivals in parallel get no free
guesses; success takes the count back. Unknown names are counted alike, by digest. Waiting grows
from one minute to fifteen and is never for ever; attempts while waiting are not counted.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cases.commands import passwords
from cases.commands.account_journal import enter
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Account, PastPassword, SignInSession, SignInThrottle
from cases.queries.accounts import session_digest
from workflow.vocabulary.administration import AccountAct
from workflow.words import Sentence, m

FREE = {"account": 5, "address": 20}
LONGEST = timedelta(minutes=15)
REMEMBERED = 5
FORGOTTEN_AFTER = timedelta(hours=24)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
WRONG = m("账号或密码不对,请核对后再试")
WRONG_OWN = m("现在的密码不对")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted attempt: what to check the password against. ``account_id`` None: unknown name."""

    account_id: int | None
    password_hash: str | None
    active: bool
    has_token: bool

    def fits(self, password: str) -> bool:
        """Whether the password opens the account. Takes the same time for every failure."""
        return passwords.fits(self.password_hash, password) and self.active


def begin_attempt(conn: sa.Connection, login: str, address: str, *, at: datetime) -> Attempt:
    """Count an attempt of a name from an address.

    Raises Refused while waiting (tell the same for unknown names); the count is then unchanged.
    Commit it before the password is checked.
    """
    keys = {"account": _digest(login.strip().casefold()), "address": _digest(address)}
    counted = {scope: _lock(conn, scope, key, at) for scope, key in keys.items()}
    _refuse_while_closed(counted.values(), at)
    row = conn.execute(
        sa.select(
            Account.id, Account.password_hash, Account.active, Account.totp_confirmed_at
        ).where(Account.login == login.strip())
    ).first()
    for scope, before in counted.items():
        _count(conn, scope, before, at, row.id if row and scope == "account" else None)
    if row is None:
        return Attempt(None, None, False, False)
    return Attempt(row.id, row.password_hash, row.active, row.totp_confirmed_at is not None)


def _digest(text: str) -> str:
    return hashlib.sha256(b"kaoji-throttle\n" + text.encode("utf-8", "replace")).hexdigest()


def _lock(conn: sa.Connection, scope: str, key: str, at: datetime) -> Any:
    """The count's row, made when there is none and locked: rivals wait here, account first."""
    conn.execute(
        _INSERT[conn.dialect.name](SignInThrottle)
        .values(scope=scope, key=key, failures=0, last_at=at)
        .on_conflict_do_nothing()
    )
    where = (SignInThrottle.scope == scope) & (SignInThrottle.key == key)
    return conn.execute(sa.select(SignInThrottle).where(where).with_for_update()).one()


def _refuse_while_closed(rows: Iterable[Any], at: datetime) -> None:
    until = max((r.closed_until for r in rows if r.closed_until is not None), default=at)
    if until > at:
        minutes = -(-(until - at) // timedelta(minutes=1))
        raise Refused([closed_sentence(int(minutes))])


def closed_sentence(minutes: int) -> Sentence:
    """What is told while waiting."""
    return m("连续输错,请在 %(n)s 分钟后再试", n=minutes)


def _count(
    conn: sa.Connection, scope: str, before: Any, at: datetime, account_id: int | None
) -> None:
    failures = 1 if at - before.last_at > FORGOTTEN_AFTER else before.failures + 1
    over = failures - FREE[scope]
    closed = at + min(timedelta(minutes=2 ** min(over, 4)), LONGEST) if over >= 0 else None
    conn.execute(
        sa.update(SignInThrottle)
        .where(SignInThrottle.scope == scope, SignInThrottle.key == before.key)
        .values(failures=failures, last_at=at, closed_until=closed)
    )
    if closed is not None and account_id is not None:
        enter(conn, AccountAct.SIGN_IN_CLOSED, account_id, at=at, account_id=account_id)


def forgive(conn: sa.Connection, login: str, address: str) -> None:
    """Take back what was counted: the password was right."""
    keys = (("account", _digest(login.strip().casefold())), ("address", _digest(address)))
    for scope, key in keys:
        where = (SignInThrottle.scope == scope) & (SignInThrottle.key == key)
        if scope == "account":
            conn.execute(sa.delete(SignInThrottle).where(where))
        else:
            conn.execute(
                sa.update(SignInThrottle)
                .where(where, SignInThrottle.failures > 0)
                .values(failures=SignInThrottle.failures - 1, closed_until=None)
            )


def open_session(
    conn: sa.Connection,
    account_id: int,
    *,
    at: datetime,
    hours: int = 12,
    second_factor: bool = False,
    replaces: str | None = None,
    journal: bool = True,
) -> str:
    """A new session; returns its key, of which only the digest is stored.

    ``replaces`` is the digest of the session that ends with this one (new id at each rise of
    rights). Call it after the password, and the second factor where there is one, were checked.
    """
    key = secrets.token_urlsafe(32)
    if replaces is not None:
        end_session(conn, replaces)
    conn.execute(
        sa.insert(SignInSession).values(
            digest=session_digest(key),
            account_id=account_id,
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(hours=hours),
            second_factor_at=at if second_factor else None,
            stepped_up_at=at,
        )
    )
    if journal:
        enter(conn, AccountAct.SIGNED_IN, account_id, at=at, account_id=account_id)
    return key


def touch(conn: sa.Connection, digest: str, *, at: datetime) -> None:
    """Write that the session is in use; a page does this at most once a minute."""
    conn.execute(sa.update(SignInSession).where(SignInSession.digest == digest).values(seen_at=at))


def step_up(conn: sa.Connection, digest: str, *, at: datetime) -> None:
    """Write that the person proved himself again."""
    conn.execute(
        sa.update(SignInSession).where(SignInSession.digest == digest).values(stepped_up_at=at)
    )


def end_session(conn: sa.Connection, digest: str) -> None:
    """Sign out."""
    conn.execute(sa.delete(SignInSession).where(SignInSession.digest == digest))


def end_all_sessions(
    conn: sa.Connection, account_id: int, *, at: datetime, by: int | None = None
) -> int:
    """Sign out everywhere; returns how many sessions ended."""
    ended = conn.execute(
        sa.delete(SignInSession).where(SignInSession.account_id == account_id)
    ).rowcount
    if by is not None:
        enter(
            conn,
            AccountAct.SIGNED_OUT_EVERYWHERE,
            account_id,
            at=at,
            account_id=by,
            payload={"sessions": ended},
        )
    return ended


def sweep_sessions(conn: sa.Connection, *, at: datetime) -> int:
    """Forget sessions past their end and throttles nobody needs any more."""
    conn.execute(sa.delete(SignInThrottle).where(SignInThrottle.last_at < at - FORGOTTEN_AFTER))
    return conn.execute(sa.delete(SignInSession).where(SignInSession.expires_at < at)).rowcount


def enrol(
    conn: sa.Connection,
    login: str,
    slip: str,
    password: str,
    *,
    at: datetime,
    remembered: int = 0,
) -> int:
    """Use a one-time slip to set a first or new password; returns the account.

    A token that was confirmed stays: a slip never goes around the second factor. Raises Invalid,
    with one sentence for a wrong name, a wrong, used or expired slip, and a disabled account.
    """
    row = conn.execute(
        sa.select(
            Account.id,
            Account.display,
            Account.slip_digest,
            Account.slip_expires_at,
            Account.active,
        )
        .where(Account.login == login.strip())
        .with_for_update()
    ).first()
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
        raise Invalid({"slip": m("账号或领取码不对,或者领取码已经过期")})
    passwords.check_new(password, login, row.display)
    _refuse_used(conn, row.id, password, remembered)
    _set_password(conn, row.id, password, at)
    enter(conn, AccountAct.SLIP_USED, row.id, at=at, account_id=row.id)
    return int(row.id)


def change_password(
    conn: sa.Connection, account_id: int, new: str, *, at: datetime, remembered: int = 0
) -> None:
    """Replace one's own password; every session of the account ends.

    None of the last ``remembered`` may be taken again (at most ``REMEMBERED`` are kept). The old
    one was checked through :class:`Attempt`. Raises Invalid, NotVisible.
    """
    row = conn.execute(
        sa.select(Account.login, Account.display)
        .where(Account.id == account_id, Account.active)
        .with_for_update()
    ).first()
    if row is None:
        raise NotVisible
    passwords.check_new(new, row.login, row.display)
    _refuse_used(conn, account_id, new, remembered)
    _set_password(conn, account_id, new, at)
    enter(conn, AccountAct.PASSWORD_CHANGED, account_id, at=at, account_id=account_id)


def _refuse_used(conn: sa.Connection, account_id: int, new: str, remembered: int) -> None:
    """Raises Invalid for one of the last ``remembered`` passwords, the present one among them."""
    if any(passwords.fits(old, new) for old in _past(conn, account_id, remembered)):
        raise Invalid({"new_password": m("最近用过的密码不能再用,请换一个")})


def _past(conn: sa.Connection, account_id: int, most: int) -> list[str]:
    return list(
        conn.execute(
            sa.select(PastPassword.password_hash)
            .where(PastPassword.account_id == account_id)
            .order_by(PastPassword.id.desc())
            .limit(most)
        ).scalars()
    )


def _remember(conn: sa.Connection, account_id: int, password_hash: str) -> None:
    """Kept whether or not the rule is on, so that it holds from the day it is turned on."""
    mine = PastPassword.account_id == account_id
    conn.execute(sa.insert(PastPassword).values(account_id=account_id, password_hash=password_hash))
    kept = sa.select(PastPassword.id).where(mine).order_by(PastPassword.id.desc()).limit(REMEMBERED)
    ids = conn.execute(kept).scalars().all()
    conn.execute(sa.delete(PastPassword).where(mine, PastPassword.id.not_in(ids)))


def _set_password(conn: sa.Connection, account_id: int, password: str, at: datetime) -> None:
    made = passwords.make_hash(password)
    _remember(conn, account_id, made)
    conn.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(
            password_hash=made,
            password_set_at=at,
            slip_digest=None,
            slip_expires_at=None,
        )
    )
    end_all_sessions(conn, account_id, at=at)
