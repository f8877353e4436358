"""A throw-away PostgreSQL on loopback, one per test run, shared by the workers.

Works as root (drops to the system user ``postgres``) and as a normal user. fsync is off: for crash
tests start one with ``durable=True``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
ROOM = 2 << 30
"""Bytes that have to be free in memory; a run takes about a tenth."""


def _as() -> list[str]:
    if os.getuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    return []


def _quick_place() -> str:
    """In memory where there is room: each test copies a database of 700 files, 20 times faster."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else "/tmp"


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Cluster:
    """A running server; ``url(name)`` names a database in it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres:test@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        subprocess.run(
            [
                *_as(),
                str(BIN[-1] / "pg_ctl"),
                "-s",
                "-D",
                str(self.folder / "data"),
                "-m",
                "immediate",
                "stop",
            ],
            check=False,
            cwd="/tmp",
        )
        shutil.rmtree(self.folder, ignore_errors=True)


def start(durable: bool = False) -> Cluster:
    """Start a new cluster in a folder of its own."""
    if not BIN:
        raise RuntimeError("PostgreSQL is not installed; ./kaoji test installs it as root")
    place = "/tmp" if durable else _quick_place()
    folder = Path(tempfile.mkdtemp(prefix="kaoji-pg-", dir=place))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o700)
    password = folder / "pw"
    password.write_text("test")
    if os.getuid() == 0:
        shutil.chown(password, "postgres", "postgres")
    run = dict(check=True, cwd="/tmp", stdout=subprocess.DEVNULL)
    subprocess.run(
        [
            *_as(),
            str(BIN[-1] / "initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        **run,
    )
    port = _free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=200"
    if not durable:
        options += " " + FAST
    subprocess.run(
        [
            *_as(),
            str(BIN[-1] / "pg_ctl"),
            "-s",
            "-w",
            "-D",
            str(folder / "data"),
            "-l",
            str(folder / "log"),
            "-o",
            options,
            "start",
        ],
        **run,
    )
    return Cluster(folder, port)


def shared(base: Path) -> Cluster:
    """The run's one cluster: the first worker to come starts it, the others find it."""
    note = base / "postgresql.port"
    with (base / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if note.exists():
            folder, port = note.read_text().split()
            return Cluster(Path(folder), int(port))
        cluster = start()
        note.write_text(f"{cluster.folder} {cluster.port}")
        _watch(cluster)
        return cluster


def _watch(cluster: Cluster) -> None:
    """Stop the cluster when the whole run is over, even after a kill."""
    top = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    stop = " ".join(
        [
            *_as(),
            str(BIN[-1] / "pg_ctl"),
            "-s",
            "-D",
            str(cluster.folder / "data"),
            "-m",
            "immediate",
            "stop",
        ]
    )
    script = f"while kill -0 {top} 2>/dev/null; do sleep 1; done; {stop}; rm -rf {cluster.folder}"
    watcher = subprocess.Popen(
        ["sh", "-c", script],
        cwd="/tmp",
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    watcher.returncode = 0  # it outlives us on purpose
