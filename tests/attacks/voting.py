"""A meeting of 1,000 ballots cast one after another in a known order, on either database."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box.cards import fingerprint, fingerprints_by_group, make_cards
from cases.ballot_box.envelope import seal
from cases.ballot_box.package import Package
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from tests import postgres
from tests.cases.booth.conftest import twelve

PEPPER = b"pepper of the tests, 32 bytes long"
VOTERS = 1_000
LINKS = 7
"""A random guess links 1 of 1,000 on average; 8 or more happens once in 100,000 tries (K9)."""


@dataclass(frozen=True)
class Voter:
    """One voter, in the order of handing in."""

    code: str
    card: str
    choices: dict[str, dict[str, str]]
    envelope: bytes


@dataclass(frozen=True)
class Meeting:
    """Everything that the simulation knows and an attacker may be given parts of."""

    store: UrnStore
    package: Package
    key: X25519PrivateKey
    voters: list[Voter]
    folder: Path
    """Where the database keeps its files, write-ahead log included."""


@contextmanager
def database(kind: str, folder: Path, cluster: postgres.Cluster | None) -> Iterator[str]:
    """An upgraded, empty urn database of its own."""
    if kind == "sqlite" or cluster is None:
        url = f"sqlite:///{folder / 'booth.db'}"
        upgrade_urns(url)
        yield url
        return
    name = f"a_{uuid.uuid4().hex}"
    admin = sa.create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    upgrade_urns(cluster.url(name))
    yield cluster.url(name)
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def files_under(folder: Path, since: float = 0.0) -> dict[Path, bytes]:
    """Every file below the folder that was touched since then. What the server, or another test's
    database beside ours, removes meanwhile is left out."""
    found: dict[Path, bytes] = {}
    for place, _, names in os.walk(folder):  # passes over folders that are gone
        for path in (Path(place, name) for name in sorted(names)):
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime >= since:
                    found[path] = path.read_bytes()
    return found


@contextmanager
def fresh(kind: str, factory: pytest.TempPathFactory, worker: str) -> Iterator[tuple[str, Path]]:
    """(address, folder of its files) of an empty urn database."""
    cluster = None
    folder = factory.mktemp("urns")
    if kind == "postgresql":
        base = factory.getbasetemp()
        cluster = postgres.shared(base.parent if worker != "master" else base)
    with database(kind, folder, cluster) as url:
        yield url, cluster.folder if cluster else folder


@pytest.fixture(scope="module", params=BOTH)
def urn_url(request, tmp_path_factory, worker_id) -> Iterator[tuple[str, Path]]:
    """(address, folder of its files) on both databases."""
    with fresh(request.param, tmp_path_factory, worker_id) as found:
        yield found


def choose(rng: random.Random) -> dict[str, dict[str, str]]:
    """Marks for twelve people within the limit, and for the body."""
    rows = {f"p{i}": rng.choice("bcdu") for i in range(12)}
    rows[f"p{rng.randrange(12)}"] = "a"
    return {"cadre": rows, "body": {"bd": rng.choice("gfnp")}}


def hold(store: UrnStore, folder: Path, voters: int, seed: int = 11) -> Meeting:
    """An open urn with so many ballots cast by staff, one after another."""
    key, rng = X25519PrivateKey.generate(), random.Random(seed)
    package = twelve(key, receipt=True)
    cards = [c for c in make_cards(package, {"C": voters + 40}, "http://localhost")]
    store.prepare(package, fingerprints_by_group(PEPPER, cards))
    store.open(package.urn)
    rng.shuffle(cards)
    cast = []
    for card in cards[:voters]:
        mine = fingerprint(PEPPER, card.code)
        choices = choose(rng)
        cast.append(Voter(card.code, mine, choices, seal(package, "C", mine, choices)))
        store.cast(package.urn, mine, cast[-1].envelope)
    return Meeting(store, package, key, cast, folder)


@contextmanager
def held(kind: str, factory: pytest.TempPathFactory, worker: str) -> Iterator[Meeting]:
    """1,000 ballots in an open urn, in a database of its own."""
    with fresh(kind, factory, worker) as (url, folder):
        store = open_urn_store(url)
        yield hold(store, folder, VOTERS)
        store.dispose()


@pytest.fixture(scope="module", params=BOTH)
def meeting(request, tmp_path_factory, worker_id) -> Iterator[Meeting]:
    """An open urn. Tests run in any order, on any worker: none that shares it moves it on."""
    with held(request.param, tmp_path_factory, worker_id) as found:
        yield found


@pytest.fixture(scope="module", params=BOTH)
def closed_meeting(request, tmp_path_factory, worker_id) -> Iterator[Meeting]:
    """A closed urn; none that shares it moves it on."""
    with held(request.param, tmp_path_factory, worker_id) as found:
        found.store.close(found.package.urn)
        yield found


@pytest.fixture(params=BOTH)
def own_meeting(request, tmp_path_factory, worker_id) -> Iterator[Meeting]:
    """An open urn for one test alone, to move on."""
    with held(request.param, tmp_path_factory, worker_id) as found:
        yield found


def spearman(ranks: list[int]) -> float:
    """Rank correlation of a permutation of 0..n-1 with its own positions."""
    n = len(ranks)
    return 1 - 6 * sum((i - r) ** 2 for i, r in enumerate(ranks)) / (n * (n * n - 1))
