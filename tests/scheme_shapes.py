"""Scheme documents for tests: the demonstration's, and one of a province's size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cases.commands.scheme import read_document

CITY = Path(__file__).resolve().parents[1] / "cases/demo/city/scheme.yaml"


def city() -> dict[str, Any]:
    """The demonstration's document, fresh."""
    return read_document(CITY.read_bytes())


def province() -> dict[str, Any]:
    """4 categories, counties in 9 classes, departments in 5; 7 groups with 44 indicators."""
    document = city()
    shape = {"county": 9, "dept": 5, "city": 1, "area": 1}
    document["code"] = "province-2025"
    document["classes"] = [
        {
            "code": name,
            "title": name,
            "result": "regional",
            "children": [{"code": f"{name}.{n}", "title": f"{name} {n}"} for n in range(count)],
        }
        for name, count in shape.items()
    ]
    sizes = (7, 7, 6, 6, 6, 6, 6)
    document["indicators"] = [
        {"code": f"g{g}", "title": f"组{g}", "children": [_leaf(g, n) for n in range(size)]}
        for g, size in enumerate(sizes)
    ]
    row: dict[str, Any] = {f"g{g}": 15 if g < 6 else 10 for g in range(len(sizes))}
    for g, size in enumerate(sizes):
        each = row[f"g{g}"] * 100 // size
        for n in range(size):
            cents = each if n else row[f"g{g}"] * 100 - each * (size - 1)
            row[f"g{g}.{n}"] = cents / 100
    codes = [f"{name}.{n}" for name, count in shape.items() for n in range(count)]
    table = {code: dict(row) for code in codes}
    document["weights"] = {"total": 100, "basis": "points", "by_class": table}
    return document


def _leaf(group: int, number: int) -> dict[str, Any]:
    return {
        "code": f"g{group}.{number}",
        "title": {"zh": f"指标{group}-{number}", "en": f"Indicator {group}-{number}"},
        "unit": "%",
        "direction": "positive",
        "method": "minmax",
        "missing": "renormalise",
        "provider": "P1",
    }
