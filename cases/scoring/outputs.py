"""Files that appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

LIST = "SHA256SUMS"
"""In a folder: the files of the last run with their digests, as ``sha256sum -c`` reads them."""

_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\]+)")


class Outputs:
    """Files and folders under other names until the block ends well; after an error, none.

    A folder that is there loses the files of the run before that its ``LIST`` names, unless they
    were changed since, and keeps all others. What is no plain file, such as ``/dev/stdout``,
    is written to directly.
    """

    def __init__(self) -> None:
        self.files: list[tuple[Path, Path]] = []
        self.folders: list[tuple[Path, Path]] = []

    def file(self, path: Path) -> Path:
        """The path to write to, for the file that shall stand at ``path``. Raises OSError."""
        if path.is_dir():
            raise IsADirectoryError(f"{path}: is a folder")
        if path.exists() and not path.is_file():
            return path
        part = _beside(path.resolve())
        self.files.append((part, path.resolve()))
        return part

    def folder(self, path: Path) -> Path:
        """The folder to write to, for the files that shall stand in ``path``. Raises OSError."""
        part = _beside(path.resolve())
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        self.folders.append((part, path.resolve()))
        return part

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._move()
        finally:
            for part, _ in self.files:
                part.unlink(missing_ok=True)
            for part, _ in self.folders:
                shutil.rmtree(part, ignore_errors=True)

    def _move(self) -> None:
        for part, path in self.folders:
            path.mkdir(exist_ok=True)
            made = {one.name: _digest(one) for one in sorted(part.iterdir())}
            for one in _stale(path, made):
                one.unlink()
            for name in made:
                (part / name).replace(path / name)
            lines = [f"{digest}  {name}\n" for name, digest in made.items()]
            (part / LIST).write_text("".join(lines), encoding="utf-8")
            (part / LIST).replace(path / LIST)
        for part, path in self.files:
            part.replace(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stale(folder: Path, made: Collection[str]) -> list[Path]:
    """Files of the run before that are not made any more and stand as they were written."""
    try:
        lines = (folder / LIST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        told = _LINE.fullmatch(line)
        if told is None or told[2] in {*made, LIST, ".", ".."}:
            continue
        one = folder / told[2]
        if one.is_file() and not one.is_symlink() and _digest(one) == told[1]:
            found.append(one)
    return found


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")
