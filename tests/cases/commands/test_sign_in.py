"""Attempts, sessions, slips and passwords below the pages; on both databases."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.commands import administration, own_password, passwords, second_factor, sign_in
from cases.errors import Busy, Invalid, NotVisible, Refused
from cases.journal import verify
from cases.models import Account, JournalEntry, PastPassword, SignInSession, SignInThrottle
from cases.queries.accounts import session_by_key
from cases.store import Store
from tests.web_client import make_account

AT = datetime(2026, 1, 12, 1, 0, tzinfo=UTC)
KEY = "a data key of at least thirty-two characters"
PASSWORD = "a calm morning walk"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least cost."""
    monkeypatch.setattr(
        passwords, "hasher", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    passwords._nobody.cache_clear()


def opened(store: Store, login: str = "clerk") -> int:
    with store.transaction() as conn:
        account_id = make_account(conn, login, at=AT)
        slip = administration.issue_slip(conn, account_id, actor=None, at=AT)
        before = own_password.standing_by_slip(conn, login, slip.text, at=AT)
        own_password.enrol(conn, own_password.chosen(before, PASSWORD), at=AT)
    return account_id


def attempt(store: Store, login: str, at: datetime = AT, address: str = "192.0.2.1"):
    with store.transaction() as conn:
        return sign_in.begin_attempt(conn, login, address, at=at)


def test_attempt_fits_the_right_password_only(store: Store) -> None:
    account_id = opened(store)
    found = attempt(store, "clerk")
    assert (found.account_id, found.fits(PASSWORD), found.fits("wrong")) == (
        account_id,
        True,
        False,
    )


def test_unknown_name_never_fits_and_is_counted(store: Store) -> None:
    found = attempt(store, "nobody")
    assert (found.account_id, found.fits(PASSWORD)) == (None, False)
    with store.reading() as conn:
        counted = conn.execute(sa.select(SignInThrottle.scope, SignInThrottle.failures)).all()
    assert sorted(map(tuple, counted)) == [("account", 1), ("address", 1)]


def test_waiting_doubles_up_to_fifteen_minutes(store: Store) -> None:
    opened(store)
    at, waits = AT, []
    for _ in range(10):
        attempt(store, "clerk", at)
        with store.reading() as conn:
            until = conn.execute(
                sa.select(SignInThrottle.closed_until).where(SignInThrottle.scope == "account")
            ).scalar()
        waits.append((until - at).total_seconds() / 60 if until else 0)
        at = (until or at) + timedelta(seconds=1)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15]


def test_lockout_is_entered_into_the_journal(store: Store) -> None:
    account_id = opened(store)
    for _ in range(5):
        attempt(store, "clerk")
    with pytest.raises(Refused):
        attempt(store, "clerk")
    with store.reading() as conn:
        acts = list(
            conn.execute(
                sa.select(JournalEntry.action)
                .where(JournalEntry.subject_id == account_id)
                .order_by(JournalEntry.seq)
            ).scalars()
        )
        assert acts == ["slip_issued", "slip_used", "sign_in_closed"]
        assert verify(conn).ok


def test_count_is_forgotten_after_a_day_and_forgiven_by_success(store: Store) -> None:
    opened(store)
    for _ in range(4):
        attempt(store, "clerk")
    attempt(store, "clerk", AT + timedelta(hours=25))
    for _ in range(3):
        attempt(store, "clerk", AT + timedelta(hours=25))
    with store.transaction() as conn:
        sign_in.forgive(conn, "clerk", "192.0.2.1")
    for _ in range(5):
        attempt(store, "clerk", AT + timedelta(hours=25))


