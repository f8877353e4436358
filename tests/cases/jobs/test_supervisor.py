"""Four children under one roof: a fallen one comes back, all end in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from cases.jobs.supervisor import NAMES, Child, commands, supervise
from config import Settings, complete

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
]


def watched(lines: dict[str, list[str]], seconds: float, then: object = None) -> list[Child]:
    stop, seen = threading.Event(), []

    def started(children: Sequence[Child]) -> None:
        seen.extend(children)

    thread = threading.Thread(target=supervise, args=(lines, stop), kwargs={"started": started})
    thread.start()
    time.sleep(0.5)
    if callable(then):
        then(seen)
    time.sleep(seconds)
    stop.set()
    thread.join()
    return seen


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_fallen_child_is_started_again() -> None:
    def kill(children: list[Child]) -> None:
        os.kill(children[0].pids[0], signal.SIGKILL)

    (child, other) = watched({"a": SLEEP, "b": SLEEP}, 2.5, kill)
    assert (len(child.pids), child.falls, len(other.pids)) == (2, 1, 1)
    assert not any(alive(pid) for pid in (*child.pids, *other.pids))


def test_child_that_keeps_falling_is_started_ever_more_rarely() -> None:
    (child,) = watched({"a": [sys.executable, "-c", "raise SystemExit(3)"]}, 3.5)
    assert 2 <= len(child.pids) <= 4


def test_all_end_within_ten_seconds_even_a_deaf_one() -> None:
    began = time.monotonic()
    watched({"a": SLEEP, "b": DEAF}, 0.5)
    assert time.monotonic() - began < 11


def test_children_end_when_the_supervisor_is_killed() -> None:
    code = (
        "import sys, threading; from cases.jobs.supervisor import supervise;"
        f"supervise({{'a': {SLEEP!r}}}, threading.Event(),"
        " started=lambda c: print(c[0].pids[0], flush=True))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 5
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not alive(pid)


def test_commands_name_the_four_children() -> None:
    settings = complete(Settings(mode="test", site_bind="127.0.0.1:9000", site_processes=3))
    lines = commands(settings)
    assert tuple(lines) == NAMES
    site = lines["site"]
    assert site[site.index("--port") + 1] == "9000"
    assert site[site.index("--workers") + 1] == "3"
    assert lines["booth"][lines["booth"].index("--workers") + 1] == "1"
