"""Scoring against the same arithmetic bare, its memory, loading, and rank intervals."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.joins import JOINS, weights_given
from benchmarks.methods import GROUPS, METHODS, Bare, holes
from benchmarks.rounds import alternate, result, seconds
from benchmarks.steps import STEPS
from cases.scoring.analysis.noise import tree_intervals
from cases.scoring.book import Book, Figure, read_book
from cases.scoring.document_file import read_document
from cases.scoring.scheme import check_indicators, load_indicators
from cases.scoring.scoresheet import Scores
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.values_file import read_values

COUNTY = (300, 45)
MILLION = (20_000, 50)
HUNDRED_THOUSAND = (2_000, 50)
ROOM_MB = 1024
BARE: dict[str, Bare] = {**METHODS, **STEPS, **JOINS}
POINTS = BARE["target_ratio"]


def document(indicators: int, of: Bare = POINTS) -> dict[str, Any]:
    """A scheme of one class, ``GROUPS`` groups with equal weights, one rule for all."""
    rule = {"direction": "positive", "missing": "renormalise", **of.rule}
    leaves = [{"code": f"i{n}", "title": f"i{n}", **rule} for n in range(indicators)]
    mean = {key: of.scheme[key] for key in ("aggregate", "exponent") if key in of.scheme}
    more = {**mean, **of.scheme.get("group", {})}
    groups = [
        {"code": f"g{n}", "title": f"g{n}", "children": leaves[n::GROUPS], **more}
        for n in range(GROUPS)
    ]
    weights = of.scheme.get("weights", {"method": "equal"})
    told = weights_given(indicators) if weights == "given" else weights
    return {
        "code": "bench", "title": "bench", "year": 2025, "indicators": groups,
        "classes": [{"code": "c", "title": "c"}], "weights": {**told, **mean},
    }  # fmt: skip


def cents(units: int, indicators: int) -> list[list[int]]:
    """Figures in hundredths, a column an indicator."""
    source = Random(7)
    return [[source.randrange(1, 10_000) for _ in range(units)] for _ in range(indicators)]


def load(units: int, indicators: int, of: Bare = POINTS) -> tuple[IndicatorScheme, Book]:
    """A scheme and its book; growth is measured on the figure of the unit at the other end."""
    columns, names = cents(units, indicators), [f"u{n:06d}" for n in range(units)]
    before = of.rule["method"] == "growth"

    def written(value: int) -> str:
        return str(value) if of.cases else f"{value / 100:.2f}"

    figures = (
        Figure(
            name,
            f"i{n}",
            None if of.every and not at % of.every else written(value),
            previous=written(column[n * units - at - 1]) if before else None,
        )
        for n, column in enumerate(columns)
        for at, (name, value) in enumerate(zip(names, column, strict=True), start=n * units)
    )
    scheme = load_indicators(document(indicators, of))
    return scheme, read_book(scheme, dict.fromkeys(names, "c"), figures)


def _versus_bare(name: str, size: tuple[int, int], rounds: int) -> dict[str, Any]:
    """Scoring a book that is loaded beside the same arithmetic on a table that is loaded."""
    scheme, book = load(*size, BARE[name])
    bare = bare_of(BARE[name], size)
    taken = alternate(
        {"ours": lambda: seconds(lambda: Scores(scheme, book)), "bare": lambda: seconds(bare)},
        rounds,
    )
    kind = "whole numbers" if BARE[name].whole else "floats in numpy"
    return result(
        f"{size[0]} units x {size[1]} indicators, {name}, against bare {kind}",
        taken["ours"], taken["bare"], 2.0,
    )  # fmt: skip


def bare_of(of: Bare, size: tuple[int, int]) -> Callable[[], object]:
    """The bare side with its table loaded."""
    columns, whole, floats = cents(*size), of.whole, of.floats
    if whole is not None:
        return lambda: whole(columns)
    assert floats is not None
    table = np.array(columns) / 100
    table = holes(table) if of.every else table
    return lambda: floats(table)


def _totals(what: str, size: tuple[int, int], rounds: int) -> dict[str, Any]:
    scheme, book = load(*size)
    return _within(what, lambda: Scores(scheme, book).totals(), 1.0, rounds)


def _within(what: str, act: Callable[[], object], limit: float, rounds: int) -> dict[str, Any]:
    taken = alternate({"ours": lambda: seconds(act)}, rounds)["ours"]
    return result(what, taken, limit, 1.0)


def write_files(folder: Path, units: int, indicators: int) -> None:
    """A scheme and a long file of figures, as the command reads them."""
    text = json.dumps(document(indicators))
    (folder / "scheme.yaml").write_text(text, encoding="utf-8")
    with (folder / "values.csv").open("w", encoding="utf-8") as file:
        file.write("unit,indicator,value\n")
        for n, column in enumerate(cents(units, indicators)):
            file.writelines(f"u{u:06d},i{n},{value / 100:.2f}\n" for u, value in enumerate(column))


def read_files(folder: Path) -> Book:
    scheme, _ = check_indicators(read_document(folder / "scheme.yaml").document)
    found = read_values(folder / "values.csv", scheme)
    return read_book(scheme, found.units, found.figures, found.entries, found.attributes)


_CHILD = """
import resource, sys
from cases.scoring.__main__ import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""


def _memory(folder: Path, what: str) -> dict[str, Any]:
    """Peak memory of the whole command in a process of its own, files read and written."""
    files = [str(folder / name) for name in ("scheme.yaml", "values.csv")]
    command = [sys.executable, "-c", _CHILD, *files, "--out", str(folder / "scores.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = int(done.stdout.split()[-1]) / 1024
    return {
        "what": what, "peak_mb": round(peak), "goal": f"<= {ROOM_MB} MB", "met": peak <= ROOM_MB,
    }  # fmt: skip


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: 50 ms, 1 s, 1 GB, twice the bare arithmetic, 60 s for an import, 5 s for intervals."""
    rounds, large = (3, HUNDRED_THOUSAND) if quick else (5, MILLION)
    scheme, book = load(*COUNTY)
    few = _within("300 units x 45", lambda: Scores(scheme, book).totals(), 0.05, rounds)
    all_of = f"{large[0] * large[1]:,} values"
    results = [few, _totals(all_of, large, rounds)]
    results += [_versus_bare(n, COUNTY, 10 * rounds) for n in BARE]
    results += [_versus_bare(n, large, rounds) for n in BARE]
    with tempfile.TemporaryDirectory(prefix="kaoji-bench-") as name:
        folder = Path(name)
        write_files(folder, *HUNDRED_THOUSAND)
        results.append(
            _within("read 100,000 values from a file", lambda: read_files(folder), 60.0, 1)
        )
        write_files(folder, *large)
        results.append(_memory(folder, f"the whole command, {all_of}"))
    scores = Scores(scheme, book)
    drawn = _within(
        "rank intervals through the tree, 1,000 draws x 300 units",
        lambda: tree_intervals(scores, scores.runs["c"]), 5.0, 1,
    )  # fmt: skip
    return [*results, drawn]
