"""Attacks on the booth as it runs: rivals, lost answers, copies, words, traces (B8–B10, B17, B21)."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from cases.ballot_box.cards import fingerprint
from cases.ballot_box.envelope import _seal
from cases.ballot_box.opening import open_urn
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import cards, envelopes
from cases.booth import create_booth
from tests.cases.booth.conftest import booth, make_booth  # noqa: F401
from tests.cases.booth.test_journey import MARKS, page

RIVALS = 20
OTHER = {**MARKS, "c0-0": "d"}


def envelope(client: Any, code: str, marks: dict[str, str]) -> str:
    """A sealed ballot, as the review page carries it."""
    return page(client.post("/review", data={"code": code, **marks})).field("envelope")


def hand_in(client: Any, code: str, sealed: str) -> int:
    return int(client.post("/hand-in", data={"code": code, "envelope": sealed}).status_code)


def crowd(found: Any, number: int) -> int:
    """So many honest ballots of staff: fewer than k are told by no number."""
    for card in found.cards["C"][-number:]:
        assert hand_in(found.client, card.code, envelope(found.client, card.code, MARKS)) == 200
    return number


def valid(found: Any) -> int:
    """Valid ballots on the cadres' sheet after closing."""
    found.store.close(found.package.urn)
    count = open_urn(found.store.export(found.package.urn), found.package, found.key)
    return sum(line.valid for line in next(s for s in count.sheets if s.sheet == "cadre").lines)


def used(found: Any) -> int:
    return sum(group.used for group in found.store.turnout(found.package.urn))


def test_twenty_rivals_with_one_card_are_one_ballot(booth: Any) -> None:  # noqa: F811
    app = booth.client.application
    for card in booth.cards["A"][:3]:
        sealed = [envelope(booth.client, card.code, MARKS) for _ in range(RIVALS)]
        assert len(set(sealed)) == RIVALS
        barrier = Barrier(RIVALS)

        def rival(one: str, code: str = card.code, gate: Barrier = barrier) -> int:
            gate.wait()
            return hand_in(app.test_client(), code, one)

        with ThreadPoolExecutor(RIVALS) as pool:
            answers = Counter(pool.map(rival, sealed, timeout=60))
        assert answers == {200: 1, 409: RIVALS - 1}
    assert used(booth) == 3


def test_answer_lost_with_the_server_is_the_same_ballot(make_booth: Any) -> None:  # noqa: F811
    """The first server dies after the commit; the voter presses again and meets another."""
    found = make_booth(receipt=True)
    code = found.cards["A"][0].code
    sealed = envelope(found.client, code, MARKS)
    first = page(found.client.post("/hand-in", data={"code": code, "envelope": sealed}))
    found.store.dispose()
    again = open_urn_store(found.settings.booth_database_url)
    try:
        client = create_booth(found.settings, store=again).test_client()
        second = page(client.post("/hand-in", data={"code": code, "envelope": sealed}))
        assert second.text == first.text
        assert sum(g.used for g in again.turnout(found.package.urn)) == 1
    finally:
        again.dispose()


def test_card_used_with_another_envelope_is_refused(booth: Any) -> None:  # noqa: F811
    code = booth.cards["A"][0].code
    first, second = (envelope(booth.client, code, m) for m in (MARKS, OTHER))
    assert [hand_in(booth.client, code, e) for e in (first, second, first)] == [200, 409, 200]
    for card in booth.cards["A"][1:]:  # fewer than k are never told by row
        hand_in(booth.client, card.code, envelope(booth.client, card.code, MARKS))
    booth.store.close(booth.package.urn)
    count = open_urn(booth.store.export(booth.package.urn), booth.package, booth.key)
    (line,) = next(s for s in count.sheets if s.sheet == "cadre").lines
    assert (line.valid, line.invalid) == (6, 0)
    assert dict(line.rows[0].options)["a"] == 6


@pytest.mark.parametrize("group", ["A", "C"])
def test_copied_envelope_counts_for_nobody_else(booth: Any, group: str) -> None:  # noqa: F811
    """Under another card, of the same group or another, a copy adds no valid ballot."""
    mine, thief = booth.cards["A"][0].code, booth.cards[group][1].code
    sealed = envelope(booth.client, mine, MARKS)
    assert hand_in(booth.client, mine, sealed) == 200
    hand_in(booth.client, thief, sealed)
    others = crowd(booth, 4)
    assert valid(booth) == others + 1


def test_used_card_with_a_copy_is_told_handed_in_and_changes_nothing(booth: Any) -> None:  # noqa: F811
    """Conceded (B10): the urn can't read whose envelope it is, and keeps no link to tell it by."""
    mine, thief = (card.code for card in booth.cards["A"][:2])
    first, second = (envelope(booth.client, code, MARKS) for code in (mine, thief))
    assert [hand_in(booth.client, mine, first), hand_in(booth.client, thief, second)] == [200] * 2
    before = rows(booth)
    assert hand_in(booth.client, thief, first) == 200
    assert rows(booth) == before
    others = crowd(booth, 4)
    assert valid(booth) == others + 2


