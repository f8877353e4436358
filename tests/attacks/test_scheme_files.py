"""One scheme file, one meaning: in pages, in ``./kaoji score``, and after a way out and in."""

from pathlib import Path
from typing import Any

import pytest

from cases.commands.scheme import SchemeFaults, read_document
from cases.scoring import document_file
from cases.web.scheme_files import as_yaml

CODES = (
    "08", "09", "07", "010", "+08", "1_000", "12:30", "1e3", "1.5", "0x1F", "0o17", "yes", "no",
    "on", "true", "null", "~", "2025-01-01", "=", "<<", ".inf", ".nan", "- a", "a: b", "#x", " x ",
)  # fmt: skip


def by_terminal(content: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "scheme.yaml"
    path.write_bytes(content)
    return document_file.read_document(path).document


def test_codes_that_look_like_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    """An indicator 08 must not be 8 for whoever checks the score by the terminal."""
    document = {"codes": list(CODES), "weights": {code: 1 for code in CODES}}
    content = as_yaml(document)
    assert read_document(content) == document
    assert by_terminal(content, tmp_path) == document


@pytest.mark.parametrize(
    ("written", "read"),
    [("010", 10), ("1_000", "1_000"), ("12:30", "12:30"), ("yes", "yes"), ("0x1F", "0x1F"),
     ("1.5", 1.5), ("true", True), ("2025-01-01T00:00:00", "2025-01-01T00:00:00")],
)  # fmt: skip
def test_plain_values_mean_the_same_to_pages_and_terminal(
    written: str, read: Any, tmp_path: Path
) -> None:
    content = f"x: {written}\n".encode()
    assert read_document(content) == by_terminal(content, tmp_path) == {"x": read}


def test_one_name_as_number_and_as_text_is_a_repeat() -> None:
    with pytest.raises(SchemeFaults) as refused:
        read_document(b'weights: {1: 40, "1": 60}')
    assert [str(said) for _, said in refused.value.problems] == ["“1”写了两次"]
