"""Signing in: counted attempts and sessions.

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
from cases.errors import Refused
from cases.models import Account, SignInSession, SignInThrottle
from cases.queries.accounts import session_digest
from workflow.vocabulary.administration import AccountAct
from workflow.words import Sentence, m

FREE = {"account": 5, "address": 20}
LONGEST = timedelta(minutes=15)
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


def begin_attempt(
    conn: sa.Connection, login: str, address: str, *, at: datetime, request: str | None = None
) -> Attempt:
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
        account_id = row.id if row and scope == "account" else None
        if _count(conn, scope, before, at) and account_id is not None:
            act = AccountAct.SIGN_IN_CLOSED
            enter(conn, act, account_id, at=at, account_id=account_id, request=request)
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


def _count(conn: sa.Connection, scope: str, before: Any, at: datetime) -> bool:
    """Count one more failure; whether the next attempt has to wait."""
    failures = 1 if at - before.last_at > FORGOTTEN_AFTER else before.failures + 1
    over = failures - FREE[scope]
    closed = at + min(timedelta(minutes=2 ** min(over, 4)), LONGEST) if over >= 0 else None
    conn.execute(
        sa.update(SignInThrottle)
        .where(SignInThrottle.scope == scope, SignInThrottle.key == before.key)
        .values(failures=failures, last_at=at, closed_until=closed)
    )
    return closed is not None


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
    request: str | None = None,
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
        act = AccountAct.SIGNED_IN
        enter(conn, act, account_id, at=at, account_id=account_id, request=request)
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
    conn: sa.Connection,
    account_id: int,
    *,
    at: datetime,
    by: int | None = None,
    request: str | None = None,
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
            request=request,
            payload={"sessions": ended},
        )
    return ended


def sweep_sessions(conn: sa.Connection, *, at: datetime) -> int:
    """Forget sessions past their end and throttles nobody needs any more."""
    conn.execute(sa.delete(SignInThrottle).where(SignInThrottle.last_at < at - FORGOTTEN_AFTER))
    return conn.execute(sa.delete(SignInSession).where(SignInSession.expires_at < at)).rowcount
