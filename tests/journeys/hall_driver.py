"""A hall in a network namespace of its own: starts the kit, fills in cards, takes the file away.

Run by ``test_hall_kit``; uses the standard library only. Arguments: kit, urn file, codes, target.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

BOOTH, DESK = "http://localhost:8001", "http://127.0.0.1:8002"
_SIOCSIFFLAGS, _UP = 0x8914, 0x1 | 0x40


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _UP))


def no_route() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        return s.connect_ex(("192.0.2.1", 53)) == errno.ENETUNREACH


def ask(url: str, **fields: str) -> str:
    data = urllib.parse.urlencode(fields).encode() if fields else None
    with urllib.request.urlopen(url, data, timeout=30) as answer:
        return str(answer.read().decode())


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            ask(url)
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


def fill_in(code: str, number: int) -> None:
    """One person: card, marks, review, hand in; handing in twice is one ballot."""
    page = ask(f"{BOOTH}/ballot", code=code)
    marks = {}
    for field in sorted(set(re.findall(r'name="(c\d+-\d+)"', page))):
        options = re.findall(rf'name="{field}" value="([^"]+)"', page)
        marks[field] = options[number % 2]
    review = ask(f"{BOOTH}/review", code=code, **marks)
    envelope = re.search(r'name="envelope" value="([^"]+)"', review)
    assert envelope is not None, review
    for _ in range(2):
        ask(f"{BOOTH}/hand-in", code=code, envelope=envelope[1])


def main(kit: Path, urn_file: Path, codes: Path, target: Path) -> int:
    loopback_up()
    told = {"no_route": no_route()}
    lines = json.loads(codes.read_text())
    start, mine = [str(kit / "start.sh"), str(urn_file)], {**os.environ, "HOME": str(target)}
    hall = subprocess.Popen(start, env=mine)
    try:
        wait_for(f"{DESK}/")
        wait_for(f"{BOOTH}/")
        ask(f"{DESK}/open", go="1")
        for number, code in enumerate(lines["used"]):
            fill_in(code, number)
        ticket = re.search(r'name="ticket" value="([^"]+)"', ask(f"{DESK}/"))
        assert ticket is not None
        wanted = {"group": lines["group"], "spoiled": lines["spoiled"], "ticket": ticket[1]}
        again = ask(f"{DESK}/reissue", **wanted)
        told["twice"] = ask(f"{DESK}/reissue", **wanted) == again
        fresh = re.search(r'<p class="bo-code" translate="no">([0-9A-Z ]+)</p>', again)
        assert fresh is not None, again
        fill_in(fresh[1], 0)
        call = ask(f"{DESK}/closing-call")
        told["call"] = re.findall(r"<h1>([^<]+)</h1>", call)
        told["early"] = "bo-slip" in ask(f"{DESK}/")
        closed = ask(f"{DESK}/close", go="1")
        told["blocks"] = re.findall(r'translate="no">([0-9A-F ]+)</p>', closed)
        other = subprocess.run(
            [*start, "--var", str(target / "other")], env=mine, capture_output=True, text=True
        )
        told["second"] = [other.returncode, other.stderr]
        with urllib.request.urlopen(f"{DESK}/file", timeout=30) as answer:
            (target / "hall.urn").write_bytes(answer.read())
    finally:
        hall.send_signal(signal.SIGTERM)
        hall.wait(20)
    (target / "told.json").write_text(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
