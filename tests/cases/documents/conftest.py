"""One print shop for all tests of papers, and the PDF tools they look with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cases.documents.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as shop:
        yield shop


@pytest.fixture
def tool(tmp_path: Path) -> Callable[..., str]:
    """Run a PDF program on bytes: ``tool("pdftotext", "-layout", pdf=data)`` -> its output."""

    def run(name: str, *options: str, pdf: bytes, after: tuple[str, ...] = ()) -> str:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(
            [name, *options, str(path), *after], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
