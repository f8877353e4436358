"""Files on removable media: written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def put(files: Mapping[Path, str]) -> None:
    """Write all of them whole, for their owner's eyes alone, or none: on a full medium half a
    result, or two shares of three, would look like the real thing.

    Nothing may stand at their places before. Whoever stops it with Ctrl-C finds nothing either; a
    power cut while they move to their places leaves the first of them, in the order given.
    """
    parts = {path.with_name(path.name + ".part"): path for path in files}
    moving = False
    try:
        for part, path in parts.items():
            part.touch(mode=0o600)
            with part.open("w", encoding="utf-8") as file:
                file.write(files[path])
                file.flush()
                os.fsync(file.fileno())
        moving = True
        for part, path in parts.items():
            part.replace(path)
        for folder in {path.parent for path in files}:
            _settle(folder)
    except BaseException:
        for part, path in parts.items():
            with suppress(OSError):
                (part if part.exists() or not moving else path).unlink()
        raise


def _settle(folder: Path) -> None:
    """The names too are on the medium, as far as its file system can promise that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
