"""A demonstration that lies there from before: shown again, or played anew when it is outdated."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases import schema
from cases.demo.__main__ import main, settings_of
from cases.store import Store


def _left(var: Path, *, back: int) -> None:
    """A demonstration of a program that knew ``back`` revisions fewer."""
    var.mkdir()
    (var / "played.json").write_text('{"cases": 3}', encoding="utf-8")
    store = Store(settings_of(var).database_url)
    schema.upgrade(store.engine)
    if back:
        schema.downgrade(store.engine, f"-{back}")
    store.close()


def test_played_before_is_shown_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _left(tmp_path / "var", back=0)
    assert main(["--no-serve", "--json", "--var", str(tmp_path / "var")]) == 0
    assert capsys.readouterr().out == '{"cases": 3}\n'


def test_played_by_an_older_program_asks_for_fresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _left(tmp_path / "var", back=1)
    assert main(["--no-serve", "--json", "--var", str(tmp_path / "var")]) == 2
    told = capsys.readouterr()
    assert (told.out, "--fresh" in told.err) == ("", True)
