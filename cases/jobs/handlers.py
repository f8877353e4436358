"""Which handler carries out which kind of outbox row; ``jobs.outbox`` is the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from cases.commands.outbox import OutboxRow, post_many
from cases.jobs import papers, reminders
from cases.jobs.outbox import Handler, Inside, Later, Outside, Row
from cases.jobs.tools import Tools
from cases.notices.deliver import Mailer, Rejected, deliver_notices, mail_for

RING_MINUTES = 10
"""Messages of so many minutes are announced by one mail."""


def handlers(tools: Tools, mailer: Mailer) -> Mapping[str, Handler]:
    """The handlers by kind."""

    def ring(conn: sa.Connection, accounts: Iterable[int], at: datetime) -> None:
        if mailer.ready:
            post_many(conn, [_ring(account, at) for account in sorted(accounts)])

    def notice(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> Mapping[int, Later]:
        ring(conn, deliver_notices(conn, rows, at=at), at)
        return {}

    def reminder(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> Mapping[int, Later]:
        accounts, waits = reminders.deliver(conn, rows, at)
        ring(conn, accounts, at)
        return waits

    def mail(row: Row, at: datetime) -> None:
        if not mailer.ready:
            return
        with tools.store.reading() as conn:
            letter = mail_for(conn, row, tools.settings)
        if letter is not None:
            mailer.send(letter, at=at)

    return {
        "notice": Inside(notice),
        "reminder": Inside(reminder, batch=5_000),
        "mail": Outside(mail, fatal=(Rejected,)),
        papers.KIND: papers.handler(tools),
    }


def _ring(account_id: int, at: datetime) -> OutboxRow:
    window = at.replace(minute=at.minute // RING_MINUTES * RING_MINUTES, second=0, microsecond=0)
    return OutboxRow(
        key=f"mail:{account_id}:{window.isoformat()}",
        kind="mail",
        topic="waiting",
        case_id=None,
        payload={"account_id": account_id},
        at=at,
        available_at=window + timedelta(minutes=RING_MINUTES),
    )
