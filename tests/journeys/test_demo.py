"""The whole road once: a city's year from workbooks to archived dossiers, by the real command."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
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
    figures_have_a_year_before_them_and_are_looked_at(var)
    halls_papers_and_surveys_are_what_the_story_tells(var)
    every_ballot_score_is_true_by_hand(var)
    satisfaction_is_six_to_four_by_hand(var)
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


def figures_have_a_year_before_them_and_are_looked_at(var: Path) -> None:
    with sqlite3.connect(var / "kaoji.db") as db:
        years = db.execute(
            "SELECT c.year, c.state, d.state, count(*) FROM data_sheets d JOIN cycles c"
            " ON c.id = d.cycle_id WHERE EXISTS (SELECT 1 FROM indicator_values v"
            " WHERE v.sheet_id = d.id) GROUP BY 1, 2, 3 ORDER BY 1"
        ).fetchall()
        runs = {
            kind: json.loads(told)
            for kind, told in db.execute("SELECT kind, result FROM analysis_runs ORDER BY id")
        }
    assert years == [(2024, "closed", "frozen", 12), (2025, "open", "frozen", 12)]
    assert runs.keys() == {"watch", "rehearsal", "what_if", "methods", "interval", "result"}
    assert {row["indicator"] for row in runs["watch"]["behind"]} == {"urban_pct"}
    assert runs["watch"]["without_target"] == 0
    moved = {p["indicator"] for why in runs["rehearsal"]["why"].values() for p in why["parts"]}
    assert {"edu_years", "urban_pct", "illiteracy_pct"} <= moved
    assert len(runs["what_if"]["why"]) == 4


def halls_papers_and_surveys_are_what_the_story_tells(var: Path) -> None:
    with sqlite3.connect(var / "kaoji.db") as db:
        rows = db.execute("SELECT kind, count(*) FROM meetings WHERE state = 'counted' GROUP BY 1")
        assert dict(rows) == {"unit": 38, "joint": 1, "assembly": 2}
        keys = 'SELECT k."group", count(*) FROM meetings m JOIN key_sets k ON k.id = m.key_set_id'
        assert dict(db.execute(f"{keys} GROUP BY 1")) == {None: 28, "第二考核组": 13}
        (missing,) = db.execute("SELECT sum(missing) FROM voter_groups").fetchone()
        papers = "SELECT late, printed, collected FROM paper_batches WHERE joined_at IS NOT NULL"
        batches = db.execute(f"{papers} ORDER BY id").fetchall()
        ratings = db.execute(
            "SELECT state, fixed_on > '2026-01-27' FROM negative_ratings ORDER BY id"
        ).fetchall()
    assert (missing, batches) == (1, [(0, 6, 5), (1, 1, 1)])
    assert ratings == [("confirmed", 0), ("confirmed", 1), ("fixing", None)]


POINTS = {"excellent": 100, "good": 85, "competent": 85, "fair": 60, "basically_competent": 60,
          "poor": 0, "incompetent": 0}  # fmt: skip
WEIGHTS = {
    "chief": {"A": 30, "B": 30, "C": 30, "D": 10},
    "deputy": {"A": 15, "B": 35, "C": 40, "D": 10},
    "other": {"A": 20, "B": 30, "C": 50},
    "body": {"A": 25, "B": 20, "C": 25, "D": 10, "P": 20},
}


def every_ballot_score_is_true_by_hand(var: Path) -> None:
    """Own hall, assembly and the leader's name together, as the city's scheme weighs them."""
    marks: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    with sqlite3.connect(var / "kaoji.db") as db:
        counted = db.execute(
            "SELECT case_id, \"groups\", option, count FROM ballot_counts WHERE item = ''"
        ).fetchall()
        named = db.execute("SELECT case_id, 'D', option, 1 FROM named_opinions").fetchall()
        scores = db.execute(
            "SELECT c.id, iif(c.kind = 'body', 'body', c.post_rank), s.ballot_score"
            " FROM cases c JOIN syntheses s ON s.case_id = c.id WHERE s.ballot_score IS NOT NULL"
        ).fetchall()
    for case, group, option, count in counted + named:
        if option in POINTS and count:
            marks[case, group].append((POINTS[option] * count, count))
    assert (len(scores), len(named), len({case for case, _ in marks})) == (117, 117, 117)
    for case, position, stored in scores:
        parts = [
            (sum(WEIGHTS[position].get(one, 0) for one in group.split("+")), given)
            for (rated, group), given in marks.items()
            if rated == case
        ]
        whole = sum(
            weight * Fraction(sum(p for p, _ in given), sum(n for _, n in given))
            for weight, given in parts
        )
        by_hand = whole / sum(weight for weight, _ in parts)
        assert abs(by_hand - Fraction(stored)) < Fraction(1, 10**9), (case, position)


ANSWERS = {"very": 100, "satisfied": 80, "basic": 60, "little": 30, "not": 0}


def satisfaction_is_six_to_four_by_hand(var: Path) -> None:
    """Telephone and questionnaire, but of the county where people were told what to answer only
    the telephone."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    with sqlite3.connect(var / "kaoji.db") as db:
        for unit, mode, counts in db.execute(
            "SELECT u.code, s.mode, a.counts FROM survey_areas a JOIN surveys s"
            " ON s.id = a.survey_id JOIN units u ON u.id = a.unit_id WHERE u.code LIKE 'YZ-X%'"
        ):
            for answer, count in json.loads(counts)["q1"].items():
                if answer in ANSWERS:
                    sums[unit, mode][0] += ANSWERS[answer] * count
                    sums[unit, mode][1] += count
        figures = dict(
            db.execute(
                "SELECT u.code, v.value FROM indicator_values v JOIN data_sheets d"
                " ON d.id = v.sheet_id JOIN units u ON u.id = d.unit_id"
                " WHERE v.indicator = 'residents' AND NOT v.superseded"
            )
        )
    assert len(figures) == 12
    for unit, figure in figures.items():
        telephone = Fraction(*sums[unit, "telephone"])
        both = unit == "YZ-X01"
        paper = Fraction(*sums[unit, "codes"]) if both else telephone
        by_hand = telephone * Fraction(6, 10) + paper * Fraction(4, 10)
        assert f"{float(by_hand):.4f}" == figure, unit


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
