"""Write a sample scheme with drawn figures: ``./kaoji sample province DIR``.

``DIR/scheme.yaml`` and ``DIR/values.csv`` go to ``./kaoji score`` as they are. Units and figures
are fictional, and the same every time. Nothing is written over.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cases.errors import told
from cases.scoring.outputs import Outputs
from cases.scoring.samples import SAMPLES, document, text, units
from cases.scoring.samples.figures import drawn
from cases.scoring.scheme import load_indicators
from cases.scoring.shapes import IndicatorScheme
from workflow.words import m

SOURCE = "示例数据,虚构"
COLUMNS = ("unit", "class", "indicator", "value", "previous", "source", "unit.region_type")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when both files are written; 2, and neither is, when one is
    there already or the folder takes none."""
    options = _parser().parse_args(arguments)
    code, folder = options.sample, options.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scheme, values = (_fresh(folder / name) for name in ("scheme.yaml", "values.csv"))
        with Outputs() as outputs:
            outputs.file(scheme).write_text(text(code, options.year), encoding="utf-8")
            _write(outputs.file(values), load_indicators(document(code)), units(code))
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kaoji sample",
        description="Writes a sample scheme and figures for its units, all fictional.",
        epilog="./kaoji score DIR/scheme.yaml DIR/values.csv --out DIR/scores.csv scores them.",
    )
    titles = "; ".join(f"{one.code}: {one.title.en}" for one in SAMPLES.values())
    parser.add_argument("sample", choices=list(SAMPLES), help=titles)
    parser.add_argument("folder", type=Path, metavar="DIR", help="scheme.yaml and values.csv")
    parser.add_argument(
        "--year", type=_year, metavar="YEAR", help="the scheme's year, 2000 to 2100"
    )
    return parser


def _year(typed: str) -> int:
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    if not 2000 <= year <= 2100:
        raise argparse.ArgumentTypeError("a year from 2000 to 2100")
    return year


def _fresh(path: Path) -> Path:
    """Raises FileExistsError rather than write over what is there, a broken link included."""
    if path.is_symlink() or path.exists():
        raise FileExistsError(str(m("%(file)s 已经有了,没有覆盖", file=str(path))))
    return path


def _write(path: Path, scheme: IndicatorScheme, by_unit: Mapping[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in drawn(scheme, by_unit):
            region = scheme.classes[one.class_code].region_type
            figure = (one.indicator, one.value, one.previous, SOURCE)
            writer.writerow((one.unit, one.class_code, *figure, region))


if __name__ == "__main__":
    sys.exit(main())
