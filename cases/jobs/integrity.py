"""The house looks after itself: checkpoints, whole verification, swept files, lawful forgetting.

A fault found at night goes to the log and, where mail is set up, to the audit administrators.
Nothing here repairs anything by itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cases.commands import idempotency
from cases.commands.outbox import OutboxRow, post_many
from cases.commands.sign_in import sweep_sessions
from cases.jobs.tools import Tools
from cases.journal import Report, make_checkpoint, verify
from cases.models import Account, Checkpoint, Outbox
from workflow.vocabulary import AdminKind

KEEP_DONE = timedelta(days=90)
STUCK = timedelta(minutes=30)

log = logging.getLogger("kaoji.integrity")


@dataclass(frozen=True, slots=True)
class Copy:
    """A checkpoint as it is carried outside."""

    seq: int
    root: str
    chain_digest: str
    made_at: datetime


def checkpoint(tools: Tools, *, at: datetime) -> Copy | None:
    """Make a checkpoint when there is something new, and carry it outside.

    Outside means: a file under ``var/checkpoints`` (mount a folder of another host
    there) and a mail to every audit administrator with an address. The terminal prints it on paper.
    """
    with tools.store.transaction() as conn:
        seq = make_checkpoint(conn, at=at)
        if seq is None:
            return None
        copy = newest(conn)
        assert copy is not None
        said = {"seq": copy.seq, "root": copy.root}
        post_many(conn, _letters(conn, "checkpoint", str(copy.seq), said, at))
    _write(tools.settings.var / "checkpoints", copy)
    return copy


def newest(conn: sa.Connection) -> Copy | None:
    """The newest checkpoint, None before the first."""
    row = conn.execute(sa.select(Checkpoint).order_by(Checkpoint.seq.desc()).limit(1)).first()
    return Copy(row.seq, row.root, row.chain_digest, row.made_at) if row else None


def outside_roots(folder: Path) -> Mapping[int, str]:
    """The checkpoints copied to a folder: seq -> root, for ``verify(outside=...)``."""
    found: dict[int, str] = {}
    for path in sorted(folder.glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        found[int(said["seq"])] = str(said["root"])
    return found


def nightly(tools: Tools, *, at: datetime) -> Report:
    """Read the whole journal and every stored file again; faults go to the log and by mail."""
    with tools.store.reading() as conn:
        report = verify(conn, outside=outside_roots(tools.settings.var / "checkpoints"))
        damaged = [fault.file_id for fault in tools.files.verify(conn)]
    if not report.ok:
        log.error("journal: %s at seq %s, case %s", report.kind, report.seq, report.case_id)
    for file_id in damaged:
        log.error("file %s is damaged", file_id)
    if damaged or not report.ok:
        facts = {"kind": report.kind, "seq": report.seq, "files": len(damaged)}
        with tools.store.transaction() as conn:
            post_many(conn, _letters(conn, "integrity", at.date().isoformat(), facts, at))
    return report


def sweep_files(tools: Tools, *, at: datetime) -> int:
    """Remove files that never got a row."""
    with tools.store.reading() as conn:
        return tools.files.sweep(conn, at=at)


def forget(tools: Tools, *, at: datetime) -> int:
    """Drop old idempotency keys, ended sessions and mail sent a quarter ago; returns how many.

    Done notices stay: messages point at them.
    """
    with tools.store.transaction() as conn:
        letters = conn.execute(
            sa.delete(Outbox).where(Outbox.kind == "mail", Outbox.done_at < at - KEEP_DONE)
        ).rowcount
        return letters + idempotency.sweep(conn, at=at) + sweep_sessions(conn, at=at)


def free_stuck(tools: Tools, *, at: datetime) -> int:
    """Give back claims of workers that died, and say so in the log."""
    with tools.store.transaction() as conn:
        freed = conn.execute(
            sa.update(Outbox)
            .where(
                Outbox.done_at.is_(None),
                Outbox.claimed_until.is_not(None),
                Outbox.claimed_until < at - STUCK,
            )
            .values(claimed_until=None)
        ).rowcount
    if freed:
        log.warning("outbox: %s claims had run out", freed)
    return freed


def _letters(
    conn: sa.Connection, topic: str, mark: str, said: Mapping[str, Any], at: datetime
) -> list[OutboxRow]:
    auditors = conn.execute(
        sa.select(Account.id).where(
            Account.admin_kind == AdminKind.AUDIT_ADMIN.value,
            Account.active,
            Account.mail.is_not(None),
        )
    ).scalars()
    return [
        OutboxRow(
            key=f"mail:{topic}:{account}:{mark}",
            kind="mail",
            topic=topic,
            case_id=None,
            payload={"account_id": account, **said},
            at=at,
        )
        for account in auditors
    ]


def _write(folder: Path, copy: Copy) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    said = {
        "seq": copy.seq,
        "root": copy.root,
        "chain_digest": copy.chain_digest,
        "made_at": copy.made_at.isoformat(),
    }
    path = folder / f"{copy.seq:012}.json"
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
