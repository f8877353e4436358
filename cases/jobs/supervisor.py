"""``serve``: four children, watched. A child that falls is started again, with growing pauses.

The site is granian with processes of one thread (more threads lower throughput and widen the tail),
the booth one process with many threads over one group-committing writer, worker and scheduler are
this program again with ``--only``.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from config import Settings

NAMES = ("site", "booth", "worker", "scheduler")
STOP_SECONDS = 9.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
_POLL_SECONDS = 0.2
_BOOTH_THREADS = 32
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

log = logging.getLogger("kaoji.serve")


def commands(settings: Settings) -> dict[str, list[str]]:
    """The command line of each child."""
    again = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--only"]
    site, booth = settings.site_bind, settings.booth_bind
    return {
        "site": granian("wsgi:site", site, settings.site_processes, 1),
        "booth": granian("wsgi:booth", booth, 1, _BOOTH_THREADS),
        "worker": [*again, "worker"],
        "scheduler": [*again, "scheduler"],
    }


def granian(target: str, bind: str, processes: int, threads: int) -> list[str]:
    """The command line of a server; nothing is logged but errors."""
    place = urlsplit(f"//{bind}")
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi",
        "--host", place.hostname or "127.0.0.1", "--port", str(place.port or 8000),
        "--workers", str(processes), "--blocking-threads", str(threads),
        "--no-ws", "--no-access-log", "--log-level", "error",
        "--respawn-failed-workers", "--workers-kill-timeout", "8",
        target,
    ]  # fmt: skip


@dataclass(slots=True)
class Child:
    """One child and how it fares."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    next_start: float = 0.0
    pids: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start it; it gets SIGTERM should this process die without a word."""
        self.process = subprocess.Popen(self.command, preexec_fn=_die_with_parent)
        self.started = time.monotonic()
        self.pids.append(self.process.pid)

    def look(self) -> None:
        """Start it when it is due, note a fall."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.falls = 1 if now - self.started > STEADY_SECONDS else self.falls + 1
        pause = min(2.0 ** (self.falls - 1), LONGEST_PAUSE)
        log.warning("%s ended with %s; again in %s s", self.name, code, pause)
        self.process, self.next_start = None, now + pause


def supervise(
    lines: Mapping[str, Sequence[str]],
    stop: threading.Event,
    *,
    started: Callable[[Sequence[Child]], None] = lambda children: None,
) -> None:
    """Keep the children running until told to stop; then end them within ten seconds."""
    children = [Child(name, command) for name, command in lines.items()]
    try:
        for child in children:
            child.start()
        started(children)
        while not stop.wait(_POLL_SECONDS):
            for child in children:
                child.look()
    finally:
        end(children)


def end(children: Sequence[Child]) -> None:
    """SIGTERM to all at once, SIGKILL to those that do not listen."""
    running = [c.process for c in children if c.process is not None and c.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    limit = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
