"""Commands for those who keep it running: serve, backup, restore, outbox, checkpoint, calendar.

``serve`` runs all four children under one roof, or one of them with ``--only`` for systemd and for
more machines. The others print one line a fact and end with 1 when something is wrong.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from cases.clock import local, now
from cases.commands.calendar import load_days, package_days, read_days
from cases.commands.outbox import requeue
from cases.jobs import backup as copies
from cases.jobs import integrity
from cases.jobs.scheduler import schedule
from cases.jobs.supervisor import NAMES, Child, commands, supervise
from cases.jobs.tools import make_tools
from cases.jobs.worker import work
from cases.queries.jobs import dead_letters, outbox_state, scheduler_alive
from cases.web import log
from cases.web.database import check_journal
from cases.web.terminal import founded, opened, say, settings
from cases.web.verdict import sentence_of
from workflow.permissions import SYSTEM
from workflow.words import m

BROKEN = m("日志自最近的检查点以来被改动过:请运行 ./kaoji verify 查明")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@click.command("serve")
@click.option("--only", type=click.Choice(NAMES), help="Run one of the four children.")
@with_appcontext
def serve(only: str | None) -> None:
    """Run site, booth, worker and scheduler; SIGTERM ends them within ten seconds."""
    with founded() as store:
        log.configure()
        if not check_journal(store):
            click.echo(str(BROKEN), err=True)
    lines = commands(settings())
    if only in ("site", "booth"):
        os.execv(lines[only][0], lines[only])  # noqa: S606  systemd's signals reach it directly
    if only is not None:
        _run_here(only)
        return
    supervise(lines, _stop_on_signals(), started=_say_started)


def _run_here(name: str) -> None:
    stop = _stop_on_signals()
    tools = make_tools(settings())
    try:
        if name == "worker":
            work(tools, stop)
        else:
            schedule(tools, stop)
    finally:
        tools.store.close()


def _say_started(children: Sequence[Child]) -> None:
    say(m("站点:%(url)s", url=settings().site_url))
    say(m("测评站点:%(url)s", url=settings().booth_url))
    pids = ", ".join(f"{child.name} {child.pids[-1]}" for child in children)
    say(m("进程:%(pids)s。按 Ctrl-C 停止。", pids=pids))


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy databases and files into FOLDER (new or empty) while everything runs."""
    with founded():
        made = copies.backup(settings(), folder, at=now())
    say(
        m(
            "已备份到 %(folder)s:文件 %(n)s 个,共 %(size)s MB",
            folder=str(made.folder),
            n=made.files,
            size=round(made.size / 1_000_000, 1),
        )
    )
    say(m("清单摘要 %(digest)s,请另处保存", digest=made.digest))


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def restore(folder: Path) -> None:
    """Put the backup in FOLDER into this empty installation, then verify it."""
    with opened():
        found = copies.restore(settings(), folder)
    say(sentence_of(found.report).sentence)
    say(m("文件 %(n)s 个,摘要不符 %(bad)s 个", n=found.files, bad=len(found.damaged)))
    if found.lost_entries:
        say(m("日志与备份清单不符,请换一份备份"))
    if not found.ok:
        raise SystemExit(1)


@click.command("outbox")
@click.option("--retry", is_flag=True, help="Give dead letters their attempts back.")
@with_appcontext
def outbox(retry: bool) -> None:
    """Show what waits and what was given up; exit code 1 while there are dead letters."""
    at = now()
    with founded() as store:
        if retry:
            with store.transaction() as conn:
                say(m("重新投递 %(n)s 项", n=requeue(conn, actor=SYSTEM, at=at)))
        with store.reading() as conn:
            state = outbox_state(conn, at=at)
            letters = dead_letters(conn)
            alive = scheduler_alive(conn, at=at)
    for kind, count in sorted(state.waiting.items()):
        click.echo(f"{kind:<12} {count}")
    say(m("超时未办 %(n)s 项", n=state.stuck))
    say(m("定时进程正常") if alive else m("定时进程没有动静"))
    for letter in letters:
        click.echo(f"  {letter.id} {letter.kind} {letter.topic} ×{letter.attempts} {letter.error}")
    if letters:
        say(m("投递失败 %(n)s 项,改正原因后用 --retry 重新投递", n=state.dead))
        raise SystemExit(1)


@click.command("checkpoint")
@with_appcontext
def checkpoint() -> None:
    """Make a checkpoint of the journal and print it, for a copy on paper."""
    with founded() as store:
        tools = make_tools(settings())
        try:
            integrity.checkpoint(tools, at=now())
        finally:
            tools.store.close()
        with store.reading() as conn:
            copy = integrity.newest(conn)
    if copy is None:
        say(m("日志还是空的,没有检查点"))
        return
    made = local(copy.made_at).strftime("%Y-%m-%d %H:%M")
    click.echo(f"{copy.seq}:{copy.root}  {made}")
    say(m("请打印或抄存;核验时用 ./kaoji verify --root %(seq)s:根值", seq=copy.seq))


@click.command("calendar")
@click.argument(
    "source", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@with_appcontext
def calendar(source: Path | None) -> None:
    """Load working days from a CSV file (day,working,title,provisional,source).

    Without SOURCE: the published years that the installed package knows.
    """
    with founded() as store:
        days = read_days(source) if source else package_days()
        with store.transaction() as conn:
            found = load_days(conn, days, at=now())
    first, last = found.first.isoformat(), found.last.isoformat()
    say(m("已载入 %(first)s 至 %(last)s,共 %(n)s 天", first=first, last=last, n=found.count))


COMMANDS: tuple[click.Command, ...] = (serve, backup, restore, outbox, checkpoint, calendar)
