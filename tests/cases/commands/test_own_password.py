"""No hash is computed while an account is locked; what moved meanwhile refuses the password."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import own_password, passwords
from cases.errors import Invalid, NotVisible, Stale
from cases.models import Account, JournalEntry, PastPassword
from cases.store import Store
from tests.cases.commands.test_sign_in import AT, PASSWORD, cheap_hashes, opened

__all__ = ["cheap_hashes"]
NEW = "seven quiet evening boats"


def new_password(store: Store, account_id: int, text: str = NEW) -> own_password.NewPassword:
    with store.reading() as conn:
        before = own_password.standing(conn, account_id, remembered=own_password.REMEMBERED)
    return own_password.chosen(before, text)


def hash_of(store: Store, account_id: int) -> str:
    with store.reading() as conn:
        query = sa.select(Account.password_hash).where(Account.id == account_id)
        return str(conn.execute(query).scalar_one())


def test_no_hash_is_computed_inside_the_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = opened(store)
    new = new_password(store, account_id)

    def never(*_: Any) -> Any:
        raise AssertionError("hashed under a lock")

    monkeypatch.setattr(passwords, "fits", never)
    monkeypatch.setattr(passwords, "make_hash", never)
    with store.transaction() as conn:
        own_password.change_password(conn, new, at=AT, request="abc123")
        entry = conn.execute(sa.select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert hash_of(store, account_id) == new.made
    assert entry is not None
    assert entry.action == "password_changed"
    assert '"request":"abc123"' in entry.body


@pytest.mark.parametrize(
    "moved",
    [
        sa.update(Account).values(password_hash="elsewhere"),
        sa.update(Account).values(display="新名字"),
        sa.update(Account).values(active=False),
        sa.update(PastPassword).values(password_hash="elsewhere"),
    ],
    ids=["password", "name", "disabled", "past"],
)
def test_account_that_moved_meanwhile_keeps_its_password(store: Store, moved: Any) -> None:
    account_id = opened(store)
    new = new_password(store, account_id)
    with store.transaction() as conn:
        conn.execute(moved)
    with pytest.raises(Stale), store.transaction() as conn:
        own_password.change_password(conn, new, at=AT)
    assert hash_of(store, account_id) != new.made


def test_slip_is_used_once_even_by_two_at_a_time(store: Store) -> None:
    account_id = opened(store)
    slip = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"
    with store.transaction() as conn:
        conn.execute(
            sa.update(Account).values(
                slip_digest=passwords.slip_digest(slip), slip_expires_at=AT.replace(year=2099)
            )
        )
    with store.reading() as conn:
        before = own_password.standing_by_slip(conn, "clerk", slip, at=AT)
    first, second = own_password.chosen(before, NEW), own_password.chosen(before, f"{NEW} 2")
    with store.transaction() as conn:
        assert own_password.enrol(conn, first, at=AT) == account_id
    with pytest.raises(Invalid) as refused, store.transaction() as conn:
        own_password.enrol(conn, second, at=AT)
    assert list(refused.value.errors) == ["slip"]
    assert hash_of(store, account_id) == first.made


def test_used_password_and_unknown_account_are_refused_before_anything_is_written(
    store: Store,
) -> None:
    account_id = opened(store)
    with pytest.raises(Invalid) as refused:
        new_password(store, account_id, PASSWORD)
    assert list(refused.value.errors) == ["new_password"]
    with pytest.raises(NotVisible):
        new_password(store, account_id + 1)


def test_hashes_are_not_shown(store: Store) -> None:
    account_id = opened(store)
    new = new_password(store, account_id)
    assert "argon2" not in repr(new)
