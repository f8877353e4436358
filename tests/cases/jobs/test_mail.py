"""Mail against a real SMTP peer: outages, deferrals, refusals, and a sender that is killed."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cases.commands.outbox import OutboxRow, post_many
from cases.files.store import FileStore
from cases.jobs.handlers import handlers
from cases.jobs.outbox import MOST_ATTEMPTS, Drained, drain
from cases.jobs.tools import Tools
from cases.models import Account, Message, Outbox, Person
from cases.notices.deliver import Mailer
from cases.queries.jobs import dead_letters
from cases.store import Store
from config import Settings
from tests import forked

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


class Peer:
    """A mail server that keeps what it accepts and answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.rcpt: dict[str, str] = {}
        self.ids: Counter[str] = Counter()
        self.letters: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content or b""
        assert isinstance(content, bytes)
        mark = next(x for x in content.splitlines() if x.lower().startswith(b"message-id"))
        self.ids[mark.split(b":", 1)[1].strip().decode()] += 1
        self.letters.append(content)
        return "250 OK"


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
def port(peer: Peer) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    controller = Controller(peer, hostname="127.0.0.1", port=free)
    controller.start()
    yield free
    controller.stop()


def post(store: Store, count: int) -> None:
    with store.transaction() as conn:
        for n in range(1, count + 1):
            conn.execute(sa.insert(Person).values(id=n, name=f"人{n}", name_key=f"人{n}"))
            conn.execute(
                sa.insert(Account).values(
                    id=n, login=f"u{n}", display=f"人{n}", person_id=n, mail=f"u{n}@example.org",
                    created_at=AT,
                )
            )  # fmt: skip
            conn.execute(
                sa.insert(Message).values(
                    person_id=n, kind="result", title="t", text="x", sent_at=AT
                )
            )
        rows = [
            OutboxRow(f"mail:{n}", "mail", "waiting", None, {"account_id": n}, AT)
            for n in range(1, count + 1)
        ]
        post_many(conn, rows)


def drained(store: Store, path: Path, port: int, at: datetime = AT) -> Drained:
    settings = Settings(
        mode="test", var=path, smtp_host="127.0.0.1", smtp_port=port, mail_from="k@example.org"
    )
    tools = Tools(store, FileStore(path), settings, now=lambda: at)
    mailer = Mailer(settings)
    try:
        return drain(store, handlers(tools, mailer), now=lambda: at)
    finally:
        mailer.close()


def test_mail_arrives_once_with_a_fixed_id(
    sqlite_store: Store, tmp_path: Path, peer: Peer, port: int
) -> None:
    post(sqlite_store, 3)
    assert drained(sqlite_store, tmp_path, port).done == 3
    assert drained(sqlite_store, tmp_path, port).claimed == 0
    assert list(peer.ids.values()) == [1, 1, 1]
    assert b"=E4=BA=BA1" not in peer.letters[0] and "人1".encode() not in peer.letters[0]


def test_mail_read_meanwhile_is_not_announced(
    sqlite_store: Store, tmp_path: Path, peer: Peer, port: int
) -> None:
    post(sqlite_store, 2)
    with sqlite_store.transaction() as conn:
        conn.execute(sa.update(Message).where(Message.person_id == 1).values(read_at=AT))
    assert drained(sqlite_store, tmp_path, port).done == 2
    assert len(peer.ids) == 1


def test_deferred_mail_is_sent_later(
    sqlite_store: Store, tmp_path: Path, peer: Peer, port: int
) -> None:
    post(sqlite_store, 2)
    peer.answers = ["451 try again"]
    sums = drained(sqlite_store, tmp_path, port)
    assert (sums.done, sums.failed) == (1, 1)
    assert drained(sqlite_store, tmp_path, port, AT + timedelta(minutes=1)).done == 1
    assert sorted(peer.ids.values()) == [1, 1]


def test_refused_mailbox_is_a_dead_letter_at_once(
    sqlite_store: Store, tmp_path: Path, peer: Peer, port: int
) -> None:
    post(sqlite_store, 2)
    peer.rcpt = {"u1@example.org": "550 no such user"}
    sums = drained(sqlite_store, tmp_path, port)
    assert (sums.done, sums.dead) == (1, 1)
    with sqlite_store.reading() as conn:
        (letter,) = dead_letters(conn)
    assert letter.error == "Rejected: recipient refused: 550"


def test_dead_server_costs_attempts_until_the_letter_is_given_up(
    sqlite_store: Store, tmp_path: Path
) -> None:
    post(sqlite_store, 1)
    at = AT
    for _ in range(MOST_ATTEMPTS):
        sums = drained(sqlite_store, tmp_path, 1, at)
        at += timedelta(hours=7)
    assert sums.dead == 1
    with sqlite_store.reading() as conn:
        assert len(dead_letters(conn)) == 1


def keep_sending(url: str, port: int, hours: int) -> None:
    at = AT + timedelta(hours=hours)
    s = Settings(mode="test", smtp_host="127.0.0.1", smtp_port=port, mail_from="k@example.org")
    tools = Tools(Store(url), FileStore(Path("x")), s, now=lambda: at)
    drain(tools.store, handlers(tools, Mailer(s)), now=lambda: at)


@pytest.mark.slow
def test_killed_sender_loses_nothing_and_repeats_at_most_once_a_kill(
    store: Store, tmp_path: Path, peer: Peer, port: int
) -> None:
    mails, kills = 120, 0
    post(store, mails)
    url = store.engine.url.render_as_string(hide_password=False)
    for round_ in range(7):
        before = sum(peer.ids.values())
        sender = forked.start(keep_sending, url, port, round_)
        deadline = time.monotonic() + 30
        while (
            sum(peer.ids.values()) < before + 10
            and sender.is_alive()
            and time.monotonic() < deadline
        ):
            time.sleep(0.002)
        if sender.is_alive():
            sender.kill()
            kills += 1
        sender.join()
    drained(store, tmp_path, port, AT + timedelta(days=3))
    drained(store, tmp_path, port, AT + timedelta(days=4))
    with store.reading() as conn:
        left = conn.execute(
            sa.select(sa.func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))
        ).scalar_one()
    assert (left, len(peer.ids)) == (0, mails)
    assert kills >= 4
    assert sum(peer.ids.values()) - mails <= kills
