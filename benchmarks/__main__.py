"""``./kaoji bench [--quick] [NAME ...]``: one JSON object a line, a goal beside each ratio."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

NAMES = (
    "opening", "opening_urns", "door", "names", "lists", "roster", "scoring", "values", "ballots",
    "ballots_burst",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="./kaoji bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, three rounds")
    given = parser.parse_args()
    for name in given.names:
        if name not in NAMES:
            parser.error(f"there is no {name}; of: {', '.join(NAMES)}")
    missed = 0
    for name in given.names or NAMES:
        for result in importlib.import_module(f"benchmarks.{name}").run(given.quick):
            print(json.dumps({"bench": name, **result}, ensure_ascii=False), flush=True)
            missed += not result["met"]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
