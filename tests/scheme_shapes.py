"""Scheme documents for tests: the demonstration's, and the sample of a province's size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cases.commands.scheme import read_document
from cases.scoring import samples

CITY = Path(__file__).resolve().parents[1] / "cases/demo/city/scheme.yaml"


def city() -> dict[str, Any]:
    """The demonstration's document, fresh."""
    return read_document(CITY.read_bytes())


def province() -> dict[str, Any]:
    """4 categories, counties in 9 classes, departments in 5; 7 groups with 44 indicators."""
    return samples.document("province")