def test_rivals_in_parallel_get_no_free_guesses(store: Store) -> None:
    opened(store)
    taken, lock = [], threading.Lock()

    def rival(number: int) -> None:
        try:
            attempt(store, "clerk", address=f"192.0.2.{number}")
        except Refused:
            return
        with lock:
            taken.append(number)

    threads = [threading.Thread(target=rival, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 5


def test_session_key_is_not_stored(store: Store) -> None:
    account_id = opened(store)
    with store.transaction() as conn:
        key = sign_in.open_session(conn, account_id, at=AT)
        stored = conn.execute(sa.select(SignInSession.digest)).scalar_one()
        found = session_by_key(conn, key)
    assert key not in stored
    assert found is not None
    assert (found.account_id, found.expires_at) == (account_id, AT + timedelta(hours=12))


def test_sweep_forgets_old_sessions_and_counts(store: Store) -> None:
    account_id = opened(store)
    attempt(store, "clerk")
    with store.transaction() as conn:
        sign_in.open_session(conn, account_id, at=AT)
        assert sign_in.sweep_sessions(conn, at=AT + timedelta(hours=1)) == 0
        assert sign_in.sweep_sessions(conn, at=AT + timedelta(hours=25)) == 1
        assert conn.execute(sa.select(SignInThrottle.key)).all() == []


@pytest.mark.parametrize(
    "password",
    ["short", "password123", "PassWord123", "woaini1314!!", "1234567890", "x" * 129, "my clerk 77"],
)
def test_poor_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_new(password, "clerk", "方若谷")


@pytest.mark.parametrize(
    "password", ["eightlet", "all small letters are fine", "云岭的早晨有雾气", "x9" * 32, "y" * 64]
)
def test_long_and_plain_passwords_are_allowed(password: str) -> None:
    passwords.check_new(password, "clerk", "方若谷")


def test_hash_is_argon2id() -> None:
    assert passwords.make_hash(PASSWORD).startswith("$argon2id$")


def test_hashing_more_than_two_at_once_waits_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    with passwords._slot(), passwords._slot(), pytest.raises(Busy):
        passwords.make_hash(PASSWORD)


def test_slips_are_long_and_read_with_blanks_and_small_letters() -> None:
    slip = passwords.make_slip()
    assert len(slip.replace("-", "")) == 24
    assert passwords.slip_digest(slip) == passwords.slip_digest(slip.lower().replace("-", " "))
    assert slip != passwords.make_slip()


def test_data_key_of_another_installation_opens_no_token(store: Store) -> None:
    account_id = opened(store)
    with store.transaction() as conn:
        second_factor.prepare(conn, account_id, data_key=KEY)
    with store.transaction() as conn, pytest.raises(ValueError):
        second_factor.prepare(conn, account_id, data_key="another key")


def test_code_is_not_taken_from_a_token_not_confirmed(store: Store) -> None:
    account_id = opened(store)
    with store.transaction() as conn:
        second_factor.prepare(conn, account_id, data_key=KEY)
    with store.transaction() as conn, pytest.raises(NotVisible):
        second_factor.use(conn, account_id, "000000", data_key=KEY, at=AT)
    with store.reading() as conn:
        assert not second_factor.confirmed(conn, account_id)


def test_token_secret_is_stored_sealed(store: Store) -> None:
    account_id = opened(store)
    with store.transaction() as conn:
        secret, uri = second_factor.prepare(conn, account_id, data_key=KEY)
        stored = conn.execute(
            sa.select(Account.totp_sealed).where(Account.id == account_id)
        ).scalar_one()
    assert secret not in stored
    assert uri.startswith("otpauth://totp/Kaoji:clerk?secret=")


@pytest.mark.parametrize("remembered", [0, own_password.REMEMBERED])
def test_last_five_passwords_are_not_taken_again_where_they_run_out(
    store: Store, remembered: int
) -> None:
    account_id = opened(store)

    def change(new: str) -> bool:
        try:
            with store.reading() as conn:
                before = own_password.standing(conn, account_id, remembered=remembered)
            made = own_password.chosen(before, new)
            with store.transaction() as conn:
                own_password.change_password(conn, made, at=AT)
        except Invalid as invalid:
            assert list(invalid.errors) == ["new_password"]
            return False
        return True

    free = remembered == 0
    assert change(PASSWORD) is free
    later = [f"{n} quiet evening boats" for n in range(1, 5)]
    assert [change(p) for p in later] == [True] * 4
    assert change(PASSWORD) is free  # the fifth from the last
    assert [change(p) for p in later] == [free] * 4
    assert change("5 quiet evening boats")
    assert change(PASSWORD)  # forgotten by now
    with store.reading() as conn:
        kept = conn.execute(sa.select(sa.func.count()).select_from(PastPassword)).scalar_one()
    assert kept == 5
