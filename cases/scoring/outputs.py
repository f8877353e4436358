"""Files that appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType


class Outputs:
    """Files and folders under other names until the block ends well; after an error, none.

    A folder that is there keeps its other files. What is no plain file, such as ``/dev/stdout``,
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
            for one in sorted(part.iterdir()):
                one.replace(path / one.name)
        for part, path in self.files:
            part.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")
