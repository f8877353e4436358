"""Notices reach people: a message in the inbox here always, a mail that says so where set up.

The inbox rows are written in the transaction that marks the outbox rows, so they are exactly once.
A mail leaves the house and may be repeated by a kill at the wrong moment: its Message-ID is made of
the outbox key, so the repeat is the same mail.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import sqlalchemy as sa

from cases.errors import KaojiError
from cases.models import Account, Message
from cases.notices.compose import (
    GROUP_FROM,
    Text,
    Waiting,
    compose,
    compose_checkpoint,
    compose_fault,
    compose_group,
    compose_mail,
    compose_reminders,
)
from cases.queries.audience import Reader, readers_of
from cases.queries.matters import Matter, matters
from config import Settings
from workflow.timetable import Calendar
from workflow.vocabulary import NoticeKind, ReminderKind, Role, Thing

TIMEOUT_SECONDS = 20
_TOPICS = frozenset(kind.value for kind in NoticeKind)


class Rejected(KaojiError):
    """The mail can never be delivered: an address refused for good, or one that is none."""


class Posted(Protocol):
    """What this room reads of an outbox row."""

    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to go."""

    to: str
    text: Text
    message_id: str


def deliver_notices(conn: sa.Connection, rows: Sequence[Posted], *, at: datetime) -> set[int]:
    """Write the inbox messages of notices; returns the accounts that may be told by mail.

    A matter that is gone, and a topic that is no notice, tells nobody.
    """
    asked = []
    about = {row.id: _about(row) for row in rows if row.topic in _TOPICS}
    found = matters(conn, list(about.values()))
    for row in rows:
        matter = found.get(about[row.id]) if row.id in about else None
        if matter is not None:
            asked.append((row, _narrowed(matter, row), _roles(row)))
    told = readers_of(conn, [(matter, roles) for _, matter, roles in asked])
    by_reader: dict[tuple[int, NoticeKind], list[tuple[Posted, Matter]]] = defaultdict(list)
    people: dict[int, Reader] = {}
    for (row, matter, _), readers in zip(asked, told, strict=True):
        for reader in readers:
            people[reader.person_id] = reader
            by_reader[reader.person_id, NoticeKind(row.topic)].append((row, matter))
    messages: list[dict[str, Any]] = []
    for (person_id, kind), items in by_reader.items():
        messages += _messages(people[person_id], kind, items, at)
    if messages:
        conn.execute(sa.insert(Message), messages)
    return _reachable(people.values())


def deliver_reminders(
    conn: sa.Connection,
    rows: Sequence[Posted],
    *,
    at: datetime,
    today: date,
    calendar: Calendar,
) -> set[int]:
    """Write one digest per person for reminders; returns the accounts that may be told by mail."""
    about = {row.id: _about(row) for row in rows}
    found = matters(conn, list(about.values()))
    asked = [(row, found[about[row.id]]) for row in rows if about[row.id] in found]
    told = readers_of(conn, [(matter, _roles(row)) for row, matter in asked])
    lists: dict[int, list[Waiting]] = defaultdict(list)
    first: dict[int, int] = {}
    people: dict[int, Reader] = {}
    for (row, matter), readers in zip(asked, told, strict=True):
        due = date.fromisoformat(str(row.payload["due"]))
        for reader in readers:
            people[reader.person_id] = reader
            first.setdefault(reader.person_id, row.id)
            lists[reader.person_id].append(Waiting(ReminderKind(row.topic), matter, due))
    messages = []
    for person_id, waiting in lists.items():
        text = compose_reminders(waiting, people[person_id].locale, today=today, calendar=calendar)
        case_id = waiting[0].matter.case_id if len(waiting) == 1 else None
        messages.append(_message(person_id, first[person_id], case_id, "reminder", text, at))
    if messages:
        conn.execute(sa.insert(Message), messages)
    return _reachable(people.values())


def _messages(
    reader: Reader, kind: NoticeKind, items: list[tuple[Posted, Matter]], at: datetime
) -> list[dict[str, Any]]:
    if len(items) >= GROUP_FROM:
        text = compose_group(kind, [matter for _, matter in items], reader.locale)
        return [_message(reader.person_id, items[0][0].id, None, kind.value, text, at)]
    return [
        _message(
            reader.person_id, row.id, matter.case_id, kind.value,
            compose(kind, matter, reader.locale), at,
        )
        for row, matter in items
    ]  # fmt: skip


