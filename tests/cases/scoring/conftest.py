"""A whole sample scheme and small builders; no database, no app."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.scoring.scheme import load
from cases.scoring.shapes import Scheme

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "scheme.yaml").read_text(encoding="utf-8")
)


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return load(DOCUMENT)
