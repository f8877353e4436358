"""Where the published indices lie: the folder that KAOJI_REFERENCE_DATA names.

Not named is a skip with a sentence; named but missing is a failure.
"""

import csv
import os
from pathlib import Path

import pytest

NAME = "KAOJI_REFERENCE_DATA"


def folder(name: str, within: str = "published_index") -> Path:
    """The folder of one published index, or another one."""
    root = os.environ.get(NAME)
    if not root:
        pytest.skip(f"{NAME} names no folder of published data")
    found = Path(root) / within / name
    assert found.is_dir(), f"{NAME} names a folder without {within}/{name}"
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
