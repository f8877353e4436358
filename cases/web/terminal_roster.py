"""``./kaoji flask roster FILE``: bring in units and people before anybody has an account.

The page does the same once the roster officers can sign in. This way the first of them get into
the roster at all; it goes through the same check, writes the whole workbook or nothing, and is
journaled as the system's act.
"""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from cases.clock import now
from cases.commands import roster as commands
from cases.errors import told
from cases.files.roster_template import write_roster
from cases.models import RosterImport
from cases.queries import roster as queries
from cases.queries.roster import Change
from cases.web.terminal import founded, say, settings
from workflow.permissions import SYSTEM
from workflow.words import m

SHOWN = 30


@click.command("roster")
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--template", is_flag=True, help="Write the empty workbook to WORKBOOK instead.")
@with_appcontext
def roster(workbook: Path, template: bool) -> None:
    """Import units and people from WORKBOOK; writes everything or nothing."""
    if template:
        _write_template(workbook)
        return
    if not workbook.exists():
        raise click.ClickException(str(m("没有文件 %(path)s", path=str(workbook))))
    with founded() as store:
        at, key = now(), settings().data_key
        with store.transaction() as conn:
            import_id = commands.receive(
                conn, organ_id=None, file_id=None, file_name=workbook.name, actor=SYSTEM, at=at
            )
            counts = commands.dry_run(conn, import_id, workbook.read_bytes(), data_key=key)
            if counts[Change.REFUSED]:
                _say_refused(conn, import_id)
            commands.import_checked(conn, import_id, actor=SYSTEM, at=at, data_key=key)
    say(
        m(
            "名册已导入:新增 %(added)s 行,变更 %(changed)s 行,未变 %(same)s 行",
            added=counts[Change.ADDED],
            changed=counts[Change.CHANGED],
            same=counts[Change.IGNORED],
        )
    )


def _write_template(path: Path) -> None:
    if path.exists():
        raise click.ClickException(str(m("文件 %(path)s 已存在,不覆盖", path=str(path))))
    try:
        write_roster(path)
    except OSError as e:
        raise click.ClickException(str(told(e))) from e
    say(m("已写出空白名册 %(path)s", path=str(path)))


def _say_refused(conn: sa.Connection, import_id: int) -> None:
    """Each refused row with its place; the refusal itself follows and undoes everything."""
    rows = list(queries.rows(conn, import_id, change=Change.REFUSED, after=0, limit=SHOWN))
    for row in rows:
        click.echo(
            f"  {row.sheet} {row.cell}  {row.label}  {';'.join(str(r) for r in row.reasons)}",
            err=True,
        )
    refused = conn.execute(
        sa.select(RosterImport.refused).where(RosterImport.id == import_id)
    ).scalar_one()
    if refused > len(rows):
        say(m("……另有 %(n)s 行", n=refused - len(rows)))


COMMANDS: tuple[click.Command, ...] = (roster,)
