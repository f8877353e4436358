"""The one entry, with a stand-in for Python that tells what it was asked and in which mode."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the entry whose installation is ready."""
    shutil.copy(ROOT / "kaoji", tmp_path / "kaoji")
    (tmp_path / "requirements.txt").write_text("flask\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "${KAOJI_MODE:-}|${KAOJI_VAR:-}|$*"\n')
    python.chmod(0o755)
    stamp = subprocess.check_output("cat requirements.txt | cksum", shell=True, cwd=tmp_path)
    (tmp_path / ".venv" / "installed-runtime").write_bytes(stamp.replace(b" ", b"-"))
    return tmp_path


def asked(folder: Path, *said: str, **settings: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", **settings}
    words = ["sh", "kaoji", *(said or ("verify",))]
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def played(folder: Path) -> None:
    (folder / "var" / "demo").mkdir(parents=True)
    (folder / "var" / "demo" / "kaoji.db").touch()


def test_verify_means_the_demonstration_where_nothing_else_is(folder: Path) -> None:
    assert asked(folder) == "||-m wsgi verify"
    played(folder)
    assert asked(folder) == "demo|var/demo|-m wsgi verify"


def test_verify_means_the_real_installation_where_one_is_set_or_lies(folder: Path) -> None:
    played(folder)
    assert asked(folder, KAOJI_SITE_URL="https://kaoji.example") == "||-m wsgi verify"
    (folder / "var" / "kaoji.db").touch()
    assert asked(folder) == "||-m wsgi verify"


def test_help_is_told_before_anything_is_set_up(folder: Path) -> None:
    for command in ("init", "restore", "backup"):
        told = asked(folder, command, "--help")
        assert told == f"demo|var/demo|-m wsgi {command} --help"
    assert asked(folder, "init") == "||-m wsgi init"
    shutil.copy(folder / "requirements.txt", folder / "requirements-dev.txt")
    assert asked(folder, "test", "--help").startswith("usage: ./kaoji test")
    assert asked(folder, "bench", "--help") == "demo|var/demo|-m benchmarks --help"