def test_used_card_with_a_copy_from_another_group_is_refused(booth: Any) -> None:  # noqa: F811
    mine, other = booth.cards["A"][0].code, booth.cards["C"][0].code
    first, second = (envelope(booth.client, code, MARKS) for code in (mine, other))
    assert [hand_in(booth.client, mine, first), hand_in(booth.client, other, second)] == [200] * 2
    before = rows(booth)
    assert hand_in(booth.client, other, first) == 409
    assert rows(booth) == before


def rows(found: Any) -> list[Any]:
    """Every card and every envelope of the urn."""
    with found.store.engine.connect() as conn:
        return [sorted(map(tuple, conn.execute(sa.select(table)))) for table in (cards, envelopes)]


def test_copied_envelope_cast_before_its_owner_is_worth_nothing(booth: Any) -> None:  # noqa: F811
    mine, thief = (card.code for card in booth.cards["A"][:2])
    sealed = envelope(booth.client, mine, MARKS)
    hand_in(booth.client, thief, sealed)
    others = crowd(booth, 6)
    assert valid(booth) == others


def test_flipped_envelope_is_worth_nothing(booth: Any) -> None:  # noqa: F811
    code = booth.cards["A"][0].code
    sealed = envelope(booth.client, code, MARKS)
    flipped = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]
    hand_in(booth.client, code, flipped)
    others = crowd(booth, 6)
    assert valid(booth) == others


def test_code_in_an_address_opens_nothing_and_is_not_repeated(booth: Any) -> None:  # noqa: F811
    code = booth.cards["A"][0].code
    for path in (f"/?code={code}", f"/ballot?code={code}", f"/{code}", f"/review?code={code}"):
        for answer in (
            booth.client.get(path),
            booth.client.post(path, headers={"Referer": f"http://localhost/{path}"}),
        ):
            text = answer.get_data(as_text=True) + str(answer.headers)
            assert code not in text
            assert "评定等次" not in text
    assert used(booth) == 0


def test_cookies_and_headers_of_the_site_change_nothing(booth: Any) -> None:  # noqa: F811
    code = booth.cards["A"][0].code
    plain = page(booth.client.post("/ballot", data={"code": code})).text
    for header in (
        {"Cookie": "__Host-kaoji=abc; kaoji=abc; session=abc"},
        {"Referer": "http://127.0.0.1:8000/worklist"},
        {"X-Forwarded-For": "203.0.113.9", "X-Request-Id": "abc"},
        {"User-Agent": "Mozilla/5.0 (marker)"},
    ):
        told = booth.client.post("/ballot", data={"code": code}, headers=header)
        assert page(told).text == plain


def test_rubbish_in_headers_leaves_no_trace(
    make_booth: Any,  # noqa: F811
    tmp_path: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    found = make_booth()
    code, marker = found.cards["A"][0].code, "planted-marker-7731"
    head = {"User-Agent": marker, "Referer": f"http://x/{marker}", "Cookie": f"s={marker}"}
    sealed = envelope(found.client, code, MARKS)
    found.client.post("/hand-in", data={"code": code, "envelope": sealed}, headers=head)
    found.client.post("/hand-in", data={"code": marker}, headers=head)
    found.client.get(f"/{marker}", headers=head)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert [p.name for p in files if marker.encode() in p.read_bytes()] == []
    assert [p.name for p in files if code.encode() in p.read_bytes()] == []
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")


WORDS = "他为人正直，字如其人"


def test_ballots_have_no_place_for_words(booth: Any) -> None:  # noqa: F811
    """B17: what nobody can write, nobody can tell by its style. Marks are chosen, never typed."""
    ballot = page(booth.client.post("/ballot", data={"code": booth.cards["C"][0].code}))
    assert ballot.all("textarea") == []
    assert {a["type"] for a in ballot.all("input")} == {"hidden", "radio"}


def test_words_in_place_of_a_mark_are_refused(booth: Any) -> None:  # noqa: F811
    code = booth.cards["A"][0].code
    answer = booth.client.post("/review", data={"code": code, **MARKS, "c0-0": WORDS})
    assert WORDS not in page(answer, 422).text


def test_sealed_words_are_an_invalid_ballot_and_are_told_nowhere(booth: Any) -> None:  # noqa: F811
    """A forged page seals what it likes: the count knows options only."""
    card = booth.cards["C"][0]
    mark = fingerprint(booth.settings.booth_pepper.encode(), card.code)
    subject = booth.package.sheets[0].rows[0].subject
    forged = _seal(booth.package, "C", mark, {booth.package.sheets[0].key: {subject: WORDS}})
    assert hand_in(booth.client, card.code, b64encode(forged).decode()) == 200
    crowd(booth, 5)
    booth.store.close(booth.package.urn)
    count = open_urn(booth.store.export(booth.package.urn), booth.package, booth.key)
    (line,) = next(s for s in count.sheets if s.sheet == "cadre").lines
    assert (line.valid, line.invalid) == (5, 1)
    assert WORDS not in repr(count)
