"""Handing in: 3,000 voters × 15 persons at once, and the booth beside two limits in the same run.

All of it on SQLite and, where it is installed, on PostgreSQL. Each side runs in granian as
``./kaoji serve`` runs the booth (one process, 32 threads). The client keeps 64 connections busy
with envelopes sealed beforehand, as browsers send them. An envelope is counted when its answer has
come; afterwards every one must lie in the urn once.
"""

from __future__ import annotations

import base64
import os
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks import ballot_apps
from benchmarks.ballot_places import Place, place
from benchmarks.rounds import result
from cases.ballot_box.cards import fingerprint, new_code
from cases.ballot_box.envelope import seal
from cases.ballot_box.package import Group, Option, Package, Row, Sheet, Text
from cases.ballot_box.root import receipt_of
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import cards, envelopes, make_urn_engine, upgrade_urns
from tests import postgres

CLIENTS, PERSONS, VOTERS = 64, 15, 3_000
TARGETS = {
    "booth": "wsgi:booth",
    "bare": "benchmarks.ballot_apps:bare",
    "orm": "benchmarks.ballot_apps:orm",
}
_SYNC = re.compile(r"^\s*\S+\s+\S+\s+\S+\s+(\d+)\s.*(?:fsync|fdatasync)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Voter:
    """A card's code and the envelope sealed for it."""

    code: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Burst:
    """What one burst gave: wall seconds, the client's own processor seconds among them, seconds of
    each answer sorted, bodies of the answers."""

    seconds: float
    client: float
    waits: tuple[float, ...]
    bodies: tuple[bytes, ...]

    @property
    def p99(self) -> float:
        """The wait that 99 of 100 answers stayed within, in seconds."""
        return self.waits[int(len(self.waits) * 0.99) - 1]


def package() -> Package:
    """Fifteen persons, five options."""
    grades = ("优秀", "称职", "基本称职", "不称职", "不了解")
    key = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    options = tuple(Option(f"o{i}", Text(t), abstain=i == 4) for i, t in enumerate(grades))
    rows = tuple(Row(f"p{i}", f"人员{i}") for i in range(PERSONS))
    sheet = Sheet("cadre", "cadre", Text("测评表"), options, rows, ("C",))
    return Package(
        "bench", key, Text("测试单位"), Text("测评"), (sheet,), (Group("C", Text("代表")),),
        receipt=True,
    )  # fmt: skip


def voters(form: Package, count: int) -> list[Voter]:
    """So many cards with a sealed ballot each."""
    found = []
    for i in range(count):
        code = new_code()
        choices = {"cadre": {f"p{n}": f"o{(i + n) % 5}" for n in range(PERSONS)}}
        found.append(Voter(code, seal(form, "C", fingerprint(ballot_apps.PEPPER, code), choices)))
    return found


def prepare(side: str, here: Place, form: Package, people: Sequence[Voter]) -> dict[str, str]:
    """The side's database with all cards; the environment of its server."""
    prints = [fingerprint(ballot_apps.PEPPER, v.code) for v in people]
    url = here.url(side)
    upgrade_urns(url)
    store = open_urn_store(url)
    store.prepare(form, {"C": prints})
    store.open(form.urn)
    store.dispose()
    return {
        "KAOJI_MODE": "test",
        "KAOJI_VAR": str(here.folder),
        "KAOJI_BOOTH_DATABASE_URL": url,
        "KAOJI_BOOTH_URL": "http://127.0.0.1",
        "KAOJI_BOOTH_PEPPER": ballot_apps.PEPPER.decode(),
    }


@contextmanager
def served(side: str, env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The side behind granian: its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "1", "--blocking-threads", "32", "--no-ws",
         "--no-access-log", "--log-level", "critical", TARGETS[side]],
        env={**os.environ, **env},
    )  # fmt: skip
    try:
        _wait(port)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def fsyncs_of(pid: int, told: Path, beside: Sequence[str] = ()) -> Iterator[None]:
    """Count the fsyncs of a server, its workers and those beside with strace into a file."""
    every = [*_processes(pid), *(one for p in beside for one in _processes(int(p)))]
    watched = [word for one in every for word in ("-p", one)]
    strace = subprocess.Popen(
        ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", str(told), *watched],
        stderr=subprocess.PIPE,
    )
    assert strace.stderr is not None
    for _ in range(len(watched) // 2):
        strace.stderr.readline()  # one line for each process it holds
    try:
        yield
    finally:
        strace.send_signal(signal.SIGINT)
        strace.communicate(timeout=20)


def _processes(pid: int) -> list[str]:
    """A server and its workers."""
    return [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _processor(pid: int) -> float:
    """Processor seconds that a server and its workers have used so far."""
    ticks = 0
    for one in _processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait(port: int) -> None:
    ask = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    for _ in range(1_200):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as one:
                one.sendall(ask)
                if one.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")


def _request(voter: Voter) -> bytes:
    body = urlencode({"code": voter.code, "envelope": base64.b64encode(voter.envelope)}).encode()
    head = (
        "POST /hand-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class _Line:
    """One kept connection: what has come so far, and since when it waits."""

    socket: socket.socket
    since: float = 0.0
    came: bytes = b""

    def answer(self) -> bytes | None:
        """The whole answer's body once it is there."""
        head, end, body = self.came.partition(b"\r\n\r\n")
        if not end:
            return None
        size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        if len(body) < size:
            return None
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head[:80].decode())
        return body


def burst(port: int, people: Sequence[Voter], clients: int = CLIENTS) -> Burst:
    """Everybody hands in, ``clients`` at a time."""
    todo = deque(_request(v) for v in people)
    waits, bodies = [], []
    with selectors.DefaultSelector() as pool:
        start, busy = time.perf_counter(), time.process_time()
        for _ in range(min(clients, len(todo))):
            line = _Line(socket.create_connection(("127.0.0.1", port)))
            pool.register(line.socket, selectors.EVENT_READ, line)
            _send(line, todo)
        while len(bodies) < len(people):
            for key, _ in pool.select():
                line = key.data
                line.came += line.socket.recv(65_536)
                body = line.answer()
                if body is None:
                    continue
                waits.append(time.perf_counter() - line.since)
                bodies.append(body)
                if todo:
                    _send(line, todo)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        for key in list(pool.get_map().values()):
            key.data.socket.close()
    return Burst(seconds, busy, tuple(sorted(waits)), tuple(bodies))


def _send(line: _Line, todo: deque[bytes]) -> None:
    line.came, line.since = b"", time.perf_counter()
    line.socket.sendall(todo.popleft())


def kept(url: str, people: Sequence[Voter], bodies: Sequence[bytes]) -> dict[str, int]:
    """Compare answers and urn: acknowledged but missing, twice there, without an answer."""
    engine = make_urn_engine(url)
    with engine.connect() as conn:
        there = [bytes(body) for body in conn.scalars(sa.select(envelopes.c.body))]
        query = sa.select(sa.func.count()).where(cards.c.state == "used")
        used = conn.execute(query).scalar_one()
    engine.dispose()
    receipts = {receipt_of(v.envelope) for v in people}
    told = {"".join(re.findall(r"<span>([0-9A-F]{4})</span>", body.decode())) for body in bodies}
    sent = {v.envelope for v in people}
    return {
        "lost": len(sent - set(there)) + len(receipts - told),
        "duplicated": len(there) - len(set(there)) + (used - len(set(there))),
        "strangers": len(set(there) - sent),
    }


def durable(here: Place, form: Package, people: Sequence[Voter]) -> dict[str, Any]:
    """One voter at a time: each acknowledgement must stand on an fsync of its own (strace)."""
    if shutil.which("strace") is None:
        return {"fsyncs": None, "acks": len(people)}
    told = here.folder / "fsyncs.txt"
    env = prepare("booth", here, form, people)
    with served("booth", env) as (port, pid), fsyncs_of(pid, told, here.syncing):
        acks = len(burst(port, people, clients=1).bodies)
    found = sum(int(n) for n in _SYNC.findall(told.read_text()))
    return {"fsyncs": found, "acks": acks}


def _whole(form: Package, database: str) -> list[dict[str, Any]]:
    """The burst itself: all 3,000, whatever ``quick`` says."""
    people = voters(form, VOTERS)
    with place(database) as here:
        env = prepare("booth", here, form, people)
        with served("booth", env) as (port, _):
            found = burst(port, people)
        check = kept(env["KAOJI_BOOTH_DATABASE_URL"], people, found.bodies)
    with place(database) as here:
        proof = durable(here, form, people[:100])
    line = result(
        f"burst/{database}/60s", found.seconds, 60.0, 1.0, voters=VOTERS, persons=PERSONS, **check
    )
    line["met"] = line["met"] and not any(check.values())
    line["ballots_per_s"] = round(VOTERS / found.seconds)
    line["p99_ms"] = round(found.p99 * 1000, 1)
    sync = {
        "what": f"burst/{database}/fsync", **proof,
        "goal": ">= 1 fsync an acknowledgement, one by one",
        "met": proof["fsyncs"] is None or proof["fsyncs"] >= proof["acks"],
    }  # fmt: skip
    return [line, sync]


def _beside(form: Package, database: str, count: int, rounds: int) -> list[dict[str, Any]]:
    """Booth, bare and ORM in alternated rounds on fresh cards."""
    people = voters(form, (count + CLIENTS) * rounds)
    took: dict[str, list[tuple[float, ...]]] = {side: [] for side in TARGETS}
    with place(database) as here:
        envs = {side: prepare(side, here, form, people) for side in TARGETS}
        for turn in range(rounds):
            for side in list(TARGETS)[:: 1 if turn % 2 else -1]:
                with served(side, envs[side]) as (port, pid):
                    mine = people[turn::rounds]
                    burst(port, mine[count:])  # a hall has opened pages before it hands in
                    before = _processor(pid)
                    one = burst(port, mine[:count])
                    took[side].append((one.seconds, one.p99, _processor(pid) - before, one.client))
    wall, tail, server, client = (
        {side: statistics.median(turn[n] for turn in took[side]) for side in TARGETS}
        for n in range(4)
    )
    more = {
        "per_s": {side: round(count / seconds) for side, seconds in wall.items()},
        "server_us": {side: round(seconds / count * 1e6) for side, seconds in server.items()},
        "client_us": {side: round(seconds / count * 1e6) for side, seconds in client.items()},
    }
    return [
        result(f"{database}/bare", wall["booth"], wall["bare"], 2.0, **more),
        result(f"{database}/orm", wall["booth"], wall["orm"], 4.0, at_least=True),
        result(f"{database}/p99", tail["booth"], tail["bare"], 1.5, clients=CLIENTS),
    ]


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: 3,000 within 60 s, none lost or doubled; half of bare, four times the ORM, p99 1.5."""
    form, lines = package(), []
    for database in ("sqlite", "postgresql") if postgres.BIN else ("sqlite",):
        lines += _whole(form, database)
        lines += _beside(form, database, *((600, 3) if quick else (3_000, 5)))
    return lines
