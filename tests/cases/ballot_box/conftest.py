"""Packages, keys and ballots for the ballot box's tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box.cards import fingerprint, new_code
from cases.ballot_box.envelope import seal
from cases.ballot_box.export import Export, GroupExport, root_over
from cases.ballot_box.package import Group, Limit, Option, Package, Row, Sheet, Text

PEPPER = b"pepper of the tests, 32 bytes long"
OPTIONS = (
    Option("a", Text("优秀", "Excellent")),
    Option("b", Text("称职", "Competent")),
    Option("c", Text("基本称职", "Basically competent")),
    Option("d", Text("不称职", "Not competent")),
    Option("u", Text("不了解", "Don't know"), abstain=True),
)
GROUPS = (
    Group("A", Text("领导班子成员", "Leading body"), "红"),
    Group("B", Text("中层干部", "Middle rank"), "蓝"),
    Group("C", Text("职工代表", "Staff"), "绿"),
)


@pytest.fixture(scope="session")
def key() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


@pytest.fixture(scope="session")
def package(key: X25519PrivateKey) -> Package:
    """Three people with a limit of one 优秀, one body sheet for groups B and C."""
    people = tuple(
        Row(f"p{i}", name, post)
        for i, (name, post) in enumerate(
            [("屈若水", "局长"), ("汪澹如", "副局长"), ("司空砚", "副局长")]
        )
    )
    body = tuple(
        Option(k, Text(t)) for k, t in [("g", "好"), ("f", "较好"), ("n", "一般"), ("p", "较差")]
    )
    return Package(
        urn="u1",
        public_key=key.public_key().public_bytes_raw().hex(),
        organ=Text("云州市交通运输局", "Yunzhou Transport Bureau"),
        title=Text("2025 年度民主测评", "Assessment 2025"),
        sheets=(
            Sheet(
                "cadre",
                "cadre",
                Text("领导干部测评表", "Cadres"),
                OPTIONS,
                people,
                ("A", "B", "C"),
                (Limit("a", 1),),
            ),
            Sheet(
                "body",
                "body",
                Text("领导班子测评表", "Body"),
                body,
                (Row("bd", "局领导班子"),),
                ("B", "C"),
            ),
        ),
        groups=GROUPS,
    )


@pytest.fixture(scope="session")
def card() -> Callable[[], str]:
    """A fresh card's fingerprint."""
    return lambda: fingerprint(PEPPER, new_code())


@pytest.fixture(scope="session")
def choose() -> Callable[..., dict[str, dict[str, str]]]:
    """Random choices within the limits for a group."""

    def pick(package: Package, group: str, rng: random.Random) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for sheet in package.sheets_for(group):
            limited = {x.option for x in sheet.limits}
            free = [o.key for o in sheet.options if o.key not in limited]
            found[sheet.key] = {r.subject: rng.choice(free) for r in sheet.rows}
        return found

    return pick


@pytest.fixture(scope="session")
def exported(choose, card) -> Callable[..., Export]:
    """An export with so many sealed ballots per group."""

    def make(package: Package, numbers: Mapping[str, int], seed: int = 1, ballots=None) -> Export:
        rng, groups = random.Random(seed), []
        for group in package.group_keys:
            cards, sealed = [], []
            for i in range(numbers.get(group, 0)):
                cards.append(card())
                choices = ballots[group][i] if ballots else choose(package, group, rng)
                sealed.append(seal(package, group, cards[-1], choices))
            groups.append(
                GroupExport(group, len(cards), 0, tuple(sorted(cards)), tuple(sorted(sealed)))
            )
        root = root_over((g.group, g.envelopes) for g in groups)
        return Export(package.urn, package.digest, root, tuple(groups))

    return make


@pytest.fixture(scope="session")
def rerooted() -> Callable[[Export], Export]:
    """The export with its root made to fit again, as a forger in the database would."""
    return lambda e: replace(e, root=e.computed_root())
