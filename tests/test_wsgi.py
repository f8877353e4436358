"""The composition root under ``flask``: a command is found whatever name the app is asked by."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases import schema
from cases.store import Store

ROOT = Path(__file__).resolve().parents[1]


def program(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": os.environ["PATH"], "KAOJI_MODE": "demo", "KAOJI_VAR": str(var)}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("app", ["wsgi", "wsgi:site", "wsgi:booth"])
def test_migrate_mends_the_older_database_that_the_site_refuses(tmp_path: Path, app: str) -> None:
    address = f"sqlite:///{tmp_path}/kaoji.db"
    store = Store(address)
    schema.upgrade(store.engine, "0007")
    done = program(tmp_path, "flask", "--app", app, "migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert schema.revision_of(store.engine) == schema.newest()
    with store.reading() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM scan_pages")).scalar() == 0
    store.close()


def test_usage_names_what_people_type(tmp_path: Path) -> None:
    done = program(tmp_path, "wsgi", "flask", "migrate", "--help")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "Usage: ./kaoji flask migrate [OPTIONS]",
    )
