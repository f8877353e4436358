"""Rivals, guesses and clocks: what a crowd of attackers gets out of codes (B8, B11, B14, B22)."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from cases.ballot_box.cards import (
    ALPHABET,
    fingerprint,
    fingerprints_by_group,
    make_cards,
    new_code,
)
from cases.ballot_box.envelope import seal
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_rows import look
from tests.attacks.test_booth import envelope, hand_in, used
from tests.attacks.voting import PEPPER, hold, urn_url  # noqa: F401
from tests.cases.booth.conftest import booth, make_booth, twelve  # noqa: F401
from tests.cases.booth.test_journey import MARKS

CARDS, RIVALS, RUNS = 50, 20, 20
GUESSES, TRIES = 1_000_000, 2_000


def _rivals(stores: tuple[UrnStore, ...], package: Any, prints: list[str]) -> Counter[str]:
    """Twenty threads over two booths, each with an envelope of its own for every card."""
    wins: Counter[str] = Counter()
    lock, gate = threading.Lock(), threading.Barrier(RIVALS)

    def rival(number: int) -> None:
        mine = [(p, seal(package, "C", p, {})) for p in prints]
        random.Random(number).shuffle(mine)
        gate.wait()
        for card, box in mine:
            try:
                stores[number % len(stores)].cast(package.urn, card, box)
            except UrnRefusal:
                continue
            with lock:
                wins[card] += 1

    threads = [threading.Thread(target=rival, args=(n,)) for n in range(RIVALS)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return wins


@pytest.mark.slow
def test_fifty_codes_twenty_rivals_twenty_runs_accept_exactly_a_thousand(urn_url) -> None:  # noqa: F811
    """B8: two booth processes' worth of stores on one urn database."""
    url, _ = urn_url
    stores = open_urn_store(url), open_urn_store(url)
    accepted = 0
    for run in range(RUNS):
        package = replace(twelve(_key()), urn=f"run-{run}")
        cards = make_cards(package, {"C": CARDS}, "http://localhost")
        stores[0].prepare(package, fingerprints_by_group(PEPPER, cards))
        stores[0].open(package.urn)
        wins = _rivals(stores, package, [fingerprint(PEPPER, c.code) for c in cards])
        assert set(wins.values()) == {1}
        accepted += stores[0].close(package.urn).envelopes
    assert accepted == CARDS * RUNS
    [store.dispose() for store in stores]


def _key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate()


@pytest.mark.slow
def test_a_million_guesses_find_no_card(urn_url, tmp_path) -> None:  # noqa: F811
    """B11: asked as the writer asks, a thousand at a time, against 50 open cards. There is no
    lockout that could keep an honest voter out: 120 bits need none."""
    url, _ = urn_url
    store = open_urn_store(url)
    meeting = hold(store, tmp_path, 10, seed=7)
    rng, found = random.Random(), 0
    for _ in range(GUESSES // 1_000):
        codes = {"".join(rng.choices(ALPHABET, k=24)) for _ in range(1_000)}
        with store.engine.connect() as conn:
            found += len(look(conn, {fingerprint(PEPPER, code) for code in codes}, []).cards)
    assert found == 0
    assert [(t.group, t.printed, t.used) for t in store.turnout(meeting.package.urn)] == [
        ("C", 50, 10)
    ]
    store.dispose()


def test_guesses_don_t_keep_honest_voters_out(booth: Any) -> None:  # noqa: F811
    """B11: after 500 wrong codes from one place the next right one opens at once."""
    told = Counter(
        booth.client.post("/ballot", data={"code": new_code()}).status_code for _ in range(500)
    )
    assert told == {409: 500}
    code = booth.cards["A"][0].code
    assert hand_in(booth.client, code, envelope(booth.client, code, MARKS)) == 200


def test_watching_every_page_while_people_hand_in_shows_no_change(make_booth: Any) -> None:  # noqa: F811
    """B14: no page of the open booth moves with a ballot, so none tells grades or turnout."""
    found = make_booth(receipt=True)
    urn = found.package.urn
    paths = ("/", "/trust", f"/trust/{urn}", f"/receipts/{urn}", f"/check/{urn}", "/health")

    def seen() -> list[bytes]:
        return [found.client.get(path).get_data() for path in paths]

    before = seen()
    for card in [*found.cards["A"], *found.cards["C"]]:
        hand_in(found.client, card.code, envelope(found.client, card.code, MARKS))
        assert seen() == before
        handed, due = found.store.turnout_in_steps(urn)
        assert (handed % 5, due) == (0, 12)
    assert used(found) == 12


def _kinds(found: Any) -> dict[str, str]:
    """A code of each kind that can't be used: handed in, unknown, foreign, of a closed urn."""
    mine, pepper = found.cards["A"][0].code, found.settings.booth_pepper.encode()
    assert hand_in(found.client, mine, envelope(found.client, mine, MARKS)) == 200
    over = replace(found.package, urn="closed-1")
    cards = make_cards(over, {"A": 5}, "http://localhost")
    found.store.prepare(over, fingerprints_by_group(pepper, cards))
    found.store.open(over.urn)
    found.store.close(over.urn)
    foreign = make_cards(over, {"A": 1}, "http://elsewhere")[0].code
    return {"used": mine, "unknown": new_code(), "foreign": foreign, "closed": cards[0].code}


def _medians(kinds: dict[str, str], ask: Any) -> dict[str, float]:
    """Median milliseconds by kind, asked in turn so that a busy machine is fair to all."""
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(TRIES):
        for kind, code in random.sample(list(kinds.items()), len(kinds)):
            start = time.perf_counter()
            ask(code)
            taken[kind].append(time.perf_counter() - start)
    return {kind: statistics.median(times) * 1000 for kind, times in taken.items()}


@pytest.mark.slow
@pytest.mark.parametrize("step", ["ballot", "hand-in"])
def test_unusable_codes_are_not_told_apart_by_time(make_booth: Any, step: str) -> None:  # noqa: F811
    """B22: used, unknown, foreign and closed codes, 2,000 tries each, at both doors."""
    found = make_booth()
    kinds, pages = _kinds(found), set()
    other = envelope(found.client, found.cards["A"][1].code, MARKS)

    def ask(code: str) -> None:
        form = {"code": code} if step == "ballot" else {"code": code, "envelope": other}
        answer = found.client.post(f"/{step}", data=form)
        assert answer.status_code == 409
        pages.add(answer.get_data())

    medians = _medians(kinds, ask)
    assert max(medians.values()) - min(medians.values()) < 0.2, medians
    assert len(pages) == 1
    assert used(found) == 1
