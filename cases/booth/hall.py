"""The laptop of a hall: ``python -m cases.booth.hall FILE.hall`` serves one prepared urn.

The file becomes an urn database of its own in ``--var``; then the booth answers on the hall's
network and the desk of the tellers on this machine only (127.0.0.1). No other part of Kaoji runs
and no address outside is asked. Started again with the same file it goes on where it stood.

``booth`` and ``desk`` are made when the server asks for them.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from cases.ballot_box.arrivals import holds
from cases.ballot_box.hall_file import HallUrn, read
from cases.ballot_box.refusals import BallotBoxRefusal
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns, urns_are_ready
from cases.booth import places
from cases.booth.app import create_booth
from cases.booth.desk import NO_ROOM, create_desk
from cases.errors import Busy, Misconfigured, Unwritable, told
from cases.jobs.supervisor import granian, supervise
from config import Settings, from_environment
from workflow.words import m

_THREADS = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; 2 when the file is refused."""
    parser = argparse.ArgumentParser(prog="./start.sh", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.hall", nargs="?")
    parser.add_argument(
        "--var", type=Path, action="append", metavar="DIR", help="where the urn lies"
    )
    parser.add_argument(
        "--another", action="store_true", help="an empty urn although one was begun elsewhere"
    )
    parser.add_argument("--bind", default="", metavar="HOST:PORT", help="where the booth listens")
    parser.add_argument("--desk", default="127.0.0.1:8002", metavar="HOST:PORT")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.serve:
        return _serve(from_environment(), given.desk)
    if given.file is None:
        print(m("请指明测评箱准备文件:./start.sh 文件.hall"), file=sys.stderr)
        return 2
    try:
        _prepare(given)
    except BallotBoxRefusal as e:
        print("\n".join(str(reason) for reason in e.reasons), file=sys.stderr)
    except (Busy, Unwritable):
        print(NO_ROOM, file=sys.stderr)
    except OSError as e:
        print(told(e), file=sys.stderr)
    except TypeError as e:
        print(e, file=sys.stderr)
    return 2


def _prepare(given: argparse.Namespace) -> NoReturn:
    """Lay the urn down, then go on as the servers with an environment of their own."""
    file = read(given.file.read_bytes())
    rooms = [room.resolve() for room in given.var or [Path("var")]]
    folder = rooms[-1] / file.package.urn
    note, registers = places.note_of(file.package), [rooms[0], Path.home() / ".kaoji-hall"]
    if not given.another:
        places.check(folder, note, registers)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    url = f"sqlite:///{(folder / 'booth.db').as_posix()}"
    lay_down(file, url)
    places.remember(folder, note, registers)
    again = [sys.executable, *_flags(), "-m", "cases.booth.hall", "--serve", "--desk", given.desk]
    os.execve(sys.executable, again, _surroundings(file, folder, url, given.bind))  # noqa: S606


def lay_down(file: HallUrn, url: str) -> None:
    """The urn's database from the file; one that is there already is gone on with.

    Raises UrnRefusal when another urn of that number lies there.
    """
    if not urns_are_ready(url):
        upgrade_urns(url)
    store = open_urn_store(url)
    try:
        if not holds(store, file.package):
            store.prepare(file.package, file.cards)
    finally:
        store.dispose()


def _flags() -> list[str]:
    """Go on without the machine's own packages where the kit was started so."""
    return ["-S"] if sys.flags.no_site else []


def _surroundings(file: HallUrn, folder: Path, url: str, bind: str) -> dict[str, str]:
    """The whole environment of the servers; nothing of the machine's is handed on."""
    port = urlsplit(file.address).port or 8001
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUTF8": "1",
        "PATH": "/usr/bin:/bin",
        "KAOJI_MODE": "production",
        "KAOJI_VAR": str(folder),
        "KAOJI_BOOTH_DATABASE_URL": url,
        "KAOJI_BOOTH_PEPPER": file.pepper,
        "KAOJI_SECRET_KEY": secrets.token_hex(32),
        "KAOJI_DATA_KEY": secrets.token_hex(32),
        "KAOJI_SECURE_COOKIES": "0",
        "KAOJI_SITE_URL": "http://desk.invalid",
        "KAOJI_BOOTH_URL": file.address,
        "KAOJI_BOOTH_BIND": bind or f"0.0.0.0:{port}",
    }


def _serve(settings: Settings, desk: str) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print(m("参评人员打开:%(url)s", url=settings.booth_url), flush=True)
    print(m("计票人员在本机打开:http://%(desk)s", desk=desk), flush=True)
    lines = {
        "booth": granian("cases.booth.hall:booth", settings.booth_bind, 1, _THREADS),
        "desk": granian("cases.booth.hall:desk", desk, 1, 2),
    }
    supervise({name: _plain(line) for name, line in lines.items()}, stop)
    return 0


def _plain(line: Sequence[str]) -> list[str]:
    return [line[0], *_flags(), *line[1:]]


def __getattr__(name: str) -> object:
    makers = {"booth": create_booth, "desk": create_desk}
    if name not in makers:
        raise AttributeError(name)
    try:
        made = makers[name](from_environment())
    except Misconfigured as e:
        sys.stderr.write(f"{e.sentence}\n")
        raise SystemExit(2) from None
    globals()[name] = made
    return made


if __name__ == "__main__":
    sys.exit(main())
