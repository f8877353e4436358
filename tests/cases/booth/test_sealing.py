"""Sealing on the voter's device: what leaves it, what opens again, how many taps it takes."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases.ballot_box import envelope as e
from cases.ballot_box.cards import fingerprint
from cases.ballot_box.opening import open_urn
from tests.browsing import PATIENCE, chromium, go_on
from tests.cases.ballot_box.test_envelope import (
    RFC_CT,
    RFC_ENC,
    RFC_INFO,
    RFC_KEY,
    RFC_TEXT,
    reference_open,
)
from tests.cases.booth.browsing import device_seals, faults_of, served
from tests.cases.booth.conftest import PEOPLE, Booth

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

MARKS = "abbacbuabbab"
SEAL = """async ([urn, choices]) => {
    const { seal } = await import("/static/booth/envelope.js");
    return seal(urn, choices);
}"""


SLOW = """
    const real = SubtleCrypto.prototype.encrypt;
    SubtleCrypto.prototype.encrypt = async function (...given) {
        await window.gate;
        return real.apply(this, given);
    };
"""


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield context
    context.close()


def enter(page: Page, url: str, code: str, lang: str = "zh") -> None:
    page.goto(f"{url}/?lang={lang}#{code}")
    page.wait_for_url("**/ballot")
    device_seals(page)


def mark(page: Page, row: int, option: str) -> None:
    page.check(f"input[name=c0-{row}][value={option}]")


def says(page: Page, where: str, text: str) -> None:
    """Wait until the part of the page is shown and holds the words."""
    part = page.locator(where).filter(visible=True)
    expect(part).to_contain_text(text, timeout=PATIENCE)


def hand_in(page: Page) -> None:
    """Check and hand in on the device."""
    page.click("[data-filling] .bo-dock button")
    go_on(page.locator("[data-review] .btn-primary"))
    assert page.url.endswith("/hand-in")


def sent(page: Page) -> list[dict[str, list[str]]]:
    """Bodies of all POSTs from now on."""
    found: list[dict[str, list[str]]] = []
    page.on(
        "request",
        lambda request: (
            found.append(parse_qs(request.post_data or "", keep_blank_values=True))
            if request.method == "POST"
            else None
        ),
    )
    return found


def cast(booth: Booth, group: str) -> list[e.Ballot]:
    """All ballots of one group, opened."""
    booth.store.close(booth.package.urn)
    (found,) = [g for g in booth.store.export(booth.package.urn).groups if g.group == group]
    return [e.open_envelope(booth.package, group, box, booth.key) for box in found.envelopes]


@pytest.mark.parametrize(
    ("width", "lang"),
    [(390, "zh"), (390, "en"), (768, "zh"), (1280, "zh"), (320, "zh"), (320, "en")],
)
def test_marks_never_leave_the_device_in_the_clear(make_booth, chromium, width: int, lang: str):
    booth = make_booth(receipt=True)
    page = chromium.new_page(viewport={"width": width, "height": 844})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    card = booth.cards["A"][0]
    with served(booth.client.application) as url:
        enter(page, url, card.code, lang)
        assert page.locator("[data-by=device]:visible").count() == 2
        assert page.locator("[data-by=booth]:visible").count() == 0
        bodies = sent(page)
        for row, option in enumerate("aaaabacb"):
            mark(page, row, option)
        assert ("超出 1 个" if lang == "zh" else "1 too many") in page.inner_text("[data-limit]")
        page.click(".bo-dock button")
        says(page, "[data-faults]", "最多 4 个" if lang == "zh" else "at most 4")
        assert page.evaluate("document.activeElement.hasAttribute('data-faults')")
        assert faults_of(page, width) == []
        mark(page, 5, "b")
        page.click(".bo-dock button")
        page.wait_for_selector("[data-review]:visible")
        assert faults_of(page, width) == []
        assert page.locator("[data-pile]:visible li").count() == 12
        assert page.inner_text("[data-sum='s0 a']") == "4"
        page.click("[data-pile=c] button")
        page.wait_for_selector("[data-filling]:visible")
        assert page.evaluate("document.activeElement.name") == "c0-6"
        mark(page, 6, "u")
        hand_in(page)
        assert faults_of(page, width) == []
        receipt = page.inner_text(".bo-code")
        page.reload()  # the answer was lost: the browser sends the same envelope again
        assert page.inner_text(".bo-code") == receipt
        page.go_back()
        assert page.locator("input:checked").count() == 0
        page.close()  # before the booth: what it still asks for must be answered
    assert [text for text in said if "405" not in text] == []  # going back asks for the old card
    assert {frozenset(body) for body in bodies if len(body) > 2} == {
        frozenset({"code", "lang", "envelope"})
    }
    assert {key for body in bodies for key in body} == {"code", "lang", "envelope"}
    (ballot,) = cast(booth, "A")
    assert ballot.choices == {"cadre": {f"p{i}": o for i, o in enumerate("aaaabbub")}}
    assert ballot.card == fingerprint(booth.settings.booth_pepper.encode(), card.code)


def test_twelve_people_take_fourteen_taps_and_little_waiting(make_booth, phone: BrowserContext):
    """A scanned card, one tap a person, one to check, one to hand in: 14 of the 16 allowed."""
    booth = make_booth()
    page, taps = phone.new_page(), 0
    with served(booth.client.application) as url:
        start = time.monotonic()
        enter(page, url, booth.cards["A"][0].code)
        for row, option in enumerate(MARKS):
            page.locator(f"input[name=c0-{row}][value={option}]").tap()
            taps += 1
        for button in ("[data-filling] .bo-dock button", "[data-review] .btn-primary"):
            page.locator(button).tap()
            taps += 1
        page.wait_for_url("**/hand-in")
        waited = time.monotonic() - start
    (ballot,) = cast(booth, "A")
    assert ballot.choices == {"cadre": {f"p{i}": o for i, o in enumerate(MARKS)}}
    assert taps == 14
    # Seven seconds of thought for each tap still leave the whole within two minutes.
    assert taps * 7 + waited < 120


def test_slow_phone_seals_what_the_review_shows_and_rests_before_the_last_tap(make_booth, phone):
    """Pressed twice, and a mark changed, while it seals: both sheets of the card, in one envelope."""
    booth = make_booth()
    page = phone.new_page()
    page.add_init_script(SLOW)
    with served(booth.client.application) as url:
        page.clock.install()
        enter(page, url, booth.cards["C"][0].code)
        page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
        pages, bodies = page.evaluate("history.length"), sent(page)
        page.evaluate("() => { window.gate = new Promise(open => { window.release = open; }); }")
        mark(page, 11, "b")
        page.check("input[name=c1-0][value=g]")
        for _ in range(2):
            page.click("[data-filling] .bo-dock button")
        mark(page, 11, "c")
        page.evaluate("() => { window.release(); }")
        says(page, "[data-gap]", "有 11 项未填")
        assert page.inner_text("[data-pile=c]:visible li span") == PEOPLE[11][0]
        assert page.evaluate("history.length") == pages + 1
        last = page.locator("[data-review] .btn-primary")
        last.evaluate(
            "button => button.click()"
        )  # the second tap of a double one, meant for the button before
        page.clock.run_for(599)
        assert (last.is_disabled(), bodies) == (True, [])
        page.clock.run_for(1)
        phone.set_offline(True)
        page.click("[data-review] .btn-primary")
        page.wait_for_selector("[data-review] .bo-lost:not(.is-sending):not(:empty)")
        assert "再按一次“交卡”" in page.inner_text("[data-review] .bo-lost")
        phone.set_offline(False)
        go_on(page.locator("[data-review] .btn-primary"))
        assert page.url.endswith("/hand-in")
    (ballot,) = cast(booth, "C")
    assert ballot.choices == {"body": {"bd": "g"}, "cadre": {"p11": "c"}}


def test_nothing_marked_is_sent_back_on_the_device(make_booth, phone: BrowserContext):
    booth = make_booth()
    page = phone.new_page()
    with served(booth.client.application) as url:
        enter(page, url, booth.cards["A"][0].code)
        bodies = sent(page)
        page.click(".bo-dock button")
        says(page, "[data-faults]", "还没有选任何一项")
    assert bodies == []


def test_other_language_is_a_fresh_page_and_gone_after_the_first_mark(make_booth, phone):
    booth = make_booth()
    page = phone.new_page()
    page.add_init_script("delete SubmitEvent.prototype.submitter")  # as phones of before 2021
    with served(booth.client.application) as url:
        enter(page, url, booth.cards["A"][0].code)
        bodies = sent(page)
        go_on(page.locator("[name=switch]"))
        page.wait_for_selector("html[lang=en]")
        device_seals(page)
        assert [sorted(body) for body in bodies] == [["code", "lang", "switch"]]
        mark(page, 0, "b")
        assert page.locator("[name=switch]").is_hidden()


def test_large_type_keeps_the_page_within_its_width(make_booth, phone: BrowserContext):
    booth = make_booth()
    page = phone.new_page()
    with served(booth.client.application) as url:
        enter(page, url, booth.cards["A"][0].code)
        before = page.locator(".bo-q label").first.evaluate("x => getComputedStyle(x).fontSize")
        page.click("[data-large]")
        after = page.locator(".bo-q label").first.evaluate("x => getComputedStyle(x).fontSize")
        assert float(after[:-2]) >= 1.25 * float(before[:-2])
        assert page.get_attribute("[data-large]", "aria-pressed") == "true"
        assert faults_of(page, 390) == []
        go_on(page.locator("[name=switch]"))
        page.wait_for_selector("html[lang=en].bo-large")
        page.set_viewport_size({"width": 195, "height": 422})  # 390 at 200 %
        device_seals(page)
        for row in range(12):
            mark(page, row, "c")
        assert faults_of(page, 195) == []
        page.click(".bo-dock .btn-primary")
        page.wait_for_selector("[data-review]:visible")
        assert faults_of(page, 195) == []
        go_on(page.locator("[data-review] .btn-primary"))
        assert page.url.endswith("/hand-in")
        assert page.get_attribute("html", "class") == "bo-large"
        page.goto(f"{url}/nothing?lang=en")
        assert faults_of(page, 195) == []


@pytest.mark.parametrize("file", ["booth/vendor/hpke-1.1.7.js", "booth/envelope.js"])
def test_altered_program_does_not_run_and_the_page_says_who_seals(make_booth, phone, file: str):
    booth = make_booth()
    page = phone.new_page()

    def alter(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\n/* changed on the way */")

    page.route(f"**/{file}*", alter)
    page.clock.install()
    with served(booth.client.application) as url:
        page.goto(f"{url}/#{booth.cards['A'][0].code}")
        page.wait_for_url("**/ballot")
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-by=booth]:visible").count() == 2
        assert page.evaluate("document.documentElement.dataset.sealing") is None
        mark(page, 0, "b")
        page.click("[data-large]")
        phone.set_offline(True)
        page.click(".bo-dock button")
        page.wait_for_selector(".bo-lost:not(.is-sending):not(:empty)")
        assert page.is_checked("input[name=c0-0][value=b]")
        phone.set_offline(False)
        page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
        go_on(page.locator("[data-filling] .bo-dock button"))
        assert page.url.endswith("/review")
        assert page.locator("[data-hand-in] .btn-primary").is_disabled()
        page.clock.run_for(600)
        assert page.locator("[data-hand-in] .btn-primary").is_enabled()
        assert "内容已由测评服务器加锁" in page.inner_text(".bo-sealed")
        assert page.get_attribute("html", "class") == "bo-large"


def test_browser_and_booth_seal_the_same_ballot_to_envelopes_that_open_alike(make_booth, phone):
    booth = make_booth()
    package, card = booth.package, "7" * 64
    page = phone.new_page()
    urn = {
        "publicKey": package.public_key,
        "info": e.info_for(package, "C").decode(),
        "card": card,
        "size": str(e.sealed_size(package)),
    }
    many = {f"p{i}": "abcdu"[i % 5] if i > 3 else "b" for i in range(12)}
    with served(booth.client.application) as url:
        page.goto(f"{url}/")
        for choices in ({"cadre": many, "body": {"bd": "g"}}, {"body": {"bd": "p"}}, {}):
            theirs = base64.b64decode(page.evaluate(SEAL, [urn, choices]))
            ours = e.seal(package, "C", card, choices)
            assert len(theirs) == len(ours) == e.sealed_size(package)
            opened = [e.open_envelope(package, "C", box, booth.key) for box in (theirs, ours)]
            assert opened[0] == opened[1] == e.Ballot(card, choices)


def test_browser_library_agrees_with_the_vector_of_rfc_9180(make_booth, phone: BrowserContext):
    """It opens the vector's message, and what it seals to the vector's key opens by the RFC."""
    booth = make_booth()
    page = phone.new_page()
    own = X25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_KEY))
    public = own.public_key().public_bytes_raw().hex()
    with served(booth.client.application) as url:
        page.goto(f"{url}/")
        opened = page.evaluate(
            """async ([key, enc, sealed, info, aad]) => {
                const lib = await import("/static/booth/vendor/hpke-1.1.7.js");
                const bytes = (hex) => Uint8Array.from(hex.match(/../g), (x) => parseInt(x, 16));
                const suite = new lib.CipherSuite(
                    lib.KEM_DHKEM_X25519_HKDF_SHA256, lib.KDF_HKDF_SHA256, lib.AEAD_AES_128_GCM);
                const own = await suite.DeserializePrivateKey(bytes(key));
                const plain = await suite.Open(own, bytes(enc), bytes(sealed),
                    { info: bytes(info), aad: new TextEncoder().encode(aad) });
                return new TextDecoder().decode(plain);
            }""",
            [RFC_KEY, RFC_ENC, RFC_CT, RFC_INFO, "Count-0"],
        )
        sealed = page.evaluate(
            """async ([key, info, text]) => {
                const { sealTo } = await import("/static/booth/envelope.js");
                return Array.from(await sealTo(key, info, new TextEncoder().encode(text)));
            }""",
            [public, bytes.fromhex(RFC_INFO).decode(), RFC_TEXT.decode()],
        )
    assert opened.encode() == RFC_TEXT
    assert reference_open(bytes(sealed), own, bytes.fromhex(RFC_INFO)) == RFC_TEXT


def test_ballots_sealed_on_devices_and_by_the_booth_are_counted_together(make_booth, phone):
    booth = make_booth()
    page = phone.new_page()
    with served(booth.client.application) as url:
        for card in booth.cards["A"][:3]:
            enter(page, url, card.code)
            mark(page, 0, "a")
            hand_in(page)
    for card in booth.cards["A"][3:]:
        booth.store.cast(
            booth.package.urn,
            fingerprint(booth.settings.booth_pepper.encode(), card.code),
            e.seal(
                booth.package,
                "A",
                fingerprint(booth.settings.booth_pepper.encode(), card.code),
                {"cadre": {"p0": "a"}},
            ),
        )
    booth.store.close(booth.package.urn)
    count = open_urn(booth.store.export(booth.package.urn), booth.package, booth.key)
    (line,) = next(s for s in count.sheets if s.sheet == "cadre").lines
    assert (line.valid, line.invalid, dict(line.rows[0].options)["a"]) == (6, 0, 6)
