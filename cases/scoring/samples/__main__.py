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

from cases.scoring.samples import SAMPLES, document, text, units
from cases.scoring.samples.figures import drawn
from cases.scoring.scheme import load_indicators
from cases.scoring.shapes import IndicatorScheme

SOURCE = "示例数据,虚构"
COLUMNS = ("unit", "class", "indicator", "value", "previous", "source", "unit.region_type")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when both files are written, 2 when one is there already."""
    options = _parser().parse_args(arguments)
    code, folder = options.sample, options.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "scheme.yaml").open("x", encoding="utf-8") as file:
            file.write(text(code, options.year))
        _write(folder / "values.csv", load_indicators(document(code)), units(code))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kaoji sample",
        description="Writes a sample scheme and figures for its units, all fictional.",
        epilog="./kaoji score DIR/scheme.yaml DIR/values.csv --out DIR/scores.csv scores them.",
    )
    told = "; ".join(f"{one.code}: {one.title.en}" for one in SAMPLES.values())
    parser.add_argument("sample", choices=list(SAMPLES), help=told)
    parser.add_argument("folder", type=Path, metavar="DIR", help="scheme.yaml and values.csv")
    parser.add_argument("--year", type=int, choices=range(2000, 2101), metavar="YEAR")
    return parser


def _write(path: Path, scheme: IndicatorScheme, by_unit: Mapping[str, str]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in drawn(scheme, by_unit):
            region = scheme.classes[one.class_code].region_type
            figure = (one.indicator, one.value, one.previous, SOURCE)
            writer.writerow((one.unit, one.class_code, *figure, region))


if __name__ == "__main__":
    sys.exit(main())
