"""Act one: an empty installation, three administrators, the calendar, the roster, accounts."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from cases import schema
from cases.ballot_box.urn_tables import upgrade_urns
from cases.commands.administration import create_account, found_installation
from cases.commands.calendar import load_days, package_days
from cases.commands.grants import approve_grant, propose_grant
from cases.commands.roster import import_roster
from cases.demo.city.workbooks import write_city
from cases.demo.theatre import Theatre, on
from cases.models import Account, Installation
from cases.queries.accounts import actor_of
from workflow.permissions import SYSTEM, Grant
from workflow.permissions.separation import ASSIGNED_ONLY
from workflow.vocabulary import AdminKind

ORGAN = "中共云州市委组织部(虚构)"


def clear(var: Path) -> None:
    """Remove what an earlier demonstration left; refuses a folder that is not one's own."""
    database = var / "kaoji.db"
    if database.exists() and _mode(database) not in ("demo", None):
        raise SystemExit(f"{var} holds an installation that is no demonstration")
    shutil.rmtree(var, ignore_errors=True)


def _mode(database: Path) -> str | None:
    try:
        with sqlite3.connect(database) as db:
            row = db.execute("SELECT mode FROM installation").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def found(theatre: Theatre) -> None:
    """Databases, installation, administrators, working days."""
    url = make_url(theatre.settings.database_url)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    schema.upgrade(theatre.store.engine)
    upgrade_urns(theatre.settings.booth_database_url)
    at = on("roster_import", 8)
    with theatre.writing() as conn:
        if conn.execute(sa.select(Installation.id)).first() is None:
            found_installation(conn, mode="demo", organ_name=ORGAN, at=at)
        load_days(conn, package_days(), at=at, actor=SYSTEM)
        for kind in AdminKind:
            account = conn.execute(
                sa.select(Account.id).where(Account.admin_kind == kind)
            ).scalar_one()
            theatre.admins[kind.value] = actor_of(conn, account)


def roster(theatre: Theatre) -> None:
    """The office's workbook, imported as it came."""
    paths = write_city(theatre.papers, theatre.city)
    with theatre.writing() as conn:
        import_roster(
            conn,
            paths["roster"].read_bytes(),
            file_name="roster.xlsx",
            organ_id=None,
            actor=theatre.admins[AdminKind.SYSTEM_ADMIN],
            at=on("roster_import", 9),
            data_key=theatre.settings.data_key,
        )


def accounts(theatre: Theatre) -> None:
    """An account for everybody who works with the system, every right approved by a second."""
    system = theatre.admins[AdminKind.SYSTEM_ADMIN]
    security = theatre.admins[AdminKind.SECURITY_ADMIN]
    at = on("roster_import", 14)
    ids: dict[str, int] = {}
    with theatre.writing() as conn:
        for key in theatre.bars.over(list(theatre.people), "账号"):
            slip = create_account(conn, f"u-{key}", theatre.people[key], actor=system, at=at)
            ids[key] = slip.account_id
    grants = [g for g in theatre.city.grants if g.role not in ASSIGNED_ONLY]
    units = theatre.units
    with theatre.writing() as conn:
        for wanted in theatre.bars.over(grants, "授权"):
            grant = Grant(
                wanted.role,
                organ_id=units[wanted.organ] if wanted.organ else None,
                unit_id=units[wanted.unit] if wanted.unit else None,
            )
            made = propose_grant(conn, ids[wanted.person], grant, actor=system, at=at)
            approve_grant(conn, made, actor=security, at=at)


def play(theatre: Theatre) -> None:
    """The whole act."""
    found(theatre)
    theatre.bars.say("· 导入名册 roster.xlsx")
    roster(theatre)
    accounts(theatre)
