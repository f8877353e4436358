"""``./kaoji hall-kit DIR``: the program of the hall's laptop, whole and without a network.

Code of booth, ballot box and urn; every library they need, copied from this installation; a start
script that uses nothing else of the machine but Python of the same version. Meetings come later,
each in a file of its own (``.hall``), so one kit serves many halls.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from cases.errors import told
from workflow.words import m

ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "config.py",
    "workflow",
    "cases/*.py",
    "cases/ballot_box",
    "cases/booth",
    "cases/jobs/__init__.py",
    "cases/jobs/supervisor.py",
    "migrations/booth",
    "templates/booth",
    "static/booth",
    "static/css/*.css",
    "static/img",
    "translations",
)
LIBRARIES = (
    "alembic", "babel", "cryptography", "flask", "granian", "segno", "sqlalchemy", "transitions",
    "tzdata",
)  # fmt: skip
GUIDE = "docs/how-to/hold-a-meeting-in-a-hall.md"
_SKIP = shutil.ignore_patterns("__pycache__", "*.pyc")
_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")
_LOCALES = re.compile(r"babel/locale-data/(?!root|en\.|en_|zh)")
_START = """#!/bin/sh
# Kaoji in a hall: ./start.sh FILE.hall   (opening urns here: ./open-urns.sh FILE.urn --out DIR)
set -eu
KIT=$(cd "$(dirname "$0")" && pwd)
same='import sys; sys.exit(sys.version_info[:2] != {pair})'
for p in python{version} python3; do
  if command -v "$p" >/dev/null 2>&1 && "$p" -c "$same"; then
    PYTHONPATH="$KIT/code:$KIT/lib" PYTHONUTF8=1 exec "$p" -S -m {module} "$@"
  fi
done
echo "Python {version} is needed on this machine. 这台机器要有 Python {version}。" >&2; exit 1
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack the kit; 2 when the folder is not new or empty."""
    parser = argparse.ArgumentParser(prog="./kaoji hall-kit", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--zip", action="store_true", help="write DIR.zip as well")
    given = parser.parse_args(arguments)
    try:
        size = pack(given.folder)
    except OSError as e:
        print(told(e), file=sys.stderr)
        return 2
    print(m("现场测评包在 %(folder)s,共 %(size)s MB", folder=str(given.folder), size=size // 10**6))
    if given.zip:
        print(_zipped(given.folder))
    return 0


def pack(folder: Path) -> int:
    """Write the kit into a new or empty folder; returns its size in bytes. Raises OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(str(m("%(folder)s 不是空文件夹,没有写入", folder=str(folder))))
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in CODE:
        for source in sorted(ROOT.glob(pattern)):
            _copy(source, folder / "code" / source.relative_to(ROOT))
    for name in sorted(closure(LIBRARIES)):
        _copy_library(name, folder / "lib")
    _write_starters(folder)
    if (ROOT / GUIDE).is_file():
        _copy(ROOT / GUIDE, folder / "README.md")
    (folder / "kit.json").write_text(json.dumps(_about(), indent=1) + "\n", encoding="utf-8")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=_SKIP, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)


def closure(names: Sequence[str]) -> set[str]:
    """These distributions and all they require, as far as they are installed here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        found.add(name)
        waiting += list(_requirements(name))
    return found


def _requirements(name: str) -> Iterator[str]:
    for line in metadata.requires(name) or ():
        head = _REQUIRED.match(line)
        if head is None or "extra ==" in line:
            continue
        try:
            metadata.distribution(head[0])
        except metadata.PackageNotFoundError:  # asked for on other platforms only
            continue
        yield head[0]


def _copy_library(name: str, target: Path) -> None:
    distribution = metadata.distribution(name)
    for file in distribution.files or ():
        path = file.as_posix()
        if path.startswith("..") or "__pycache__" in path or _LOCALES.search(path):
            continue
        _copy(Path(str(distribution.locate_file(file))), target / path)


def _write_starters(folder: Path) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pair = f"({sys.version_info[0]}, {sys.version_info[1]})"
    modules = {
        "start.sh": 'cases.booth.hall --var "$KIT/var"',
        "open-urns.sh": "cases.ballot_box open",
    }
    for name, module in modules.items():
        path = folder / name
        path.write_text(_START.format(version=version, pair=pair, module=module), encoding="utf-8")
        path.chmod(0o755)


def _about() -> dict[str, object]:
    return {
        "format": "kaoji-hall-kit/1",
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "platform": sysconfig.get_platform(),
        "libraries": {name: metadata.version(name) for name in sorted(closure(LIBRARIES))},
    }


def _zipped(folder: Path) -> Path:
    """The kit as one file, start scripts still executable."""
    target = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path(folder.name) / path.relative_to(folder))
    return target


if __name__ == "__main__":
    sys.exit(main())
