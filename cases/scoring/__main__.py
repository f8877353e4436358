"""Score a file of figures: ``python -m cases.scoring SCHEME.yaml VALUES.csv --out SCORES.csv``.

VALUES.csv has the columns unit, class, indicator, value and, if wanted, target and source; an
empty value is missing. SCORES.csv gets one line per unit; ``--explain DIR`` one JSON file per
unit with every step. Errors go to stderr by place, exit code 2, and nothing is written.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import yaml

from cases.scoring.book import Figure
from cases.scoring.exact import exact, shown
from cases.scoring.explain import explanation
from cases.scoring.ranking import ranks
from cases.scoring.reading import DocumentErrors, Problem
from cases.scoring.scheme import load
from cases.scoring.scoresheet import Scores, score_units
from cases.scoring.shapes import Scheme
from workflow.words import m

REQUIRED = ("unit", "class", "indicator", "value")
OPTIONAL = ("target", "source")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the scores are written, 2 when the input is refused."""
    parser = argparse.ArgumentParser(prog="python -m cases.scoring")
    parser.add_argument("scheme", type=Path, metavar="SCHEME.yaml")
    parser.add_argument("values", type=Path, metavar="VALUES.csv")
    parser.add_argument("--out", type=Path, required=True, metavar="SCORES.csv")
    parser.add_argument("--explain", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        scheme = load(_yaml(options.scheme))
        units, figures = _figures(options.values)
        sheets = score_units(scheme, units, figures)
    except DocumentErrors as error:
        for path, sentence in error.errors:
            print(f"{path or '-'}: {sentence}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    _write(options.out, sheets)
    if options.explain:
        _explain(options.explain, scheme, sheets)
    return 0


def _yaml(path: Path) -> dict[str, object]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except yaml.YAMLError as error:
        problem = m("不是有效的 YAML:%(error)s", error=" ".join(str(error).split()))
        raise DocumentErrors([(path.name, problem)]) from error
    return document if isinstance(document, dict) else {}


def _figures(path: Path) -> tuple[dict[str, str], list[Figure]]:
    """Units with their class, and the figures, row by row; every bad row is named."""
    problems: list[Problem] = []
    units: dict[str, str] = {}
    figures: list[Figure] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        absent = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if absent:
            problem = m("缺少列:%(columns)s", columns="、".join(absent))
            raise DocumentErrors([(path.name, problem)])
        for row in reader:
            place = f"{path.name}:{reader.line_num}"
            unit, code = (row["unit"] or "").strip(), (row["class"] or "").strip()
            if not unit or None in row:
                problems.append((place, m("行的列数或单位不对")))
                continue
            if units.setdefault(unit, code) != code:
                problems.append((place, m("单位“%(unit)s”归入了两个类别", unit=unit)))
            figures.append(_figure(unit, row, place, problems))
    if problems:
        raise DocumentErrors(problems)
    return units, figures


def _figure(unit: str, row: dict[str, str | None], place: str, problems: list[Problem]) -> Figure:
    numbers: list[str | None] = []
    for name in ("value", "target"):
        text = (row.get(name) or "").strip()
        numbers.append(text or None)
        try:
            exact(text or 0)
        except ValueError:
            problems.append((f"{place} {name}", m("“%(value)s”不是有效的数字", value=text)))
    return Figure(
        unit=unit,
        indicator=(row["indicator"] or "").strip(),
        value=numbers[0],
        target=numbers[1],
        provenance=(row.get("source") or "").strip() or place,
    )


def _write(path: Path, sheets: Scores) -> None:
    """One line per unit: score, exact score, rank inside its class, remarks."""
    places: dict[str, int | None] = {}
    for code in {sheet.class_code for sheet in sheets.values()}:
        peers = {unit: one.total for unit, one in sheets.items() if one.class_code == code}
        places |= ranks(peers)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("unit", "class", "score", "exact", "rank_in_class", "flags"))
        for unit, sheet in sheets.items():
            total = sheet.total
            figure = ("", "") if total is None else (shown(total), f"{total:f}")
            flags = ";".join(str(flag) for flag in sheet.flags)
            writer.writerow((unit, sheet.class_code, *figure, places[unit] or "", flags))


def _explain(folder: Path, scheme: Scheme, sheets: Scores) -> None:
    """One JSON file per unit; its name is the unit's code, percent-encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit, sheet in sheets.items():
        text = json.dumps(explanation(scheme, sheet), ensure_ascii=False, indent=1)
        (folder / f"{quote(unit, safe='')}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
