"""May this code and these settings run on this database? Asked before the site and the children.

The journal since the last checkpoint is read as well. A broken one is told loudly, and the house
starts all the same: who tampers must not gain that everybody else stands before a closed door.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa

from cases import schema
from cases.errors import Misconfigured
from cases.journal import verify_recent
from cases.models import Installation
from cases.store import Store
from config import Settings
from workflow.words import m

log = logging.getLogger("kaoji.integrity")


def check_revision(store: Store) -> None:
    """Raises Misconfigured for a database of another revision than this code's, or of none."""
    revision = schema.revision_of(store.engine)
    if revision is None:
        raise Misconfigured(m("数据库还是空的,请先运行 ./kaoji init --organ 机关名称"))
    if revision == schema.newest():
        return
    if not schema.known(revision):
        raise schema.newer(revision)
    raise Misconfigured(
        m("数据库版本是 %(has)s,请先备份,再运行 ./kaoji flask migrate", has=revision)
    )


def check_database(store: Store, settings: Settings) -> str:
    """The organ's name of an installation that this code and these settings may run.

    Raises Misconfigured, with the command to run.
    """
    check_revision(store)
    with store.reading() as conn:
        row = conn.execute(sa.select(Installation.mode, Installation.organ_name)).first()
    if row is None:
        raise Misconfigured(m("数据库还没有开户,请先运行 ./kaoji init --organ 机关名称"))
    if row.mode != settings.mode:
        raise Misconfigured(
            m("数据库是为 %(has)s 建的,不能按 %(want)s 启动", has=row.mode, want=settings.mode)
        )
    return str(row.organ_name)


def check_journal(store: Store) -> bool:
    """Whether the journal since the last checkpoint still says what was written; told in the log.

    Cheap by its bound: checkpoints are hourly. The nightly job reads all of it.
    """
    with store.reading() as conn:
        report = verify_recent(conn)
    if not report.ok:
        log.error("journal: %s at seq %s, case %s", report.kind, report.seq, report.case_id)
    return report.ok
