import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cases.scoring.document_file import read_document
from cases.scoring.json_schema import schema
from cases.scoring.score_page import page, schema_text
from tests.cases.scoring.conftest import DOCUMENT

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "docs" / "examples" / "score").iterdir())
DEMO = sorted((ROOT / "cases" / "demo").rglob("*scheme*.yaml"))


def faults(document: Any) -> list[str]:
    plain = json.loads(json.dumps(document, default=str))
    return [one.message for one in Draft202012Validator(schema()).iter_errors(plain)]


def test_docs_are_fresh() -> None:
    text = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    told = "write them anew: python -m cases.scoring.score_page docs"
    assert page(text) == text, told
    assert (ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8") == schema_text(), told


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "path", [*(one / "scheme.yaml" for one in EXAMPLES), *DEMO], ids=lambda path: path.parent.name
)
def test_schemes_that_ship_are_valid(path: Path) -> None:
    assert faults(read_document(path).document) == []


def test_sample_is_valid() -> None:
    assert faults(DOCUMENT) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("year",), "soon"),
        (("codes",), 1),
        (("indicators", 0, "children", 0, "method"), "magic"),
        (("indicators", 0, "children", 0, "parameters"), {"steps": 1}),
        (("indicators", 0, "children", 0, "parameters"), {"cap": True}),
        (("indicators", 0, "children", 0, "target"), "2,5"),
        (("indicators", 0, "children", 0, "chain"), [{"link": "wish"}]),
        (("indicators", 0, "children", 0, "direction"), "up"),
        (("items", 0, "kind"), "gift"),
        (("weights", "basis"), "hope"),
        (("classes",), []),
    ],
)
def test_what_readers_refuse_is_invalid(
    document: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert len(faults(document)) == 1