def _message(
    person_id: int, outbox_id: int, case_id: int | None, kind: str, text: Text, at: datetime
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "outbox_id": outbox_id,
        "case_id": case_id,
        "kind": kind,
        "title": text.title,
        "text": text.text,
        "sent_at": at,
    }


def _about(row: Posted) -> tuple[Thing, int]:
    thing = Thing(row.payload.get("thing", Thing.CASE))
    return thing, int(row.payload.get("id") or row.case_id or 0)


def _narrowed(matter: Matter, row: Posted) -> Matter:
    """The matter with only the units that the row names, where it names some."""
    units = tuple(int(unit) for unit in row.payload.get("units", ()))
    return replace(matter, units=dict.fromkeys(_roles(row), units)) if units else matter


def _roles(row: Posted) -> tuple[Role, ...]:
    return tuple(Role(word) for word in row.payload.get("to", ()))


def _reachable(readers: Any) -> set[int]:
    return {r.account_id for r in readers if r.account_id is not None and r.mail}


def mail_for(conn: sa.Connection, row: Posted, settings: Settings) -> Mail | None:
    """The mail of a ``mail`` row; None when there is nobody or nothing to write to any more."""
    account = conn.execute(
        sa.select(Account.person_id, Account.locale, Account.mail, Account.active).where(
            Account.id == row.payload["account_id"]
        )
    ).first()
    if account is None or not account.active or not account.mail:
        return None
    said = row.payload
    if row.topic == "checkpoint":
        text = compose_checkpoint(said["seq"], said["root"], account.locale)
    elif row.topic == "integrity":
        text = compose_fault(said["kind"], said["seq"], said["files"], account.locale)
    else:
        unread = conn.execute(
            sa.select(sa.func.count())
            .select_from(Message)
            .where(Message.person_id == account.person_id, Message.read_at.is_(None))
        ).scalar_one()
        if unread == 0:
            return None
        text = compose_mail(unread, settings.site_url, account.locale)
    return Mail(account.mail, text, message_id(row.key, settings))


def message_id(key: str, settings: Settings) -> str:
    """The Message-ID of an outbox row, the same at every attempt."""
    host = urlsplit(settings.site_url).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


class Mailer:
    """A connection to the mail server, opened when needed and given up after any fault."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    @property
    def ready(self) -> bool:
        """Whether mail is set up at all."""
        return bool(self._settings.smtp_host and self._settings.mail_from)

    def send(self, mail: Mail, *, at: datetime) -> None:
        """Send one mail. Raises Rejected for good, or what smtplib and the network raise."""
        message = self._message(mail, at)
        try:
            self._connected().send_message(message, self._settings.mail_from, [mail.to])
        except smtplib.SMTPRecipientsRefused as e:
            self.close()
            code = next((c for c, _ in e.recipients.values()), 0)
            if 500 <= code < 600:
                raise Rejected(f"recipient refused: {code}") from None
            raise ConnectionError(f"recipient deferred: {code}") from None
        except smtplib.SMTPDataError as e:
            self.close()
            if 500 <= e.smtp_code < 600:
                raise Rejected(f"message refused: {e.smtp_code}") from None
            raise ConnectionError(f"message deferred: {e.smtp_code}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up; the next mail opens a new connection."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            s = self._settings
            server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=TIMEOUT_SECONDS)
            self._server = server
            if s.smtp_tls:
                server.starttls(context=ssl.create_default_context())
            if s.smtp_user:
                server.login(s.smtp_user, s.smtp_password)
        return self._server

    def _message(self, mail: Mail, at: datetime) -> EmailMessage:
        if not _is_address(mail.to):
            raise Rejected("not a mail address")
        message = EmailMessage(policy=SMTP)
        message["From"] = self._settings.mail_from
        message["To"] = mail.to
        message["Subject"] = mail.text.title
        message["Date"] = format_datetime(at)
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text.text)
        return message


def _is_address(text: str) -> bool:
    """One plain address: no spaces, lists, brackets or control characters."""
    local, at, host = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(" ,;:<>()[]\\\"'")
    return bool(at and local and host) and plain and "@" not in local and ".." not in host
