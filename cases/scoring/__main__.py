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

from cases.errors import told
from cases.scoring.document_file import DocumentFile, read_document
from cases.scoring.exact import shown
from cases.scoring.explain import explanation
from cases.scoring.outputs import Outputs
from cases.scoring.ranking import ranks
from cases.scoring.reading import DocumentErrors
from cases.scoring.run import ClassRun
from cases.scoring.scheme import check_indicators
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.values_file import UTF_8, read_values
from workflow.words import m

COLUMNS = ("unit", "class", "score", "exact", "rank_in_class", "flags")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the scores are written, 2 when the input is refused."""
    options = _parser().parse_args(arguments)
    try:
        _apart(options.out, options.scheme, options.values)
        scores = _scores(options.scheme, options.values)
        with Outputs() as outputs:
            _write(outputs.file(options.out), scores)
            if options.explain:
                _explain(outputs.folder(options.explain), scores)
    except DocumentErrors as error:
        for path, sentence in error.errors:
            print(" ".join(f"{path or '-'}: {sentence}".split()), file=sys.stderr)
        return 2
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kaoji score",
        description="Scores a file of values by a scheme, without a database.",
        epilog="Exit code 0: all files are written. 2: the input is refused, every fault named by "
        "file, line and path or column, and nothing is written. The formats are described in "
        "docs/score.md, with worked examples in docs/examples/score.",
    )
    add = parser.add_argument
    add("scheme", type=Path, metavar="SCHEME.yaml", help="classes, indicators, methods, weights")
    add("values", type=Path, metavar="VALUES.csv", help="figures, a line each or a line a unit")
    add(
        "--out", type=Path, required=True, metavar="SCORES.csv",
        help="one line a unit: score, rank in its class, flags, the score of every node",
    )  # fmt: skip
    add("--explain", type=Path, metavar="DIR", help="one JSON file a unit with every step")
    return parser


def _apart(out: Path, *inputs: Path) -> None:
    """Raises DocumentErrors where the scores would be written over what they are made of."""
    if out.resolve() in {one.resolve() for one in inputs}:
        raise DocumentErrors([(str(out), m("输出文件不能是输入文件"))])


def _scores(scheme_path: Path, values_path: Path) -> Scores:
    scheme = _scheme(read_document(scheme_path))
    values = read_values(values_path, scheme)
    if values.encoding != UTF_8:
        said = m("文件不是 UTF-8 编码,按 GB18030 读入")
        print(f"{values_path.name}: {said}", file=sys.stderr)
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
    nodes = [code for code in scores.scheme.indicators]
    lines: dict[str, list[object]] = {}
    for code, run in scores.runs.items():
        units = [scores.book.units[place] for place in run.units]
        places = ranks({unit: totals[unit] for unit in units})
        columns = [_texts(run, node) for node in nodes]
        for i, unit in enumerate(units):
            total = totals[unit]
            figure = ("", "") if total is None else (shown(total), f"{total:f}")
            said = ";".join(str(one) for one in scores.remarks(unit))
            head = (unit, code, *figure, places[unit] or "", said)
            lines[unit] = [*head, *(column[i] for column in columns)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, *nodes))
        writer.writerows(lines[unit] for unit in scores)


def _texts(run: ClassRun, node: str) -> list[str]:
    """The scores of a node, twelve places, empty where there is none."""
    points = run.nodes.get(node)
    if points is None:
        return [""] * len(run.units)
    return ["" if score is None else f"{score:f}" for score in points.stored()]


def _explain(folder: Path, scores: Scores) -> None:
    """One JSON file per unit; its name is the unit's code, percent-encoded."""
    for unit, sheet in scores.items():
        text = json.dumps(explanation(scores.scheme, sheet), ensure_ascii=False, indent=1)
        (folder / f"{quote(unit, safe='')}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
