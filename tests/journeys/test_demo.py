"""The whole road once: a city's year from workbooks to archived dossiers, by the real command."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cases.journal import verify
from cases.store import Store
from cases.web.journal_browser import ACTIONS, SUBJECTS

ROOT = Path(__file__).resolve().parents[2]


def played(folder: Path) -> tuple[dict[str, object], Path, Path]:
    var, out = folder / "var", folder / "out"
    done = subprocess.run(
        [
            sys.executable, "-m", "cases.demo", "--fresh", "--no-serve", "--json",
            "--cadres", "80", "--var", str(var), "--out", str(out),
        ],
        cwd=ROOT, env={**os.environ, "HOME": str(folder)}, capture_output=True, text=True,
        timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "  !" not in done.stderr, "the door refused something in the demonstration"
    return json.loads(done.stdout.splitlines()[-1]), var, out


@pytest.mark.slow
@pytest.mark.timeout(1600)
def test_a_whole_year_is_played_read_and_verified(tmp_path: Path) -> None:
    """One test, because a year takes minutes: workers of a test run share no fixture."""
    result, var, out = played(tmp_path)
    every_case_has_come_to_its_end(result, var)
    dossiers_open_in_another_program(var, out)
    verify_names_the_entry_after_one_byte_is_changed(var)


def every_case_has_come_to_its_end(result: dict[str, object], var: Path) -> None:
    assert (result["cases"], result["bodies"], result["chain"]) == (120, 40, "ok")
    assert result["archived"] == result["decided"] == 118
    assert (result["not_assessed"], result["dossiers"]) == (2, 118)
    with sqlite3.connect(var / "kaoji.db") as db:
        grades = dict(
            db.execute("SELECT conclusion, count(*) FROM cases WHERE kind = 'cadre' GROUP BY 1")
        )
        settled = db.execute("SELECT outcome FROM figure_conflicts").fetchall()
        done = set(db.execute("SELECT action, subject FROM journal_entries"))
    assert (grades.get("6A"), grades.get("5A"), grades.get("5C")) == (1, 1, 1)
    assert settled == [("kept",)]
    nameless = [(a, s) for a, s in done if a not in ACTIONS or s not in SUBJECTS]
    assert nameless == [], "the journal's page would show them as codes"


def dossiers_open_in_another_program(var: Path, out: Path) -> None:
    with sqlite3.connect(var / "kaoji.db") as db:
        rows = db.execute(
            "SELECT ref, subject_name, unit_name, decided_grade FROM cases"
            " WHERE kind = 'cadre' AND decided_grade IS NOT NULL"
        ).fetchall()
    words = {"excellent": "优秀", "competent": "称职", "basically_competent": "基本称职"}
    for ref, name, unit, grade in random.Random(5).sample(rows, 5):
        path = out / "dossiers" / f"{ref} {name}.pdf"
        info = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True)
        assert "Pages:" in info.stdout
        text = (
            subprocess.run(
                ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
            )
            .stdout.replace("　", "")
            .replace(" ", "")
        )
        assert (name in text, unit in text, words[grade] in text) == (True, True, True), ref


def verify_names_the_entry_after_one_byte_is_changed(var: Path) -> None:
    with sqlite3.connect(var / "kaoji.db") as db:
        seq, body = db.execute(
            "SELECT seq, body FROM journal_entries WHERE seq > 500 LIMIT 1"
        ).fetchone()
        changed = body.replace('"v":1', '"v":2')
        db.execute("UPDATE journal_entries SET body = ? WHERE seq = ?", (changed, seq))
    store = Store(f"sqlite:///{var / 'kaoji.db'}")
    with store.reading() as conn:
        report = verify(conn)
    store.close()
    assert (report.ok, report.kind, report.seq) == (False, "digest", seq)
