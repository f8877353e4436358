"""Files on removable media: written whole or not at all, and what is wrong with them in words."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workflow.words import m

_WHY = {
    errno.ENOENT: m("没有这个文件或文件夹"),
    errno.EISDIR: m("这是文件夹,不是文件"),
    errno.ENOTDIR: m("这是文件,不是文件夹"),
    errno.EEXIST: m("这是文件,不是文件夹"),
    errno.EACCES: m("没有读写权限"),
    errno.EROFS: m("介质是只读的"),
    errno.ENOSPC: m("介质已满,什么也没有写入"),
}


def told(error: OSError) -> object:
    """What is wrong with which file; the system's own words where nobody foresaw it."""
    if error.errno is None:
        return error
    why = _WHY.get(error.errno, error.strerror or "")
    if not error.filename:
        return why
    return m("%(file)s:%(why)s", file=str(error.filename), why=why)


def put(files: Mapping[Path, str]) -> None:
    """Write all of them whole, for their owner's eyes alone, or none: on a full medium half a
    result, or two shares of three, would look like the real thing."""
    parts = {path.with_name(path.name + ".part"): path for path in files}
    try:
        for part, path in parts.items():
            part.touch(mode=0o600)
            with part.open("w", encoding="utf-8") as file:
                file.write(files[path])
                file.flush()
                os.fsync(file.fileno())
        for part, path in parts.items():
            part.replace(path)
    except OSError:
        for part in parts:
            with suppress(OSError):
                part.unlink()
        raise
