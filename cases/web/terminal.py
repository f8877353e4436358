"""What ``./kaoji`` and ``./kaoji flask`` offer: init, migrate, verify, slip, roles.

Backup, restore and serve: ``cases.web.terminal_operations``. Commands open the database themselves;
whatever people or machines may do wrong is one sentence on stderr and exit code 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from cases import schema
from cases.ballot_box.urn_tables import upgrade_urns
from cases.clock import local, now
from cases.commands.administration import Slip, found_installation, issue_slip
from cases.errors import (
    Busy,
    Invalid,
    KaojiError,
    Misconfigured,
    NotVisible,
    Refused,
    Unwritable,
    told,
)  # fmt: skip
from cases.journal import verify as read_journal
from cases.models import Account, JournalHead
from cases.store import Store, refusal_of
from cases.web.database import check_database, check_revision
from cases.web.verdict import sentence_of
from config import Settings
from workflow.permissions import ADMIN_TABLE, TABLE
from workflow.words import Sentence, m


def settings() -> Settings:
    """The settings the terminal was started with."""
    found: Settings = current_app.config["KAOJI_SETTINGS"]
    return found


@contextmanager
def opened() -> Iterator[Store]:
    """The main database as it is; refusals end the command with their sentence and code 1."""
    try:
        store = Store(settings().database_url)
        try:
            yield store
        finally:
            store.close()
    except KaojiError as e:
        raise click.ClickException(_sentence(e)) from e
    except DBAPIError as e:
        refusal = refusal_of(e)
        if refusal is None:
            raise  # a fault of ours
        refusal.__cause__ = e
        raise click.ClickException(_sentence(refusal)) from e
    except OSError as e:
        raise click.ClickException(str(told(e))) from e


@contextmanager
def founded() -> Iterator[Store]:
    """The main database of an installation that these settings may run; else the command ends."""
    with opened() as store:
        check_database(store, settings())
        yield store


def _sentence(error: KaojiError) -> str:
    """What is wrong; of a database that does not answer also its driver's own words."""
    if isinstance(error, Refused):
        return "\n".join(str(reason) for reason in error.reasons)
    if isinstance(error, Invalid):
        return "\n".join(str(sentence) for sentence in error.errors.values())
    if isinstance(error, Unwritable) and isinstance(error.__cause__, DBAPIError):
        words = str(error.__cause__.orig).strip().splitlines() or [""]
        return f"{error.sentence} ({words[0]})"
    if isinstance(error, Busy | Misconfigured | Unwritable):
        return str(error.sentence)
    return str(error)


def say(sentence: Sentence) -> None:
    """One line on stdout."""
    click.echo(str(sentence))


@click.command("init")
@click.option("--organ", prompt="机关名称 (organ)", help="Name of the managing organ.")
@with_appcontext
def init(organ: str) -> None:
    """Create an empty installation and enrol the three administrators."""
    with opened() as store:
        schema.upgrade(store.engine)
        upgrade_urns(settings().booth_database_url)
        with store.transaction() as conn:
            slips = found_installation(
                conn, mode=settings().mode, organ_name=organ.strip(), at=now()
            )
    say(m("已为 %(organ)s 建立系统。三个管理员须由三个不同的人担任。", organ=organ.strip()))
    for slip in slips:
        _print_slip(slip)
    say(m("领取码只显示这一次。到 %(url)s/enrol 设置密码。", url=settings().site_url))


def _print_slip(slip: Slip) -> None:
    until = local(slip.expires_at).strftime("%Y-%m-%d %H:%M")
    click.echo(f"  {slip.login:<10} {slip.text}  ({m('有效至 %(until)s', until=until)})")


@click.command("slip")
@click.argument("login")
@with_appcontext
def slip(login: str) -> None:
    """Issue a one-time slip for LOGIN; the old password stops working."""
    with founded() as store, store.transaction() as conn:
        found = conn.execute(sa.select(Account.id).where(Account.login == login)).scalar()
        if found is None:
            raise Refused([m("没有这个账号:%(login)s", login=login)])
        made = issue_slip(conn, found, actor=None, at=now())
    _print_slip(made)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest revision (back it up first)."""
    with opened() as store:
        before = schema.revision_of(store.engine)
        schema.upgrade(store.engine)
        upgrade_urns(settings().booth_database_url)
    say(m("数据库版本 %(before)s → %(after)s", before=before or "", after=schema.newest()))


@click.command("verify")
@click.option("--root", "outside", multiple=True, help="SEQ:ROOT as copied out earlier.")
@with_appcontext
def verify(outside: tuple[str, ...]) -> None:
    """Read the whole journal; names the first bad entry (exit code 1)."""
    copies = {}
    for text in outside:
        seq, _, root = text.partition(":")
        if not seq.isdigit() or not root:
            raise click.BadParameter(text, param_hint="--root")
        copies[int(seq)] = root.lower()
    with opened() as store:
        check_revision(store)
        with store.reading() as conn:
            if conn.execute(sa.select(JournalHead.id)).first() is None:
                raise NotVisible(str(m("数据库还没有开户,没有日志可查")))
            report = read_journal(conn, outside=copies)
    verdict = sentence_of(report)
    kind = "ok" if report.ok else f"bad {report.kind} seq={report.seq} case={report.case_id}"
    click.echo(f"{kind}  {verdict.sentence}")
    if not report.ok:
        raise SystemExit(1)


@click.command("roles")
@with_appcontext
def roles() -> None:
    """Print the permission table, in both languages."""
    for permission, rules in TABLE.items():
        who = "; ".join(f"{r.role.zh} ({r.scope.zh})" for r in rules)
        click.echo(f"{permission.value:<22} {permission.zh} / {permission.en}: {who}")
    for kind, held in ADMIN_TABLE.items():
        names = "; ".join(f"{p.zh} / {p.en}" for p in sorted(held))
        click.echo(f"{kind.value:<22} {kind.zh} / {kind.en}: {names}")


COMMANDS: tuple[click.Command, ...] = (init, slip, migrate, verify, roles)
