"""Four children under one roof: a fallen one comes back, all end in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cases.jobs.supervisor import NAMES, Child, commands, supervise
from config import Settings, complete

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
]


PATIENCE = 60.0
"""Seconds to wait for what must come; nothing of how fast it comes."""


@contextmanager
def watched(lines: dict[str, list[str]]) -> Iterator[list[Child]]:
    """The children, started and looked after until the block ends."""
    stop, began, seen = threading.Event(), threading.Event(), []

    def started(children: Sequence[Child]) -> None:
        seen.extend(children)
        began.set()

    thread = threading.Thread(target=supervise, args=(lines, stop), kwargs={"started": started})
    thread.start()
    try:
        assert began.wait(PATIENCE)
        yield seen
    finally:
        stop.set()
        thread.join()


def wait_for(come: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not come() and time.monotonic() < limit:
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_fallen_child_is_started_again() -> None:
    with watched({"a": SLEEP, "b": SLEEP}) as (child, other):
        os.kill(child.pids[0], signal.SIGKILL)
        wait_for(lambda: len(child.pids) > 1)
    assert (len(child.pids), child.falls, len(other.pids)) == (2, 1, 1)
    assert not any(alive(pid) for pid in (*child.pids, *other.pids))


def test_child_that_keeps_falling_is_started_ever_more_rarely() -> None:
    starts = []
    with watched({"a": [sys.executable, "-c", "raise SystemExit(3)"]}) as (child,):
        for number in (1, 2, 3):
            wait_for(lambda: len(child.pids) >= number)  # noqa: B023
            starts.append(child.started)
    assert (len(child.pids), child.falls >= 2) == (3, True)
    assert starts[1] - starts[0] >= 1
    assert starts[2] - starts[1] >= 2


def test_all_end_within_ten_seconds_even_a_deaf_one() -> None:
    with watched({"a": SLEEP, "b": DEAF}):
        time.sleep(0.5)  # it must have shut its ears
        began = time.monotonic()
    assert time.monotonic() - began < 10


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
    wait_for(lambda: not alive(pid))
    assert not alive(pid)


def test_commands_name_the_four_children() -> None:
    settings = complete(Settings(mode="test", site_bind="127.0.0.1:9000", site_processes=3))
    lines = commands(settings)
    assert tuple(lines) == NAMES
    site = lines["site"]
    assert site[site.index("--port") + 1] == "9000"
    assert site[site.index("--workers") + 1] == "3"
    assert lines["booth"][lines["booth"].index("--workers") + 1] == "1"
