"""Opening and counting 10,000 ballots × 30 persons in two urns, with the bar drawn; under 15 s.

The plain decryption of the same envelopes, without checks and counting, is measured beside it.
"""

from __future__ import annotations

import random
import secrets
import time
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks.rounds import seconds
from cases.ballot_box.carrier import Carrier
from cases.ballot_box.envelope import SUITE, info_for, seal
from cases.ballot_box.export import Export, GroupExport, root_over
from cases.ballot_box.offline import open_all
from cases.ballot_box.package import Group, Option, Package, Row, Sheet, Text

SECONDS = 15.0
PERSONS = 30
OPTIONS = tuple(
    Option(key, Text(title))
    for key, title in (
        ("excellent", "优秀"),
        ("competent", "称职"),
        ("basically", "基本称职"),
        ("incompetent", "不称职"),
    )
)


def _package(key: X25519PrivateKey) -> Package:
    rows = tuple(Row(str(1000 + i), "屈若水", "副局长") for i in range(PERSONS))
    groups = tuple(Group(code, Text(code), "") for code in "ABC")
    return Package(
        urn="bench-1",
        public_key=key.public_key().public_bytes_raw().hex(),
        organ=Text("云州市交通运输局"),
        title=Text("2025 年度民主测评"),
        sheets=(Sheet("cadre", "cadre", Text("测评表"), OPTIONS, rows, ("A", "B", "C")),),
        groups=groups,
    )


def _urn(package: Package, ballots: int, rng: random.Random) -> Carrier:
    groups = []
    for place, group in enumerate(package.group_keys):
        number = len(range(place, ballots, 3))
        cards = [secrets.token_hex(32) for _ in range(number)]
        bodies = [seal(package, group, card, {"cadre": _marks(package, rng)}) for card in cards]
        groups.append(GroupExport(group, number, 0, tuple(sorted(cards)), tuple(sorted(bodies))))
    root = root_over((g.group, g.envelopes) for g in groups)
    return Carrier(package, Export(package.urn, package.digest, root, tuple(groups)))


def _marks(package: Package, rng: random.Random) -> dict[str, str]:
    return {row.subject: rng.choice(OPTIONS).key for row in package.sheets[0].rows}


def _bare(boxes: list[Carrier], key: X25519PrivateKey) -> None:
    for box in boxes:
        for group in box.export.groups:
            info = info_for(box.package, group.group)
            for body in group.envelopes:
                SUITE.decrypt(body, key, info=info)


def run(quick: bool) -> list[dict[str, Any]]:
    """Goal: 10,000 ballots opened, checked and counted within 15 seconds."""
    ballots = 1_000 if quick else 10_000
    key, rng = X25519PrivateKey.generate(), random.Random(7)
    package = _package(key)
    start = time.perf_counter()
    boxes = [
        _urn(package, ballots // 2, rng),
        _urn(replace(package, urn="bench-2"), ballots - ballots // 2, rng),
    ]
    sealing = time.perf_counter() - start
    told: list[int] = []
    taken = seconds(lambda: open_all(boxes, key, told.append))
    bare = seconds(lambda: _bare(boxes, key))
    if sum(told) != ballots:
        raise AssertionError("the bar was not told of every envelope")
    return [
        {
            "name": "open_urns",
            "ballots": ballots,
            "persons": PERSONS,
            "sealed_in_s": round(sealing, 2),
            "seconds": round(taken, 2),
            "bare_decrypt_s": round(bare, 2),
            "goal_s": SECONDS,
            "met": taken <= SECONDS,
        }
    ]
