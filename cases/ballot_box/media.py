"""Files on removable media: written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def put(files: Mapping[Path, str]) -> None:
    """Write all of them whole, for their owner's eyes alone, or none: on a full medium half a
    result, or two shares of three, would look like the real thing.

    Nothing may stand at their places before. Whoever stops it with Ctrl-C finds nothing either.
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
    except BaseException:
        for part, path in parts.items():
            with suppress(OSError):
                (part if part.exists() or not moving else path).unlink()
        raise
