"""Score a file of figures: ``python -m cases.scoring SCHEME.yaml VALUES.csv --out SCORES.csv``.

The files are described in ``docs/score.md``: ``document_file`` and ``values_file`` read them. One
line a unit goes to SCORES.csv, with ``--explain DIR`` one JSON file a unit with every step. Errors
go to stderr by file, line and column, exit code 2, and nothing is written.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from cases.scoring.document_file import DocumentFile, read_document
from cases.scoring.exact import shown, stored
from cases.scoring.explain import explanation
from cases.scoring.ranking import ranks
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import check_indicators
from cases.scoring.scoresheet import Scores, Scoresheet, score_units
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.values_file import read_values

COLUMNS = ("unit", "class", "score", "exact", "rank_in_class", "flags")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the scores are written, 2 when the input is refused."""
    parser = argparse.ArgumentParser(prog="python -m cases.scoring")
    parser.add_argument("scheme", type=Path, metavar="SCHEME.yaml")
    parser.add_argument("values", type=Path, metavar="VALUES.csv")
    parser.add_argument("--out", type=Path, required=True, metavar="SCORES.csv")
    parser.add_argument("--explain", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        scores = _scores(options.scheme, options.values)
        _write(options.out, scores)
        if options.explain:
            _explain(options.explain, scores)
    except DocumentErrors as error:
        for path, sentence in error.errors:
            print(f"{path or '-'}: {sentence}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _scores(scheme_path: Path, values_path: Path) -> Scores:
    scheme = _scheme(read_document(scheme_path))
    values = read_values(values_path, scheme)
    return score_units(scheme, values.units, values.figures, values.entries, values.attributes)


def _scheme(file: DocumentFile) -> IndicatorScheme:
    """The quantitative half; every problem with file, line and path."""
    scheme, problems = check_indicators(file.document)
    if problems:
        raise DocumentErrors((file.placed(path), sentence) for path, sentence in problems)
    return scheme


def _write(path: Path, scores: Scores) -> None:
    """Score, exact score, rank inside the class, remarks; then a column for every node."""
    totals = scores.totals()
    places: dict[str, int | None] = {}
    for run in scores.runs.values():
        places |= ranks({scores.book.units[p]: totals[scores.book.units[p]] for p in run.units})
    nodes = [code for code in scores.scheme.indicators]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, *nodes))
        for unit in scores:
            sheet, total = scores[unit], totals[unit]
            figure = ("", "") if total is None else (shown(total), f"{total:f}")
            line = (unit, sheet.class_code, *figure, places[unit] or "", _flags(sheet))
            writer.writerow((*line, *_nodes(scores, unit, nodes)))


def _flags(sheet: Scoresheet) -> str:
    return ";".join(str(said) for said in (*sheet.flags, *(cap.reason for cap in sheet.caps)))


def _nodes(scores: Scores, unit: str, nodes: Sequence[str]) -> list[str]:
    """The score of every group and indicator of the unit, twelve places, empty where none."""
    run, i = scores.run_of(unit)
    found = []
    for code in nodes:
        score = run.nodes[code].at(i) if code in run.nodes else None
        found.append("" if score is None else f"{stored(score):f}")
    return found


def _explain(folder: Path, scores: Scores) -> None:
    """One JSON file per unit; its name is the unit's code, percent-encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit, sheet in scores.items():
        text = json.dumps(explanation(scores.scheme, sheet), ensure_ascii=False, indent=1)
        (folder / f"{quote(unit, safe='')}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
