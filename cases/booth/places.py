"""Where the urns of this laptop lie, so that one is not begun a second time, empty, elsewhere.

A line in the kit's own folder and one in the home of whoever starts it; either is enough. Both hold
a path only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cases.ballot_box.package import Package
from cases.ballot_box.refusals import UrnRefusal
from workflow.words import m

_BASE = "booth.db"


def note_of(package: Package) -> str:
    """Name of the line about an urn; two offices may give their urns one number."""
    return f"{package.urn}-{package.digest[:16]}.place"


def check(folder: Path, note: str, registers: Iterable[Path]) -> None:
    """Raises UrnRefusal when the urn of this note was begun before and is not in ``folder``."""
    if (folder / _BASE).is_file():
        return
    for place in _places(note, registers):
        if (place / _BASE).is_file():
            raise UrnRefusal(
                m(
                    "这个测评箱在 %(place)s 里,已交的卡都在那里;请用 --var %(var)s 启动",
                    place=str(place),
                    var=str(place.parent),
                )
            )
        raise UrnRefusal(
            m(
                "这个测评箱原来放在 %(place)s,现在那里没有了;请接回那个介质再启动。"
                "确定还没有人交卡的,加 --another 另用一个空箱",
                place=str(place),
            )
        )


def _places(note: str, registers: Iterable[Path]) -> Iterator[Path]:
    """Folders where this urn was begun, as far as anybody knows."""
    for register in registers:
        with suppress(OSError, UnicodeDecodeError):
            yield Path((register / note).read_text(encoding="utf-8").strip())


def remember(folder: Path, note: str, registers: Iterable[Path]) -> None:
    """Note where this urn lies; a register that takes nothing is passed over."""
    for register in registers:
        with suppress(OSError):
            register.mkdir(parents=True, exist_ok=True)
            (register / note).write_text(f"{folder}\n", encoding="utf-8")
